"""A session that ends loses no form: what was typed waits on the sign-in page and comes back."""

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.edge import kept
from chalicelib.api.edge.bounds import LARGEST_FORM
from chalicelib.pages.drawing.refill import refilled
from chalicelib.pages.drawing.render import Page
from tests.meter import meter
from tests.visitor import AnswerPage, PageForm, ShownPage, Visitor
from tests.world import PASSWORD, World, new_id, ok


class Typist:
    """A seller who writes a saved reply, and whose session may end before it is sent."""

    def __init__(self, world: World, language: str = "zh-CN") -> None:
        self.world = world
        self.visitor = Visitor(world.url, language).signed_in("seller")
        self.form = self.visitor.get("/seller/replies").form("new")
        self.typed = {"reply_title": "抱歉", "text": "13800138000 张三，马上补寄。"}

    def sent_without_session(self) -> AnswerPage:
        self.visitor.session.cookies.clear()
        return self.visitor.send(self.form, **self.typed)

    def saved(self) -> list[str]:
        replies = ok(self.world.seller.get("/v1/replies"))["items"]
        return [reply["title"] for reply in replies]


def signed_in(visitor: Visitor, page: AnswerPage, username: str) -> AnswerPage:
    return visitor.send(page.form("login"), username=username, password=PASSWORD)


def test_it_is_done_once_the_button_is_pressed_again_and_not_before(world: World) -> None:
    typist = Typist(world)
    back = signed_in(typist.visitor, typist.sent_without_session(), "seller")
    assert typist.saved() == []
    typist.visitor.send(back.form("new"))
    assert typist.saved() == ["抱歉"]


def test_a_form_that_had_arrived_is_not_done_twice(world: World) -> None:
    typist = Typist(world)
    typist.visitor.send(typist.form, **typist.typed)
    back = signed_in(typist.visitor, typist.sent_without_session(), "seller")
    typist.visitor.send(back.form("new"))
    assert typist.saved() == ["抱歉"]


def test_another_account_that_signs_in_sees_nothing_of_it(world: World) -> None:
    world.account("seller", "neighbour", shop_id=world.shop_id)
    typist = Typist(world)
    asked = typist.sent_without_session()
    assert "13800138000" not in asked.source
    for username in ("neighbour", "cadre"):
        back = signed_in(typist.visitor, asked, username)
        assert "13800138000" not in back.source
        assert "登录前填的" not in back.words
    planted = PageForm(typist.form.address, "", {"kept": asked.form("login").fields["kept"]})
    neighbour = Visitor(world.url).signed_in("neighbour")
    assert "13800138000" not in neighbour.send(planted).source


def test_signing_in_anew_in_another_tab_gives_the_form_back_at_once(world: World) -> None:
    typist = Typist(world)
    typist.visitor.signed_in("seller")
    back = typist.visitor.send(typist.form, **typist.typed)
    assert back.status == 403
    assert typist.saved() == []
    assert typist.typed.items() <= back.form("new").fields.items()
    typist.visitor.send(back.form("new"))
    assert typist.saved() == ["抱歉"]


@pytest.mark.parametrize("username", ["cadre", "neighbour"])
def test_signing_in_as_another_in_between_keeps_it_for_who_typed_it(
    world: World, username: str
) -> None:
    """Of whatever role, as long as the form says whose it was."""
    world.account("seller", "neighbour", shop_id=world.shop_id)
    typist = Typist(world)
    typist.visitor.session.cookies.clear()
    typist.visitor.signed_in(username)
    asked = typist.visitor.send(typist.form, **typist.typed)
    assert (asked.status, typist.saved()) == (401, [])
    back = signed_in(typist.visitor, asked, "seller")
    assert typist.typed.items() <= back.form("new").fields.items()


def test_a_wrong_password_loses_nothing(world: World) -> None:
    typist = Typist(world)
    page = typist.visitor.send(
        typist.sent_without_session().form("login"), username="seller", password="wrong"
    )
    assert page.status == 401
    back = signed_in(typist.visitor, page, "seller")
    assert typist.typed.items() <= back.form("new").fields.items()


