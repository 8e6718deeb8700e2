"""Orders: placed, paid, packed, shipped; what was promised is frozen when they are placed."""

import zlib
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from . import phones
from .cells import no_content
from .consents import Consent, NewConsent
from .errors import Refusal
from .fields import Body, Id, Instant, Line, Model, Name, Pairs
from .lifecycle import check_move
from .offers import shard_of
from .payments import Payment
from .products import AfterSales, Unit
from .shares import share, stretch
from .stops import Stop
from .streets import street_in_part
from .unpaid import Held

State = Literal["pending_payment", "paid", "packed", "shipped", "delivered", "cancelled", "expired"]
Channel = Literal[
    "direct", "livestream", "wechat_group", "storefront", "platform", "same_city", "bulk"
]
MOST_PARCELS = 30
"""Parcels of one order: cancelling it voids all of them in one commit. How many batches they may
come from is in steps/parcels.py."""


def _phone(value: str) -> str:
    """As typed; whom it reaches is `Buyer.number`."""
    return phones.kept(value)


class Address(Body):
    province: Name
    city: Name
    district: Name
    detail: Line

    @property
    def written(self) -> str:
        """In one line. A city without districts stands for its own."""
        divisions = dict.fromkeys((self.city, self.district))
        return " ".join((self.province, *divisions, self.detail))


class Buyer(Body):
    """Personal data: sealed before it is stored, absent from every public answer."""

    name: Name = Field(repr=False)
    phone: Annotated[str, Field(max_length=30, repr=False), AfterValidator(_phone)]
    address: Address = Field(repr=False)

    @property
    def number(self) -> str:
        """The phone number in its one form, with the extension that stands in name or address."""
        return phones.with_extension(self.phone, self.name, self.address.detail)

    def in_part(self) -> "Buyer":
        """What whoever holds a link may see: enough to know one's own order by."""
        street = self.address.model_copy(update={"detail": street_in_part(self.address.detail)})
        return self.model_copy(
            update={
                "name": phones.without_extension(self.name),
                "phone": phones.masked(self.number),
                "address": street,
            }
        )


class PlatformBuyer(Buyer):
    """A buyer as a platform names them, or as an earlier release stored them. The number is not
    checked again, as it may be masked."""

    phone: str = Field(max_length=30, repr=False)


class NewLine(Body):
    offer_id: Id
    packs: Annotated[int, Field(ge=1, le=100_000)]


def _says_something(part: str, *, of_a_name: bool = False) -> str:
    if no_content(part, of_a_name=of_a_name):
        raise ValueError(
            f"“{part[:20]}”等于没填，或是程序的错误值；请写明",
            f"“{part[:20]}” is an empty or an error value; write what it is",
        )
    return part


_SaysSomething = AfterValidator(_says_something)


class NewAddress(Address):
    province: Annotated[Name, _SaysSomething]
    city: Annotated[Name, _SaysSomething]
    district: Annotated[Name, _SaysSomething]
    detail: Annotated[Line, _SaysSomething]


class NewBuyer(Buyer):
    """Stricter than Buyer, by which older orders must still be read: no part may say nothing."""

    name: Annotated[Name, AfterValidator(partial(_says_something, of_a_name=True))] = Field(
        repr=False
    )
    address: NewAddress = Field(repr=False)


class NewOrder(Body):
    shop_id: Id
    lines: Annotated[list[NewLine], Field(min_length=1, max_length=10)]
    buyer: NewBuyer
    channel: Channel
    campaign_id: Name | None = None
    external_ref: Name | None = None
    coupon: Annotated[str, Field(max_length=40)] | None = None
    """The code of a coupon."""
    consent: NewConsent | None = None

    def in_part(self) -> "NewOrder":
        """The order as a form sends it that an earlier order's link filled in: with number and
        street in part."""
        return self.model_copy(update={"buyer": self.buyer.in_part()})


class OrderLine(Model):
    """taken: packs from each stock slot of the offer, so that they can go back. packed: so far.

    limited: the packs count against the offer's limit for each customer.
    """

    offer_id: str
    product_id: str
    product: str
    product_en: str | None = None
    title: str
    unit: Unit
    pack_quantity: int
    packs: int
    price_fen: int
    batch_ids: tuple[str, ...]
    after_sales: AfterSales
    rule_version: int
    packed: int = 0
    taken: dict[int, int] = {}
    limited: bool = False

    @property
    def to_pack(self) -> int:
        return self.packs - self.packed


