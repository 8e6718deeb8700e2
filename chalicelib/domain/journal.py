"""What changed, from what to what, by whom, when and why."""

import json
from collections.abc import Collection
from typing import Annotated, Any

from pydantic import BaseModel, Field

from .fields import Body, Instant, Model, Note
from .plausible import Confirmed

HIDDEN = "•••"
"""Stands in a journal for what is not everybody's to read."""


class Change(Model):
    """One move of one subject. `old` is null for the first entry, the subject's birth.

    request: the id by which the logs know who asked for it; null where nobody did. old_quantity,
    new_quantity: where what changed is how much there is. confirmed: what somebody was asked about,
    as it is far from what was usual, and said to be right.
    """

    old: str | None = None
    new: str
    by: str
    at: Instant
    why: str = ""
    request: str | None = None
    old_quantity: int | None = None
    new_quantity: int | None = None
    confirmed: Confirmed | None = None
    edited: Annotated[tuple[str, str] | None, Field(exclude_if=lambda pair: pair is None)] = None
    """Of what stays in its state: what stood in the fields that changed, and what stands there now,
    as `edit` gives them."""


class Why(Body):
    """Why a person changes something, for who reads the journal."""

    why: Note = ""


def edit(
    before: BaseModel, after: BaseModel, fields: Collection[str], hidden: Collection[str] = ()
) -> tuple[str, str]:
    """What stood in the fields that changed and what stands there now, each as a JSON object.

    hidden: of these only whether there was something.
    """
    was, now = (record.model_dump(mode="json", include=set(fields)) for record in (before, after))
    changed = [name for name in fields if was[name] != now[name]]
    return _shown(was, changed, hidden), _shown(now, changed, hidden)


def birth(record: BaseModel, fields: Collection[str], hidden: Collection[str] = ()) -> str:
    """What stands in the fields of a new record, as a JSON object; `hidden` as in `edit`."""
    values = record.model_dump(mode="json", include=set(fields), exclude_none=True)
    return _shown(values, [name for name in fields if name in values], hidden)


def _shown(values: dict[str, Any], names: Collection[str], hidden: Collection[str]) -> str:
    return json.dumps(
        {
            name: HIDDEN if name in hidden and values[name] is not None else values[name]
            for name in names
        },
        ensure_ascii=False,
    )
