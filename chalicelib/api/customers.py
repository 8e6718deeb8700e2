"""Customers of a shop."""

from chalice.app import Response

from ..domain.customers import Customer
from ..domain.fields import Instant, Model
from ..services import customers as service
from .routing import Edge, Listing, ListQuery, Routes

routes = Routes(__name__)


class CustomersQuery(ListQuery):
    repeat: bool | None = None


class CustomerAnswer(Model):
    """name and phone_tail are null once the person was erased."""

    id: str
    name: str | None
    phone_tail: str | None
    paid_orders: int
    spent_fen: int
    first_order_at: Instant | None
    last_order_at: Instant | None
    complaints: int
    came_back_after_complaint: bool

    @classmethod
    def of(cls, customer: Customer) -> "CustomerAnswer":
        return cls(
            name=service.name_of(customer),
            **customer.model_dump(include=set(cls.model_fields) - {"name"}),
        )


@routes.api(
    "GET",
    "/v1/customers",
    "customer:read",
    answer=Listing[CustomerAnswer],
    query=CustomersQuery,
)
def list_customers(edge: Edge) -> Listing[CustomerAnswer]:
    """Customers of the shop, last buyers first"""
    query = edge.query
    page = service.customers(edge.call, query.repeat, query.limit, query.cursor)
    return Listing(
        items=[CustomerAnswer.of(item.doc) for item in page.items], next_cursor=page.next_cursor
    )


@routes.api("GET", "/v1/customers/{customer_id}", "customer:read", answer=CustomerAnswer)
def get_customer(edge: Edge, customer_id: str) -> CustomerAnswer:
    """A customer"""
    return CustomerAnswer.of(service.customer(edge.call, customer_id))


@routes.api("DELETE", "/v1/customers/{customer_id}", "customer:erase", status=204)
def erase_customer(edge: Edge, customer_id: str, raw: bytes) -> Response:
    """Erase what identifies the person; the ledger stays"""
    service.erase(edge.call, customer_id)
    return Response("", status_code=204)
