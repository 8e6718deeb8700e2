"""Lists: page by page everything comes exactly once, in the order that was promised."""

import operator
from collections.abc import Callable
from typing import Any

import pytest

from tests.world import BUYER, Client, Json, World, new_id, ok

MANY = 7


class Full:
    """A world with MANY of everything."""

    def __init__(self, world: World) -> None:
        self.world = world
        village = {"name": "村", "county": "歙县", "province": "安徽省"}
        for n in range(MANY):
            world.account("county", f"county{n}")
            ok(world.county.put(f"/v1/villages/{new_id()}", village), 201)
            world.producer()
            world.product()
            world.batch()
        self.batch = world.passed_batch(quantity=10_000)
        for _ in range(MANY):
            world.move(self.batch, "hold")
            world.inspect(self.batch)
            world.move(self.batch, "release")
        offer = world.offer(self.batch, packs_total=100)
        for n in range(MANY):
            world.offer(self.batch, packs_total=1)
            buyer = BUYER | {"phone": f"1380000000{n}"}
            world.complain(world.delivered(world.pack(world.paid_order(offer, buyer=buyer))))
        self.order = world.paid_order(offer)
        refund = {"amount_fen": 1, "reason": "坏果"}
        for _ in range(MANY):
            ok(world.seller.put(f"/v1/orders/{self.order['id']}/refunds/{new_id()}", refund), 201)


@pytest.fixture(scope="module")
def full(shared: World) -> Full:
    return Full(shared)


Key = Callable[[Json], Any]
at = operator.itemgetter


LISTS: dict[str, tuple[str, str, Key | None, bool]] = {
    # what: by whom, path, sorted by, newest (largest) first
    "villages": ("county", "/v1/villages", at("created_at"), False),
    "accounts": ("county", "/v1/accounts", at("created_at"), False),
    "producers": ("cadre", "/v1/producers", at("created_at"), False),
    "producers of a village": ("county", "/v1/producers?village_id={village}", None, False),
    "all producers": ("county", "/v1/producers", at("created_at"), False),
    "products": ("cadre", "/v1/products", None, False),
    "batches": ("cadre", "/v1/batches", at("recorded_at"), True),
    "batches in a state": ("cadre", "/v1/batches?state=registered", at("recorded_at"), True),
    "batches for the shop": ("seller", "/v1/batches", at("recorded_at"), True),
    "all batches": ("county", "/v1/batches", at("recorded_at"), True),
    "inspections": ("cadre", "/v1/batches/{batch}/inspections", at("recorded_at"), True),
    "flagged inspections": ("county", "/v1/inspections/flagged", at("recorded_at"), True),
    "changes": ("cadre", "/v1/batches/{batch}/changes", at("at"), False),
    "parcels": ("county", "/v1/batches/{batch}/parcels", None, False),
    "parcels of the shop": ("seller", "/v1/batches/{batch}/parcels", None, False),
    "offers": ("nobody", "/v1/shops/{shop}/offers", at("created_at"), True),
    "orders": ("seller", "/v1/orders", at("created_at"), True),
    "orders in a state": ("seller", "/v1/orders?state=delivered", at("created_at"), True),
    "all orders": ("county", "/v1/orders", at("created_at"), True),
    "refunds": ("seller", "/v1/orders/{order}/refunds", None, False),
    "complaints": ("seller", "/v1/complaints", at("reply_due_at"), False),
    "all complaints": ("county", "/v1/complaints?state=open", at("reply_due_at"), False),
    "complaints in time": ("county", "/v1/complaints?overdue=false", at("reply_due_at"), False),
    "customers": ("seller", "/v1/customers", at("last_order_at"), True),
    "new customers": ("seller", "/v1/customers?repeat=false", at("last_order_at"), True),
}


def open_list(full: Full, what: str) -> tuple[Client, str, Key | None, bool]:
    who, path, key, newest_first = LISTS[what]
    path = path.format(
        village=full.world.village_id,
        batch=full.batch["id"],
        shop=full.world.shop_id,
        order=full.order["id"],
    )
    return getattr(full.world, who), path, key, newest_first


@pytest.mark.parametrize("what", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 3, MANY, 100])
def test_walking_the_pages_gives_everything_once_in_order(
    what: str, limit: int, full: Full
) -> None:
    by, path, key, newest_first = open_list(full, what)
    whole = ok(by.get(path, limit=100), 200)
    assert whole["next_cursor"] is None
    items = whole["items"]
    assert len(items) >= MANY, "or this test says nothing"
    assert by.everything(path, limit=limit) == items
    seen = [repr(item) for item in items]
    assert len(set(seen)) == len(seen)
    if key:
        values = [key(item) for item in items]
        assert values == sorted(values, reverse=newest_first)


@pytest.mark.parametrize("what", LISTS)
def test_a_page_has_twenty_unless_told_otherwise(what: str, full: Full) -> None:
    by, path, _, _ = open_list(full, what)
    page = ok(by.get(path), 200)
    assert set(page) >= {"items", "next_cursor"}
    assert len(page["items"]) <= 20
