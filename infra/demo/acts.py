"""Each act of the story, done through the services and done once.

A load that was interrupted is run again from its first act: whatever is found done stays as it is.
"""

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.access import CLOCK, PUBLIC, Actor, Call
from chalicelib.domain.accounts import NewTraining
from chalicelib.domain.batches import NewBatch, WrittenReason
from chalicelib.domain.certificates import NewCertificate
from chalicelib.domain.charges import NewCharge
from chalicelib.domain.complaints import Complaint, NewAnswer, Settlement
from chalicelib.domain.inspections import NewInspection, NewMeasurement
from chalicelib.domain.merchants import NewMerchant
from chalicelib.domain.offers import NewOffer
from chalicelib.domain.orders import NewLine, NewOrder, Order
from chalicelib.domain.parcels import NewAllocation, NewParcel, Parcel, Shipment
from chalicelib.domain.payments import Cancellation, Payment
from chalicelib.domain.replies import NewReply
from chalicelib.repositories.complaints import ComplaintAsOfNow, key_for
from chalicelib.repositories.merchants import merchant_item
from chalicelib.services import (
    accounts,
    batches,
    certificates,
    charges,
    complaints,
    inspections,
    offers,
    orders,
    parcels,
    payments,
    people,
    replies,
    traces,
)
from chalicelib.services.merchants import put_merchant
from chalicelib.steps import settling
from infra.sandbox import Sandbox

from .accounts import CAST
from .cases import Case, CaseReply, Scanned
from .catalogue import PRODUCTS, SHOP
from .clock import uid
from .lots import Decision, Finding, Lot
from .offers import Offered
from .sales import Sale

CONTACT = "村级服务站（演示）0000-0000000"
BY_THEMSELVES = {"livestream", "storefront", "direct"}
"""Channels by which buyers order at the shop's own pages."""
BUYERS_NETWORK = "192.0.2."
"""Of the network block that is reserved for examples (RFC 5737)."""


def save_reply(title: str, text: str, at: datetime) -> None:
    replies.put(Call(CAST.seller, at), uid(f"reply/{title}"), NewReply(title=title, text=text))


def be_paid_by(entered: dict[str, str], now: datetime) -> None:
    """Enter a merchant of the sandbox for the shop, unless the county has entered another."""
    item = merchant_item(SHOP, "wechatpay")
    if item is None or item.doc.mchid == entered["mchid"]:
        body = NewMerchant.model_validate_json(json.dumps(entered))
        put_merchant(Call(CAST.county, now), SHOP, "wechatpay", body)


def train(name: str, course: NewTraining, at: datetime) -> None:
    people.put_training(Call(CAST.county, at), CAST.cadre.id, uid(f"training/{name}"), course)


def register(lot: Lot, at: datetime) -> None:
    body = NewBatch(
        lot=lot.code,
        product_id=uid(f"product/{lot.product}"),
        producer_id=uid(f"producer/{lot.producer}"),
        harvested_on=lot.harvested_on,
        quantity=lot.quantity,
        plot=lot.plot,
    )
    batches.register(Call(CAST.cadre, at), uid(f"lot/{lot.name}"), body)


def inspect(lot: Lot, finding: Finding, at: datetime) -> None:
    body = NewInspection(
        stage=finding.stage,
        tested_at=finding.at,
        sample_size=PRODUCTS[lot.product].inspection_plan.sample_size,
        quantity_covered=lot.quantity,
        measurements=[
            NewMeasurement(metric=metric, below_detection=True)
            if value is None
            else NewMeasurement(metric=metric, value=Decimal(value))
            for metric, value in finding.values.items()
        ],
        lab=finding.lab,
        note=finding.note,
        supersedes=uid(f"inspection/{finding.corrects}") if finding.corrects else None,
    )
    lot_id, inspection_id = uid(f"lot/{lot.name}"), uid(f"inspection/{finding.name}")
    trainings = accounts.account(CAST.cadre.id).trainings
    inspector = CAST.cadre.model_copy(update={"trainings": trainings})
    inspections.record(Call(inspector, at), lot_id, inspection_id, body)


