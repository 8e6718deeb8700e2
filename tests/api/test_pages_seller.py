"""The seller's desk over real HTTP: from the offer to the settled complaint."""

import re
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.complaints import NewComplaint
from chalicelib.domain.fields import CHINA
from chalicelib.services import complaints
from tests.visitor import Visitor
from tests.world import BUYER, Json, World, new_id, ok, refused, stored


@pytest.fixture
def seller(world: World) -> Visitor:
    return Visitor(world.url).signed_in("seller")


def order_path(order: Json) -> str:
    return f"/seller/orders/{order['id']}"


def complaint_path(complaint: Json) -> str:
    return f"/seller/complaints/{complaint['id']}"


def test_an_order_from_the_offer_to_the_refund(world: World, seller: Visitor) -> None:
    """Offer, payment, packing, label, shipping, delivery, a complaint settled in three taps."""
    batch = world.passed_batch()
    page = seller.get(seller.get("/seller").link("/seller/offers/new"))
    form = seller.get(page.link(world.product_id)).form("form")
    assert form.fields[f"batch-{batch['id']}"] == "1"  # the only one is chosen already
    page = seller.send(form, title="土鸡蛋 10 枚", pack="10", packs="20", price="29.90")
    assert "已上架" in page.words
    assert "¥29.90 · 每份 10 个 · 剩 20 / 20 份" in page.words

    offer = ok(world.nobody.get(f"/v1/shops/{world.shop_id}/offers"))["items"][0]
    order = world.order(offer, packs=2)
    page = seller.get("/seller")
    assert "等付款" in page.words
    page = seller.get(page.link(order["id"]))
    assert "顾小满" in page.words
    assert "玉兰路 18 弄" in page.words
    assert page.form("pay").fields["paid"] == "59.80"
    page = seller.send(page.form("pay"), reference="wx-1")
    assert "已登记收款" in page.words

    page = seller.get("/seller")
    assert "要装箱" in page.words
    page = seller.get(page.link(order["id"]))
    assert page.form("pack").fields[f"packs-0-{batch['id']}"] == "2"
    page = seller.send(page.form("pack"))  # one tap
    assert "打印标签贴到箱上" in page.words
    code = page.link("/label").split("/")[3]

    label = seller.get(page.link("/label"))
    assert label.url.startswith(f"{world.url}/v1/parcels/{code}/label")
    assert label.status == 200
    assert batch["lot"] in label.words

    assert "要发货" in seller.get("/seller").words
    page = seller.send(page.form(f"ship-{code}"), carrier="顺丰速运", waybill="SF1")
    assert "顺丰速运 SF1" in page.words
    page = seller.send(page.form(f"deliver-{code}"))
    assert "已登记送达" in page.words
    assert "都做完了" in seller.get("/seller").words

    complaint = world.complain({"code": code}, damaged_percent=30, description="烂了三个")
    page = seller.get("/seller")
    assert "还剩 47 小时" in page.words
    page = seller.get(page.link(complaint["id"]))  # tap 1; tap 2 shows the form
    assert "烂了三个" in page.words
    form = page.form("settle")
    assert (form.fields["remedy"], form.fields["refund"]) == ("partial_refund", "17.94")
    page = seller.send(form)  # tap 3
    assert "部分退款，退 ¥17.94" in page.words
    page = seller.get(order_path(order))
    assert "¥17.94，卖家将退 · 坏果、变质" in page.words
    assert "还能退 ¥41.86" in page.words


