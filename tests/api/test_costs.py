"""What each access pattern costs: docs/access-patterns.md, row by row.

Requests and capacity are the engine's own figures (tests/meter.py). A row that is wrong, a row
without an act here, an act without a row: each fails, so the page cannot drift from the code.
"""

import json
from collections.abc import Callable, Sized
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from chalicelib.api.edge.index import declared
from chalicelib.domain.access import PUBLIC, Actor, Call
from chalicelib.domain.accounts import NewTraining, OwnPassword, Training
from chalicelib.domain.batches import NewBatch, WrittenReason
from chalicelib.domain.catalogue import ChangedContact, NewProducer, NewVillage
from chalicelib.domain.certificates import NewCertificate
from chalicelib.domain.charges import NewCharge
from chalicelib.domain.complaints import NewAnswer, NewComplaint, Settlement
from chalicelib.domain.conversations import Draft, NewMessage
from chalicelib.domain.corrections import QuantityCorrection
from chalicelib.domain.coupons import NewCoupon
from chalicelib.domain.deliveries import DeliveryRow
from chalicelib.domain.errors import Refusal
from chalicelib.domain.exports import NewExport
from chalicelib.domain.fields import china_date
from chalicelib.domain.inspections import NewInspection
from chalicelib.domain.mapped_goods import ChangedGoods
from chalicelib.domain.merchants import NewMerchant
from chalicelib.domain.offer_changes import MorePacks, OfferChange
from chalicelib.domain.offers import NewOffer
from chalicelib.domain.orders import NewOrder
from chalicelib.domain.packing import NewPacking
from chalicelib.domain.parcels import NewParcel, Shipment
from chalicelib.domain.patterns import PatternProposal
from chalicelib.domain.payments import Cancellation, Payment
from chalicelib.domain.photos import NewPhoto
from chalicelib.domain.recalls import NewNotice
from chalicelib.domain.refunds import NewRefund, SentRefund
from chalicelib.domain.replies import NewReply
from chalicelib.domain.search import OwnOrder
from chalicelib.domain.stops import SendAnyway
from chalicelib.domain.waybill_files import WaybillRow
from chalicelib.providers import RefundReport, Report
from chalicelib.repositories import complaints as complaint_store
from chalicelib.repositories import limits, recent, tables
from chalicelib.repositories import orders as order_store
from chalicelib.repositories.merchants import known_by
from chalicelib.repositories.once import IdempotentRequest
from chalicelib.repositories.reading import get
from chalicelib.repositories.tables import CertificateItem, ProposalItem, UsernameItem
from chalicelib.repositories.transaction import UnitOfWork
from chalicelib.services import (
    accounts,
    again,
    batches,
    book_months,
    catalogue,
    certificates,
    charges,
    complaints,
    conversations,
    counts,
    coupons,
    customer_history,
    customers,
    deliveries,
    exports,
    import_runs,
    inbox,
    inspections,
    labels,
    mappings,
    merchants,
    offer_changes,
    offers,
    order_table,
    orders,
    packing,
    packing_runs,
    parcels,
    patterns,
    payments,
    people,
    photos,
    products,
    recalls,
    reconciliations,
    refunds,
    replies,
    returns,
    search,
    slips,
    standings,
    traces,
    waybills,
)
from chalicelib.steps import batches as batch_store
from chalicelib.steps import parcels as parcel_store
from chalicelib.steps import stock
from chalicelib.steps.mapped_offers import offers_of
from chalicelib.steps.merchants import merchant_of
from infra.capacity.costs import stated, units
from tests.api.known import REPLY, Known
from tests.bulk import copy_parcel
from tests.meter import Meter, meter
from tests.platform_files import as_csv, jd, mapped, run, uploaded
from tests.provider import FakeProvider, answering
from tests.world import (
    BUYER,
    PASSWORD,
    Json,
    World,
    inspection_body,
    merchant_body,
    new_id,
    ok,
    photo_body,
    product_body,
    raw_items,
    training_body,
)

Act = Callable[[int], Any]
"""Does it, as a list with this limit; of a list's answer the items are counted."""
REPORT, HOME = NewComplaint(reason="rotten"), "203.0.113.7"
TRAINED = Training.model_validate(
    training_body() | {"id": new_id(), "recorded_at": datetime.now(UTC)}
)


