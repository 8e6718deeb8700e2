"""Accounts on pages: opened, changed, closed, given a new password; and a person's own."""

from collections.abc import Sequence

from chalicelib.domain.accounts import Account
from chalicelib.domain.fields import china_date

from ..drawing import formats
from ..drawing.desks import Desk, ListEntry, desk_page
from ..drawing.forms import Form
from ..drawing.render import Page
from .catalogue import WHY, Choices, Entry, form_page, words_of
from .county import PEOPLE

ROLES = ("cadre", "seller", "county")
PASSWORD = Entry("new_password", "password", most=200, required=False, hint=True)
NAME = Entry("name")
VILLAGES = Entry("account_villages", "village_ids", how="ticks")
OPENING = {
    "county": (Entry("new_username", "username", most=40, hint=True), NAME, PASSWORD),
    "cadre": (Entry("new_username", "username", most=40, hint=True), NAME, VILLAGES, PASSWORD),
    "seller": (
        Entry("new_username", "username", most=40, hint=True),
        NAME,
        Entry("shop_id", how="select"),
        PASSWORD,
    ),
}
"""The inputs of a new account, by its role."""
OWN = (
    Entry("present_password", most=200, auto="current-password", type="password"),
    Entry("own_password", "password", most=200, hint=True, auto="new-password", type="password"),
)


def changing(account: Account) -> tuple[Entry, ...]:
    """The inputs of an account that is there."""
    return (NAME, VILLAGES) if account.role == "cadre" else (NAME,)


def choose_role_page(desk: Desk, *, setup: str | None, back: str) -> Page:
    """For whom an account is opened."""
    words = words_of(desk)
    rows = [
        ListEntry(
            href=desk.link(f"{PEOPLE}/new", role=role, setup=setup),
            title=words[f"role_{role}"],
            meta=(words[f"whose_{role}"],),
        )
        for role in ROLES
    ]
    return desk_page(
        "drawing/choice.html",
        desk,
        words,
        tab=PEOPLE,
        title=words["account_whose"],
        entries=rows,
        nothing="",
        back=back,
    )


def new_account_page(desk: Desk, form: Form, role: str, *, choices: Choices, back: str) -> Page:
    words = words_of(desk)
    lacking = {"account_villages": "need_village", "shop_id": "need_shop"}
    empty = next((lacking[name] for name, options in choices.items() if not options), "")
    return form_page(
        desk,
        form,
        OPENING[role],
        title="account_new",
        tab=PEOPLE,
        back=back,
        choices=choices,
        fixed=[(words["fact_role"], words[f"role_{role}"])],
        nothing=empty,
        button="account_new",
    )


def change_page(
    desk: Desk,
    form: Form,
    account: Account,
    *,
    choices: Choices,
    history: Sequence[tuple[str, str, str]],
) -> Page:
    return form_page(
        desk,
        form,
        (*changing(account), WHY),
        title="account_change",
        tab=PEOPLE,
        back=desk.link(f"{PEOPLE}/{account.id}"),
        choices=choices,
        fixed=[(words_of(desk)["fact_username"], account.username)],
        history=history,
    )


def password_page(desk: Desk, form: Form, account: Account) -> Page:
    """A new password; of a closed account, which it opens again."""
    words = words_of(desk)
    facts = [
        (words["fact_username"], account.username),
        (words["in_name"], formats.marked(account.name, desk.language)),
    ]
    if account.closed_at is not None:
        since = formats.day(china_date(account.closed_at), desk.language)
        facts.append((words["fact_closed"], since))
    closed = account.closed_at is not None
    return form_page(
        desk,
        form,
        [PASSWORD],
        title="account_reopen" if closed else "account_password",
        tab=PEOPLE,
        back=desk.link(f"{PEOPLE}/{account.id}"),
        fixed=facts,
        lead="account_reopen_text" if closed else "account_password_text",
        button="account_reopen" if closed else "account_password",
    )


def close_page(desk: Desk, form: Form, account: Account, *, own: bool) -> Page:
    """own: of whoever looks, who cannot close it."""
    words = words_of(desk)
    return form_page(
        desk,
        form,
        [],
        title="account_close",
        tab=PEOPLE,
        back=desk.link(f"{PEOPLE}/{account.id}"),
        fixed=[
            (words["fact_username"], account.username),
            (words["in_name"], formats.marked(account.name, desk.language)),
        ],
        lead="" if own else "account_close_text",
        nothing="account_own" if own else "",
        button="account_close",
        danger=True,
    )


def password_made_page(
    desk: Desk, account: Account, password: str, *, sign_in: str, on: str
) -> Page:
    """The only page that shows it. sign_in: the address to hand over with it."""
    words = words_of(desk)
    return desk_page(
        "office/password.html",
        desk,
        words,
        tab=PEOPLE,
        facts=[
            (words["fact_username"], account.username),
            (words["made_password"], password),
            (words["made_where"], sign_in),
        ],
        on=on,
    )


def own_page(desk: Desk, form: Form, *, username: str, done: str | None, back: str) -> Page:
    words = words_of(desk)
    return desk_page(
        "office/account.html",
        desk,
        words,
        tab="/account",
        form=form,
        done=words["own_done"] if done == "password" else "",
        facts=[
            (words["fact_username"], username),
            (words["in_name"], formats.marked(desk.name, desk.language)),
            (words["fact_role"], words[f"role_{desk.role}"]),
        ],
        entries=OWN,
        labels={entry.name: words[f"in_{entry.name}"] for entry in OWN},
        hints={entry.name: words[f"in_{entry.name}_hint"] if entry.hint else "" for entry in OWN},
        back=back,
    )
