"""Packing in a row: proposals, one parcel an order however often it is sent, and labels."""

from functools import partial

import pytest

from chalicelib.repositories import recent
from tests.books import Books
from tests.crowd import SharedClient, at_once
from tests.visitor import Visitor
from tests.waits import LONG_WAIT
from tests.world import BUYER, Json, World, new_id, ok, refused, stored

DAYS = {"old": "2026-09-01", "young": "2026-10-01"}


@pytest.fixture
def seller(world: World) -> Visitor:
    return Visitor(world.url).signed_in("seller")


def two_batches(w: World, old: int = 30) -> tuple[Json, Json, Json]:
    """An offer of 10 a pack over a young batch and an old one."""
    young = w.passed_batch(harvested_on=DAYS["young"])
    first = w.passed_batch(harvested_on=DAYS["old"], quantity=old)
    return first, young, w.offer(young, first)


def packing(w: World, *orders: Json, key: str | None = None) -> list[Json]:
    body = {"order_ids": [order["id"] for order in orders]}
    items: list[Json] = ok(w.seller.post("/v1/packing", body, key or new_id()), 200)["items"]
    return items


def test_first_expired_first_out_and_oldest_paid_first(world: World) -> None:
    old, young, offer = two_batches(world)
    orders = [world.paid_order(offer, packs=2) for _ in range(3)]
    items = world.seller.everything("/v1/packing")
    assert [item["order_id"] for item in items] == [order["id"] for order in orders]
    assert [[(p["batch_id"], p["packs"]) for p in item["proposals"]] for item in items] == [
        [(old["id"], 2)],
        [(old["id"], 1), (young["id"], 1)],
        [(young["id"], 2)],
    ]
    # the last alone is packed from the batch that was proposed for it
    [done] = packing(world, orders[2])
    parcel = ok(world.seller.get(f"/v1/parcels/{done['code']}"))
    assert [allocation["batch_id"] for allocation in parcel["allocations"]] == [young["id"]]
    assert [result["code"] is not None for result in packing(world, *orders[:2])] == [True, True]
    assert ok(world.seller.get("/v1/packing")) == {"items": [], "next_cursor": None}
    Books.read().check()


def test_a_list_pages(world: World) -> None:
    offer = world.offer()
    orders = [world.paid_order(offer)["id"] for _ in range(5)]
    items = world.seller.everything("/v1/packing", limit=2)
    assert [item["order_id"] for item in items] == orders


def test_what_cannot_be_packed_says_why(world: World) -> None:
    held, closed = world.passed_batch(), world.passed_batch()
    orders = [world.paid_order(world.offer(batch)) for batch in (held, closed)]
    world.move(held, "hold")
    world.move(closed, "close")
    problems = {
        plan["order_id"]: plan["problem"] for plan in world.seller.everything("/v1/packing")
    }
    assert [problems[order["id"]]["code"] for order in orders] == ["batch_held", "batches_closed"]
    assert held["lot"] in problems[orders[0]["id"]]["detail"]
    done = packing(world, *orders)
    assert [result["problem"]["code"] for result in done] == ["batch_held", "batches_closed"]
    assert stored("parcel") == 0
    world.move(held, "recall")
    [plan] = [item for item in world.seller.everything("/v1/packing") if held["lot"] in str(item)]
    assert plan["problem"]["code"] == "batch_recalled"


def test_a_repeat_gives_the_same_parcels(world: World) -> None:
    offer = world.offer()
    orders = [world.paid_order(offer) for _ in range(3)]
    key = new_id()
    first = packing(world, *orders, key=key)
    assert packing(world, *orders, key=key) == first
    again = packing(world, *orders)
    assert {result["problem"]["code"] for result in again} == {"packed_already"}
    assert first[0]["display_code"] in again[0]["problem"]["detail"]
    body = {"order_ids": [orders[0]["id"]]}
    refused(world.seller.post("/v1/packing", body, key), 422, "idempotency_key_reused")
    assert stored("parcel") == 3


def test_a_repeat_after_half_of_it_packs_the_rest(world: World) -> None:
    batch = world.passed_batch()
    orders = [world.paid_order(world.offer(batch)), world.paid_order(world.offer())]
    world.move(batch, "hold")
    key = new_id()
    first = packing(world, *orders, key=key)
    assert [result["code"] is None for result in first] == [True, False]
    world.inspect(batch)
    world.move(batch, "release")
    second = packing(world, *orders, key=key)
    assert second[0]["code"]
    assert second[1] == first[1]
    Books.read().check()


