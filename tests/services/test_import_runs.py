"""Imports at the same moment, and imports that are killed: each order once, stock exact."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.import_drafts import Draft, drafts
from chalicelib.repositories import connection
from chalicelib.repositories.errors import StoreUnavailable
from chalicelib.services import import_runs, imports
from tests.books import Books
from tests.crowd import SharedClient, at_once
from tests.platform_files import (
    FileRows,
    as_csv,
    imported,
    kuaituantuan,
    mapped,
    pinduoduo,
    read,
    run,
    taobao,
    uploaded,
)
from tests.wire import CUT_AFTER, CUT_BEFORE, INTERNAL, THROTTLED, StoreFault, wire
from tests.world import Json, World, drop_table, ok

PLENTY = 400


@pytest.fixture
def offer(world: World) -> Json:
    return world.offer(world.passed_batch(quantity=100_000), packs_total=PLENTY)


def ready(world: World, table: FileRows, offer: Json) -> str:
    import_id = uploaded(world.seller, as_csv(table))
    mapped(world.seller, import_id, {"土鸡蛋": offer, "沃柑": offer})
    return import_id


def once_each(world: World, offer: Json, numbers: int) -> None:
    orders = world.seller.everything("/v1/orders")
    assert len(orders) == len({order["external_ref"] for order in orders}) == numbers
    books = Books.read()
    books.check()
    assert books.left(offer["id"]) == offer["packs_total"] - books.sold(offer["id"])


def test_a_file_is_drafted_again_only_when_its_columns_or_rows_are_others(
    world: World, offer: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 10,000 rows that takes seconds, and whoever maps the goods reads the file three times."""
    drafted: list[int] = []

    def counted(*given: Any) -> list[Draft]:
        made = drafts(*given)
        drafted.append(len(made))
        return made

    monkeypatch.setattr(imports, "drafts", counted)
    import_id = uploaded(world.seller, as_csv(pinduoduo(9)))
    first = read(world.seller, import_id)
    assert mapped(world.seller, import_id, {"土鸡蛋": offer})["rows"] != first["rows"]
    assert drafted == [9]
    read(world.seller, import_id, columns={"街道": "nick"})
    assert drafted == [9, 9]
    read(world.seller, import_id, group="十三日的团")
    read(world.seller, import_id)
    assert drafted == [9, 9, 9]


def test_one_import_run_by_eight_at_once(world: World, offer: Json) -> None:
    import_id = ready(world, pinduoduo(150), offer)
    seller = SharedClient(world.seller)
    answers = at_once([lambda: run(seller, import_id)] * 8)
    assert {(answer["created"], answer["finished"]) for answer in answers} == {(150, True)}
    once_each(world, offer, 150)


def test_two_overlapping_imports_at_once(world: World, offer: Json) -> None:
    """With customers in common, who buy at the same moment also in the shop itself."""
    first = ready(world, kuaituantuan(60), offer)
    second = ready(world, kuaituantuan(60, start=30), offer)
    seller = SharedClient(world.seller)
    answers = at_once([lambda: run(seller, first), lambda: run(seller, second)] * 3)
    assert all(answer["refused"] == 0 for answer in answers)
    done = [
        ok(world.seller.get(f"/v1/imports/{import_id}"))["counts"] for import_id in (first, second)
    ]
    assert sum(counts["created"] for counts in done) == 90
    assert sum(counts["already"] for counts in done) == 30
    once_each(world, offer, 90)


def test_two_imports_for_less_than_both_need(world: World) -> None:
    offer = world.offer(packs_total=50, batch_ids=[world.passed_batch()["id"]])
    first, second = (ready(world, pinduoduo(40, start=n), offer) for n in (0, 40))
    seller = SharedClient(world.seller)
    at_once([lambda: run(seller, first), lambda: run(seller, second)])
    once_each(world, offer, 50)
    assert Books.read().left(offer["id"]) == 0


def orders_of(server: str, *files: FileRows) -> tuple[dict[str, Json], int]:
    """What an empty shop has after these files, and how many of its packs are left."""
    drop_table()
    connection.create_table()
    world = World(server)
    offer = world.offer(packs_total=PLENTY, batch_ids=[world.passed_batch(quantity=9000)["id"]])
    for file in files:
        imported(world, file, {"土鸡蛋": offer, "沃柑": offer})
    orders = world.seller.everything("/v1/orders")
    books = Books.read()
    books.check()
    kept = ("total_fen", "paid_fen", "paid_at", "buyer", "state")
    content = {
        order["external_ref"]: {name: order[name] for name in kept}
        | {"packs": sum(line["packs"] for line in order["lines"])}
        for order in orders
    }
    assert len(content) == len(orders)
    return content, books.left(offer["id"])


def test_any_order_of_rows_any_files_any_repetition_make_the_same_orders(server: str) -> None:
    """Through the whole of it, on the engine; the rule book's own test tries many more."""
    head, *rows = taobao(14)
    by_order = [
        [row for row in rows if row[0] == number]
        for number in dict.fromkeys(row[0] for row in rows)
    ]
    whole = orders_of(server, [head, *rows])
    assert len(whole[0]) == 14
    for seed in range(2):
        dice = random.Random(seed)
        parts = [dice.sample(by_order, dice.randint(1, 9)) for _ in range(4)] + [by_order[:7]]
        parts += [by_order[7:], dice.choice(parts)]
        dice.shuffle(parts)
        files = [[row for order in part for row in order] for part in parts]
        for file in files:
            file += dice.sample(file, len(file) // 2)
            dice.shuffle(file)
        assert orders_of(server, *([head, *file] for file in files)) == whole


FAULTS = [THROTTLED, INTERNAL, CUT_BEFORE, CUT_AFTER]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_killed_at_any_request_and_run_again(fault: StoreFault, world: World, offer: Json) -> None:
    """Whatever is asked of the store fails once for good; the next run goes on from there."""
    call = Call(Actor(id="seller", role="seller", shop_id=world.shop_id), datetime.now(UTC))
    import_id = ready(world, pinduoduo(65), offer)
    for at in range(1, 40):
        with wire(fault, at=at) as met:
            try:
                finished = import_runs.run(call, import_id).state == "finished"
            except StoreUnavailable:
                finished = False
        assert met.asked
        if finished:
            break
    doc = import_runs.run(call, import_id)
    assert (doc.state, doc.counts.created, doc.done) == ("finished", 65, 65)
    once_each(world, offer, 65)
    assert world.seller.get(f"/v1/imports/{import_id}/refused.csv").status_code == 200


def test_the_engine_forgets_a_transaction_whose_answer_was_lost(world: World, offer: Json) -> None:
    """Then our own write comes back as a refusal, and is seen for what it is."""
    call = Call(Actor(id="seller", role="seller", shop_id=world.shop_id), datetime.now(UTC))
    import_id = ready(world, pinduoduo(45), offer)
    with wire(CUT_AFTER, operation="TransactWriteItems", until=99, times=1, forgetful=True):
        for _ in range(20):
            if import_runs.run(call, import_id).state == "finished":
                break
    assert import_runs.run(call, import_id).counts.created == 45
    once_each(world, offer, 45)
