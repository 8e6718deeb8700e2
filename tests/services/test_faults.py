"""What buyers and sellers are told when the store throttles, fails, hangs or is gone.

Never another 5xx than 503 with Retry-After, never a hang, and the same request again, with the
same key, is done once. Every step of every writing request is spoiled in turn (tests/wire.py).
"""

import itertools
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import requests

from chalicelib.api.edge import routing
from chalicelib.repositories.items import Item
from chalicelib.repositories.tables import OrderItem
from tests.beginnings import Snapshot
from tests.books import Books
from tests.conftest import new_table
from tests.services.same import SAMES, Same
from tests.wire import (
    CUT_AFTER,
    CUT_BEFORE,
    EMPTY,
    GATEWAY,
    INTERNAL,
    REFUSED,
    SILENT,
    SILENT_AFTER,
    THROTTLED,
    UNPROCESSED,
    StoreFault,
    Wire,
    cancelled,
    error,
    wire,
)
from tests.world import World, new_id, ok, refused

READ_TIMEOUT = Item.Meta.read_timeout_seconds
LONGEST_ANSWER = 15
"""Seconds within which a request is answered when one thing that it needs does not answer."""
STEPS = range(1, 40)
"""No request asks the store more often than this."""


@pytest.fixture(autouse=True)
def _books(table: None) -> Iterator[None]:
    yield
    Books.read().check()


def told_to_come_back(answer: requests.Response) -> None:
    refused(answer, 503, "store_unavailable")
    assert int(answer.headers["Retry-After"]) >= 1


def waited(met: Wire, fault: StoreFault) -> float:
    """Seconds that a client of ours would have waited, at most."""
    return sum(met.pauses) + max(met.tries) * READ_TIMEOUT * fault.silent


LASTING = [THROTTLED, INTERNAL, GATEWAY, REFUSED, CUT_BEFORE, CUT_AFTER]


@pytest.mark.parametrize("fault", [REFUSED, CUT_AFTER], ids=str)
@pytest.mark.parametrize("make", SAMES, ids=[make.__name__ for make in SAMES])
def test_a_write_that_fails_at_any_step_can_be_sent_again(
    world: World, make: Callable[[World], Same], fault: StoreFault
) -> None:
    """The step fails however often it is tried; then the store is well again."""
    same, key, start = make(world), new_id(), Snapshot()
    for step in STEPS:
        if step > 1:
            Books.read().check()
            new_table()
            start.put_back()
        with wire(fault, at=step) as met:
            answer = same.send(key)
        if len(met.asked) < step:
            break
        if answer.ok:  # done by another way, such as looking for what the lost write had done
            assert fault is CUT_AFTER, (met, answer.text)
        else:
            told_to_come_back(answer)
        assert waited(met, fault) < LONGEST_ANSWER
        again, repeat = same.send(key), same.send(key)
        assert again.ok, (step, met.asked, again.text)
        assert repeat.text == again.text
    assert 2 < step < STEPS[-1]


@pytest.mark.parametrize("fault", [THROTTLED, CUT_AFTER], ids=str)
@pytest.mark.parametrize("make", SAMES, ids=[make.__name__ for make in SAMES])
def test_a_fault_that_passes_is_not_even_noticed(
    world: World, make: Callable[[World], Same], fault: StoreFault
) -> None:
    """Every step fails twice. What was done and not answered is not done again."""
    same, key = make(world), new_id()
    with wire(fault, until=STEPS[-1], times=2) as met:
        answer = same.send(key)
    assert answer.ok, (met, answer.text)
    assert "Idempotent-Replayed" not in answer.headers
    assert set(met.tries) == {3}
    assert same.send(key).text == answer.text


READS = [
    "/t/{code}",
    "/v1/parcels/{code}",
    "/v1/orders/{order}",
    "/v1/orders?state=packed",
    "/v1/orders/{order}/changes",
    "/v1/orders/{order}/refunds",
    "/v1/shops/{shop}/offers",
    "/v1/batches?state=passed",
    "/v1/batches/{batch}",
    "/v1/batches/{batch}/inspections",
    "/v1/batches/{batch}/parcels",
    "/v1/complaints?state=open",
    "/v1/customers",
    "/v1/me",
    "/healthz",
]


