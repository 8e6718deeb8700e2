"""A world for each test; tests that only look share one with their module (`shared`)."""

from collections.abc import Iterator

import pytest

from chalicelib.repositories import tables
from tests.world import World


@pytest.fixture
def world(server: str) -> World:
    return World(server)


@pytest.fixture(scope="module")
def shared(http_server: str) -> Iterator[World]:
    """One world for a whole module, which must not ask for `world`, `server` or `table`."""
    if tables.reachable():
        tables.drop_table()
    tables.create_table()
    yield World(http_server)
    tables.drop_table()
