"""Very many parcels, quickly: copies of one, written to the engine past the app.

A copy is what packing would have written (the parcel, its place in the batch's partition, and if
asked its order in the shop's lists), under a code of its own.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from typing import Any

from chalicelib.config import settings
from chalicelib.domain.codes import new_code
from chalicelib.repositories import store
from tests.seam import leading_to
from tests.world import Json, new_id

IN_ONE = 25
"""Items in one BatchWriteItem (AWS limit)."""
THREADS = 4


def copy_parcel(parcel: Json, copies: int, *, orders: bool = False) -> list[str]:
    """Their codes. With `orders` each has its own order, else all are of the first one's."""
    patterns = [_raw(f"PARCEL#{parcel['code']}", "PARCEL")]
    for allocation in parcel["allocations"]:
        link = f"PARCEL#{parcel['shop_id']}#{parcel['code']}"
        patterns.append(_raw(f"BATCH#{allocation['batch_id']}", link))
    if orders:
        order = _raw(f"ORDER#{parcel['order_id']}", "ORDER")
        doc = json.loads(order["doc"]["S"])
        del doc["buyer"]  # sealed for this order and no other: the copies are of erased persons
        patterns.append(order | {"doc": {"S": json.dumps(doc, ensure_ascii=False)}})
    texts = [f'{{"PutRequest":{{"Item":{json.dumps(pattern)}}}}}' for pattern in patterns]
    codes = [new_code() for _ in range(copies)]

    def puts(some: list[str]) -> Iterator[str]:
        for code in some:
            order_id = new_id() if orders else parcel["order_id"]
            for text in texts:
                yield text.replace(parcel["code"], code).replace(parcel["order_id"], order_id)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write, (puts(codes[at::THREADS]) for at in range(THREADS))))
    return codes


def write(puts: Iterator[str], endpoint: str | None = None) -> None:
    """PutRequests as JSON text, over one connection, to the app's engine or another."""
    with closing(leading_to(endpoint or str(settings().endpoint))) as wire:
        while chunk := list(islice(puts, IN_ONE)):
            body = f'{{"RequestItems":{{"{settings().table}":[{",".join(chunk)}]}}}}'
            answer = wire.exchange("BatchWriteItem", body.encode())
            assert json.loads(answer.content) == {"UnprocessedItems": {}}, answer


def _raw(pk: str, sk: str) -> dict[str, Any]:
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    item: dict[str, Any] = store.call("GetItem", TableName=settings().table, Key=key)["Item"]
    return item
