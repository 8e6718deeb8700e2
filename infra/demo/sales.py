"""About 200 orders over ten days, planned as data: who buys what, when, and how it ends.

Households come first and markets take what is left, so that a stream's stock is sold to the last
pack. The plan also says from which batch each pack comes: in the order they were picked.
"""

import random
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.domain.orders import Channel, NewBuyer

from . import people
from .clock import TenDays
from .harvest import CRATE_DAYS, EGG_DAYS, VEGETABLE_DAYS
from .lots import SEED, Lot
from .offers import Offered

Fate = Literal["ordinary", "unpaid", "cancelled", "voided"]


@dataclass(frozen=True)
class Pace:
    """Hours from the order until it is packed, shipped and delivered; and who carries it."""

    packed: float
    shipped: float
    delivered: float
    carrier: str


POST = Pace(12, 18, 60, "示例快递")
TRUCK = Pace(16, 24, 80, "示例物流专线")
VOLUNTEERS = Pace(1, 1.5, 3, "社区志愿者")
AT_ONCE = Pace(2, 8, 48, "示例快递")


@dataclass(frozen=True)
class Sale:
    """lines: (offer, packs); allocations: (line, lot, packs)."""

    name: str
    at: datetime
    buyer: NewBuyer
    lines: tuple[tuple[str, int], ...]
    allocations: tuple[tuple[int, str, int], ...]
    channel: Channel
    campaign: str | None
    pace: Pace
    fate: Fate
    external_ref: str | None = None


