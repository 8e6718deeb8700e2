"""Whom a box is for, as its label may say it: enough for the bench, of no use to a passer-by."""

from .fields import Model
from .orders import Buyer, Order
from .phones import without_extension

HIDDEN = "**"


class Receiver(Model):
    """order: the end of the order's number. name: the surname, masked."""

    order: str
    name: str

    @classmethod
    def of(cls, order: Order, buyer: Buyer | None) -> "Receiver | None":
        """None once the buyer was erased."""
        if buyer is None:
            return None
        return cls(order=order.number.rpartition("-")[2], name=masked_name(buyer.name))


def masked_name(name: str) -> str:
    """王小明 as 王**, Smith as S**; of what a platform has masked, or that is no name, nothing."""
    first = without_extension(name).strip()[:1]
    return first + HIDDEN if first.isalpha() else HIDDEN