def call(who: Actor = PUBLIC) -> Call:
    return Call(who, datetime.now(UTC), new_id())


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept for half a second is kept: a busy machine takes longer than that."""
    monkeypatch.setattr(recent, "monotonic", lambda: 0.0)


def acts(world: World, provider: FakeProvider) -> dict[str, Act]:
    """An act for each row, to be done in this order: orders are placed before they are paid."""
    scope = {"village_ids": (world.village_id,)}
    untrained = Actor(id="cadre", role="cadre", **scope)
    cadre = untrained.model_copy(update={"trainings": (TRAINED,)})
    seller = Actor(id="seller", role="seller", shop_id=world.shop_id, **scope)
    county = Actor(id="county", role="county")
    for _ in range(3):
        place = {"name": "石门村", "county": "歙县", "province": "安徽省"}
        ok(world.county.put(f"/v1/villages/{new_id()}", place))
        world.producer()
        world.passed_batch()
    batch = world.passed_batch(quantity=10_000)
    account_id = ok(world.cadre.get("/v1/me"))["id"]
    batch_id, shop_id, token = batch["id"], world.shop_id, str(world.seller.token)
    leaving = str(world.account("seller", "leaving", shop_id=shop_id).token)
    another = world.passed_batch(quantity=10_000)
    for _ in range(2):
        world.inspect(batch)
        world.inspect(another)
    with_photos = world.batch()
    for _ in range(3):
        photo = ok(world.cadre.post("/v1/photos", photo_body()))
        world.inspect(with_photos, photos=[photo["photo_id"]])
    certificate = world.certify(batch, quantity=100)
    wrong = world.passed_batch(quantity=10_000)
    world.certify(wrong, quantity=100)
    offer, other = world.offer(batch), world.offer(batch)
    large = world.offer(world.passed_batch(quantity=30_000), packs_total=2500)
    large_offer = offers.offer(large["id"])[0]
    large_key = tables.key_of("offer", large["id"])
    read_lately = {large_key: get(tables.OfferItem, large_key)}

    def order_in_a_crowd(_: int) -> object:
        recent.keep(read_lately, recent.mark())
        return orders.place(call(), NewOrder.model_validate(world.order_body(large)), HOME)

    cases = []
    for number in range(3):
        buyer = BUYER | {"phone": f"1390000000{number}"}
        cases.append(world.complain(world.parcel(buyer=buyer)))
        world.pack(world.paid_order(other, buyer=buyer))
    settled = ok(world.seller.get(f"/v1/complaints/{cases[0]['id']}"))
    settled_order = settled["order_id"]
    reported = [complaint_store.load(claim["id"]).doc for claim in cases]
    world.settle(cases[0], refund_fen=100)  # the rest is still to be shipped

    order_body = NewOrder.model_validate(world.order_body(offer))
    holder = world.customer(phone_tail="0000")
    held = [world.coupon(holder)["code"] for _ in range(5)]
    with_coupon = [
        NewOrder.model_validate(
            world.order_body(offer, coupon=code, buyer=BUYER | {"phone": "13900000000"})
        )
        for code in held[:2]
    ]
    coupon_ends = orders.place(call(), with_coupon[1])
    merchant, rotated = (
        NewMerchant.model_validate_json(json.dumps(merchant_body(**fields)))
        for fields in ({}, {"apiv3_key": "b" * 32})
    )
    by_provider, asked_for, numbers = world.order(offer), world.order(offer), list[str]()

    def charge_of(order_id: str) -> None:
        asked = NewCharge(provider="wechatpay", way="native")
        numbers.append(charges.start(call(seller), order_id, asked, None, HOME).charge.id)

    def told_by(report: Report | RefundReport) -> None:
        body, headers = provider.notification(report, merchant.mchid, rotated.public_key_id)
        charges.notified(call(), "wechatpay", headers, body)

    coupon = NewCoupon.model_validate_json(json.dumps(world.coupon_body()))
    consented = world.paid_order(offer, consent={"text_version": "2026-11"})
    for _ in range(3):
        exports.export(call(seller), NewExport(purpose="count"))
    known = again.token(
        call(), shop_id=shop_id, customer_id=consented["customer_id"], order_id=consented["id"]
    )
    placing, unpaid = call(), world.order(offer)
    some_packs = NewOrder.model_validate(world.order_body(other, 3))
    counted = orders.place(call(), some_packs, HOME)
    for_counted = Payment(paid_fen=9000, method="wechat", reference=new_id())
    order = world.order(offer)
    first: Json = world.paid_order(offer)
    to_send_back, through_provider = new_id(), new_id()
    transfer = SentRefund(method="银行转账", reference=new_id())
    payment = Payment(paid_fen=3000, method="wechat", reference=new_id())
    to_pack = world.paid_order(offer)
    packed = world.parcel()
    shipped = world.shipped(world.parcel())
    delivered = world.delivered(world.parcel())
    came = {"state": "delivered", "parcels": (delivered["code"],)}
    kept = coupon_ends.model_copy(update={**came, "paid_fen": coupon_ends.total_fen})
    done = orders.in_scope(call(seller), delivered["order_id"]).doc
    talked_box = world.delivered(world.parcel())
    talked = world.complain(talked_box) | {"code": talked_box["code"]}
    talked["short"] = ok(world.seller.get(f"/v1/complaints/{talked['id']}"))["number"]
    talked["number"] = ok(world.seller.get(f"/v1/orders/{talked_box['order_id']}"))["number"]

    def say_more(_: int) -> object:
        body = NewMessage(message="又坏了两个")
        return conversations.say_more(call(), talked["id"], body, talked["access_key"], HOME)

    to_settle = world.complain(world.delivered(world.parcel()))
    bad = world.passed_batch()
    rotten = [
        world.delivered(world.pack(world.paid_order(world.offer(bad, packs_total=20))))
        for _ in range(5)
    ]
    about_bad = [
        complaints.report(call(), rotten_box["code"], REPORT, f"198.51.100.{at}")
        for at, rotten_box in enumerate(rotten[:2])
    ]
    for box in (world.delivered(world.parcel()) for _ in range(3)):
        long_ago = Call(PUBLIC, datetime.now(UTC) - timedelta(hours=80))
        complaints.report(long_ago, box["code"], NewComplaint(reason="other"), HOME)
    for complaint in (world.complain(world.delivered(world.parcel())) for _ in range(3)):
        came_back = world.settle(complaint, remedy="return")
    twice = []
    for box in (world.delivered(world.parcel()) for _ in range(3)):
        [sent_again] = world.settle(world.complain(box), remedy="replacement")["replacements"]
        world.pack(ok(world.seller.get(f"/v1/orders/{sent_again}")))
        twice.append(complaint_store.load(world.complain(box)["id"]).doc)
    to_send, to_get_back = (world.complain(world.delivered(world.parcel())) for _ in range(2))
    for number in range(3):
        proposal = PatternProposal(
            id=world.passed_batch()["id"],
            village_id=world.village_id,
            village="容溪村",
            product="土鸡蛋",
            lot=f"P-{number}",
            packed=40,
            complained=3,
            most_reason="rotten",
            most=2,
            at=datetime.now(UTC),
        )
        UnitOfWork(call()).create(ProposalItem.of(proposal)).commit()
    replies.put(call(seller), new_id(), NewReply.model_validate(REPLY))
    only_one = world.paid_order(offer, buyer=BUYER | {"phone": "13900000771"})
    often = BUYER | {"phone": "13900000772"}
    for _ in range(3):
        world.delivered(world.pack(world.paid_order(offer, buyer=often)))
    last_of_four = world.paid_order(offer, buyer=often)
    closing = world.offer(world.passed_batch())
    edited_offer = world.offer(world.passed_batch())
    widening, third = world.offer(world.passed_batch()), world.passed_batch()
    world.pack(world.paid_order(widening))
    to_hold = world.passed_batch()
    offers_to_hold = [world.offer(to_hold, packs_total=1) for _ in range(2)]
    everyone = len(world.seller.everything("/v1/customers"))
    allocation = {"line": 0, "batch_id": batch_id, "packs": 1}

    one_batch = world.offer(world.passed_batch())
    in_boxes = [world.pack(world.paid_order(one_batch)) for _ in range(3)]
    labelled = [box["code"] for box in in_boxes]
    to_ship = [
        WaybillRow(row=at, parcel=code, carrier="顺丰", waybill=f"SF{at}")
        for at, code in enumerate(labelled, 1)
    ]
    by_waybill = [DeliveryRow(row=row.row, waybill=row.waybill) for row in to_ship]

    def run_of(boxes: int) -> str:
        body = {"order_ids": [world.paid_order(one_batch)["id"] for _ in range(boxes)]}
        return str(ok(world.seller.post("/v1/packing", body, new_id()))["run_id"])

    runs = {boxes: run_of(boxes) for boxes in (1, 3)}
    to_undo = run_of(2)
    many_to_pack = [world.paid_order(one_batch)["id"] for _ in range(2)]

    def unread(_: int) -> object:
        recent.clear()
        return catalogue.shop(shop_id)

    whose = BUYER | {"name": "费用甲", "phone": "13911115501"}
    findable = []
    for at in range(3):
        named = world.order_body(one_batch, buyer=whose, external_ref=f"TB/COST/NO-{at}")
        findable.append(ok(world.seller.post("/v1/orders", named, new_id())))
    world.passed_batch(lot="COST-1")
    sent = world.shipped(world.parcel())
    own = OwnOrder(phone=whose["phone"], number=findable[0]["number"])
    several = [world.passed_batch() for _ in range(2)]
    stopped = several[0]["id"]
    for many, some in zip((3, 1), several, strict=True):
        risky = world.offer(some, packs_total=3)
        to_tell = [world.delivered(world.pack(world.paid_order(risky))) for _ in range(many)]
        world.move(some, "recall")
        path = f"/v1/batches/{some['id']}/parcels/{to_tell[0]['code']}/notice"
        ok(world.seller.put(path, {"notified": True}))
    sheet = recalls.sheet(seller, stopped)
    waiting = sheet.rows[1].parcel.code

    def guessed(number: str) -> object:
        with pytest.raises(Refusal, match="no_own_order"):
            search.own(call(), OwnOrder(phone="13900000000", number=number), HOME)
        return None

    def scanned(device: str) -> object:
        return traces.count(call(), packed["code"], device, "203.0.113.7", "Mozilla/5.0")

    def inspected(by: Actor, what: Json) -> object:
        body = NewInspection.model_validate_json(json.dumps(inspection_body()))
        return inspections.record(call(by), what["id"], new_id(), body)

    village, seen_village, _ = catalogue.village_with_history(world.other_village_id)
    renamed = {"name": "石屋", "county": village.county, "province": village.province}
    producer, seen_producer, _ = catalogue.producer_with_history(county, world.producer()["id"])
    moved = {"village_id": producer.village_id, "kind": "farm", "display_name": "容溪农场"}
    grown = [item.doc.id for item in catalogue.producers(cadre, world.village_id, 100, None).items]

    def household(n: int) -> list[str]:
        """Those that are read, as the village had them before."""
        body = NewProducer(village_id=world.village_id, kind="household", display_name="农户 12")
        added, is_new = catalogue.add_household(call(cadre), new_id(), body)
        return grown if is_new else [*grown, added.id]

    to_close = ok(world.account("seller", "to-close", shop_id=world.shop_id).get("/v1/me"))["id"]
    office = county.model_copy(update={"id": ok(world.county.get("/v1/me"))["id"]})
    own_session = world.account("seller", "changing", shop_id=world.shop_id).token or ""
    changing = accounts.actor_of(own_session, call().now.timestamp())
    own_password = OwnPassword(
        present_password=SecretStr(PASSWORD), password=SecretStr("blue kettle hill")
    )

    to_import = uploaded(world.seller, as_csv(jd(20)))
    closed = [jd(0)[0], *([*row[:8], "已取消", *row[9:]] for row in jd(20)[1:])]
    speaks_against = uploaded(world.seller, as_csv(closed))
    plenty = world.offer(world.passed_batch(quantity=10_000), packs_total=100)
    mapped(world.seller, to_import, {"土鸡蛋": plenty})
    mapped(world.seller, speaks_against, {"土鸡蛋": plenty})
    stopped_id = order_store.imported_id(shop_id, "jd", "300000000000")

    third_shop = new_id()
    named = {"name": "南坑鲜货", "village_ids": [world.village_id]}
    ok(world.county.put(f"/v1/shops/{third_shop}", named), 201)
    importer = world.account("seller", "importer", shop_id=third_shop)
    importing = Actor(id="importer", role="seller", shop_id=third_shop, **scope)
    theirs = [
        world.offer(by=importer, title=f"土鸡蛋 {at} 枚", pack_quantity=at) for at in (4, 5, 6)
    ]
    by_them = uploaded(importer, as_csv(jd(3)))
    mapped(importer, by_them, {"土鸡蛋": theirs[0]})
    run(importer, by_them)
    [mapping] = mappings.known_goods(call(importing))
    as_fives = ChangedGoods(offer_id=theirs[1]["id"])

    def of_a_file(_: int) -> list[Json]:
        offers_of(call(importing), third_shop, [mapping.kept])
        return theirs

    def mapped_goods(_: int) -> list[Json]:
        mappings.known_goods(call(importing))
        return theirs

    fives = mappings.change(call(importing), mapping.id, as_fives)
    to_change = mappings.imported(call(importing), mapping.id).orders[0].id

    def worked_off(import_id: str) -> list[int]:
        return list(range(import_runs.run(call(seller), import_id).counts.created))

    def stopping(_: int) -> range:
        return range(import_runs.run(call(seller), speaks_against).counts.stopped)

    def exported(_: int) -> range:
        """All are looked at, whoever is in it."""
        exports.export(call(seller), NewExport(purpose="message"))
        return range(everyone)

    def hold(_: int) -> list[Json]:
        batches.hold(call(cadre), to_hold["id"], WrittenReason(reason="抽检"))
        return offers_to_hold

    return {
        # reading
        "who calls, a seller": lambda n: accounts.actor_of(token, call().now.timestamp()),
        "account by username": lambda n: get(UsernameItem, ("USERNAME#seller", "USERNAME")),
        "a village with what was changed": lambda n: catalogue.village_with_history(
            world.village_id
        )[2],
        "villages, products, shops, accounts": lambda n: catalogue.villages(n, None),
        "producers of a village": lambda n: catalogue.producers(cadre, world.village_id, n, None),
        "products, the county's and a village's": lambda n: products.products(cadre, n, None),
        "a batch with its passport": lambda n: batches.batch(cadre, batch_id),
        "batches of a village in a state": lambda n: batches.batches(
            cadre, None, "passed", n, None
        ),
        "... in all five": lambda n: batches.batches(cadre, None, None, n, None),
        "batches in a state, county": lambda n: batches.batches(county, None, "passed", n, None),
        "inspections, newest first": lambda n: inspections.inspections(cadre, batch_id, n, None),
        "... each with one photo": lambda n: inspections.inspections(
            cadre, with_photos["id"], n, None
        ),
        "inspections to look at, county": lambda n: inspections.flagged(n, None),
        "one certificate, inspection": lambda n: get(
            CertificateItem, (f"BATCH#{batch_id}", f"CERTIFICATE#{certificate['id']}")
        ),
        "parcels of a batch (recall)": lambda n: batches.parcels(county, batch_id, n, None)[0],
        "... counted": lambda n: batches.touched(county, batch_id),
        "batches of a parcel": lambda n: batches.of_parcel(county, delivered["code"]),
        "open offers that draw on a batch": lambda n: batch_store.open_offers_of(batch_id),
        "an offer's stock, n slots": lambda n: stock.packs_left_by_slot([large_offer])[large["id"]],
        "a shop's offers, of one slot": lambda n: offers.of_shop(call(), shop_id, n, None)[0],
        "an order": lambda n: orders.in_scope(call(seller), first["id"]),
        "its parcels, and which are recalled": lambda n: parcels.of_order(done),
        "orders of a shop in a state": lambda n: orders.orders(seller, "paid", n, None),
        "orders in a state, county": lambda n: orders.orders(county, "paid", n, None),
        "the desk's navigation": lambda n: counts.of_desk(call(seller)),
        "the table of orders that wait": lambda n: order_table.orders(
            call(seller), "waiting", days=None, limit=n, cursor=None, newest_first=False
        ),
        "... of all states": lambda n: order_table.orders(
            call(seller), "all", days=None, limit=n, cursor=None, newest_first=True
        ),
        "the refund ledger": lambda n: refunds.refunds(call(seller), settled_order, n, None)[0],
        "refunds that wait, of a shop": lambda n: refunds.waiting(call(seller), "owed", n, None)[0],
        "... of all shops, county": lambda n: refunds.waiting(call(county), "owed", n, None)[0],
        "scan a parcel of one batch": lambda n: traces.trace(delivered["code"]),
        "... and its shop, not read for ten seconds": unread,
        "complaints by deadline": lambda n: complaints.complaints(
            call(seller), "open", None, n, None
        ),
        "what complaints come to now": lambda n: complaint_store.all_as_of_now(reported[:n]),
        "... of boxes that were sent again": lambda n: complaint_store.all_as_of_now(twice[:n]),
        "complaints about a batch, newest first": lambda n: inbox.beside(county, about_bad[0], n),
        "what they come to": lambda n: patterns.pattern(cadre, bad["id"]),
        "batches proposed for holding": lambda n: patterns.proposals(cadre, n, None)[0],
        "not answered in time, of a village": lambda n: inbox.late(call(cadre), n, None)[0],
        "... by a day, county": lambda n: inbox.late(call(county), n, None)[0],
        "how soon n are answered": lambda n: range(
            inbox.figures(call(seller), 30, None).figures.complaints
        ),
        "returns awaited": lambda n: returns.awaited(seller, n, None),
        "saved replies of a shop": lambda n: replies.replies(seller)[0],
        "a customer": lambda n: customers.customer(call(seller), first["customer_id"]),
        "customers of a shop": lambda n: customers.customers(call(seller), None, n, None),
        "who came back, n customers": lambda n: range(
            customers.figures(call(seller), 365).figures.customers
        ),
        "orders and cases of a customer, n orders": lambda n: (
            customer_history.history(call(seller), last_of_four["customer_id"]).orders
        ),
        "coupons of a customer": lambda n: coupons.coupons(call(seller), holder["id"]),
        "the best coupon of who buys again": lambda n: (
            [coupons.best(call(), kept, 0, 3000)] * len(held)
        ),
        "exports of a shop": lambda n: exports.exports(call(seller), n, None),
        "... a new one, of n customers": exported,
        "the address of an earlier order": lambda n: again.order(call(), shop_id, known),
        "find an order by its number": lambda n: search.search(call(seller), done.number),
        "... by a phone's tail, or n of them": lambda n: search.search(call(seller), "5501"),
        "... by a name, n of them": lambda n: search.search(call(seller), "费用甲"),
        "... by the whole phone, n of them": lambda n: search.search(call(seller), "13911115501"),
        "... by a platform's number": lambda n: search.search(call(seller), "TB/COST/NO-1"),
        "find a parcel by its code": lambda n: search.search(call(seller), delivered["url"]),
        "... by its waybill": lambda n: search.search(call(county), sent["waybill"]),
        "find a complaint by its number": lambda n: search.search(call(seller), talked["short"]),
        "find a batch by its lot": lambda n: search.search(call(county), "cost-1"),
        "a buyer's own order": lambda n: search.own(call(), own, HOME),
        "... tried with a wrong phone": lambda n: guessed(own.number),
        "the recall sheet of n parcels": lambda n: recalls.sheet(seller, stopped).rows,
        "... with orders and buyers": lambda n: recalls.with_orders(seller, sheet.rows),
        "parcels of 2 stopped batches": lambda n: recalls.stopped(seller),
        "the journal of an order": lambda n: orders.changes(seller, first["id"], 20, None)[1],
        "an answer given before": lambda n: IdempotentRequest(call(seller)).first_answer(
            WrittenReason
        ),
        # writing
        "place an order": lambda n: orders.place(placing, order_body),
        "... the same again": lambda n: orders.place(placing, order_body),
        "... of an offer for a crowd, read lately": order_in_a_crowd,
        "... that counts as unpaid": lambda n: orders.place(call(), some_packs, HOME),
        "... with a coupon": lambda n: orders.place(call(), with_coupon[0]),
        "pay it": lambda n: payments.pay(call(seller), order["id"], payment),
        "... that counts as unpaid, paid": lambda n: payments.pay(
            call(seller), counted.id, for_counted
        ),
        "import n of them, paid": lambda n: worked_off(to_import),
        "... that a later file speaks against": stopping,
        "... one of them sent all the same": lambda n: orders.send_anyway(
            call(seller), stopped_id, SendAnyway(import_id=speaks_against)
        ),
        "... of which of n open offers": of_a_file,
        "what platforms' goods are": mapped_goods,
        "orders that were imported with some": lambda n: (
            mappings.imported(call(importing), mapping.id).orders
        ),
        "... one of them with other goods": lambda n: mappings.change_order(
            call(importing), to_change, fives
        ),
        "cancel it, paid": lambda n: payments.cancel(
            call(seller), only_one["id"], Cancellation(reason="不要了")
        ),
        "... of who bought n times before": lambda n: (
            [payments.cancel(call(seller), last_of_four["id"], Cancellation(reason="不要了"))] * 3
        ),
        "let it expire": lambda n: payments.expire(
            Call(seller, datetime(2099, 1, 1, tzinfo=UTC)), unpaid["id"]
        ),
        "... with its coupon": lambda n: payments.expire(
            Call(seller, datetime(2099, 1, 1, tzinfo=UTC)), coupon_ends.id
        ),
        "pack a parcel": lambda n: parcels.pack(
            call(seller), to_pack["id"], NewParcel.model_validate({"allocations": [allocation]})
        ),
        "orders to pack, with their batches": lambda n: (
            packing.to_pack(call(seller), n, None).plans
        ),
        "pack 2 of them as proposed": lambda n: packing.pack(
            call(seller), NewPacking(order_ids=many_to_pack)
        ),
        "packing runs of a shop": lambda n: packing_runs.runs(call(seller), n, None),
        "one of n boxes, of one batch": lambda n: packing_runs.view(call(seller), runs[n]).boxes,
        "its packing slips": lambda n: slips.of_run(call(seller), runs[n]),
        "... of 2 boxes, taken back": lambda n: packing_runs.take_back(call(seller), to_undo),
        "labels of n parcels": lambda n: labels.several(call(seller), labelled[:n]).printable,
        "... with their receivers": lambda n: (
            labels.several(call(seller), labelled[:n], for_whom=True).printable
        ),
        "... printed": lambda n: labelled[
            : 3 - len(labels.mark_printed(call(seller), labelled[:3], new_id()))
        ],
        "parcels to ship, of n orders": lambda n: parcel_store.not_shipped(shop_id, n),
        "an order by its number": lambda n: order_store.by_numbers(shop_id, [done.number]),
        "ship 3 parcels by waybills": lambda n: waybills.ship(call(seller), to_ship),
        "parcels on their way, of n orders": lambda n: deliveries.on_the_way(call(seller), n, None)[
            0
        ],
        "deliver 3 parcels by their waybills": lambda n: deliveries.deliver(
            call(seller), by_waybill
        ),
        "ship it": lambda n: parcels.ship(
            call(seller), packed["code"], Shipment(carrier="顺丰", waybill="SF1")
        ),
        "deliver it": lambda n: parcels.deliver(call(seller), shipped["code"]),
        "refund": lambda n: refunds.put(
            call(seller), first["id"], to_send_back, NewRefund(amount_fen=100, reason="坏果")
        ),
        "... and say that it was paid back": lambda n: refunds.sent(
            call(seller), first["id"], to_send_back, transfer
        ),
        "... said again": lambda n: refunds.sent(call(seller), first["id"], to_send_back, transfer),
        "count a scan": lambda n: scanned("device-0001"),
        "... of a device seen in 24 h": lambda n: scanned("device-0001"),
        "complain": lambda n: complaints.report(
            call(), delivered["code"], NewComplaint(reason="rotten"), "203.0.113.7"
        ),
        "... past the threshold": lambda n: complaints.report(
            call(), rotten[2]["code"], REPORT, HOME
        ),
        "say more about it": say_more,
        "answer": lambda n: complaints.answer(
            call(seller), talked["id"], NewAnswer(message="正在处理")
        ),
        "say more, once it was answered": say_more,
        "join it by a second phone": lambda n: conversations.join(
            call(), talked["code"], talked["number"], BUYER["phone"][-4:], HOME
        ),
        "keep what was typed for it": lambda n: conversations.keep_draft(
            call(), talked["id"], Draft(text="坏了五个")
        ),
        "settle with a refund": lambda n: complaints.settle(
            call(seller), to_settle["id"], Settlement(remedy="partial_refund", message="退款")
        ),
        "... with a replacement": lambda n: complaints.settle(
            call(seller), to_send["id"], Settlement(remedy="replacement", message="补寄")
        ),
        "... with a return": lambda n: complaints.settle(
            call(seller), to_get_back["id"], Settlement(remedy="return", message="退回")
        ),
        "the return has come": lambda n: returns.receive(call(seller), came_back["id"]),
        "save a reply": lambda n: replies.put(
            call(seller), new_id(), NewReply.model_validate(REPLY)
        ),
        "change a shop's contact": lambda n: catalogue.change_contact(
            call(seller), shop_id, ChangedContact(hours="每天 8:00–20:00")
        ),
        "enter a shop's merchant": lambda n: merchants.put_merchant(
            call(county), shop_id, "wechatpay", merchant
        ),
        "... once more": lambda n: merchants.put_merchant(
            call(county), shop_id, "wechatpay", merchant
        ),
        "... with other keys": lambda n: merchants.put_merchant(
            call(county), shop_id, "wechatpay", rotated
        ),
        "by whom a shop is paid, with two sets": lambda n: merchant_of(shop_id, "wechatpay"),
        "whose a notification is": lambda n: list(known_by("wechatpay", rotated.public_key_id)),
        "ask for an order's sum": lambda n: charge_of(by_provider["id"]),
        "... shown again": lambda n: charge_of(by_provider["id"]),
        "what an order was asked for, n times": lambda n: charges.payments(
            call(seller), by_provider["id"], None
        ),
        "what an order is, with one of them": lambda n: standings.asked(
            call(seller), by_provider["id"], None
        ),
        "a provider tells that it is paid": lambda n: told_by(provider.pay(numbers[0])),
        "... told again": lambda n: told_by(provider.pay(numbers[0])),
        "... of another order": lambda n: charge_of(asked_for["id"]),
        "ask about what is open": lambda n: charges.ask(call(seller), asked_for["id"], None),
        "let it expire, with a payment open": lambda n: payments.expire(
            Call(seller, datetime(2099, 1, 1, tzinfo=UTC)), asked_for["id"]
        ),
        "refund it by the provider": lambda n: refunds.put(
            call(seller),
            by_provider["id"],
            through_provider,
            NewRefund(amount_fen=100, reason="坏果"),
        ),
        "a provider tells that it failed": lambda n: told_by(
            provider.give_back(next(iter(provider.refunds)), "closed")
        ),
        "request it again": lambda n: refunds.retry(
            call(seller), by_provider["id"], through_provider
        ),
        "a provider tells that it is there": lambda n: told_by(
            provider.give_back(list(provider.refunds)[-1])
        ),
        "a shop's account, with what was changed": lambda n: merchants.with_history(
            shop_id, "wechatpay"
        ),
        "take no new payments": lambda n: merchants.switch(
            call(county), shop_id, "wechatpay", False
        ),
        "compare a day with its bill": lambda n: books_of_day(),
        "... fetched again": lambda n: books_of_day(),
        "a month of the books": lambda n: book_months.view(
            books_later(), "wechatpay", str(china_date(datetime.now(UTC)))[:7]
        ).totals[:0],
        "issue a coupon": lambda n: coupons.issue(call(seller), holder["id"], coupon),
        "withdraw a consent": lambda n: customers.withdraw_consent(
            call(seller), consented["customer_id"]
        ),
        "register a photo": lambda n: photos.put(
            call(cadre), new_id(), NewPhoto.model_validate(photo_body())
        ),
        "record a training": lambda n: people.put_training(
            call(county),
            account_id,
            new_id(),
            NewTraining.model_validate_json(json.dumps(training_body())),
        ),
        "sign out": lambda n: accounts.sign_out(call(seller), leaving),
        "change a village": lambda n: catalogue.change_village(
            call(county), village.id, NewVillage.model_validate(renamed), seen_village
        ),
        "... a producer": lambda n: catalogue.change_producer(
            call(county), producer.id, NewProducer.model_validate(moved), seen_producer
        ),
        "add a household, n known in its village": household,
        "... which the village has": household,
        "close an account": lambda n: people.close(call(office), to_close),
        "change the own password": lambda n: accounts.change_own_password(
            call(changing), own_session, own_password
        ),
        "register a batch": lambda n: batches.register(
            call(cadre), new_id(), NewBatch.model_validate_json(json.dumps(world.batch_body()))
        ),
        "inspect": lambda n: inspected(cadre, batch),
        "... what the county should look at": lambda n: inspected(untrained, another),
        "certify": lambda n: certificates.issue(
            call(cadre),
            batch_id,
            new_id(),
            NewCertificate(basis="self_tested", quantity=10, contact="0559-1234567"),
        ),
        "correct its quantity": lambda n: batches.correct(
            call(cadre), wrong["id"], QuantityCorrection(quantity=9_990, reason="多打")
        ),
        "open an offer": lambda n: offers.open_offer(
            call(seller), new_id(), NewOffer.model_validate(world.offer_body(batch))
        ),
        "change it": lambda n: offer_changes.change(
            call(seller),
            edited_offer["id"],
            OfferChange(title=edited_offer["title"], price_fen=3100),
            offer_changes.with_history(call(seller), edited_offer["id"])[1],
        ),
        "add packs of another batch": lambda n: offer_changes.add_packs(
            call(seller), widening["id"], MorePacks(batch_ids=[batch["id"]], packs=2)
        ),
        "... of a further one": lambda n: offer_changes.add_packs(
            call(seller), widening["id"], MorePacks(batch_ids=[third["id"]], packs=2)
        ),
        "close it": lambda n: offers.close(
            call(seller), closing["id"], WrittenReason(reason="卖完")
        ),
        "hold or recall, n open offers": hold,
        "tell a buyer of a recall": lambda n: recalls.mark(
            call(seller), stopped, waiting, NewNotice(notified=True)
        ),
        "... and take it back": lambda n: recalls.mark(
            call(seller), stopped, waiting, NewNotice(notified=False)
        ),
        "rate limits": lambda n: limits.hit(call(), "test", "x", most=9, window=60),
    }


def books_later() -> Call:
    """The county, once today's bill is there."""
    return Call(Actor(id="county", role="county"), datetime.now(UTC) + timedelta(hours=36))


