"""What the link of an order tells of its buyer: no guess at what it hides is ever confirmed."""

from typing import Any

import pytest
import requests

from chalicelib.steps import coupons, numbers
from tests.api.test_pages_storefront import HOME, shop
from tests.visitor import PageForm, Visitor
from tests.world import BUYER, Json, World, new_id, ok, refused

RIGHT, WRONG = BUYER["phone"], "13898760001"
"""Both are shown as 138****0001."""
ELSEWHERE = {"province": "广东省", "city": "深圳市", "district": "南山区", "detail": "海风路 1 号"}


def with_phone(phone: str, **fields: Any) -> Json:
    return BUYER | {"phone": phone} | fields


def by_link(world: World, order: Json, language: str = "zh-CN") -> Visitor:
    """Who holds nothing but the order's link, with its cookie."""
    stranger = Visitor(world.url, language)
    stranger.get(f"/orders/{order['id']}?key={order['access_key']}")
    return stranger


def filled_in(world: World, who: Visitor, offer: Json) -> PageForm:
    return who.get(f"{shop(world)}/offers/{offer['id']}").form("form")


def orders_of(world: World) -> list[Json]:
    return world.seller.everything("/v1/orders")


def answered(answer: requests.Response) -> tuple[int, Json]:
    """All that an answer says, but for what is new each time."""
    own = {"id", "number", "access_key", "pay_by", "created_at"}
    return answer.status_code, {
        name: value for name, value in answer.json().items() if name not in own
    }


# --- an order that is placed with what the link hides --------------------------------------------


def test_the_id_of_an_order_placed_by_link_is_of_no_number(world: World) -> None:
    """Whoever chose its form's key can neither hit upon it nor have a guess replayed."""
    offer = world.offer()
    placed = world.order(offer)
    stranger = by_link(world, placed)
    form = filled_in(world, stranger, offer)
    assert stranger.send(form).status == 200
    key = form.fields["form_key"]
    for packs in (100_000, 1):
        answers = [
            world.nobody.post(
                "/v1/orders",
                world.order_body(offer, packs, buyer=with_phone(phone), channel="storefront"),
                key,
            )
            for phone in (RIGHT, WRONG)
        ]
        right, wrong = answers
        assert answered(right) == answered(wrong)
        assert "Idempotent-Replayed" not in right.headers
    assert len(orders_of(world)) == 4


def test_who_types_a_guess_into_that_form_is_told_the_same_for_any(world: World) -> None:
    offer = world.offer()
    stranger = by_link(world, world.order(offer))
    form = filled_in(world, stranger, offer)
    stranger.send(form)
    for part in ("phone", "detail"):
        pages = [
            stranger.send(form, **{part: guess})
            for guess in (HOME[part], {"phone": WRONG, "detail": "玉兰路 1 号"}[part])
        ]
        assert len({(page.status, page.words) for page in pages}) == 1
        assert pages[0].status == 422


def test_a_double_tap_on_a_form_filled_in_by_a_link_orders_once(world: World) -> None:
    """Also when the first answer has come, whose cookie names the new order."""
    offer = world.offer()
    buyer = by_link(world, world.order(offer))
    form = filled_in(world, buyer, offer)
    first, again = buyer.send(form), buyer.send(form)
    assert first.url == again.url
    assert len(orders_of(world)) == 2
    changed = buyer.send(form, packs="2")
    assert (changed.status, "这张表单刚才已提交成功" in changed.words) == (422, True)
    assert buyer.send(filled_in(world, buyer, offer)).url != first.url, "another form is another"


