"""What other releases write: of those before this, and of one that is still to come.

tests/fixtures/items holds what each release wrote. The rule that this proves is in CONTRIBUTING.md.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

import pytest
from pydantic import SecretStr

from chalicelib.config import settings
from chalicelib.domain.access import PUBLIC, Call
from chalicelib.domain.accounts import Credentials
from chalicelib.domain.batches import NewBatch, WrittenReason
from chalicelib.domain.catalogue import NewProducer, NewShop, NewVillage
from chalicelib.domain.certificates import NewCertificate
from chalicelib.domain.complaints import NewAnswer, NewComplaint, Settlement
from chalicelib.domain.coupons import NewCoupon
from chalicelib.domain.errors import Refusal
from chalicelib.domain.fields import Body, china_date
from chalicelib.domain.inspections import NewInspection
from chalicelib.domain.offers import NewOffer
from chalicelib.domain.orders import NewLine, NewOrder
from chalicelib.domain.parcels import NewParcel, Shipment
from chalicelib.domain.payments import Payment
from chalicelib.domain.products import NewProduct
from chalicelib.domain.refunds import NewRefund
from chalicelib.repositories import store
from chalicelib.repositories.complaints import key_for, text_of
from chalicelib.repositories.items import Item
from chalicelib.repositories.once import fingerprint
from chalicelib.repositories.orders import buyer_of
from chalicelib.repositories.tables import (
    BatchItem,
    CertificateItem,
    ComplaintItem,
    CustomerItem,
    OfferItem,
    OrderItem,
    ParcelItem,
    ProducerItem,
    ProductItem,
    RefundItem,
    ShopItem,
    VillageItem,
)
from chalicelib.services import (
    accounts,
    batches,
    certificates,
    complaints,
    coupons,
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
from infra.backup import release
from tests.books import Books
from tests.conftest import ROOT
from tests.fixtures.write import ITEMS, place
from tests.provider import FakeProvider, answering
from tests.world import BUYER, PASSWORD, Json, inspection_body, new_id, raw_items

Kind = TypeVar("Kind", bound=Item)

ADDRESS = "192.0.2.1"
WRITTEN: dict[str, Json] = {
    path.stem: json.loads(path.read_text()) for path in sorted(ITEMS.glob("*.json"))
}
THIS = release().lower()
UNCOUNTED = r"^allocations: BATCH#\S+: \d+ parcels told, \d+ are$"
LATER = "of a later release"


@pytest.fixture(autouse=True)
def _provider() -> Iterator[None]:
    """It has never heard of what was written then."""
    with answering(FakeProvider()):
        yield


class Old:
    """The table as a release left it, a minute later, and the people in it."""

    def __init__(self, written: Json) -> None:
        for raw in written["items"]:
            store.call("PutItem", TableName=settings().table, Item=raw)
        self.now = datetime.fromisoformat(written["at"]) + timedelta(minutes=1)
        self.nobody = Call(PUBLIC, self.now)
        # all of them, as accounts of 0.1.0 join the list of accounts when they sign in
        by_name = {
            name: self.signed_in(name)
            for raw in written["items"]
            if raw["kind"]["S"] == "username"
            for name in [raw["pk"]["S"].removeprefix("USERNAME#")]
        }
        self.seller, self.cadre = by_name["seller"], by_name["cadre"]
        self.county = by_name["county"]

    def signed_in(self, username: str) -> Call:
        body = Credentials(username=username, password=SecretStr(PASSWORD))
        token, _, _ = accounts.sign_in(self.nobody, body, ADDRESS)
        return Call(accounts.actor_of(token, self.now.timestamp()), self.now)

    def first_of(self, kind: type[Kind], state: str | None = None) -> Kind:
        """The first one in this state."""
        return next(item for item in Books.read().all(kind) if state in {None, item.state})


def check(books: Books) -> None:
    """What the books cannot know of older items: how many parcels a batch had before that was
    counted, from which the share of complaints is told."""
    try:
        books.check()
    except AssertionError as error:
        wrong = [line for line in str(error).splitlines() if not re.search(UNCOUNTED, line)]
        assert not wrong, "\n".join(wrong)


@pytest.fixture(params=WRITTEN)
def old(table: None, request: pytest.FixtureRequest) -> Old:
    return Old(WRITTEN[request.param])


# --- the releases before --------------------------------------------------------------------------


def test_every_release_has_its_items() -> None:
    """Those of a release stay; `make fixtures` writes those of the first heading."""
    releases = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert {release.lower() for release in releases} == WRITTEN.keys()
    assert {name: written["release"] for name, written in WRITTEN.items()} == {
        name: name for name in WRITTEN
    }


def test_this_release_shows_every_kind_of_item() -> None:
    """For a new kind: let tests/fixtures/write.py make one, then `make fixtures`."""
    kinds = {
        Item.kind.get_discriminator(subclass)
        for subclass in Item.kind.get_registered_subclasses(Item)
    }
    assert {raw["kind"]["S"] for raw in WRITTEN[THIS]["items"]} == kinds


def test_its_items_are_read_and_add_up(old: Old) -> None:
    """Every kind and every state, under the rules of today; and what was sealed is opened."""
    books = Books.read()
    check(books)
    ours = [buyer_of(order) for order in books.orders if order.import_id is None]
    assert {buyer.name for buyer in ours if buyer} == {BUYER["name"]}
    for item in books.all(ComplaintItem):
        assert text_of(item.doc, item.doc.messages[0]) == "压坏了"
    for parcel in books.all(ParcelItem):
        if parcel.state != "voided":
            assert traces.trace(parcel.doc.code).batches


def test_what_it_was_sent_is_known_when_it_is_sent_again(old: Old) -> None:
    """A phone may have sent it under that release, and not have heard the answer."""
    books = Books.read()
    again: list[tuple[Any, Body]] = [
        (item, body.model_validate_json(item.doc.model_dump_json(include=set(body.model_fields))))
        for kind, body in (
            (VillageItem, NewVillage),
            (ProducerItem, NewProducer),
            (ProductItem, NewProduct),
            (ShopItem, NewShop),
            (BatchItem, NewBatch),
            (CertificateItem, NewCertificate),
            (OfferItem, NewOffer),
            (RefundItem, NewRefund),
        )
        for item in books.all(cast(type[Any], kind))
        if item.fingerprint
    ]
    for order_item in books.all(OrderItem):
        order, buyer = order_item.doc, buyer_of(order_item.doc)
        if buyer and order.import_id is None and order.replaces is None:
            fields = order.model_dump(include={"shop_id", "channel", "campaign_id", "external_ref"})
            lines = [NewLine(offer_id=line.offer_id, packs=line.packs) for line in order.lines]
            sent = {**fields, "lines": lines, "buyer": buyer.model_dump(), "coupon": order.coupon}
            again.append((order_item, NewOrder.model_validate(sent)))
    assert len({type(item) for item, _ in again}) == 9
    for item, body in again:
        assert fingerprint(body) == item.fingerprint, item


def test_its_products_are_the_countys(old: Old) -> None:
    """Also those that a cadre made: no release said whose they were."""
    product = old.first_of(ProductItem).doc
    assert product.village_id is None
    listed = products.products(old.cadre.actor, 100, None).items
    assert product.id in {item.doc.id for item in listed}
    body = NewProduct.model_validate_json(
        product.model_dump_json(include=set(NewProduct.model_fields))
    )
    with pytest.raises(Refusal, match="not_found"):
        products.put(old.cadre, product.id, body)
    assert products.put(old.county, product.id, body) == (product, False)


def test_its_orders_go_on_to_the_end(old: Old) -> None:
    order = old.first_of(OrderItem, "pending_payment").doc
    payment = Payment(paid_fen=order.total_fen, method="微信支付", reference="1")
    payments.pay(old.seller, order.id, payment)
    line = order.lines[0]
    packed = {"allocations": [{"line": 0, "batch_id": line.batch_ids[0], "packs": line.packs}]}
    parcels.pack(old.seller, order.id, NewParcel.model_validate(packed))

    code = old.first_of(ParcelItem, "packed").doc.code
    parcels.ship(old.seller, code, Shipment(carrier="顺丰", waybill="SF1"))
    parcels.deliver(old.seller, old.first_of(ParcelItem, "shipped").doc.code)
    parcels.take_back(old.seller, old.first_of(ParcelItem, "delivered").doc.code)

    refund = NewRefund(amount_fen=100, reason="晚到")
    refunds.put(old.seller, old.first_of(OrderItem, "paid").doc.id, new_id(), refund)
    payments.expire_unpaid(old.now + timedelta(hours=1))
    check(Books.read())


def test_its_complaints_are_handled(old: Old) -> None:
    answer = NewAnswer(message="给您退款")
    complaints.answer(old.seller, old.first_of(ComplaintItem, "open").doc.id, answer)
    settled = next(  # one of which something is left to refund
        item.doc
        for item in Books.read().all(ComplaintItem)
        if item.state == "settled" and item.doc.remedy == "partial_refund"
    )
    complaints.reopen(old.nobody, settled.id, answer, key_for(settled.id))
    rejected = old.first_of(ComplaintItem, "rejected").doc
    traces.count(old.nobody, rejected.parcel_code, new_id(), ADDRESS, "browser")
    complaints.report(old.nobody, rejected.parcel_code, NewComplaint(reason="rotten"), ADDRESS)
    while open_ones := [
        complaint for complaint in Books.read().all(ComplaintItem) if complaint.doc.is_open
    ]:
        settlement = Settlement(remedy="partial_refund", refund_fen=100, message="退")
        complaints.settle(old.seller, open_ones[0].doc.id, settlement)
    check(Books.read())


def test_its_batches_are_tested_sold_and_recalled(old: Old) -> None:
    batch = old.first_of(BatchItem, "registered").doc
    tested = NewInspection.model_validate_json(
        json.dumps(inspection_body(tested_at=old.now.isoformat()))
    )
    inspections.record(old.cadre, batch.id, new_id(), tested)
    own = NewCertificate(basis="self_tested", quantity=100, contact="0559-1234567")
    certificates.issue(old.cadre, batch.id, new_id(), own)
    offer = NewOffer(
        product_id=batch.product_id, batch_ids=[batch.id], title="土鸡蛋", price_fen=3000,
        pack_quantity=10, packs_total=20,
    )  # fmt: skip
    opened, _, _ = offers.open_offer(old.seller, new_id(), offer)
    wanted = {"shop_id": opened.shop_id, "lines": [{"offer_id": opened.id, "packs": 2}]}
    orders.place(
        old.nobody, NewOrder.model_validate(wanted | {"buyer": BUYER, "channel": "direct"})
    )
    batches.hold(old.cadre, batch.id, WrittenReason(reason="抽检"))
    inspections.record(old.cadre, batch.id, new_id(), tested)
    for item in Books.read().all(BatchItem):
        if item.state != "recalled":
            batches.recall(old.county, item.doc.id, WrittenReason(reason="召回"))
    offers.close(old.seller, old.first_of(OfferItem, "open").doc.id, WrittenReason(reason="下架"))
    check(Books.read())


def test_its_customers_are_thanked_and_erased(old: Old) -> None:
    customer = old.first_of(CustomerItem).doc
    assert customers.name_of(customer) is not None
    coupons.issue(old.seller, customer.id, NewCoupon(off_fen=1, expires_on=china_date(old.now)))
    customers.erase(old.county, customer.id)
    erased = next(item for item in Books.read().all(CustomerItem) if item.doc.id == customer.id)
    assert customers.name_of(erased.doc) is None
    check(Books.read())


# --- the release after ----------------------------------------------------------------------------


def of_a_later_release(raw: Json) -> Json:
    """With a field more beside the record, one in it, and one in a part of it."""
    later = raw | {"later": {"S": LATER}}
    if "doc" in raw:
        record = json.loads(raw["doc"]["S"]) | {"later": LATER}
        for part in record.get("lines", ()):
            part["later"] = LATER
        later["doc"] = {"S": json.dumps(record, ensure_ascii=False)}
    return later


@pytest.fixture
def newer(table: None) -> Old:
    now = WRITTEN[THIS]
    return Old(now | {"items": [of_a_later_release(raw) for raw in now["items"]]})


def test_fields_of_a_later_release_are_read_over_and_kept(newer: Old) -> None:
    """On the item and on its record. In parts of a record they are lost: so none may be put there
    before a release that knows them has become the one to go back to."""
    test_its_orders_go_on_to_the_end(newer)
    test_its_complaints_are_handled(newer)
    before = {place(raw): of_a_later_release(raw) for raw in WRITTEN[THIS]["items"]}
    moved = set()
    for raw in raw_items():
        if (was := before.get(place(raw))) is None or raw == was:
            continue
        moved.add(raw["kind"]["S"])
        assert raw["later"]["S"] == LATER
        if "doc" in raw:
            record = json.loads(raw["doc"]["S"])
            assert record["later"] == LATER
            untouched = raw["doc"] == was["doc"]
            assert untouched or [part for part in record.get("lines", ()) if "later" in part] == []
    assert moved >= {"order", "parcel", "complaint", "customer", "batch", "stock"}


def test_a_kind_of_a_later_release_is_passed_by(newer: Old) -> None:
    """In every partition, under a prefix of its own."""
    for pk in {raw["pk"]["S"] for raw in raw_items()}:
        item = {"pk": {"S": pk}, "sk": {"S": "LATER#1"}, "kind": {"S": "later"}}
        store.call("PutItem", TableName=settings().table, Item=item)
    county = newer.county.actor
    page = customers.customers(newer.seller, None, 100, None)
    for customer in page.items:
        customers.erase(newer.county, customer.doc.id)
    items = batches.batches(county, None, None, 100, None).items
    for batch in items:
        batches.touched(county, batch.doc.id)
        inspections.inspections(county, batch.doc.id, 100, None)
        certificates.certificates(county, batch.doc.id)
        batches.changes(county, batch.doc.id, 100, None)
        if batch.state == "passed":
            batches.recall(newer.county, batch.doc.id, WrittenReason(reason="召回"))
    assert {batch.state for batch in items} >= {"passed", "held"}
