"""A world for each test, over real HTTP and the real engine."""

import pytest

from tests.world import World


@pytest.fixture
def world(server: str) -> World:
    return World(server)
