"""The public shop over real HTTP: ordering without an account, and following the order."""

import pytest

from tests.visitor import PageForm, Visitor
from tests.wire import THROTTLED, wire
from tests.world import Json, World, new_id, ok, stored

HOME = {
    "name": "顾小满",
    "phone": "138 1234 0001",
    "province": "上海市",
    "city": "上海市",
    "district": "静安区",
    "detail": "玉兰路 18 弄 7 号 502",
}


@pytest.fixture
def buyer(world: World) -> Visitor:
    return Visitor(world.url)


def shop(world: World) -> str:
    return f"/shops/{world.shop_id}"


def form_of(buyer: Visitor, world: World, offer: Json) -> PageForm:
    return buyer.get(f"{shop(world)}/offers/{offer['id']}").form("form")


def test_from_the_shop_to_the_doorstep(world: World, buyer: Visitor) -> None:
    offer = world.offer()
    page = buyer.get(shop(world))
    for phrase in ("容溪鲜货", "土鸡蛋 10 枚", "¥30.00", "还剩 20 份", "48 小时内"):
        assert phrase in page.words
    page = buyer.get(page.link(offer["id"]))
    words = page.words
    assert words.index("不适用七天无理由退货") < words.index("收货人")  # told before ordering
    assert "下单后在订单页付款" in words
    assert "2 份，共 ¥60.00" in words
    page = buyer.send(page.form("form"), packs="2", **HOME)
    assert page.url.startswith(f"{world.url}/orders/")
    assert "请在" in page.words
    assert "共 ¥60.00，还剩" in page.words
    assert "138****0001" in page.words
    assert "13812340001" not in page.source

    order = ok(world.seller.get("/v1/orders"))["items"][0]
    assert order["channel"] == "storefront"
    assert order["buyer"]["phone"] == "13812340001"
    link = page.url
    world.pay(order)
    assert "已付款，等卖家装箱" in buyer.get(link).words
    parcel = world.pack(order)
    page = buyer.get(link)
    assert parcel["display_code"] in page.words
    assert "现在不能自己取消了" in page.words
    assert buyer.get(page.link("/t/")).status == 200
    world.delivered(parcel)
    assert "已送达" in buyer.get(link).words


def test_buying_again_takes_two_taps_from_the_trace_page(world: World, buyer: Visitor) -> None:
    offer = world.offer()
    parcel = world.pack(world.paid_order(offer))
    trace = buyer.get(f"/t/{parcel['code']}")
    page = buyer.get(trace.link("/again"))
    assert offer["id"] in page.url
    assert page.form("form").fields["packs"] == "1"


def test_a_double_tap_makes_one_order(world: World, buyer: Visitor) -> None:
    form = form_of(buyer, world, world.offer())
    first, second = (buyer.send(form, **HOME) for _ in range(2))
    assert first.url == second.url
    assert stored("order") == 1
    page = buyer.send(form, **(HOME | {"detail": "另一个地址"}))
    assert page.status == 422
    assert "刚才已提交成功" in page.words


def test_what_was_typed_survives_a_refusal(world: World, buyer: Visitor) -> None:
    form = form_of(buyer, world, world.offer())
    page = buyer.send(form, **(HOME | {"phone": "没有", "city": ""}), packs="3")
    assert page.status == 422
    assert "有 2 处要改" in page.words
    assert "请填电话，如 13800000000" in page.words
    again = page.form("form").fields
    assert (again["name"], again["detail"], again["phone"]) == (
        HOME["name"],
        HOME["detail"],
        "没有",
    )
    assert again["packs"] == "3"
    assert again["form_key"] == form.fields["form_key"]
    page = buyer.send(page.form("form"), phone="13812340001", city="上海市")
    assert "我的订单" in page.words


def test_what_was_typed_waits_while_the_store_is_away(world: World, buyer: Visitor) -> None:
    form = form_of(buyer, world, world.offer())
    with wire(THROTTLED, operation="TransactWriteItems"):
        page = buyer.send(form, **HOME)
    assert (page.status, int(page.headers["Retry-After"])) == (503, 1)
    assert "我的订单" in buyer.send(page.form("form")).words