@pytest.fixture
def names(world: World) -> dict[str, str]:
    parcel = world.parcel()
    return {
        "code": parcel["code"],
        "order": parcel["order_id"],
        "shop": world.shop_id,
        "batch": parcel["allocations"][0]["batch_id"],
    }


@pytest.mark.parametrize("path", READS)
def test_a_read_that_fails_at_any_step_says_come_back(
    world: World, names: dict[str, str], path: str
) -> None:
    headers = {"Accept": "application/json"}
    for step, fault in itertools.product(STEPS, LASTING):
        with wire(fault, at=step) as met:
            answer = world.seller.call("GET", path.format(**names), headers=headers)
        if len(met.asked) < step:
            break
        told_to_come_back(answer)
        assert waited(met, fault) < LONGEST_ANSWER
    assert 1 < step < STEPS[-1]
    assert world.seller.call("GET", path.format(**names), headers=headers).ok


CODES = [
    "InternalServerError", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
    "ServiceUnavailable", "ThrottlingException", "TransactionInProgressException",
]  # fmt: skip


@pytest.mark.parametrize(
    "fault",
    [*(error(code) for code in CODES), EMPTY, error("Unheard", 500), error("Unheard", 503)],
    ids=str,
)
def test_whatever_the_store_calls_it_the_buyer_is_told_to_come_back(
    world: World, names: dict[str, str], fault: StoreFault
) -> None:
    body = world.order_body(world.offer())
    with wire(fault):
        told_to_come_back(world.seller.get(f"/v1/parcels/{names['code']}"))
    with wire(fault, operation="TransactWriteItems"):
        told_to_come_back(world.nobody.post("/v1/orders", body))


def test_a_page_says_it_in_words(world: World, names: dict[str, str]) -> None:
    with wire(THROTTLED):
        answer = world.nobody.call("GET", f"/t/{names['code']}", headers={"Accept": "text/html"})
    assert (answer.status_code, int(answer.headers["Retry-After"])) == (503, 1)
    assert answer.headers["Content-Type"].startswith("text/html")


# --- what only transactions and batches meet -----------------------------------------------------

CONFLICT = cancelled("TransactionConflict", "None")


@pytest.mark.parametrize("make", SAMES, ids=[make.__name__ for make in SAMES])
def test_a_transaction_that_keeps_colliding_is_tried_again_for_a_while(
    world: World, make: Callable[[World], Same]
) -> None:
    same, key = make(world), new_id()
    with wire(CONFLICT, operation="TransactWriteItems", until=5) as met:
        answer = same.send(key)
    assert answer.ok, answer.text
    assert len(met.asked) == 6
    same, key = make(world), new_id()
    with wire(CONFLICT, operation="TransactWriteItems", until=10**6) as met:
        told_to_come_back(same.send(key))
    assert len(met.asked) < 20
    assert sum(met.pauses) < LONGEST_ANSWER
    assert same.send(key).ok


