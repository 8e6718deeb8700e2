"""An Idempotency-Key: a repeat gives the first answer, and the thing is done once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from chalicelib.api.edge.index import declared
from chalicelib.domain.patterns import LEAST_COMPLAINTS
from tests.platform_files import as_csv, import_body, mapped, pinduoduo, uploaded
from tests.world import Client, Json, World, new_id, ok, refused, stored

Post = tuple[Client, str, Json, Json]
"""By whom, where, a body, and what makes it another."""

REASON = {"reason": "抽检"}, {"reason": "另一个"}


def delivered(w: World) -> Json:
    return w.delivered(w.parcel())


def hold(w: World) -> Post:
    return w.cadre, f"/v1/batches/{w.passed_batch()['id']}/hold", *REASON


def quantity(w: World) -> Post:
    body = {"quantity": 900, "reason": "多打了一个 0"}
    return (
        w.cadre,
        f"/v1/batches/{w.passed_batch()['id']}/quantity",
        body,
        body | {"quantity": 901},
    )


def release(w: World) -> Post:
    batch = w.passed_batch()
    w.inspect(batch, rate=60)
    w.inspect(batch, rate=10)
    return w.county, f"/v1/batches/{batch['id']}/release", *REASON


def recall(w: World) -> Post:
    return w.county, f"/v1/batches/{w.passed_batch()['id']}/recall", *REASON


def close_batch(w: World) -> Post:
    return w.cadre, f"/v1/batches/{w.passed_batch()['id']}/close", *REASON


def close_offer(w: World) -> Post:
    return w.seller, f"/v1/offers/{w.offer()['id']}/close", *REASON


def order(w: World) -> Post:
    return w.nobody, "/v1/orders", w.order_body(w.offer(), 2), {"channel": "bulk"}


def sellers_order(w: World) -> Post:
    return w.seller, *order(w)[1:]


def payment(w: World) -> Post:
    placed = w.order(w.offer())
    body = {"paid_fen": placed["total_fen"], "method": "wechat", "reference": "1"}
    return w.seller, f"/v1/orders/{placed['id']}/payment", body, {"reference": "2"}


def cancel(w: World) -> Post:
    return w.seller, f"/v1/orders/{w.paid_order(w.offer())['id']}/cancel", *REASON


def buyers_cancel(w: World) -> Post:
    placed = w.order(w.offer())
    return w.nobody, f"/v1/orders/{placed['id']}/cancel?key={placed['access_key']}", *REASON


def pack(w: World) -> Post:
    paid = w.paid_order(w.offer(), packs=2)
    [line] = paid["lines"]
    allocation = {"line": 0, "batch_id": line["batch_ids"][0], "packs": 1}
    path = f"/v1/orders/{paid['id']}/parcels"
    return (
        w.seller,
        path,
        {"allocations": [allocation]},
        {"allocations": [allocation | {"packs": 2}]},
    )


def ship(w: World) -> Post:
    body = {"carrier": "顺丰", "waybill": "SF1"}
    return w.seller, f"/v1/parcels/{w.parcel()['code']}/ship", body, {"waybill": "SF2"}


def deliver(w: World) -> Post:
    parcel = w.parcel()
    w.shipped(parcel)
    return w.seller, f"/v1/parcels/{parcel['code']}/deliver", {}, {}


def take_back(w: World) -> Post:
    return w.seller, f"/v1/parcels/{delivered(w)['code']}/return", {}, {}


def complain(w: World) -> Post:
    path = f"/t/{delivered(w)['code']}/complaints"
    return w.nobody, path, {"reason": "rotten", "description": "坏了"}, {"reason": "damaged"}


def answer(w: World) -> Post:
    path = f"/v1/complaints/{w.complain(delivered(w))['id']}/answer"
    return w.seller, path, {"message": "抱歉"}, {"message": "你好"}


def say_more(w: World) -> Post:
    claim = w.complain(delivered(w))
    path = f"/v1/complaints/{claim['id']}/messages?key={claim['access_key']}"
    return w.nobody, path, {"message": "又坏了两个"}, {"message": "三个"}


def settle(w: World) -> Post:
    path = f"/v1/complaints/{w.complain(delivered(w))['id']}/settle"
    body = {"remedy": "partial_refund", "refund_fen": 100, "message": "退"}
    return w.seller, path, body, {"refund_fen": 200}


def way_back(w: World) -> str:
    """The path of a return that is waited for."""
    complaint = w.complain(delivered(w))
    w.settle(complaint, remedy="return")
    return f"/v1/complaints/{complaint['id']}/return"


def send_back(w: World) -> Post:
    sent = {"carrier": "顺丰", "waybill": "SF1"}
    return w.seller, way_back(w), sent, {"waybill": "SF2"}


def receive_return(w: World) -> Post:
    return w.seller, f"{way_back(w)}/receive", {}, {}


def close_return(w: World) -> Post:
    return w.county, f"{way_back(w)}/close", {}, {}


def dismiss_proposal(w: World) -> Post:
    batch = w.passed_batch()
    offer = w.offer(batch)
    for _ in range(LEAST_COMPLAINTS):
        w.complain(w.delivered(w.pack(w.paid_order(offer))))
    path = f"/v1/batches/{batch['id']}/proposal/dismiss"
    return w.cadre, path, {"reason": "快递压的"}, {"reason": "别的原因"}


def reject(w: World) -> Post:
    path = f"/v1/complaints/{w.complain(delivered(w))['id']}/reject"
    return w.county, path, {"message": "不成立"}, {"message": "不行"}


def reopen(w: World) -> Post:
    complaint = w.complain(delivered(w))
    w.settle(complaint, refund_fen=1)
    path = f"/v1/complaints/{complaint['id']}/reopen?key={complaint['access_key']}"
    return w.nobody, path, {"message": "不行"}, {"message": "还是不行"}


def issue_coupon(w: World) -> Post:
    w.paid_order(w.offer())
    path = f"/v1/customers/{w.customer()['id']}/coupons"
    return w.seller, path, w.coupon_body(), {"off_fen": 501}


def export(w: World) -> Post:
    w.paid_order(w.offer(), consent={"text_version": "2026-11"})
    return w.seller, "/v1/customers/exports", {"purpose": "message"}, {"purpose": "count"}


def register_import(w: World) -> Post:
    return w.seller, "/v1/imports", import_body(b"x"), {"filename": "other.csv"}


def run_import(w: World) -> Post:
    import_id = uploaded(w.seller, as_csv(pinduoduo()))
    mapped(w.seller, import_id, {"土鸡蛋": w.offer()})
    return w.seller, f"/v1/imports/{import_id}/run", {}, {}


def pack_several(w: World) -> Post:
    offer = w.offer()
    first, second = (w.paid_order(offer)["id"] for _ in range(2))
    return w.seller, "/v1/packing", {"order_ids": [first]}, {"order_ids": [second]}


def take_packing_back(w: World) -> Post:
    return w.seller, f"/v1/packing-runs/{w.packing_run()}/take-back", {}, {}


def ship_by_waybills(w: World) -> Post:
    row = {"row": 1, "parcel": w.parcel()["code"], "carrier": "顺丰", "waybill": "SF1"}
    return w.seller, "/v1/waybills", {"rows": [row]}, {"rows": [row | {"waybill": "SF2"}]}


def deliver_several(w: World) -> Post:
    parcel = w.shipped(w.parcel())
    row = {"row": 1, "waybill": parcel["waybill"]}
    return w.seller, "/v1/deliveries", {"rows": [row]}, {"rows": [row | {"state": "已签收"}]}


KINDS = [
    hold,
    quantity,
    release,
    recall,
    close_batch,
    close_offer,
    order,
    sellers_order,
    payment,
    cancel,
    buyers_cancel,
    pack,
    ship,
    deliver,
    take_back,
    complain,
    answer,
    settle,
    send_back,
    receive_return,
    close_return,
    dismiss_proposal,
    reject,
    reopen,
    say_more,
    issue_coupon,
    export,
    register_import,
    run_import,
    pack_several,
    take_packing_back,
    ship_by_waybills,
    deliver_several,
]


def shape(path: str) -> list[str]:
    return path.partition("?")[0].split("/")


def test_every_keyed_route_is_among_them(world: World) -> None:
    def fits(route: list[str], path: list[str]) -> bool:
        same = zip(route, path, strict=False)
        return len(route) == len(path) and all(r == p or r.startswith("{") for r, p in same)

    sent = [shape(kind(world)[1]) for kind in KINDS]
    for route in declared():
        if route.keyed:
            assert any(fits(shape(route.path), path) for path in sent), route.path


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_repeat_gives_the_first_answer_and_does_nothing(
    kind: Callable[[World], Post], world: World
) -> None:
    by, path, body, change = kind(world)
    key = new_id()
    first = by.post(path, body, key)
    assert first.status_code in {200, 201}, first.text
    assert "Idempotent-Replayed" not in first.headers
    items = stored()
    for _ in range(2):
        again = by.post(path, body, key)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert (again.status_code, again.json()) == (first.status_code, first.json())
    if change:
        refused(by.post(path, body | change, key), 422, "idempotency_key_reused")
    assert stored() == items


def test_without_a_key_it_is_done_again(world: World) -> None:
    body = world.order_body(world.offer())
    first, two = (ok(world.nobody.post("/v1/orders", body), 201) for _ in range(2))
    assert first["id"] != two["id"]


def test_a_key_belongs_to_who_used_it(world: World) -> None:
    offer, key = world.offer(), new_id()
    body = world.order_body(offer)
    publics = ok(world.nobody.post("/v1/orders", body, key), 201)
    sellers = ok(world.seller.post("/v1/orders", body, key), 201)
    countys = ok(world.county.post("/v1/orders", body, key), 201)
    other = body | {"buyer": body["buyer"] | {"phone": "13900000000"}}
    anothers = ok(world.nobody.post("/v1/orders", other, key), 201)
    assert len({order["id"] for order in (publics, sellers, countys, anothers)}) == 4


def test_one_key_is_for_one_thing(world: World) -> None:
    first, two, key = world.passed_batch(), world.passed_batch(), new_id()
    ok(world.cadre.post(f"/v1/batches/{first['id']}/hold", REASON[0], key), 200)
    other_thing = world.cadre.post(f"/v1/batches/{two['id']}/hold", REASON[0], key)
    refused(other_thing, 422, "idempotency_key_reused")
    other_move = world.cadre.post(f"/v1/batches/{first['id']}/recall", REASON[0], key)
    refused(other_move, 422, "idempotency_key_reused")


def test_a_conflict_is_not_remembered(world: World) -> None:
    """So the same key works once the reason is gone."""
    batch, key = world.passed_batch(), new_id()
    world.move(batch, "hold")
    path = f"/v1/batches/{batch['id']}/release"
    refused(world.cadre.post(path, REASON[0], key), 409, "release_needs_pass")
    world.inspect(batch)
    answer = world.cadre.post(path, REASON[0], key)
    assert ok(answer, 200)["state"] == "passed"
    assert "Idempotent-Replayed" not in answer.headers


def test_an_order_refused_as_sold_out_is_taken_when_packs_come_back(world: World) -> None:
    offer, key = world.offer(packs_total=1), new_id()
    first = world.order(offer)
    body = world.order_body(offer) | {"external_ref": "2"}
    refused(world.nobody.post("/v1/orders", body, key), 409, "out_of_stock")
    ok(world.seller.post(f"/v1/orders/{first['id']}/cancel", REASON[0], new_id()), 200)
    ok(world.nobody.post("/v1/orders", body, key), 201)


def test_a_repeated_order_is_found_before_it_is_told_sold_out(world: World) -> None:
    offer, key = world.offer(packs_total=1), new_id()
    body = world.order_body(offer)
    first = ok(world.nobody.post("/v1/orders", body, key), 201)
    again = world.nobody.post("/v1/orders", body, key)
    assert ok(again, 201) == first
    other = world.nobody.post("/v1/orders", body, new_id())
    assert refused(other, 409, "out_of_stock")["packs_left"] == 0


def test_a_repeated_order_tells_the_first_answer_after_everything_moved_on(world: World) -> None:
    offer, key = world.offer(), new_id()
    body = world.order_body(offer)
    first = ok(world.nobody.post("/v1/orders", body, key), 201)
    world.delivered(world.pack(world.pay(first)))
    assert ok(world.nobody.post("/v1/orders", body, key), 201) == first
    ok(world.seller.post(f"/v1/offers/{offer['id']}/close", REASON[0], new_id()), 200)
    assert ok(world.nobody.post("/v1/orders", body, key), 201) == first


def test_one_payment_is_one_payment_with_or_without_a_key(world: World) -> None:
    placed = world.order(world.offer())
    body = {"paid_fen": placed["total_fen"], "method": "wechat", "reference": "4200001"}
    path = f"/v1/orders/{placed['id']}/payment"
    first = ok(world.seller.post(path, body), 200)
    assert ok(world.seller.post(path, body), 200) == first
    other = world.seller.post(path, body | {"reference": "4200002"})
    assert refused(other, 409, "not_allowed_now")["state"] == "paid"
    [customer] = ok(world.seller.get("/v1/customers"))["items"]
    assert customer["paid_orders"] == 1


@pytest.mark.parametrize(
    "kind",
    [order, payment, cancel, pack, ship, complain, settle, recall, close_offer],
    ids=lambda kind: kind.__name__,
)
def test_of_two_at_the_same_moment_one_works(kind: Callable[[World], Post], world: World) -> None:
    by, path, body, _ = kind(world)
    key = new_id()

    def send(_: Any) -> requests.Response:
        return Client(world.url, by.token).post(path, body, key)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(6)))
    done = [answer for answer in answers if answer.status_code < 300]
    assert done
    assert all(answer.json() == done[0].json() for answer in done)
    assert sum("Idempotent-Replayed" not in answer.headers for answer in done) == 1
    for answer in answers:
        if answer.status_code >= 300:
            refused(answer, 409, "in_progress")
