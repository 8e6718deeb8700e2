"""Orders: placing, paying, cancelling, reading."""

from typing import Annotated

from pydantic import Field

from chalicelib.domain.access import may_see_shop
from chalicelib.domain.fields import Instant, Model
from chalicelib.domain.journal import Change
from chalicelib.domain.orders import Buyer, NewOrder, Order, State
from chalicelib.domain.payments import Cancellation, Payment
from chalicelib.domain.products import AfterSales
from chalicelib.domain.stops import SendAnyway
from chalicelib.repositories.orders import buyer_of, cancel_reason_of, key_for
from chalicelib.services import orders as service
from chalicelib.services import payments

from ..edge.queries import KeyQuery, Listing, ListQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class OrdersQuery(ListQuery):
    state: State | None = None


class OrderLine(Model):
    """price_fen: of a pack, rounded down where an outside platform's sum cannot be divided;
    sum_fen: of all its packs, before the discount."""

    line: int
    offer_id: str
    product_id: str
    product: str
    title: str
    unit: str
    pack_quantity: int
    packs: int
    packed: int
    price_fen: int
    sum_fen: int
    batch_ids: list[str]
    after_sales: AfterSales
    rule_version: int


class PlacedAnswer(Model):
    """discount_fen: what a coupon took off total_fen; left out without one."""

    id: str
    number: str
    state: State
    total_fen: int
    discount_fen: Annotated[int | None, Field(exclude_if=lambda value: value is None)] = None
    pay_by: Instant
    access_key: str


class OrderAnswer(Model):
    """buyer: for the shop; for whoever holds the order's key with phone and street in part; null
    for others and once erased. customer_id: left out for whoever has only the key, as all orders of
    one phone number have the same.

    total_fen: what is to be paid, after discount_fen came off goods_fen by a coupon. replaces: of a
    replacement, the order that was paid; complaint_id: the complaint it settled. replacements: of
    an order whose parcels were sent again. stopped_by: the import whose file speaks against sending
    it, for its shop and the county; left out unless the shop has to decide.
    """

    id: str
    number: str
    shop_id: str
    state: State
    channel: str
    campaign_id: str | None
    external_ref: str | None
    lines: list[OrderLine]
    goods_fen: int
    total_fen: int
    discount_fen: int
    coupon: str | None
    paid_fen: int
    refunded_fen: int
    customer_id: Annotated[str | None, Field(default=None, exclude_if=lambda value: value is None)]
    buyer: Buyer | None
    cancel_reason: str | None
    parcels: list[str]
    created_at: Instant
    pay_by: Instant
    paid_at: Instant | None
    replaces: str | None
    complaint_id: str | None
    replacements: list[str]
    stopped_by: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None

    @classmethod
    def of(cls, order: Order, refunded_fen: int, buyer: Buyer | None = None) -> "OrderAnswer":
        return cls(
            lines=[
                OrderLine(
                    line=index,
                    sum_fen=sum_fen,
                    batch_ids=list(line.batch_ids),
                    **OrderLine.taken_from(line, "sum_fen", "batch_ids"),
                )
                for index, (line, sum_fen) in enumerate(zip(order.lines, order.sums, strict=True))
            ],
            parcels=list(order.parcels),
            replacements=list(order.replacements),
            goods_fen=order.goods_fen,
            refunded_fen=refunded_fen,
            buyer=buyer,
            cancel_reason=cancel_reason_of(order) if buyer else None,
            stopped_by=order.stop.import_id if order.stop and order.is_stopped else None,
            **order.model_dump(
                include=set(cls.model_fields)
                - {
                    "lines",
                    "goods_fen",
                    "parcels",
                    "replacements",
                    "refunded_fen",
                    "buyer",
                    "cancel_reason",
                    "stopped_by",
                }
            ),
        )


