"""Which rows of an order are paid, not paid back and still with the shop."""

from collections.abc import Collection

from . import cells, states
from .cells import broken
from .rows import DraftRefused, ReadRow, agreed, everything
from .states import Meaning, says_nothing

ASKED_OF_A_PERSON: tuple[Meaning, ...] = (
    "cash_on_delivery", "pays_later", "part_shipped", "part_refunded", "unknown",
)  # fmt: skip
"""What an order is refused for, as nobody but the seller can say what is still to be sent."""


def rows_to_ship(reads: list[ReadRow], columns: Collection[str]) -> list[ReadRow]:
    """Raises Refused, also when no row is left; Unreadable for a sum that is none."""
    meanings = {read.at: _meant(read, reads) for read in reads}
    open_ = [read for read in reads if all(meaning != "over" for meaning, _ in meanings[read.at])]
    if not open_:
        words = {word for some in meanings.values() for meaning, word in some if meaning == "over"}
        raise DraftRefused("not_for_shipping", status="，".join(sorted(words))[:60])
    for wanted in ASKED_OF_A_PERSON:
        for read in open_:
            for meaning, word in meanings[read.at]:
                if meaning == wanted:
                    code = "unknown_state" if meaning == "unknown" else meaning
                    raise DraftRefused(code, status=word[:60])
    kept = _not_paid_back(reads, open_)
    _check_paid(reads, columns)
    return kept


def _meant(read: ReadRow, reads: list[ReadRow]) -> list[tuple[Meaning, str]]:
    """退款成功 is said of a refund of part of the goods, too: the sum tells which."""
    meanings = _meanings(read, reads)
    against = {word for meaning, word in meanings if meaning == "over"}
    if not against or not all(map(states.is_refund_alone, against)):
        return meanings
    if not _is_part_paid_back(read, reads):
        return meanings
    return [("part_refunded" if word in against else meaning, word) for meaning, word in meanings]


def _is_part_paid_back(read: ReadRow, reads: list[ReadRow]) -> bool:
    back, paid = _paid_back(read, "refunded"), row_sum(read)
    if len(reads) == 1:
        whole = order_sum(reads)
        paid = whole if paid is None else paid
        if not back:
            back, paid = _paid_back(read, "order_refunded"), paid if whole is None else whole
    return paid is not None and 0 < back < paid


def _meanings(read: ReadRow, reads: list[ReadRow]) -> list[tuple[Meaning, str]]:
    """What each word of the row means."""
    meanings = [(states.state(word), word) for word in _words(read, reads, "status")]
    meanings += [(states.state(word), word) for word in read.texts("shipping_status")]
    meanings += [(states.payment(word), word) for word in _words(read, reads, "payment_method")]
    meanings += [(states.refund(word), word) for word in read.texts("refund_status")]
    # a heading such as 订单退款 may hold a sum or a word
    for field in ("refunded", "order_refunded"):
        meanings += [(states.refund(word), word) for word in read.texts(field) if not _is_sum(word)]
    return meanings


def _words(read: ReadRow, reads: list[ReadRow], field: str) -> list[str]:
    """Merged cells: what is said of an order may stand in its first row alone."""
    words = []
    for column in read.columns(field):
        others = {other.cell(column) for other in reads} - {""}
        words.append(read.cell(column) or (next(iter(others)) if len(others) == 1 else ""))
    return words


def _is_sum(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _not_paid_back(reads: list[ReadRow], open_: list[ReadRow]) -> list[ReadRow]:
    """Without the rows that were paid back in full. Part of a row's sum is a person's to judge."""
    kept = []
    for read in open_:
        back = _paid_back(read, "refunded")
        if not back:
            kept.append(read)
            continue
        paid = row_sum(read)
        if paid is None and len(reads) == 1:
            paid = order_sum(reads)
        if paid is None or back < paid:
            raise DraftRefused("part_refunded", status=read["refunded"][:60])
    _check_order_refund(reads, kept)
    if not kept:
        raise DraftRefused("refunded")
    return kept


def _check_order_refund(reads: list[ReadRow], kept: list[ReadRow]) -> None:
    """What was paid back of the whole order is nothing, all, or the rows that are not kept."""
    sums = {_paid_back(read, "order_refunded") for read in reads} - {0}
    if not sums:
        return
    back = max(sums)
    rows = [row_sum(read) for read in reads]
    paid = order_sum(reads)
    if paid is None and None not in rows:
        paid = sum(fen or 0 for fen in rows)
    if len(sums) == 1 and paid is not None and back >= paid:
        raise DraftRefused("refunded")
    gone = [row_sum(read) for read in reads if read not in kept]
    if len(sums) > 1 or not gone or None in gone or sum(fen or 0 for fen in gone) != back:
        raise DraftRefused("part_refunded", status=f"{back / 100:.2f}")


def _check_paid(reads: list[ReadRow], columns: Collection[str]) -> None:
    """Where no state says that it is paid, its time of payment does, or the file as a whole."""
    if everything(reads, "status"):
        return
    if "status" not in columns:
        written = everything(reads, "waybill")
        sent = sorted(text for text in written if broken(text) != "error_value")
        if sent:
            raise DraftRefused("has_waybill", value=sent[0][:60])
    if everything(reads, "paid_at"):
        return
    if "status" in columns:  # which tells of the others, so this one is not to be guessed
        raise DraftRefused("no_status")
    if "paid_at" in columns:
        raise DraftRefused("unpaid")


def _paid_back(read: ReadRow, field: str) -> int:
    """In fen; of several columns the one that says most. Raises Unreadable("amount")."""
    return max(
        (cells.fen(text) for text in read.texts(field) if not says_nothing(text) and _is_sum(text)),
        default=0,
    )


def sum_of(read: ReadRow, field: str) -> int:
    """In fen, 0 where there is none or a word. Raises Unreadable("amount")."""
    text = read[field]
    return 0 if says_nothing(text) or not _is_sum(text) else cells.fen(text)


def row_sum(read: ReadRow) -> int | None:
    """What was paid for the row, in fen; None where the file does not say."""
    if read["amount"]:
        return cells.fen(read["amount"])
    if read["unit_price"]:
        return cells.fen(read["unit_price"]) * cells.count(read["quantity"])
    return None


def order_sum(reads: list[ReadRow]) -> int | None:
    """What was paid for the whole order, in fen, its platform's balance with it.

    Where the buyer paid nothing, as a coupon of the platform paid all, what the shop gets for it.
    """
    whole = agreed(reads, "order_amount", "order_amount")
    if not whole:
        return None
    balance, received = (agreed(reads, name, "order_amount") for name in ("balance", "received"))
    # what stands for the order's sum in another column has the balance in it
    beside = any(read.cell(column) for read in reads for column in read.columns("order_amount")[:1])
    paid = cells.fen(whole) + (cells.fen(balance) if beside and not says_nothing(balance) else 0)
    return paid or (0 if says_nothing(received) else cells.fen(received))
