"""A shop as buyers see it."""

from chalicelib.config import settings
from chalicelib.pages.buyer.shops import shop_page
from chalicelib.pages.drawing.render import Page
from chalicelib.services import catalogue, offers

from ..edge.queries import ListQuery, PageQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class ShopQuery(ListQuery, PageQuery):
    pass


@routes.api("GET", "/shops/{shop_id}", "public", query=ShopQuery, html=True)
def shop(edge: Edge, shop_id: str) -> Page:
    """What a shop sells now; its own seller finds the way back to the desk"""
    query = edge.query
    on_sale, next_cursor = offers.of_shop(edge.call, shop_id, query.limit, query.cursor)
    return shop_page(
        catalogue.shop(shop_id),
        on_sale,
        language=edge.language,
        large_text=query.large,
        cursor=query.cursor,
        next_cursor=next_cursor,
        base_url=settings().base_url,
        desk="/seller" if edge.call.actor.shop_id == shop_id else "",
    )
