"""Villages, producers and shops."""

from typing import Annotated

from pydantic import AfterValidator

from ..domain.catalogue import NewProducer, NewShop, NewVillage, Producer, Shop, Village
from ..domain.fields import canonical_id
from ..services import catalogue as service
from .routing import Edge, Listing, ListQuery, Routes

routes = Routes(__name__)


class ProducersQuery(ListQuery):
    village_id: Annotated[str, AfterValidator(canonical_id)] | None = None


@routes.api("PUT", "/v1/villages/{village_id}", "village:write", body=NewVillage, answer=Village)
def put_village(edge: Edge, body: NewVillage, village_id: str) -> tuple[Village, bool]:
    """Register a village"""
    return service.put_village(edge.call, village_id, body)


@routes.api("GET", "/v1/villages/{village_id}", "village:read", answer=Village)
def get_village(edge: Edge, village_id: str) -> Village:
    """A village"""
    return service.village(village_id)


@routes.api("GET", "/v1/villages", "village:read", answer=Listing[Village], query=ListQuery)
def list_villages(edge: Edge) -> Listing[Village]:
    """Villages, in the order they were registered"""
    page = service.villages(edge.query.limit, edge.query.cursor)
    return Listing(items=[item.doc for item in page.items], next_cursor=page.next_cursor)


@routes.api(
    "PUT", "/v1/producers/{producer_id}", "producer:write", body=NewProducer, answer=Producer
)
def put_producer(edge: Edge, body: NewProducer, producer_id: str) -> tuple[Producer, bool]:
    """Register a producer"""
    return service.put_producer(edge.call, producer_id, body)


@routes.api("GET", "/v1/producers/{producer_id}", "producer:read", answer=Producer)
def get_producer(edge: Edge, producer_id: str) -> Producer:
    """A producer"""
    return service.producer(edge.call.actor, producer_id)


@routes.api("GET", "/v1/producers", "producer:read", answer=Listing[Producer], query=ProducersQuery)
def list_producers(edge: Edge) -> Listing[Producer]:
    """Producers of a village, or of all in scope"""
    query = edge.query
    page = service.producers(edge.call.actor, query.village_id, query.limit, query.cursor)
    return Listing(items=[item.doc for item in page.items], next_cursor=page.next_cursor)


@routes.api("PUT", "/v1/shops/{shop_id}", "shop:write", body=NewShop, answer=Shop)
def put_shop(edge: Edge, body: NewShop, shop_id: str) -> tuple[Shop, bool]:
    """Open a shop"""
    return service.put_shop(edge.call, shop_id, body)


@routes.api("GET", "/v1/shops/{shop_id}", "shop:read", answer=Shop)
def get_shop(edge: Edge, shop_id: str) -> Shop:
    """A shop"""
    return service.shop(shop_id)


@routes.api("GET", "/v1/shops", "shop:read", answer=Listing[Shop], query=ListQuery)
def list_shops(edge: Edge) -> Listing[Shop]:
    """Shops, in the order they were opened"""
    page = service.shops(edge.query.limit, edge.query.cursor)
    return Listing(items=[item.doc for item in page.items], next_cursor=page.next_cursor)