def test_the_desk_leads_to_what_is_most_pressing(world: World, seller: Visitor) -> None:
    """Buyers to tell, then a claim to answer, boxes to pack, boxes to send, and else an offer."""

    def step() -> list[str]:
        return re.findall(
            r'<a class="btn main" href="[^"]+">([^<]+)<', seller.get("/seller").source
        )

    assert step() == ["上架商品"]
    assert "没有在售的商品" in seller.get("/seller").words
    batch = world.passed_batch()
    offer = world.offer(batch)
    assert step() == []
    order = world.paid_order(offer, packs=2)
    assert step() == ["去装箱"]
    parcel = world.pack(order)
    assert step() == ["填运单号"]
    world.complain(parcel)
    assert step() == ["去答复"]
    ok(world.cadre.post(f"/v1/batches/{batch['id']}/recall", {"reason": "检测不合格"}, new_id()))
    assert step() == ["去通知买家"]
    assert f"批次 {batch['lot']} 暂停或召回了，所以不卖" in seller.get("/seller/offers").words


def test_english_pages_call_goods_by_their_english_name(world: World, seller: Visitor) -> None:
    product = world.product(name_en="Free-range eggs")
    batch = world.passed_batch(product_id=product["id"])
    waiting, order = (world.paid_order(world.offer(batch)) for _ in range(2))
    assert waiting["state"] == "paid"
    body = {"order_ids": [order["id"]]}
    run = ok(world.seller.post("/v1/packing", body, new_id()))["run_id"]
    for path in (f"/seller/packing/{run}", "/seller/picking", "/seller/packing", "/seller"):
        page = seller.get(f"{path}?lang=en")
        assert "Free-range eggs" in page.words, path
        assert "土鸡蛋" not in page.words, path
    cadre = Visitor(world.url).signed_in("cadre")
    assert "土鸡蛋" not in cadre.get(f"/cadre/batches/{batch['id']}?lang=en").words
    [code] = re.findall(r"/t/(\w{13})", seller.get(f"/seller/packing/{run}/slips").words)
    claim = world.complain({"code": code})
    path = f"/complaints/{claim['id']}?key={claim['access_key']}&lang=en"
    assert "Free-range eggs · code" in Visitor(world.url).get(path).words


def test_a_settled_claim_is_said_once(world: World, seller: Visitor) -> None:
    order = world.paid_order(world.offer())
    complaint = world.complain(world.pack(order))
    page = seller.get(complaint_path(complaint))
    assert page.source.count('class="btn main"') == 1
    page = seller.send(page.form("settle"))
    assert page.source.count('class="banner ok"') == 1


def test_a_double_tap_packs_one_box(world: World, seller: Visitor) -> None:
    order = world.paid_order(world.offer(), packs=2)
    form = seller.get(order_path(order)).form("pack")
    for _ in range(2):
        assert seller.send(form).status == 200
    assert stored("parcel") == 1


def test_a_double_tap_pays_and_refunds_once(world: World, seller: Visitor) -> None:
    order = world.order(world.offer())
    form = seller.get(order_path(order)).form("pay")
    for _ in range(2):
        assert seller.send(form).status == 200
    form = seller.get(order_path(order)).form("refund")
    for _ in range(2):
        assert seller.send(form, refund="5", reason="少了一个").status == 200
    assert stored("refund") == 1
    assert ok(world.seller.get(f"/v1/orders/{order['id']}"))["refunded_fen"] == 500


def test_two_forms_of_one_page_do_not_stand_in_each_others_way(
    world: World, seller: Visitor
) -> None:
    order = world.paid_order(world.offer(), packs=2)
    batch_id = order["lines"][0]["batch_ids"][0]
    for _ in range(2):
        page = seller.get(order_path(order))
        seller.send(page.form("pack"), **{f"packs-0-{batch_id}": "1"})
    page = seller.get(order_path(order))
    forms = [form for form in page.forms if form.id.startswith("ship-")]
    assert len(forms) == 2
    for number, form in enumerate(forms):
        sent = seller.send(form, carrier="中通快递", waybill=f"Z{number}")
        assert "已登记发货" in sent.words
    assert ok(world.seller.get(f"/v1/orders/{order['id']}"))["state"] == "shipped"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("29.9", "应收 ¥30.00，填的是 ¥29.90"),
        ("三十", "请填收到的钱"),
        ("30.001", "请填收到的钱"),
        ("", "请填收到的钱"),
    ],
)
def test_a_wrong_payment_is_told_in_yuan_and_stays_typed(
    world: World, seller: Visitor, typed: str, says: str
) -> None:
    order = world.order(world.offer())
    page = seller.send(seller.get(order_path(order)).form("pay"), paid=typed, reference="R-1")
    assert page.status in {409, 422}
    assert says in page.words
    assert page.form("pay").fields["reference"] == "R-1"
    assert page.form("pay").fields["paid"] == typed


