"""Buying again in the browser, and customers on the seller's desk, over real HTTP."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.access import PUBLIC, Call
from chalicelib.domain.consents import CURRENT, TEXTS
from chalicelib.services import again
from tests.api.test_pages_storefront import HOME, shop
from tests.books import Books
from tests.visitor import AnswerPage, Visitor
from tests.world import BUYER, Json, World, new_id, ok

SECRETS = ("顾小满", "13812340001", "玉兰路")


@pytest.fixture
def buyer(world: World) -> Visitor:
    return Visitor(world.url)


def ordered(world: World, buyer: Visitor, offer: Json, **more: str) -> AnswerPage:
    page = buyer.get(f"{shop(world)}/offers/{offer['id']}")
    return buyer.send(page.form("form"), **(HOME | more))


def delivered(world: World, page: AnswerPage) -> Json:
    """The parcel of the order on the page."""
    order_id = re.findall(r"/orders/([0-9a-f-]{36})", page.url)[0]
    paid = world.pay(ok(world.seller.get(f"/v1/orders/{order_id}")))
    return world.delivered(world.pack(paid))


# --- buying again --------------------------------------------------------------------------------


def test_from_the_parcel_to_a_filled_in_form_in_two_taps(world: World, buyer: Visitor) -> None:
    offer = world.offer()
    parcel = delivered(world, ordered(world, buyer, offer))
    trace = buyer.get(f"/t/{parcel['code']}")
    form_page = buyer.get(trace.link("/again"))
    assert offer["id"] in form_page.url
    fields = form_page.form("form").fields
    assert (fields["name"], fields["phone"]) == ("顾小满", "138****0001")
    assert [fields[field] for field in ("province", "city", "district")] == [
        HOME[field] for field in ("province", "city", "district")
    ]
    assert fields["detail"] == "玉兰路****"
    hidden = ("13812340001", "18 弄", "号 502")  # 502 alone may stand in any id or token
    assert not [secret for secret in hidden if secret in form_page.source]
    assert form_page.headers["Cache-Control"] == "no-store"
    buyer.send(form_page.form("form"))
    [again_, first] = ok(world.seller.get("/v1/orders"))["items"]
    assert again_["buyer"] == first["buyer"] == BUYER
    assert again_["customer_id"] == first["customer_id"]


def test_the_trace_page_never_tells_who_bought(world: World, buyer: Visitor) -> None:
    """To the buyer's own browser neither: it has no way to know whose box it scanned."""
    parcel = delivered(world, ordered(world, buyer, world.offer()))
    path = f"/t/{parcel['code']}"
    mine, anyones = buyer.get(path), Visitor(world.url).get(path)
    steady = re.compile(r'"at":\d+')
    assert steady.sub("", mine.source) == steady.sub("", anyones.source)
    for secret in (*SECRETS, "****0001"):
        assert secret not in mine.source
    assert "Set-Cookie" not in mine.headers


def test_the_cookie_is_for_the_shop_alone_and_out_of_reach_of_scripts(
    world: World, buyer: Visitor
) -> None:
    ordered(world, buyer, world.offer())
    [cookie] = [cookie for cookie in buyer.session.cookies if cookie.name == "again"]
    assert cookie.path == shop(world)
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "Lax"
    assert cookie.expires is not None
    assert 29 < (cookie.expires - datetime.now(UTC).timestamp()) / 86_400 <= 30
    for secret in SECRETS:
        assert secret not in (cookie.value or "")


def test_the_buyers_own_link_fills_the_form_in_another_browser(world: World) -> None:
    """... with the coupon that came with a complaint's end."""
    placed = world.order(world.offer())
    complaint = world.complain(world.delivered(world.pack(world.pay(placed))))
    settled = world.settle(complaint, coupon=world.coupon_body())
    buyer = Visitor(world.url)
    link = buyer.get(f"/orders/{placed['id']}?key={placed['access_key']}").link("/again")
    assert not [secret for secret in SECRETS if secret in link]
    fields = buyer.get(link).form("form").fields
    assert (fields["name"], fields["phone"]) == ("顾小满", "138****0001")
    assert fields["coupon"] == settled["coupon"]


