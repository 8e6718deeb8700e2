"""A second phone with the same box joins by order number and phone tail, and is shown little."""

import re
from typing import Any

import pytest

from tests.visitor import AnswerPage, Visitor
from tests.world import BUYER, Json, World, new_id, ok, refused

TAIL = BUYER["phone"][-4:]


def bought(world: World, **fields: Any) -> tuple[Json, Json]:
    order = world.pay(world.order(world.offer(), **fields))
    return order, world.delivered(world.pack(order))


def claimed(world: World, **fields: Any) -> tuple[Json, Json, Json]:
    """An order, its parcel, and a claim that its buyer sent with a photo from the first phone."""
    order, parcel = bought(world)
    photo = world.photo(parcel["code"])
    given = {"description": "第一部手机写的", "photos": [photo], "wanted": "refund"} | fields
    return order, parcel, world.complain(parcel, **given)


def join(world: World, parcel: Json, number: str, tail: str, **more: str) -> AnswerPage:
    phone = Visitor(world.url)
    form = phone.get(f"/t/{parcel['code']}/complaint").form("join")
    return phone.send(form, number=number, tail=tail, **more)


def test_it_sees_state_and_deadline_and_its_own_words_from_then_on(world: World) -> None:
    order, parcel, claim = claimed(world)
    path = f"/v1/complaints/{claim['id']}"
    ok(world.seller.post(f"{path}/answer", {"message": "答复第一部"}, new_id()), 200)
    page = join(world, parcel, order["number"], TAIL)
    assert page.status == 200
    assert "对上了" in page.words
    phone = Visitor(world.url)
    after = phone.send(page.form("form"), message="第二部手机写的")
    assert "第二部手机写的" in after.words
    ok(world.seller.post(f"{path}/answer", {"message": "答复第二部"}, new_id()), 200)
    seen = phone.get(after.url)
    assert "答复第二部" in seen.words
    for shown in (page, after, seen):
        for hidden in ("第一部手机写的", "答复第一部", "/photos/", "退款", "想怎么"):
            assert hidden not in re.sub(r"<script.*?</script>", "", shown.source, flags=re.S)
        assert not [form for form in shown.forms if form.id in {"reopen", "return"}]
        assert "卖家最晚" in shown.words or "再答复" in shown.words
    whole = ok(world.seller.get(path), 200)
    texts = [message["text"] for message in whole["messages"]]
    assert texts == ["第一部手机写的", "答复第一部", "第二部手机写的", "答复第二部"]
    desk = Visitor(world.url).signed_in("seller").get(f"/seller/complaints/{claim['id']}")
    assert "另一部手机" in desk.words
    first = phone.get(f"/complaints/{claim['id']}?key={claim['access_key']}")
    assert "另一部手机" in first.words


def test_a_platforms_number_will_do_and_a_place_in_a_list_will_not(world: World) -> None:
    for external, joins in (("3987654321098765432", True), ("7", False)):
        order, parcel = bought(world, external_ref=external)
        assert order["external_ref"] == external
        world.complain(parcel)
        assert ("对上了" in join(world, parcel, external, TAIL).words) is joins


def test_whatever_is_wrong_is_refused_alike_and_what_was_typed_stays(world: World) -> None:
    order, parcel, claim = claimed(world)
    another, _ = bought(world)
    sentences = set()
    for number, tail in (
        (order["number"], "0000"),
        (another["number"], TAIL),
        ("7", TAIL),
        ("SH20260101-00000000", "0000"),
        (order["number"], "四位数字"),
    ):
        page = join(world, parcel, number, tail)
        assert page.status == 422
        assert (page.form("join").fields["number"], page.form("join").fields["tail"]) == (
            number,
            tail,
        )
        sentences |= set(re.findall("订单号和手机尾号对不上[^<]*", page.source))
    assert len(sentences) == 1
    ok(world.seller.post(f"/v1/complaints/{claim['id']}/reject", {"message": "x"}), 200)
    path = f"/t/{parcel['code']}/complaint/join"
    form = {"number": order["number"], "tail": TAIL}
    assert "对不上" in world.nobody.call("POST", path, data=form).text


def test_wrong_tries_are_counted_before_they_are_looked_at(world: World) -> None:
    order, parcel, _ = claimed(world)
    path, right = f"/t/{parcel['code']}/complaint/join", {"number": order["number"], "tail": TAIL}
    for _ in range(15):
        assert world.nobody.call("POST", path, data=right).status_code == 303
    wrong = right | {"tail": "0000"}
    codes = [world.nobody.call("POST", path, data=wrong).status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]
    assert world.nobody.call("POST", path, data=right).status_code == 429


def test_its_key_opens_nothing_but_its_page(world: World) -> None:
    order, parcel, claim = claimed(world)
    page = join(world, parcel, order["number"], TAIL)
    key = page.form("form").fields["key"]
    path = f"/v1/complaints/{claim['id']}"
    refused(world.nobody.get(path, key=key), 404, "not_found")
    refused(world.nobody.post(f"{path}/messages?key={key}", {"message": "x"}), 404, "not_found")
    world.settle(claim, remedy="return")
    refused(world.nobody.post(f"{path}/reopen?key={key}", {"message": "x"}), 404, "not_found")
    sent = {"carrier": "顺丰", "waybill": "SF1"}
    refused(world.nobody.post(f"{path}/return?key={key}", sent), 404, "not_found")
    assert Visitor(world.url).get(f"/orders/{order['id']}?key={key}").status == 404
    ended = Visitor(world.url).get(page.url)
    assert "卖家已处理完" in ended.words
    assert "退" not in ended.words.replace("退货地址", "")


def test_once_the_orders_key_goes_on_with_it_the_second_phone_has_seen_the_last(
    world: World,
) -> None:
    placed = world.order(world.offer())
    parcel = world.delivered(world.pack(world.pay(placed)))
    claim = world.complain(parcel)
    page = join(world, parcel, placed["number"], TAIL)
    path = f"/v1/complaints/{claim['id']}/messages?key={placed['access_key']}"
    ok(world.nobody.post(path, {"message": "买家自己来"}, new_id()), 200)
    phone = Visitor(world.url)
    assert "买家自己来" not in phone.get(page.url).words
    late = phone.send(page.form("form"), message="我也说一句")
    assert (late.status, "到此为止" in late.words) == (409, True)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_what_was_filled_in_comes_along(language: str, world: World) -> None:
    """A form that was open on the second phone while the first one sent its own."""
    order, parcel = bought(world)
    phone = Visitor(world.url)
    form = phone.get(f"/t/{parcel['code']}/complaint?lang={language}").form("form")
    world.complain(parcel)
    refusal = phone.send(form, reason="damaged", description="写了半天的话")
    assert refusal.status == 409
    joined = phone.send(refusal.form("join"), number=order["number"], tail=TAIL)
    assert joined.form("form").fields["message"] == "写了半天的话"
