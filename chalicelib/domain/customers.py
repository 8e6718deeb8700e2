"""Customers of a shop: who bought, and who came back."""

from typing import Any

from pydantic import Field

from .consents import Consent
from .fields import Instant, Model


def on_shard(group: str, shard: int) -> str:
    """The name of a list's shard; the first has that of the whole, as before there were more."""
    return f"{group}#{shard}" if shard else group


class Customer(Model):
    """Found by a keyed hash of the phone number. `sealed` holds name and phone, null once erased.

    A repeat customer is one with a second paid order. coupons: codes of the last ones issued.
    shard: of the first paid order, so that a live stream's customers spread as its orders do.
    erasures: how often the person was erased. An order knows the number that stood when it was paid
    (after_erasures), so what was before an erasure is told from what came after without a clock.
    """

    id: str
    shop_id: str
    sealed: str | None = Field(default=None, repr=False)
    phone_tail: str | None = None
    paid_orders: int = 0
    spent_fen: int = 0
    first_order_at: Instant | None = None
    second_order_at: Instant | None = None
    last_order_at: Instant | None = None
    complaints: int = 0
    last_settled_at: Instant | None = None
    came_back_after_complaint: bool = False
    erased_at: Instant | None = None
    consent: Consent | None = None
    coupons: tuple[str, ...] = ()
    shard: int = 0
    erasures: int = 0

    @property
    def counted(self) -> int:
        """The after_erasures of the orders that its counts are of: the last ones, also once erased,
        as the ledger needs them, until the person buys again."""
        return self.erasures if self.erased_at is None else max(0, self.erasures - 1)

    @property
    def buying(self) -> int:
        """The after_erasures of an order that is paid now. Releases before 0.2 did not count: who
        was erased by one was erased once."""
        return self.erasures if self.erased_at is None else max(1, self.erasures)

    @property
    def is_repeat(self) -> bool:
        return self.paid_orders >= 2

    @property
    def days_between(self) -> int | None:
        """Whole days from the first to the second paid order; None until there is a second."""
        if not self.is_repeat or self.first_order_at is None or self.second_order_at is None:
            return None
        return (self.second_order_at - self.first_order_at).days

    @property
    def group(self) -> str:
        """The list it stands on."""
        return on_shard("repeat" if self.is_repeat else "once", self.shard)

    def bought(self, amount_fen: int, now: Instant, **identity: Any) -> "Customer":
        """After another order paid at `now`, which imported orders were long ago.

        A person who was erased and buys again begins anew, as if never known before.
        """
        if self.erased_at is not None:
            anew = Customer(
                id=self.id, shop_id=self.shop_id, shard=self.shard, erasures=self.buying
            )
            return anew.bought(amount_fen, now, **identity)
        settled = self.last_settled_at
        before = (self.first_order_at, self.second_order_at) if self.paid_orders else ()
        first, *more = sorted([now, *(moment for moment in before if moment is not None)])
        return self.model_copy(
            update={
                "paid_orders": self.paid_orders + 1,
                "spent_fen": self.spent_fen + amount_fen,
                "first_order_at": first,
                "second_order_at": more[0] if more else None,
                "last_order_at": max(self.last_order_at or now, now),
                "came_back_after_complaint": self.came_back_after_complaint
                or (settled is not None and now >= settled),
                **identity,
            }
        )

    def cancelled(
        self, amount_fen: int, paid_at: Instant | None = None, order_id: str = ""
    ) -> "Customer":
        """After a paid order was cancelled and paid back: it does not count as bought, and what was
        agreed to with it is not agreed to.

        Only the first, second and last order are remembered: of the second a later one that took
        its place is known if it is the last.
        """
        left = self.paid_orders - 1
        first, second = self.first_order_at, self.second_order_at
        if paid_at is not None and paid_at in (first, second):
            last = self.last_order_at
            first = second if paid_at == first else first
            second = last if left >= 2 and last != paid_at and last != first else None
        return self.model_copy(
            update={
                "paid_orders": left,
                "spent_fen": self.spent_fen - amount_fen,
                "first_order_at": first or self.first_order_at,
                "second_order_at": second if left >= 2 else None,
                "consent": self.consent and self.consent.without(order_id),
            }
        )

    def last_bought(self, last_order_at: Instant, **identity: Any) -> "Customer":
        """Once the orders are known that it kept after another was cancelled."""
        return self.model_copy(update={"last_order_at": last_order_at, **identity})

    def consented(self, consent: Consent) -> "Customer":
        """After the box was ticked on an order that was then paid."""
        after = consent if self.consent is None else self.consent.followed_by(consent)
        return self.model_copy(update={"consent": after})

    def unconsented(self, now: Instant) -> "Customer":
        """After it was withdrawn; the record of both stays."""
        after = self.consent and self.consent.withdrawn(now)
        return self.model_copy(update={"consent": after})

    def holding(self, coupons: tuple[str, ...]) -> "Customer":
        return self.model_copy(update={"coupons": coupons})

    def complained(self) -> "Customer":
        return self.model_copy(update={"complaints": self.complaints + 1})

    def settled(self, now: Instant) -> "Customer":
        return self.model_copy(update={"last_settled_at": now})

    def erased(self, now: Instant) -> "Customer":
        """Without what identifies the person; counts and sums stay, as the ledger needs them.

        Once more changes nothing.
        """
        return self.model_copy(
            update={
                "sealed": None,
                "phone_tail": None,
                "consent": None,
                "coupons": (),
                "erased_at": self.erased_at or now,
                "erasures": self.buying if self.erased_at is not None else self.erasures + 1,
            }
        )