def decide(lot: Lot, decision: Decision, at: datetime) -> None:
    actor = CAST.county if decision.by == "county" else CAST.cadre
    batch = batches.batch(actor, uid(f"lot/{lot.name}"))
    if batch.state == "held":
        move = batches.release if decision.move == "release" else batches.recall
        move(Call(actor, at), batch.id, WrittenReason(reason=decision.reason))


def certify(lot: Lot, at: datetime) -> None:
    assert lot.certified is not None
    body = NewCertificate(basis=lot.certified[1], quantity=lot.quantity, contact=CONTACT)
    lot_id, certificate_id = uid(f"lot/{lot.name}"), uid(f"certificate/{lot.name}")
    certificates.issue(Call(CAST.cadre, at), lot_id, certificate_id, body)


def put_up(offer: Offered, lots: list[Lot], at: datetime) -> None:
    body = NewOffer(
        product_id=uid(f"product/{lots[0].product}"),
        batch_ids=[uid(f"lot/{lot.name}") for lot in lots],
        title=offer.title,
        price_fen=offer.price_fen,
        pack_quantity=offer.pack_quantity,
        packs_total=offer.packs,
        campaign_id=offer.campaign,
        opens_at=offer.opens,
        closes_at=offer.closes,
    )
    offers.open_offer(Call(CAST.seller, at), uid(f"offer/{offer.name}"), body)


def take_down(offer: Offered, at: datetime) -> None:
    offer_id = uid(f"offer/{offer.name}")
    if offers.offer(offer_id)[0].state == "open":
        offers.close(Call(CAST.seller, at), offer_id, WrittenReason(reason="售卖结束"))