@pytest.mark.parametrize("packs", ["0", "-1", "x", "", "1.5", "99999999999"])
def test_packs_are_a_whole_number(world: World, buyer: Visitor, packs: str) -> None:
    page = buyer.send(form_of(buyer, world, world.offer()), **HOME, packs=packs)
    assert page.status == 422
    assert "请填份数" in page.words


def test_more_than_there_is_names_what_is_left(world: World, buyer: Visitor) -> None:
    offer = world.offer()
    form = form_of(buyer, world, offer)
    world.order(offer, packs=19)
    page = buyer.send(form, **HOME, packs="5")
    assert page.status == 409
    assert "只剩 1 份" in page.words
    assert page.form("form").fields["packs"] == "5"


def test_a_limit_is_told_and_kept(world: World, buyer: Visitor) -> None:
    offer = world.offer(limit_per_customer=2)
    page = buyer.get(f"{shop(world)}/offers/{offer['id']}")
    assert "每人限购 2 份" in page.words
    assert "3 份，共" not in page.words
    page = buyer.send(page.form("form"), **HOME, packs="3")
    assert page.status == 409
    assert "限购 2 份" in page.words


def test_what_cannot_be_bought_has_no_button(world: World, buyer: Visitor) -> None:
    batch = world.passed_batch()
    offer, sold = world.offer(batch), world.offer(packs_total=1)
    world.order(sold)
    form = form_of(buyer, world, offer)
    world.move(batch, "hold")
    page = buyer.get(shop(world))
    assert "已售完" in page.words
    assert "暂停销售" in page.words
    assert not [link for link in page.links if "/offers/" in link]
    page = buyer.send(form, **HOME)
    assert page.status == 409
    assert page.form("form").fields["name"] == HOME["name"]


def test_an_offer_outside_its_time_says_so(world: World, buyer: Visitor) -> None:
    offer = world.offer(opens_at="2031-01-01T00:00:00Z")
    assert "现在没有在售的商品" in buyer.get(shop(world)).words
    page = buyer.get(f"{shop(world)}/offers/{offer['id']}")
    assert "不在售卖时间内" in page.words
    assert page.forms == []


def test_an_order_is_cancelled_until_it_is_packed(world: World, buyer: Visitor) -> None:
    offer = world.offer()
    page = buyer.send(form_of(buyer, world, offer), **HOME)
    form = page.form("cancel")
    for _ in range(2):
        page = buyer.send(form, reason="等太久")
        assert "订单已取消" in page.words
        assert "没有付款，不用退款" in page.words
    assert ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["packs_left"] == 20


def test_cancelling_too_late_shows_where_the_order_stands(world: World, buyer: Visitor) -> None:
    page = buyer.send(form_of(buyer, world, world.offer()), **HOME)
    order = ok(world.seller.get("/v1/orders"))["items"][0]
    world.pay(order)
    form = buyer.get(page.url).form("cancel")
    world.pack(order)
    page = buyer.send(form)
    assert page.status == 409
    assert "没有取消" in page.words
    assert "已装箱，等发货" in page.words
    assert "我的订单" in buyer.get(page.url + f"&key={form.fields['key']}").words


def test_money_paid_back_is_said(world: World, buyer: Visitor) -> None:
    page = buyer.send(form_of(buyer, world, world.offer()), **HOME)
    world.pay(ok(world.seller.get("/v1/orders"))["items"][0])
    page = buyer.send(buyer.get(page.url).form("cancel"))
    assert "已付的 ¥30.00 退给您，到哪一步了见下面" in page.words
    assert "¥30.00，卖家将退" in page.words


def test_an_order_opens_with_its_key_only(world: World, buyer: Visitor) -> None:
    order = world.order(world.offer())
    for key in ("", "?key=", "?key=wrong", f"?key={order['access_key'][:-1]}"):
        page = buyer.get(f"/orders/{order['id']}{key}")
        assert page.status == 404
        assert order["number"] not in page.words
    page = buyer.get(f"/orders/{order['id']}?key={order['access_key']}")
    assert order["number"] in page.words
    form = page.form("cancel")
    assert buyer.send(form, key="wrong").status == 404
    assert ok(world.seller.get(f"/v1/orders/{order['id']}"))["state"] == "pending_payment"


