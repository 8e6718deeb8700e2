"""How amounts and moments are written for people: China's time, kg, yuan, per cent."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from markupsafe import Markup, escape

from chalicelib.domain.fields import CHINA
from chalicelib.domain.offers import Offer
from chalicelib.domain.orders import Order, OrderLine

from ..texts import Language, Words

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_CHINESE = re.compile("[\u3400-\u9fff]")


def day(value: date, language: Language) -> str:
    """2026-10-12, or 12 Oct 2026."""
    if language == "en":
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return value.isoformat()


def short_day(at: datetime, language: Language, now: datetime) -> str:
    """10-12, or 12 Oct; with its year when that is not this year."""
    return _short_day(at.astimezone(CHINA), language, now)


def period(since: datetime, until: datetime, language: Language, now: datetime) -> tuple[str, str]:
    """Both days, each with its year where the years differ."""
    days = [at.astimezone(CHINA).date() for at in (since, until)]
    if days[0].year != days[1].year:
        return day(days[0], language), day(days[1], language)
    return short_day(since, language, now), short_day(until, language, now)


def _short_day(local: datetime, language: Language, now: datetime) -> str:
    if local.year != now.astimezone(CHINA).year:
        return day(local.date(), language)
    if language == "en":
        return f"{local.day} {_MONTHS[local.month - 1]}"
    return f"{local.month:02}-{local.day:02}"


def moment(at: datetime, language: Language, now: datetime) -> str:
    """10-15 19:42, or 15 Oct 19:42."""
    local = at.astimezone(CHINA)
    return f"{_short_day(local, language, now)} {local.hour:02}:{local.minute:02}"


def left(until: datetime, now: datetime) -> tuple[str, int]:
    """What is left as ("hours", 18) or, in the last hour, ("minutes", 40): keys of the texts."""
    rest = until - now
    if rest >= timedelta(hours=1):
        return "hours", int(rest.total_seconds() // 3600)
    return "minutes", max(1, int(rest.total_seconds() // 60))


def span(seconds: int) -> tuple[str, int, int]:
    """A length of time in its two largest units: ("span_hours", 1, 5) for 3900 seconds."""
    minutes = seconds // 60
    if minutes >= 24 * 60:
        return "span_days", minutes // (24 * 60), minutes // 60 % 24
    if minutes >= 60:
        return "span_hours", minutes // 60, minutes % 60
    return "span_minutes", 0, minutes


def number(value: Decimal) -> str:
    """Without an exponent or trailing zeros: 13.80 -> 13.8, 1E+2 -> 100."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def measure(value: Decimal, unit: str | None) -> str:
    """12%, 13.8°Bx, 0.02 mg/kg: a space before a unit of letters only."""
    if not unit:
        return number(value)
    return f"{number(value)}{'' if unit[0] in '%°‰' else ' '}{unit}"


def in_line(facts: Iterable[str | Markup]) -> Markup:
    """Short facts beside each other: a line ends between two of them, not within a date."""
    fact = Markup('<span class="fact">{}</span>')
    return Markup(" · ").join(fact.format(text) for text in facts)


def quantity(amount: int, unit: str, language: Language) -> str:
    """Grams as kg from 1 kg on, and where there are none; pieces by count: 5 kg, 500 g, 30 个."""
    if unit == "g":
        return f"{amount} g" if 0 < amount < 1000 else f"{number(Decimal(amount) / 1000)} kg"
    if language == "en":
        return f"{amount} piece" if amount == 1 else f"{amount} pieces"
    return f"{amount} 个"


def size(count: int) -> str:
    """Bytes as a person on a small data plan reads them; never "0 KB"."""
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / 1024 / 1024:.1f} MB"


def money(fen: int) -> str:
    """¥12.50 from 1250 fen."""
    return f"¥{fen // 100:,}.{fen % 100:02d}"


def total_of(order: Order, words: Words) -> list[tuple[str, str]]:
    """What an order comes to, after its discount where there is one, as rows of (words, sum)."""
    rows = [(words["total"], money(order.total_fen))]
    if order.discount_fen:
        why = words["replacement" if order.replaces else "discount"]
        rows.insert(0, (why, f"−{money(order.discount_fen)}"))
    return rows


def named(chinese: str, english: str | None, language: Language) -> Markup:
    """A product: on an English page by its English name, where it has one."""
    return escape(english) if language == "en" and english else marked(chinese, language)


def goods(sold: Offer | OrderLine, language: Language) -> Markup:
    """What is sold, as its shop calls it; on an English page the product and what a pack holds."""
    if language == "en" and sold.product_en:
        return escape(plain_goods(sold, language))
    return marked(sold.title, language)


def plain_goods(sold: Offer | OrderLine, language: Language) -> str:
    """The same for where HTML does not reach."""
    if language == "en" and sold.product_en:
        return f"{sold.product_en}, {quantity(sold.pack_quantity, sold.unit, language)}"
    return sold.title


def marked(text: str, language: Language) -> Markup:
    """Recorded words as they are; Chinese ones on an English page are marked as Chinese."""
    if language == "en" and _CHINESE.search(text):
        return Markup('<span lang="zh-CN">{}</span>').format(text)
    return escape(text)
