"""What was just done is told once, on the page after the form, and by nobody else's word."""

import pytest

from tests.visitor import AnswerPage, Visitor
from tests.world import World


def saved(world: World) -> tuple[Visitor, AnswerPage]:
    visitor = Visitor(world.url).signed_in("seller")
    form = visitor.get("/seller/replies").form("new")
    return visitor, visitor.send(form, reply_title="抱歉", text="马上补寄。")


def test_it_is_told_once_and_not_again_when_the_page_is_reloaded(world: World) -> None:
    visitor, page = saved(world)
    assert "已保存。" in page.words
    assert page.url == f"{world.url}/seller/replies?lang=zh-CN"
    assert "已保存。" not in visitor.get(page.url).words


def test_its_cookie_is_of_that_page_and_short(world: World) -> None:
    visitor = Visitor(world.url).signed_in("seller")
    form = visitor.get("/seller/replies").form("new")
    answer = visitor.post(form, {"reply_title": "抱歉", "text": "马上补寄。"}, follow=False)
    assert answer.headers["Set-Cookie"] == (
        "done=saved; Path=/seller/replies; Max-Age=60; HttpOnly; SameSite=Lax"
    )


@pytest.mark.parametrize("key", ["saved<b>", "SAVED", "x" * 41, ""])
def test_no_address_and_no_odd_cookie_tells_anything(world: World, key: str) -> None:
    visitor = Visitor(world.url).signed_in("seller")
    plain = visitor.get("/seller/replies").words
    assert visitor.get("/seller/replies?done=saved").words == plain
    visitor.session.headers["Cookie"] = (
        f"session={visitor.session.cookies.get('session')}; done={key}"
    )
    visitor.session.cookies.clear()
    assert visitor.get("/seller/replies").words == plain


def test_a_form_that_is_refused_does_not_tell_what_was_done_before(world: World) -> None:
    visitor, _ = saved(world)
    visitor.session.cookies.set("done", "saved")
    page = visitor.send(visitor.get("/seller/replies?done=x").form("new"), text="")
    assert page.status == 422
    assert "已保存。" not in page.words
