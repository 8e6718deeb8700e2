"""What is past its shelf life goes out only when somebody says so, as the journal then tells."""

from datetime import date, timedelta

import pytest

from tests.books import Books
from tests.visitor import Visitor
from tests.world import Json, World, new_id, ok, product_body, refused, today

SHELF_LIFE = 7


def harvested(days_ago: int) -> str:
    return str(date.fromisoformat(today()) - timedelta(days=days_ago))


@pytest.fixture
def product(world: World) -> Json:
    return world.product(shelf_life_days=SHELF_LIFE)


def batch(w: World, product: Json, days_ago: int, **fields: object) -> Json:
    return w.passed_batch(product_id=product["id"], harvested_on=harvested(days_ago), **fields)


def expired_order(w: World, product: Json) -> tuple[Json, Json]:
    """Of a batch that is long past its day, which somebody offered all the same."""
    old = batch(w, product, 40)
    return old, w.paid_order(w.offer(old, expired_ok=True))


def allocation(old: Json, packs: int = 1) -> Json:
    return {"allocations": [{"line": 0, "batch_id": old["id"], "packs": packs}]}


def test_the_fresh_lot_is_proposed_and_never_the_expired_one(world: World, product: Json) -> None:
    old, fresh = batch(world, product, 40), batch(world, product, 1)
    order = world.paid_order(world.offer(old, fresh))
    [plan] = world.seller.everything("/v1/packing")
    assert [proposal["batch_id"] for proposal in plan["proposals"]] == [fresh["id"]]
    [done] = ok(world.seller.post("/v1/packing", {"order_ids": [order["id"]]}, new_id()))["items"]
    parcel = ok(world.seller.get(f"/v1/parcels/{done['code']}"))
    assert [allocation["batch_id"] for allocation in parcel["allocations"]] == [fresh["id"]]
    Books.read().check()


@pytest.mark.parametrize(
    ("days_ago", "code"), [(SHELF_LIFE, None), (SHELF_LIFE + 1, "batch_expired")]
)
def test_the_last_good_day_is_still_good(
    days_ago: int, code: str | None, world: World, product: Json
) -> None:
    harvest = batch(world, product, days_ago)
    body = world.offer_body(harvest)
    sent = world.seller.put(f"/v1/offers/{new_id()}", body)
    if code:
        refused(sent, 409, code)
        sent = world.seller.put(f"/v1/offers/{new_id()}", body | {"expired_ok": True})
    order = world.paid_order(ok(sent, 201))
    [plan] = world.seller.everything("/v1/packing")
    assert (plan["problem"] and plan["problem"]["code"]) == code
    sent = world.seller.post(f"/v1/orders/{order['id']}/parcels", allocation(harvest))
    assert sent.status_code == (409 if code else 201)


def test_only_expired_left_is_a_problem_of_its_own(world: World, product: Json) -> None:
    old, order = expired_order(world, product)
    [plan] = world.seller.everything("/v1/packing")
    assert (plan["proposals"], plan["problem"]["code"]) == ([], "batch_expired")
    assert old["lot"] in plan["problem"]["detail"]
    [done] = ok(world.seller.post("/v1/packing", {"order_ids": [order["id"]]}, new_id()))["items"]
    assert (done["code"], done["problem"]["code"]) == (None, "batch_expired")


def test_packing_what_is_expired_takes_a_word_which_the_journal_keeps(
    world: World, product: Json
) -> None:
    old, order = expired_order(world, product)
    path = f"/v1/orders/{order['id']}/parcels"
    for body in (allocation(old), allocation(old) | {"expired_ok": False}):
        refusal = refused(world.seller.post(path, body), 409, "batch_expired")
        assert "expired_ok" in refusal["detail"]
        assert refusal["best_before"] == harvested(40 - SHELF_LIFE)
    parcel = ok(world.seller.post(path, allocation(old) | {"expired_ok": True}), 201)
    last = world.seller.everything(f"/v1/orders/{order['id']}/changes")[-1]
    assert (last["old"], last["new"]) == ("paid", "packed")
    assert old["lot"] in last["why"]
    assert harvested(40 - SHELF_LIFE) in last["why"]
    assert world.trace(parcel["code"])["batches"][0]["best_before"] == harvested(40 - SHELF_LIFE)
    Books.read().check()