def test_eight_at_once_make_one_parcel_an_order(world: World) -> None:
    offer = world.offer()
    orders = [world.paid_order(offer) for _ in range(4)]
    key, who = new_id(), SharedClient(world.seller)
    body = {"order_ids": [order["id"] for order in orders]}
    answers = at_once([partial(who.post, "/v1/packing", body, key) for _ in range(8)], 8)
    codes = {tuple(item["code"] for item in ok(answer)["items"]) for answer in answers}
    assert len(codes) == 1
    assert stored("parcel") == 4
    Books.read().check()


def test_two_people_pack_the_same_orders_once(world: World) -> None:
    """From a batch that holds just what they need."""
    batch = world.passed_batch(quantity=60)
    offer = world.offer(batch, packs_total=6)
    orders = [world.paid_order(offer) for _ in range(6)]
    body = {"order_ids": [order["id"] for order in orders]}
    who = SharedClient(world.seller)
    answers = at_once([partial(who.post, "/v1/packing", body, new_id()) for _ in range(2)], 2)
    items = [item for answer in answers for item in ok(answer)["items"]]
    assert sum(item["code"] is not None for item in items) == 6
    assert {item["problem"]["code"] for item in items if item["problem"]} <= {
        "packed_already",
        "not_allowed_now",
    }
    Books.read().check()


def test_another_shops_order_is_not_found(world: World) -> None:
    order = world.paid_order(world.offer())
    body = {"order_ids": [order["id"]]}
    [result] = ok(world.other_seller.post("/v1/packing", body, new_id()))["items"]
    assert result["problem"]["code"] == "not_found"
    assert (result["number"], result["code"]) == ("", None)
    assert ok(world.other_seller.get("/v1/packing"))["items"] == []


# --- the page -------------------------------------------------------------------------------------


def test_the_page_packs_what_it_showed(world: World, seller: Visitor) -> None:
    old, _, offer = two_batches(world)
    orders = [world.paid_order(offer, packs=2) for _ in range(3)]
    page = seller.get(seller.get("/seller").link("/seller/packing"))
    assert f"土鸡蛋 · 批次 {old['lot']}" in page.words
    form = page.form("pack")
    page = seller.send(form, do="chosen", **{f"pick-{orders[0]['id']}": "1"})
    assert "已装好 1 箱" in page.words
    page = seller.send(page.form("pack"), do="ask")
    assert "要装 2 箱吗？" in page.words
    assert stored("parcel") == 1
    page = seller.send(page.form("pack"), do="all")
    assert "已装好 2 箱" in page.words
    page = seller.get(page.link("/seller/labels?codes="))
    assert page.words.count("扫码看产地和检测") == 2
    page = seller.send(form, do="all")  # the first page again: two of its orders are packed
    assert page.status == 409
    assert "已经装好了" in page.words
    assert stored("parcel") == 3
    Books.read().check()


def test_a_scan_opens_an_order_also_by_its_parcel_or_chooses_a_batchs(
    world: World, seller: Visitor
) -> None:
    batch = world.passed_batch()
    order = world.paid_order(world.offer(batch))
    world.paid_order(world.offer())
    assert (
        f"/seller/orders/{order['id']}"
        in seller.get(f"/seller/packing?scan={order['number'].lower()}").url
    )
    for scan in (batch["lot"], f"{world.url}/cadre%23/batches/{batch['id']}"):
        fields = seller.get(f"/seller/packing?scan={scan}").form("pack").fields
        assert [name for name in fields if name.startswith("pick-")] == [f"pick-{order['id']}"]
    parcel = world.pack(world.paid_order(world.offer(batch)))
    for scan in (parcel["code"].lower(), f"{world.url}/t/{parcel['code']}"):
        path = f"/seller/packing?scan={scan}"
        assert f"/seller/orders/{parcel['order_id']}" in seller.get(path).url
        assert "没有查到" in Visitor(world.url).signed_in("seller2").get(path).words
    assert "没有查到：X" in seller.get("/seller/packing?scan=X").words
    assert "没有查到" in seller.get("/seller/packing?scan=SH20261015-ABCDEF12").words


def test_the_picking_list_is_a_page_and_a_safe_file(world: World, seller: Visitor) -> None:
    batch = world.passed_batch(lot="-A1")
    offer = world.offer(batch, title="=HYPERLINK(1)")
    for packs in (1, 2):
        world.paid_order(offer, packs=packs)
    page = seller.get("/seller/picking")
    assert "-A1" in page.words
    assert "30 个" in page.words
    sent = seller.session.get(world.url + page.link(".csv"), timeout=LONG_WAIT)
    assert sent.headers["Content-Type"].startswith("text/csv")
    assert "'=HYPERLINK(1),'-A1" in sent.text


