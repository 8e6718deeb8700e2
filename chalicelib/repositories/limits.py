"""Rate limits: a counter for each window of time, one small write a hit."""

from datetime import datetime
from math import ceil

from botocore.exceptions import ClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.access import Call
from chalicelib.domain.errors import Refusal

from . import store
from .connection import connection
from .reading import get
from .sealing import keyed_hash
from .tables import LimitItem

FIRST_WINDOW = 0
"""When windows of every length begin, seconds since 1970; the next one follows at once."""


def address_mark(address: str) -> str:
    """Who somebody is, known by nothing but an address, which is not kept."""
    return keyed_hash("address", address).hex()[:32]


def _item(what: str, who: str, window: int, now: datetime) -> LimitItem:
    second = int(now.timestamp())
    start = second - (second - FIRST_WINDOW) % window
    return LimitItem(f"LIMIT#{what}#{who}#{start}", "LIMIT", expires_at=start + window)


def hit(call: Call, what: str, who: str, *, most: int, window: int) -> int:
    """Count the call, once, within `window` seconds: as the how-manieth, 0 if it was counted.

    Raises "too_many" past `most`.
    """
    if (what, who) in call.counted:
        return 0
    connection()
    item = _item(what, who, window, call.now)
    try:
        answer = store.call(
            "UpdateItem",
            ReturnValues="UPDATED_NEW",
            **item.get_update_kwargs_from_instance(actions=_one_more(item), condition=_below(most)),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        raise over(call, window) from error
    call.counted.add((what, who))
    return int(answer["Attributes"]["hits"]["N"])


def _one_more(item: LimitItem) -> list[Action]:
    return [
        LimitItem.hits.add(1),
        LimitItem.expires_at.set(item.expires_at),
        LimitItem.kind.set(LimitItem),
    ]


def _below(most: int) -> Condition:
    below: Condition = LimitItem.hits.does_not_exist() | (LimitItem.hits < most)
    return below


def over(call: Call, window: int) -> Refusal:
    """How long until the next window begins."""
    second = call.now.timestamp() - FIRST_WINDOW
    return Refusal("too_many", retry_after=ceil(window - second % window))


def mark(what: str, who: str, now: datetime, *, seconds: int) -> None:
    """Note for so long that something happened."""
    connection()
    until = int(now.timestamp()) + seconds
    item = LimitItem(f"LIMIT#{what}#{who}", "LIMIT", expires_at=until)
    actions: list[Action] = [LimitItem.expires_at.set(until), LimitItem.kind.set(LimitItem)]
    store.call("UpdateItem", **item.get_update_kwargs_from_instance(actions=actions))


def is_marked(what: str, who: str, now: datetime) -> bool:
    item = get(LimitItem, (f"LIMIT#{what}#{who}", "LIMIT"))
    return item is not None and (item.expires_at or 0) > now.timestamp()


def take_back(call: Call, what: str, who: str, *, window: int) -> None:
    """Uncount what the call was counted under and turned out fine, as a sign-in that succeeded.

    Nothing where it was not counted, or its window is over meanwhile.
    """
    if (what, who) not in call.counted:
        return
    connection()
    try:
        store.call(
            "UpdateItem",
            **_item(what, who, window, call.now).get_update_kwargs_from_instance(
                actions=[LimitItem.hits.add(-1)], condition=LimitItem.hits > 0
            ),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
