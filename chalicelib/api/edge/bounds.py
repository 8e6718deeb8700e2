"""How much a request may bring: the table of it is in docs/security.md, "How much may be sent"."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from chalicelib.domain.errors import Invalid

from .problems import MOST_LISTED

LARGEST_PUBLIC = 32 * 1024
"""Bytes of JSON that anybody may send. The largest, a complaint whose every letter is escaped,
takes 13 KB."""
LARGEST_BODY = 1024 * 1024
"""Bytes of JSON, or of a carrier's table, that only who signed in may send. The largest body in use
is a tenth of it; photos and platforms' files go by signed URL."""
LARGEST_FORM = 128 * 1024
"""Bytes of a page's form: reading one costs more than its size tells, and anybody may send one. The
largest, 50 orders to pack from 20 batches each, takes 50 KB."""
MOST_FORM_FIELDS = 200
LONGEST_NEXT = 500
"""Characters of the address that signing in leads on to."""

_TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
"""A text of JSON, also without its end: so what is not closed is gone through once."""


def largest(*, is_form: bool, by_anybody: bool) -> int:
    """Bytes of a route's body, unless the route names its own."""
    if is_form:
        return LARGEST_FORM
    return LARGEST_PUBLIC if by_anybody else LARGEST_BODY


def refuse_more_than_fits(body: type[BaseModel], raw: bytes) -> None:
    """Raise Invalid for JSON of more fields and list items than such a body can have, and than are
    told of as wrong beside them: before it is read, as each may be one error to build.

    Nothing is made of a field here: a comma or the beginning of an object or list stands for each.
    """
    if _marks(raw) <= MOST_LISTED:
        return
    most = most_in(body)
    if _marks(_TEXT.sub(b"", raw)) > most + MOST_LISTED:
        raise Invalid(
            (
                "body",
                f"字段和列表项太多，一共最多 {most} 个",
                f"has too many fields and list items; at most {most} in all",
            )
        )


def _marks(raw: bytes) -> int:
    return raw.count(b",") + raw.count(b"{") + raw.count(b"[")


@cache
def most_in(body: type[BaseModel]) -> int:
    """Fields and list items that a body has at most, those within others counted too.

    Raises KeyError for a list or mapping whose limit is not declared.
    """
    schema = body.model_json_schema()
    return _most_in(schema, schema.get("$defs", {}))


def _most_in(schema: Mapping[str, Any], named: Mapping[str, Any]) -> int:
    if "$ref" in schema:
        return _most_in(named[schema["$ref"].rpartition("/")[2]], named)
    if "anyOf" in schema:
        return max(_most_in(choice, named) for choice in schema["anyOf"])
    fields = schema.get("properties", {}).values()
    most = sum(1 + _most_in(field, named) for field in fields)
    if "items" in schema:
        most += schema["maxItems"] * (1 + _most_in(schema["items"], named))
    if isinstance(values := schema.get("additionalProperties"), Mapping):
        most += schema["maxProperties"] * (1 + _most_in(values, named))
    return most
