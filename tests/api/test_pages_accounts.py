"""Accounts on pages: opened with a password that is shown once, closed, and one's own password."""

import re
import threading
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.errors import Refusal
from chalicelib.services import accounts, people
from tests.visitor import AnswerPage, Visitor
from tests.world import PASSWORD, Client, World, new_id, ok, refused


@pytest.fixture
def county(world: World) -> Visitor:
    return Visitor(world.url).signed_in("county")


def me(client: Client) -> str:
    identity: str = ok(client.get("/v1/me"))["id"]
    return identity


def sign_in(world: World, username: str, password: str) -> AnswerPage:
    visitor = Visitor(world.url)
    form = visitor.get("/login").form("login")
    return visitor.send(form, username=username, password=password)


def shown_password(page: AnswerPage) -> str:
    matched = re.search(r"密码 ([a-z0-9-]{19})\b", page.words)
    assert matched, page.words
    return matched[1]


def test_a_password_is_made_once_for_a_form_and_shown(world: World, county: Visitor) -> None:
    form = county.get("/county/people/new?role=seller").form("form")
    values = {"new_username": "newseller", "name": "新客服", "shop_id": world.shop_id}
    first, again = (county.send(form, **values) for _ in range(2))
    assert shown_password(first) == shown_password(again), "two taps are one account"
    assert sign_in(world, "newseller", shown_password(first)).status == 200
    assert [account["username"] for account in world.county.everything("/v1/accounts")].count(
        "newseller"
    ) == 1
    other = county.get("/county/people/new?role=seller").form("form")
    page = county.send(other, **values)
    assert (page.status, "已有人用" in page.words) == (409, True)


@pytest.mark.parametrize(
    ("values", "phrase"),
    [
        ({"new_username": "Ä"}, "3 到 40 个"),
        ({"new_password": "12345678"}, "不要只用数字"),
        ({"name": ""}, "请填姓名"),
    ],
)
def test_what_is_wrong_with_an_account_stands_beside_its_input(
    county: Visitor, values: dict[str, str], phrase: str
) -> None:
    right = {"new_username": "newcadre", "name": "新干部"}
    form = county.get("/county/people/new?role=cadre").form("form")
    page = county.send(form, **right | values)
    assert page.status == 422
    assert phrase in page.words
    assert "12345678" not in page.source, "no page shows a typed password again"


def test_a_closed_account_is_out_at_once_and_is_told_so_by_its_own_password(
    world: World, county: Visitor
) -> None:
    cadre, person = Visitor(world.url).signed_in("cadre"), me(world.cadre)
    form = county.get(f"/county/people/{person}/close").form("form")
    for _ in range(2):
        page = county.send(form)
        assert "账号已停用" in page.words
    refused(world.cadre.get("/v1/me"), 401, "unauthenticated")
    assert "登录" in cadre.get("/cadre/batches").words
    assert "已停用" in sign_in(world, "cadre", PASSWORD).words
    credentials = {"username": "cadre", "password": PASSWORD}
    refused(world.nobody.post("/v1/sessions", credentials), 403, "account_closed")
    wrong = credentials | {"password": "another password"}
    refused(world.nobody.post("/v1/sessions", wrong), 401, "bad_credentials")
    # A new password opens it again; the sessions of before stay ended.
    opened = county.send(county.get(f"/county/people/{person}/password").form("form"))
    assert sign_in(world, "cadre", shown_password(opened)).status == 200
    refused(world.cadre.get("/v1/me"), 401, "unauthenticated")
    words = county.get(f"/county/people/{person}/change").words
    assert words.index("账号重新开通") < words.index("账号停用"), "newest first"
    assert "换了密码" in words
    assert "argon2" not in words


def test_nobody_closes_the_own_account_so_that_one_is_always_open(
    world: World, county: Visitor
) -> None:
    own = me(world.county)
    page = county.get(f"/county/people/{own}/close")
    assert "自己的账号不能停用" in page.words
    assert not any(form.id == "form" for form in page.forms)
    form = county.get(f"/county/people/{me(world.cadre)}/close").form("form")
    form.address = form.address.replace(me(world.cadre), own)
    answer = county.post(form, {})
    assert answer.status_code == 409
    assert ok(world.county.get("/v1/me"))["id"] == own