class Order(Model):
    """What a buyer bought of one shop, and how far it has come.

    What was refunded of it is no field here: it is a counter beside the record (refunded_fen of
    `repositories/tables.py:OrderItem`), as refunds may race.
    A replacement is an order of its own that sends goods again after a complaint. Nothing is to be
    paid for it, so its discount is all of the goods.
    """

    id: str
    number: str
    shop_id: str
    state: State
    channel: Channel
    campaign_id: str | None = None
    external_ref: str | None = None
    lines: tuple[OrderLine, ...]
    line_sums: tuple[int, ...] = ()
    """What each line comes to before the discount. Packs times price, but for what the price of a
    pack that an outside platform sold was rounded by. None of an older order: see `sums`."""
    total_fen: int
    """What is to be paid: the goods, less discount_fen."""
    coupon: str | None = None
    discount_fen: int = 0
    """What a coupon takes off; 0 of what a platform sold, whose sums are after its discounts."""
    paid_fen: int = 0
    payment_method: str | None = None
    payment_reference: str | None = None
    customer_id: str
    buyer: str | None = Field(default=None, repr=False)
    """The sealed Buyer; null once erased or when it was never paid."""
    cancel_reason: str | None = Field(default=None, repr=False)
    """Sealed too: people write names into it."""
    parcels: tuple[str, ...] = ()
    shard: int = 0
    """By the stock slot it was first taken from: the shop's index is spread by it."""
    office: int | None = None
    """Its shard in the index of all shops, by its id: small offers all have the same first slot."""
    placed_by: str
    created_at: Instant
    pay_by: Instant
    paid_at: Instant | None = None
    closed_at: Instant | None = None
    import_id: str | None = None
    """The import that made it, of what a platform sold and was paid for."""
    platform_goods: Pairs = ()
    imported_as: Pairs = ()
    """Of its lines: marks and pieces of the platform's goods; offers and packs before a change."""
    replaces: str | None = None
    """Of a replacement: the order that was paid."""
    complaint_id: str | None = None
    """Of a replacement: the complaint that it settled."""
    replaced_fen: int | None = None
    """Of a replacement: what was paid for what it sends again."""
    replacements: tuple[str, ...] = ()
    """Of an order that was paid: the orders that replace parts of it."""
    consent: Consent | None = None
    """Ticked when it was placed; it counts once the order is paid."""
    after_erasures: int = 0
    """How often its customer had been erased when it was paid."""
    counted_as: str | None = None
    """Whom its packs count against too, where an offer limits what one buyer gets: the owner of the
    number whose extension makes the customer somebody else."""
    proved_paid: Annotated[bool, Field(exclude_if=lambda flag: not flag)] = False
    """The payment provider told of it; else its shop says so, by hand or by a platform's file."""
    stop: Annotated[Stop | None, Field(exclude_if=lambda value: value is None)] = None
    """What a later file of its platform says against sending it; kept once that is decided."""
    held: tuple[Held, ...] = ()
    """What it counts as unpaid; nothing any more once it is paid or has ended."""
    # at providers, who may hold money for it
    charges: Annotated[tuple[str, ...], Field(exclude_if=lambda ids: not ids)] = ()
    paid_by_charge: str | None = None

    @property
    def office_shard(self) -> int:
        """The same as in its shop, of an order from before there was one of its own."""
        return self.shard if self.office is None else self.office

    @property
    def counts_against(self) -> tuple[str, ...]:
        """The customers whose limits it takes packs from, and gives them back to."""
        return (self.customer_id, *([self.counted_as] if self.counted_as else []))

    def on_shards(self, slot: int, office_shards: int) -> "Order":
        """The order with its places in the two indexes, which it keeps for good."""
        office = zlib.crc32(self.id.encode()) % office_shards
        return self.model_copy(update={"shard": shard_of(slot), "office": office})

    @property
    def sums(self) -> tuple[int, ...]:
        """What each line comes to before the discount, in fen."""
        if self.line_sums:
            return self.line_sums
        priced = [line.price_fen * line.packs for line in self.lines]
        return tuple(share(self.total_fen + self.discount_fen, priced))

    @property
    def goods_fen(self) -> int:
        """What the goods come to before the discount."""
        return sum(self.sums)

    def part_of(self, sum_fen: int, packs: Mapping[int, int]) -> int:
        """The part of `sum_fen` that a parcel of the next packs of each line bears.

        packs: by the line's index. The parts of all parcels add up to `sum_fen`; the part of a
        parcel does not change when later ones are packed, as it counts the packs before it.
        """
        lines = share(sum_fen, self.sums)
        return sum(
            stretch(lines[at], line.packs, line.packed, line.packed + packs.get(at, 0))
            for at, line in enumerate(self.lines)
        )

    @property
    def birth(self) -> State:
        """The state it began in, with which its journal begins."""
        unpaid = self.import_id is None and self.replaces is None
        return "pending_payment" if unpaid else "paid"

    def is_overdue(self, now: Instant) -> bool:
        return self.state == "pending_payment" and now >= self.pay_by

    def paid(
        self,
        payment: "Payment",
        now: Instant,
        after_erasures: int = 0,
        *,
        proved: bool = False,
        charge: str | None = None,
    ) -> "Order":
        """Raise "not_allowed_now" past `pay_by`, "wrong_amount" for any other sum than due. charge:
        the id of what paid it, which is in time as long as the order waits."""
        state = self.state if charge or not self.is_overdue(now) else "expired"
        check_move("order", state, "paid")
        if payment.paid_fen != self.total_fen:
            raise Refusal("wrong_amount", total_fen=self.total_fen, paid_fen=payment.paid_fen)
        return self.model_copy(
            update={
                "state": "paid",
                "paid_fen": payment.paid_fen,
                "payment_method": payment.method,
                "payment_reference": payment.reference,
                "paid_at": now,
                "after_erasures": after_erasures,
                "proved_paid": proved,
                "paid_by_charge": charge,
                "held": (),
            }
        )

    def expired(self, now: Instant, *, keeps_buyer: bool = False) -> "Order":
        """Unpaid in time. What identifies the buyer is dropped. keeps_buyer: not yet, as money may
        come."""
        check_move("order", self.state, "expired")
        update = {"state": "expired", "closed_at": now, "held": ()}
        return (self if keeps_buyer else self.without_buyer()).model_copy(update=update)

    def cancelled(self, now: Instant, reason: str) -> "Order":
        """The cancelled order. reason: sealed; kept, with the buyer, only where it was paid and
        the buyer was not erased."""
        check_move("order", self.state, "cancelled")
        update = {"state": "cancelled", "closed_at": now, "cancel_reason": reason, "held": ()}
        after = self.model_copy(update=update)
        kept = self.buyer is not None and self.state != "pending_payment"
        return after if kept else after.without_buyer()

    def without_buyer(self) -> "Order":
        """Without what identifies its buyer; what was bought stays, and a platform's order number,
        the payment's reference. Of an order placed here anybody may have typed a name into it."""
        gone = ["buyer", "cancel_reason", "consent"]
        if self.import_id is None:
            gone += ["external_ref", "campaign_id"]
        return self.model_copy(update=dict.fromkeys(gone))

    def with_parcel(self, code: str, packs_by_line: dict[int, int]) -> "Order":
        """The order with one more parcel; packed once the last pack is in one.

        Raises "not_allowed_now" unless paid, "stopped", "over_packed", "too_large".
        """
        check_move("order", self.state, "packed")
        self.refuse_if_stopped()
        if len(self.parcels) >= MOST_PARCELS:
            raise Refusal("too_large")
        for line, packs in packs_by_line.items():
            left = self.lines[line].to_pack
            if packs > left:
                raise Refusal("over_packed", line=line, packs=packs, packs_left=left)
        lines = tuple(
            order_line.model_copy(
                update={"packed": order_line.packed + packs_by_line.get(index, 0)}
            )
            for index, order_line in enumerate(self.lines)
        )
        done = all(line.to_pack == 0 for line in lines)
        return self.model_copy(
            update={
                "lines": lines,
                "parcels": (*self.parcels, code),
                "state": "packed" if done else self.state,
            }
        )

    @property
    def waits(self) -> bool:
        """Whether it is paid and can still be kept from leaving."""
        return self.state in {"paid", "packed"}

    @property
    def is_stopped(self) -> bool:
        """Whether its shop has to decide first if it is still to be sent."""
        return self.waits and self.stop is not None and not self.stop.sent_anyway

    def refuse_if_stopped(self) -> None:
        if self.is_stopped:
            raise Refusal("stopped", number=self.number)

    def sent_anyway(self, import_id: str) -> "Order":
        """Its shop has looked. Raises "stopped" for another file's word than the last."""
        if self.stop is not None and self.stop.import_id != import_id:
            raise Refusal("stopped", number=self.number)
        return self.model_copy(update={"stop": self.stop and self.stop.decided()})

    @property
    def counters(self) -> int:
        """How many stock slots and customers' limits hold its packs until it ends."""
        limits = {line.offer_id for line in self.lines if line.limited}
        return len(limits) * len(self.counts_against) + sum(len(line.taken) for line in self.lines)

    @property
    def stands(self) -> bool:
        """It was neither cancelled nor left unpaid."""
        return self.state not in {"cancelled", "expired"}

    def following(self, parcel_states: list[str]) -> "Order":
        """The order follows its slowest parcel: shipped when all are, delivered when all are."""
        if self.state not in {"packed", "shipped"}:
            return self
        rank = {"packed": 0, "shipped": 1, "delivered": 2, "returned": 2, "voided": 2}
        slowest = min(rank[state] for state in parcel_states)
        state = ("packed", "shipped", "delivered")[slowest]
        return self if state == self.state else self.model_copy(update={"state": state})