def test_of_an_order_in_two_parcels_both_words_are_kept(world: World, product: Json) -> None:
    """Its state does not move with the first."""
    old = batch(world, product, 40)
    order = world.paid_order(world.offer(old, expired_ok=True), 2)
    path = f"/v1/orders/{order['id']}/parcels"
    for _ in range(2):
        ok(world.seller.post(path, allocation(old) | {"expired_ok": True}), 201)
    changes = world.seller.everything(f"/v1/orders/{order['id']}/changes")
    moves = [(change["old"], change["new"]) for change in changes if old["lot"] in change["why"]]
    assert moves == [("paid", "paid"), ("paid", "packed")]
    Books.read().check()


def test_an_offer_of_what_is_expired_takes_a_word_which_the_journal_keeps(
    world: World, product: Json
) -> None:
    old = batch(world, product, 40)
    body = world.offer_body(old)
    refused(world.seller.put(f"/v1/offers/{new_id()}", body), 409, "batch_expired")
    offer = ok(world.seller.put(f"/v1/offers/{new_id()}", body | {"expired_ok": True}), 201)
    last = world.cadre.everything(f"/v1/batches/{old['id']}/changes")[-1]
    assert (last["old"], last["new"]) == ("passed", "passed")
    assert offer["title"] in last["why"]
    shown = ok(world.nobody.get(f"/v1/shops/{offer['shop_id']}/offers"))["items"]
    assert [shown_offer["id"] for shown_offer in shown] == [offer["id"]]


def test_an_offer_sets_nothing_expired_aside_unless_somebody_says_so(
    world: World, product: Json
) -> None:
    old, fresh = batch(world, product, 40), batch(world, product, 1, quantity=100)
    few = world.offer_body(old, fresh, packs_total=10)
    ok(world.seller.put(f"/v1/offers/{new_id()}", few), 201)
    assert ok(world.cadre.get(f"/v1/batches/{fresh['id']}"))["available_quantity"] == 0
    refused(world.seller.put(f"/v1/offers/{new_id()}", few), 409, "batch_expired")
    ok(world.seller.put(f"/v1/offers/{new_id()}", few | {"expired_ok": True}), 201)


def test_the_order_page_asks_before_it_packs(world: World, product: Json) -> None:
    seller = Visitor(world.url).signed_in("seller")
    old, order = expired_order(world, product)
    page = seller.get("/seller/packing")
    assert "已过保鲜期" in page.words
    page = seller.get(f"/seller/orders/{order['id']}")
    assert f"批次 {old['lot']}（保鲜到" in page.words
    packs = f"packs-0-{old['id']}"
    page = seller.send(page.form("pack"), **{packs: "1"})
    assert page.status == 409
    assert "勾选确认" in page.words
    page = seller.send(page.form("pack"), **{packs: "1", "expired_ok": "1"})
    assert page.status == 200
    assert "确认后装箱" in page.words


def test_the_offer_page_asks_before_it_sells(world: World, product: Json) -> None:
    seller = Visitor(world.url).signed_in("seller")
    old = batch(world, product, 40)
    page = seller.get(f"/seller/offers/new?product_id={product['id']}")
    assert "已过保鲜期（到" in page.words
    filled = {f"batch-{old['id']}": "1", "title": "老蛋", "pack": "10", "packs": "2", "price": "9"}
    page = seller.send(page.form("form"), **filled)
    assert page.status == 409
    page = seller.send(page.form("form"), expired_ok="1")
    assert page.status == 200
    assert "老蛋" in page.words


def test_the_trace_page_tells_the_day_and_whether_it_is_past(world: World, product: Json) -> None:
    old, order = expired_order(world, product)
    body = allocation(old) | {"expired_ok": True}
    past = ok(world.seller.post(f"/v1/orders/{order['id']}/parcels", body), 201)
    good = world.pack(world.paid_order(world.offer(batch(world, product, SHELF_LIFE))))
    buyer = Visitor(world.url)
    page = buyer.get(f"/t/{past['code']}")
    assert "最佳食用期" in page.words
    assert "，已过" in page.words
    assert "，已过" not in buyer.get(f"/t/{good['code']}").words
    assert "past" in buyer.get(f"/t/{past['code']}?lang=en").words


def test_a_longer_shelf_life_is_told_by_the_products_journal(world: World, product: Json) -> None:
    """It makes good again what was past its day, so it is seen who did that, and when."""
    path = f"/v1/products/{product['id']}"
    ok(world.county.put(path, product_body(shelf_life_days=3650)), 200)
    *before, last_change = world.county.everything(f"{path}/changes")
    assert last_change["why"].endswith("保鲜期 7 天改为 3650 天")
    assert last_change["old"] == last_change["new"]
    ok(world.county.put(path, product_body(shelf_life_days=3650, name="别的名字")), 200)
    assert world.county.everything(f"{path}/changes") == [*before, last_change]
