"""Accounts, signing in, and who a session token speaks for."""

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from chalicelib.config import Ring, newer_ring, ring
from chalicelib.domain.access import Actor, Call
from chalicelib.domain.accounts import (
    SESSION_HOURS,
    Account,
    Credentials,
    NewAccount,
    NewPassword,
    OwnPassword,
    is_username,
)
from chalicelib.domain.errors import Refusal
from chalicelib.domain.journal import edit
from chalicelib.repositories import limits, passwords
from chalicelib.repositories.errors import ConditionFailed
from chalicelib.repositories.once import existing, fingerprint
from chalicelib.repositories.reading import (
    ListPage,
    check_all,
    get,
    get_many,
    listing,
    load_item,
    of_kind,
)
from chalicelib.repositories.sealing import keyed_hash
from chalicelib.repositories.tables import AccountItem, ShopItem, UsernameItem, VillageItem, key_of
from chalicelib.repositories.transaction import UnitOfWork, retrying

from ..repositories.items import OFFICE

if TYPE_CHECKING:
    from itsdangerous import URLSafeSerializer

WINDOW = 900
"""Seconds over which failed sign-ins count."""
MOST_FROM_ONE_ADDRESS = 8
MOST_NAMES_FROM_ONE_ADDRESS = 100
"""Over all names: one common password tried on many accounts stops here."""
MOST_FOR_ONE_NAME = 400
"""From everywhere together. Whoever strangers lock out so still signs in from where they did so
within KNOWN."""
KNOWN = 30 * 86_400
"""Seconds for which an address, and a browser, that signed in as somebody is known to be theirs."""


def _signer(keys: Ring, what: str) -> "URLSafeSerializer":
    from itsdangerous import URLSafeSerializer

    sha256 = {"digest_method": hashlib.sha256}
    return URLSafeSerializer(keys.signing("session"), salt=what, signer_kwargs=sha256)


def put(call: Call, account_id: str, body: NewAccount) -> tuple[Account, bool]:
    """The account, and whether it is new.

    Raises "different_content", "taken" for a username in use, "not_found" for an unknown village
    or shop, "busy".
    """
    request_fingerprint = fingerprint(body)
    item = existing(AccountItem, key_of("account", account_id), account_id, request_fingerprint)
    if item is not None:
        if not passwords.matches(item.doc.password_hash, body.password):
            raise Refusal("different_content", id=account_id)
        return item.doc, False
    check_all(VillageItem, "village", body.village_ids)
    check_all(ShopItem, "shop", [body.shop_id] if body.shop_id else [])
    account = Account(
        id=account_id,
        username=body.username,
        role=body.role,
        name=body.name,
        village_ids=tuple(body.village_ids),
        shop_id=body.shop_id,
        password_hash=passwords.hashed(body.password),
        created_at=call.now,
    )
    work = UnitOfWork(call).create(
        AccountItem.of(account, fingerprint=request_fingerprint),
        UsernameItem.of(account.username, account_id),
    )
    try:
        work.commit()
    except ConditionFailed as error:
        if 0 in error.failed:  # another request made the same id meanwhile
            return put(call, account_id, body)
        raise Refusal("taken", what="username", value=body.username) from error
    return account, True


@retrying
def set_password(call: Call, account_id: str, body: NewPassword) -> Account:
    """Give an account a new password; all its sessions end, and if it was closed it is open again.

    Nothing where it has this one already. Raises "not_found", "busy".
    """
    item = _load(account_id)
    if item.doc.closed_at is None and passwords.matches(item.doc.password_hash, body.password):
        return item.doc
    return _with_password(call, item, body.password)


def _with_password(call: Call, item: AccountItem, password: SecretStr) -> Account:
    after = item.doc.with_password(passwords.hashed(password))
    was, now = edit(item.doc, after, ("password_hash", "closed_at"), hidden=("password_hash",))
    UnitOfWork(call).edit(item, AccountItem.of(after), was, now).commit()
    return after


@retrying
def change_own_password(call: Call, session: str, body: OwnPassword) -> tuple[str, int]:
    """A new token for this session and its end, which stays; the account's other sessions end.

    Raises "wrong_password", "too_many" after too many wrong ones, "busy".
    """
    item = _load(call.actor.id)
    who = keyed_hash("own password", call.actor.id).hex()[:32]
    limits.hit(call, "password", who, most=MOST_FROM_ONE_ADDRESS, window=WINDOW)
    try:
        if not passwords.matches(item.doc.password_hash, body.present_password):
            raise Refusal("wrong_password")
    except Refusal as refusal:
        if refusal.code == "busy":
            limits.take_back(call, "password", who, window=WINDOW)
        raise
    limits.take_back(call, "password", who, window=WINDOW)
    _, _, _, end, _ = _signed(session, "session")
    return _token(_with_password(call, item, body.password), end), end


