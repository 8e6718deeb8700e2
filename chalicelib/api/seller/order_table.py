"""The table of a shop's orders on its desk; what is chosen of it stands in its address."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.orders import State
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.order_table import By, Listed, TableView, order_table_page
from chalicelib.repositories.orders import buyer_of
from chalicelib.services import order_table

from ..edge.desks import DeskListQuery, desk_of
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class TableQuery(DeskListQuery):
    """order: of the whole list, in which they were placed. by: a column that sorts what is on the
    page; down: from the largest on."""

    limit: Annotated[int, Field(ge=1, le=100)] = 25
    state: Literal["waiting", "all"] | State = "waiting"
    days: Literal["7", "30", "90"] | None = None
    order: Literal["new", "old"] | None = None
    by: By | None = None
    down: Literal["1"] | None = None


@routes.api("GET", "/seller/orders", "order:fulfil", query=TableQuery, html=True)
def table(edge: Edge) -> Page:
    """Orders by what they wait for; those that wait for the shop come first, the oldest on top"""
    query = edge.query
    waits = query.state in {"waiting", "pending_payment", "paid", "packed"}
    newest_first = query.order == "new" if query.order else not waits
    page = order_table.orders(
        edge.call,
        query.state,
        days=int(query.days) if query.days else None,
        limit=query.limit,
        cursor=query.cursor,
        newest_first=newest_first,
    )
    view = TableView(
        state=query.state,
        days=query.days,
        newest_first=newest_first,
        by=query.by,
        down=query.down is not None,
        cursor=query.cursor,
        next_cursor=page.next_cursor,
        limit=query.limit,
    )
    orders = [Listed(item.doc, buyer_of(item.doc), item.is_paid_back) for item in page.items]
    return order_table_page(desk_of(edge), view, orders)
