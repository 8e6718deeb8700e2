"""Reading items: by key, by many keys, the children of a partition, and merged index pages."""

import base64
import binascii
import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chalicelib.config import settings
from chalicelib.domain.errors import Invalid, not_found

from . import store
from .items import OFFICE, SCOPE, Item, Key
from .tables import item_of, key_of

Kind = TypeVar("Kind", bound=Item)
T = TypeVar("T")
R = TypeVar("R")

BATCH_GET_MOST = 100
"""Keys in one BatchGetItem (AWS limit)."""
MOST_AT_ONCE = 16
"""Queries of one list under way together."""
MOST_KEYS = 2000
"""Of an index in one query: half a megabyte."""
FIRST, LAST = " ", "~"
"""Before and after every sort key of a list: they are times and ids."""


@dataclass(frozen=True)
class ListPage(Generic[Kind]):
    """`next_cursor` is None on the last page."""

    items: list[Kind]
    next_cursor: str | None


def _raw(key: Key) -> dict[str, dict[str, str]]:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def get(kind: type[Kind], key: Key, *, consistent: bool = True) -> Kind | None:
    """One item, or None. Consistent unless told otherwise."""
    answer = store.call(
        "GetItem", TableName=settings().table, Key=_raw(key), ConsistentRead=consistent
    )
    if "Item" not in answer:
        return None
    item = item_of(answer["Item"])
    assert item is None or isinstance(item, kind)
    return item


def load_item(kind: type[Kind], subject: str, identity: str) -> Kind:
    """A subject's own item. Raises Refusal("not_found")."""
    item = get(kind, key_of(subject, identity))
    if item is None:
        raise not_found(subject)
    return item


def get_many(keys: Iterable[Key], *, consistent: bool = True) -> dict[Key, Item]:
    """The items that exist, by key; one request for each 100 keys.

    What the store leaves unprocessed is asked for again with growing pauses, then
    StoreUnavailable.
    """
    wanted = list(dict.fromkeys(keys))
    items: dict[Key, Item] = {}
    table = settings().table
    for start in range(0, len(wanted), BATCH_GET_MOST):
        request: dict[str, Any] = {
            table: {
                "Keys": [_raw(key) for key in wanted[start : start + BATCH_GET_MOST]],
                "ConsistentRead": consistent,
            }
        }
        tries = store.Tries("BatchGetItem left keys unprocessed")
        while True:
            answer = store.call("BatchGetItem", RequestItems=request)
            for raw in answer["Responses"].get(table, []):
                item = item_of(raw)
                if item is not None:
                    items[item.key] = item
            request = answer.get("UnprocessedKeys") or {}
            if not request:
                break
            tries.pause()
    return items


def check_all(kind: type[Kind], subject: str, identities: Iterable[str]) -> None:
    """Raise "not_found" unless there is something of that kind under each id."""
    keys = [key_of(subject, identity) for identity in identities]
    items = get_many(keys) if keys else {}
    if any(not isinstance(items.get(key), kind) for key in keys):
        raise not_found(subject)


def of_kind(kind: type[Kind], items: dict[Key, Item], keys: Iterable[Key]) -> list[Kind]:
    """The items of one kind among `found`, in the order of `keys`."""
    return [item for key in keys if isinstance(item := items.get(key), kind)]


def children(
    kind: type[Kind],
    pk: str,
    prefix: str,
    *,
    limit: int = 1000,
    cursor: str | None = None,
    consistent: bool = True,
    newest_first: bool = False,
) -> ListPage[Kind]:
    """Items of one partition whose sort key begins with `prefix`, in its order or from its end."""
    after = read_cursor(cursor)
    names = {"#pk": "pk", "#sk": "sk"}
    values = {":pk": {"S": pk}, ":from": {"S": prefix}, ":to": {"S": prefix + "\uffff"}}
    start = {"ExclusiveStartKey": _raw((pk, prefix + after))} if after is not None else {}
    raws: list[dict[str, Any]] = []
    while True:
        answer = store.call(
            "Query",
            TableName=settings().table,
            KeyConditionExpression="#pk = :pk AND #sk BETWEEN :from AND :to",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
            ConsistentRead=consistent,
            ScanIndexForward=not newest_first,
            Limit=limit + 1 - len(raws),
            **start,
        )
        raws += answer["Items"]
        if len(raws) > limit or "LastEvaluatedKey" not in answer:
            break
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    items = [item for raw in raws[:limit] if isinstance(item := item_of(raw), kind)]
    more = len(raws) > limit
    # by what was read, as a later release's kinds among it are left out
    last = raws[limit - 1]["sk"]["S"].removeprefix(prefix) if more else ""
    return ListPage(items, cursor_after(last) if more else None)