class SalesPlan:
    """Deterministic: the same days give the same sales."""

    def __init__(self, days: TenDays, offers: list[Offered], lots: list[Lot]) -> None:
        self.days = days
        self.sales: list[Sale] = []
        self.rng = random.Random(SEED)  # noqa: S311 - a story, not a secret
        self.offers = {offer.name: offer for offer in offers}
        self._lots: dict[str, deque[list[Any]]] = {offer.name: deque() for offer in offers}
        for lot in lots:
            if lot.offer in self.offers:
                packs = lot.quantity // self.offers[lot.offer].pack_quantity
                self._lots[lot.offer].append([lot.name, packs])
        self.left = {offer.name: offer.packs for offer in offers}

    def sell(
        self,
        name: str,
        at: datetime,
        buyer: NewBuyer,
        *lines: tuple[str, int],
        channel: Channel = "storefront",
        pace: Pace = POST,
        fate: Fate = "ordinary",
        external_ref: str | None = None,
    ) -> None:
        allocations = []
        for place, (offer, packs) in enumerate(lines):
            if fate == "ordinary":
                allocations += [(place, lot, n) for lot, n in self._pick(offer, packs)]
            elif fate == "voided":
                allocations.append((place, self._lots[offer][0][0], packs))
        campaign = self.offers[lines[0][0]].campaign
        self.sales.append(
            Sale(
                name,
                at,
                buyer,
                lines,
                tuple(allocations),
                channel,
                campaign,
                pace,
                fate,
                external_ref,
            )
        )

    def _pick(self, offer: str, packs: int) -> list[tuple[str, int]]:
        """Packs from the offer's batches, the first one first."""
        self.left[offer] -= packs
        picked = []
        queue = self._lots[offer]
        while packs:
            lot, held = queue[0]
            n = min(packs, held)
            picked.append((lot, n))
            packs -= n
            queue[0][1] -= n
            if queue[0][1] == 0:
                queue.popleft()
        return picked

    def household(self) -> NewBuyer:
        """The first fifteen buy more often than the others."""
        weights = [4] * 15 + [1] * (people.HOUSEHOLD_BUYERS - 15)
        return people.customer(self.rng.choices(range(1, people.HOUSEHOLD_BUYERS + 1), weights)[0])

    def stream(self, offer: str, orders: int, truckload: int) -> None:
        """Households during the stream's two hours, then markets until nothing is left."""
        opens = self.offers[offer].opens
        for number in range(1, orders + 1):
            at = opens + timedelta(minutes=1 + number * 80 // orders)
            self.sell(
                f"{offer}/{number}",
                at,
                self.household(),
                (offer, self.rng.choice((1, 1, 1, 2, 2, 3))),
                channel="livestream",
            )
        self.trucks(offer, opens + timedelta(minutes=85), truckload)

    def trucks(self, offer: str, at: datetime, truckload: int) -> None:
        number = 0
        while self.left[offer]:
            number += 1
            self.sell(
                f"{offer}/truck-{number}",
                at + timedelta(minutes=3 * number),
                people.wholesaler(self.rng.randint(1, people.BULK_BUYERS)),
                (offer, min(truckload, self.left[offer])),
                channel="bulk",
                pace=TRUCK,
            )


def _streams(plan: SalesPlan) -> None:
    plan.stream("huimin-mushroom", 12, 1000)
    plan.stream("huimin-pear", 9, 1000)
    plan.stream("huimin-egg", 8, 1000)
    plan.stream("huimin-pickle", 7, 1000)
    plan.stream("sanya-mango", 16, 2000)
    plan.stream("qingyang-apple", 11, 1000)
    plan.stream("xiangzhou-orah", 11, 2000)
    for back in CRATE_DAYS:
        plan.trucks(f"yongfu-{back}", plan.offers[f"yongfu-{back}"].opens, 10_000)


def _every_day(plan: SalesPlan) -> None:
    for back in EGG_DAYS:
        offer = f"rongxi-{back}"
        for number, packs in enumerate((4, 3, 3), 1):
            at = plan.offers[offer].opens + timedelta(hours=number)
            reference = f"演示平台-{back}{number:02d}"
            plan.sell(
                f"{offer}/{number}",
                at,
                plan.household(),
                (offer, packs),
                channel="platform",
                pace=AT_ONCE,
                external_ref=reference,
            )
    for back in VEGETABLE_DAYS:
        offer = f"mohe-{back}"
        for group in range(1, 6):
            plan.sell(
                f"{offer}/{group}",
                plan.offers[offer].opens + timedelta(minutes=20 * group),
                people.neighbour(plan.rng.randint(1, people.MOHE_BUYERS)),
                (offer, 12),
                channel="wechat_group",
                pace=VOLUNTEERS,
                external_ref=f"微信群 {group}",
            )


def _cases(plan: SalesPlan) -> None:
    """Orders that a complaint follows; `cases.py` tells how each goes on."""
    for name, ago, buyer, offer, packs in (
        ("case-open", 96, 21, "wuming-orah", 2),
        ("case-overdue", 140, 22, "xuwen-pineapple", 1),
        ("case-answered", 130, 23, "yongfu-shop", 2),
        ("case-reopened", 150, 24, "wuming-orah", 3),
        ("case-late", 165, 25, "xuwen-pineapple", 1),
        ("scanned", 120, 26, "wuming-orah", 1),
        ("rescanned", 125, 28, "xuwen-pineapple", 1),
        ("untouched", 100, 27, "yongfu-shop", 1),
    ):
        plan.sell(name, plan.days.ago(ago), people.customer(buyer), (offer, packs))


def _shop(plan: SalesPlan) -> None:
    """The last days in the shop: every state that an order can be in."""
    days = plan.days
    offers = ("wuming-orah", "xuwen-pineapple", "yongfu-shop", "qingyang-apple-shop")
    for number, ago in enumerate((135, 118, 101, 92, 77, 66, 54, 43, 31, 26), 1):
        offer = offers[number % len(offers)]
        plan.sell(f"shop/{number}", days.ago(ago), plan.household(), (offer, 1 + number % 3))
    helped = next(sale.buyer for sale in plan.sales if sale.name == "xiangzhou-orah/2")
    plan.sell("back-again", days.ago(8), helped, ("wuming-orah", 2))

    def recent(name: str, hours: float, buyer: int, *lines: tuple[str, int], **how: Any) -> None:
        plan.sell(name, days.ago(hours), people.customer(buyer), *lines, **how)

    orah, pineapple, mandarin = ("wuming-orah", 1), ("xuwen-pineapple", 1), ("yongfu-shop", 1)
    recent("voided", 47, 46, orah, fate="voided")
    recent("expired", 50, 44, orah, fate="unpaid")
    recent("cancelled", 28, 45, orah, fate="cancelled")
    recent("packed/2", 15.5, 41, mandarin, pineapple)
    recent("packed/1", 14, 3, orah)
    recent("untested", 6, 8, ("rongxi-0", 4), channel="platform", pace=AT_ONCE)
    recent("paid/1", 4, 42, orah, channel="same_city")
    recent("paid/2", 1.5, 5, pineapple, channel="direct")
    recent("paid/3", 1, 2, ("rongxi-0", 3), channel="platform", pace=AT_ONCE)
    recent("pending", 0.15, 43, orah, fate="unpaid")


def all_sales(days: TenDays, offers: list[Offered], lots: list[Lot]) -> list[Sale]:
    plan = SalesPlan(days, offers, lots)
    _streams(plan)
    _every_day(plan)
    _cases(plan)
    _shop(plan)
    return sorted(plan.sales, key=lambda sale: sale.at)
