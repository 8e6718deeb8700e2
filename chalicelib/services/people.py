"""What the county changes of the people who work here: name, villages, trainings, an end."""

import secrets

from pydantic import SecretStr

from chalicelib.domain.access import Call
from chalicelib.domain.accounts import Account, AccountChange, NewTraining, Training
from chalicelib.domain.errors import Refusal
from chalicelib.domain.journal import Change, edit
from chalicelib.repositories import passwords
from chalicelib.repositories.journal import latest
from chalicelib.repositories.once import as_seen, is_change
from chalicelib.repositories.reading import check_all, load_item
from chalicelib.repositories.tables import AccountItem, VillageItem
from chalicelib.repositories.transaction import Require, UnitOfWork, retrying


def _load(account_id: str) -> AccountItem:
    return load_item(AccountItem, "account", account_id)


@retrying
def close(call: Call, account_id: str) -> Account:
    """Nobody signs in to it any more, and all its sessions end at once.

    Who closes one stays open in the same transaction, so that two who close each other do not
    leave a county without anybody. Raises "not_found", "own_account", "busy"; "unauthenticated"
    when the actor was closed meanwhile.
    """
    if account_id == call.actor.id:
        raise Refusal("own_account")
    item, own = _load(account_id), _load(call.actor.id)
    if own.doc.closed_at is not None:
        raise Refusal("unauthenticated")
    if item.doc.closed_at is not None:
        return item.doc
    unknown = passwords.hashed(SecretStr(secrets.token_urlsafe(32)))
    after = item.doc.closed(unknown, call.now)
    changed = edit(item.doc, after, ("closed_at",))
    work = UnitOfWork(call).edit(item, AccountItem.of(after), *changed)
    work.add(Require(own, AccountItem.version == own.version)).commit()
    return after


@retrying
def change(call: Call, account_id: str, body: AccountChange, seen: str, why: str = "") -> Account:
    """Another name, other villages. Raises "not_found", "changed_meanwhile", Invalid."""
    item = _load(account_id)
    if not is_change(item.doc, body, seen):
        return item.doc
    after = item.doc.changed(body)
    check_all(VillageItem, "village", body.village_ids)
    changed = edit(item.doc, after, AccountChange.model_fields)
    UnitOfWork(call).edit(item, AccountItem.of(after), *changed, why).commit()
    return after


def with_history(account_id: str) -> tuple[Account, str, list[Change]]:
    """The account, what a form remembers of it, and what was changed. Raises "not_found"."""
    item = _load(account_id)
    return item.doc, as_seen(item.doc, AccountChange), latest(item)


@retrying
def put_training(
    call: Call, account_id: str, training_id: str, body: NewTraining
) -> tuple[Training, bool]:
    """The training, and whether it is new.

    Raises "not_found", "different_content", "too_many_trainings", Invalid.
    """
    item = _load(account_id)
    after = item.doc.trained(training_id, body, call.now)
    is_new = after is not item.doc
    if is_new:
        UnitOfWork(call).replace(item, AccountItem.of(after)).commit()
    return after.training(training_id), is_new
