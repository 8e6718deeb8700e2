"""What of a batch or an offer is far from what its grower, product or shop had before."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from statistics import median_low

from .batches import Batch
from .corrections import settled
from .fields import china_date
from .offers import NewOffer, Offer
from .plausible import FEWEST, MOST, PRICE_FACTOR, QUANTITY_FACTOR, Doubt, far, far_harvest


def of_quantity(
    quantity: int, product_id: str, producer_id: str, earlier: Sequence[Batch]
) -> Doubt | None:
    """earlier: newest first, of any product. Those of the same grower say what is usual; where
    they are too few, all of the product."""
    usual = _usual(earlier)
    own, same = usual.get(product_id + producer_id, []), usual.get(product_id, [])
    known = own if len(own) >= FEWEST else same
    return far("quantity", quantity, Fraction(quantity), known[::-1], QUANTITY_FACTOR)


def bounds(batches: Sequence[Batch]) -> dict[str, tuple[int, int, int]]:
    """For whoever asks without network: by product, and by product and grower where there are
    enough of one, how little and how much is asked about, with what is usual between. batches:
    newest first."""
    last = {key: sorted(map(int, amounts[-MOST:])) for key, amounts in _usual(batches).items()}
    return {
        key: (amounts[0] // QUANTITY_FACTOR, median_low(amounts), amounts[-1] * QUANTITY_FACTOR)
        for key, amounts in last.items()
        if len(amounts) >= FEWEST
    }


def _usual(batches: Sequence[Batch]) -> dict[str, list[Fraction]]:
    """Oldest first, how much there was, by product, and by product and grower. What was far itself
    and that nobody confirmed makes nothing usual: else one slip would hide the next."""
    usual: dict[str, list[Fraction]] = {}
    for batch in reversed(batches):
        amount = Fraction(batch.quantity)
        for key in (batch.product_id, batch.product_id + batch.producer_id):
            known = usual.setdefault(key, [])
            beyond = far("quantity", batch.quantity, amount, known[::-1], QUANTITY_FACTOR)
            if beyond is None or "quantity" in settled(batch):
                known.append(amount)
    return usual


def of_new_batch(
    *,
    product_id: str,
    producer_id: str,
    quantity: int,
    harvested_on: date,
    today: date,
    shelf_life_days: int | None,
    earlier: Sequence[Batch],
) -> list[Doubt]:
    """today: the day it was recorded."""
    doubts = (
        of_quantity(quantity, product_id, producer_id, earlier),
        far_harvest(harvested_on, today, shelf_life_days),
    )
    return [doubt for doubt in doubts if doubt]


def of_recorded(batch: Batch, others: Sequence[Batch]) -> list[Doubt]:
    """Of one that is there and that nobody was asked about, as a phone without network asks
    nobody. others: newest first, itself may be among them. Its shelf life is left out, as a
    product's may have changed since."""
    earlier = [other for other in others if other.recorded_at < batch.recorded_at]
    doubts = of_new_batch(
        product_id=batch.product_id,
        producer_id=batch.producer_id,
        quantity=batch.quantity,
        harvested_on=batch.harvested_on,
        today=china_date(batch.recorded_at),
        shelf_life_days=None,
        earlier=earlier,
    )
    return [doubt for doubt in doubts if doubt.what not in settled(batch)]


def unit_price(offer: NewOffer | Offer) -> Fraction:
    """Fen for one gram or piece, so that a pack ten times as large is found as well."""
    return Fraction(offer.price_fen, offer.pack_quantity)


def of_price(body: NewOffer | Offer, earlier: Sequence[Offer]) -> list[Doubt]:
    """earlier: of the shop, newest first; an offer whose price changes may be among them."""
    usual = [unit_price(offer) for offer in earlier if offer.product_id == body.product_id]
    price = unit_price(body)
    doubt = far("price", price, price, usual, PRICE_FACTOR)
    return [doubt] if doubt else []