def generated_password(form_key: str) -> str:
    """Easy to read out. The same for the same form, so that sending it twice is one password."""
    letters = "23456789abcdefghjkmnpqrstuvwxyz"
    drawn = keyed_hash("generated password", form_key)
    text = "".join(letters[byte % len(letters)] for byte in drawn[:16])
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def open_county(username: str, now: datetime) -> tuple[str, bool]:
    """A new password for the county account of that name, and whether it is a new account.

    For who runs the system, who needs no account for it. Raises "taken" for another role's name.
    """
    call = Call(Actor(id="operator", role="county"), now)
    password = secrets.token_urlsafe(12)
    entry = get(UsernameItem, (f"USERNAME#{username}", "USERNAME"))
    if entry is None:
        body = NewAccount(
            username=username, password=SecretStr(password), role="county", name=username
        )
        return password, put(call, str(uuid.uuid4()), body)[1]
    if account(entry.account_id).role != "county":
        raise Refusal("taken", what="username", value=username)
    set_password(call, entry.account_id, NewPassword(password=SecretStr(password)))
    return password, False


def account(account_id: str) -> Account:
    """Raises "not_found"."""
    return _load(account_id).doc


def accounts(limit: int, cursor: str | None) -> ListPage[AccountItem]:
    """All, in the order they were opened."""
    return listing(AccountItem, OFFICE, ["ACCOUNT"], limit=limit, cursor=cursor, newest_first=False)


def _load(account_id: str) -> AccountItem:
    return load_item(AccountItem, "account", account_id)


def sign_in(
    call: Call, body: Credentials, address: str, browser: str = ""
) -> tuple[str, int, Actor]:
    """A session token, its end in epoch seconds, and who it speaks for.

    browser: what `known_browser` gave after an earlier sign-in. Its tries under that name are its
    own, which nobody else can use up, until the account has a new password.

    Raises "bad_credentials", the same for an unknown name and a wrong password; "too_many" after
    too many failures; "busy". Each try is counted before the password is looked at, and uncounted
    when it was right or nobody came to look, so that tries made at the same moment count too. A
    name that no account can have counts for nobody.
    """
    name = body.username.strip().lower()
    if not is_username(name):
        raise Refusal("bad_credentials")
    here = keyed_hash("login", name, address).hex()[:32]
    mark, own = _known_as(browser, name, call.now)
    counted: tuple[str, ...] = (own,)
    if own:
        limits.hit(call, "login", own, most=MOST_FROM_ONE_ADDRESS, window=WINDOW)
    else:
        counted = _count_as_anybody(call, name, here, address)
    entry = get(UsernameItem, (f"USERNAME#{name}", "USERNAME"))
    item = get(AccountItem, key_of("account", entry.account_id)) if entry else None
    if own and (item is None or _mark(item.doc) != mark):
        counted += _count_as_anybody(call, name, here, address)
    known_hash = passwords.of_nobody()
    if item is not None:
        known_hash = item.doc.closed_hash or item.doc.password_hash
    try:
        if not passwords.matches(known_hash, body.password) or item is None:
            raise Refusal("bad_credentials")
    except Refusal as refusal:
        if refusal.code == "busy":
            _uncount(call, *counted)
        raise
    _uncount(call, *counted)
    account = item.doc
    if account.closed_at is not None:  # told to nobody but who has its password
        raise Refusal("account_closed")
    limits.mark("signed in", here, call.now, seconds=KNOWN)
    if not item.office:  # opened before there was a list of accounts
        with suppress(ConditionFailed):
            UnitOfWork(call).replace(item, AccountItem.of(account)).commit()
    end = int(call.now.timestamp()) + SESSION_HOURS * 3600
    return _token(account, end), end, _actor(account, _shop(account.shop_id))


def _token(account: Account, end: int) -> str:
    """Of a session that ends then, in epoch seconds."""
    lot = secrets.token_urlsafe(6)  # two sessions begun in one second are two
    content = [account.id, account.shop_id, _mark(account), end, lot]
    return str(_signer(ring(), "session").dumps(content))