# --- number and street together, or neither ------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("zh-CN", "请填电话的全部号码"), ("en", "Enter the whole phone number")],
)
def test_by_a_link_goods_go_nowhere_but_to_the_address_of_before(
    language: str, sentence: str, world: World
) -> None:
    """... nor is the buyer's coupon spent on them; who knows the number types it and may."""
    offer = world.offer()
    placed = world.order(offer)
    world.delivered(world.pack(world.pay(placed)))
    code = world.coupon(world.customer())["code"]
    holder = by_link(world, placed, language)
    form = filled_in(world, holder, offer)
    assert form.fields["coupon"] == code
    for elsewhere in (ELSEWHERE, {"detail": ELSEWHERE["detail"]}, {"district": "浦东新区"}):
        page = holder.send(form, **elsewhere)
        assert (page.status, sentence in page.words) == (422, True)
    assert len(orders_of(world)) == 1
    assert holder.send(form, **ELSEWHERE, phone=RIGHT).status == 200
    newest, _ = orders_of(world)
    assert (newest["coupon"], newest["buyer"]["address"]) == (code, ELSEWHERE)


def test_by_a_link_the_goods_may_be_for_somebody_else_at_the_same_door(world: World) -> None:
    offer = world.offer()
    holder = by_link(world, world.order(offer))
    holder.send(filled_in(world, holder, offer), name="顾大满")
    assert orders_of(world)[0]["buyer"] == BUYER | {"name": "顾大满"}


def test_by_a_link_nobody_writes_an_extension_behind_the_number(world: World) -> None:
    """It would make somebody else of the buyer, whom erasing them does not reach."""
    offer = world.offer()
    plain, extended = (
        by_link(world, world.order(offer, buyer=BUYER | {"name": name}))
        for name in ("顾小满", "农户甲[1111]")
    )
    page = plain.send(filled_in(world, plain, offer), name="顾小满[1111]")
    assert (page.status, "请填电话的全部号码" in page.words) == (422, True)
    assert extended.send(filled_in(world, extended, offer), name="农户乙").status == 200
    assert orders_of(world)[0]["buyer"]["phone"] == f"{RIGHT}-1111"


