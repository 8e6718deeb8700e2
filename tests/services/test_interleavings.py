"""Two requests, move by move: the second is done whole before each store request of the first.

Where tests/services/test_races.py needs luck to hit a window, this opens every window in turn. It
is what made sure that no request decides on what it read without its commit noticing a change.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count

import pytest
import requests

from chalicelib.config import settings
from chalicelib.domain.orders import Order
from chalicelib.repositories.imports import outcomes as outcomes_of
from chalicelib.repositories.tables import CustomerItem, key_of
from tests.books import Books
from tests.conftest import new_table
from tests.crowd import meanwhile, outcomes
from tests.platform_files import TITLES, as_csv, mapped, qunjielong, uploaded
from tests.services.same import SAMES, Same
from tests.world import BUYER, Json, World, inspection_body, new_id, ok

Send = Callable[[], requests.Response]
MOVES = range(1, 40)
"""No request asks the store more often than this."""


@pytest.fixture(autouse=True)
def _books(table: None) -> Iterator[None]:
    yield
    Books.read().check()


@pytest.mark.parametrize("make", SAMES, ids=[make.__name__ for make in SAMES])
def test_a_request_whose_twin_was_faster_gets_its_answer(
    world: World, make: Callable[[World], Same]
) -> None:
    for at in MOVES:
        same, key = make(world), new_id()
        with meanwhile(at, partial(same.send, key)) as moves:
            answer = same.send(key)
        if moves.result is None:
            break
        assert outcomes([answer, moves.result]).keys() <= {"200", "201"}, (moves, answer.text)
        assert answer.text == moves.result.text, moves
    assert 2 < at < MOVES[-1]


@dataclass(frozen=True)
class Rivals:
    """What the first may come to when the second is done at any moment, and the second."""

    first: Send
    second: Send
    first_may: set[str]
    second_may: set[str]


def _order_and_batch(world: World, packs: int = 2) -> tuple[Json, Json]:
    order = world.paid_order(world.offer(), packs)
    return order, {"id": order["lines"][0]["batch_ids"][0]}


def _pack(world: World, order: Json, batch: Json, packs: int = 1) -> Send:
    body = {"allocations": [{"line": 0, "batch_id": batch["id"], "packs": packs}]}
    return lambda: world.seller.post(f"/v1/orders/{order['id']}/parcels", body)


def _move(world: World, batch: Json, what: str) -> Send:
    return lambda: world.cadre.post(f"/v1/batches/{batch['id']}/{what}", {"reason": "残留"})


def _cancel(world: World, order: Json) -> Send:
    return lambda: world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "不发了"})


def _refund(world: World, order: Json, fen: int) -> Send:
    path = f"/v1/orders/{order['id']}/refunds/{new_id()}"
    return lambda: world.seller.put(path, {"amount_fen": fen, "reason": "坏果"})


def _settle(world: World, complaint: Json, fen: int) -> Send:
    body = {"remedy": "partial_refund", "refund_fen": fen, "message": "退"}
    return lambda: world.seller.post(f"/v1/complaints/{complaint['id']}/settle", body)


def _ship(world: World, parcel: Json) -> Send:
    body = {"carrier": "顺丰", "waybill": "SF1"}
    return lambda: world.seller.post(f"/v1/parcels/{parcel['code']}/ship", body)


def _pay(world: World, order: Json) -> Send:
    body = {"paid_fen": order["total_fen"], "method": "wechat", "reference": new_id()}
    return lambda: world.seller.post(f"/v1/orders/{order['id']}/payment", body)


def packing_and_recalling(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    pack, recall = _pack(world, order, batch), _move(world, batch, "recall")
    return Rivals(pack, recall, {"batch_held"}, {"200"})


def recalling_and_packing(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    pack, recall = _pack(world, order, batch), _move(world, batch, "recall")
    return Rivals(recall, pack, {"200"}, {"201"})


def packing_and_a_failed_inspection(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    path = f"/v1/batches/{batch['id']}/inspections/{new_id()}"
    fail = lambda: world.cadre.put(path, inspection_body(77))  # noqa: E731
    return Rivals(_pack(world, order, batch), fail, {"batch_held"}, {"201"})


def opening_an_offer_and_holding(world: World) -> Rivals:
    batch = world.passed_batch()
    path, body = f"/v1/offers/{new_id()}", world.offer_body(batch)
    return Rivals(
        lambda: world.seller.put(path, body), _move(world, batch, "hold"), {"batch_held"}, {"200"}
    )


def holding_and_opening_an_offer(world: World) -> Rivals:
    batch = world.passed_batch()
    path, body = f"/v1/offers/{new_id()}", world.offer_body(batch)
    return Rivals(
        _move(world, batch, "hold"), lambda: world.seller.put(path, body), {"200"}, {"201"}
    )


def holding_and_closing_an_offer(world: World) -> Rivals:
    batch = world.passed_batch()
    path = f"/v1/offers/{world.offer(batch)['id']}/close"
    return Rivals(
        _move(world, batch, "hold"),
        lambda: world.seller.post(path, {"reason": "卖完"}),
        {"200"},
        {"200"},
    )


def buying_and_closing_the_offer(world: World) -> Rivals:
    offer = world.offer()
    path, body = f"/v1/offers/{offer['id']}/close", world.order_body(offer)
    return Rivals(
        lambda: world.nobody.post("/v1/orders", body, new_id()),
        lambda: world.seller.post(path, {"reason": "卖完"}),
        {"offer_closed", "out_of_stock"},
        {"200"},
    )


def closing_the_offer_and_buying(world: World) -> Rivals:
    offer = world.offer()
    path, body = f"/v1/offers/{offer['id']}/close", world.order_body(offer)
    return Rivals(
        lambda: world.seller.post(path, {"reason": "卖完"}),
        lambda: world.nobody.post("/v1/orders", body, new_id()),
        {"200"},
        {"201"},
    )


def closing_the_offer_and_cancelling(world: World) -> Rivals:
    offer = world.offer()
    order = world.order(offer, 3)
    path = f"/v1/offers/{offer['id']}/close"
    return Rivals(
        lambda: world.seller.post(path, {"reason": "卖完"}), _cancel(world, order), {"200"}, {"200"}
    )


def refunding_and_cancelling(world: World) -> Rivals:
    order, _ = _order_and_batch(world)
    return Rivals(
        _refund(world, order, 500), _cancel(world, order), {"exceeds_refundable"}, {"200"}
    )


def cancelling_and_refunding(world: World) -> Rivals:
    order, _ = _order_and_batch(world)
    return Rivals(_cancel(world, order), _refund(world, order, 500), {"200"}, {"201"})


def refunding_twice(world: World) -> Rivals:
    order, _ = _order_and_batch(world)
    first, second = _refund(world, order, 4000), _refund(world, order, 2500)
    return Rivals(first, second, {"exceeds_refundable"}, {"201"})


def settling_and_refunding(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    complaint = world.complain(world.pack(order, (0, batch, 2)))
    settle, refund = _settle(world, complaint, 4000), _refund(world, order, 2500)
    return Rivals(settle, refund, {"exceeds_refundable"}, {"201"})


def settling_by_the_rule_and_refunding_for_it(world: World) -> Rivals:
    """Both count for the complaint (the books)."""
    order, batch = _order_and_batch(world)
    complaint = world.complain(world.pack(order, (0, batch, 1)), damaged_percent=50)
    path = f"/v1/orders/{order['id']}/refunds/{new_id()}"
    refund = {"amount_fen": 500, "reason": "坏果", "complaint_id": complaint["id"]}
    settle = {"remedy": "partial_refund", "message": "退"}
    return Rivals(
        lambda: world.seller.post(f"/v1/complaints/{complaint['id']}/settle", settle),
        lambda: world.seller.put(path, refund),
        {"200"},
        {"201"},
    )


def cancelling_and_settling(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    complaint = world.complain(world.pack(order, (0, batch, 1)))
    return Rivals(_cancel(world, order), _settle(world, complaint, 2000), {"200"}, {"200"})


def settling_and_cancelling(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    complaint = world.complain(world.pack(order, (0, batch, 1)))
    settle, cancel = _settle(world, complaint, 2000), _cancel(world, order)
    return Rivals(settle, cancel, {"exceeds_refundable", "order_cancelled"}, {"200"})


def settling_about_a_box_and_about_what_was_sent_for_it(world: World) -> Rivals:
    """The order has the price of another box left, of which nobody speaks."""
    order, batch = _order_and_batch(world)
    box = world.delivered(world.pack(order, (0, batch, 1)))
    [again] = world.settle(world.complain(box), remedy="replacement")["replacements"]
    sent = world.delivered(world.pack(ok(world.seller.get(f"/v1/orders/{again}"))))
    first, second = (_settle(world, world.complain(parcel), 2000) for parcel in (box, sent))
    return Rivals(first, second, {"exceeds_refundable"}, {"200"})


def cancelling_and_packing(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    return Rivals(_cancel(world, order), _pack(world, order, batch), {"200"}, {"201"})


def packing_and_cancelling(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    return Rivals(_pack(world, order, batch), _cancel(world, order), {"not_allowed_now"}, {"200"})


def cancelling_and_shipping(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    parcel = world.pack(order, (0, batch, 1))
    return Rivals(_cancel(world, order), _ship(world, parcel), {"not_allowed_now"}, {"200"})


def shipping_and_cancelling(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    parcel = world.pack(order, (0, batch, 1))
    return Rivals(_ship(world, parcel), _cancel(world, order), {"not_allowed_now"}, {"200"})


def shipping_and_recalling(world: World) -> Rivals:
    """Nothing that is recalled leaves the house."""
    order, batch = _order_and_batch(world)
    parcel = world.pack(order, (0, batch, 1))
    return Rivals(_ship(world, parcel), _move(world, batch, "recall"), {"batch_held"}, {"200"})


def recalling_and_shipping(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    parcel = world.pack(order, (0, batch, 1))
    return Rivals(_move(world, batch, "recall"), _ship(world, parcel), {"200"}, {"200"})


def shipping_two_parcels(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    first, second = (world.pack(order, (0, batch, 1)) for _ in range(2))
    return Rivals(_ship(world, first), _ship(world, second), {"200"}, {"200"})


def shipping_one_parcel_and_packing_the_last(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    first = world.pack(order, (0, batch, 1))
    return Rivals(_ship(world, first), _pack(world, order, batch), {"200"}, {"201"})


def packing_the_last_parcel_and_shipping_the_first(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    first = world.pack(order, (0, batch, 1))
    return Rivals(_pack(world, order, batch), _ship(world, first), {"201"}, {"200"})


def paying_and_cancelling(world: World) -> Rivals:
    order = world.order(world.offer())
    return Rivals(_pay(world, order), _cancel(world, order), {"not_allowed_now"}, {"200"})


def paying_two_orders_of_one_person(world: World) -> Rivals:
    offer = world.offer()
    first, second = world.order(offer), world.order(offer)
    return Rivals(_pay(world, first), _pay(world, second), {"200"}, {"200"})


def complaining_and_cancelling(world: World) -> Rivals:
    """A voided parcel is unknown to its buyer."""
    order, batch = _order_and_batch(world)
    path = f"/t/{world.pack(order, (0, batch, 1))['code']}/complaints"
    complain = lambda: world.nobody.post(path, {"reason": "rotten"})  # noqa: E731
    return Rivals(complain, _cancel(world, order), {"not_found"}, {"200"})


def cancelling_and_complaining(world: World) -> Rivals:
    order, batch = _order_and_batch(world)
    path = f"/t/{world.pack(order, (0, batch, 1))['code']}/complaints"
    complain = lambda: world.nobody.post(path, {"reason": "rotten"})  # noqa: E731
    return Rivals(_cancel(world, order), complain, {"200"}, {"201"})


def reopening_and_complaining_again(world: World) -> Rivals:
    parcel = world.parcel()
    complaint = world.complain(parcel)
    world.settle(complaint)
    reopen = f"/v1/complaints/{complaint['id']}/reopen?key={complaint['access_key']}"
    return Rivals(
        lambda: world.nobody.post(reopen, {"message": "不行"}),
        lambda: world.nobody.post(f"/t/{parcel['code']}/complaints", {"reason": "rotten"}),
        {"complaint_open"},
        {"201"},
    )


def _reopened(world: World) -> tuple[Send, Send]:
    """A rejected complaint of a stranger, reopened by the same words: with its key, the order's."""
    order = world.order(world.offer())
    complaint = world.complain(world.delivered(world.pack(world.pay(order))))
    path = f"/v1/complaints/{complaint['id']}"
    ok(world.seller.post(f"{path}/reject", {"message": "看不清"}), 200)

    def send(key: str) -> requests.Response:
        return world.nobody.post(f"{path}/reopen?key={key}", {"message": "不行"}, "a" * 32)

    return partial(send, complaint["access_key"]), partial(send, order["access_key"])


