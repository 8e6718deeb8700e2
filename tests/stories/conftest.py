"""A world for each story."""

import pytest

from tests.world import World


@pytest.fixture
def world(server: str) -> World:
    return World(server)
