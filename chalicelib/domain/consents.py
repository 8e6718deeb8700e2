"""Consent to messages: what was agreed to, when and where; no message without it.

The wording is versioned: what somebody agreed to stays what they read, also after we write it
better. Ordering never depends on it, and its box starts unticked (PIPL art. 14 to 16).
"""

from typing import Literal

from .fields import Body, Instant, Model

Version = Literal["2026-11"]
CURRENT: Version = "2026-11"
TEXTS: dict[str, tuple[str, str]] = {
    # version: (zh-CN, English). Never change a text that was shown; add a version.
    "2026-11": (
        "同意这家店用我的姓名和电话发新货消息和优惠券，不给别人。随时可以让卖家停发。",
        "This shop may use my name and phone to tell me about new produce and coupons, nobody"
        " else. I can stop it at any time by telling the seller.",
    ),
}


class NewConsent(Body):
    """text_version: of the wording that the buyer ticked."""

    text_version: Version


class Withdrawal(Body):
    """Only the buyer's own order form gives consent; whoever answers for the shop can end it."""

    given: Literal[False]


MOST_BEFORE = 2
"""Of what a tick follows upon, so that a record stays small."""


class Consent(Model):
    """channel: the order's, where the box was ticked. before: what stood until then, to which it
    falls back if its order is cancelled."""

    text_version: str
    channel: str
    given_at: Instant
    order_id: str
    withdrawn_at: Instant | None = None
    before: "Consent | None" = None

    @property
    def holds(self) -> bool:
        return self.withdrawn_at is None

    def followed_by(self, later: "Consent") -> "Consent":
        """What holds after another tick; one from before a withdrawal revives nothing."""
        if self.withdrawn_at is not None and later.given_at <= self.withdrawn_at:
            return self
        return later.model_copy(update={"before": self._the_last(MOST_BEFORE)})

    def _the_last(self, most: int) -> "Consent | None":
        before = self.before and self.before._the_last(most - 1)
        return self.model_copy(update={"before": before}) if most else None

    def without(self, order_id: str) -> "Consent | None":
        """After that order was cancelled; None if nothing else was agreed to. What was withdrawn
        stays on record, and nothing revives what came before it."""
        before = self.before and self.before.without(order_id)
        if self.holds and self.order_id == order_id:
            return before
        return self.model_copy(update={"before": before})

    def withdrawn(self, now: Instant) -> "Consent":
        if not self.holds:
            return self
        return self.model_copy(update={"withdrawn_at": now, "before": None})