@pytest.mark.parametrize("ends", ["unpaid", "paid", "packed", "cancelled", "paid back"])
def test_a_number_is_proved_by_the_link_of_an_order_that_was_packed_and_stands(
    ends: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody has a link to an unpaid order under a number that they made up, and pays for one
    that they cancel for all that they paid."""
    monkeypatch.setattr(numbers, "MOST_ALIKE", 1)
    monkeypatch.setattr(coupons, "MOST_NUMBERS_FROM_ONE_ADDRESS", 1)
    offer, limited = world.offer(), world.offer(limit_per_customer=5)
    world.paid_order(offer)
    code = world.coupon(world.customer())["code"]
    world.order(limited, buyer=with_phone(WRONG))  # all tries of the day, and of the week:
    body = world.order_body(offer, coupon=code, buyer=with_phone(WRONG))
    refused(world.nobody.post("/v1/orders", body), 409, "coupon_not_yours")
    placed = world.order(offer)
    if ends != "unpaid":
        paid = world.pay(placed)
        if ends in {"packed", "paid back"}:
            world.pack(paid)
    if ends == "cancelled":
        path = f"/v1/orders/{placed['id']}/cancel?key={placed['access_key']}"
        ok(world.nobody.post(path, {"reason": "不要了"}, new_id()))
    if ends == "paid back":
        path = f"/v1/orders/{placed['id']}/refunds/{new_id()}"
        world.seller.put(path, {"amount_fen": placed["total_fen"], "reason": "坏果"})
    for wanted, coupon in ((limited, ""), (offer, code)):
        holder = by_link(world, placed)
        page = holder.send(filled_in(world, holder, wanted), coupon=coupon)
        assert page.status == (200 if ends == "packed" else 429)


# --- what a number alone decides -----------------------------------------------------------------


def test_two_orders_of_one_person_look_no_more_alike_than_those_of_two(world: World) -> None:
    offer = world.offer()
    mine, mine_too, anothers = (
        world.order(offer, buyer=with_phone(phone)) for phone in (RIGHT, RIGHT, WRONG)
    )

    def seen(order: Json) -> list[Json]:
        """In every answer that the key of the order opens."""
        key = order["access_key"]
        parcel = world.delivered(world.pack(world.pay(order)))
        path = f"/t/{parcel['code']}/complaints?key={key}"
        complaint = ok(world.nobody.post(path, {"reason": "damaged"}, new_id()), 201)
        case = f"/v1/complaints/{complaint['id']}"
        world.settle(complaint)
        reopen = world.nobody.post(f"{case}/reopen?key={key}", {"message": "不行"}, new_id())
        answers = [ok(world.nobody.get(case, key=key)), ok(reopen, 200)]
        return [ok(world.nobody.get(f"/v1/orders/{order['id']}", key=key)), *answers]

    def alike(some: list[Json], others: list[Json]) -> list[set[str]]:
        return [
            {name for name in answer if answer[name] == other.get(name)}
            for answer, other in zip(some, others, strict=True)
        ]

    first, second, third = (seen(order) for order in (mine, mine_too, anothers))
    assert alike(first, second) == alike(first, third)
    for staff in (world.seller, world.county):
        listed = {order["id"]: order["customer_id"] for order in staff.everything("/v1/orders")}
        assert listed[mine["id"]] == listed[mine_too["id"]] != listed[anothers["id"]]


def test_who_cancels_by_key_is_not_told_whose_customer_they_are(world: World) -> None:
    order = world.order(world.offer())
    path = f"/v1/orders/{order['id']}/cancel?key={order['access_key']}"
    assert "customer_id" not in ok(world.nobody.post(path, {"reason": "不要了"}, new_id()))


@pytest.mark.parametrize(
    ("limit", "has", "asks", "beside"),
    [(2, 2, 2, 100_000), (2, 2, 2, 3), (None, 20, 10, 3), (None, 20, 21, 0), (None, 18, 25, 1)],
)
def test_no_order_that_nobody_could_place_tells_which_number_has_its_share(
    limit: int | None, has: int, asks: int, beside: int, world: World
) -> None:
    """The buyer has as much of one offer as a buyer may; of the other there are two packs."""
    batch = world.passed_batch(quantity=10_000)
    wanted = world.offer(batch, packs_total=60, pack_quantity=1, limit_per_customer=limit)
    scarce = world.offer(batch, packs_total=2, pack_quantity=1)
    world.order(wanted, has)
    body = world.order_body(wanted, asks)
    if beside:
        body["lines"].append({"offer_id": scarce["id"], "packs": beside})
    right, wrong = (
        answered(world.nobody.post("/v1/orders", body | {"buyer": with_phone(phone)}, new_id()))
        for phone in (RIGHT, WRONG)
    )
    assert right == wrong
    assert right[0] == 409


@pytest.mark.parametrize("limit", [None, 20])
def test_whose_address_has_its_share_is_not_told_which_number_has(
    limit: int | None, world: World
) -> None:
    batch = world.passed_batch(quantity=10_000)
    wanted = world.offer(batch, packs_total=80, pack_quantity=1, limit_per_customer=limit)
    full = world.offer(batch, packs_total=60, pack_quantity=1)
    world.order(wanted, 20)
    for phone in ("13900000002", "13900000003"):
        world.order(full, 20, buyer=with_phone(phone))
    body = world.order_body(wanted, 3)
    body["lines"].append({"offer_id": full["id"], "packs": 10})
    right, wrong = (
        answered(world.nobody.post("/v1/orders", body | {"buyer": with_phone(phone)}, new_id()))
        for phone in (RIGHT, WRONG)
    )
    assert right == wrong
    assert (right[1]["code"], right[1]["offer_id"]) == ("too_many_unpaid", full["id"])


def test_a_coupon_of_who_was_erased_is_nobodys_whoever_asks(world: World) -> None:
    """Also when the person has bought again."""
    offer = world.offer()
    world.paid_order(offer)
    customer = world.customer()
    code = world.coupon(customer)["code"]
    ok(world.county.delete(f"/v1/customers/{customer['id']}"), 204)
    world.paid_order(offer)
    for phone in (RIGHT, WRONG):
        body = world.order_body(offer, coupon=code, buyer=with_phone(phone))
        refused(world.nobody.post("/v1/orders", body), 409, "coupon_unknown")