def reopening_by_its_key_and_by_the_orders(world: World) -> Rivals:
    own, orders = _reopened(world)
    return Rivals(own, orders, {"taken_over"}, {"200"})


def reopening_by_the_orders_key_and_by_its_own(world: World) -> Rivals:
    own, orders = _reopened(world)
    return Rivals(orders, own, {"not_allowed_now"}, {"200"})


def certifying_and_holding(world: World) -> Rivals:
    batch = world.passed_batch()
    path = f"/v1/batches/{batch['id']}/certificates/{new_id()}"
    body = {"basis": "self_tested", "quantity": 10, "contact": "0559-1234567"}
    return Rivals(
        lambda: world.cadre.put(path, body),
        _move(world, batch, "hold"),
        {"not_allowed_now"},
        {"200"},
    )


def releasing_and_a_failed_inspection(world: World) -> Rivals:
    batch = world.passed_batch()
    world.move(batch, "hold")
    world.inspect(batch)
    path = f"/v1/batches/{batch['id']}/inspections/{new_id()}"
    return Rivals(
        _move(world, batch, "release"),
        lambda: world.cadre.put(path, inspection_body(77)),
        {"release_needs_pass"},
        {"201"},
    )


ALL = [
    packing_and_recalling, recalling_and_packing, packing_and_a_failed_inspection,
    opening_an_offer_and_holding, holding_and_opening_an_offer, holding_and_closing_an_offer,
    buying_and_closing_the_offer, closing_the_offer_and_buying, closing_the_offer_and_cancelling,
    refunding_and_cancelling, cancelling_and_refunding, refunding_twice, settling_and_refunding,
    settling_by_the_rule_and_refunding_for_it,
    cancelling_and_settling, settling_and_cancelling,
    settling_about_a_box_and_about_what_was_sent_for_it, cancelling_and_packing,
    packing_and_cancelling, cancelling_and_shipping, shipping_and_cancelling,
    shipping_and_recalling, recalling_and_shipping, shipping_two_parcels,
    shipping_one_parcel_and_packing_the_last,
    packing_the_last_parcel_and_shipping_the_first, paying_and_cancelling,
    paying_two_orders_of_one_person, complaining_and_cancelling, cancelling_and_complaining,
    reopening_and_complaining_again, reopening_by_its_key_and_by_the_orders,
    reopening_by_the_orders_key_and_by_its_own, certifying_and_holding,
    releasing_and_a_failed_inspection,
]  # fmt: skip


