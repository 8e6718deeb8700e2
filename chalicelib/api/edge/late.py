"""What nobody answered in time, for whoever presses the shop: the county and its cadres."""

from chalicelib.pages.drawing.desks import ListEntry
from chalicelib.pages.drawing.late import LateRow, late_entries
from chalicelib.pages.texts.drawing import desks
from chalicelib.pages.texts.seller import inbox, seller
from chalicelib.services import catalogue
from chalicelib.services import inbox as service

from .desks import desk_of
from .routing import Edge

SHOWN = 10


def late(edge: Edge) -> list[ListEntry]:
    """The longest waiting first."""
    desk = desk_of(edge)
    overdue, _ = service.late(edge.call, SHOWN, None)
    shops = catalogue.named_shops(dict.fromkeys(entry.complaint.shop_id for entry in overdue))
    by_id = {shop.id: shop for shop in shops}
    return late_entries(
        [
            LateRow(
                complaint=entry.complaint,
                product=entry.batch.passport.product,
                product_en=entry.batch.passport.product_en,
                lot=entry.batch.lot,
                batch_id=entry.batch.id,
                shop=by_id.get(entry.complaint.shop_id),
            )
            for entry in overdue
        ],
        desk,
        desk.words(inbox.TEXTS, seller.TEXTS, desks.TEXTS),
    )
