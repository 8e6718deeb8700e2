"""What a time, a name, an amount and a measured value may be."""

import unicodedata
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chalicelib.domain.fields import (
    Fen,
    Id,
    Instant,
    Line,
    Measure,
    Message,
    Name,
    Note,
    Packs,
    Quantity,
    canonical_id,
    china_date,
    to_text,
)

instant = TypeAdapter[datetime](Instant)
name = TypeAdapter[str](Name)
message = TypeAdapter[str](Message)
measure = TypeAdapter[Decimal](Measure)


# --- times ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-02-24T12:00:00Z", datetime(2026, 2, 24, 12, tzinfo=UTC)),
        ("2026-02-24t12:00:00z", datetime(2026, 2, 24, 12, tzinfo=UTC)),
        ("2026-02-24T20:00:00+08:00", datetime(2026, 2, 24, 12, tzinfo=UTC)),
        ("2026-02-24T12:00:00.250Z", datetime(2026, 2, 24, 12, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-02-24T00:00:00-00:00", datetime(2026, 2, 24, tzinfo=UTC)),
        ("2024-02-29T12:00:00Z", datetime(2024, 2, 29, 12, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_from_any_zone_and_kept_in_utc(text: str, meant: datetime) -> None:
    read = instant.validate_json(f'"{text}"')
    assert read == meant
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-24T12:00:00",  # no zone
        "2026-02-24",
        "12:00:00Z",
        "2026-02-30T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-02-24T25:00:00Z",
        "2026-02-24T12:00:60Z",
        "2026-02-24T12:00:00+25:00",
        "0001-01-01T00:00:00+08:00",  # no such time in UTC
        "9999-12-31T23:59:59-08:00",
        "9998-12-31T23:59:59-08:00",
        "2000-01-01T07:59:59+08:00",  # of the year before in UTC, in which it is kept
        "1999-12-31T23:59:59Z",
        "２０２６-02-24T12:00:00Z",
        " 2026-02-24T12:00:00Z",
        "1771934400",
        "now",
        "",
        1771934400,
        1771934400.5,
        True,
        None,
        [],
    ],
)
def test_nothing_else_is_a_time(value: Any) -> None:
    with pytest.raises(ValidationError):
        instant.validate_python(value)


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(2000, 1, 2), datetime(9998, 12, 30), timezones=ZONES))
def test_a_time_survives_being_written_and_sorts_as_text(value: datetime) -> None:
    value = value.replace(microsecond=value.microsecond // 1000 * 1000)
    assert instant.validate_python(to_text(value)) == value
    later = value + timedelta(milliseconds=1)
    assert to_text(value) < to_text(later)
    assert len(to_text(value)) == 24


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 10, 14, 15, 59, 59, tzinfo=UTC), date(2026, 10, 14)),
        (datetime(2026, 10, 14, 16, 0, tzinfo=UTC), date(2026, 10, 15)),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_the_day_in_china_begins_at_16_utc(moment: datetime, day: date) -> None:
    assert china_date(moment) == day


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  顾小满  ", "顾小满"),
        ("顾😀满", "顾😀满"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("Rene\u0301", "Ren\u00e9"),
        ("阿·乙", "阿·乙"),
    ],
)
def test_a_name_is_kept_as_it_was_meant(typed: str, kept: str) -> None:
    assert name.validate_python(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\n", "x" * 61, "a\0b", "a\tb", "a\nb", "a\u2028b"])
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        name.validate_python(typed)


@given(st.text(max_size=60))
def test_a_name_that_was_taken_is_taken_again(typed: str) -> None:
    try:
        kept = name.validate_python(typed)
    except ValidationError:
        return
    assert name.validate_python(kept) == kept == unicodedata.normalize("NFC", kept)


def test_a_message_has_lines_as_forms_send_them() -> None:
    assert message.validate_python("坏了\r\n两个\n真的") == "坏了\n两个\n真的"
    for odd in ("a\rb", "a\x07b", "a\vb"):
        with pytest.raises(ValidationError):
            message.validate_python(odd)


@pytest.mark.parametrize(
    ("field", "longest"), [(Name, 60), (Line, 120), (Note, 200), (Message, 1000)]
)
def test_text_has_its_length(field: Any, longest: int) -> None:
    adapter = TypeAdapter(field)
    assert adapter.validate_python("字" * longest)
    with pytest.raises(ValidationError):
        adapter.validate_python("字" * (longest + 1))


# --- ids -----------------------------------------------------------------------------------------


@given(st.uuids())
def test_an_id_has_one_spelling(identity: uuid.UUID) -> None:
    for spelled in (
        str(identity),
        str(identity).upper(),
        identity.hex,
        identity.urn,
        f"{{{identity}}}",
    ):
        assert TypeAdapter(Id).validate_python(spelled) == str(identity) == canonical_id(spelled)


@pytest.mark.parametrize(
    "typed", ["", "1", "x" * 36, "../../etc/passwd", "6f9619ff-8b86-d011-b42d-00c04fc964f"]
)
def test_what_is_no_uuid_is_no_id(typed: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Id).validate_python(typed)


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "least", "most"),
    [(Fen, 0, 10**14), (Quantity, 1, 10**12), (Packs, 1, 10**6)],
)
def test_money_and_quantities_have_bounds(field: Any, least: int, most: int) -> None:
    adapter = TypeAdapter(field)
    for inside in (least, most):
        assert adapter.validate_python(inside) == inside
    for outside in (least - 1, most + 1, 10**400):
        with pytest.raises(ValidationError):
            adapter.validate_python(outside)


@given(st.decimals(-999_999, 999_999, places=6))
def test_a_measured_value_is_exact_in_json(value: Decimal) -> None:
    written = measure.dump_json(value)
    assert measure.validate_json(written) == value


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "1000000",
        "-1000000",
        "0.1234567",
        "true",
        "null",
        '"12.5"',
        '"１２"',
        '"1_0"',
        '"NaN"',
        "[]",
        "{}",
    ],
)
def test_what_is_no_measured_value_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        measure.validate_json(text)
