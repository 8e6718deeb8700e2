"""Warm handler: CPU of a scan and an order against the bare boto3 calls that they need."""

import json
from typing import Any

import boto3
from botocore.config import Config

from app import app

from .measure import BenchRow, cpu, interleaved
from .measured import TABLE, Measured, event


class _Context:
    """The part of the Lambda's context that Chalice reads."""

    function_name = "shanhuo"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:cn-north-1:0:function:shanhuo"
    memory_limit_in_mb = 512
    aws_request_id = "0"
    log_group_name = log_stream_name = ""


class Handler:
    """Calls the app as Lambda does, with events made before."""

    def __init__(self, measured: Measured) -> None:
        path = f"/t/{measured.parcel['code']}"
        self._json = event("GET", path, {"accept": "application/json"})
        self._html = event("GET", path, {"accept": "text/html,*/*", "accept-language": "zh-CN"})
        self._order = event("POST", "/v1/orders", {"accept": "*/*"}, body={})
        self._order["body"] = json.dumps(measured.world.order_body(measured.offer))
        self._orders = 0

    def scan_json(self) -> dict[str, Any]:
        return _called(self._json, 200)

    def scan_html(self) -> dict[str, Any]:
        return _called(self._html, 200)

    def order(self) -> dict[str, Any]:
        self._orders += 1
        headers = {**self._order["headers"], "idempotency-key": f"bench-{self._orders}"}
        return _called({**self._order, "headers": headers}, 201)


def _called(with_event: dict[str, Any], status: int) -> dict[str, Any]:
    answer: dict[str, Any] = app(dict(with_event), _Context())
    assert answer["statusCode"] == status, answer
    return answer


class Floor:
    """The same items, read and written by one prepared boto3 client and looked at no further."""

    def __init__(self, measured: Measured) -> None:
        self._client = boto3.client(
            "dynamodb",
            endpoint_url=measured.engine.endpoint,
            region_name="cn-north-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(parameter_validation=False),
        )
        self._parcel = _key(f"PARCEL#{measured.parcel['code']}", "PARCEL")
        self._batch = _key(f"BATCH#{measured.batch_id}", "BATCH")
        self._offer = _key(f"OFFER#{measured.offer['id']}", "OFFER")
        self._stock = _key("STOCK#floor#0", "STOCK")
        self._client.put_item(TableName=TABLE, Item=self._stock | {"left": {"N": "1000000"}})
        order = _key(f"ORDER#{measured.parcel['order_id']}", "ORDER")
        self._item = self._client.get_item(TableName=TABLE, Key=order)["Item"]
        self._orders = 0

    def scan(self) -> None:
        self._client.get_item(TableName=TABLE, Key=self._parcel)
        self._client.get_item(TableName=TABLE, Key=self._batch, ConsistentRead=True)

    def order(self) -> None:
        self._orders += 1
        key = _key(f"ORDER#floor-{self._orders}", "ORDER")
        wanted = {TABLE: {"Keys": [self._offer, key], "ConsistentRead": True}}
        self._client.batch_get_item(RequestItems=wanted)
        put = {
            "TableName": TABLE,
            "Item": self._item | key,
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        take = {
            "TableName": TABLE,
            "Key": self._stock,
            "UpdateExpression": "SET #left = #left - :n",
            "ConditionExpression": "#left >= :n",
            "ExpressionAttributeNames": {"#left": "left"},
            "ExpressionAttributeValues": {":n": {"N": "1"}},
        }
        self._client.transact_write_items(TransactItems=[{"Put": put}, {"Update": take}])


def _key(pk: str, sk: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def rows(measured: Measured) -> list[BenchRow]:
    handler, floor = Handler(measured), Floor(measured)
    acts = {
        "floor scan": floor.scan,
        "json": handler.scan_json,
        "html": handler.scan_html,
        "floor order": floor.order,
        "order": handler.order,
    }
    timings = interleaved(acts, times=20, rounds=60, clock=cpu)
    scan, order = timings["floor scan"], timings["floor order"]
    return [
        BenchRow("warm scan, JSON: CPU against two boto3 reads", timings["json"], scan, "ms", 1.5),
        BenchRow("warm scan, page: CPU against two boto3 reads", timings["html"], scan, "ms", 1.5),
        BenchRow(
            "warm order: CPU against boto3 read and transaction", timings["order"], order, "ms", 2.0
        ),
    ]
