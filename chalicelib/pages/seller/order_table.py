"""The table of orders on the seller's desk: who, what, how much, in which state, since when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, get_args

from markupsafe import Markup

from chalicelib.domain import phones
from chalicelib.domain.lifecycle import WAITING
from chalicelib.domain.orders import Buyer, Order, State

from ..drawing import formats
from ..drawing.desks import Desk, Waiting, contents, counted, deadline, desk_page
from ..drawing.render import Page
from ..texts import Words
from ..texts.seller import order_table, seller
from .home import ORDERS, standing

By = Literal["buyer", "goods", "amount", "state"]
"""Columns of which no index knows an order: they sort what is on the page."""
COLUMNS: tuple[By | Literal["placed"], ...] = ("buyer", "goods", "amount", "state", "placed")
PERIODS = ("7", "30", "90")
USUAL = 25


class Listed(NamedTuple):
    """An order, its buyer where that is known, and whether all that was paid was paid back."""

    order: Order
    buyer: Buyer | None
    paid_back: bool


@dataclass(frozen=True)
class TableView:
    """What was chosen. by: None where the page stands in the order of the list."""

    state: str
    days: str | None
    newest_first: bool
    by: By | None
    down: bool
    cursor: str | None
    next_cursor: str | None
    limit: int

    def kept(self, **others: str | None) -> dict[str, str | None]:
        """The address's query: what is chosen, or something else instead. A cursor holds for one
        list in one order alone."""
        given: dict[str, str | None] = {
            "state": self.state,
            "days": self.days,
            "order": "new" if self.newest_first else "old",
            "by": self.by,
            "down": "1" if self.by and self.down else None,
            "limit": str(self.limit) if self.limit != USUAL else None,
            "cursor": self.cursor,
        }
        if others.keys() & {"state", "days", "order"}:
            given["cursor"] = None
        if "state" in others:  # what waits comes with the oldest on top, what is done the newest
            given["order"] = None
        return given | others


def order_table_page(desk: Desk, view: TableView, orders: Sequence[Listed]) -> Page:
    """orders: in the order in which they were placed."""
    words = desk.words(order_table.TEXTS, seller.TEXTS)

    def link(**others: str | None) -> str:
        return desk.link(ORDERS, **view.kept(**others))

    counts = desk.counts()
    shown = list(orders)
    if by := view.by:
        shown.sort(key=lambda entry: _by(by, entry.order, entry.buyer), reverse=view.down)
    return desk_page(
        "seller/order_table.html",
        desk,
        words,
        tab=ORDERS,
        css=["seller/order_table"],
        query={key: value for key, value in view.kept().items() if value},
        title=_title(view, words),
        states=[
            (
                words[f"table_{choice}"],
                _count(choice, counts),
                link(state=choice),
                choice == view.state,
            )
            for choice in ("waiting", *get_args(State), "all")
        ],
        periods=[
            (words[f"days_{days or 'all'}"], link(days=days), days == view.days)
            for days in (None, *PERIODS)
        ],
        columns=[_column(name, view, link, words) for name in COLUMNS],
        rows=[_row(entry, desk, words) for entry in shown],
        sums=_sums(shown, words),
        sorted_here=words("sorted_here", n=len(shown), column=words[f"column_{view.by}"])
        if view.by and (view.cursor or view.next_cursor)
        else "",
        older=view.next_cursor and link(cursor=view.next_cursor),
        newest=view.cursor and link(cursor=None),
        may_pack="paid" in counts and counts["paid"].n > 0,
    )


def _title(view: TableView, words: Words) -> str | Markup:
    if view.state in {"waiting", "all"}:
        return words[f"heading_{view.state}"]
    return words("heading", state=words[f"table_{view.state}"])


def _count(choice: str, counts: Mapping[str, Waiting]) -> str:
    """Of the states that the navigation counts; nothing is no number."""
    waiting = counts.get(ORDERS if choice == "waiting" else choice)
    return counted(waiting.n, waiting.most) if waiting and waiting.n else ""


@dataclass(frozen=True)
class Column:
    """sorted: as aria-sort says it; href: sorts by it, or the other way round."""

    name: str
    text: str
    sorted: Literal["", "ascending", "descending"]
    href: str


def _column(
    name: By | Literal["placed"], view: TableView, link: Callable[..., str], words: Words
) -> Column:
    text = words[f"column_{name}"]
    if name == "placed":
        if view.by:
            return Column(name, text, "", link(by=None, down=None))
        if view.newest_first:
            return Column(name, text, "descending", link(order="old"))
        return Column(name, text, "ascending", link(order="new"))
    if view.by != name:  # the largest amount first, all else from the beginning
        return Column(name, text, "", link(by=name, down="1" if name == "amount" else None))
    return Column(
        name,
        text,
        "descending" if view.down else "ascending",
        link(down=None if view.down else "1"),
    )


def _by(by: By, order: Order, buyer: Buyer | None) -> tuple[str | int, ...]:
    """What it is sorted by; those of one buyer stand together."""
    if by == "buyer":
        return (buyer.name, buyer.number) if buyer else ("", "")
    if by == "goods":
        first = order.lines[0]
        return (first.title, first.packs)
    if by == "amount":
        return (order.total_fen,)
    return (list(get_args(State)).index(order.state),)


def _row(entry: Listed, desk: Desk, words: Words) -> dict[str, object]:
    order, buyer, paid_back = entry
    chip, kind = standing(order, words, paid_back=paid_back)
    if order.state == "pending_payment":
        chip, kind = deadline(order.pay_by, desk, words)
    at = order.paid_at or order.created_at
    tail = phones.tail(buyer.number) if buyer else None
    source = words[f"channel_{order.channel}"]
    return {
        "href": desk.link(f"{ORDERS}/{order.id}"),
        "buyer": formats.marked(buyer.name, desk.language) if buyer else words["no_buyer"],
        "tail": words("tail", tail=tail) if tail else "",
        "number": order.number,
        "goods": contents(order, words),
        "source": source,
        "ref": formats.marked(order.external_ref or "", desk.language),
        "amount": formats.money(order.total_fen),
        "replacement": words["replacement_chip"] if order.replaces else "",
        "chip": chip,
        "kind": kind,
        "when": formats.moment(order.created_at, desk.language, desk.now),
        "age": _age(order, at, desk, words),
    }


def _age(order: Order, at: datetime, desk: Desk, words: Words) -> Markup | str:
    """How long an order that waits for the shop has waited since it was paid."""
    if order.state not in WAITING:
        return ""
    unit, n = formats.left(desk.now, at)
    return words("waits", time=words(unit, n=n))


def _sums(shown: Sequence[Listed], words: Words) -> Markup | str:
    if not shown:
        return ""
    amount = formats.money(sum(entry.order.total_fen for entry in shown))
    return words("page_sums", n=len(shown), amount=amount)
