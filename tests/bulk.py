"""Very many parcels, quickly: copies of one, written to the engine past the app.

A copy is what packing would have written (the parcel, its place in the batch's partition, and if
asked its order in the shop's lists), under a code of its own.
"""

import http.client
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from chalicelib.config import settings
from chalicelib.domain.codes import new_code
from chalicelib.repositories import store
from tests.waits import LONG_WAIT
from tests.world import Json, new_id

WITNESS = os.environ.get("WITNESS")
IN_ONE = 25
"""Items in one BatchWriteItem (AWS limit)."""
THREADS = 4
HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Target": "DynamoDB_20120810.BatchWriteItem",
    "X-Amz-Date": "20260101T000000Z",
    # Asked for and not checked, by the embedded engine: signing would take most of the time.
    "Authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request,"
    " SignedHeaders=host, Signature=0",
}


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
    """PutRequests as JSON text, over one connection. To another engine than ours with a signature,
    as it may keep a table for each account that signs."""
    if WITNESS and endpoint is None:
        while chunk := list(islice(puts, IN_ONE)):
            wanted = {settings().table: [json.loads(put) for put in chunk]}
            answer = store.call("BatchWriteItem", RequestItems=wanted)
            assert not answer.get("UnprocessedItems"), answer
        return
    address = urlsplit(endpoint or settings().endpoint or "").netloc
    with closing(http.client.HTTPConnection(address, timeout=LONG_WAIT)) as engine:
        while chunk := list(islice(puts, IN_ONE)):
            body = f'{{"RequestItems":{{"{settings().table}":[{",".join(chunk)}]}}}}'
            engine.request("POST", "/", body.encode(), HEADERS)
            answer = json.loads(engine.getresponse().read())
            assert answer == {"UnprocessedItems": {}}, answer


def _raw(pk: str, sk: str) -> dict[str, Any]:
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    item: dict[str, Any] = store.call("GetItem", TableName=settings().table, Key=key)["Item"]
    return item
