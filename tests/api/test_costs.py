"""What each access pattern costs: the table in repositories/tables.py, row by row.

Requests and capacity are the engine's own figures (tests/meter.py). A row that is wrong, or has
no act here, or an act without a row fails: the page cannot drift from the code.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from chalicelib.api.routing import ROUTES
from chalicelib.domain.access import PUBLIC, Actor, Call
from chalicelib.domain.batches import NewBatch, Reason
from chalicelib.domain.certificates import NewCertificate
from chalicelib.domain.complaints import Answer, NewComplaint, Settlement
from chalicelib.domain.inspections import NewInspection
from chalicelib.domain.offers import NewOffer
from chalicelib.domain.orders import Cancellation, NewOrder, Payment
from chalicelib.domain.parcels import NewParcel, Shipment
from chalicelib.domain.refunds import NewRefund
from chalicelib.repositories import batches as batch_store
from chalicelib.repositories import limits, stock, tables
from chalicelib.repositories.once import Once
from chalicelib.repositories.reading import Page, get
from chalicelib.repositories.tables import CertificateItem, InspectionItem, UsernameItem
from chalicelib.services import (
    accounts,
    batches,
    catalogue,
    certificates,
    complaints,
    customers,
    inspections,
    offers,
    orders,
    parcels,
    payments,
    products,
    refunds,
    traces,
)
from tests.api.known import Known
from tests.bulk import copy_parcel
from tests.meter import Meter, meter
from tests.world import BUYER, Json, World, inspection_body, instant, new_id, ok, product_body

Act = Callable[[int], int]
"""Does it once, with a list's limit, and answers how many items the list gave (else 0)."""


def rows() -> dict[str, tuple[int, str, str]]:
    """Of the docstring's table: pattern -> requests, RCU, WCU."""
    found = {}
    for line in (tables.__doc__ or "").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and cells[3].isdigit():
            found[cells[0]] = (int(cells[3]), cells[4], cells[5])
    return found


def units(cell: str, n: int) -> float:
    """The value of `0.5 + 2n`; a hyphen is nothing."""
    terms = re.findall(r"(\d+(?:\.\d+)?)?(n)?(?: \+ |$)", cell.replace("-", "0"))
    return sum(float(number or 1) * (n if per_item else 1) for number, per_item in terms if number or per_item)


# --- the acts ------------------------------------------------------------------------------------


def now() -> datetime:
    return datetime.now(UTC)


def count(page: Page[tables.Item]) -> int:
    return len(page.items)


class Acts:
    """Each pattern, done on the services, in the order of the table. Later ones need earlier."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cadre = Actor(id="cadre", role="cadre", village_ids=(world.village_id,))
        self.seller = Actor(
            id="seller", role="seller", shop_id=world.shop_id, village_ids=(world.village_id,)
        )
        self.county = Actor(id="county", role="county")
        world.county.put(f"/v1/villages/{new_id()}", {"name": "a", "county": "b", "province": "c"})
        for _ in range(2):
            world.product()
            world.producer()
        self.batch = world.passed_batch(quantity=10_000)
        for _ in range(2):
            world.inspect(self.batch)
            world.passed_batch()
        self.certificate = world.certify(self.batch)
        self.offers = [world.offer(self.batch) for _ in range(3)]
        self.large = world.offer(world.passed_batch(quantity=30_000), packs_total=2500)
        self.cases = []
        for number in range(3):
            buyer = BUYER | {"phone": f"1390000000{number}"}
            paid = world.paid_order(self.offers[0], buyer=buyer)
            world.paid_order(self.offers[0], buyer=buyer)
            self.cases.append(world.complain(world.pack(paid)))
        self.case = self.cases[0]
        self.new: dict[str, str] = {}

    def call(self, who: Actor = PUBLIC) -> Call:
        return Call(who, now(), new_id())

    def order_body(self) -> NewOrder:
        return NewOrder.model_validate(self.world.order_body(self.offers[1]))
