"""Who lost a race hears what happened, and nothing that never was.

Of two requests the second is done whole before each store request of the first, as in
test_interleavings.py. Stock is short in each, so that two looks together could tell of too little.
"""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from chalicelib.domain.errors import Invalid, Refusal
from chalicelib.repositories.errors import ConditionFailed, StoreUnavailable
from chalicelib.repositories.reading import BATCH_GET_MOST, get
from chalicelib.repositories.tables import OrderItem, key_of
from chalicelib.repositories.transaction import RACES, retrying
from tests.books import Books
from tests.crowd import meanwhile, outcomes
from tests.platform_files import TITLES, as_csv, mapped, qunjielong, run, uploaded
from tests.world import Json, World, new_id, ok

MOVES = range(1, 60)
MANY = BATCH_GET_MOST // 2 + 1
"""Orders of a file, each with its customer, that are asked for in two requests."""


@pytest.fixture(autouse=True)
def _books(table: None) -> Iterator[None]:
    yield
    Books.read().check()


def _just_enough(world: World, packs: int) -> tuple[Json, Json]:
    """A batch, and an offer of all of it."""
    batch = world.passed_batch(quantity=packs * 10)
    return batch, world.offer(batch, packs_total=packs)


def _bulk(world: World, orders: list[Json]) -> list[Json]:
    body = {"order_ids": [order["id"] for order in orders]}
    items: list[Json] = ok(world.seller.post("/v1/packing", body, new_id()), 200)["items"]
    return items


def test_two_people_who_pack_the_same_orders_hear_only_that_they_are_packed(world: World) -> None:
    """The other has packed the first of two, and there is just enough for both."""
    for at in MOVES:
        _, offer = _just_enough(world, 2)
        orders = [world.paid_order(offer) for _ in range(2)]
        with meanwhile(at, partial(_bulk, world, orders[:1])) as moves:
            items = _bulk(world, orders)
        if moves.result is None:
            break
        problems = [item for item in (*items, *moves.result) if item["problem"]]
        assert {item["problem"]["code"] for item in problems} <= {"packed_already"}, (
            moves,
            problems,
        )
        assert sum(item["code"] is not None for item in (*items, *moves.result)) == 2
    assert 4 < at < MOVES[-1]


def test_a_list_of_what_to_pack_misses_nothing_that_somebody_packs_meanwhile(world: World) -> None:
    for at in MOVES:
        _, offer = _just_enough(world, 2)
        orders = [world.paid_order(offer) for _ in range(2)]
        with meanwhile(at, partial(_bulk, world, orders[:1])) as moves:
            plans = world.seller.everything("/v1/packing")
        if moves.result is None:
            break
        assert [plan["problem"] for plan in plans] == [None] * len(plans), moves
        _bulk(world, orders)
    assert 2 < at < MOVES[-1]


@pytest.mark.parametrize("keyed", [True, False])
def test_who_packs_an_order_that_was_just_packed_hears_that(world: World, keyed: bool) -> None:
    """And not that its batch holds too little, which it did only because of that."""
    for at in MOVES:
        batch, offer = _just_enough(world, 2)
        order = world.paid_order(offer, 2)
        path = f"/v1/orders/{order['id']}/parcels"
        body = {"allocations": [{"line": 0, "batch_id": batch["id"], "packs": 2}]}
        with meanwhile(at, lambda: world.seller.post(path, body)) as moves:  # noqa: B023
            answer = world.seller.post(path, body, new_id() if keyed else None)
        if moves.result is None:
            break
        assert outcomes([moves.result]) == {"201": 1}
        assert outcomes([answer]) == {"not_allowed_now": 1}, (moves, answer.text)
    assert 2 < at < MOVES[-1]


def test_a_parcel_that_left_before_its_batch_was_held_is_not_called_held(world: World) -> None:
    """By the carrier's file, while a colleague ships the same parcel and the batch is held."""
    for at in MOVES:
        batch, offer = _just_enough(world, 2)
        parcel = world.pack(world.paid_order(offer))
        row = {"row": 1, "parcel": parcel["code"], "carrier": "顺丰", "waybill": "SF1"}

        def ship_and_hold(batch: Json = batch, parcel: Json = parcel) -> Json:
            body = {"carrier": "顺丰", "waybill": "SF1"}
            world.seller.post(f"/v1/parcels/{parcel['code']}/ship", body)
            return world.move(batch, "hold")

        with meanwhile(at, ship_and_hold) as moves:
            [outcome] = ok(world.seller.post("/v1/waybills", {"rows": [row]}, new_id()))["rows"]
        if moves.result is None:
            break
        assert outcome["what"] in {"already", "shipped"}, (moves, outcome)
    assert 2 < at < MOVES[-1]


