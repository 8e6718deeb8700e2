"""An order on the seller's desk: paid, packed, shipped, delivered, refunded, cancelled.

All its forms are sent to the page's own address and name what they do, so that a reload, a change
of language or a new sign-in always leads back to the order.
"""

import re
from collections.abc import Callable
from typing import get_args

from chalice.app import Response

from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.parcels import NewParcel, Parcel, Shipment
from chalicelib.domain.payments import Cancellation, Payment
from chalicelib.domain.refunds import NewRefund
from chalicelib.domain.stops import SendAnyway
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.home import PATH
from chalicelib.pages.seller.orders import Do, OrderView, order_page
from chalicelib.repositories.orders import buyer_of
from chalicelib.services import charges, orders, parcels, payments, refunds

from ..edge.answers import refused_page
from ..edge.desks import JOURNAL, DeskQuery, desk_of, done, named
from ..edge.forms import FEN, blank, key_of, refused, text, tried, whole
from ..edge.routing import Edge, Routes, read
from .refunds import INPUTS as SENT_INPUTS
from .refunds import asking, id_in, sent

routes = Routes(__name__)

INPUTS: dict[str, dict[str, str]] = {
    "pay": {"paid_fen": "paid"},
    "refund": {"amount_fen": "refund"},
    "refund_sent": SENT_INPUTS,
}
"""Field of the body -> name of its input, by what the form does, where the two differ."""
LEDGER = 100


@routes.api("GET", "/seller/orders/{order_id}", "order:fulfil", query=DeskQuery, html=True)
def show(edge: Edge, order_id: str) -> Page:
    """An order with its buyer, parcels, ledger and journal"""
    return _page(edge, order_id, {}, "")


def _page(edge: Edge, order_id: str, sent: dict[Do, Form], code: str) -> Page:
    item = orders.in_scope(edge.call, order_id)
    order = item.doc
    ledger, refundable = refunds.refunds(edge.call, order_id, LEDGER, None)
    changes, _ = orders.changes(edge.call.actor, order_id, JOURNAL, None)
    view = OrderView(
        order=order,
        buyer=buyer_of(order),
        refundable_fen=refundable,
        refunds=[entry.doc.of(order) for entry in ledger.items],
        charges=charges.of_order(order),
        parcels=parcels.of_order(order),
        to_pack=parcels.to_pack(edge.call, order) if order.state == "paid" else [],
        changes=named(changes),
    )
    return order_page(
        desk_of(edge),
        view,
        done=edge.query.done,
        blank=lambda: blank(edge),
        sent=sent,
        sent_code=code,
    )


@routes.api("POST", "/seller/orders/{order_id}", "order:fulfil", query=DeskQuery, html=True)
def act(edge: Edge, form: dict[str, str], order_id: str) -> Response:
    """Do what the form names, once for each form shown"""
    wanted: Do | None = next((action for action in get_args(Do) if action == form.get("do")), None)
    if wanted is None:
        raise not_found("page")
    edge.call.key = key_of(form)
    outcome = tried(lambda: ACTS[wanted](edge, order_id, form))
    if isinstance(outcome, Refusal):
        inputs = INPUTS.get(wanted, {}) | _packed_inputs(form)
        again = asking(refused(edge, form, outcome, inputs), outcome)
        page = _page(edge, order_id, {wanted: again}, form.get("code", ""))
        return refused_page(page, outcome)
    return done(edge, f"{PATH}/orders/{order_id}", note=wanted)


def _pay(edge: Edge, order_id: str, form: dict[str, str]) -> object:
    given = {
        "paid_fen": whole(text(form, "paid"), FEN),
        "method": text(form, "method"),
        "reference": text(form, "reference"),
    }
    return payments.pay(edge.call, order_id, read(Payment, given))


def _pack(edge: Edge, order_id: str, form: dict[str, str]) -> object:
    allocations = []
    for name in _packed_inputs(form).values():
        _, line, batch_id = name.split("-", 2)
        packs = whole(text(form, name))
        allocations.append({"line": int(line), "batch_id": batch_id, "packs": packs})
    given = {"allocations": allocations, "expired_ok": True if text(form, "expired_ok") else None}
    return parcels.pack(edge.call, order_id, read(NewParcel, given))


def _packed_inputs(form: dict[str, str]) -> dict[str, str]:
    """Field of NewParcel -> the input it comes from; batches of which nothing is packed are out."""
    names = [name for name in form if re.match(r"packs-[0-9]-.", name)]
    filled = [name for name in names if whole(text(form, name)) not in {None, 0}]
    inputs = {f"allocations.{at}.packs": name for at, name in enumerate(filled)}
    return inputs if filled or not names else {"allocations.0.packs": names[0]}


def _ship(edge: Edge, order_id: str, form: dict[str, str]) -> object:
    given = {"carrier": text(form, "carrier"), "waybill": text(form, "waybill")}
    code = _parcel(edge, order_id, form).code
    return parcels.ship(edge.call, code, read(Shipment, given))


def _deliver(edge: Edge, order_id: str, form: dict[str, str]) -> object:
    return parcels.deliver(edge.call, _parcel(edge, order_id, form).code)


def _return(edge: Edge, order_id: str, form: dict[str, str]) -> object:
    return parcels.take_back(edge.call, _parcel(edge, order_id, form).code)


def _parcel(edge: Edge, order_id: str, form: dict[str, str]) -> Parcel:
    parcel = parcels.in_scope(edge.call, form.get("code", "")).doc
    if parcel.order_id != order_id:
        raise not_found("parcel")
    return parcel


def _refund(edge: Edge, order_id: str, form: dict[str, str]) -> object:
    given = {
        "amount_fen": whole(text(form, "refund"), FEN),
        "reason": text(form, "reason"),
        "cause": text(form, "cause"),
    }
    return refunds.put(edge.call, order_id, key_of(form), read(NewRefund, given))


def _refund_sent(edge: Edge, order_id: str, form: dict[str, str]) -> object:
    return sent(edge, order_id, id_in(form, "code"), form)


def _refund_retry(edge: Edge, order_id: str, form: dict[str, str]) -> object:
    return refunds.retry(edge.call, order_id, id_in(form, "code"))


def _send_anyway(edge: Edge, order_id: str, form: dict[str, str]) -> object:
    given = {"import_id": text(form, "import_id")}
    return orders.send_anyway(edge.call, order_id, read(SendAnyway, given))


def _cancel(edge: Edge, order_id: str, form: dict[str, str]) -> object:
    given = {"reason": text(form, "reason")}
    return payments.cancel(edge.call, order_id, read(Cancellation, given))


ACTS: dict[Do, Callable[[Edge, str, dict[str, str]], object]] = {
    "pay": _pay,
    "pack": _pack,
    "ship": _ship,
    "deliver": _deliver,
    "return": _return,
    "refund": _refund,
    "refund_sent": _refund_sent,
    "refund_retry": _refund_retry,
    "cancel": _cancel,
    "send_anyway": _send_anyway,
}