@pytest.mark.parametrize("typed", ["¥30.00", "３０", "30元", " 30 "])
def test_money_is_read_as_people_type_it(world: World, seller: Visitor, typed: str) -> None:
    order = world.order(world.offer())
    page = seller.send(seller.get(order_path(order)).form("pay"), paid=typed)
    assert "已登记收款" in page.words


def test_a_refund_beyond_what_was_paid_names_the_rest(world: World, seller: Visitor) -> None:
    order = world.paid_order(world.offer())
    page = seller.send(seller.get(order_path(order)).form("refund"), refund="30.01", reason="赔偿")
    assert page.status == 409
    assert "最多还能退 ¥30.00" in page.words
    assert page.form("refund").fields["reason"] == "赔偿"


def test_packing_nothing_or_too_much_is_refused(world: World, seller: Visitor) -> None:
    order = world.paid_order(world.offer(), packs=2)
    name = f"packs-0-{order['lines'][0]['batch_ids'][0]}"
    form = seller.get(order_path(order)).form("pack")
    page = seller.send(form, **{name: "0"})
    assert page.status == 422
    assert "请填份数" in page.words
    page = seller.send(form, **{name: "3"})
    assert page.status == 409
    assert "第 1 样还剩 2 份没装，不能装 3 份" in page.words
    assert stored("parcel") == 0


def test_a_held_batch_is_not_proposed_and_cannot_be_packed(world: World, seller: Visitor) -> None:
    first, second = world.passed_batch(), world.passed_batch()
    offer = world.offer(first, second, packs_total=20)
    order = world.paid_order(offer, packs=2)
    form = seller.get(order_path(order)).form("pack")
    world.move(first, "hold")
    page = seller.get(order_path(order))
    assert f"批次 {first['lot']} 已暂停，不能装" in page.words
    assert f"packs-0-{first['id']}" not in page.form("pack").fields
    page = seller.send(form)
    assert page.status == 409
    assert "已暂停或召回" in page.words
    assert "暂停或召回的商品" in seller.get("/seller").words


def test_packs_are_proposed_from_the_batches_that_gave_them(world: World, seller: Visitor) -> None:
    small = world.passed_batch(quantity=30)
    large = world.passed_batch()
    order = world.paid_order(world.offer(small, large), packs=5)
    fields = seller.get(order_path(order)).form("pack").fields
    assert fields[f"packs-0-{small['id']}"] == "3"
    assert fields[f"packs-0-{large['id']}"] == "2"


def test_cancelling_returns_stock_and_money(world: World, seller: Visitor) -> None:
    order = world.paid_order(world.offer())
    page = seller.send(seller.get(order_path(order)).form("cancel"), reason="买家改主意")
    assert "订单已取消" in page.words
    assert "已退 ¥30.00" in page.words


def test_a_parcel_that_came_back_is_recorded(world: World, seller: Visitor) -> None:
    order = world.paid_order(world.offer())
    parcel = world.delivered(world.pack(order))
    page = seller.get(order_path(order))
    page = seller.send(page.form(f"return-{parcel['code']}"))
    assert "已退回" in page.words


def test_a_parcel_of_another_order_is_not_found(world: World, seller: Visitor) -> None:
    offer = world.offer()
    first, second = (world.paid_order(offer) for _ in range(2))
    parcel = world.pack(first)
    form = seller.get(order_path(first)).form(f"ship-{parcel['code']}")
    form.address = f"{world.url}{order_path(second)}"
    assert seller.send(form, carrier="x", waybill="y").status == 404


