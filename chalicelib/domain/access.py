"""Who may do what, on one page, and within which scope.

Scope: a cadre acts in their own villages; a seller in their own shop, and may read the batches of
the shop's villages; the county acts everywhere. Out of scope reads as not found, so that ids of
other villages and shops cannot be probed.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from .accounts import Training
from .errors import Refusal, not_found
from .fields import Model

Role = Literal["county", "cadre", "seller", "provider"]

PERMISSIONS: dict[str, frozenset[Role]] = {
    # permission: roles. "provider" is the payment provider's machine account.
    "self:read": frozenset({"county", "cadre", "seller"}),
    "self:write": frozenset({"county", "cadre", "seller"}),
    "account:write": frozenset({"county"}),
    "account:read": frozenset({"county"}),
    "village:write": frozenset({"county"}),
    "village:read": frozenset({"county", "cadre", "seller"}),
    "producer:write": frozenset({"county", "cadre"}),
    "producer:read": frozenset({"county", "cadre"}),
    "product:write": frozenset({"county", "cadre"}),
    "product:read": frozenset({"county", "cadre"}),
    "shop:write": frozenset({"county"}),
    "shop:read": frozenset({"county"}),
    "shop:contact": frozenset({"county", "seller"}),
    "shop:own": frozenset({"seller"}),
    "merchant:write": frozenset({"county"}),
    "batch:register": frozenset({"cadre"}),
    "batch:inspect": frozenset({"cadre"}),
    "batch:certify": frozenset({"cadre"}),
    "batch:hold": frozenset({"county", "cadre"}),
    "batch:correct": frozenset({"county", "cadre"}),
    "inspection:flagged": frozenset({"county"}),
    "batch:read": frozenset({"county", "cadre", "seller"}),
    "batch:parcels": frozenset({"county", "cadre", "seller"}),
    "photo:write": frozenset({"cadre", "seller"}),
    "offer:write": frozenset({"seller"}),
    "order:read": frozenset({"county", "seller"}),
    "order:pay": frozenset({"seller", "provider"}),
    "order:fulfil": frozenset({"seller"}),
    "order:import": frozenset({"seller"}),
    "refund:write": frozenset({"county", "seller"}),
    "refund:send": frozenset({"seller"}),
    "refund:read": frozenset({"county", "seller"}),
    "books:read": frozenset({"county", "seller"}),
    "books:write": frozenset({"county", "seller"}),
    "books:close": frozenset({"county"}),
    "complaint:handle": frozenset({"county", "seller"}),
    "complaint:watch": frozenset({"county", "cadre"}),
    "reply:read": frozenset({"seller"}),
    "reply:write": frozenset({"seller"}),
    "customer:read": frozenset({"seller"}),
    "customer:write": frozenset({"seller"}),
    "customer:export": frozenset({"seller"}),
    "customer:erase": frozenset({"county"}),
}


class Actor(Model):
    """Whoever calls: an account, the payment provider, or the public (role None).

    village_ids: a cadre's own villages, or those of a seller's shop; county: all, left empty.
    """

    id: str
    role: Role | None = None
    username: str = ""
    name: str = ""
    village_ids: tuple[str, ...] = ()
    shop_id: str | None = None
    trainings: tuple[Training, ...] = ()


PUBLIC = Actor(id="public")
CLOCK = Actor(id="clock")
"""Who the journal names when time alone moved something."""


@dataclass
class Call:
    """One request: who, when, and by which Idempotency-Key.

    now: one instant for the whole request, read at the edge. replayed: set when the answer is the
    first one given again. device_now: what the phone's clock showed when it sent this. request:
    its id in the logs. counted: the limits that it was counted under; what is decided again is
    the same request.
    """

    actor: Actor
    now: datetime
    key: str | None = None
    replayed: bool = False
    device_now: datetime | None = None
    request: str | None = None
    counted: set[tuple[str, str]] = field(default_factory=set)

    @property
    def clock_gap_seconds(self) -> int | None:
        """Our time minus the phone's: positive when the phone is slow. None: it did not say."""
        if self.device_now is None:
            return None
        return round((self.now - self.device_now).total_seconds())


def check_permission(actor: Actor, permission: str) -> None:
    """Raise Refusal("forbidden") unless the actor's role holds the permission."""
    if actor.role not in PERMISSIONS[permission]:
        raise Refusal("forbidden", role=actor.role or "public")


def check_village(actor: Actor, village_id: str | None, what: str) -> None:
    """Raise "not_found" unless the village is within the actor's scope; None is the county's."""
    if actor.role != "county" and village_id not in actor.village_ids:
        raise not_found(what)


def may_use(actor: Actor, village_id: str | None) -> bool:
    """Whether what belongs to the village, or with None to the county, is there for the actor."""
    return actor.role == "county" or village_id is None or village_id in actor.village_ids


def may_see_shop(actor: Actor, shop_id: str) -> bool:
    """Whether the shop is within the actor's scope (a cadre has none)."""
    return actor.role in {"county", "provider"} or shop_id == actor.shop_id


def check_shop(actor: Actor, shop_id: str, what: str) -> None:
    """Raise "not_found" unless the shop is within the actor's scope."""
    if not may_see_shop(actor, shop_id):
        raise not_found(what)