@pytest.mark.parametrize("make", ALL, ids=[make.__name__ for make in ALL])
def test_whoever_comes_second_knows_what_the_first_did(
    world: World, make: Callable[[World], Rivals]
) -> None:
    for at in MOVES:
        rivals = make(world)
        with meanwhile(at, rivals.second) as moves:
            first = rivals.first()
        if moves.result is None:
            break
        assert outcomes([first]).keys() <= rivals.first_may, (moves, first.text)
        assert outcomes([moves.result]).keys() <= rivals.second_may, (moves, moves.result.text)
    assert 2 < at < MOVES[-1]


# --- erasing ----------------------------------------------------------------------------------


NUMBERS = count()


def _stranger() -> Json:
    return BUYER | {"name": "沈一", "phone": f"139{next(NUMBERS):08}"}


def _known(customer_id: str) -> tuple[list[str], list[Order], int]:
    """What still says who somebody is: kinds of items; all their paid orders; and their count."""
    books = Books.read()
    item = books.get(CustomerItem, key_of("customer", customer_id))
    assert item is not None
    paid = [order for order in books.orders if order.customer_id == customer_id and order.paid_at]
    kinds = ["order" for order in paid if order.buyer is not None]
    return kinds + ["customer"] * (item.doc.sealed is not None), paid, item.doc.paid_orders


