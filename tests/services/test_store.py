"""What DynamoDB answers and the embedded engine does not: held by faults put on the wire, and by
what we never ask. A heading quotes AWS's API reference, or names the limit.
"""

import base64
import string
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pydantic import TypeAdapter

from chalicelib.config import settings
from chalicelib.domain.access import PUBLIC, Call
from chalicelib.domain.accounts import Username
from chalicelib.domain.errors import Invalid, Refusal
from chalicelib.domain.journal import Change
from chalicelib.repositories import limits, store
from chalicelib.repositories.errors import ConditionFailed, StoreUnavailable
from chalicelib.repositories.items import Item, Recorded
from chalicelib.repositories.reading import all_children, children, get, get_many, read_cursor
from chalicelib.repositories.tables import ChangeItem, LimitItem, UsernameItem
from chalicelib.repositories.transaction import LARGEST_RECORD, Adjust, Create, commit
from tests.wire import cancelled, error, wire

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
SUBJECT = "ORDER#1"


def entry(number: int, why: str = "") -> ChangeItem:
    return ChangeItem.of(SUBJECT, number, Change(old="a", new="b", by="c", at=NOW, why=why))


@pytest.fixture
def journal(table: None) -> None:
    commit([Create(entry(number)) for number in range(1, 6)])


# --- Query: "The provided starting key is outside query boundaries" -------------------------------


@pytest.mark.parametrize(
    "after", ["\U0001f95a", "\U0010ffff", "蛋", "\uffff", "", "a" * 201, "a\n"]
)
def test_a_cursor_that_was_never_ours_is_refused(after: str) -> None:
    cursor = base64.urlsafe_b64encode(after.encode()).decode().rstrip("=")
    with pytest.raises(Invalid):
        read_cursor(cursor)


# --- TransactionConflictException, of a write by itself -------------------------------------------

CONFLICT = error("TransactionConflictException")


def test_a_write_that_meets_a_transaction_is_tried_again(table: None) -> None:
    with wire(CONFLICT, until=3) as met:
        limits.hit(Call(PUBLIC, NOW), "scan", "somebody", most=1, window=60)
    assert met.asked == ["UpdateItem"] * 4
    with pytest.raises(Refusal):  # it was counted, and once
        limits.hit(Call(PUBLIC, NOW), "scan", "somebody", most=1, window=60)


def test_one_that_keeps_meeting_them_says_come_back(table: None) -> None:
    with wire(CONFLICT, until=10**6) as met, pytest.raises(StoreUnavailable):
        limits.hit(Call(PUBLIC, NOW), "scan", "somebody", most=1, window=60)
    assert len(met.asked) == store.TRIES


def test_a_full_window_is_waited_out_and_no_longer(table: None) -> None:
    def hit(second: float) -> None:
        now = datetime.fromtimestamp(limits.FIRST_WINDOW + second, UTC)
        limits.hit(Call(PUBLIC, now), "scan", "somebody", most=1, window=60)

    hit(0)
    with pytest.raises(Refusal) as refused:
        hit(0.5)  # 59 seconds on from here is half a second too soon
    assert refused.value.facts["retry_after"] == 60
    with pytest.raises(Refusal) as refused:
        hit(59.9)
    assert refused.value.facts["retry_after"] == 1
    hit(60)


# --- CancellationReasons: not each of them passes by waiting --------------------------------------


@pytest.mark.parametrize("reason", ["ValidationError", "ItemCollectionSizeLimitExceeded", "New"])
def test_a_transaction_that_can_never_be_done_is_not_tried_again(table: None, reason: str) -> None:
    fault = cancelled("TransactionConflict", reason)
    with wire(fault, until=10**6) as met, pytest.raises(ClientError):
        commit([Create(entry(1)), Create(entry(2))])
    assert met.asked == ["TransactWriteItems"]


