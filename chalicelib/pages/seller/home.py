"""The seller's desk: what to do now, then orders, then who came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from chalicelib.domain.batches import Batch
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.customers import Customer
from chalicelib.domain.offers import Offer
from chalicelib.domain.orders import Order, State

from ..drawing import formats
from ..drawing.desks import (
    Desk,
    Kind,
    Link,
    ListEntry,
    contents,
    deadline,
    desk_page,
    flag,
    packs,
    state,
)
from ..drawing.recalls import stopped_entry
from ..drawing.render import Page
from ..texts import Words
from ..texts.seller import seller

PATH = "/seller"
ORDERS = f"{PATH}/orders"


class Named(NamedTuple):
    """An order, its buyer's name where it is known, and whether all that was paid was paid back."""

    order: Order
    buyer: str | None
    paid_back: bool


@dataclass(frozen=True)
class Waiting:
    """What waits to be done, longest first; more: there is more than is listed."""

    complaints: Sequence[Complaint]
    answered: Sequence[Complaint]
    to_pack: Sequence[Named]
    to_ship: Sequence[Named]
    to_pay: Sequence[Named]
    held_offers: Sequence[Offer]
    on_sale: bool = False
    """Anything, or will be."""
    stopped: Sequence[tuple[Batch, int, int]] = ()
    """Held and recalled batches: how many parcels each has, of how many the buyer was told."""
    more: frozenset[str] = frozenset()


def seller_page(
    desk: Desk,
    *,
    waiting: Waiting,
    orders: Sequence[Named],
    repeat: Sequence[tuple[Customer, str | None]],
) -> Page:
    """orders: the newest."""
    words = desk.words(seller.TEXTS)
    offer = (words["offer_new"], desk.link(f"{PATH}/offers/new"))
    step = _next_step(waiting, desk, words)
    return desk_page(
        "seller/home.html",
        desk,
        words,
        tab=PATH,
        todo=_todo(waiting, desk, words),
        orders=[order_row(*named, desk, words) for named in orders],
        all_orders=desk.link(ORDERS, state="all"),
        repeat=[customer_row(*entry, desk, words, link=True) for entry in repeat],
        nothing=("ok", words["todo_none"]) if waiting.on_sale else ("info", words["todo_no_offer"]),
        other=offer if step or waiting.on_sale else None,
        step=step or (None if waiting.on_sale else offer),
    )


def _next_step(waiting: Waiting, desk: Desk, words: Words) -> Link | None:
    """What is most pressing of what waits for the seller."""
    for batch, parcels, notified in waiting.stopped:
        if notified < parcels:
            return words["go_stopped"], stopped_entry(batch, parcels, notified, desk).href
    if waiting.complaints:
        return words["go_answer"], desk.link(f"{PATH}/complaints/{waiting.complaints[0].id}")
    if waiting.to_pack:
        return words["go_pack"], desk.link(f"{PATH}/packing")
    if waiting.to_ship:
        return words["go_ship"], desk.link(f"{PATH}/waybills")
    return None


def _todo(
    waiting: Waiting, desk: Desk, words: Words
) -> list[tuple[str, str, list[ListEntry], str]]:
    """(title, count, entries, link to all of them), only of what there is."""

    def orders(name: str, listed: Sequence[Named], wanted: State) -> None:
        entries = [order_row(*named, desk, words) for named in listed]
        add(name, entries, desk.link(ORDERS, state=wanted))

    def add(name: str, entries: list[ListEntry], every: str = "") -> None:
        if entries:
            more = name in waiting.more
            count = words("count_more", n=len(entries)) if more else str(len(entries))
            sections.append((words[f"todo_{name}"], count, entries, every if more else ""))

    sections: list[tuple[str, str, list[ListEntry], str]] = []
    add("stopped", [stopped_entry(*entry, desk) for entry in waiting.stopped])
    add("complaints", [case_row(complaint, desk, words) for complaint in waiting.complaints])
    add("offers", [_held(offer, desk, words) for offer in waiting.held_offers])
    orders("pack", waiting.to_pack, "paid")
    orders("ship", waiting.to_ship, "packed")
    add("answered", [case_row(complaint, desk, words) for complaint in waiting.answered])
    orders("pay", waiting.to_pay, "pending_payment")
    return sections


def standing(order: Order, words: Words, *, paid_back: bool) -> tuple[str, Kind]:
    """Its state's word and colour; of one that waits and is not to be sent that it is not."""
    if order.is_stopped:
        return words["chip_stopped"], "bad"
    if paid_back and order.waits:
        return words["chip_paid_back"], ""
    return state("order", order.state, words)


def order_row(
    order: Order, buyer: str | None, paid_back: bool, desk: Desk, words: Words
) -> ListEntry:
    """buyer: the name, where it is to be shown."""
    chip, kind = standing(order, words, paid_back=paid_back)
    when = formats.moment(order.paid_at or order.created_at, desk.language, desk.now)
    about: list[str | Markup] = [formats.money(order.total_fen), when]
    if buyer:
        about.insert(0, formats.marked(buyer, desk.language))
    if order.state == "pending_payment":
        chip, kind = deadline(order.pay_by, desk, words)
    return ListEntry(
        href=desk.link(f"{ORDERS}/{order.id}"),
        title=contents(order, words),
        meta=(
            formats.in_line(about),
            order.number,
            *([flag(words["replacement_chip"])] if order.replaces else []),
        ),
        chip=chip,
        kind=kind,
    )


def case_row(complaint: Complaint, desk: Desk, words: Words) -> ListEntry:
    chip, kind = state("complaint", complaint.state, words)
    if complaint.state == "open":
        chip, kind = deadline(complaint.reply_due_at, desk, words)
    about = [formats.money(complaint.amount_fen)]
    if complaint.recalled:
        about.append(words["batch_recalled"])
    if complaint.damaged_percent:
        about.append(words("share", n=complaint.damaged_percent))
    if complaint.wanted:
        about.append(words[f"wanted_{complaint.wanted}"])
    return ListEntry(
        href=desk.link(f"{PATH}/complaints/{complaint.id}"),
        title=words[f"reason_{complaint.reason}"],
        meta=(formats.in_line(about),),
        chip=chip,
        kind=kind,
    )


def _held(offer: Offer, desk: Desk, words: Words) -> ListEntry:
    return ListEntry(
        href=desk.link(f"{PATH}/offers"),
        title=formats.goods(offer, desk.language),
        meta=(packs(offer.packs_total, words),),
        chip=words["offer_held"],
        kind="bad",
    )


def customer_row(
    customer: Customer, name: str | None, desk: Desk, words: Words, *, link: bool = False
) -> ListEntry:
    """link: to the customer's own page."""
    n, spent = customer.paid_orders, formats.money(customer.spent_fen)
    about = [words("customer_row_one" if n == 1 else "customer_row", n=n, spent=spent)]
    if customer.last_order_at:
        when = formats.short_day(customer.last_order_at, desk.language, desk.now)
        about.append(words("customer_last", when=when))
    if customer.complaints:
        about.append(words("customer_cases", n=customer.complaints))
    title: str | Markup = words["customer_erased"]
    if name:
        shown = formats.marked(name, desk.language)
        tail = customer.phone_tail  # of a phone that its platform masked whole there is none
        title = words("customer_name", name=shown, tail=tail) if tail else shown
    back = customer.came_back_after_complaint
    return ListEntry(
        href=desk.link(f"{PATH}/customers/{customer.id}") if link else "",
        title=title,
        meta=(formats.in_line(about), *([words["came_back"]] if back else [])),
        chip=words["repeat_chip"] if customer.is_repeat else "",
        kind="ok",
    )
