"""The desk's page of refunds: what failed, what the shop pays back itself, what is on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from chalicelib.domain.orders import Order
from chalicelib.domain.receivers import masked_name
from chalicelib.domain.refunds import Refund, Waits

from ..drawing import formats, money
from ..drawing.desks import Desk, Kind, desk_page
from ..drawing.forms import Form
from ..drawing.render import Page
from ..texts import Words
from ..texts.seller import refunds, seller
from .home import PATH

REFUNDS = f"{PATH}/refunds"
KINDS: dict[Waits, Kind] = {"failed": "bad", "owed": "warn", "under_way": ""}


@dataclass(frozen=True)
class Row:
    """buyer: the name. shop: told to the county, which learns nothing of the buyer."""

    refund: Refund
    order: Order
    buyer: str | None
    shop: str | None


@dataclass(frozen=True)
class WaitingList:
    """A page of a list, the oldest first."""

    waits: Waits
    rows: Sequence[Row]
    next_cursor: str | None


def refunds_page(
    desk: Desk,
    lists: Sequence[WaitingList],
    *,
    done: str | None,
    only: bool,
    blank: Callable[[], Form],
    sent: tuple[str, Form] | None,
) -> Page:
    """only: one list is shown, further than its first page. sent: the refused form, with its
    refund's id."""
    words = desk.words(refunds.TEXTS, seller.TEXTS)
    is_own = desk.role == "seller"
    first = _first_owed(lists) if is_own else None
    return desk_page(
        "seller/refunds.html",
        desk,
        words,
        tab=REFUNDS,
        done=words[f"done_{done}"] if f"done_{done}" in refunds.TEXTS else "",
        lead=words["refunds_text" if is_own else "refunds_text_county"],
        sentences=sent[1].sentences if sent else [],
        all=desk.link(REFUNDS) if only else "",
        methods=money.methods(desk.language),
        waiting=[
            {
                "name": waiting.waits,
                "title": words[f"list_{waiting.waits}"],
                "kind": KINDS[waiting.waits],
                "count": f"{len(waiting.rows)}+" if waiting.next_cursor else len(waiting.rows),
                "text": _text(waiting.waits, words, is_own=is_own),
                "nothing": words[f"none_{waiting.waits}"],
                "note": words["list_owed_note"] if waiting.waits == "owed" and is_own else "",
                "rows": [
                    _row(row, desk, words, blank, sent, first=row is first) for row in waiting.rows
                ],
                "older": waiting.next_cursor
                and desk.link(REFUNDS, show=waiting.waits, cursor=waiting.next_cursor),
                "newest": "",
            }
            for waiting in lists
        ],
        main=_main(first, words),
        step=words("refund_step", whom=_whom(first, desk, words)) if first else "",
    )


def _first_owed(lists: Sequence[WaitingList]) -> Row | None:
    return next((row for listed in lists if listed.waits == "owed" for row in listed.rows), None)


def _main(row: Row | None, words: Words) -> Markup | str:
    if row is None:
        return ""
    return Markup("{} {}").format(words["sent_button"], formats.money(row.refund.amount_fen))


def _text(waits: Waits, words: Words, *, is_own: bool) -> str:
    if waits == "owed" and not is_own:
        return words["list_owed_text_county"]
    return words[f"list_{waits}_text"]


def _row(
    row: Row,
    desk: Desk,
    words: Words,
    blank: Callable[[], Form],
    sent: tuple[str, Form] | None,
    *,
    first: bool,
) -> dict[str, object]:
    refund, is_own = row.refund, desk.role == "seller"
    refused = sent[1] if sent and sent[0] == refund.id else None
    when = formats.moment(refund.at, desk.language, desk.now)
    order = row.order
    path = f"{PATH}/orders" if is_own else "/county/orders"
    return {
        "id": refund.id,
        "order": order.id,
        "title": formats.in_line([formats.money(refund.amount_fen), _whom(row, desk, words)]),
        "meta": [
            formats.in_line([order.number, words("refund_since", when=when)]),
            *(
                [money.where_it_is(refund, desk.language, desk.now)]
                if refund.waits == "under_way"
                else []
            ),
            *([money.beside(refund.reason, desk.language)] if refund.beside else []),
        ],
        "todo": money.what_to_do(refund, desk.language),
        "href": desk.link(f"{path}/{order.id}"),
        "retry": blank() if refund.waits == "failed" else None,
        "sent": refused or blank() if refund.waits == "owed" and is_own else None,
        "first": first,
        "at": f"r{refund.id[:8]}-",
    }


def _whom(row: Row, desk: Desk, words: Words) -> str | Markup:
    """The buyer, masked; to the county its shop."""
    if row.shop is not None:
        return formats.marked(row.shop, desk.language)
    if row.buyer is None:
        return words["refund_to_erased"]
    return words("refund_to", name=formats.marked(masked_name(row.buyer), desk.language))
