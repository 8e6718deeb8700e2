"""A number that is far from what was usual, as the question that a page asks once."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from markupsafe import Markup

from chalicelib.domain.plausible import LONGEST_KEPT_DAYS, Doubt

from ..texts import Language, Words
from ..texts.drawing import doubts as texts
from . import formats


def sentences(doubts: Iterable[Doubt], unit: str, language: Language) -> list[Markup]:
    """unit: of the product that all of them are of."""
    words = Words(language, texts.TEXTS)
    return [_sentence(doubt, unit, words) for doubt in doubts]


def _sentence(doubt: Doubt, unit: str, words: Words) -> Markup:
    if doubt.what == "harvested_on":
        kept = "_kept" if doubt.usual < LONGEST_KEPT_DAYS else ""
        assert isinstance(doubt.given, date)
        return words(
            f"doubt_harvested_on{kept}",
            value=formats.day(doubt.given, words.language),
            usual=int(doubt.usual),
            times=int(doubt.value),
        )
    more = doubt.times >= 1
    show = _price if doubt.what == "price" else _quantity
    return words(
        f"doubt_{doubt.what}_{'more' if more else 'less'}",
        value=show(doubt.value, unit, words),
        usual=show(doubt.usual, unit, words),
        times=f"{round(doubt.times if more else 1 / doubt.times):,}",
    )


def _quantity(amount: Fraction, unit: str, words: Words) -> str:
    return formats.quantity(int(amount), unit, words.language)


def _price(fen: Fraction, unit: str, words: Words) -> Markup:
    """For a kilogram or a piece."""
    price = formats.money(round(fen * (1000 if unit == "g" else 1)))
    return words(f"each_{unit}", price=price)
