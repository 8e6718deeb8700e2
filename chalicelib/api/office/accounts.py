"""Accounts on pages: the county opens, changes and closes them; everybody has the own password."""

from typing import Any, Literal

from chalice.app import Response

from chalicelib.config import settings
from chalicelib.domain.accounts import Account, AccountChange, NewAccount, NewPassword, OwnPassword
from chalicelib.domain.errors import Refusal
from chalicelib.domain.journal import Change
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.office.accounts import (
    OPENING,
    OWN,
    PASSWORD,
    change_page,
    changing,
    choose_role_page,
    close_page,
    new_account_page,
    own_page,
    password_made_page,
    password_page,
)
from chalicelib.pages.office.catalogue import SETUP, Choices, filled, history, inputs
from chalicelib.pages.office.county import PEOPLE
from chalicelib.services import accounts, catalogue, people

from ..edge.answers import html, refused_page
from ..edge.desks import DESKS, DeskQuery, choices, desk_of, done, named
from ..edge.forms import blank, key_of, refused, text, tried
from ..edge.routing import Edge, Routes, read
from .catalogue import ThingQuery, again_of, back_of, given_of, village_choices, why_of
from .login import session_cookies

routes = Routes(__name__)
OWN_PATH = "/account"


class NewAccountQuery(ThingQuery):
    role: Literal["county", "cadre", "seller"] | None = None


def _choices(role: str) -> Choices:
    if role == "cadre":
        return {"account_villages": village_choices()}
    if role == "seller":
        return {"shop_id": [(item.doc.id, item.doc.name) for item in choices(catalogue.shops)]}
    return {}


@routes.api("GET", "/county/people/new", "account:write", query=NewAccountQuery, html=True)
def new_account(edge: Edge) -> Page:
    """The form of a new account, once it is said for whom"""
    role, back = edge.query.role, back_of(edge, PEOPLE)
    if role is None:
        return choose_role_page(desk_of(edge), setup=edge.query.setup, back=back)
    chosen = _choices(role)
    given = {
        (name if name == "shop_id" else f"{name}-{options[0][0]}"): (
            options[0][0] if name == "shop_id" else "1"
        )
        for name, options in chosen.items()
        if len(options) == 1
    }
    return new_account_page(desk_of(edge), blank(edge, **given), role, choices=chosen, back=back)


@routes.api("POST", "/county/people/new", "account:write", query=NewAccountQuery, html=True)
def open_account(edge: Edge, form: dict[str, str]) -> Response:
    """Open it under the id its form was minted with; its password is shown this once"""
    role = edge.query.role or "cadre"
    entries, account_id = OPENING[role], key_of(form)
    given = given_of(form, entries) | {"role": role}
    password = _password(form)
    given["password"] = password
    outcome = tried(lambda: accounts.put(edge.call, account_id, read(NewAccount, given)))
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, inputs(entries))
        page = new_account_page(
            desk_of(edge), again, role, choices=_choices(role), back=back_of(edge, PEOPLE)
        )
        return refused_page(page, outcome)
    return html(_made(edge, outcome[0], password))


def _password(form: dict[str, str]) -> str:
    """What was typed, else one that is made for this form."""
    return text(form, PASSWORD.name) or accounts.generated_password(key_of(form))


def _made(edge: Edge, account: Account, password: str) -> Page:
    desk = desk_of(edge)
    on = desk.link(SETUP if getattr(edge.query, "setup", None) else f"{PEOPLE}/{account.id}")
    sign_in = f"{settings().base_url}/login"
    return password_made_page(desk, account, password, sign_in=sign_in, on=on)


@routes.api(
    "GET", "/county/people/{account_id}/change", "account:write", query=DeskQuery, html=True
)
def show_change(edge: Edge, account_id: str) -> Page:
    """An account as a form, and what was changed of it"""
    known = people.with_history(account_id)
    account, seen, _ = known
    given = filled(changing(account), account)
    return _change(edge, blank(edge, **given, seen=seen), known)


def _change(edge: Edge, form: Form, known: tuple[Account, str, list[Change]]) -> Page:
    account, _, changes = known
    desk, chosen = desk_of(edge), _choices(account.role)
    return change_page(
        desk,
        form,
        account,
        choices=chosen,
        history=history(named(changes), changing(account), desk, chosen),
    )


