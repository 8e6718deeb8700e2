"""From the order to the money that came back, with real signatures: the sandbox tells by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.services import charges
from tests.books import Books
from tests.paid_shop import Shop
from tests.waits import until
from tests.world import new_id, ok, raw_items


@pytest.mark.parametrize(
    ("way", "shown"), [("native", "code_url"), ("h5", "h5_url"), ("jsapi", "params")]
)
def test_an_order_is_paid_and_a_part_of_it_comes_back(shop: Shop, way: str, shown: str) -> None:
    order = shop.order()
    charge = shop.started(order, way=way, **({"openid": "oBuyer"} if way == "jsapi" else {}))
    assert charge[shown]
    shop.pays(charge, times=4)
    until(lambda: shop.now(order)["state"] == "paid")
    path = f"/v1/orders/{order['id']}/refunds/{new_id()}"
    body = {"amount_fen": 1000, "reason": "坏了"}
    assert ok(shop.world.seller.put(path, body), 201)["money"] in {"requested", "returned"}
    until(lambda: shop.ledger(order)[0]["money"] == "returned")
    Books.read().check()


def test_another_sum_comes_back_by_itself(shop: Shop) -> None:
    order = shop.order()
    shop.pays(shop.started(order), amount_fen=1)
    until(lambda: bool(shop.ledger(order)))
    assert shop.now(order)["state"] == "pending_payment"
    charges.ask_payments(datetime.now(UTC) + timedelta(minutes=2))
    until(lambda: shop.ledger(order)[0]["money"] == "returned")
    Books.read().check()


def test_no_key_of_the_merchant_is_in_what_was_written(shop: Shop) -> None:
    order = shop.order()
    shop.pays(shop.started(order))
    until(lambda: shop.now(order)["state"] == "paid")
    entered = shop.sandbox.entered()
    stored = str(list(raw_items()))
    assert entered["apiv3_key"] not in stored
    assert entered["private_key"].splitlines()[1] not in stored
