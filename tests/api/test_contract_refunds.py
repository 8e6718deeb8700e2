"""Refunds that wait for somebody: to be sent by hand, failed, on the way; each on one list."""

from datetime import UTC, datetime, timedelta
from functools import partial

from chalicelib.repositories.reading import all_children
from chalicelib.repositories.tables import ChangeItem
from chalicelib.services.payments import expire_unpaid
from tests.books import Books
from tests.crowd import SharedClient, at_once, outcomes
from tests.platform_files import imported, pinduoduo
from tests.provider import FakeProvider
from tests.visitor import PageForm, Visitor
from tests.world import BUYER, Json, World, new_id, ok, raw_items, refused

from .test_contract_payments import ledger, paid, refund, started

TRANSFER = {"method": "银行转账", "reference": "20261201-0001"}
PAGE = "/seller/refunds"


def owed(world: World, amount_fen: int = 1000) -> tuple[Json, Json]:
    """An order paid by hand, and a refund of it."""
    order = world.paid_order(world.offer())
    return order, refund(world, order, amount_fen)


def sent_path(entry: Json) -> str:
    return f"/v1/orders/{entry['order_id']}/refunds/{entry['id']}/sent"


def page(world: World, who: str = "seller", path: str = PAGE) -> str:
    return Visitor(world.url).signed_in(who).get(path).words


def section(words: str, name: str) -> str:
    """Of the page, what stands under a list's heading."""
    headings = ["没退成", "待打款", "在路上"]
    at = headings.index(name)
    after = words.split("各店的退款" if "各店的退款" in words else "最早的在最上面", 1)[1]
    part = after.split(f"{name} ", 1)[1]
    for heading in headings[at + 1 :]:
        part = part.split(f"{heading} ", 1)[0]
    return part


# --- paid back by hand ----------------------------------------------------------------------------


def test_a_shop_says_once_that_it_paid_a_refund_back(world: World) -> None:
    _, entry = owed(world)
    first = ok(world.seller.put(sent_path(entry), TRANSFER), 201)
    assert (first["money"], first["method"], first["reference"]) == ("recorded", *TRANSFER.values())
    assert first["sent_at"]
    before = list(raw_items())
    assert ok(world.seller.put(sent_path(entry), TRANSFER), 200) == first
    refused(
        world.seller.put(sent_path(entry), TRANSFER | {"method": "现金"}), 409, "different_content"
    )
    assert list(raw_items()) == before
    Books.read().check()


def test_it_is_journalled_with_who_said_so(world: World) -> None:
    order, entry = owed(world)
    ok(world.seller.put(sent_path(entry), TRANSFER))
    journal = f"ORDER#{order['id']}#REFUND#{entry['id']}"
    (change,) = [item.doc for item in all_children(ChangeItem, journal, "CHANGE#")]
    assert (change.old, change.new) == (None, "sent")
    assert change.by == ok(world.seller.get("/v1/me"))["id"]


def test_a_transfer_that_paid_another_refund_is_asked_about(world: World) -> None:
    (order, first), (_, second) = owed(world), owed(world)
    ok(world.seller.put(sent_path(first), TRANSFER))
    again = TRANSFER | {"reference": " 20261201 0001"}
    problem = refused(world.seller.put(sent_path(second), again), 409, "transfer_used")
    assert problem["number"] == ok(world.seller.get(f"/v1/orders/{order['id']}"))["number"]
    ok(world.seller.put(sent_path(second), again | {"same_transfer": True}), 201)
    Books.read().check()


def test_of_two_refunds_by_one_transfer_at_once_one_is_recorded(world: World) -> None:
    entries = [owed(world)[1] for _ in range(2)]
    client = SharedClient(world.seller)
    answers = at_once([partial(client.put, sent_path(entry), TRANSFER) for entry in entries])
    assert outcomes(answers) == {"201": 1, "transfer_used": 1}
    Books.read().check()