def _count_as_anybody(call: Call, name: str, here: str, address: str) -> tuple[str, ...]:
    """Under the name at this address, the address, and the name; under what it is counted.

    Raises "too_many".
    """
    anyone = limits.address_mark(address)
    who = keyed_hash("login", name).hex()[:32]
    limits.hit(call, "login", here, most=MOST_FROM_ONE_ADDRESS, window=WINDOW)
    limits.hit(call, "login", anyone, most=MOST_NAMES_FROM_ONE_ADDRESS, window=WINDOW)
    try:
        limits.hit(call, "login", who, most=MOST_FOR_ONE_NAME, window=WINDOW)
    except Refusal:
        if not limits.is_marked("signed in", here, call.now):
            raise
    return here, anyone, who


def known_browser(session: str, username: str, now: datetime) -> str:
    """What a browser that has just signed in shows the next time; it opens nothing."""
    _, _, mark, _, lot = _signed(session, "session")
    until = int(now.timestamp()) + KNOWN
    return str(_signer(ring(), "known browser").dumps([username, mark, lot, until]))


def _known_as(browser: str, name: str, now: datetime) -> tuple[str, str]:
    """The mark of the account's password then, and what the browser's tries are counted under;
    nothing if it is not known as `name`."""
    try:
        username, mark, lot, until = _signed(browser, "known browser")
    except Refusal:
        return "", ""
    if username != name or until <= now.timestamp():
        return "", ""
    return mark, keyed_hash("known browser", name, lot).hex()[:32]


def _uncount(call: Call, *counted: str) -> None:
    for counter in counted:
        limits.take_back(call, "login", counter, window=WINDOW)


def actor_of(token: str, now_seconds: float) -> Actor:
    """Who a token speaks for. Raises "unauthenticated" when forged, ended, signed out or overtaken
    by a new password. One request to the store, so that a removed account is out at once.
    """
    try:
        account_id, shop_id, mark, end, _ = _signed(token, "session")
    except (ValueError, TypeError) as error:
        raise Refusal("unauthenticated") from error
    if end <= now_seconds:
        raise Refusal("unauthenticated")
    keys = [key_of("account", account_id), *([key_of("shop", shop_id)] if shop_id else [])]
    items = get_many(keys)
    item = items.get(keys[0])
    if not isinstance(item, AccountItem) or _mark(item.doc) != mark:
        raise Refusal("unauthenticated")
    if item.doc.signed_out and _name(token) in dict(item.doc.signed_out):
        raise Refusal("unauthenticated")
    shop = items.get(keys[-1])
    return _actor(item.doc, shop if isinstance(shop, ShopItem) else None)


@retrying
def sign_out(call: Call, token: str) -> None:
    """End one session, wherever copies of its token are. `actor_of` has taken the token."""
    account_id, _, _, end, _ = _signed(token, "session")
    item = _load(account_id)
    after = item.doc.without_session(_name(token), end, call.now)
    UnitOfWork(call).replace(item, AccountItem.of(after)).commit()


def _name(token: str) -> str:
    """What stands for a session in the store, where its token never is."""
    return keyed_hash("session", token).hex()[:16]


def _signed(token: str, what: str) -> Any:
    """What was signed as such. Raises "unauthenticated"."""
    from itsdangerous import BadSignature

    try:
        return _signer(ring(), what).loads(token)
    except BadSignature:
        with_newer = _signer(newer_ring(), what)
    try:
        return with_newer.loads(token)
    except BadSignature as error:
        raise Refusal("unauthenticated") from error


def _mark(account: Account) -> str:
    """Changes with the password, which ends the sessions made before."""
    return keyed_hash("session mark", account.password_hash).hex()[:16]


def _shop(shop_id: str | None) -> ShopItem | None:
    return get(ShopItem, key_of("shop", shop_id)) if shop_id else None


def _actor(account: Account, shop: ShopItem | None) -> Actor:
    return Actor(
        id=account.id,
        role=account.role,
        username=account.username,
        name=account.name,
        village_ids=shop.doc.village_ids if shop else account.village_ids,
        shop_id=account.shop_id,
        trainings=account.trainings,
    )


def names(ids: Iterable[str]) -> dict[str, str]:
    """Account id -> name, for journals; ids that are no account's are left out."""
    keys = [key_of("account", account_id) for account_id in ids]
    items = of_kind(AccountItem, get_many(keys) if keys else {}, keys)
    return {item.doc.id: item.doc.name for item in items}