def _answer(edge: Edge, order: Order, refunded_fen: int, buyer: Buyer | None = None) -> OrderAnswer:
    """For its shop, the county, or whoever holds its key."""
    answer = OrderAnswer.of(order, refunded_fen, buyer)
    if may_see_shop(edge.call.actor, order.shop_id):
        return answer
    return answer.model_copy(update={"customer_id": None, "stopped_by": None})


@routes.api(
    "POST",
    "/v1/orders",
    "public",
    body=NewOrder,
    answer=PlacedAnswer,
    status=201,
    keyed=True,
)
def place_order(edge: Edge, body: NewOrder) -> PlacedAnswer:
    """Place an order"""
    order = service.place(edge.call, body, edge.address)
    return PlacedAnswer(
        id=order.id,
        number=order.number,
        state=order.state,
        total_fen=order.total_fen,
        discount_fen=order.discount_fen if order.coupon else None,
        pay_by=order.pay_by,
        access_key=key_for(order.id),
    )


@routes.api(
    "GET",
    "/v1/orders/{order_id}",
    "order:fulfil",
    answer=OrderAnswer,
    query=KeyQuery,
    buyer_key=True,
)
def get_order(edge: Edge, order_id: str) -> OrderAnswer:
    """An order, for its seller or its buyer"""
    item = service.in_scope(edge.call, order_id, edge.query.key)
    buyer = buyer_of(item.doc)
    if buyer and edge.call.actor.shop_id != item.doc.shop_id:  # a link can be passed on
        buyer = buyer.in_part()
    return _answer(edge, item.doc, int(item.refunded_fen), buyer)


@routes.api("GET", "/v1/orders", "order:read", answer=Listing[OrderAnswer], query=OrdersQuery)
def list_orders(edge: Edge) -> Listing[OrderAnswer]:
    """Orders, newest first"""
    actor = edge.call.actor
    page = service.orders(actor, edge.query.state, edge.query.limit, edge.query.cursor)
    buyer = buyer_of if actor.role == "seller" else lambda _: None
    return Listing.of(
        page,
        lambda item: OrderAnswer.of(item.doc, int(item.refunded_fen), buyer(item.doc)),
    )


@routes.api(
    "POST",
    "/v1/orders/{order_id}/payment",
    "order:pay",
    body=Payment,
    answer=OrderAnswer,
    keyed=True,
)
def pay_order(edge: Edge, body: Payment, order_id: str) -> OrderAnswer:
    """Record a payment"""
    return OrderAnswer.of(payments.pay(edge.call, order_id, body), 0)


@routes.api(
    "POST",
    "/v1/orders/{order_id}/cancel",
    "order:fulfil",
    body=Cancellation,
    answer=OrderAnswer,
    query=KeyQuery,
    keyed=True,
    buyer_key=True,
)
def cancel_order(edge: Edge, body: Cancellation, order_id: str) -> OrderAnswer:
    """Cancel: the packs go back, what was paid is refunded"""
    order = payments.cancel(edge.call, order_id, body, edge.query.key)
    return _answer(edge, order, order.paid_fen)


@routes.api(
    "POST",
    "/v1/orders/{order_id}/send-anyway",
    "order:fulfil",
    body=SendAnyway,
    answer=OrderAnswer,
)
def send_order_anyway(edge: Edge, body: SendAnyway, order_id: str) -> OrderAnswer:
    """Pack and send it all the same, though a platform's later file speaks against it"""
    order, refunded_fen = service.send_anyway(edge.call, order_id, body)
    return OrderAnswer.of(order, refunded_fen, buyer_of(order))


@routes.api(
    "GET",
    "/v1/orders/{order_id}/changes",
    "order:read",
    answer=Listing[Change],
    query=ListQuery,
)
def list_changes(edge: Edge, order_id: str) -> Listing[Change]:
    """The journal of the order, oldest first"""
    query = edge.query
    changes, cursor = service.changes(edge.call.actor, order_id, query.limit, query.cursor)
    return Listing(items=changes, next_cursor=cursor)