def test_a_note_such_as_cash_may_stand_with_many(world: World) -> None:
    for _, entry in (owed(world), owed(world)):
        ok(world.seller.put(sent_path(entry), {"method": "现金", "reference": "现金"}), 201)


def test_only_its_own_shop_says_so(world: World) -> None:
    _, entry = owed(world)
    for client, status, code in (
        (world.other_seller, 404, "not_found"),
        (world.county, 403, "forbidden"),
        (world.nobody, 401, "unauthenticated"),
    ):
        refused(client.put(sent_path(entry), TRANSFER), status, code)
    elsewhere = entry | {"id": new_id()}
    refused(world.seller.put(sent_path(elsewhere), TRANSFER), 404, "not_found")


def test_what_a_provider_pays_back_is_not_paid_by_hand(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    paid(world, provider, order)
    entry = refund(world, order, 100)
    refused(world.seller.put(sent_path(entry), TRANSFER), 409, "not_allowed_now")


def test_the_buyer_reads_that_it_will_be_paid_then_that_it_was(world: World) -> None:
    order = world.order(world.offer())
    world.pay(order)
    entry = refund(world, order, 1000)
    own = f"/orders/{order['id']}?key={order['access_key']}"
    assert "¥10.00，卖家将退" in Visitor(world.url).get(own).words
    ok(world.seller.put(sent_path(entry), TRANSFER))
    words = Visitor(world.url).get(own).words
    assert "已打款（银行转账）" in words
    assert "卖家将退" not in words
    assert TRANSFER["reference"] not in words


# --- the lists ------------------------------------------------------------------------------------


def test_a_refund_leaves_the_list_when_it_was_sent(world: World) -> None:
    order, entry = owed(world)
    number = ok(world.seller.get(f"/v1/orders/{order['id']}"))["number"]
    assert number in section(page(world), "待打款")
    assert "退给 王**" in page(world) or BUYER["name"][0] + "**" in page(world)
    ok(world.seller.put(sent_path(entry), TRANSFER))
    assert number not in page(world)


def test_a_platforms_refund_is_nobodys_to_send(world: World) -> None:
    imported(world, pinduoduo(1), {"土鸡蛋": world.offer()})
    (order,) = ok(world.seller.get("/v1/orders", state="paid"))["items"]
    entry = refund(world, order, 100)
    (listed,) = ledger(world, order)
    assert listed["at_platform"]
    assert order["number"] not in page(world)
    assert "由平台退回" in page(world, path=f"/seller/orders/{order['id']}")
    assert "登记打款" not in page(world, path=f"/seller/orders/{order['id']}")
    ok(world.seller.put(sent_path(entry), TRANSFER), 201)  # who did so all the same may say so
    Books.read().check()


def test_a_refund_moves_from_the_way_to_failed_and_back(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    paid(world, provider, order)
    number = ok(world.seller.get(f"/v1/orders/{order['id']}"))["number"]
    entry = refund(world, order, 100)
    assert number in section(page(world), "在路上")
    ok(provider.notify(world.nobody, provider.give_back(entry["out_refund_no"], "closed")))
    failed = section(page(world), "没退成")
    assert number in failed
    assert "支付机构已关闭这笔退款：请重试" in failed
    visitor = Visitor(world.url).signed_in("seller")
    form = next(form for form in visitor.get(PAGE).forms if form.fields.get("do") == "retry")
    after = visitor.send(form)
    assert "已重新提交退款" in after.words
    assert number in section(after.words, "在路上")
    ok(provider.notify(world.nobody, provider.give_back(ledger(world, order)[0]["out_refund_no"])))
    assert number not in page(world)


def test_the_form_asks_about_a_transfer_that_paid_another(world: World) -> None:
    (_, first), _ = owed(world), owed(world)
    ok(world.seller.put(sent_path(first), TRANSFER))
    visitor = Visitor(world.url).signed_in("seller")

    def form() -> PageForm:
        return next(form for form in shown.forms if form.fields.get("do") == "sent")

    shown = visitor.get(PAGE)
    fields = {"sent_method": "银行转账", "sent_reference": TRANSFER["reference"]}
    shown = visitor.send(form(), **fields)
    assert shown.status == 409
    assert "同一笔转账也退了这一单" in shown.words
    shown = visitor.send(form(), same_transfer="1")
    assert "已登记打款" in shown.words
    assert "没有要打的款" in shown.words


def test_the_county_sees_all_shops_and_no_buyer_and_only_tries_again(
    world: World, provider: FakeProvider
) -> None:
    owed(world)
    order = world.order(world.offer())
    paid(world, provider, order)
    entry = refund(world, order, 100)
    provider.notify(world.nobody, provider.give_back(entry["out_refund_no"], "closed"))
    county = Visitor(world.url).signed_in("county")
    shown = county.get(PAGE)
    assert BUYER["name"][0] + "**" not in shown.words
    assert [form.fields["do"] for form in shown.forms if "do" in form.fields] == ["retry"]
    retry = next(form for form in shown.forms if form.fields.get("do") == "retry")
    assert "已重新提交退款" in county.send(retry).words


def test_the_order_tells_its_charges_and_where_each_refund_is(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    charge = paid(world, provider, order)
    entry = refund(world, order, 100)
    words = page(world, path=f"/seller/orders/{order['id']}")
    for text in (charge["out_trade_no"], f"4200{charge['out_trade_no']}", entry["out_refund_no"]):
        assert text in words
    assert "已收款" in words
    assert "退款已提交，1-3 天到账" in words


def test_the_rail_counts_what_failed_and_what_is_to_pay(world: World) -> None:
    owed(world)
    owed(world)
    assert "退款 2 笔没退成或要打款" in page(world, path="/seller")


# --- a payment by hand that cannot be recorded says what happened -------------------------------


def by_hand(world: World, order: Json, language: str = "zh-CN") -> Json:
    body = {"paid_fen": order["total_fen"], "method": "微信支付", "reference": new_id()}
    path = f"/v1/orders/{order['id']}/payment"
    headers = {"Accept-Language": language, "Idempotency-Key": new_id()}
    return refused(
        world.seller.call("POST", path, json=body, headers=headers), 409, "not_allowed_now"
    )


def test_a_payment_that_came_online_meanwhile_is_named(
    world: World, provider: FakeProvider
) -> None:
    order = world.order(world.offer())
    charge = started(world, order)
    shown = Visitor(world.url).signed_in("seller").get(f"/seller/orders/{order['id']}")
    provider.pay(charge["out_trade_no"])
    problem = by_hand(world, order)
    assert "已由微信支付收到 ¥30.00" in problem["detail"]
    assert "WeChat Pay took ¥30.00" in by_hand(world, order, "en")["detail"]
    visitor = Visitor(world.url).signed_in("seller")
    fields = {"csrf": "", "method": "微信支付", "reference": new_id(), "paid": "30.00"}
    form = shown.form("pay")
    visitor.get("/seller")
    again = visitor.get(f"/seller/orders/{order['id']}")
    fields["csrf"] = again.form("refund").fields["csrf"]
    assert "已由微信支付收到 ¥30.00" in visitor.send(form, **fields).words


def test_so_is_what_else_ended_it(world: World) -> None:
    offer = world.offer()
    twice, over = world.order(offer), world.order(offer)
    world.pay(twice)
    assert "已登记收款 ¥30.00（wechat）" in by_hand(world, twice)["detail"]
    expire_unpaid(datetime.now(UTC) + timedelta(hours=1))
    assert "过了付款期限" in by_hand(world, over)["detail"]
    order = world.order(offer)
    ok(world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "没货"}, new_id()))
    assert "已取消" in by_hand(world, order)["detail"]
