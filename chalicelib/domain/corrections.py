"""A batch's quantity put right after it was typed wrongly."""

from .batches import Batch
from .errors import Refusal
from .fields import Body, Message, Quantity


class QuantityCorrection(Body):
    """How much a batch truly holds, and how the mistake came about."""

    quantity: Quantity
    reason: Message


def free(batch: Batch, packed: int) -> int:
    """How much less it may become: what is not on offer, packed or sold. packed: in parcels."""
    return max(0, min(batch.available_quantity, batch.quantity - packed))


def corrected(batch: Batch, quantity: int, *, certified: int, packed: int) -> Batch:
    """With so much in it as there truly is; what is free grows or shrinks with it.

    certified: how much its certificates cover. Raises "not_allowed_now" for a recalled batch, whose
    figures stay as they went out; "exceeds_free"; "below_certified".
    """
    if batch.state == "recalled":
        batch.refuse_now("corrected")
    less = batch.quantity - quantity
    if less > (most := free(batch, packed)):
        raise Refusal("exceeds_free", lot=batch.lot, free=most, unit=batch.unit)
    if less > 0 and quantity < certified:
        raise Refusal("below_certified", lot=batch.lot, certified=certified, unit=batch.unit)
    available = batch.available_quantity - less
    return batch.model_copy(update={"quantity": quantity, "available_quantity": available})
