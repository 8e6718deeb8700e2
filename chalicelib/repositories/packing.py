"""The batches that orders can be packed from, by what the store holds at this moment."""

from collections.abc import Sequence
from datetime import date

from chalicelib.domain.orders import Order
from chalicelib.domain.packing import PackableStock, Supply

from .offers import aside_in, aside_keys
from .reading import get_many, of_kind
from .tables import BatchItem, OfferItem, ProductItem, key_of


def packable_stock_for(orders: Sequence[Order], today: date) -> PackableStock:
    """In one look. It may be a moment old: what it proposes is checked when it is packed."""
    lines = [line for order in orders for line in order.lines if line.to_pack]
    batch_keys = [key_of("batch", batch_id) for line in lines for batch_id in line.batch_ids]
    offer_keys = [key_of("offer", line.offer_id) for line in lines]
    product_keys = [key_of("product", line.product_id) for line in lines]
    asides = [key for line in lines for key in aside_keys(line.offer_id, line.batch_ids)]
    keys = [*batch_keys, *offer_keys, *product_keys, *asides]
    items = get_many(keys, consistent=False) if keys else {}
    products = of_kind(ProductItem, items, dict.fromkeys(product_keys))
    days = {item.doc.id: item.doc.shelf_life_days for item in products}
    batches = of_kind(BatchItem, items, dict.fromkeys(batch_keys))
    offers = of_kind(OfferItem, items, dict.fromkeys(offer_keys))
    return PackableStock(
        supplies={
            item.doc.id: Supply.of(item.doc, int(item.packed), days.get(item.doc.product_id))
            for item in batches
        },
        given={item.doc.id: aside_in(items, item.doc) for item in offers},
        today=today,
    )
