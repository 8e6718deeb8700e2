"""What stands in a cell of an outside platform's file, as the rules read it.

Each reader raises Unreadable(code) with a key of REASONS in intake_reasons.py. Nothing is guessed
where a guess could send a parcel to the wrong door or charge the wrong sum.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal

from . import phones, places
from .fields import CHINA, in_utc
from .text import half_width, is_scientific, without_text_sign

FIRST_SERIAL, LAST_SERIAL = 36_526, 73_050
"""Excel's days of 2000-01-01 and 2099-12-31, counted from 1899-12-30."""
EPOCH = datetime(1899, 12, 30, tzinfo=CHINA)
LONGEST_CELL = 2000
"""Characters. An address or a list of goods has a few hundred."""
EXACT_DIGITS = 15
"""What a number of Excel keeps; the digits after them are lost."""

LOST = "\ufffd"
"""Stands where a file had something that cannot be read, or a cell was cut."""

_ERROR = re.compile(r"#(?:N/A|[A-Z][A-Z0-9/_]*[!?]|GETTING_DATA)|#{3,}|ERR:[0-9]{3}", re.I)
"""What Excel, WPS and LibreOffice show instead of a value, also of a column that is too narrow."""
_NOTHING = frozenset({"null", "(null)", "<null>", "[null]", "undefined", "<na>", "n/a", "\\n"})
_NOTHING_SO = frozenset({"None", "none", "NONE", "NaN", "nan", "NaT"})
"""What programs write where they have nothing; the latter in just this case, as people are called
Nan."""
_BLANK = re.compile(
    r"[-_/.\\?\s]+|0+|(?:暂?无|没有)(?:订单号|单号|编号|姓名|地址)?|空|空白|未填|未填写|未知|不详|不明|待[补填定]"
    "|待确认|(?:详)?见(?:订单)?备注|同上|nil|na|tbd",
    re.I,
)
"""What people and programs write into a cell that must not stay empty."""
_ERROR_WITHIN = re.compile(r"#N/A|#[A-Z][A-Z0-9/_]*[!?]|#GETTING_DATA|#{3,}", re.I)
_WORD_WITHIN = re.compile(
    r"(?<![A-Za-z0-9])(?:(?i:ERR:[0-9]{3}|null|undefined)|None|NONE|none|NaN|nan|NaT)(?![A-Za-z0-9])"
)
"""The same amid other words; in an address nobody means them."""
_CLEAN = re.compile(r"[0-9A-Za-z一-鿿.,:;/()#*+-]+(?: [0-9A-Za-z一-鿿.,:;/()#*+-]+)*")
"""Most cells: nothing to be taken off, as a large file has half a million of them."""
_CONTROL = re.compile("_x00([01][0-9A-F]|7F)_", re.I)
"""A control character as XLSX writes it, in files that were made of one."""
_OUR_MARK = re.compile("([,;\\s\"\u200b-\u200f\u2060\ufeff])'(?=[=+@＝＋－＠﹦﹢﹣﹫−-])")
"""What our own files put before a sign that would begin a formula."""
_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_DIGITS = re.compile(
    r"(20[0-9][0-9])([0-9][0-9])([0-9][0-9])(?:T?([0-9][0-9])([0-9][0-9])([0-9][0-9])(Z)?)?"
)
_DATE = re.compile(
    r"(20[0-9][0-9])\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?"
    r"(?:[T\s]*([0-9]{1,2})\s*[:时点]\s*([0-9]{1,2})\s*[:分]?\s*(?:([0-9]{1,2})(?:\.[0-9]+)?\s*秒?)?)?"
    r"\s*(Z|UTC|GMT|[+-][0-9]{1,2}(?::?[0-9]{2})?)?",
    re.I,
)


class Unreadable(Exception):
    """A cell that is not what it should be; `code` is a key of REASONS."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def clean(text: str) -> str:
    """Half-width, without what exports put around numbers so that Excel leaves them alone.

    A leading tab or apostrophe, ="1234", no-break and zero-width spaces. Line breaks stay, as they
    keep apart what stands in one cell. Empty for a word that says that there is nothing, if it
    stands alone; what is cut off leaves LOST.
    """
    if len(text) > LONGEST_CELL:
        text = text[:LONGEST_CELL] + LOST
    plain = text if _CLEAN.fullmatch(text) else bare(text)
    return "" if _is_nothing(plain) else plain


def bare(text: str) -> str:
    """A cell without what is around and between; one that is _CLEAN stays as it is."""
    plain = half_width(_OUR_MARK.sub(r"\1", _CONTROL.sub(_written_out, text)), LONGEST_CELL + 1)
    plain = re.sub(r"[\u200b-\u200f\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]", "", plain)
    plain = re.sub(r"[^\S\n]+", " ", re.sub(r"\s*[\r\n]\s*", "\n", plain)).strip()
    wrapped = re.fullmatch(r'="(.*)"', plain)
    plain = wrapped[1] if wrapped else plain
    return without_text_sign(plain)


def _is_nothing(text: str) -> bool:
    return text.lower() in _NOTHING or text in _NOTHING_SO


def _written_out(control: re.Match[str]) -> str:
    return "\n" if control[1].upper() in {"0A", "0D"} else " "


def broken(text: str) -> str | None:
    """Why a cell is not what somebody wrote there, as a key of REASONS."""
    if _ERROR.fullmatch(text):
        return "error_value"
    return "lost_character" if LOST in text else None


def no_content(text: str, *, of_a_name: bool = False) -> str | None:
    """Why a name or a part of an address is none, as a key of REASONS.

    No door is reached by what a program wrote in place of a value, also amid other words; people
    are called Null.
    """
    if _is_nothing(text) or _ERROR.fullmatch(text):
        return "error_value"
    if _ERROR_WITHIN.search(text) or (not of_a_name and _WORD_WITHIN.search(text)):
        return "error_value"
    if not text.replace(LOST, "").strip():
        return "lost_character" if text else None
    bare = re.sub(r"[\s()\[\]【】<>{}。…]", "", text)
    return "no_content" if not bare or _BLANK.fullmatch(bare) else None


def number_of(text: str) -> str:
    """An order's number. Raises "number_lost" for what Excel rounded, "number" for no number."""
    if is_scientific(text):
        raise Unreadable("number_lost", value=text)
    if not 1 <= len(text) <= 60 or not re.search(r"\w", text) or broken(text):
        raise Unreadable("number", value=text[:60])
    return text


