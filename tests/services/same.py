"""Requests to send more than once: the same key, body and address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from tests.world import Client, Json, World, inspection_body, merchant_body, new_id, ok


def stock(world: World, packs: int, **fields: Any) -> tuple[Json, Json]:
    """A batch and an offer of so many packs."""
    batch = world.passed_batch(quantity=packs * 10)
    return batch, world.offer(batch, packs_total=packs, **fields)


@dataclass(frozen=True)
class Same:
    """One request to repeat, another body for its key, and what the repeats may do only once."""

    client: Client
    method: str
    path: str
    body: Json
    other: Json
    refusal: str = "different_content"
    """What a PUT of the other body is refused as."""

    def send(
        self, key: str, *, client: Client | None = None, body: Json | None = None
    ) -> requests.Response:
        """Under a key, by another client or with another body if told so."""
        return (client or self.client).call(
            self.method,
            self.path,
            json=self.body if body is None else body,
            headers={"Idempotency-Key": key},
        )


def ordering(world: World) -> Same:
    _, offer = stock(world, 100)
    return Same(
        world.nobody,
        "POST",
        "/v1/orders",
        world.order_body(offer, 3),
        world.order_body(offer, 4),
    )


def ordering_all_one_may(world: World) -> Same:
    """It takes all that is left, and all that this customer may have."""
    _, offer = stock(world, 4, limit_per_customer=4)
    body = world.order_body(offer, 4)
    return Same(world.nobody, "POST", "/v1/orders", body, body | {"channel": "livestream"})


def paying(world: World) -> Same:
    order = world.order(world.offer())
    body = {"paid_fen": order["total_fen"], "method": "wechat", "reference": "4200"}
    path = f"/v1/orders/{order['id']}/payment"
    return Same(world.seller, "POST", path, body, body | {"reference": "4201"})


def cancelling(world: World) -> Same:
    path = f"/v1/orders/{world.paid_order(world.offer())['id']}/cancel"
    return Same(world.seller, "POST", path, {"reason": "a"}, {"reason": "b"})


def packing(world: World) -> Same:
    """Of an order of three packs, so that a second parcel would fit."""
    order = world.paid_order(world.offer(), 3)
    batch_id = order["lines"][0]["batch_ids"][0]

    def packed(packs: int) -> Json:
        return {"allocations": [{"line": 0, "batch_id": batch_id, "packs": packs}]}

    return Same(world.seller, "POST", f"/v1/orders/{order['id']}/parcels", packed(1), packed(2))


def shipping(world: World) -> Same:
    path = f"/v1/parcels/{world.parcel()['code']}/ship"
    body = {"carrier": "顺丰", "waybill": "SF1"}
    return Same(world.seller, "POST", path, body, body | {"waybill": "SF2"})


def complaining(world: World) -> Same:
    path = f"/t/{world.delivered(world.parcel())['code']}/complaints"
    return Same(world.nobody, "POST", path, {"reason": "rotten"}, {"reason": "damaged"})


def settling(world: World) -> Same:
    path = f"/v1/complaints/{world.complain(world.parcel())['id']}/settle"
    body = {"remedy": "partial_refund", "refund_fen": 700, "message": "退"}
    return Same(world.seller, "POST", path, body, body | {"refund_fen": 701})


def holding(world: World) -> Same:
    batch, _ = stock(world, 20)
    path = f"/v1/batches/{batch['id']}/hold"
    return Same(world.cadre, "POST", path, {"reason": "a"}, {"reason": "b"})


def refunding(world: World) -> Same:
    order = world.paid_order(world.offer())
    path = f"/v1/orders/{order['id']}/refunds/{new_id()}"
    body = {"amount_fen": 800, "reason": "坏果"}
    return Same(world.seller, "PUT", path, body, body | {"amount_fen": 801})


def sending_a_refund(world: World) -> Same:
    order = world.paid_order(world.offer())
    path = f"/v1/orders/{order['id']}/refunds/{new_id()}"
    ok(world.seller.put(path, {"amount_fen": 800, "reason": "坏果"}))
    body = {"method": "银行转账", "reference": new_id()}
    return Same(world.seller, "PUT", f"{path}/sent", body, body | {"method": "现金"})


def entering_a_merchant(world: World) -> Same:
    shop = {"name": "新店", "village_ids": [world.village_id]}
    path = f"/v1/shops/{new_id()}"
    ok(world.county.put(path, shop))
    body = merchant_body()
    path += "/merchants/wechatpay"
    return Same(world.county, "PUT", path, body, body | {"mchid": "1"}, "invalid")


def inspecting(world: World) -> Same:
    path = f"/v1/batches/{world.batch()['id']}/inspections/{new_id()}"
    body = inspection_body()
    return Same(world.cadre, "PUT", path, body, body | {"note": "又"})


def inspecting_and_failing(world: World) -> Same:
    batch, _ = stock(world, 20)
    path = f"/v1/batches/{batch['id']}/inspections/{new_id()}"
    body = inspection_body(77)
    return Same(world.cadre, "PUT", path, body, body | {"note": "又"})


def opening_an_offer(world: World) -> Same:
    body = world.offer_body(world.passed_batch())
    path = f"/v1/offers/{new_id()}"
    return Same(world.seller, "PUT", path, body, body | {"title": "另一个"})


def registering(world: World) -> Same:
    body = world.batch_body()
    return Same(world.cadre, "PUT", f"/v1/batches/{new_id()}", body, body | {"quantity": 7})


def certifying(world: World) -> Same:
    path = f"/v1/batches/{world.passed_batch()['id']}/certificates/{new_id()}"
    body = {"basis": "self_tested", "quantity": 10, "contact": "0559-1234567"}
    return Same(world.cadre, "PUT", path, body, body | {"quantity": 11})


def correcting(world: World) -> Same:
    path = f"/v1/batches/{world.batch()['id']}/quantity"
    body = {"quantity": 100, "reason": "多打了一个 0"}
    return Same(world.cadre, "POST", path, body, body | {"quantity": 101})


def closing_an_offer(world: World) -> Same:
    path = f"/v1/offers/{world.offer()['id']}/close"
    return Same(world.seller, "POST", path, {"reason": "a"}, {"reason": "b"})


def answering(world: World) -> Same:
    path = f"/v1/complaints/{world.complain(world.parcel())['id']}/answer"
    return Same(world.seller, "POST", path, {"message": "a"}, {"message": "b"})


def saying_more(world: World) -> Same:
    complaint = world.complain(world.parcel())
    path = f"/v1/complaints/{complaint['id']}"
    ok(world.seller.post(f"{path}/answer", {"message": "a"}, new_id()))
    path += f"/messages?key={complaint['access_key']}"
    return Same(world.nobody, "POST", path, {"message": "a"}, {"message": "b"})


def reopening(world: World) -> Same:
    complaint = world.complain(world.parcel())
    world.settle(complaint)
    path = f"/v1/complaints/{complaint['id']}/reopen?key={complaint['access_key']}"
    return Same(world.nobody, "POST", path, {"message": "a"}, {"message": "b"})


SAMES: list[Callable[[World], Same]] = [
    ordering, ordering_all_one_may, paying, cancelling, packing, shipping, complaining, answering,
    settling, reopening, saying_more, holding, refunding, sending_a_refund,
    entering_a_merchant, registering, inspecting,
    inspecting_and_failing, certifying, correcting, opening_an_offer, closing_an_offer,
]  # fmt: skip