def test_unknown_shops_and_offers_are_not_found(world: World, buyer: Visitor) -> None:
    offer = world.offer()
    for path in (
        f"/shops/{new_id()}",
        "/shops/nonsense",
        f"{shop(world)}/offers/{new_id()}",
        f"/shops/{world.other_shop_id}/offers/{offer['id']}",
    ):
        page = buyer.get(path)
        assert page.status == 404
        assert page.link("/t")


def test_the_shop_is_paged(world: World, buyer: Visitor) -> None:
    for title in ("甲", "乙", "丙"):
        world.offer(title=title)
    page = buyer.get(f"{shop(world)}?limit=2")
    assert "甲" not in page.words
    assert "甲" in buyer.get(page.link("cursor=")).words


def test_language_and_text_size_stay_on_the_way(world: World, buyer: Visitor) -> None:
    offer = world.offer()
    page = buyer.get(f"{shop(world)}?lang=en&text=large")
    page = buyer.get(page.link(offer["id"]))
    assert "Before you order" in page.words
    page = buyer.send(page.form("form"), **HOME)
    assert "My order" in page.words
    assert "text=large" in page.url
    assert 'class="big' in page.source


def test_a_sellers_and_a_buyers_words_are_never_markup(world: World, buyer: Visitor) -> None:
    evil = "<script>x</script>"
    offer = world.offer(title=evil)
    assert "<script>" not in buyer.get(shop(world)).source
    page = buyer.send(form_of(buyer, world, offer), **(HOME | {"name": evil, "city": evil}))
    assert evil in page.words
    assert "<script>" not in page.source


def test_a_signed_in_seller_can_order_as_anyone_can(world: World) -> None:
    visitor = Visitor(world.url).signed_in("seller")
    page = visitor.send(form_of(visitor, world, world.offer()), **HOME)
    assert "我的订单" in page.words


# --- labels --------------------------------------------------------------------------------------


def test_a_label_names_what_is_in_the_box(world: World) -> None:
    first, second = world.passed_batch(lot="A-1"), world.passed_batch(lot="B-2")
    world.certify(first)
    order = world.paid_order(world.offer(first, second), packs=3)
    parcel = world.pack(order, (0, first, 1), (0, second, 2))
    seller = Visitor(world.url).signed_in("seller")
    page = seller.get(f"/v1/parcels/{parcel['code']}/label")
    for phrase in ("土鸡蛋", "30 个", "A-1+B-2", "容溪村", parcel["display_code"], "容溪鲜货"):
        assert phrase in page.words
    assert "承诺达标合格证" not in page.words  # one of the batches has none
    world.certify(second)
    assert "承诺达标合格证" in seller.get(f"/v1/parcels/{parcel['code']}/label").words


def test_a_void_parcel_has_no_label(world: World) -> None:
    order = world.paid_order(world.offer())
    parcel = world.pack(order)
    ok(world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "x"}, new_id()))
    page = Visitor(world.url).signed_in("seller").get(f"/v1/parcels/{parcel['code']}/label")
    assert page.status == 404


def test_a_label_is_for_the_seller_alone(world: World) -> None:
    parcel = world.parcel()
    path = f"/v1/parcels/{parcel['code']}/label"
    assert world.seller.get(path).status_code == 200
    assert Visitor(world.url).signed_in("cadre").get(path).status == 403
    assert "/login" in Visitor(world.url).get(path).url


@pytest.mark.parametrize(
    ("language", "do_not_eat"), [("zh-CN", "请不要食用"), ("en", "Do not eat")]
)
def test_an_order_says_what_is_recalled_of_it(world: World, language: str, do_not_eat: str) -> None:
    """The parcel that was sent, the one that was not, and nothing of one that came back."""
    batch = world.passed_batch()
    placed = world.order(world.offer(batch), packs=3)
    order = world.pay(placed)
    sent, here, back = (world.pack(order, (0, batch, 1)) for _ in range(3))
    path = f"/orders/{placed['id']}?key={placed['access_key']}"
    buyer = Visitor(world.url, language)
    world.shipped(sent)
    world.delivered(back)
    ok(world.seller.post(f"/v1/parcels/{back['code']}/return", {}))
    assert do_not_eat not in buyer.get(path).words
    world.move(batch, "recall")
    page = buyer.get(path)
    notice = page.words[page.words.index(do_not_eat) :][:120]
    assert sent["display_code"] in notice
    assert here["display_code"] not in notice
    assert back["display_code"] not in notice
    assert do_not_eat in buyer.get(page.link(f"/t/{sent['code']}")).words