def rounded(numbers: set[str], *, alone: bool = False) -> set[str]:
    """Those of a file's numbers that end in zeros after the digits that Excel keeps.

    Of true numbers of 18 digits one in a thousand does. So they are taken for damaged when no long
    number of the file ends otherwise, or when they are twenty times as many as chance leaves.

    alone: also one such of 18 digits beside whole ones, where it had better be looked at.
    """
    long = {number for number in numbers if number.isdigit() and len(number) > EXACT_DIGITS}
    zeros = {number for number in long if not number[EXACT_DIGITS:].strip("0")}
    if not zeros:
        return set()
    rarity = 10 ** (min(map(len, zeros)) - EXACT_DIGITS)
    enough = len(zeros) > 1 or rarity >= 1000
    several = len(zeros) > 1 and rarity * len(zeros) > 20 * len(long)
    if several or (enough and zeros == long):
        return zeros
    return {number for number in zeros if alone and len(number) >= EXACT_DIGITS + 3}


def fen(text: str) -> int:
    """¥1,234.50 or 12.5元 in fen. Raises "amount" for more decimals than fen, or below zero."""
    plain = re.sub(r"^(?:[¥￥]|RMB|CNY|人民币)\s*|\s*元$", "", text.strip(), flags=re.I)
    plain = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(\D|$))", "", plain).replace(" ", "")
    if not _AMOUNT.fullmatch(plain):
        raise Unreadable("amount", value=text[:60])
    scaled = Decimal(plain) * 100
    whole = scaled.to_integral_value()
    if abs(scaled - whole) > Decimal("0.001") or whole < 0:
        raise Unreadable("amount", value=text[:60])
    return int(whole)


def count(text: str) -> int:
    """2, 2件, x2 or 2.0. Raises "quantity"."""
    plain = re.sub(r"^[x×*]\s*|\s*[件份个箱袋盒斤只组套]$", "", text.strip(), flags=re.I)
    matched = re.fullmatch(r"([0-9]{1,6})(?:\.0+)?", plain)
    if not matched or not 1 <= int(matched[1]) <= 100_000:
        raise Unreadable("quantity", value=text[:60])
    return int(matched[1])


def moment(text: str) -> datetime:
    """A time in China, also an Excel serial date; what says that it is of elsewhere (Z, +00:00) is
    put into China's. Raises "paid_at"."""
    plain = text.strip()
    try:
        if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", plain):
            days = Decimal(plain)
            if FIRST_SERIAL <= days <= LAST_SERIAL + 1:
                return _storable(EPOCH + timedelta(seconds=round(days * 86_400)))
        if matched := _DIGITS.fullmatch(plain) or _DATE.fullmatch(plain):
            *parts, zone = matched.groups()
            return _storable(_instant(parts, zone))
    except ValueError:
        pass
    raise Unreadable("paid_at", value=text[:60])


def _storable(at: datetime) -> datetime:
    """Raises ValueError for what the store, which keeps UTC, would not read again."""
    in_utc(at)
    return at


def _instant(parts: Sequence[str | None], zone: str | None) -> datetime:
    """Raises ValueError."""
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    if zone and parts[3] is None:
        raise ValueError("a day of another time zone")
    local = datetime(year, month, day, hour, minute, second, tzinfo=_zone(zone))
    return local.astimezone(CHINA)


def _zone(written: str | None) -> tzinfo:
    """China's unless it is said. Raises ValueError for more hours than there are."""
    if written is None:
        return CHINA
    if written[0] not in "+-":
        return UTC
    digits = written[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) < 3 else (digits[:-2], digits[-2:])
    if int(hours) > 14 or int(minutes) > 59:
        raise ValueError("no such time zone")
    east = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(east if written[0] == "+" else -east)


def phone(text: str) -> str:
    """As a platform gives it, as orders of our own keep it; it may be masked (138****5678).

    Raises "phone", "phone_lost".
    """
    try:
        return phones.kept_or_masked(text)
    except phones.DigitsLost:
        raise Unreadable("phone_lost", value=text[:60]) from None
    except phones.NotAPhone:
        raise Unreadable("phone", value="") from None


def address(text: str) -> tuple[str, str, str, str]:
    """Province, city, district and the rest, of an address in one cell. Raises "address",
    "no_city"."""
    try:
        return places.read(text)
    except places.NoSuchPlace as error:
        raise Unreadable(error.code, **error.facts) from None


def address_of(province: str, city: str, district: str, detail: str) -> tuple[str, str, str, str]:
    """The same, of an address whose parts stand in columns of their own."""
    try:
        return places.of_columns(province, city, district, detail)
    except places.NoSuchPlace as error:
        raise Unreadable(error.code, **error.facts) from None