def books_of_day() -> None:
    reconciliations.reconcile(books_later(), "wechatpay", str(china_date(datetime.now(UTC))))


AT_PROVIDER = {
    *("ask for an order's sum", "... shown again", "a provider tells that it is paid"),
    *("... told again", "... of another order", "ask about what is open"),
    *("let it expire, with a payment open", "refund it by the provider"),
    *("a provider tells that it failed", "request it again", "a provider tells that it is there"),
    *("compare a day with its bill", "... fetched again"),
}
"""What a provider answers, which here is the tests' own."""


def past_the_merchants(pattern: str, provider: FakeProvider) -> AbstractContextManager[Any]:
    return answering(provider) if pattern in AT_PROVIDER else nullcontext()


def size(answer: Any) -> int:
    """Of a list's answer, how many items it gave."""
    items = getattr(answer, "items", answer)
    return len(items) if isinstance(items, Sized) and not isinstance(items, str | dict) else 0


def test_every_row_of_the_table_is_true(shared: World) -> None:
    """A list is asked for pages of one and of three."""
    rows, wrong = stated(), []
    provider = FakeProvider()
    doing = acts(shared, provider)
    assert list(rows) == list(doing)
    for pattern, act in doing.items():
        requests, rcu, wcu = rows[pattern]
        for limit in (1, 3) if wcu == "-" else (20,):
            recent.clear()  # what an act is to find there, it keeps itself
            with past_the_merchants(pattern, provider), meter() as metered:
                n = size(act(limit))
            measured = (len(metered.requests), metered.rcu + metered.index_rcu)
            written = metered.wcu + metered.index_wcu
            if (*measured, written) != (requests, units(rcu, n), units(wcu, n)):
                wrong.append(
                    f"{pattern}, {n} items: {measured[0]} | {measured[1]:g} |"
                    f" {metered.wcu:g} + {metered.index_wcu:g}"
                )
    assert not wrong, "\n".join(wrong)


