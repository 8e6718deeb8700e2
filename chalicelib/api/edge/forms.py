"""What a person typed into a form, as the rules read it; and a refusal as the form shows it."""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from chalicelib.domain.errors import Invalid, Refusal
from chalicelib.domain.fields import canonical_id
from chalicelib.domain.plausible import Doubt, unsettled
from chalicelib.domain.text import half_width
from chalicelib.pages.drawing.doubts import sentences
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.texts import LANGUAGES
from chalicelib.pages.texts.drawing.refusals import FIELDS
from chalicelib.repositories.errors import StoreUnavailable

from .kept import typed
from .problems import in_page_words
from .routing import Edge

T = TypeVar("T")

LONGEST_NUMBER = 60
"""Characters of a typed number, with the signs and spaces that people put around it."""

FEN, GRAMS, GRAMS_OF_JIN, PIECES = 100, 1000, 500, 1
"""What one typed unit comes to: yuan in fen, kilograms and jin in grams, pieces in pieces."""

_LOST: frozenset[str] = frozenset({"not_found", "forbidden", "unauthenticated", "csrf"})
"""Refusals that no correction of the form could mend."""


def text(form: Mapping[str, str], name: str) -> str | None:
    """None for what was left empty."""
    return form.get(name, "").strip() or None


def number(typed: str | None) -> Decimal | str | None:
    """12.5, １２．５ or 1,200 as a Decimal; what is no number stays as it was typed.

    The rules then refuse it in its place, so that nothing unreadable passes for nothing at all.
    """
    if typed is None or len(typed) > LONGEST_NUMBER:
        return typed
    plain = half_width(typed, LONGEST_NUMBER).replace("。", ".").replace(" ", "")
    plain = re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", plain)
    return Decimal(plain) if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,10})?", plain) else typed


def whole(typed: str | None, unit: int = PIECES) -> int | str | None:
    """A typed number in whole `unit`s, exactly: ("12.5", FEN) -> 1250; else as it was typed."""
    read = number(re.sub(r"^[¥￥]|元$", "", typed.strip()) if typed else typed)
    if not isinstance(read, Decimal):
        return typed
    scaled = read * unit
    return int(scaled) if scaled == scaled.to_integral_value() else typed


def day(typed: str | None) -> date | str | None:
    """2026-10-12 as a date; else as it was typed."""
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        return typed


def china_time(typed: str | None) -> str | None:
    """What a datetime-local input holds, which knows no time zone: it means China's time."""
    return f"{typed}+08:00" if typed else None


def blank(edge: Edge, **given: str) -> Form:
    """A form that was not sent yet."""
    return Form(csrf=edge.csrf, key=str(uuid.uuid4()), given=given, whose=edge.whose)


def key_of(form: Mapping[str, str]) -> str:
    """The UUID the form was minted with; a fresh one if somebody broke it."""
    try:
        return canonical_id(form.get("form_key", ""))
    except ValueError:
        return str(uuid.uuid4())


def tried(do: Callable[[], T]) -> T | Refusal:
    """The outcome, or the refusal that can be mended on the form.

    Raises Refusal for what cannot, such as "not_found".
    """
    try:
        return do()
    except StoreUnavailable:
        return Refusal("store_unavailable")
    except Refusal as refusal:
        if refusal.code in _LOST:
            raise
        return refusal


def refused(
    edge: Edge,
    form: Mapping[str, str],
    refusal: Refusal,
    inputs: Mapping[str, str] | None = None,
) -> Form:
    """The form as it was sent, each error beside its input; what has no input stands above.

    inputs: field of the rules -> name of its input, where the two differ.
    """
    names = inputs or {}
    place = LANGUAGES.index(edge.language)
    errors: dict[str, str] = {}
    elsewhere: list[str] = []
    for field, *messages in refusal.errors if isinstance(refusal, Invalid) else ():
        name = names.get(field, field)
        wording = FIELDS.get(name) or FIELDS.get(name.partition("-")[0])
        if wording:
            errors[name] = wording[place]
        else:
            elsewhere.append(messages[place])
    if errors or not elsewhere:
        elsewhere.insert(0, in_page_words(refusal, edge.language, len(errors)))
    sure = form.get("sure", "")
    return replace(_as_sent(edge, form), errors=errors, sentences=elsewhere, sure=sure)


def marks_of(form: Mapping[str, str]) -> list[str]:
    """Of the values that were asked about and confirmed."""
    return form.get("sure", "").split(",")


def asked(edge: Edge, form: Mapping[str, str], doubts: Sequence[Doubt], unit: str) -> Form | None:
    """The form as it was sent, with the question about what is far from the usual; None where there
    is none to ask any more. unit: of the product."""
    unsure = unsettled(doubts, marks_of(form))
    if not unsure:
        return None
    question = sentences(unsure, unit, edge.language)
    sure = ",".join(doubt.mark for doubt in doubts)
    return replace(_as_sent(edge, form), question=question, sure=sure)


def _as_sent(edge: Edge, form: Mapping[str, str]) -> Form:
    return Form(csrf=edge.csrf, key=key_of(form), given=typed(form), whose=edge.whose)
