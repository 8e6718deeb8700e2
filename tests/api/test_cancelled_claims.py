"""A complaint about a box ends with its order: nothing is sent for what was paid back."""

from collections.abc import Iterator

import pytest
from requests import Response

from tests.books import Books
from tests.world import Json, World, new_id, ok, refused


@pytest.fixture(autouse=True)
def _books(world: World) -> Iterator[None]:
    yield
    Books.read().check()


def packed(world: World) -> tuple[Json, Json]:
    """An order as its buyer has it, with the key, and its box, which is still here."""
    order = world.order(world.offer())
    return order, world.pack(world.pay(order))


def cancel(world: World, order_id: str) -> Json:
    path = f"/v1/orders/{order_id}/cancel"
    cancelled: Json = ok(world.seller.post(path, {"reason": "缺货"}, new_id()), 200)
    return cancelled


def act(world: World, complaint: Json, move: str, **body: object) -> Response:
    path = f"/v1/complaints/{complaint['id']}/{move}"
    return world.seller.post(path, {"message": "抱歉"} | body, new_id())


@pytest.mark.parametrize("answered", [False, True])
def test_a_cancelled_order_ends_what_is_said_of_its_boxes(answered: bool, world: World) -> None:
    order, box = packed(world)
    complaint = world.complain(box)
    if answered:
        ok(act(world, complaint, "answer"), 200)
    cancel(world, order["id"])
    seen = ok(world.seller.get(f"/v1/complaints/{complaint['id']}"), 200)
    assert (seen["state"], seen["order_cancelled"]) == ("rejected", True)
    for state in ("open", "answered"):
        assert world.seller.everything(f"/v1/complaints?state={state}") == []
    refused(act(world, complaint, "settle", remedy="replacement"), 409, "order_cancelled")
    for key in (complaint["access_key"], order["access_key"]):
        path = f"/v1/complaints/{complaint['id']}/reopen?key={key}"
        refused(world.nobody.post(path, {"message": "不行"}), 409, "order_cancelled")
    assert ok(world.seller.get("/v1/complaints/figures"), 200)["complaints"] == 0


@pytest.mark.parametrize("which", ["stranger", "buyer"])
def test_its_page_tells_what_became_of_it(which: str, world: World) -> None:
    order, box = packed(world)
    complaint = world.complain(box)
    cancel(world, order["id"])
    key = complaint["access_key"] if which == "stranger" else order["access_key"]
    for language, words in (("zh-CN", "订单已取消"), ("en", "The order was cancelled")):
        page = world.nobody.get(f"/complaints/{complaint['id']}", key=key, lang=language)
        assert (page.status_code, words in page.text) == (200, True)
        assert 'id="reopen"' not in page.text
        assert f'href="/t/{box["code"]}' not in page.text
    assert world.nobody.get(f"/t/{box['code']}").status_code == 404


def test_what_was_rejected_before_is_not_reopened_after(world: World) -> None:
    order, box = packed(world)
    complaint = world.complain(box)
    ok(act(world, complaint, "reject"), 200)
    cancel(world, order["id"])
    path = f"/v1/complaints/{complaint['id']}/reopen?key={order['access_key']}"
    refused(world.nobody.post(path, {"message": "不行"}), 409, "order_cancelled")
    page = world.nobody.get(f"/complaints/{complaint['id']}", key=order["access_key"])
    assert "订单已取消" in page.text
    assert 'id="reopen"' not in page.text


def test_goods_and_money_are_not_both_given_away(world: World) -> None:
    """While something is sent in its place an order is not cancelled; then it is."""
    order, box = packed(world)
    complaint = world.complain(box)
    [again] = world.settle(complaint, remedy="replacement")["replacements"]
    replacement = ok(world.seller.get(f"/v1/orders/{again}"))
    path = f"/v1/orders/{order['id']}/cancel"
    answer = world.seller.post(path, {"reason": "缺货"}, new_id())
    assert replacement["number"] in refused(answer, 409, "replacement_stands")["detail"]
    second = world.complain(world.pack(replacement))
    cancel(world, again)
    assert ok(world.seller.get(f"/v1/complaints/{second['id']}"), 200)["order_cancelled"]
    assert cancel(world, order["id"])["refunded_fen"] == 3000
