"""Ten days as a list of acts in the order in which they happened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.domain.access import Call
from chalicelib.domain.fields import Body
from chalicelib.services import catalogue as places
from chalicelib.services import products

from . import acts
from .accounts import CAST, NAMES, Who, open_account
from .cases import REPLIES, Case, all_cases, all_scans
from .catalogue import PRODUCERS, PRODUCTS, THE_SHOP, VILLAGES
from .clock import TenDays, uid
from .courses import all_courses
from .harvest import all_lots
from .lots import Lot
from .offers import Offered, all_offers
from .sales import Sale, all_sales

PAID_AFTER = timedelta(seconds=30)
"""Within the shortest time that SHANHUO_PAY_MINUTES can give."""
UNPAID_FOR = timedelta(minutes=30)
RETURN_TAKES = timedelta(hours=30)


@dataclass(frozen=True)
class Act:
    """`do` is given the moment at which it happens."""

    at: datetime
    do: Callable[[datetime], object]


def all_acts(days: TenDays, passwords: dict[Who, str], trade: acts.Trade) -> list[Act]:
    """Whatever would lie after the last moment is left out: those orders are still on their way."""
    lots, offers = all_lots(days), all_offers(days)
    happening = [
        *_founding(days, passwords, trade),
        *_growing(lots),
        *_offering(offers, lots),
        *(act for sale in all_sales(days, offers, lots) for act in _selling(sale, trade)),
        *(act for case in all_cases(days) for act in _caring(case, trade)),
        *_scanning(days, trade),
    ]
    return sorted((act for act in happening if act.at <= days.end), key=lambda act: act.at)


def _founding(days: TenDays, passwords: dict[Who, str], trade: acts.Trade) -> Iterator[Act]:
    """The first village tells a later load when the story ends."""
    begin = days.start
    for name, village in VILLAGES.items():
        yield Act(begin, partial(_put, places.put_village, f"village/{name}", village))
    for name, producer in PRODUCERS.items():
        yield Act(begin, partial(_put, places.put_producer, f"producer/{name}", producer))
    for name, product in PRODUCTS.items():
        yield Act(begin, partial(_put, products.put, f"product/{name}", product))
    yield Act(begin, partial(_put, places.put_shop, "shop", THE_SHOP))
    yield Act(begin, trade.be_paid)
    for who in NAMES:
        yield Act(begin, partial(open_account, who, passwords[who]))
    for title, text in REPLIES.items():
        yield Act(begin, partial(acts.save_reply, title, text))
    for name, course in all_courses(days).items():
        yield Act(begin, partial(acts.train, name, course))


def _put(service: Callable[[Call, str, Any], object], name: str, body: Body, at: datetime) -> None:
    service(Call(CAST.county, at), uid(name), body)


def _growing(lots: list[Lot]) -> Iterator[Act]:
    for lot in lots:
        yield Act(lot.at, partial(acts.register, lot))
        for finding in lot.findings:
            yield Act(finding.at, partial(acts.inspect, lot, finding))
        for decision in lot.decisions:
            yield Act(decision.at, partial(acts.decide, lot, decision))
        if lot.certified:
            yield Act(lot.certified[0], partial(acts.certify, lot))


def _offering(offers: list[Offered], lots: list[Lot]) -> Iterator[Act]:
    """Put up ten minutes before it opens, taken down ten minutes after it closed."""
    for offer in offers:
        own = [lot for lot in lots if lot.offer == offer.name]
        yield Act(offer.opens - timedelta(minutes=10), partial(acts.put_up, offer, own))
        if offer.closes:
            yield Act(offer.closes + timedelta(minutes=10), partial(acts.take_down, offer))


def _selling(sale: Sale, trade: acts.Trade) -> Iterator[Act]:
    def after(hours: float) -> datetime:
        return sale.at + timedelta(hours=hours)

    pace = sale.pace
    yield Act(sale.at, partial(trade.place, sale))
    if sale.fate == "unpaid":
        yield Act(sale.at + UNPAID_FOR, partial(trade.expire, sale))
        return
    yield Act(sale.at + PAID_AFTER, partial(trade.pay, sale))
    if sale.fate == "cancelled":
        yield Act(after(1), partial(trade.cancel, sale))
        return
    yield Act(after(pace.packed), partial(trade.pack, sale))
    if sale.fate == "voided":
        yield Act(after(pace.packed + 1), partial(trade.cancel, sale))
        return
    yield Act(after(pace.shipped), partial(trade.ship, sale))
    yield Act(after(pace.delivered), partial(trade.deliver, sale))


def _caring(case: Case, trade: acts.Trade) -> Iterator[Act]:
    yield Act(case.at, partial(trade.complain, case))
    for number, reply in enumerate(case.replies):
        yield Act(reply.at, partial(trade.reply, case, number))
        if reply.remedy == "return":
            yield Act(reply.at + RETURN_TAKES, partial(trade.take_back, case))


def _scanning(days: TenDays, trade: acts.Trade) -> Iterator[Act]:
    for scan in all_scans(days):
        for number in range(1, scan.devices + 1):
            at = scan.at + timedelta(minutes=7 * number)
            yield Act(at, partial(trade.scan, scan, number))
