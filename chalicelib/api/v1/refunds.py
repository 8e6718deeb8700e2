"""The refund ledger of an order."""

from chalicelib.domain.refunds import NewRefund, Refund
from chalicelib.services import refunds as service

from ..edge.queries import Listing, ListQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class Ledger(Listing[Refund]):
    """refundable_fen: what can still be paid back."""

    refundable_fen: int


@routes.api(
    "PUT",
    "/v1/orders/{order_id}/refunds/{refund_id}",
    "refund:write",
    body=NewRefund,
    answer=Refund,
)
def put_refund(edge: Edge, body: NewRefund, order_id: str, refund_id: str) -> tuple[Refund, bool]:
    """Refund in part or in full"""
    return service.put(edge.call, order_id, refund_id, body)


@routes.api("GET", "/v1/orders/{order_id}/refunds", "refund:read", answer=Ledger, query=ListQuery)
def list_refunds(edge: Edge, order_id: str) -> Ledger:
    """The refund ledger"""
    page, refundable = service.refunds(edge.call, order_id, edge.query.limit, edge.query.cursor)
    return Ledger(
        items=[item.doc for item in page.items],
        next_cursor=page.next_cursor,
        refundable_fen=refundable,
    )
