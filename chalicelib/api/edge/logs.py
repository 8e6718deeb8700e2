"""What production writes to CloudWatch: one JSON object a line, metrics among them.

A line names the route and never the address, and of an exception its type and its place and never
its words: those may hold what a buyer typed. Metrics are CloudWatch's embedded metric format.
"""

import json
import logging
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from chalicelib.config import settings

NAMESPACE = "Shanhuo"

_request: ContextVar[str | None] = ContextVar("request", default=None)


@contextmanager
def about(request_id: str | None) -> Iterator[None]:
    """Lines within belong to this request, and say so."""
    token = _request.set(request_id)
    try:
        yield
    finally:
        _request.reset(token)


def line(facts: Mapping[str, Any], metrics: Mapping[str, int] | None = None) -> None:
    """Write one line, in production only."""
    if settings().stage == "production":
        sys.stdout.write(_text(facts, metrics or {}) + "\n")


def _text(facts: Mapping[str, Any], metrics: Mapping[str, int]) -> str:
    record: dict[str, Any] = {"release": settings().release, "request": _request.get()}
    if metrics:
        record["_aws"] = {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [["table"]],
                    "Metrics": [{"Name": name, "Unit": "Count"} for name in metrics],
                }
            ],
        }
        record["table"] = settings().table
    return json.dumps({**record, **facts, **metrics}, ensure_ascii=False)


class JsonLines(logging.Formatter):
    """What libraries and Chalice log, in the same form."""

    def format(self, record: logging.LogRecord) -> str:
        facts: dict[str, Any] = {"level": record.levelname, "logger": record.name}
        if record.exc_info and record.exc_info[0]:
            kind, _, place = record.exc_info
            facts["exception"] = f"{kind.__module__}.{kind.__qualname__}"
            facts["at"] = [f"{at.filename}:{at.lineno}" for at in traceback.extract_tb(place)]
        else:
            facts["message"] = record.getMessage()
        return _text(facts, {})


def listen() -> None:
    """From now on what is logged anywhere is written so, in production only."""
    if settings().stage == "production":
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(JsonLines())
        logging.getLogger().handlers = [handler]