def test_whoever_complains_with_the_code_of_a_box_learns_nothing_of_its_buyer(
    world: World, buyer: Visitor
) -> None:
    """The box shows its code to everybody; only the browser that ordered finds a form filled in."""
    offer = world.offer()
    complaint = world.complain(delivered(world, ordered(world, buyer, offer)))
    settled = world.settle(complaint, coupon=world.coupon_body())
    case = f"/complaints/{complaint['id']}?key={complaint['access_key']}"
    for who, name, coupon in ((Visitor(world.url), "", ""), (buyer, "顾小满", settled["coupon"])):
        page = who.get(case)
        assert settled["coupon"] not in page.source, "it is the buyer's"
        form = who.get(page.link("/again"))
        assert offer["id"] in form.url
        fields = form.form("form").fields
        assert (fields["name"], fields["coupon"]) == (name, coupon)
        leaks = [
            secret
            for secret in SECRETS
            if secret in page.source or (not name and secret in form.source)
        ]
        assert leaks == []


def cancel(world: World, order: Json) -> None:
    ok(world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "不要了"}, new_id()))


def pay_back(world: World, order: Json) -> None:
    parcel = world.delivered(world.pack(order))
    assert parcel["state"] == "delivered"
    body = {"amount_fen": order["paid_fen"], "reason": "没收到"}
    ok(world.seller.put(f"/v1/orders/{order['id']}/refunds/{new_id()}", body), 201)


def refuse_at_the_door(world: World, order: Json) -> None:
    parcel = world.shipped(world.pack(order))
    ok(world.seller.post(f"/v1/parcels/{parcel['code']}/return", {}, new_id()))
    assert ok(world.seller.get(f"/v1/orders/{order['id']}"))["state"] == "delivered"


@pytest.mark.parametrize("then", [None, cancel, World.pack, pay_back, refuse_at_the_door])
def test_who_types_somebodys_number_sees_no_coupon_of_theirs_for_money_that_comes_back(
    then: Callable[[World, Json], object] | None, world: World, buyer: Visitor
) -> None:
    offer = world.offer()
    path = f"{shop(world)}/offers/{offer['id']}"
    delivered(world, ordered(world, buyer, offer))
    coupon = world.coupon(world.customer(), off_fen=500)["code"]
    stranger = Visitor(world.url)
    placed = world.order(offer)
    stranger.get(f"/orders/{placed['id']}?key={placed['access_key']}")
    assert coupon not in stranger.get(path).source
    paid = world.pay(placed)
    assert coupon not in stranger.get(path).source
    if then is not None:
        then(world, paid)
        assert coupon not in stranger.get(path).source
    assert buyer.get(path).form("form").fields["coupon"] == coupon


def test_a_coupon_that_makes_up_for_an_order_is_filled_in_for_whoever_placed_it(
    world: World, buyer: Visitor
) -> None:
    """Also before it is known to have come, and if all was paid back."""
    offer = world.offer()
    ordered(world, buyer, offer)
    [placed] = ok(world.seller.get("/v1/orders"))["items"]
    parcel = world.shipped(world.pack(world.pay(placed)))
    complaint = world.complain(parcel, reason="rotten")
    settled = world.settle(complaint, remedy="full_refund", coupon=world.coupon_body())
    fields = buyer.get(f"{shop(world)}/offers/{offer['id']}").form("form").fields
    assert fields["coupon"] == settled["coupon"]


def test_the_coupon_that_takes_most_off_is_filled_in(world: World, buyer: Visitor) -> None:
    offer = world.offer()
    path = f"{shop(world)}/offers/{offer['id']}"
    delivered(world, ordered(world, buyer, offer))
    customer = world.customer()
    for off in ({"off_fen": 500}, {"off_fen": 9000, "min_total_fen": 3001}):
        world.coupon(customer, **off)
    best = world.coupon(customer, percent=50)["code"]
    form = buyer.get(path).form("form")
    assert form.fields["coupon"] == best
    assert Visitor(world.url).get(path).form("form").fields["coupon"] == ""
    buyer.send(form)
    assert ok(world.seller.get("/v1/orders"))["items"][0]["total_fen"] == 1500
    assert buyer.get(path).form("form").fields["coupon"] != best, "used"


def test_who_has_no_key_gets_no_link(world: World) -> None:
    placed = world.order(world.offer())
    page = Visitor(world.url).get(f"/orders/{placed['id']}?key=wrong")
    assert page.status == 404
    assert "Set-Cookie" not in page.headers


def test_not_me_empties_the_form_in_this_browser(world: World, buyer: Visitor) -> None:
    offer = world.offer()
    ordered(world, buyer, offer)
    page = buyer.get(f"{shop(world)}/offers/{offer['id']}")
    [forget] = [form for form in page.forms if form.address.partition("?")[0].endswith("/forget")]
    empty = buyer.send(forget)
    assert offer["id"] in empty.url
    assert empty.form("form").fields["name"] == ""
    assert not [cookie for cookie in buyer.session.cookies if cookie.name == "again"]


