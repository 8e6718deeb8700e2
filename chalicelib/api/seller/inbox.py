"""The after-sales inbox of a shop, and of the county over all shops."""

from chalicelib.domain.complaints import Complaint
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.seller.inbox import SHOWN, InboxRow, Show, Soon, inbox_page
from chalicelib.repositories import photos
from chalicelib.repositories.complaints import all_as_of_now
from chalicelib.repositories.reading import ListPage
from chalicelib.repositories.tables import ComplaintItem
from chalicelib.services import catalogue, complaints, returns
from chalicelib.services import inbox as service

from ..edge.desks import DeskListQuery, desk_of
from ..edge.late import late
from ..edge.routing import Edge, Routes

routes = Routes(__name__)

DAYS = 30
"""Of the figures."""


class InboxQuery(DeskListQuery):
    show: Show = "open"


@routes.api("GET", "/seller/complaints", "complaint:handle", query=InboxQuery, html=True)
def show_inbox(edge: Edge) -> Page:
    """Complaints by deadline, soonest first"""
    query = edge.query
    page = _listed(edge)
    first = query.show == "open" and query.cursor is None
    standings = all_as_of_now([item.doc for item in page.items])
    names = _shops(edge, [standing.complaint for standing in standings])
    return inbox_page(
        desk_of(edge),
        [
            InboxRow(
                standing.complaint,
                [
                    photos.download_url(photo, edge.call.now)
                    for photo in standing.complaint.photos[:SHOWN]
                ],
                standing.alarm,
                standing.way_back,
                names.get(standing.complaint.shop_id),
            )
            for standing in standings
        ],
        show=query.show,
        soon=_soon(edge) if first else None,
        late=late(edge) if first and edge.call.actor.role == "county" else [],
        cursor=query.cursor,
        next_cursor=page.next_cursor,
        photo_origin=photos.origin(),
    )


def _listed(edge: Edge) -> ListPage[ComplaintItem]:
    """What is done comes last one first."""
    query = edge.query
    if query.show == "returns":
        return returns.awaited(edge.call.actor, query.limit, query.cursor)
    overdue = query.show == "overdue"
    return complaints.complaints(
        edge.call,
        "open" if overdue else query.show,
        True if overdue else None,
        query.limit,
        query.cursor,
        newest_first=query.show in {"settled", "rejected"},
    )


def _shops(edge: Edge, listed: list[Complaint]) -> dict[str, str]:
    """For the county, whose complaints these are."""
    if edge.call.actor.role != "county":
        return {}
    return {
        shop.id: shop.name
        for shop in catalogue.named_shops({complaint.shop_id for complaint in listed})
    }


def _soon(edge: Edge) -> Soon:
    counted = service.figures(edge.call, DAYS, None)
    return Soon(counted.figures, DAYS, counted.as_of, counted.complete)