def test_a_file_that_another_window_imports_has_no_order_out_of_stock(world: World) -> None:
    """The offer holds just what the file asks for, which is too much for one answer."""
    for at in MOVES:
        _, offer = _just_enough(world, MANY)
        content = as_csv(qunjielong(MANY, start=at * MANY))
        ids = [uploaded(world.seller, content) for _ in range(2)]
        for import_id in ids:
            mapped(world.seller, import_id, dict.fromkeys(TITLES, offer))
        with meanwhile(at, partial(run, world.seller, ids[1])) as moves:
            ok(world.seller.post(f"/v1/imports/{ids[0]}/read", {}))
        if moves.result is None:
            break
        rows = world.seller.everything(f"/v1/imports/{ids[0]}/rows")
        assert {row["what"] for row in rows} <= {"new", "already"}, moves
    assert 2 < at < MOVES[-1]


def test_nobody_is_told_sold_out_who_has_the_order(world: World) -> None:
    """The last pack goes to another buyer, comes back, and is taken by the same request's twin."""
    for at in range(5, MOVES[-1]):  # the other buyer's own two requests count, too
        _, offer = _just_enough(world, 1)
        body, key = world.order_body(offer), new_id()
        other: Json = {}

        def bought(offer: Json = offer, other: Json = other) -> Json:
            other |= world.order(offer)
            return other

        def cancelled_and_twin(body: Json = body, key: str = key, other: Json = other) -> str:
            ok(world.seller.post(f"/v1/orders/{other['id']}/cancel", {"reason": "不要了"}))
            return ok(world.nobody.post("/v1/orders", body, key), 201)["id"]  # type: ignore[no-any-return]

        with meanwhile(2, bought), meanwhile(at, cancelled_and_twin) as moves:
            answer = world.nobody.post("/v1/orders", body, key)
        if moves.result is None:
            break
        assert ok(answer, 201)["id"] == moves.result, moves
    assert 6 < at < MOVES[-1]


# --- the piece that looks again -------------------------------------------------------------------


def _looks(results: list[Exception | str], reads: int) -> tuple[Callable[[], str], list[int]]:
    """A service that reads so often and then comes to these results, one after the other."""
    looked: list[int] = []

    @retrying
    def service() -> str:
        for _ in range(reads):
            get(OrderItem, key_of("order", new_id()))
        looked.append(len(looked))
        result = results[min(len(looked), len(results)) - 1]
        if isinstance(result, Exception):
            raise result
        return result

    return service, looked


@pytest.mark.parametrize(
    ("results", "reads", "looks", "expected"),
    [
        ([Refusal("a", left=1), "done"], 2, 2, "done"),
        ([Refusal("a", left=1), Refusal("a", left=0), Refusal("a", left=0)], 2, 3, "a"),
        ([Refusal("a"), Refusal("b"), Refusal("b")], 2, 3, "b"),
        ([Refusal("a"), ConditionFailed([0]), Refusal("a")], 2, 3, "a"),
        ([Invalid(("x", "错", "wrong")), Invalid(("y", "错", "wrong")), "done"], 2, 3, "done"),
        ([Refusal("a"), "done"], 1, 1, "a"),
        ([Refusal("a"), "done"], 0, 1, "a"),
    ],
)
def test_a_refusal_of_several_reads_is_told_once_two_looks_agree(
    results: list[Exception | str], reads: int, looks: int, expected: str
) -> None:
    """One that was decided on one read is of one moment, and stands."""
    service, looked = _looks(results, reads)
    try:
        outcome = service()
    except Refusal as refusal:
        outcome = refusal.code
    assert (outcome, len(looked)) == (expected, looks)


def test_looking_again_ends(table: None) -> None:
    service, looked = _looks([Refusal("a", left=n) for n in range(2 * RACES)], 2)
    with pytest.raises(Refusal):
        service()
    assert len(looked) == RACES
    service, looked = _looks([ConditionFailed([0])], 2)
    with pytest.raises(StoreUnavailable):
        service()