def test_erasing_the_person_makes_every_token_worthless(world: World, buyer: Visitor) -> None:
    offer = world.offer()
    page = ordered(world, buyer, offer)
    delivered(world, page)
    link = buyer.get(page.url).link("/again")
    customer = world.customer()
    assert world.county.delete(f"/v1/customers/{customer['id']}").status_code == 204
    form = buyer.get(f"{shop(world)}/offers/{offer['id']}").form("form")
    assert (form.fields["name"], form.fields["phone"]) == ("", "")
    assert buyer.get(link).url.partition("?")[0] == world.url + shop(world)
    refused = buyer.send(form, **(HOME | {"phone": "138****0001"}))
    assert "请填电话" in refused.words


def test_a_token_ends_and_opens_one_shop_only(world: World) -> None:
    placed = world.order(world.offer())
    order = ok(world.seller.get(f"/v1/orders/{placed['id']}"))
    asked = {"customer_id": order["customer_id"], "order_id": order["id"]}
    now = datetime.now(UTC)
    token = again.token(Call(PUBLIC, now), shop_id=world.shop_id, **asked)
    assert again.order(Call(PUBLIC, now), world.shop_id, token) is not None
    assert again.order(Call(PUBLIC, now), world.other_shop_id, token) is None
    late = Call(PUBLIC, now + timedelta(days=30))
    assert again.order(late, world.shop_id, token) is None
    for broken in ("", "x", "é", token[:-2], token[::-1], "A" * 500):
        assert again.order(Call(PUBLIC, now), world.shop_id, broken) is None
    someone = again.token(
        Call(PUBLIC, now), shop_id=world.shop_id, **asked | {"customer_id": "another"}
    )
    assert again.order(Call(PUBLIC, now), world.shop_id, someone) is None


def test_a_masked_number_is_worth_nothing_without_the_token(world: World) -> None:
    offer = world.offer()
    world.order(offer)
    stranger = Visitor(world.url)
    page = stranger.get(f"{shop(world)}/offers/{offer['id']}")
    answer = stranger.send(page.form("form"), **(HOME | {"phone": "138****0001"}))
    assert (answer.status, "请填电话" in answer.words) == (422, True)


@pytest.mark.parametrize(
    "changed", [{"detail": "玉兰路****502"}, {"city": "黄山市"}, {"detail": "****"}]
)
def test_a_street_in_part_is_the_one_of_before_or_asked_for(
    changed: dict[str, str], world: World, buyer: Visitor
) -> None:
    offer = world.offer()
    ordered(world, buyer, offer)
    form = buyer.get(f"{shop(world)}/offers/{offer['id']}").form("form")
    page = buyer.send(form, **changed)
    assert (page.status, "请填街道门牌" in page.words) == (422, True)
    assert len(world.seller.everything("/v1/orders")) == 1


def test_whoever_holds_the_key_sees_phone_and_street_in_part(world: World) -> None:
    placed = world.order(world.offer(), buyer=BUYER | {"name": "顾小满[1111]"})
    path, key = f"/v1/orders/{placed['id']}", placed["access_key"]
    seen = ok(world.nobody.get(path, key=key))["buyer"]
    assert seen == {
        "name": "顾小满",
        "phone": "138****0001",
        "address": BUYER["address"] | {"detail": "玉兰路****"},
    }
    page = Visitor(world.url).get(f"/orders/{placed['id']}?key={key}")
    assert "顾小满 138****0001 上海市 上海市 静安区 玉兰路****" in page.words
    hidden = ("18 弄", "号 502", "[1111]", "0001-1111", "13812340001")  # digits alone: of ids, too
    assert not [secret for secret in hidden if secret in page.source]
    for by, query in ((world.seller, {}), (world.seller, {"key": key})):
        whole = ok(by.get(path, **query))["buyer"]
        assert (whole["phone"], whole["address"]) == ("13812340001-1111", BUYER["address"])
    assert ok(world.county.get(path, key=key))["buyer"] == seen


# --- coupon and consent on the order form --------------------------------------------------------


def test_the_order_form_takes_a_coupon_and_says_what_is_wrong_with_it(
    world: World, buyer: Visitor
) -> None:
    offer = world.offer()
    ordered(world, buyer, offer)
    world.pay(ok(world.seller.get("/v1/orders"))["items"][0])
    coupon = world.coupon(world.customer(), min_total_fen=6000)
    page = ordered(world, buyer, offer, coupon=coupon["display_code"])
    assert page.status == 409
    assert "货款满 ¥60.00 才能用" in page.words
    assert page.form("form").fields["coupon"] == coupon["display_code"]
    page = buyer.send(page.form("form"), packs="2")
    assert "优惠券 −¥5.00" in page.words
    assert "共 ¥55.00" in page.words
    Books.read().check()