def test_two_who_close_each_other_leave_one_open(world: World) -> None:
    other = world.account("county", "county2")
    ids = [me(world.county), me(other)]
    for _ in range(5):
        start = threading.Barrier(2)

        def close(by: str, whom: str, start: threading.Barrier = start) -> None:
            start.wait()
            with suppress(Refusal):  # who was closed meanwhile
                people.close(Call(Actor(id=by, role="county"), datetime.now(UTC)), whom)

        racers = [threading.Thread(target=close, args=pair) for pair in (ids, ids[::-1])]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()
        still_open = [who for who in ids if accounts.account(who).closed_at is None]
        assert len(still_open) == 1
        [closed] = set(ids) - set(still_open)
        accounts.open_county(accounts.account(closed).username, datetime.now(UTC))


def test_an_account_changes_its_name_and_villages(world: World, county: Visitor) -> None:
    person = me(world.cadre)
    path = f"/county/people/{person}/change"
    form = county.get(path).form("form")
    both = {f"account_villages-{world.other_village_id}": "1"}
    page = county.send(form, name="王干部", **both)
    assert "已保存" in page.words
    actor = ok(world.cadre.get("/v1/me"))
    assert actor["name"] == "王干部"
    assert set(actor["village_ids"]) == {world.village_id, world.other_village_id}
    assert county.send(form, name="别的名字").status == 409
    assert "负责哪些村：容溪村 → " in county.get(path).words


# --- one's own -----------------------------------------------------------------------------------

NEW = "blue kettle over the hill"


@pytest.mark.parametrize("who", ["county", "cadre", "seller"])
def test_everybody_changes_the_own_password_and_only_this_session_goes_on(
    world: World, who: str
) -> None:
    here, elsewhere = (Visitor(world.url).signed_in(who) for _ in range(2))
    page = here.get("/account")
    assert who in page.words
    page = here.send(page.form("form"), present_password=PASSWORD, own_password=NEW)
    assert "密码已改" in page.words
    assert who in here.get("/account").words, "this one goes on"
    assert "登录工作台" in elsewhere.get("/account").words
    refused(getattr(world, who).get("/v1/me"), 401, "unauthenticated")
    assert sign_in(world, who, PASSWORD).status == 401
    assert sign_in(world, who, NEW).status == 200


def test_a_wrong_present_password_changes_nothing_and_tries_are_limited(world: World) -> None:
    seller = Visitor(world.url).signed_in("seller")
    form = seller.get("/account").form("form")
    for _ in range(accounts.MOST_FROM_ONE_ADDRESS):
        page = seller.send(form, present_password="not this one", own_password=NEW)
        assert (page.status, "现在的密码不对" in page.words) == (422, True)
        assert NEW not in page.source
    page = seller.send(form, present_password=PASSWORD, own_password=NEW)
    assert page.status == 429
    assert int(page.headers["Retry-After"]) > 0
    assert ok(world.seller.get("/v1/me"))


def test_a_right_present_password_is_no_try(world: World) -> None:
    seller = Visitor(world.url).signed_in("seller")
    password = PASSWORD
    for number in range(accounts.MOST_FROM_ONE_ADDRESS + 1):
        form = seller.get("/account").form("form")
        page = seller.send(form, present_password=password, own_password=f"{NEW} {number}")
        assert "密码已改" in page.words
        password = f"{NEW} {number}"


def test_a_bearer_cannot_lengthen_a_session_by_a_new_password(world: World) -> None:
    answer = world.cadre.call(
        "POST",
        "/account",
        data={"present_password": PASSWORD, "own_password": NEW, "form_key": new_id()},
    )
    assert answer.status_code == 303
    lives = int(re.findall(r"session=\S+ Path=/; Max-Age=(\d+)", answer.headers["Set-Cookie"])[0])
    assert lives <= 12 * 3600