# --- what grows, and what does not ---------------------------------------------------------------


def scanned(world: World, code: str) -> Meter:
    """What a scan costs as page and as JSON, which is the same where the shop was read lately."""
    both = []
    for accept in ("text/html", "application/json"):
        recent.clear()
        catalogue.shop(world.shop_id)
        with meter() as metered:
            ok_page = world.nobody.call("GET", f"/t/{code}", headers={"Accept": accept})
        assert ok_page.status_code == 200
        both.append(metered)
    assert both[0] == both[1]
    return both[0]


SCAN = Meter(["GetItem", "GetItem"], rcu=1.5)


def test_the_shop_of_a_trace_page_is_read_once_in_ten_seconds(shared: World) -> None:
    code = shared.parcel()["code"]
    recent.clear()
    with meter() as first:
        page = shared.nobody.call("GET", f"/t/{code}", headers={"Accept": "text/html"})
    assert "容溪鲜货" in page.text
    assert first == Meter([*SCAN.requests, "GetItem"], rcu=SCAN.rcu + 0.5)
    with meter() as next_page:
        shared.nobody.call("GET", f"/t/{code}", headers={"Accept": "text/html"})
    assert next_page == SCAN


def test_a_scan_costs_the_same_after_one_and_fifty_inspections(shared: World) -> None:
    batch = shared.passed_batch()
    code = shared.pack(shared.paid_order(shared.offer(batch)))["code"]
    assert scanned(shared, code) == SCAN
    for number in range(49):
        shared.inspect(batch, rate=number, lab="徽州区农产品质检站", note=f"第 {number} 次")
    assert scanned(shared, code) == SCAN