def test_the_box_of_the_consent_starts_unticked(world: World, buyer: Visitor) -> None:
    offer = world.offer()
    page = buyer.get(f"{shop(world)}/offers/{offer['id']}")
    assert TEXTS[CURRENT][0] in page.words
    assert "consent" not in page.form("form").fields
    world.pay(ok(world.seller.get(f"/v1/orders/{_id(ordered(world, buyer, offer))}")))
    path = f"/v1/customers/{world.customer()['id']}/consent"
    assert ok(world.seller.get(path))["given"] is False
    done = ordered(world, buyer, offer, consent=CURRENT)
    world.pay(ok(world.seller.get(f"/v1/orders/{_id(done)}")))
    given = ok(world.seller.get(path))
    assert (given["given"], given["channel"]) == (True, "storefront")


def _id(page: AnswerPage) -> str:
    return str(re.findall(r"/orders/([0-9a-f-]{36})", page.url)[0])


# --- the seller's desk ---------------------------------------------------------------------------


@pytest.fixture
def seller(world: World) -> Visitor:
    return Visitor(world.url).signed_in("seller")


def test_the_desk_shows_who_came_back_with_its_period(world: World, seller: Visitor) -> None:
    empty = seller.get("/seller/customers").words
    assert "没有数据" in empty
    assert "0%" not in empty
    offer = world.offer()
    for _ in range(2):
        world.paid_order(offer)
    world.paid_order(offer, buyer=BUYER | {"phone": "13900000000", "name": "王一次"})
    page = seller.get("/seller/customers?days=90")
    assert "1 / 2 人，50%" in page.words
    assert re.search(r"至 \d\d-\d\d 下过单的顾客；截至", page.words)
    assert "第二次来 1" in page.words
    group = seller.get(page.link("segment=new"))
    assert "王一次" in group.words
    assert "顾小满" not in group.words


def test_a_coupon_takes_two_taps(world: World, seller: Visitor) -> None:
    world.paid_order(world.offer())
    page = seller.get(seller.get("/seller/customers").link("/seller/customers/"))
    page = seller.send(page.form("coupon"))
    [coupon] = ok(world.seller.get(f"/v1/customers/{world.customer()['id']}/coupons"))["items"]
    assert coupon["off_fen"] == 500
    assert coupon["display_code"] in page.words
    assert "券已发" in page.words
    page = seller.send(page.form("coupon"), what="p10", valid="30", min_total="30")
    [coupon, _] = ok(world.seller.get(f"/v1/customers/{world.customer()['id']}/coupons"))["items"]
    assert (coupon["percent"], coupon["min_total_fen"]) == (10, 3000)
    page = seller.send(page.form("coupon"), off="12.345")
    assert (page.status, "请填减多少元" in page.words) == (422, True)
    page = seller.send(page.form("coupon"), off="8")
    assert "减 ¥8.00" in page.words


def test_a_settlement_on_the_desk_can_give_a_coupon(world: World, seller: Visitor) -> None:
    complaint = world.complain(world.delivered(world.parcel()))
    page = seller.get(f"/seller/complaints/{complaint['id']}")
    assert page.form("settle").fields["coupon"] == "none"
    seller.send(page.form("settle"), coupon="1000")
    [coupon] = ok(world.seller.get(f"/v1/customers/{world.customer()['id']}/coupons"))["items"]
    assert (coupon["off_fen"], coupon["complaint_id"]) == (1000, complaint["id"])
    county = Visitor(world.url).signed_in("county")
    other = world.complain(world.delivered(world.parcel()))
    form = county.get(f"/seller/complaints/{other['id']}").form("settle")
    assert "coupon" not in form.fields


def test_messages_are_stopped_and_lists_exported_on_the_desk(world: World, seller: Visitor) -> None:
    offer = world.offer()
    world.paid_order(offer, consent={"text_version": CURRENT})
    file = seller.send(seller.get("/seller/customers").form("export"))
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "顾小满,13812340001" in file.source
    page = seller.get("/seller/customers")
    assert "全部 · 1 人 · 发消息：姓名和电话" in page.words
    page = seller.get(f"/seller/customers/{world.customer()['id']}")
    assert TEXTS[CURRENT][0] in page.words
    page = seller.send(page.form("withdraw"))
    assert "已停发消息" in page.words
    file = seller.send(seller.get("/seller/customers").form("export"))
    assert "顾小满" not in file.source
    for _ in range(8):
        seller.send(seller.get("/seller/customers").form("export"), purpose="count")
    refused = seller.send(seller.get("/seller/customers").form("export"))
    assert refused.status == 429
    assert "试的次数太多" in refused.words