@pytest.mark.parametrize("do", ["", "steal"])
def test_an_unknown_act_is_no_page(world: World, seller: Visitor, do: str) -> None:
    order = world.paid_order(world.offer())
    form = seller.get(order_path(order)).form("pack")
    assert seller.send(form, do=do).status == 404


def test_another_shops_things_are_not_found(world: World) -> None:
    order = world.paid_order(world.offer())
    parcel = world.delivered(world.pack(order))
    complaint = world.complain(parcel)
    other = Visitor(world.url).signed_in("seller2")
    offer_id = order["lines"][0]["offer_id"]
    for path in (
        order_path(order),
        complaint_path(complaint),
        f"/seller/offers/{offer_id}/close",
        f"/v1/parcels/{parcel['code']}/label",
    ):
        assert other.get(path).status == 404
    assert order["number"] not in other.get("/seller").words


# --- complaints ----------------------------------------------------------------------------------


def test_deadlines_in_words(world: World, seller: Visitor) -> None:
    """Two hours late, and one that is due today."""
    offer = world.offer()
    for hours_ago in (50.2, 45.2):
        parcel = world.delivered(world.pack(world.paid_order(offer)))
        at = datetime.now(CHINA) - timedelta(hours=hours_ago)
        body = NewComplaint(reason="rotten", damaged_percent=10)
        complaints.report(Call(Actor(id="public"), at), parcel["code"], body, "192.0.2.1")
    words = seller.get("/seller").words
    assert "已超时 2 小时" in words
    assert "还剩 2 小时" in words
    assert words.index("已超时 2 小时") < words.index("还剩 2 小时")


def test_a_reply_stops_the_clock(world: World, seller: Visitor) -> None:
    complaint = world.complain(world.delivered(world.parcel()))
    form = seller.get(complaint_path(complaint)).form("answer")
    page, again = (seller.send(form, message="请补一张照片") for _ in range(2))
    assert "已答复买家" in page.words
    assert again.words.count("请补一张照片") == 1
    assert "售后等解决" in seller.get("/seller").words


def test_a_rejection_needs_a_reason(world: World, seller: Visitor) -> None:
    complaint = world.complain(world.delivered(world.parcel()))
    form = seller.get(complaint_path(complaint)).form("reject")
    page = seller.send(form)
    assert page.status == 422
    assert "请写给买家的话" in page.words
    assert "已驳回，买家看得到理由" in seller.send(form, message="口味不在赔付范围").words


@pytest.mark.parametrize(
    ("remedy", "typed", "refund_fen"),
    [
        ("partial_refund", "5.5", 550),
        ("full_refund", "5.5", 3000),
        ("return", "", 3000),
        ("replacement", "5.5", None),
    ],
)
def test_the_typed_sum_counts_for_a_partial_refund_only(
    world: World, seller: Visitor, remedy: str, typed: str, refund_fen: int | None
) -> None:
    complaint = world.complain(world.delivered(world.parcel()), damaged_percent=10)
    form = seller.get(complaint_path(complaint)).form("settle")
    for _ in range(2):
        assert seller.send(form, remedy=remedy, refund=typed).status == 200
    settled = ok(world.seller.get(f"/v1/complaints/{complaint['id']}"))
    assert (settled["remedy"], settled["refund_fen"]) == (remedy, refund_fen)


@pytest.mark.parametrize("typed", ["", "0", "三块", "31"])
def test_an_impossible_partial_refund_keeps_the_message(
    world: World, seller: Visitor, typed: str
) -> None:
    complaint = world.complain(world.delivered(world.parcel()))
    form = seller.get(complaint_path(complaint)).form("settle")
    page = seller.send(form, remedy="partial_refund", refund=typed, message="给您退")
    assert page.status in {409, 422}
    assert page.form("settle").fields["message"] == "给您退"
    assert page.form("settle").fields["refund"] == typed


