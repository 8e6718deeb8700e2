"""A batch's quantity put right after it was typed wrongly."""

from .batches import Batch
from .errors import Refusal
from .fields import Body, Instant, Message, Quantity
from .plausible import Confirmed


class QuantityCorrection(Body):
    """How much a batch truly holds, and how the mistake came about."""

    quantity: Quantity
    reason: Message
    confirmed: Confirmed | None = None


def free(batch: Batch, packed: int) -> int:
    """How much less it may become: what is not on offer, packed or sold. packed: in parcels."""
    return max(0, min(batch.available_quantity, batch.quantity - packed))


def corrected(
    batch: Batch, body: QuantityCorrection, now: Instant, *, certified: int, packed: int
) -> Batch:
    """With so much in it as there truly is; what is free grows or shrinks with it.

    certified: how much its certificates cover. Raises "not_allowed_now" for a recalled batch, whose
    figures stay as they went out; "exceeds_free"; "below_certified".
    """
    if batch.state == "recalled":
        batch.refuse_now("corrected")
    less = batch.quantity - body.quantity
    if less > (most := free(batch, packed)):
        raise Refusal("exceeds_free", lot=batch.lot, free=most, unit=batch.unit)
    if less > 0 and body.quantity < certified:
        raise Refusal("below_certified", lot=batch.lot, certified=certified, unit=batch.unit)
    return batch.model_copy(
        update={
            "quantity": body.quantity,
            "available_quantity": batch.available_quantity - less,
            "confirmed_since": (
                (*_without_quantity(batch.confirmed_since), *(body.confirmed or ())) or None
            ),
            "corrected_at": now,
        }
    )


def settled(batch: Batch) -> Confirmed:
    """What somebody was asked about and confirmed, of the figures that it has now."""
    if batch.corrected_at is None:
        return *(batch.confirmed or ()), *(batch.confirmed_since or ())
    return *_without_quantity(batch.confirmed), *(batch.confirmed_since or ())


def confirmed(batch: Batch, whats: Confirmed) -> Batch:
    """With what somebody confirmed; what was settled before is not noted twice."""
    new = tuple(what for what in whats if what not in settled(batch))
    since = (*(batch.confirmed_since or ()), *new)
    return batch.model_copy(update={"confirmed_since": since or None})


def _without_quantity(whats: Confirmed | None) -> Confirmed:
    return tuple(what for what in whats or () if what != "quantity")