class Trade:
    """The orders, parcels and complaints of the story, by the name of their sale."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._orders: dict[str, Order] = {}
        self._complaints: dict[str, Complaint] = {}

    def be_paid(self, at: datetime) -> None:
        be_paid_by(self._sandbox.entered(), at)

    def code_of(self, sale: str) -> str:
        """The code of the sale's parcel."""
        return self._orders[sale].parcels[0]

    def _order(self, sale: Sale) -> Order:
        return self._orders[sale.name]

    def _parcel(self, sale: str, at: datetime) -> Parcel:
        return parcels.in_scope(Call(CAST.seller, at), self.code_of(sale)).doc

    def place(self, sale: Sale, at: datetime) -> None:
        """Buyers order for themselves, except where the seller takes the order down."""
        body = NewOrder(
            shop_id=SHOP,
            lines=[
                NewLine(offer_id=uid(f"offer/{offer}"), packs=packs) for offer, packs in sale.lines
            ],
            buyer=sale.buyer,
            channel=sale.channel,
            campaign_id=sale.campaign,
            external_ref=sale.external_ref,
        )
        who = PUBLIC if sale.channel in BY_THEMSELVES else CAST.seller
        call = Call(who, at, key=f"demo/{sale.name}")
        order = orders.place(call, body)
        if call.replayed:  # it is told as it was when placed
            order = orders.in_scope(Call(CAST.seller, at), order.id).doc
        self._orders[sale.name] = order

    def pay(self, sale: Sale, at: datetime) -> None:
        """Who orders for themselves pay through the provider; the seller takes down what others
        have paid."""
        order = self._order(sale)
        if order.state == "pending_payment" and sale.channel in BY_THEMSELVES:
            self._orders[sale.name] = self._paid_there(order, at)
        elif order.state == "pending_payment":
            body = Payment(
                paid_fen=order.total_fen,
                method="对公转账" if sale.channel == "bulk" else "微信支付",
                reference=f"demo/{sale.name}",
            )
            self._orders[sale.name] = payments.pay(Call(CAST.seller, at), order.id, body)

    def _paid_there(self, order: Order, at: datetime) -> Order:
        """Nobody is told of it, as nothing is served while the story is told: it is asked about."""
        body = NewCharge(provider="wechatpay", way="h5")
        with self._sandbox.at(at):
            started = charges.start(
                Call(CAST.seller, at), order.id, body, None, BUYERS_NETWORK + "1"
            )
            self._sandbox.pay(started.charge.id, times=0)
            settling.ask(Call(Actor(id="wechatpay"), at), started.charge)
        return orders.in_scope(Call(CAST.seller, at), order.id).doc

    def expire(self, sale: Sale, at: datetime) -> None:
        if self._order(sale).is_overdue(at):  # by SHANHUO_PAY_MINUTES it may have longer to pay
            payments.expire(Call(CLOCK, at), self._order(sale).id)

    def cancel(self, sale: Sale, at: datetime) -> None:
        order = self._order(sale)
        if order.state != "cancelled":
            body = Cancellation(reason="顾客改变主意")
            self._orders[sale.name] = payments.cancel(Call(CAST.seller, at), order.id, body)

    def pack(self, sale: Sale, at: datetime) -> None:
        order = self._order(sale)
        if not order.parcels:
            body = NewParcel(
                allocations=[
                    NewAllocation(line=line, batch_id=uid(f"lot/{lot}"), packs=packs)
                    for line, lot, packs in sale.allocations
                ]
            )
            parcel = parcels.pack(Call(CAST.seller, at), order.id, body)
            packed = {"parcels": (parcel.code,), "state": "packed"}
            self._orders[sale.name] = order.model_copy(update=packed)

    def ship(self, sale: Sale, at: datetime) -> None:
        if self._order(sale).state == "packed":
            waybill = f"DEMO{uid(f'waybill/{sale.name}')[:8].upper()}"
            body = Shipment(carrier=sale.pace.carrier, waybill=waybill)
            parcels.ship(Call(CAST.seller, at), self.code_of(sale.name), body)
            shipped = self._order(sale).model_copy(update={"state": "shipped"})
            self._orders[sale.name] = shipped

    def deliver(self, sale: Sale, at: datetime) -> None:
        if self._order(sale).state == "shipped":
            parcels.deliver(Call(CAST.seller, at), self.code_of(sale.name))

    def scan(self, scanned: Scanned, number: int, at: datetime) -> None:
        """The scan that makes `number` of them."""
        code = self.code_of(scanned.sale)
        if traces.trace(code).scans.count < number:
            device = uid(f"device/{scanned.sale}/{number}")
            traces.count(
                Call(PUBLIC, at), code, device, f"{BUYERS_NETWORK}{number % 254 + 1}", "demo"
            )

    def complain(self, case: Case, at: datetime) -> None:
        parcel = self._parcel(case.sale, at)
        if parcel.complaints:
            call = Call(CAST.seller, at)
            self._complaints[case.sale] = complaints.in_scope(call, parcel.complaints[0]).doc
        else:
            call = Call(PUBLIC, at)
            address = f"{BUYERS_NETWORK}{len(self._complaints) % 254 + 1}"
            reported = complaints.report(call, parcel.code, case.complaint, address)
            self._complaints[case.sale] = reported

    def reply(self, case: Case, number: int, at: datetime) -> None:
        """The case's reply with this number, from 0; its first message is the complaint's own."""
        complaint = self._complaints[case.sale]
        if len(complaint.messages) > number + 1:
            return
        reply = case.replies[number]
        seller, answer = Call(CAST.seller, at), NewAnswer(message=reply.message)
        moves: dict[str, Callable[[], ComplaintAsOfNow]] = {
            "answer": lambda: complaints.answer(seller, complaint.id, answer),
            "reject": lambda: complaints.reject(seller, complaint.id, answer),
            "settle": lambda: complaints.settle(seller, complaint.id, _settlement(reply)),
            "reopen": lambda: complaints.reopen(
                Call(PUBLIC, at), complaint.id, answer, key_for(complaint.id)
            ),
        }
        self._complaints[case.sale] = moves[reply.move]().complaint

    def take_back(self, case: Case, at: datetime) -> None:
        parcel = self._parcel(case.sale, at)
        if parcel.state != "returned":
            parcels.take_back(Call(CAST.seller, at), parcel.code)


def _settlement(reply: CaseReply) -> Settlement:
    assert reply.remedy is not None
    return Settlement(
        remedy=reply.remedy,
        refund_fen=reply.refund_fen,
        message=reply.message,
        cause=reply.cause,
    )