def test_the_remedy_proposed_is_what_the_buyer_wants(world: World, seller: Visitor) -> None:
    offer = world.offer()
    for wanted, proposed in (
        ("refund", "partial_refund"),
        ("replacement", "replacement"),
        ("return", "return"),
    ):
        parcel = world.delivered(world.pack(world.paid_order(offer)))
        complaint = world.complain(parcel, wanted=wanted)
        form = seller.get(complaint_path(complaint)).form("settle")
        assert form.fields["remedy"] == proposed


def test_a_recalled_parcel_is_refunded_in_full(world: World, seller: Visitor) -> None:
    batch = world.passed_batch()
    parcel = world.delivered(world.pack(world.paid_order(world.offer(batch))))
    world.move(batch, "recall")
    complaint = world.complain(parcel)
    page = seller.get(complaint_path(complaint))
    assert "凭照片全额退款" in page.words
    assert page.form("settle").fields["remedy"] == "full_refund"
    label = seller.get(f"/v1/parcels/{parcel['code']}/label")
    assert label.status == 409
    assert batch["lot"] in label.words


def test_a_replacement_is_marked_wherever_its_order_is_shown(world: World, seller: Visitor) -> None:
    bought = world.paid_order(world.offer())
    settled = world.settle(
        world.complain(world.delivered(world.pack(bought))), remedy="replacement"
    )
    [replacement] = settled["replacements"]
    page = seller.get("/seller")
    assert page.words.count("补寄") == 2  # to pack, and among the orders
    assert 'class="btn main" href="/seller/packing' in page.source
    assert "补寄 · 土鸡蛋" in seller.get("/seller/packing").words
    assert "补寄" in seller.get(f"/seller/orders/{replacement}").words
    assert "再退钱就是货和钱都给" in seller.get(order_path(bought)).words


def test_what_was_settled_in_another_window_says_so_and_how(world: World, seller: Visitor) -> None:
    complaint = world.complain(world.delivered(world.parcel()), damaged_percent=10)
    path = complaint_path(complaint)
    first, second, third = (
        seller.get(f"{path}?lang={language}") for language in ("zh-CN", "en", "zh-CN")
    )
    assert "部分退款，退 ¥3.00" in seller.send(first.form("settle")).words
    page = seller.send(second.form("settle"))
    assert (page.status, "settled before: partial refund" in page.words) == (409, True)
    page = seller.send(third.form("reject"), message="不退")
    assert (page.status, "已经解决了：部分退款" in page.words) == (409, True)


def test_the_inbox_shows_three_photos_of_a_complaint_and_counts_them(
    world: World, seller: Visitor
) -> None:
    box = world.delivered(world.parcel())
    photos = [world.photo(box["code"]) for _ in range(4)]
    world.complain(box, photos=photos)
    page = seller.get("/seller/complaints")
    shown = re.findall(r'<img src="([^"]+)" alt="照片 \d"', page.source)
    assert [link.split("?")[0] for link in shown] == [f"/photos/{photo}" for photo in photos[:3]]
    assert seller.get(shown[0]).status == 200
    assert "4 张照片" in page.words


@pytest.mark.parametrize("answered", [False, True])
def test_a_recall_after_the_complaint_is_told_and_proposed(
    world: World, seller: Visitor, answered: bool
) -> None:
    batch = world.passed_batch()
    parcel = world.delivered(world.pack(world.paid_order(world.offer(batch))))
    complaint = world.complain(parcel, damaged_percent=10)
    if answered:
        path = f"/v1/complaints/{complaint['id']}/answer"
        ok(world.seller.post(path, {"message": "在查"}))
    world.move(batch, "recall")
    assert "¥30.00 · 已召回 · 坏 10%" in seller.get("/seller").words
    page = seller.get(complaint_path(complaint))
    assert "这箱货在召回：凭照片全额退款" in page.words
    form = page.form("settle")
    assert (form.fields["remedy"], form.fields["refund"]) == ("full_refund", "30.00")
    assert "全额退款，退 ¥30.00" in seller.send(form).words