def all_children(
    kind: type[Kind], pk: str, prefix: str, *, limit: int = 1000, cursor: str | None = None
) -> Iterator[Kind]:
    """Like `children`, all of them from `cursor` on: each page of `limit` when it is come to."""
    while True:
        page = children(kind, pk, prefix, limit=limit, cursor=cursor)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def listing(
    kind: type[Kind],
    index: str,
    partitions: Sequence[str],
    *,
    limit: int,
    cursor: str | None = None,
    newest_first: bool = True,
    since: str = "",
    until: str | None = None,
    beside: Sequence[tuple[str, str]] = (),
) -> ListPage[Kind]:
    """One page over several partitions of an index, merged by their common sort key.

    All partitions of a list share one order, so a cursor is the last sort key given, whatever the
    number of partitions. since, until: only sort keys from `since` and before `until`. beside:
    further partitions, each with its index. Reads keys, then just the items returned.
    """
    after = read_cursor(cursor)
    low, high = since or FIRST, until or LAST
    if after is not None:
        low, high = (low, min(high, after)) if newest_first else (max(low, after + FIRST), high)
    lists = at_once(
        lambda place: _index_keys(*place, limit + 1, low, high, newest_first),
        [*((index, partition) for partition in partitions), *beside],
    )
    merged = list(heapq.merge(*lists, reverse=newest_first))[: limit + 1]
    keys = [key for _, key in merged[:limit]]
    # The index is eventual anyway; reading its items so costs half.
    items = of_kind(kind, get_many(keys, consistent=False) if keys else {}, keys)
    more = len(merged) > limit
    return ListPage(items, cursor_after(merged[limit - 1][0]) if more else None)


def all_listed(
    kind: type[Kind],
    index: str,
    partitions: Sequence[str],
    *,
    limit: int = 100,
    newest_first: bool = True,
    since: str = "",
    until: str | None = None,
) -> Iterator[Kind]:
    """Like `listing`, all of it: each page of `limit` when it is come to."""
    cursor = None
    while True:
        page = listing(
            kind,
            index,
            partitions,
            limit=limit,
            cursor=cursor,
            newest_first=newest_first,
            since=since,
            until=until,
        )
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def at_once(read: Callable[[T], R], places: Sequence[T]) -> list[R]:
    """The answers of all places, asked for in parallel: a wide list waits no longer."""
    if len(places) <= 1:
        return [read(place) for place in places]
    with ThreadPoolExecutor(min(MOST_AT_ONCE, len(places))) as pool:
        return list(pool.map(read, places))


def get_all(keys: Iterable[Key], *, consistent: bool = True) -> dict[Key, Item]:
    """The same as get_many, with its requests in parallel."""
    wanted = list(dict.fromkeys(keys))
    parts = [wanted[at : at + BATCH_GET_MOST] for at in range(0, len(wanted), BATCH_GET_MOST)]
    answers = at_once(lambda part: get_many(part, consistent=consistent), parts)
    return {key: item for some in answers for key, item in some.items()}


def index_keys(index: str, partition: str, since: str, until: str) -> list[Key]:
    """The keys of all items from `since` and before `until`; their contents are not read."""
    keys: list[Key] = []
    low, seen = since, MOST_KEYS
    while seen == MOST_KEYS:
        page = _index_keys(index, partition, MOST_KEYS, low, until, False)
        keys += [key for _, key in page]
        seen = len(page)
        low = page[-1][0] + FIRST if page else until
    return keys


def counted(index: str, places: Sequence[tuple[str, str]], most: int) -> list[int]:
    """How many items each partition has before a sort key, looked for up to `most` and one more."""

    def count(place: tuple[str, str]) -> int:
        partition, until = place
        return len(_index_keys(index, partition, most + 1, FIRST, until, False))

    return at_once(count, places)


def newest_keys(index: str, partition: str, limit: int) -> list[Key]:
    """The keys of the last `limit` items; their contents are not read."""
    return [key for _, key in _index_keys(index, partition, limit, FIRST, LAST, True)]


def _index_keys(
    index: str, partition: str, limit: int, low: str, high: str, newest_first: bool
) -> list[tuple[str, Key]]:
    """Sort keys from `low` and before `high`, each with its item's key, at most `limit`."""
    if low >= high:
        return []
    name = {SCOPE: "scope", OFFICE: "office"}[index]
    answer = store.call(
        "Query",
        TableName=settings().table,
        IndexName=index,
        KeyConditionExpression="#p = :p AND #s BETWEEN :low AND :high",
        ExpressionAttributeNames={"#p": name, "#s": f"{name}_at"},
        ExpressionAttributeValues={
            ":p": {"S": partition},
            ":low": {"S": low},
            ":high": {"S": high},
        },
        ScanIndexForward=not newest_first,
        Limit=limit + 1,
    )
    entries = [
        (raw[f"{name}_at"]["S"], (raw["pk"]["S"], raw["sk"]["S"])) for raw in answer["Items"]
    ]
    return [entry for entry in entries if entry[0] < high][:limit]


def cursor_after(sort_key: str) -> str:
    """The cursor of the page that follows a sort key."""
    return base64.urlsafe_b64encode(sort_key.encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> str | None:
    """The sort key in a cursor. Raises Invalid.

    Ours are ASCII: DynamoDB refuses a start outside of the range that a query asks for, which a
    character beyond U+FFFF would be.
    """
    if cursor is None:
        return None
    try:
        sort_key = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        sort_key = ""
    if not (0 < len(sort_key) <= 200 and sort_key.isascii() and sort_key.isprintable()):
        raise Invalid(("cursor", "请用上一页给的 next_cursor", "use the next_cursor of a page"))
    return sort_key
