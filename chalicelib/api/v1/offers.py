"""Offers of a shop."""

from typing import Annotated

from pydantic import BeforeValidator

from chalicelib.domain.batches import WrittenReason
from chalicelib.domain.fields import Instant, Model
from chalicelib.domain.offers import NewOffer, Offer
from chalicelib.domain.products import AfterSales
from chalicelib.domain.unpaid import limit_of_buyer
from chalicelib.services import offers as service

from ..edge.queries import Listing, ListQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class OfferAnswer(Model):
    """unpaid_limit: how many packs one buyer may hold unpaid at this moment; pay and order again,
    or ask the seller, for more. As the packs run low there is less time to pay (`pay_by`)."""

    id: str
    shop_id: str
    state: str
    product_id: str
    product: str
    unit: str
    batch_ids: Annotated[list[str], BeforeValidator(list)]
    title: str
    price_fen: int
    pack_quantity: int
    packs_total: int
    packs_left: int
    unpaid_limit: int
    campaign_id: str | None
    opens_at: Instant | None
    closes_at: Instant | None
    limit_per_customer: int | None
    after_sales: AfterSales
    held: bool
    created_at: Instant

    @classmethod
    def of(cls, offer: Offer, packs_left: int) -> "OfferAnswer":
        return cls(
            packs_left=packs_left,
            unpaid_limit=limit_of_buyer(packs_left),
            held=bool(offer.held_batch_ids),
            **{
                name: getattr(offer, name)
                for name in cls.model_fields
                if name not in {"packs_left", "unpaid_limit", "held"}
            },
        )


@routes.api("PUT", "/v1/offers/{offer_id}", "offer:write", body=NewOffer, answer=OfferAnswer)
def put_offer(edge: Edge, body: NewOffer, offer_id: str) -> tuple[OfferAnswer, bool]:
    """Open an offer and set its packs aside"""
    offer, packs_left, is_new = service.open_offer(edge.call, offer_id, body)
    return OfferAnswer.of(offer, packs_left), is_new


@routes.api("GET", "/v1/offers/{offer_id}", "public", answer=OfferAnswer, identify=False)
def get_offer(edge: Edge, offer_id: str) -> OfferAnswer:
    """An offer and its packs left"""
    return OfferAnswer.of(*service.offer(offer_id))


@routes.api(
    "POST",
    "/v1/offers/{offer_id}/close",
    "offer:write",
    body=WrittenReason,
    answer=OfferAnswer,
    keyed=True,
)
def close_offer(edge: Edge, body: WrittenReason, offer_id: str) -> OfferAnswer:
    """Take an offer off sale; unsold packs go back to its batches"""
    return OfferAnswer.of(service.close(edge.call, offer_id, body), 0)


@routes.api(
    "GET",
    "/v1/shops/{shop_id}/offers",
    "public",
    answer=Listing[OfferAnswer],
    query=ListQuery,
    identify=False,
)
def list_offers(edge: Edge, shop_id: str) -> Listing[OfferAnswer]:
    """Open offers of a shop, newest first"""
    offers, cursor = service.of_shop(edge.call, shop_id, edge.query.limit, edge.query.cursor)
    return Listing(items=[OfferAnswer.of(*offered) for offered in offers], next_cursor=cursor)