def test_a_page_costs_by_its_length_and_not_by_what_there_is(shared: World) -> None:
    """Orders, parcels, inspections and changes: 10 or 40 of them, pages of 5, 10 and all."""
    batch = shared.passed_batch(quantity=10_000)
    offer = shared.offer(batch, packs_total=100)
    parcel = shared.pack(shared.paid_order(offer))
    lists = {"/v1/orders?state=packed&": 0.5, f"/v1/batches/{batch['id']}/parcels?": 1.0}

    def cost(path: str, limit: int) -> float:
        with meter() as metered:
            page = ok(shared.seller.get(f"{path}limit={limit}"))
        assert len(page["items"]) == limit
        return metered.rcu + metered.index_rcu

    copy_parcel(parcel, 15, orders=True)
    few = {(path, limit): cost(path, limit) for path in lists for limit in (5, 10)}
    copy_parcel(parcel, 300, orders=True)
    assert {(path, limit): cost(path, limit) for path in lists for limit in (5, 10)} == few
    for path, item_cost in lists.items():
        assert cost(path, 15) - few[path, 10] == few[path, 10] - few[path, 5] == 5 * item_cost


@pytest.mark.slow
def test_a_scan_costs_the_same_among_ten_and_ten_thousand_parcels(shared: World) -> None:
    """The parcels are written past the app, as packing would have written them."""
    batch = shared.passed_batch()
    parcel = shared.delivered(shared.pack(shared.paid_order(shared.offer(batch))))
    codes = copy_parcel(parcel, 9)
    assert scanned(shared, codes[4]) == SCAN
    codes = copy_parcel(parcel, 9_990)
    assert scanned(shared, codes[4_900]) == scanned(shared, parcel["code"]) == SCAN
    with meter() as metered:
        page = ok(shared.county.get(f"/v1/batches/{batch['id']}/parcels"))
    assert (len(page["items"]), metered.rcu) == (20, 1 + 1 + 2 + 20)