def _met(
    world: World, order: Json, other: Send, at: int, *, erased_first: bool
) -> requests.Response | None:
    """What `other` was answered as it met the erasure of the order's customer, one of the two done
    whole before the `at`-th request of the first; None past the last of these."""
    erase = partial(world.county.delete, f"/v1/customers/{order['customer_id']}")
    first, second = (erase, other) if erased_first else (other, erase)
    with meanwhile(at, second) as moves:
        answer = first()
    if moves.result is None:
        return None
    erased, reply = (answer, moves.result) if erased_first else (moves.result, answer)
    assert erased.status_code == 204, (moves, erased.text)
    return reply


@pytest.mark.parametrize("erased_first", [True, False])
def test_who_pays_while_being_erased_is_gone_or_new_but_never_half(
    world: World, erased_first: bool
) -> None:
    """New: with that one order, its buyer and a count of 1."""
    offer, seen = world.offer(packs_total=90), set()
    for at in MOVES:
        person = _stranger()
        before = world.paid_order(offer, buyer=person)
        again = world.order(offer, buyer=person)
        paid = _met(world, before, _pay(world, again), at, erased_first=erased_first)
        if paid is None:
            break
        assert outcomes([paid]).keys() <= {"200", "not_allowed_now"}, (at, paid.text)
        kinds, orders, count = _known(before["customer_id"])
        new = [order for order in orders if order.after_erasures]
        assert kinds == ["order", "customer"] * len(new), at
        assert count == (1 if new else len(orders)), at
        seen.add((paid.status_code, len(new)))
    assert 2 < at < MOVES[-1]
    assert seen >= ({(200, 0), (200, 1), (409, 0)} if erased_first else {(409, 0)})