# --- labels ---------------------------------------------------------------------------------------


def test_labels_leave_out_what_is_held_and_warn_of_what_was_printed(
    world: World, seller: Visitor
) -> None:
    batch, bad = world.passed_batch(), world.passed_batch()
    offer, held = world.offer(batch), world.offer(bad)
    codes = [world.pack(world.paid_order(sold))["code"] for sold in (offer, offer, held)]
    world.move(bad, "recall")
    page = seller.get("/seller/labels")
    assert "有 1 张不能打印" in page.words
    assert f"批次 {bad['lot']} 已暂停或召回" in page.words
    assert "确定重打" not in page.words
    before = stored()
    form = page.form("printed")
    for _ in range(2):  # a double tap
        assert "已记下打印过" in seller.send(form).words
    assert stored() == before
    assert "没有要打印的标签" in seller.get("/seller/labels").words
    page = seller.get(f"/seller/labels?format=a4&skip=3&codes={','.join(codes)},K7Q2")
    assert "标签已打印过，确定重打？" in page.words
    assert "共 1 次" in page.words
    assert "没有找到包裹" in page.words
    assert page.source.count("label blank") == 3
    seller.send(page.form("printed"))
    page = seller.get(f"/seller/parcels/{codes[0]}/label")
    assert "共 2 次" in page.words
    Books.read().check()


def test_a_label_says_whom_it_is_for_only_where_the_shop_wants_it(
    world: World, seller: Visitor
) -> None:
    order = world.paid_order(world.offer())
    code = world.pack(order)["code"]
    tail, path = order["number"][-8:], f"/v1/parcels/{code}/label"
    alike = f"/seller/labels?codes={code}+{world.parcel()['code']}"
    assert seller.get(seller.get(alike).link("/seller/shop")).form("form").fields["label_name"]
    assert tail not in seller.get(path).words
    form = seller.get("/seller/shop").form("form")
    assert form.fields["label_name"] == "none"
    seller.send(form, label_name="masked")
    recent.clear()
    assert "/seller/shop" not in seller.get(alike).source
    for page in (seller.get(path), seller.get(f"/seller/labels?codes={code}&format=a4")):
        assert f"订单 {tail} {BUYER['name'][0]}**" in page.words
        assert BUYER["name"] not in page.words
    ok(world.county.delete(f"/v1/customers/{order['customer_id']}"), 204)
    assert tail not in seller.get(path).words


def test_a_single_label_counts_when_it_is_printed_and_not_before(
    world: World, seller: Visitor
) -> None:
    code = world.parcel()["code"]
    path = f"/v1/parcels/{code}/label"
    pages = [seller.get(path) for _ in range(2)]
    assert [page for page in pages if "确定重打" in page.words] == []
    seller.send(pages[0].form("printed"))
    assert "标签已打印过，确定重打？" in seller.get(path).words


def test_another_shop_prints_and_marks_nothing(world: World) -> None:
    code = world.parcel()["code"]
    other = Visitor(world.url).signed_in("seller2")
    page = other.get(f"/seller/labels?codes={code}")
    assert "没有要打印的标签" in page.words
    other.send(page.form("printed"), codes=code)
    seller = Visitor(world.url).signed_in("seller")
    assert "确定重打" not in seller.get(f"/v1/parcels/{code}/label").words


def test_too_many_labels_are_refused(world: World, seller: Visitor) -> None:
    codes = ",".join(f"X{n}" for n in range(501))
    assert seller.get(f"/seller/labels?codes={codes}").status == 409


def test_a_wrong_address_is_told_in_plain_words(seller: Visitor) -> None:
    for language, phrase in (("zh-CN", "空出几格：应小于 24"), ("en", "labels to leave free: ")):
        page = seller.get(f"/seller/labels?skip=24&lang={language}")
        assert page.status == 422
        assert phrase in page.words


def test_nothing_is_packed_for_a_buyer_who_was_erased(world: World) -> None:
    order = world.paid_order(world.offer())
    shown = world.seller.everything("/v1/packing")[0]["proposals"][0]
    ok(world.county.delete(f"/v1/customers/{order['customer_id']}"), 204)
    [plan] = world.seller.everything("/v1/packing")
    assert (plan["proposals"], plan["problem"]["code"]) == ([], "buyer_erased")
    assert packing(world, order)[0]["problem"]["code"] == "buyer_erased"
    line = {"line": 0, "batch_id": shown["batch_id"], "packs": 1}
    by_hand = world.seller.post(f"/v1/orders/{order['id']}/parcels", {"allocations": [line]})
    refused(by_hand, 409, "buyer_erased")