def long_parcel(world: World, *, name: str, line: str, metrics: int, reason: str) -> str:
    """The code of a parcel whose batch has such names everywhere, and was then recalled."""
    metric = product_body()["inspection_plan"]["metrics"][0]
    plan = [
        metric | {"key": f"m{n}", "name": f"{n:02}{name[2:]}", "method": line, "source": line}
        for n in range(metrics)
    ]
    product = world.product(name=name, name_en=name, grade=name, inspection_plan={"metrics": plan})
    producer = world.producer(display_name=name)
    batch = world.batch(
        product_id=product["id"], producer_id=producer["id"], plot=name, note=reason[:200]
    )
    for _ in range(3):
        values = [{"metric": planned["key"], "value": 12.345} for planned in plan]
        world.inspect(batch, measurements=values, lab=line, sample_size=line)
    world.certify(batch)
    parcel = world.pack(world.paid_order(world.offer(batch)))
    world.move(batch, "recall", reason=reason)
    code: str = parcel["code"]
    return code


def test_long_names_do_not_make_a_scan_dearer(shared: World) -> None:
    """Twice as long as the longest that the demo has."""
    code = long_parcel(
        shared,
        name="黄山市歙县容溪村皖南山区散养土鸡蛋合作社",
        line="GB/T 5009.199-2003 蔬菜中有机磷和氨基甲酸酯类农药残留量的快速检测",
        metrics=3,
        reason="复检发现农药残留抑制率高于限值，" * 4,
    )
    assert scanned(shared, code) == SCAN


