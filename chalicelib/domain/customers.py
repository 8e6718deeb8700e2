"""Customers of a shop: who bought, and who came back."""

from typing import Any

from pydantic import Field

from .fields import Instant, Model


class Customer(Model):
    """Found by a keyed hash of the phone number. `sealed` holds name and phone, null once erased.

    A repeat customer is one with a second paid order.
    """

    id: str
    shop_id: str
    sealed: str | None = Field(default=None, repr=False)
    phone_tail: str | None = None
    paid_orders: int = 0
    spent_fen: int = 0
    first_order_at: Instant | None = None
    last_order_at: Instant | None = None
    complaints: int = 0
    last_settled_at: Instant | None = None
    came_back_after_complaint: bool = False
    erased_at: Instant | None = None

    @property
    def is_repeat(self) -> bool:
        return self.paid_orders >= 2

    @property
    def group(self) -> str:
        """The list it stands on."""
        return "repeat" if self.is_repeat else "once"

    def bought(self, amount_fen: int, now: Instant, **identity: Any) -> "Customer":
        """After another paid order. A person who was erased and buys again is known again."""
        return self.model_copy(
            update={
                "paid_orders": self.paid_orders + 1,
                "spent_fen": self.spent_fen + amount_fen,
                "first_order_at": self.first_order_at or now,
                "last_order_at": now,
                "came_back_after_complaint": self.came_back_after_complaint
                or self.last_settled_at is not None,
                "erased_at": None,
                **identity,
            }
        )

    def cancelled(self, amount_fen: int) -> "Customer":
        """After a paid order was cancelled and paid back: it does not count as bought."""
        return self.model_copy(
            update={
                "paid_orders": self.paid_orders - 1,
                "spent_fen": self.spent_fen - amount_fen,
            }
        )

    def complained(self) -> "Customer":
        return self.model_copy(update={"complaints": self.complaints + 1})

    def settled(self, now: Instant) -> "Customer":
        return self.model_copy(update={"last_settled_at": now})

    def erased(self, now: Instant) -> "Customer":
        """Without what identifies the person; counts and sums stay, as the ledger needs them."""
        return self.model_copy(
            update={"sealed": None, "phone_tail": None, "erased_at": self.erased_at or now}
        )
