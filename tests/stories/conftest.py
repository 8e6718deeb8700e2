"""A world for each story."""

import pytest

from tests.beginnings import begun
from tests.world import World


@pytest.fixture
def world(server: str) -> World:
    return begun(World, server)