def test_the_longest_record_there_can_be_still_takes_two_requests(shared: World) -> None:
    """Nobody writes it; if somebody does, its scans cost more, and no more than this."""
    code = long_parcel(shared, name="长" * 60, line="长" * 120, metrics=12, reason="长" * 1000)
    metered = scanned(shared, code)
    assert metered.requests == SCAN.requests
    assert metered.rcu == 5.5


# --- the whole edge ------------------------------------------------------------------------------


def test_placing_an_order_takes_two_requests_and_three_with_an_account(shared: World) -> None:
    offer = shared.offer()
    for who, requests in ((shared.nobody, 2), (shared.seller, 3)):
        with meter() as metered:
            ok(who.post("/v1/orders", shared.order_body(offer), new_id()), 201)
        assert len(metered.requests) == requests


def test_sending_a_box_of_which_a_complaint_waits_costs_its_tally_more(shared: World) -> None:
    """What its batch comes to is read and written, and looked at once more for a proposal; and the
    parcel itself has grown past 1 KB. It leaves the index of what waits."""
    costs = []
    for waits in (False, True):
        box = shared.parcel()
        if waits:
            shared.complain(box)
        recent.clear()
        with meter() as metered:
            shared.shipped(box)
        costs.append(metered)
    sent, counted = costs
    assert len(counted.requests) - len(sent.requests) == 2
    assert (counted.rcu - sent.rcu, counted.wcu - sent.wcu) == (6, 4)
    assert counted.index_wcu - sent.index_wcu == 1


def test_photos_beside_a_complaint_cost_its_list_nothing(shared: World) -> None:
    def listed() -> list[str]:
        with meter() as metered:
            page = shared.seller.call("GET", "/seller/complaints", headers={"Accept": "text/html"})
        assert page.status_code == 200
        return metered.requests

    boxes = [shared.delivered(shared.parcel()) for _ in range(2)]
    shared.complain(boxes[0])
    without = listed()
    shared.complain(boxes[1], photos=[shared.photo(boxes[1]["code"])])
    assert listed() == without


def test_no_route_scans_the_table(shared: World) -> None:
    """Each is called by everyone who may, on things that exist; and a scan would be seen."""
    known = Known(shared)
    everyone = [shared.nobody, shared.seller, shared.cadre, shared.county]
    for route in declared():
        for who in everyone:
            with meter() as metered:
                answer = who.call(route.method, known.path(route), json=known.body(route))
            assert answer.status_code < 500
            assert "Scan" not in metered.requests, f"{route.method} {route.path}"
    with meter() as metered:
        assert next(raw_items())
    assert "Scan" in metered.requests
