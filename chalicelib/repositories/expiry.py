"""Deleting items past their time where the engine does not do it (DynamoDB's TTL does)."""

from datetime import datetime

from chalicelib.config import settings

from . import store


def delete_expired(now: datetime) -> int:
    """How many were deleted. Scans the table: for the local engine, never on a request path."""
    table = settings().table
    deleted = 0
    start: dict[str, object] = {}
    while True:
        answer = store.call(
            "Scan",
            TableName=table,
            ProjectionExpression="pk, sk",
            FilterExpression="expires_at < :now",
            ExpressionAttributeValues={":now": {"N": str(int(now.timestamp()))}},
            **start,
        )
        for key in answer["Items"]:
            store.call("DeleteItem", TableName=table, Key=key)
            deleted += 1
        if "LastEvaluatedKey" not in answer:
            return deleted
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