@pytest.mark.parametrize("reason", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_transaction_cancelled_by_throttling_is_tried_again(world: World, reason: str) -> None:
    body = world.order_body(world.offer())
    with wire(cancelled("None", reason), operation="TransactWriteItems", until=3) as met:
        assert world.nobody.post("/v1/orders", body, new_id()).ok
    assert len(met.asked) == 4
    with wire(cancelled("None", reason), operation="TransactWriteItems", until=100):
        told_to_come_back(world.nobody.post("/v1/orders", body, new_id()))


@pytest.mark.parametrize("make", SAMES, ids=[make.__name__ for make in SAMES])
def test_a_transaction_that_the_engine_forgot_in_a_crash_is_found_by_its_writer(
    world: World, make: Callable[[World], Same]
) -> None:
    """It was done and not answered, and its next try is refused by what it did itself."""
    same, key = make(world), new_id()
    cut = partial(wire, CUT_AFTER, operation="TransactWriteItems", times=1, forgetful=True)
    with cut() as met:
        answer = same.send(key)
    assert answer.ok, answer.text
    assert met.tries[0] == 2
    assert same.send(key).text == answer.text


def test_so_is_an_order_without_a_key(world: World) -> None:
    offer = world.offer()
    with wire(CUT_AFTER, operation="TransactWriteItems", times=1, forgetful=True):
        answer = world.nobody.post("/v1/orders", world.order_body(offer))
    assert answer.status_code == 201
    (order,) = Books.read().all(OrderItem)
    assert order.doc.id == answer.json()["id"]


def test_keys_left_unprocessed_are_asked_for_again(world: World) -> None:
    body = world.order_body(world.offer())
    with wire(UNPROCESSED, operation="BatchGetItem", until=4) as met:
        assert world.nobody.post("/v1/orders", body, new_id()).ok
    assert len(met.asked) == 5
    with wire(UNPROCESSED, operation="BatchGetItem", until=10**6) as met:
        told_to_come_back(world.nobody.post("/v1/orders", body, new_id()))
    assert sum(met.pauses) < LONGEST_ANSWER


# --- as much as one transaction takes -----------------------------------------------------------


def test_an_order_larger_than_a_transaction_is_refused_in_words(world: World) -> None:
    """Eight offers of sixteen slots, and nearly all of each: 113 writes, where 100 are possible."""
    batch = world.passed_batch(quantity=1_280_000)
    offers = [world.offer(batch, packs_total=16_000, price_fen=1) for _ in range(8)]
    lines = [{"offer_id": offer["id"], "packs": 14_000} for offer in offers]
    body = world.order_body(offers[0], lines=lines, channel="bulk")
    answer = world.seller.post("/v1/orders", body, new_id())
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["detail"]
    assert world.seller.post("/v1/orders", body | {"lines": lines[:5]}, new_id()).ok


def test_an_order_of_as_many_parcels_as_it_may_have_can_be_cancelled(world: World) -> None:
    batch = world.passed_batch()
    body = world.order_body(world.offer(batch, packs_total=60), 60)
    order = world.pay(ok(world.seller.post("/v1/orders", body, new_id())))
    path = f"/v1/orders/{order['id']}"
    body = {"allocations": [{"line": 0, "batch_id": batch["id"], "packs": 1}]}
    packed = [world.seller.post(f"{path}/parcels", body) for _ in range(60)]
    assert {answer.status_code for answer in packed} <= {201, 409, 422}
    cancelled = world.seller.post(f"{path}/cancel", {"reason": "不发了"})
    assert cancelled.status_code == 200, cancelled.text


# --- silence -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_silence_ends_with_a_503(world: World, names: dict[str, str]) -> None:
    """The only one that really waits: three tries of three seconds."""
    with wire(SILENT) as met:
        told_to_come_back(world.nobody.get(f"/v1/shops/{names['shop']}/offers"))
    assert met.tries == [3]
    assert waited(met, SILENT) < LONGEST_ANSWER


def test_a_request_that_took_too_long_asks_for_nothing_more(
    world: World, names: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many slow answers it would take, the buyer gets one before the gateway hangs up."""
    body, key = world.order_body(world.offer()), new_id()
    with monkeypatch.context() as patch:
        patch.setattr(routing, "REQUEST_SECONDS", 0)
        told_to_come_back(world.seller.get(f"/v1/parcels/{names['code']}"))
        told_to_come_back(world.nobody.post("/v1/orders", body, key))
    assert world.nobody.post("/v1/orders", body, key).status_code == 201


def test_what_was_done_in_silence_is_done_once(world: World) -> None:
    offer = world.offer()
    with wire(SILENT_AFTER, operation="TransactWriteItems", times=1) as met:
        answer = world.nobody.post("/v1/orders", world.order_body(offer), new_id())
    assert answer.status_code == 201
    assert met.tries == [2]
    assert Books.read().sold(offer["id"]) == 1