@pytest.mark.parametrize("erased_first", [True, False])
def test_no_reason_of_a_refund_outlives_an_erasure_that_it_meets(
    world: World, erased_first: bool
) -> None:
    offer = world.offer(packs_total=90)
    for at in MOVES:
        order = world.paid_order(offer, buyer=_stranger())
        refund = _refund(world, order, 100)
        refunded = _met(world, order, refund, at, erased_first=erased_first)
        if refunded is None:
            break
        assert refunded.status_code == 201, (at, refunded.text)
        [kept] = ok(world.seller.get(f"/v1/orders/{order['id']}/refunds"))["items"]
        assert (kept["amount_fen"], kept["reason"]) == (100, ""), at
    assert 2 < at < MOVES[-1]


@pytest.mark.parametrize("what", ["read", "run"])
@pytest.mark.parametrize("erased_first", [True, False])
def test_nothing_of_an_import_comes_back_while_one_of_its_buyers_is_erased(
    server: str, what: str, erased_first: bool
) -> None:
    seen = set()
    for at in MOVES:
        new_table()
        world = World(server)  # as an erasure looks at all that its shop has imported lately
        offer = world.offer()
        offers, table = dict.fromkeys(TITLES, offer), qunjielong(2)
        phone = table[1][table[0].index("手机号")]
        table[2][table[0].index("商品数量")] = f"{phone} 一件"
        before = world.paid_order(offer, buyer=_stranger() | {"phone": phone})
        import_id = uploaded(world.seller, as_csv(table))
        mapped(world.seller, import_id, offers)
        work = partial(world.seller.post, f"/v1/imports/{import_id}/{what}", {})
        done = _met(world, before, work, at, erased_first=erased_first)
        if done is None:
            break
        assert outcomes([done]).keys() <= {"200", "file_gone"}, (at, done.text)
        rest = world.seller.post(f"/v1/imports/{import_id}/run", {})
        assert outcomes([rest]).keys() <= {"200", "file_gone", "not_allowed_now"}, rest.text
        kinds, orders, _ = _known(before["customer_id"])
        assert kinds == [], (at, done.text)
        assert list((settings().data / "imports").glob(f"{import_id}.*")) == [], at
        assert phone not in "".join(
            outcome.model_dump_json() for outcome in outcomes_of(import_id, 0, 9)
        )
        seen.add((done.status_code, len(orders)))
    assert 2 < at < MOVES[-1]
    done_before = {"run": {(200, 2)}, "read": {(200, 1)} if erased_first else set()}
    assert seen >= done_before[what] | {(410, 1)}
