"""Field types shared by bodies and records: what a name, an amount, an instant may be."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any
from unicodedata import category

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    StringConstraints,
    WithJsonSchema,
)

from .text import composed

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""One time zone for all of China since 1949: the day a cadre and a buyer mean."""
FIRST_YEAR, LAST_YEAR = 2000, 9999
"""Of a time that anyone here can mean."""
FIRST_COMPUTED_YEAR = 1970
"""Of a clock that was never set."""
_EPOCH = datetime(FIRST_COMPUTED_YEAR, 1, 1, tzinfo=UTC)
LONGEST_NAME, LONGEST_TEXT = 60, 1000
"""Characters."""


class Model(BaseModel):
    """A record as it is stored and answered. Unknown fields are ignored, so release N reads N+1."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    @classmethod
    def taken_from(cls, record: BaseModel, *own: str) -> dict[str, Any]:
        """Of a record the fields that this model has too, but for its `own`."""
        return record.model_dump(include=set(cls.model_fields) - {*own})


class Body(BaseModel):
    """What a client sends. Strict: an unknown field or another JSON type is refused.

    A validator raises ValueError(zh-CN, English): what is wrong, for whoever sent it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that make a line read in another order than it is written (Unicode UAX 9)."""


def _clean(text: str) -> str:
    """NFC, so that equal-looking names are equal; control characters have no place in a name."""
    text = composed(text, LONGEST_TEXT)
    if text and not any(category(char)[0] in "LNPS" for char in text):
        raise ValueError("不能只有看不见的字符", "must have a visible character")
    if any(category(char) in {"Cc", "Cs", "Zl", "Zp"} or char in _REORDERING for char in text):
        raise ValueError("不能有控制字符，请删除", "no control characters; remove them")
    return text


def clean_lines(text: str) -> str:
    """The same for text of several lines; forms end each by CR LF."""
    return "\n".join(_clean(line) for line in text.replace("\r\n", "\n").split("\n"))


Pairs = Annotated[tuple[tuple[str, int], ...], Field(exclude_if=lambda pairs: not pairs)]
"""Of a record; without any it is not written."""
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME),
    AfterValidator(_clean),
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(_clean),
]
Note = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(clean_lines)
]
Message = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT),
    AfterValidator(clean_lines),
]


def canonical_id(value: str) -> str:
    """The lower-case hyphenated form of a UUID; ValueError for anything else."""
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise ValueError("应为 UUID", "must be a UUID") from None


Id = Annotated[str, Field(max_length=45), AfterValidator(canonical_id)]


def _rfc3339(value: Any) -> Any:
    """RFC 3339 text only: pydantic alone would also take seconds since 1970."""
    not_rfc3339 = ValueError(
        "应为时间，如 2026-02-24T12:00:00Z", "must be RFC 3339, e.g. 2026-02-24T12:00:00Z"
    )
    if isinstance(value, str) and not re.match(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d", value):
        raise not_rfc3339
    if isinstance(value, int | float):
        raise not_rfc3339
    return value


def in_utc(instant: datetime, first: int = FIRST_YEAR) -> datetime:
    """Judged by its year in UTC, as it is kept and read again. Raises ValueError.

    At the ends of the calendar there is no other time zone to change to.
    """
    if first - 1 <= instant.year < LAST_YEAR:
        instant = instant.astimezone(UTC)
    if not first <= instant.year < LAST_YEAR:
        raise ValueError(
            f"年份应在 {first} 到 {LAST_YEAR - 1} 之间",
            f"must be a year from {first} to {LAST_YEAR - 1}",
        )
    return instant


def to_text(instant: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: fixed width, so that it also sorts."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[
    AwareDatetime,
    Strict(False),  # the text check below stands in for it
    BeforeValidator(_rfc3339),
    AfterValidator(in_utc),
    PlainSerializer(to_text, return_type=str),
]


def _as_told(instant: datetime) -> datetime:
    """What a dead battery leaves of a clock is 1970: told, looked at, and no reason to refuse.

    Nor is its first morning in China, which is still 1969 in UTC.
    """
    if instant.year == FIRST_COMPUTED_YEAR:
        instant = max(instant, _EPOCH)
    return in_utc(instant, FIRST_COMPUTED_YEAR)


DeviceTime = Annotated[
    AwareDatetime,
    Strict(False),
    BeforeValidator(_rfc3339),
    AfterValidator(_as_told),
    PlainSerializer(to_text, return_type=str),
]
"""What a phone's own clock showed."""
ClockMoved = Annotated[int, Field(ge=-(10**10), le=10**10)]
"""By how many seconds a phone's clock was put forward after it made a record and before it sent it;
0 when nobody knows by how many. Ten digits, for clocks in 1970."""


def china_date(instant: datetime) -> date:
    """The calendar day in China."""
    return instant.astimezone(CHINA).date()


Day = Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR - 1, 12, 31))]


Fen = Annotated[int, Field(ge=0, le=100_000_000_000_000)]
"""Money in fen (0.01 yuan), up to what the largest order comes to."""
Quantity = Annotated[int, Field(ge=1, le=1_000_000_000_000)]
"""In the product's smallest unit, gram or piece."""
Packs = Annotated[int, Field(ge=1, le=1_000_000)]


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _from_number(value: Any) -> Any:
    """A JSON number only: pydantic alone would also take text, in any digits of the world."""
    if isinstance(value, str):
        raise ValueError("应为数字，不加引号", "must be a number, not text")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return value


Measure = Annotated[
    Decimal,
    # before the validator, so that pydantic checks the limits in its own decimal schema
    Field(gt=-1_000_000, lt=1_000_000, max_digits=12, decimal_places=6, allow_inf_nan=False),
    BeforeValidator(_from_number),
    PlainSerializer(_number, return_type=float),
    WithJsonSchema(
        {"type": "number", "exclusiveMinimum": -1_000_000, "exclusiveMaximum": 1_000_000}
    ),
]
"""A measured value: up to 12 digits, so that its JSON number is exact."""


class Nothing(Body):
    """An empty object."""