def test_a_recalled_parcel_that_was_not_sent_is_no_danger(world: World, buyer: Visitor) -> None:
    batch = world.passed_batch()
    placed = world.order(world.offer(batch))
    world.pack(world.pay(placed))
    world.move(batch, "recall")
    words = buyer.get(f"/orders/{placed['id']}?key={placed['access_key']}").words
    assert "不会发给您" in words
    assert "请不要食用" not in words


def test_a_recall_is_told_of_a_box_whose_order_was_cancelled(world: World, buyer: Visitor) -> None:
    """It may have been handed over before; nothing is owed for it, so nothing can be claimed."""
    batch = world.passed_batch()
    placed = world.order(world.offer(batch))
    box = world.pack(world.pay(placed))
    ok(world.seller.post(f"/v1/orders/{placed['id']}/cancel", {"reason": "不发了"}, new_id()))
    assert buyer.get(f"/t/{box['code']}").status == 404
    world.move(batch, "recall")
    trace = buyer.get(f"/t/{box['code']}")
    assert "请不要食用" in trace.words
    assert "登记" not in trace.words
    assert buyer.get(trace.link(f"/shops/{world.shop_id}")).status == 200
    assert buyer.get(f"/t/{box['code']}/complaint").status == 404
    own = buyer.get(f"/orders/{placed['id']}?key={placed['access_key']}")
    assert box["display_code"] in own.words[own.words.index("请不要食用") :][:120]
    assert "登记" not in own.words


def test_what_can_be_bought_comes_first(world: World, buyer: Visitor) -> None:
    held = world.passed_batch()
    world.offer(title="在售的蛋")
    world.offer(held, title="暂停的蛋")
    world.order(world.offer(packs_total=1, title="卖完的蛋"))
    world.move(held, "hold")
    page = buyer.get(shop(world))
    on_sale, _, folded = page.source.partition('<details class="card"')
    assert "在售的蛋" in on_sale
    assert "卖完或暂停的（2）" in folded
    for title in ("暂停的蛋", "卖完的蛋"):
        assert title in folded
        assert title not in on_sale
    assert "现在没有在售的商品" not in page.words


def test_a_page_of_the_shop_without_anything_to_buy_is_not_the_end(
    world: World, buyer: Visitor
) -> None:
    world.offer(title="在售的蛋")
    world.order(world.offer(packs_total=1, title="卖完的蛋"))
    page = buyer.get(f"{shop(world)}?limit=1")
    assert "现在没有在售的商品" not in page.words
    assert "在售的蛋" in buyer.get(page.link("cursor=")).words


# --- the complaint's page ------------------------------------------------------------------------


def test_all_refunds_of_a_complaint_are_shown(world: World, buyer: Visitor) -> None:
    batch = world.passed_batch()
    order = world.order(world.offer(batch))
    parcel = world.delivered(world.pack(world.pay(order)))
    complaint = world.complain(parcel, damaged_percent=50)
    path = f"/complaints/{complaint['id']}?key={order['access_key']}"
    world.settle(complaint, refund_fen=777)
    buyer.send(buyer.get(path).form("reopen"), message="不够")
    assert "退款 ¥7.77" in buyer.get(path).words
    world.settle(complaint)
    assert "退款 ¥15.00" in buyer.get(path).words
    world.move(batch, "recall")
    words = buyer.get(path).words
    assert "请不要食用" in words
    assert "凭照片全额退款" in words


def test_an_earlier_refund_is_still_told_after_a_replacement(world: World, buyer: Visitor) -> None:
    order = world.order(world.offer())
    complaint = world.complain(world.delivered(world.pack(world.pay(order))))
    path = f"/complaints/{complaint['id']}?key={order['access_key']}"
    world.settle(complaint, remedy="full_refund")
    buyer.send(buyer.get(path).form("reopen"), message="还要补寄")
    world.settle(complaint, remedy="replacement")
    words = buyer.get(path).words
    assert "已处理：换货、补寄" in words
    assert "退款 ¥30.00" in words