@routes.api(
    "POST", "/county/people/{account_id}/change", "account:write", query=DeskQuery, html=True
)
def change_account(edge: Edge, form: dict[str, str], account_id: str) -> Response:
    """Change a name, or the villages of a cadre"""
    known = people.with_history(account_id)
    entries = changing(known[0])
    given: dict[str, Any] = given_of(form, entries)
    outcome = tried(
        lambda: people.change(
            edge.call, account_id, read(AccountChange, given), form.get("seen", ""), why_of(form)
        )
    )
    if not isinstance(outcome, Refusal):
        return done(edge, f"{PEOPLE}/{account_id}", note="changed")
    known = people.with_history(account_id)
    again = again_of(edge, form, outcome, entries, known, _choices(known[0].role))
    return refused_page(_change(edge, again, known), outcome)


@routes.api(
    "GET", "/county/people/{account_id}/password", "account:write", query=DeskQuery, html=True
)
def ask_password(edge: Edge, account_id: str) -> Page:
    """The form of a new password, which also opens a closed account"""
    return password_page(desk_of(edge), blank(edge), accounts.account(account_id))


@routes.api(
    "POST", "/county/people/{account_id}/password", "account:write", query=DeskQuery, html=True
)
def give_password(edge: Edge, form: dict[str, str], account_id: str) -> Response:
    """Give it a new password, which is shown this once"""
    password = _password(form)
    outcome = tried(
        lambda: accounts.set_password(
            edge.call, account_id, read(NewPassword, {"password": password})
        )
    )
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, inputs([PASSWORD]))
        page = password_page(desk_of(edge), again, accounts.account(account_id))
        return refused_page(page, outcome)
    return html(_made(edge, outcome, password))


@routes.api("GET", "/county/people/{account_id}/close", "account:write", query=DeskQuery, html=True)
def ask_close(edge: Edge, account_id: str) -> Page:
    """What closing an account means"""
    account = accounts.account(account_id)
    own = account_id == edge.call.actor.id
    return close_page(desk_of(edge), blank(edge), account, own=own)


@routes.api(
    "POST", "/county/people/{account_id}/close", "account:write", query=DeskQuery, html=True
)
def close_account(edge: Edge, form: dict[str, str], account_id: str) -> Response:
    """Close an account; its sessions end at once"""
    outcome = tried(lambda: people.close(edge.call, account_id))
    if isinstance(outcome, Refusal):
        own = outcome.code == "own_account"
        account = accounts.account(account_id)
        page = close_page(desk_of(edge), refused(edge, form, outcome), account, own=own)
        return refused_page(page, outcome)
    return done(edge, f"{PEOPLE}/{account_id}", note="closed")


# --- one's own -----------------------------------------------------------------------------------


@routes.api("GET", "/account", "self:read", query=DeskQuery, html=True)
def own_account(edge: Edge) -> Page:
    """Who one is signed in as, and the form of a new password"""
    return _own(edge, blank(edge))


def _own(edge: Edge, form: Form) -> Page:
    desk = desk_of(edge)
    return own_page(
        desk,
        form,
        username=edge.call.actor.username,
        done=edge.query.done,
        back=desk.link(DESKS[desk.role]),
    )


@routes.api("POST", "/account", "self:write", query=DeskQuery, html=True)
def change_own_password(edge: Edge, form: dict[str, str]) -> Response:
    """Change the own password: other sessions end, this one goes on"""
    given = {
        "present_password": form.get("present_password", ""),
        "password": form.get("own_password", ""),
    }
    session = edge.session or edge.headers.get("authorization", "").partition(" ")[2].strip()
    outcome = tried(
        lambda: accounts.change_own_password(edge.call, session, read(OwnPassword, given))
    )
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, inputs(OWN))
        return refused_page(_own(edge, again), outcome)
    token, end = outcome
    response = done(edge, OWN_PATH, note="password")
    own = session_cookies(token, end, edge.call.actor.username, edge.call.now)
    response.headers["Set-Cookie"] = [str(response.headers["Set-Cookie"]), *own]
    return response