def test_a_recall_outranks_the_evidence_window(world: World, seller: Visitor) -> None:
    batch = world.passed_batch()
    parcel = world.delivered(world.pack(world.paid_order(world.offer(batch))))
    late = datetime.now(CHINA) + timedelta(hours=49)
    body = NewComplaint(reason="rotten")
    complaints.report(Call(Actor(id="public"), late), parcel["code"], body, "192.0.2.1")
    [complaint] = ok(world.seller.get("/v1/complaints"))["items"]
    assert "可以不赔" in seller.get(complaint_path(complaint)).words
    world.move(batch, "recall")
    assert "可以不赔" not in seller.get(complaint_path(complaint)).words


def test_what_was_refunded_is_not_proposed_again(world: World, seller: Visitor) -> None:
    order = world.paid_order(world.offer(), packs=2)
    batch = {"id": order["lines"][0]["batch_ids"][0]}
    parcel, _ = (world.pack(order, (0, batch, 1)) for _ in range(2))
    complaint = world.complain(world.delivered(parcel), damaged_percent=50)
    reopen = f"/v1/complaints/{complaint['id']}/reopen?key={complaint['access_key']}"
    world.settle(complaint, refund_fen=777)
    ok(world.nobody.post(reopen, {"message": "不够"}))
    page = seller.get(complaint_path(complaint))
    assert "按规则还该退 ¥7.23" in page.words
    assert "这件已退 ¥7.77" in page.words
    form = page.form("settle")
    assert form.fields["refund"] == "7.23"
    page = seller.send(form)
    assert "部分退款，退 ¥7.23" in page.words
    assert "这件已退 ¥15.00" in page.words


@pytest.mark.parametrize("packs", [1, 2])
def test_what_cannot_be_refunded_is_not_offered(world: World, seller: Visitor, packs: int) -> None:
    """The parcel was paid back, and with it the order, or the order has another parcel."""
    order = world.paid_order(world.offer(), packs=packs)
    batch = {"id": order["lines"][0]["batch_ids"][0]}
    parcels = [world.pack(order, (0, batch, 1)) for _ in range(packs)]
    complaint = world.complain(world.delivered(parcels[0]))
    reopen = f"/v1/complaints/{complaint['id']}/reopen?key={complaint['access_key']}"
    world.settle(complaint, remedy="full_refund")
    ok(world.nobody.post(reopen, {"message": "还不满意"}))
    page = seller.get(complaint_path(complaint))
    form = page.form("settle")
    assert 'value="full_refund"' not in page.source
    assert "remedy" not in form.fields  # nothing is due: whoever gives more chooses it
    assert ("付的钱已经退完" if packs == 1 else "到订单里单独退款") in page.words
    assert "refund" not in form.fields
    page = seller.send(form, remedy="full_refund")
    assert page.status == 409
    assert "最多还能退 ¥0.00" in page.words


def test_more_than_the_rule_gives_is_typed(world: World, seller: Visitor) -> None:
    """The share was refunded, the rest of the box's price is left: the seller says how much."""
    complaint = world.complain(world.delivered(world.parcel()), damaged_percent=50)
    world.settle(complaint)
    reopen = f"/v1/complaints/{complaint['id']}/reopen?key={complaint['access_key']}"
    ok(world.nobody.post(reopen, {"message": "还不满意"}))
    page = seller.get(complaint_path(complaint))
    form = page.form("settle")
    assert form.fields["refund"] == ""
    assert "该退的已经退过" in page.words
    assert "请填退款金额" in seller.send(form, remedy="partial_refund").words


