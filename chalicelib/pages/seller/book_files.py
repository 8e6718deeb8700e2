"""The books as workbooks: a day's differences, and a month with its days and shops."""

from collections.abc import Mapping, Sequence
from datetime import date

from chalicelib.domain.book_months import MonthDay, summed
from chalicelib.domain.book_refusals import advice
from chalicelib.domain.day_books import DayBook, ShopSums

from ..drawing.workbooks import Sheet, Yuan, xlsx
from ..texts import LANGUAGES, Language, Words
from ..texts.seller import books

Row = list[str | int | Yuan | None]
SUMS = ("received", "refunded", "fees", "net", "matched", "waiting", "differing")


def day_file(kept: Sequence[DayBook], shops: Mapping[str, str], language: Language) -> bytes:
    """shops: their names."""
    words = Words(language, books.TEXTS)
    return xlsx(
        _by_shop(summed(kept), shops, words), _differences([("", book) for book in kept], words)
    )


def month_file(days: Sequence[MonthDay], shops: Mapping[str, str], language: Language) -> bytes:
    words = Words(language, books.TEXTS)
    all_books = [book for day in days for book in day.books]
    rows = [[str(day.day), *_sums(_added(day.sums))] for day in days]
    return xlsx(
        Sheet(words["days_title"], [words["day"], *_headings(words)], rows),
        _by_shop(summed(all_books), shops, words),
        _differences([(str(book.day), book) for book in all_books], words),
    )


def _headings(words: Words) -> list[str]:
    return [words[name] for name in SUMS]


def _added(sums: Sequence[ShopSums]) -> ShopSums:
    whole = ShopSums()
    for shop in sums:
        whole = whole + shop
    return whole


def _sums(sums: ShopSums) -> Row:
    money = (sums.received_fen, sums.refunded_fen, sums.fee_fen, sums.net_fen)
    return [*map(Yuan, money), sums.matched, sums.waiting, sums.differing]


def _by_shop(totals: Sequence[ShopSums], shops: Mapping[str, str], words: Words) -> Sheet:
    rows: list[Row] = [
        [
            shops.get(sums.shop_id, sums.shop_id) if sums.shop_id else words["nobodys"],
            *_sums(sums),
        ]
        for sums in totals
    ]
    rows.append([words["totals_title"], *_sums(_added(totals))])
    return Sheet(words["totals_title"], [words["shop"], *_headings(words)], rows)


def _differences(kept: Sequence[tuple[str, DayBook]], words: Words) -> Sheet:
    """Each with its day, where there are several."""
    rows: list[Row] = []
    for day, book in kept:
        for difference in book.differences:
            settled = book.note_of(difference)
            fen = (difference.ours_fen, difference.theirs_fen)
            rows.append(
                [
                    day or str(book.day),
                    words[f"kind_{difference.kind}"],
                    difference.out_trade_no,
                    difference.out_refund_no,
                    *(None if sum_fen is None else Yuan(sum_fen) for sum_fen in fen),
                    settled.note if settled else None,
                    advice(difference)[LANGUAGES.index(words.language)],
                ]
            )
    headings = [
        *(words["day"], words["differing"], "out_trade_no", "out_refund_no"),
        *(words["ours"], words["theirs"], words["day_settled"], words["what_to_do"]),
    ]
    return Sheet(words["differing"], headings, rows)


def file_name(what: date | str) -> str:
    return f"books-{what}.xlsx"
