"""Calling the store: one place where its failures become ours."""

import random
import time
from contextvars import ContextVar
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from . import deadline
from .connection import connection
from .errors import StoreUnavailable

CONFLICT = "TransactionConflictException"
"""Of a write by itself that meets a transaction on its item. Nothing was done, and AWS's client
does not try it again."""
RETRYABLE = frozenset(
    {
        "InternalServerError",
        "InternalFailure",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ResourceNotFoundException",  # the table is still being made
        "ServiceUnavailable",
        "ThrottlingException",
        CONFLICT,
        "TransactionInProgressException",
    }
)
TRIES = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.4
_UNCOUNTED = {"ReturnConsumedCapacity": "NONE"}
"""PynamoDB would ask for every answer's cost; the tests ask for it themselves (tests/meter.py)."""
_asked: ContextVar[int] = ContextVar("asked", default=0)


class Tries:
    """Of one thing, so many, with pauses between them: exponential with full jitter."""

    def __init__(self, why: str, most: int = TRIES) -> None:
        """why: what StoreUnavailable says in the end."""
        self._why = why
        self._left = most
        self._longest = _FIRST_PAUSE

    def pause(self, after: Exception | None = None) -> None:
        """Before another try. Raises StoreUnavailable where this was the last one."""
        self._left -= 1
        if self._left <= 0:
            raise StoreUnavailable(self._why) from after
        pause(random.uniform(0, min(_LONGEST_PAUSE, self._longest)))  # noqa: S311
        self._longest *= 2


def call(operation: str, **parameters: Any) -> dict[str, Any]:
    """One request. Raises StoreUnavailable when the store throttles, fails, is away or too late,
    and when transactions kept colliding with it.

    Any other ClientError (a cancelled transaction, a failed condition) is the caller's to read.
    """
    _asked.set(_asked.get() + 1)
    tries = Tries(operation)
    while True:
        if deadline.passed():
            raise StoreUnavailable(f"no time left for {operation}")
        try:
            return connection().dispatch(operation, _UNCOUNTED | parameters)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == CONFLICT:
                tries.pause(error)
            elif code in RETRYABLE or _status(error) >= 500:
                raise StoreUnavailable(operation) from error
            else:
                raise
        except BotoCoreError as error:
            raise StoreUnavailable(operation) from error


def asked() -> int:
    """How many requests this thread has sent: what was read by one of them is of one moment."""
    return _asked.get()


def whole_response(error: ClientError) -> dict[str, Any]:
    """What the store answered. PynamoDB keeps it on the error that it wraps."""
    cause = error.__cause__
    response: dict[str, Any] = cause.response if isinstance(cause, ClientError) else error.response
    return response


def _status(error: ClientError) -> int:
    return int(whole_response(error).get("ResponseMetadata", {}).get("HTTPStatusCode", 400))


def pause(seconds: float) -> None:
    time.sleep(seconds)