def test_nothing_waits_longer_than_some_hours(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    typist = Typist(world)
    monkeypatch.setattr(kept, "HOURS", -1)
    back = signed_in(typist.visitor, typist.sent_without_session(), "seller")
    assert back.url.partition("?")[0] == f"{world.url}/seller/replies"
    assert "13800138000" not in back.source


def test_it_is_shown_at_its_own_address_only(world: World) -> None:
    typist = Typist(world)
    sealed = typist.sent_without_session().form("login").fields["kept"]
    visitor = Visitor(world.url).signed_in("seller")
    for path, sent in (("/seller/shop", sealed), ("/seller/replies", f"{sealed[:-8]}AAAAAAAA")):
        page = visitor.send(PageForm(f"{world.url}{path}", "", {"kept": sent}))
        assert page.status == 200
        assert "13800138000" not in page.source
        assert "登录前填的" not in page.words


def test_another_site_plants_nothing(world: World) -> None:
    """Neither by a form of its own, nor by one that it had us seal."""
    typist = Typist(world)
    sealed = typist.sent_without_session().form("login").fields["kept"]
    visitor = Visitor(world.url).signed_in("seller")
    visitor.session.headers["Sec-Fetch-Site"] = "cross-site"
    for fields in ({"kept": sealed}, typist.form.fields | typist.typed):
        page = visitor.send(PageForm(typist.form.address, "", fields))
        assert page.status == 403
        assert "13800138000" not in page.source
    visitor.session.cookies.clear()
    assert "kept" not in visitor.send(typist.form, **typist.typed).form("login").fields
    page = visitor.send(
        PageForm(f"{world.url}/login/form?next=/seller/replies", "", typist.form.fields)
    )
    assert page.status == 403


@pytest.mark.parametrize("place", ["//evil.example", "https://evil.example/", "/logout", ""])
def test_a_kept_form_leads_nowhere_else(world: World, place: str) -> None:
    typist = Typist(world)
    sealed = typist.sent_without_session().form("login").fields
    fields = sealed | {"next": place, "username": "seller", "password": PASSWORD}
    answer = typist.visitor.post(PageForm(f"{world.url}/login", "", fields), {}, follow=False)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/seller")
    answer = typist.visitor.post(
        PageForm(f"{world.url}/login/form?next={place}", "", typist.form.fields), {}, follow=False
    )
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/login")


def test_a_form_that_is_not_ours_is_not_kept(world: World) -> None:
    visitor = Visitor(world.url)
    for fields in ({"text": "x"}, {"text": "x", "whose": ""}, {"text": "x", "whose": "<script>"}):
        page = visitor.send(PageForm(f"{world.url}/seller/replies", "", fields))
        assert "kept" not in page.form("login").fields


def test_secrets_are_not_carried_and_not_filled_in() -> None:
    """Whatever their field is called, as long as the name says what it is."""
    form = {"csrf": "c", "password": "p", "new_password": "p", "password2": "p", "text": "t"}
    sealed = kept.keep(form | {"whose": "0" * 16}, "0" * 16, "/seller", 0)
    assert sealed is not None
    assert kept.opened(sealed, "0" * 16, "/seller?lang=en", 0) == {"text": "t"}


def test_more_than_a_sign_in_form_carries_is_said_to_be_lost(world: World) -> None:
    typist = Typist(world)
    typist.typed["text"] = base64.b64encode(random.Random(1).randbytes(80_000)).decode()
    assert "太多没能留住" in typist.sent_without_session().words
    typist.typed["text"] = "x" * (LARGEST_FORM + 1)
    page = typist.sent_without_session()
    assert "太多没能留住" in page.words
    assert signed_in(typist.visitor, page, "seller").url.startswith(f"{world.url}/seller/replies")


def test_the_largest_form_in_use_is_kept() -> None:
    """50 orders to pack from 20 batches each, whose ids hardly get smaller."""
    plan = " ".join(f"0.{new_id()}.3" for _ in range(20))
    form = {f"plan-{new_id()}": plan for _ in range(50)}
    assert kept.keep(form, "0" * 16, "/seller/packing", 0) is not None


def test_what_waits_asks_the_store_nothing(world: World) -> None:
    typist = Typist(world)
    typist.visitor.session.cookies.clear()
    with meter() as metered:
        assert typist.visitor.send(typist.form, **typist.typed).status == 401
    assert metered.requests == []


def test_where_the_form_is_gone_its_text_stands_there_to_copy(world: World) -> None:
    order = world.order(world.offer(world.passed_batch()))
    visitor = Visitor(world.url).signed_in("seller")
    form = visitor.get(f"/seller/orders/{order['id']}").form("pay")
    world.pay(order)
    visitor.session.cookies.clear()
    asked = visitor.send(form, reference="4200001234")
    back = signed_in(visitor, asked, "seller")
    assert "这张表单现在没有了" in back.words
    assert "4200001234" in back.words


def test_it_comes_back_on_the_page_of_a_list_where_it_stood(world: World) -> None:
    typist = Typist(world)
    typist.visitor.session.headers["Referer"] = f"{world.url}/seller/replies?cursor=x&lang=en"
    back = signed_in(typist.visitor, typist.sent_without_session(), "seller")
    assert back.url == f"{world.url}/seller/replies?cursor=x&lang=zh-CN"
    assert "已保存" not in back.words


def test_a_button_leads_back_to_its_page(world: World) -> None:
    visitor = Visitor(world.url)
    page = f"{world.url}/seller/labels?codes=X&format=a4"
    visitor.session.headers["Referer"] = page
    asked = visitor.send(PageForm(f"{world.url}/seller/labels/printed", "", {"codes": "X"}))
    assert signed_in(visitor, asked, "seller").url.startswith(page)


def test_a_program_is_told_401_as_ever(world: World) -> None:
    typist = Typist(world)
    typist.visitor.session.headers["Accept"] = "application/json"
    typist.visitor.session.cookies.clear()
    answer = typist.visitor.post(typist.form, typist.typed, follow=False)
    assert answer.status_code == 401


# --- any text ------------------------------------------------------------------------------------

FIELDS = """<h1>x</h1><form id="f" method="post"><input type="hidden" name="form_key" value="1">
<input name="line" value="&lt;old&gt;"><textarea name="area">\nold</textarea>
<select name="of"><option value="a" selected>A</option><option value="b">B</option></select>
<input type="checkbox" name="tick" value="1" checked><input type="hidden" name="csrf" value="new">
<input type="password" name="password"></form><p>\u2028 \x0b after</p>"""


@given(line=st.text(), area=st.text(), chosen=st.sampled_from("abc"), ticked=st.booleans())
def test_any_text_comes_back_as_it_was_typed(
    line: str, area: str, chosen: str, ticked: bool
) -> None:
    typed = {"form_key": "2", "line": line, "area": area, "of": chosen, "csrf": "old"}
    typed |= {"password": "p", **({"tick": "1"} if ticked else {})}
    page = refilled(Page(FIELDS, "csp"), typed, "en")
    assert ShownPage(page.html).forms[0].fields == {
        "form_key": "2",
        "line": line,
        "area": area,
        "of": "a" if chosen == "c" else chosen,
        "csrf": "new",
        "password": "",
        **({"tick": "1"} if ticked else {}),
    }
    assert page.html.endswith("</form><p>\u2028 \x0b after</p>")
    assert page.csp == "csp"