def test_a_complaint_says_in_one_line_what_its_box_got_before(
    world: World, seller: Visitor
) -> None:
    """By another complaint: money, and another box."""
    box = world.delivered(world.parcel())
    first = world.complain(box, damaged_percent=20)
    assert "这箱已得到" not in seller.get(complaint_path(first)).words
    world.settle(first)
    second = world.complain(box)
    page = seller.get(complaint_path(second))
    assert "各次投诉共退 ¥6.00，补寄 0 次，最多还能退 ¥24.00" in page.words
    assert page.form("settle").fields["refund"] == "24.00"
    world.settle(second, remedy="replacement")
    page = seller.get(complaint_path(world.complain(box)))
    assert "各次投诉共退 ¥6.00，补寄 1 次，最多还能退 ¥24.00" in page.words
    assert "这一箱已经补寄过" in page.words
    assert page.form("settle").fields["refund"] == ""


def test_an_order_names_its_recalled_parcels(world: World, seller: Visitor) -> None:
    bad, good = world.passed_batch(), world.passed_batch()
    offers = [world.offer(bad), world.offer(good)]
    body = world.order_body(offers[0], 2)
    body["lines"].append({"offer_id": offers[1]["id"], "packs": 1})
    order = world.pay(ok(world.nobody.post("/v1/orders", body)))
    sent = world.delivered(world.pack(order, (0, bad, 1)))
    here = world.pack(order, (0, bad, 1))
    fine = world.pack(order, (1, good, 1))
    assert "召回" not in seller.get(order_path(order)).words
    world.move(bad, "recall")
    page = seller.get(order_path(order))
    assert (
        f"包裹 {sent['display_code']} 、 {here['display_code']} 的货在召回"
        in page.words.replace("、", " 、 ")
    )
    assert page.words.count(f"批次 {bad['lot']} 已召回") == 2
    assert [form.id for form in page.forms if form.id.startswith("ship-")] == [
        f"ship-{fine['code']}"
    ]
    assert [link for link in page.links if "/label" in link] == [
        link for link in page.links if f"{fine['code']}/label" in link
    ]
    english = Visitor(world.url, "en").signed_in("seller").get(order_path(order)).words
    assert f"Recall of parcel {sent['display_code']}, {here['display_code']}." in english


def test_a_recalled_parcel_that_waits_to_be_shipped_is_not_offered(
    world: World, seller: Visitor
) -> None:
    batch = world.passed_batch()
    order = world.paid_order(world.offer(batch))
    parcel = world.pack(order)
    world.move(batch, "recall")
    page = seller.get(order_path(order))
    assert page.status == 200
    assert f"ship-{parcel['code']}" not in [form.id for form in page.forms]
    assert "cancel" in [form.id for form in page.forms]


def test_the_label_leads_back_to_its_order(world: World, seller: Visitor) -> None:
    batch = world.passed_batch()
    order = world.paid_order(world.offer(batch))
    code = world.pack(order)["code"]
    path = f"/v1/parcels/{code}/label"
    assert seller.get(seller.get(path).link(order["id"])).url.startswith(
        world.url + order_path(order)
    )
    world.move(batch, "recall")
    page = seller.get(path)
    assert page.status == 409
    assert page.link(order_path(order))
    refused(world.seller.get(path), 409, "batch_held")


def test_the_shop_leads_its_own_seller_back_to_the_desk(world: World, seller: Visitor) -> None:
    shop = f"/shops/{world.shop_id}"
    assert seller.get(shop).link("/seller?")
    for other in (Visitor(world.url), Visitor(world.url).signed_in("seller2")):
        assert not [link for link in other.get(shop).links if "/seller" in link]


def test_the_county_may_settle_too(world: World) -> None:
    complaint = world.complain(world.delivered(world.parcel()))
    county = Visitor(world.url).signed_in("county")
    page = county.send(county.get(complaint_path(complaint)).form("answer"), message="在查")
    assert "县办" in page.words
    assert not [link for link in page.links if "/seller/orders/" in link]


# --- offers and customers ------------------------------------------------------------------------


