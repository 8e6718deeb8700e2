"""An order on the seller's desk: who bought what, and the next thing to do with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import quote

from markupsafe import Markup

from chalicelib.domain import phones
from chalicelib.domain.batches import UNSELLABLE, Batch
from chalicelib.domain.charges import ProviderPayment
from chalicelib.domain.codes import display_code
from chalicelib.domain.journal import Change
from chalicelib.domain.lifecycle import ORDER, PARCEL
from chalicelib.domain.orders import Buyer, Order, OrderLine
from chalicelib.domain.packing import BatchChoice
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.refunds import Cause, Refund

from ..drawing import formats, money
from ..drawing.desks import Desk, contents, deadline, desk_page, journal, state
from ..drawing.forms import Form, yuan
from ..drawing.render import Page
from ..drawing.verdicts import Banner
from ..texts import Words
from ..texts.seller import refunds, seller
from .charges import Refunded, charge_row, refund_row
from .home import ORDERS, PATH
from .imports import IMPORTS

Do = Literal[
    "pay", "pack", "ship", "deliver", "return", "refund", "cancel", "send_anyway", Refunded
]
"""What a form of the page does."""


@dataclass(frozen=True)
class OrderView:
    """parcels: each with those of its batches that are recalled. charges: at providers, the first
    first.

    to_pack: for each line its batches with the packs proposed from each; empty unless paid.
    """

    order: Order
    buyer: Buyer | None
    refundable_fen: int
    refunds: Sequence[Refund]
    parcels: Sequence[tuple[Parcel, Sequence[Batch]]]
    to_pack: Sequence[Sequence[BatchChoice]]
    changes: Sequence[tuple[Change, str | None]]
    charges: Sequence[ProviderPayment] = ()


def order_page(
    desk: Desk,
    view: OrderView,
    *,
    done: str | None,
    blank: Callable[[], Form],
    sent: Mapping[Do, Form],
    sent_code: str = "",
) -> Page:
    """blank: makes a form that was not sent, each with a key of its own.

    sent: the refused form by its action, at most one.
    sent_code: the parcel that the refused form was about.
    """
    words = desk.words(seller.TEXTS, refunds.TEXTS)
    order = view.order
    chip, kind = state("order", order.state, words)

    def form(do: Do, code: str = "") -> Form:
        return sent[do] if do in sent and code == sent_code else blank()

    return desk_page(
        "seller/order.html",
        desk,
        words,
        tab=ORDERS,
        title=contents(order, words),
        number=words("order_title", number=order.number),
        replacement=order.replaces is not None,
        replaced=bool(order.replacements),
        chip=chip,
        kind=kind,
        done=words[f"done_{done}"] if f"done_{done}" in seller.TEXTS else "",
        sentences=[text for sent_form in sent.values() for text in sent_form.sentences],
        recall=_recall(view, words),
        stop=_stop(order, desk, words),
        send_anyway=form("send_anyway"),
        next=_next(view),
        step=_step(view, desk, words),
        due=formats.money(order.total_fen),
        lines=[_line(*entry, words) for entry in zip(order.lines, order.sums, strict=True)],
        sums=_sums(view, desk, words),
        buyer=_buyer(view.buyer, words),
        phone=view.buyer.number if view.buyer else "",
        dial=phones.to_dial(view.buyer.number) if view.buyer else "",
        about=_about(order, desk, words),
        links=_links(order, desk, words),
        pay=form("pay").with_defaults(
            paid=yuan(order.total_fen),
            method=money.methods(desk.language)[0][0],
            reference=order.number,
        ),
        methods=money.methods(desk.language),
        pack=form("pack").with_defaults(**_proposed(view)),
        to_pack=_to_pack(view, desk, words),
        expired=_expired(view, desk, words),
        parcels=[
            _parcel(*entry, desk, words, form, stopped=order.is_stopped) for entry in view.parcels
        ],
        slip=desk.link(f"{PATH}/orders/{order.id}/slip"),
        carriers=seller.CARRIERS,
        refund=form("refund").with_defaults(cause="nobody"),
        refund_hint=words(
            _refund_hint(order),
            amount=formats.money(view.refundable_fen),
        ),
        refundable=view.refundable_fen > 0,
        causes=[(cause, words[f"cause_{cause}"]) for cause in get_args(Cause)],
        cancel=form("cancel"),
        cancel_text=words("cancel_text", amount=formats.money(view.refundable_fen))
        if order.paid_fen
        else words["cancel_text_unpaid"],
        paid_back=order.paid_fen > 0 and not view.refundable_fen,
        may_cancel="cancelled" in ORDER[order.state],
        refunds=[refund_row(refund, desk, words, form) for refund in view.refunds],
        charges=[charge_row(charge, desk, words) for charge in view.charges],
        history=journal("order", view.changes, desk, words),
        back=desk.link(ORDERS),
    )


def _next(view: OrderView) -> str:
    """The form or link that the bar leads with; of an order that is stopped neither packs nor
    sends."""
    if view.order.is_stopped:
        return ""
    if view.order.state == "pending_payment":
        return "pay"
    if view.order.state == "paid":
        return "pack"
    states = {
        parcel.state
        for parcel, recalled in view.parcels
        if not recalled or parcel.state != "packed"
    }
    return "ship" if "packed" in states else "deliver" if "shipped" in states else ""


def _step(view: OrderView, desk: Desk, words: Words) -> Markup | str:
    """The next step in words, of what stands beside its button."""
    order, wanted = view.order, _next(view)
    if wanted == "pay":
        return words("step_pay", left=deadline(order.pay_by, desk, words)[0])
    if wanted == "pack":
        return words("step_pack", n=sum(line.to_pack for line in order.lines))
    moving = {"ship": "packed", "deliver": "shipped"}.get(wanted)
    n = sum(parcel.state == moving for parcel, _ in view.parcels)
    return words(f"step_{wanted}", n=n) if moving else words["step_none"]


def _recall(view: OrderView, words: Words) -> Banner | None:
    """Which parcels hold a recalled batch; those that came back are with nobody."""
    codes = [
        display_code(parcel.code)
        for parcel, recalled in view.parcels
        if recalled and parcel.state not in {"returned", "voided"}
    ]
    if not codes:
        return None
    which = words("comma").join(codes)
    return Banner("bad", words("order_recalled", codes=which), (words["order_recalled_text"],))


def _stop(order: Order, desk: Desk, words: Words) -> dict[str, str] | None:
    """By which file, and where what it says can be read."""
    if order.stop is None or not order.is_stopped:
        return None
    when = formats.moment(order.stop.at, desk.language, desk.now)
    return {
        "title": words("order_stopped", when=when),
        "import_id": order.stop.import_id,
        "href": desk.link(IMPORTS, import_id=order.stop.import_id),
    }


def _line(line: OrderLine, sum_fen: int, words: Words) -> tuple[Markup, list[Markup]]:
    quantity = formats.quantity(line.pack_quantity, line.unit, words.language)
    title = words("line", title=formats.goods(line, words.language), n=line.packs)
    meta = [words("line_meta", quantity=quantity, price=formats.money(line.price_fen))]
    if sum_fen != line.packs * line.price_fen:  # the price of a pack is rounded
        meta.append(words("line_sum", sum=formats.money(sum_fen)))
    if line.packed:
        meta.append(words("line_packed", packed=line.packed, packs=line.packs))
    return title, meta


def _sums(view: OrderView, desk: Desk, words: Words) -> list[tuple[str, str]]:
    order = view.order
    rows = formats.total_of(order, words)
    if order.paid_fen:
        refunded = order.paid_fen - view.refundable_fen
        paid = words(
            "paid_by",
            amount=formats.money(order.paid_fen),
            method=money.method(order.payment_method or "", desk.language),
            reference=order.payment_reference or "",
        )
        rows.append((words["paid"], paid))
        if refunded:
            rows.append((words["refunded"], formats.money(refunded)))
        rows.append((words["refundable"], formats.money(view.refundable_fen)))
    return rows


def _buyer(buyer: Buyer | None, words: Words) -> list[tuple[str, str]]:
    if buyer is None:
        return []
    return [
        (words["buyer_name"], formats.marked(buyer.name, words.language)),
        (words["buyer_address"], formats.marked(buyer.address.written, words.language)),
    ]


def _about(order: Order, desk: Desk, words: Words) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = [
        (words["placed"], formats.moment(order.created_at, desk.language, desk.now)),
        (words["channel"], words[f"channel_{order.channel}"]),
    ]
    if order.state == "pending_payment":
        left, _ = deadline(order.pay_by, desk, words)
        when = formats.moment(order.pay_by, desk.language, desk.now)
        rows.append((words["pay_by"], Markup(" · ").join((when, left))))
    return rows


def _links(order: Order, desk: Desk, words: Words) -> list[tuple[str, str]]:
    """To what replaces it, and from a replacement to the order and the complaint it is for."""
    links = [
        (words["replacement_order"], desk.link(f"{PATH}/orders/{order_id}"))
        for order_id in order.replacements
    ]
    if order.replaces:
        links.append((words["replaces_order"], desk.link(f"{PATH}/orders/{order.replaces}")))
        complaint = f"{PATH}/complaints/{order.complaint_id}"
        links.append((words["see_complaint"], desk.link(complaint)))
    return links


def _proposed(view: OrderView) -> dict[str, str]:
    return {
        f"packs-{line}-{choice.batch.id}": str(choice.packs)
        for line, choices in enumerate(view.to_pack)
        for choice in choices
    }


def _to_pack(view: OrderView, desk: Desk, words: Words) -> list[dict[str, object]]:
    """Each line that has packs to go, with an input for each batch that can be packed."""
    return [
        {
            "title": words("pack_from", title=formats.goods(line, desk.language), n=line.to_pack),
            "batches": [
                (
                    f"packs-{at}-{choice.batch.id}",
                    words(
                        "pack_batch",
                        lot=choice.batch.lot,
                        day=formats.day(choice.batch.harvested_on, desk.language),
                    ),
                )
                for choice in choices
                if choice.batch.state not in UNSELLABLE
            ],
            "held": [
                words(
                    "pack_held",
                    lot=choice.batch.lot,
                    state=state("batch", choice.batch.state, words)[0],
                )
                for choice in choices
                if choice.batch.state in UNSELLABLE
            ],
        }
        for at, (line, choices) in enumerate(zip(view.order.lines, view.to_pack, strict=False))
        if line.to_pack
    ]


def _expired(view: OrderView, desk: Desk, words: Words) -> str:
    """What has to be said before anything past its day is packed; nothing of it is proposed."""
    days = {
        choice.batch.lot: formats.day(choice.best_before, desk.language)
        for choices in view.to_pack
        for choice in choices
        if choice.best_before is not None and choice.batch.state not in UNSELLABLE
    }
    lots = [words("expired_lot", lot=lot, day=day) for lot, day in days.items()]
    return words("expired_ok", lots=words("comma").join(lots)) if lots else ""


def _parcel(
    parcel: Parcel,
    recalled: Sequence[Batch],
    desk: Desk,
    words: Words,
    form: Callable[[Do, str], Form],
    *,
    stopped: bool,
) -> dict[str, object]:
    """A recalled batch is neither labelled nor shipped, so neither is offered."""
    chip, kind = state("parcel", parcel.state, words)
    may_leave = not recalled
    n = sum(allocation.packs for allocation in parcel.allocations)
    when = formats.moment(parcel.packed_at, desk.language, desk.now)
    code = display_code(parcel.code)
    meta = [words("parcel_row", n=n, when=when)]
    if parcel.carrier:
        meta.append(words("parcel_sent", carrier=parcel.carrier, waybill=parcel.waybill or ""))
    return {
        "code": parcel.code,
        "shown": code,
        "chip": chip,
        "kind": kind,
        "meta": meta,
        "recalled": words(
            "parcel_recalled", lots=words("comma").join(batch.lot for batch in recalled)
        )
        if recalled and parcel.state != "voided"
        else "",
        "label": desk.link(f"{PATH}/parcels/{quote(parcel.code)}/label")
        if parcel.state in {"packed", "shipped"} and may_leave
        else "",
        "trace": desk.link(f"/t/{quote(parcel.code)}") if parcel.state != "voided" else "",
        "complaint": desk.link(f"{PATH}/complaints/{parcel.complaint_id}")
        if parcel.complaint_id
        else "",
        "ship": form("ship", parcel.code)
        if parcel.state == "packed" and may_leave and not stopped
        else None,
        "ship_title": words("ship_title", code=code),
        "deliver": form("deliver", parcel.code) if parcel.state == "shipped" else None,
        "return": form("return", parcel.code) if "returned" in PARCEL[parcel.state] else None,
    }


def _refund_hint(order: Order) -> str:
    """A key of the copy: who pays it back."""
    if order.paid_by_charge:
        return "refund_hint_provider"
    return "refund_hint_platform" if order.import_id else "refund_hint"
