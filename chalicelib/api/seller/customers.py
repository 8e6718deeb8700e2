"""Customers on the seller's desk: figures and groups, one customer, a coupon, an export."""

from datetime import timedelta
from typing import Literal

from chalice.app import Response

from chalicelib.domain.coupons import NewCoupon
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.exports import NewExport
from chalicelib.domain.fields import china_date
from chalicelib.domain.segments import Segment
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.customers import (
    CUSTOMERS,
    VALID,
    Bought,
    FiguresView,
    customer_page,
    customers_page,
)
from chalicelib.pages.seller.home import Named
from chalicelib.services import accounts, coupons, customer_history, customers, exports

from ..edge.answers import refused_page
from ..edge.desks import DeskListQuery, DeskQuery, desk_of, done
from ..edge.forms import FEN, blank, key_of, refused, text, tried, whole
from ..edge.routing import Edge, Routes, read
from ..v1.exports import csv_of

routes = Routes(__name__)

EXPORTS = 5
"""Entries of the exports' journal that the page shows."""
INPUTS = {"off_fen": "off", "min_total_fen": "min_total", "body": "off"}


class CustomersPageQuery(DeskListQuery):
    repeat: bool | None = None
    segment: Segment | None = None
    days: Literal["30", "90", "365"] = "365"


@routes.api("GET", "/seller/customers", "customer:read", query=CustomersPageQuery, html=True)
def list_customers(edge: Edge) -> Page:
    """Who came back, and customers by group, who bought last comes first"""
    return _customers(edge, blank(edge))


def _customers(edge: Edge, form: Form) -> Page:
    query = edge.query
    page = customers.customers(
        edge.call, query.repeat, query.limit, query.cursor, segment=query.segment
    )
    counted = customers.figures(edge.call, int(query.days))
    made = [item.doc for item in exports.exports(edge.call, EXPORTS, None).items]
    names = accounts.names({entry.by for entry in made})
    return customers_page(
        desk_of(edge),
        [(item.doc, customers.name_of(item.doc)) for item in page.items],
        FiguresView(
            days=int(query.days),
            figures=counted.figures,
            since=counted.since,
            as_of=counted.as_of,
            complete=counted.complete,
        ),
        [(entry, names.get(entry.by)) for entry in made],
        form,
        repeat=query.repeat,
        segment=query.segment,
        cursor=query.cursor,
        next_cursor=page.next_cursor,
    )


@routes.api("POST", "/seller/customers", "customer:export", query=CustomersPageQuery, html=True)
def export(edge: Edge, form: dict[str, str]) -> Response:
    """A group of people who consented as a CSV file, once for each form shown"""
    edge.call.key = key_of(form)
    given = {"purpose": text(form, "purpose"), "segment": text(form, "segment")}
    outcome = tried(lambda: exports.export(edge.call, read(NewExport, given)))
    if isinstance(outcome, Refusal):
        return refused_page(_customers(edge, refused(edge, form, outcome)), outcome)
    name = f"{outcome.export.segment or 'customers'}-{china_date(outcome.export.at)}.csv"
    return Response(
        body=csv_of(outcome),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


@routes.api("GET", "/seller/customers/{customer_id}", "customer:read", query=DeskQuery, html=True)
def show(edge: Edge, customer_id: str) -> Page:
    """What a customer bought, may be told and was given"""
    return _customer(edge, blank(edge), customer_id)


def _customer(edge: Edge, form: Form, customer_id: str) -> Page:
    customer = customers.customer(edge.call, customer_id)
    past = customer_history.history(edge.call, customer_id)
    orders = [Named(item.doc, None, item.is_paid_back) for item in past.orders]
    return customer_page(
        desk_of(edge),
        customer,
        customers.name_of(customer),
        Bought(orders, past.complaints, past.complete),
        coupons.coupons(edge.call, customer_id),
        form,
        withdraw=blank(edge),
        done=edge.query.done,
    )


@routes.api("POST", "/seller/customers/{customer_id}", "customer:write", query=DeskQuery, html=True)
def act(edge: Edge, form: dict[str, str], customer_id: str) -> Response:
    """Issue a coupon once for each form shown, or stop messages, as the form names it"""
    path = f"{CUSTOMERS}/{customer_id}"
    if form.get("do") == "withdraw":
        customers.withdraw_consent(edge.call, customer_id)
        return done(edge, path, note="consent")
    if form.get("do") != "coupon":
        raise not_found("page")
    edge.call.key = key_of(form)
    outcome = tried(lambda: coupons.issue(edge.call, customer_id, _coupon(edge, form)))
    if isinstance(outcome, Refusal):
        page = _customer(edge, refused(edge, form, outcome, INPUTS), customer_id)
        return refused_page(page, outcome)
    return done(edge, path, note="coupon")


def _coupon(edge: Edge, form: dict[str, str]) -> NewCoupon:
    """A typed sum outranks the choice."""
    what, valid = text(form, "what") or "", text(form, "valid") or ""
    off, percent = text(form, "off"), None
    if off is not None:
        off_fen = whole(off, FEN)
    elif what.startswith("p"):
        off_fen, percent = None, whole(what[1:])
    else:
        off_fen = whole(what)
    days = int(valid) if valid in VALID else None
    today = china_date(edge.call.now)
    given = {
        "off_fen": off_fen,
        "percent": percent,
        "min_total_fen": whole(text(form, "min_total"), FEN) or 0,
        "expires_on": today + timedelta(days=days) if days else None,
    }
    return read(NewCoupon, given)
