"""Products with their inspection plans and after-sales rules."""

from chalicelib.domain.journal import Change
from chalicelib.domain.products import NewProduct, Product
from chalicelib.services import products as service

from ..edge.queries import Listing, ListQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


@routes.api("PUT", "/v1/products/{product_id}", "product:write", body=NewProduct, answer=Product)
def put_product(edge: Edge, body: NewProduct, product_id: str) -> tuple[Product, bool]:
    """Register or change a product of one's own; a changed plan is a new plan_version"""
    return service.put(edge.call, product_id, body)


@routes.api("GET", "/v1/products/{product_id}", "product:read", answer=Product)
def get_product(edge: Edge, product_id: str) -> Product:
    """A product"""
    return service.product(edge.call.actor, product_id)


@routes.api("GET", "/v1/products", "product:read", answer=Listing[Product], query=ListQuery)
def list_products(edge: Edge) -> Listing[Product]:
    """Products that one may use: the county's and those of one's villages"""
    page = service.products(edge.call.actor, edge.query.limit, edge.query.cursor)
    return Listing.of(page, lambda item: item.doc)


@routes.api(
    "GET",
    "/v1/products/{product_id}/changes",
    "product:read",
    answer=Listing[Change],
    query=ListQuery,
)
def list_changes(edge: Edge, product_id: str) -> Listing[Change]:
    """Who changed the plan or the rule, and when, oldest first"""
    query = edge.query
    changes, cursor = service.changes(edge.call.actor, product_id, query.limit, query.cursor)
    return Listing(items=changes, next_cursor=cursor)