def test_an_offer_keeps_what_was_typed(world: World, seller: Visitor) -> None:
    batches = [world.passed_batch() for _ in range(2)]
    form = seller.get(f"/seller/offers/new?product_id={world.product_id}").form("form")
    chosen = {f"batch-{batches[0]['id']}": "1"}
    page = seller.send(form, title="礼盒", pack="0", packs="5", price="1.999")
    assert page.status == 422
    for phrase in ("请至少选一批货", "请填每份多少", "请填价格"):
        assert phrase in page.words
    page = seller.send(page.form("form"), pack="10", price="9.9", limit="x", **chosen)
    assert "或留空不限购" in page.words
    again = page.form("form").fields
    assert (again["title"], again["price"]) == ("礼盒", "9.9")
    assert chosen.items() <= again.items()
    times = {"opens_at": "2031-01-02T08:00", "closes_at": "2031-01-01T08:00"}
    page = seller.send(page.form("form"), **(times | {"limit": "2"}))
    assert "要晚于开售" in page.words
    page = seller.send(page.form("form"), closes_at="2031-01-03T08:00")
    assert "未开售" in page.words
    assert stored("offer") == 1


def test_more_than_the_batches_hold_is_refused_with_what_is_possible(
    world: World, seller: Visitor
) -> None:
    world.passed_batch()
    form = seller.get(f"/seller/offers/new?product_id={world.product_id}").form("form")
    page = seller.send(form, title="蛋", pack="10", packs="101", price="30")
    assert page.status == 409
    assert "只够 100 份" in page.words


def test_a_double_tap_opens_one_offer(world: World, seller: Visitor) -> None:
    world.passed_batch()
    form = seller.get(f"/seller/offers/new?product_id={world.product_id}").form("form")
    for _ in range(2):
        assert seller.send(form, pack="10", packs="10", price="30").status == 200
    assert stored("offer") == 1


def test_a_closed_offer_gives_its_packs_back(world: World, seller: Visitor) -> None:
    batch = world.passed_batch()
    offer = world.offer(batch)
    page = seller.get(seller.get("/seller/offers").link("/close"))
    assert "没卖完的 20 份 退回批次" in page.words
    form = page.form("form")
    for _ in range(2):
        assert "已下架" in seller.send(form, reason="今年结束").words
    assert offer["title"] in page.words
    batch_now = ok(world.cadre.get(f"/v1/batches/{batch['id']}"))
    assert batch_now["available_quantity"] == 1000


def test_repeat_customers_are_told_apart(world: World, seller: Visitor) -> None:
    offer = world.offer()
    once = BUYER | {"name": "甲", "phone": "13900000001"}
    for buyer in (BUYER, BUYER, once):
        world.paid_order(offer, buyer=buyer)
    assert "顾小满（尾号 0001）" in seller.get("/seller").words
    page = seller.get("/seller/customers?repeat=true")
    assert "买过 2 次，共 ¥60.00" in page.words
    assert "甲" not in page.words
    assert "甲" in seller.get("/seller/customers").words
    page = seller.get("/seller/customers?limit=1")
    assert "顾小满" in seller.get(page.link("cursor=")).words


def test_orders_are_filtered_and_paged(world: World, seller: Visitor) -> None:
    offer = world.offer()
    first, second = (world.order(offer) for _ in range(2))
    paid = world.paid_order(offer)
    page = seller.get("/seller/orders?state=pending_payment&order=new&limit=1")
    assert second["number"] in page.words
    assert first["number"] not in page.words
    page = seller.get(page.link("cursor="))
    assert first["number"] in page.words
    assert paid["number"] not in page.words


def test_a_buyers_words_are_never_markup(world: World, seller: Visitor) -> None:
    evil = "<img src=x onerror=alert(1)>"
    buyer = BUYER | {"name": evil, "address": BUYER["address"] | {"detail": evil}}
    order = world.paid_order(world.offer(), buyer=buyer)
    parcel = world.delivered(world.pack(order))
    complaint = world.complain(parcel, description=evil)
    for path in ("/seller", order_path(order), complaint_path(complaint), "/seller/customers"):
        page = seller.get(path)
        assert "<img" not in page.source
        assert evil in page.words
