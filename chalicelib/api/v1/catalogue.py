"""Villages, producers and shops."""

from chalicelib.domain.catalogue import (
    ChangedContact,
    NewProducer,
    NewShop,
    NewVillage,
    Producer,
    Shop,
    Village,
)
from chalicelib.domain.fields import Id, Instant, Model
from chalicelib.services import catalogue as service

from ..edge.queries import Listing, ListQuery, Query
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class ProducerAnswer(Model):
    """household_code: for the county and cadres of the village only, as is the whole answer."""

    id: str
    village_id: str
    kind: str
    display_name: str
    credit_code: str | None
    household_code: str | None
    created_at: Instant

    @classmethod
    def of(cls, producer: Producer) -> "ProducerAnswer":
        return cls(**cls.taken_from(producer))


class NewProducerQuery(Query):
    """unless_known: the producer of the village that has this name, and this number if one is
    given, is answered with its own id instead of a second one; where only one of the two agrees,
    that is refused."""

    unless_known: bool = False


class ProducersQuery(ListQuery):
    village_id: Id | None = None


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
    return Listing.of(page, lambda item: item.doc)


@routes.api(
    "PUT",
    "/v1/producers/{producer_id}",
    "producer:write",
    body=NewProducer,
    answer=ProducerAnswer,
    query=NewProducerQuery,
)
def put_producer(edge: Edge, body: NewProducer, producer_id: str) -> tuple[ProducerAnswer, bool]:
    """Register a producer, or find it in its village"""
    put = service.add_household if edge.query.unless_known else service.put_producer
    producer, is_new = put(edge.call, producer_id, body)
    return ProducerAnswer.of(producer), is_new


@routes.api("GET", "/v1/producers/{producer_id}", "producer:read", answer=ProducerAnswer)
def get_producer(edge: Edge, producer_id: str) -> ProducerAnswer:
    """A producer"""
    return ProducerAnswer.of(service.producer(edge.call.actor, producer_id))


@routes.api(
    "GET", "/v1/producers", "producer:read", answer=Listing[ProducerAnswer], query=ProducersQuery
)
def list_producers(edge: Edge) -> Listing[ProducerAnswer]:
    """Producers of a village, or of all in scope"""
    query = edge.query
    page = service.producers(edge.call.actor, query.village_id, query.limit, query.cursor)
    return Listing.of(page, lambda item: ProducerAnswer.of(item.doc))


@routes.api("PUT", "/v1/shops/{shop_id}", "shop:write", body=NewShop, answer=Shop)
def put_shop(edge: Edge, body: NewShop, shop_id: str) -> tuple[Shop, bool]:
    """Open a shop"""
    return service.put_shop(edge.call, shop_id, body)


@routes.api("GET", "/v1/shops/{shop_id}", "shop:read", answer=Shop)
def get_shop(edge: Edge, shop_id: str) -> Shop:
    """A shop"""
    return service.shop_now(edge.call.actor, shop_id)


@routes.api("GET", "/v1/shops/{shop_id}/contact", "shop:contact", answer=Shop)
def get_own_shop(edge: Edge, shop_id: str) -> Shop:
    """The shop and how buyers reach it, for its seller"""
    return service.shop_now(edge.call.actor, shop_id)


@routes.api("POST", "/v1/shops/{shop_id}/contact", "shop:contact", body=ChangedContact, answer=Shop)
def change_contact(edge: Edge, body: ChangedContact, shop_id: str) -> Shop:
    """Change how buyers reach the shop"""
    return service.change_contact(edge.call, shop_id, body)


@routes.api("GET", "/v1/shops", "shop:read", answer=Listing[Shop], query=ListQuery)
def list_shops(edge: Edge) -> Listing[Shop]:
    """Shops, in the order they were opened"""
    page = service.shops(edge.query.limit, edge.query.cursor)
    return Listing.of(page, lambda item: item.doc)
