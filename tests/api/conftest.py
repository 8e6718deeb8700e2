"""A world for each test; tests that only look share one with their module (`shared`)."""

from collections.abc import Iterator

import pytest

from infra.sandbox import Sandbox
from tests.beginnings import begun
from tests.books import Books
from tests.paid_shop import Shop
from tests.provider import FakeProvider, answering, enter_merchant
from tests.world import World


@pytest.fixture
def world(server: str) -> World:
    return begun(World, server)


@pytest.fixture(scope="module")
def shared(shared_server: str) -> World:
    """One world for a whole module, which must not ask for `world`, `server` or `table`."""
    return World(shared_server)


@pytest.fixture
def paid_world(world: World, sandbox: Sandbox) -> World:
    """A world whose first shop is paid by the sandbox."""
    world.merchant(sandbox.entered())
    return world


@pytest.fixture
def provider(world: World) -> Iterator[FakeProvider]:
    """Who is asked in place of the payment provider; the first shop is paid by it."""
    with answering(FakeProvider()) as fake:
        enter_merchant(world)
        yield fake
        Books.read().check()


@pytest.fixture
def shop(paid_world: World, sandbox: Sandbox) -> Shop:
    return Shop(paid_world, sandbox)
