"""What stands in a cell of an outside platform's file, as the rules read it.

Each reader raises Unreadable(code) with a key of REASONS in intake_reasons.py. Nothing is guessed
where a guess could send a parcel to the wrong door or charge the wrong sum.
"""

import re
from datetime import datetime, timedelta
from decimal import Decimal

from . import phones
from .fields import CHINA, FIRST_YEAR
from .text import half_width

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
_NOTHING = frozenset(
    {"null", "(null)", "<null>", "[null]", "undefined", "none", "nan", "nat", "<na>", "n/a", "\\n"}
)
"""What programs write where they have nothing."""
_CONTROL = re.compile("_x00(?:[01][0-9A-F]|7F)_", re.I)
"""A control character as XLSX writes it, in files that were made of one."""
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+")
_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_DATE = re.compile(
    r"(20[0-9][0-9])\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?"
    r"(?:[T\s]*([0-9]{1,2})\s*[:时点]\s*([0-9]{1,2})\s*[:分]?\s*(?:([0-9]{1,2})(?:\.[0-9]+)?\s*秒?)?)?"
    r"\s*(?:Z|\+0?8:?00)?"
)
_PROVINCES = [
    "北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江",
    "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州",
    "云南", "陕西", "甘肃", "青海", "台湾", "内蒙古", "广西", "西藏", "宁夏", "新疆", "香港",
    "澳门",
]  # fmt: skip
_MUNICIPALITIES = frozenset({"北京", "天津", "上海", "重庆"})
_PROVINCE = re.compile(
    f"({'|'.join(_PROVINCES)})(?:维吾尔自治区|壮族自治区|回族自治区|特别行政区|自治区|省|市)?"
)
_CITY = re.compile(r"(.{2,9}?(?:自治州|地区|盟|市)|省直辖县|自治区直辖县)")
_DISTRICT = re.compile(r"(.{1,11}?(?:自治县|自治旗|林区|特区|新区|区|县|旗|市|镇))")


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
    plain = half_width(_CONTROL.sub(" ", text), LONGEST_CELL + 1)
    plain = re.sub(r"[\u200b-\u200f\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]", "", plain)
    plain = re.sub(r"[^\S\n]+", " ", re.sub(r"\s*[\r\n]\s*", "\n", plain)).strip()
    wrapped = re.fullmatch(r'="(.*)"', plain)
    plain = wrapped[1] if wrapped else plain
    plain = re.sub(r"^['`‘’]+", "", plain).strip()
    return "" if plain.lower() in _NOTHING else plain


def broken(text: str) -> str | None:
    """Why a cell is not what somebody wrote there, as a key of REASONS."""
    if _ERROR.fullmatch(text):
        return "error_value"
    return "lost_character" if LOST in text else None


def is_scientific(text: str) -> bool:
    """Whether a number came through a spreadsheet as 1.23E+17: the digits behind are lost."""
    return _SCIENTIFIC.fullmatch(text) is not None


def number_of(text: str) -> str:
    """An order's number. Raises "number_lost" for what Excel rounded, "number" for no number."""
    if is_scientific(text):
        raise Unreadable("number_lost", value=text)
    if not 1 <= len(text) <= 60 or not re.search(r"\w", text) or broken(text):
        raise Unreadable("number", value=text[:60])
    return text


def rounded(numbers: set[str]) -> set[str]:
    """Those of a file's numbers that end in zeros after the digits that Excel keeps.

    Of true numbers of 18 digits one in a thousand does. So they are taken for damaged when no long
    number of the file ends otherwise, or when they are twenty times as many as chance leaves.
    """
    long = {one for one in numbers if one.isdigit() and len(one) > EXACT_DIGITS}
    zeros = {one for one in long if not one[EXACT_DIGITS:].strip("0")}
    if not zeros:
        return set()
    rarity = 10 ** (min(map(len, zeros)) - EXACT_DIGITS)
    enough = len(zeros) > 1 or rarity >= 1000
    several = len(zeros) > 1 and rarity * len(zeros) > 20 * len(long)
    return zeros if several or (enough and zeros == long) else set()


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
    found = re.fullmatch(r"([0-9]{1,6})(?:\.0+)?", plain)
    if not found or not 1 <= int(found[1]) <= 100_000:
        raise Unreadable("quantity", value=text[:60])
    return int(found[1])


def moment(text: str) -> datetime:
    """A time in China, also an Excel serial date. Raises "paid_at"."""
    plain = text.strip()
    try:
        if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", plain):
            days = Decimal(plain)
            if FIRST_SERIAL <= days <= LAST_SERIAL + 1:
                return EPOCH + timedelta(seconds=round(days * 86_400))
        if found := re.fullmatch(
            r"(20[0-9][0-9])([0-9][0-9])([0-9][0-9])(?:([0-9][0-9])([0-9][0-9])([0-9][0-9]))?",
            plain,
        ):
            return _instant(found.groups())
        if found := _DATE.fullmatch(plain):
            return _instant(found.groups())
    except ValueError:
        pass
    raise Unreadable("paid_at", value=text[:60])


def _instant(parts: tuple[str | None, ...]) -> datetime:
    year, month, day, hour, minute, second = (int(one or 0) for one in parts)
    if year < FIRST_YEAR:
        raise ValueError("too long ago")
    return datetime(year, month, day, hour, minute, second, tzinfo=CHINA)


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
    """Province, city, district and the rest, of an address in one cell. Raises "address"."""
    plain = re.sub(r"^(中国|中华人民共和国)\s*", "", text.strip())
    found = _PROVINCE.match(plain)
    if not found:
        raise Unreadable("address")
    province, rest = found[0], _rest(plain, found.end())
    if found[1] in _MUNICIPALITIES:
        city = f"{found[1]}市"
        again = re.match(rf"{found[1]}市?\s*", rest)
        rest = rest[again.end() :].strip() if again else rest
        rest = re.sub(r"^(市辖区|县)\s+", "", rest)
    else:
        matched = _CITY.match(rest)
        if not matched:
            raise Unreadable("address")
        city, rest = matched[1], _rest(rest, matched.end())
    matched = _DISTRICT.match(rest)
    district, detail = (matched[1], _rest(rest, matched.end())) if matched else (city, rest)
    if not detail:
        district, detail = city, rest
    if not detail:
        raise Unreadable("address")
    return province, city, district, detail


def _rest(text: str, at: int) -> str:
    return re.sub(r"^[\s,，、/|-]+", "", text[at:])