def test_changes_of_one_item_are_one_write_and_told_apart_by_position(journal: None) -> None:
    """A transaction takes no second one: "cannot include multiple operations on one item"."""
    first, second = (LimitItem(f"LIMIT#{n}", "LIMIT", expires_at=0) for n in (1, 2))
    commit([Create(first), Create(second)])

    def more(item: LimitItem, n: int) -> Adjust:
        return Adjust(item, [LimitItem.hits.add(n)], LimitItem.hits == 0)

    with wire() as met:
        kind = Adjust(first, [LimitItem.kind.set(LimitItem)])
        commit([more(first, 1), more(second, 2), kind])
    assert met.asked == ["TransactWriteItems"]
    with pytest.raises(ConditionFailed) as failed:
        commit([kind, more(second, 1), more(first, 1)])
    assert failed.value.failed == [0, 1, 2]


@pytest.mark.parametrize("char", ["a", "é", "蛋", "\U0001f95a"])
def test_a_record_too_large_for_an_item_is_refused_before_it_is_sent(
    table: None, char: str
) -> None:
    """Items hold 400 KB of UTF-8."""
    most = (LARGEST_RECORD - len(entry(1).doc.model_dump_json(exclude_none=True))) // len(
        char.encode()
    )
    commit([Create(entry(1, char * most))])
    with wire() as met, pytest.raises(Refusal) as refusal:
        commit([Create(entry(2)), Create(entry(3, char * (most + 1)))])
    assert (refusal.value.code, met.asked) == ("too_large", [])
    assert get(ChangeItem, entry(2).key) is None


# --- what a later release wrote, after going back to this one -------------------------------------


def put(raw: dict[str, dict[str, str]]) -> None:
    store.call("PutItem", TableName=settings().table, Item=raw)


LATER = {"kind": {"S": "later"}}


def test_a_later_kind_among_those_asked_for_is_passed_by(journal: None) -> None:
    """Also as the last one of a page, from which the next page goes on."""
    for place in ("CHANGE#00000003a", "CHANGE#00000005a"):
        put({"pk": {"S": SUBJECT}, "sk": {"S": place}} | LATER)
    every = [item.sk for item in all_children(ChangeItem, SUBJECT, "CHANGE#", limit=1)]
    assert every == [entry(number).sk for number in range(1, 6)]
    page = children(ChangeItem, SUBJECT, "CHANGE#", limit=4)
    assert ([item.sk for item in page.items], page.next_cursor is None) == (every[:3], False)


def test_a_later_kind_under_a_key_of_ours_is_as_good_as_not_there(journal: None) -> None:
    put({"pk": {"S": SUBJECT}, "sk": {"S": entry(2).sk}} | LATER)
    assert get(ChangeItem, entry(2).key) is None
    assert get_many([entry(1).key, entry(2).key]).keys() == {entry(1).key}


# --- keys: 2,048 and 1,024 bytes, of the table and of its indexes ---------------------------------

BOUNDED = {
    "provider",  # one of those that are known
    "mchid", "day", "month",  # of digits and letters, as many as there are
    "id", "shop_id", "village_id", "batch_id", "order_id", "code", "platform", "state", "group",
    "shard", "office_shard", "at", "created_at", "recorded_at", "opened_at", "reply_due_at",
    "last_order_at",
}  # fmt: skip
"""Ids, states, numbers and times: nothing that a person types as long as they like."""


RECORDED = [
    kind for kind in Item.kind.get_registered_subclasses(Recorded) if hasattr(kind, "LAYOUT")
]


@pytest.mark.parametrize("kind", RECORDED)
def test_no_key_holds_what_a_person_typed(kind: type[Recorded[Any]]) -> None:
    templates = [template for template in vars(kind.LAYOUT).values() if template]
    fields = {name for text in templates for _, name, _, _ in string.Formatter().parse(text)}
    assert fields - {None} <= BOUNDED


def test_the_longest_name_of_an_account_fits_into_a_key() -> None:
    longest = TypeAdapter(Username).json_schema()["maxLength"]
    assert len(UsernameItem.of("名" * longest, "1").pk.encode()) < 1024
