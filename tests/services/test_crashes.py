"""What kill -9 leaves, of the engine and of the API, while eight buyers and sellers are at work.

Whatever was answered is there; nothing is half there (tests/books.py); and whoever got no answer
sends the same again with the same key and it is done once.
"""

import random
from collections.abc import Callable

import pytest

from infra.engine import Engine
from tests.conftest import Run
from tests.people_at_work import CLIENTS, PeopleAtWork, Served, books, stopped


@pytest.mark.slow
def test_killing_the_engine_loses_nothing_that_was_answered(
    file_engine: Callable[[], Engine], run: Callable[..., Run]
) -> None:
    """It comes back on its file and port: at once, so that retries under way find it, and late."""
    engine, chance = file_engine(), random.Random(7)
    server = run(DYNAMODB_ENDPOINT=engine.endpoint)
    world = Served(server)
    people = PeopleAtWork(world)

    def crash() -> None:
        engine.kill()
        engine.start()

    for _ in range(4):
        people.work(world.url, chance.randint(30, 90), crash)
        people.check(books(engine))
    people.work(world.url, 1000, engine.kill)
    assert sum(shopper.lost for shopper in people.shoppers) >= CLIENTS
    engine.start()
    people.check(books(engine))
    people.finish(world.url)
    people.check(books(engine), all_answered=True)


@pytest.mark.slow
def test_killing_the_api_loses_nothing_that_was_answered(run: Callable[..., Run]) -> None:
    """Its engine ends with it; the next start finds the file as it was."""
    chance = random.Random(11)
    server = run()
    world = Served(server)
    people, url = PeopleAtWork(world), world.url
    for _ in range(3):
        people.work(url, chance.randint(60, 120), server.process.kill)
        server.process.wait()
        with stopped(server.folder) as engine:
            people.check(books(engine))
        server = run(server.folder)
        url = server.url()
    people.finish(url)
    people.work(url, 40, lambda: None)
    server.end()
    with stopped(server.folder) as engine:
        people.check(books(engine), all_answered=True)
