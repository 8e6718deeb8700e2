"""Groups of customers by recency, frequency and value, and the figures of who came back.

Each customer's group follows from their own record and the day alone: no ranking against others,
so nothing has to be read but the record, and a sale to one never moves another.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Literal, get_args

from .customers import Customer
from .fields import Instant

Segment = Literal["best", "loyal", "returning", "new", "cooling", "at_risk", "lost", "none"]
NAMES: tuple[Segment, ...] = get_args(Segment)

RECENT, WARM = timedelta(days=30), timedelta(days=90)
"""Since the last order: fresh produce is bought again within weeks; a season is about 90 days."""
OFTEN = 3
"""Orders from which somebody is a regular."""
HIGH_FEN = 30_000
"""300 yuan, some ten boxes: the most valuable customers have spent this or more."""


def segment_of(customer: Customer, now: Instant) -> Segment:
    """The group of a customer at a moment; "none" for one whose every order was cancelled."""
    if customer.paid_orders < 1 or customer.last_order_at is None:
        return "none"
    away = now - customer.last_order_at
    if away > WARM:
        return "at_risk" if customer.is_repeat else "lost"
    if customer.paid_orders >= OFTEN:
        return "best" if customer.spent_fen >= HIGH_FEN else "loyal"
    if customer.is_repeat:
        return "returning"
    return "new" if away <= RECENT else "cooling"


@dataclass(frozen=True)
class Where:
    """Where a group lies on the lists: repeat customers or not, and when they last ordered.

    since (inclusive) and until (exclusive): None is open.
    """

    repeat: bool | None
    since: Instant | None
    until: Instant | None


def where(segment: Segment, now: Instant) -> Where:
    """All of a group lies there; others of another number of orders or value may lie there too."""
    recent, warm = now - RECENT, now - WARM
    places = {
        "best": Where(True, warm, None),
        "loyal": Where(True, warm, None),
        "returning": Where(True, warm, None),
        "new": Where(False, recent, None),
        "cooling": Where(False, warm, recent),
        "at_risk": Where(True, None, warm),
        "lost": Where(False, None, warm),
        "none": Where(False, None, None),
    }
    return places[segment]


@dataclass(frozen=True)
class CustomerFigures:
    """Of customers with a paid order in a period; rates are null where there is nobody.

    settled: had a complaint settled; after_complaint: of them, ordered again later.
    untroubled: never complained; untroubled_repeat: of them, with a second order.
    median_days_to_return: from the first to the second paid order, of those who came back.
    """

    customers: int
    repeat: int
    settled: int
    after_complaint: int
    untroubled: int
    untroubled_repeat: int
    median_days_to_return: float | None
    segments: dict[Segment, int]

    @property
    def repeat_rate(self) -> float | None:
        return _rate(self.repeat, self.customers)

    @property
    def after_complaint_rate(self) -> float | None:
        return _rate(self.after_complaint, self.settled)

    @property
    def untroubled_rate(self) -> float | None:
        return _rate(self.untroubled_repeat, self.untroubled)


def figures(customers: Iterable[Customer], now: Instant) -> CustomerFigures:
    """Those without a paid order are left out."""
    bought = [customer for customer in customers if customer.paid_orders > 0]
    back = [customer for customer in bought if customer.is_repeat]
    settled = [
        customer
        for customer in bought
        if customer.last_settled_at or customer.came_back_after_complaint
    ]
    untroubled = [customer for customer in bought if not customer.complaints]
    days = [customer.days_between for customer in back if customer.days_between is not None]
    sizes = Counter(segment_of(customer, now) for customer in bought)
    return CustomerFigures(
        customers=len(bought),
        repeat=len(back),
        settled=len(settled),
        after_complaint=sum(customer.came_back_after_complaint for customer in settled),
        untroubled=len(untroubled),
        untroubled_repeat=sum(customer.is_repeat for customer in untroubled),
        median_days_to_return=float(median(days)) if days else None,
        segments={name: sizes[name] for name in NAMES if name != "none"},
    )


def _rate(part: int, whole: int) -> float | None:
    """0.333; None, not zero, of nobody."""
    return round(part / whole, 3) if whole else None
