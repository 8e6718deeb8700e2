"""The one table: every kind of item, with its keys, and the two indexes.

Who asks for what by which key, and at what cost, stands in docs/access-patterns.md.
"""

from datetime import datetime
from typing import Any, Self

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from chalicelib.config import settings
from chalicelib.domain.accounts import Account
from chalicelib.domain.batches import Batch
from chalicelib.domain.book_months import BookMonth
from chalicelib.domain.catalogue import Producer, Shop, Village
from chalicelib.domain.certificates import Certificate
from chalicelib.domain.charges import ProviderPayment
from chalicelib.domain.complaints import Complaint
from chalicelib.domain.coupons import Coupon
from chalicelib.domain.customers import Customer
from chalicelib.domain.day_books import DayBook
from chalicelib.domain.exports import Export
from chalicelib.domain.fields import china_date, to_text
from chalicelib.domain.imports import Import, Mapping
from chalicelib.domain.inspections import Inspection
from chalicelib.domain.journal import Change
from chalicelib.domain.merchants import ShopMerchant
from chalicelib.domain.offers import Offer
from chalicelib.domain.orders import Order
from chalicelib.domain.packing_runs import PackingRun
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.patterns import PatternProposal
from chalicelib.domain.photos import Photo
from chalicelib.domain.products import Product
from chalicelib.domain.recalls import Notice
from chalicelib.domain.refunds import Refund
from chalicelib.domain.replies import Replies
from chalicelib.domain.returns import Return
from chalicelib.domain.unpaid import Held

from .items import OFFICE, SCOPE, Document, Item, Key, Layout, Recorded

# --- who, where and what --------------------------------------------------------------------------


class AccountItem(Recorded[Account], discriminator="account"):
    LAYOUT = Layout("ACCOUNT#{id}", "ACCOUNT", office="ACCOUNT", at="{created_at}#{id}")
    doc = Document(Account)


class UsernameItem(Item, discriminator="username"):
    """Makes usernames unique and findable."""

    account_id = UnicodeAttribute()

    @classmethod
    def of(cls, username: str, account_id: str) -> "UsernameItem":
        return cls(f"USERNAME#{username}", "USERNAME", account_id=account_id)


class VillageItem(Recorded[Village], discriminator="village"):
    LAYOUT = Layout("VILLAGE#{id}", "VILLAGE", office="VILLAGE", at="{created_at}#{id}")
    doc = Document(Village)


class ProducerItem(Recorded[Producer], discriminator="producer"):
    LAYOUT = Layout(
        "PRODUCER#{id}",
        "PRODUCER",
        scope="VILLAGE#{village_id}#PRODUCER",
        office="PRODUCER",
        at="{created_at}#{id}",
    )
    doc = Document(Producer)


class ProducerNameItem(Item, discriminator="producer_name"):
    """The household that was first added in the field under a name of its village: of two phones
    one is the first. The name is a keyed hash."""

    producer_id = UnicodeAttribute()

    @classmethod
    def of(cls, name: str, producer_id: str) -> "ProducerNameItem":
        return cls(f"NAMED#{name}", "NAMED", producer_id=producer_id)


class ProductItem(Recorded[Product], discriminator="product"):
    """The county's are in the one list of the office in which all were before villages had any."""

    LAYOUT = Layout("PRODUCT#{id}", "PRODUCT", office="PRODUCT", at="{id}")
    OF_VILLAGE = Layout(
        "PRODUCT#{id}",
        "PRODUCT",
        scope="VILLAGE#{village_id}#PRODUCT",
        office="PRODUCT#VILLAGE",
        at="{id}",
    )
    doc = Document(Product)

    @classmethod
    def of(cls, doc: Product, **rest: Any) -> "ProductItem":
        layout = cls.OF_VILLAGE if doc.village_id else cls.LAYOUT
        return cls(**layout.keys(doc), doc=doc, **rest)


class ShopItem(Recorded[Shop], discriminator="shop"):
    LAYOUT = Layout("SHOP#{id}", "SHOP", office="SHOP", at="{created_at}#{id}")
    doc = Document(Shop)


class MerchantItem(Recorded[ShopMerchant], discriminator="merchant"):
    """In a partition of its own, for its journal: the shop's is the shop's."""

    LAYOUT = Layout("MERCHANT#{shop_id}#{provider}", "MERCHANT")
    doc = Document(ShopMerchant)


class MerchantKeyItem(Item, discriminator="merchant_key"):
    """A shop that a provider tells by this key: a notification names the key, and not the shop."""

    shop_id = UnicodeAttribute()

    @classmethod
    def of(cls, doc: ShopMerchant) -> "MerchantKeyItem":
        return cls(
            f"MERCHANTKEY#{doc.provider}#{doc.public_key_id}",
            f"SHOP#{doc.shop_id}",
            shop_id=doc.shop_id,
        )


class SpreadItem(Item, discriminator="spread"):
    """Over how many shards the orders of a shop, or of all shops, may lie. It only grows."""

    shards = NumberAttribute(default=1)


# --- batches and their quality --------------------------------------------------------------------


class BatchItem(Recorded[Batch], discriminator="batch"):
    CYCLE = "batch"
    LAYOUT = Layout(
        "BATCH#{id}",
        "BATCH",
        scope="VILLAGE#{village_id}#BATCH#{state}",
        office="BATCH#{state}",
        at="{recorded_at}#{id}",
    )
    doc = Document(Batch, read_often=True)
    packed = NumberAttribute(default=0)
    """How much of it lies in parcels; never more than it holds."""
    packed_parcels = NumberAttribute(default=0)
    """In how many; those that were voided are out."""
    widened: ListAttribute[str] = ListAttribute(null=True)
    """Offers that had this batch alone and got others: who packs for one looks at the offer."""

    @classmethod
    def of(cls, doc: Batch, **rest: Any) -> Self:
        return super().of(doc.fitting(), **rest)


class InspectionItem(Recorded[Inspection], discriminator="inspection"):
    LAYOUT = Layout(
        "BATCH#{batch_id}",
        "INSPECTION#{id}",
        scope="BATCH#{batch_id}#INSPECTION",
        office="INSPECTION#FLAGGED",
        at="{recorded_at}#{id}",
    )
    doc = Document(Inspection)

    @classmethod
    def of(cls, doc: Inspection, **rest: Any) -> Self:
        """In the office's index only when it is flagged: the others cost it no writes."""
        item = super().of(doc, **rest)
        if not doc.is_flagged:
            item.office = item.office_at = None
        return item


class CertificateItem(Recorded[Certificate], discriminator="certificate"):
    LAYOUT = Layout("BATCH#{batch_id}", "CERTIFICATE#{id}")
    doc = Document(Certificate)


class AllocationItem(Item, discriminator="allocation"):
    """One parcel that holds some of a batch, in the batch's own partition, grouped by shop."""

    code = UnicodeAttribute()
    quantity = NumberAttribute()
    order_id = UnicodeAttribute(null=True)

    @classmethod
    def of(cls, parcel: Parcel, batch_id: str) -> "AllocationItem":
        return cls(
            f"BATCH#{batch_id}",
            f"PARCEL#{parcel.shop_id}#{parcel.code}",
            code=parcel.code,
            quantity=parcel.quantity_of(batch_id),
            order_id=parcel.order_id,
        )


class NoticeItem(Recorded[Notice], discriminator="notice"):
    """By parcel, so that ticking it twice is one tick; a partition of its own, for its journal."""

    CYCLE = "notice"
    LAYOUT = Layout(
        "NOTICE#{batch_id}#{code}",
        "NOTICE",
        scope="BATCH#{batch_id}#NOTICE#{state}",
        at="{shop_id}#{code}",
    )
    doc = Document(Notice)


class BatchOfferItem(Item, discriminator="batch_offer"):
    """One offer that draws on a batch, in the batch's own partition: a hold stops them all.

    It expires when the offer closes, as nothing has to be stopped then.
    """

    offer_id = UnicodeAttribute()

    @classmethod
    def of(cls, batch_id: str, offer_id: str) -> "BatchOfferItem":
        return cls(f"BATCH#{batch_id}", f"OFFER#{offer_id}", offer_id=offer_id)


class BatchComplaintItem(Item, discriminator="batch_complaint"):
    """One complaint about a batch, in the batch's own partition, by when it was reported.

    In the index only while it waits for an answer, by its deadline, on the batch's village's list.
    """

    complaint_id = UnicodeAttribute()

    @classmethod
    def of(cls, complaint: Complaint, batch_id: str, village_id: str) -> "BatchComplaintItem":
        return cls(
            f"BATCH#{batch_id}",
            f"COMPLAINT#{to_text(complaint.created_at)}#{complaint.id}",
            scope=f"VILLAGE#{village_id}#COMPLAINT",
            scope_at=f"{to_text(complaint.reply_due_at)}#{complaint.id}#{batch_id}",
            complaint_id=complaint.id,
        )


class PatternItem(Item, discriminator="pattern"):
    """How many parcels of a batch were complained about, and how many of them for which reason."""

    complained = NumberAttribute(default=0)
    repeats = NumberAttribute(default=0)
    """Of these, those that came from where another had come from."""
    rotten = NumberAttribute(default=0)
    damaged = NumberAttribute(default=0)
    not_as_described = NumberAttribute(default=0)
    short_weight = NumberAttribute(default=0)
    shop = UnicodeAttribute(null=True)
    """Whose parcel was complained about first; of_shop: how many of them are its."""
    of_shop = NumberAttribute(default=0)
    proved = NumberAttribute(default=0)
    """Of those that repeat nothing, as the next three: `domain/patterns.py:Pattern`."""
    placed = NumberAttribute(default=0)
    place_sum = NumberAttribute(default=0)
    place_squares = NumberAttribute(default=0)


class ComplainerItem(Item, discriminator="complainer"):
    """Where a complaint about a batch came from, by keyed hash, until `expires_at`."""

    @classmethod
    def of(cls, batch_id: str, by: str, expires_at: int) -> "ComplainerItem":
        return cls(f"BATCH#{batch_id}", f"COMPLAINER#{by}", expires_at=expires_at)


class ProposalItem(Recorded[PatternProposal], discriminator="proposal"):
    CYCLE = "proposal"
    LAYOUT = Layout(
        "PROPOSAL#{id}",
        "PROPOSAL",
        scope="VILLAGE#{village_id}#PROPOSAL#{state}",
        office="PROPOSAL#{state}",
        at="{at}#{id}",
    )
    doc = Document(PatternProposal)


class PhotoItem(Recorded[Photo], discriminator="photo"):
    LAYOUT = Layout("PHOTO#{id}", "PHOTO")
    doc = Document(Photo)
    uploaded_at = UnicodeAttribute(null=True)
    """When its bytes were first seen in the object store, which then need not be asked again."""


# --- selling --------------------------------------------------------------------------------------


class OfferItem(Recorded[Offer], discriminator="offer"):
    CYCLE = "offer"
    LAYOUT = Layout(
        "OFFER#{id}", "OFFER", scope="SHOP#{shop_id}#OFFER#{state}", at="{created_at}#{id}"
    )
    doc = Document(Offer)


class StockItem(Item, discriminator="stock"):
    """Packs left in one slot of an offer; what was sold from it is total - left.

    It comes to be when first taken from: until then the slot holds what Offer.packs_in says.
    """

    total = NumberAttribute()
    left = NumberAttribute()
    closed = BooleanAttribute(null=True)
    """Nothing comes back to a slot of a closed offer: nobody could buy it there."""


class AsideItem(Item, discriminator="aside"):
    """Packs that an offer of several batches has set aside from one and that are in no parcel yet.

    It comes to be when first changed: until then they are what the offer took when it opened. An
    offer of one batch has none, as nothing of it is ever packed from another.
    """

    packs = NumberAttribute()


class TakenItem(Item, discriminator="taken"):
    """How many packs of a limited offer one customer has ordered."""

    packs = NumberAttribute(default=0)


class UnpaidItem(Item, discriminator="unpaid"):
    """How many packs of an offer one buyer, or one address, has ordered and not paid."""

    packs = NumberAttribute(default=0)

    @classmethod
    def of(cls, held: Held) -> "UnpaidItem":
        return cls(f"OFFER#{held.offer_id}", f"UNPAID#{held.by}")


class OrderItem(Recorded[Order], discriminator="order"):
    CYCLE = "order"
    LAYOUT = Layout(
        "ORDER#{id}",
        "ORDER",
        scope="SHOP#{shop_id}#ORDER#{state}#{shard}",
        office="ORDER#{state}#{office_shard}",
        at="{created_at}#{id}",
    )
    doc = Document(Order)
    refunded_fen = NumberAttribute(default=0)

    @property
    def is_paid_back(self) -> bool:
        """Whether all that was paid for it was refunded, so that it is not to be sent."""
        return 0 < self.doc.paid_fen <= int(self.refunded_fen)

    @property
    def is_to_be_sent(self) -> bool:
        """Whether nothing is known against sending what of it is packed."""
        return not self.is_paid_back and not self.doc.is_stopped


class RefundItem(Recorded[Refund], discriminator="refund"):
    """In the office's index while a provider is to be asked about it, by when."""

    CYCLE = "refund"
    LAYOUT = Layout(
        "ORDER#{order_id}", "REFUND#{id}", scope="ORDER#{order_id}#REFUND", at="{at}#{id}"
    )
    doc = Document(Refund)

    @classmethod
    def of(cls, doc: Refund, **rest: Any) -> Self:
        item = super().of(doc, **rest)
        if doc.next_ask_at is not None:
            item.office, item.office_at = "REFUND#due", f"{to_text(doc.next_ask_at)}#{doc.number}"
        return item

    @property
    def journal_pk(self) -> str:
        """Its own partition is its order's, which has a journal there."""
        return f"{self.pk}#{self.sk}"


class WaitingRefundItem(Item, discriminator="waiting_refund"):
    """That a refund waits for somebody, in the two indexes by the list that it is on; in neither
    once it waits no more. The refund's own places there are its ledger's and the clock's."""

    @classmethod
    def of(cls, refund: Refund) -> "WaitingRefundItem":
        item = cls(f"ORDER#{refund.order_id}", f"WAITING#{refund.id}")
        if refund.waits:
            at = f"{to_text(refund.at)}#{refund.order_id}#{refund.id}"
            item.scope, item.scope_at = f"SHOP#{refund.shop_id}#REFUND#{refund.waits}", at
            item.office, item.office_at = f"REFUND#{refund.waits}", at
        return item

    @property
    def order_id(self) -> str:
        return str(self.pk).removeprefix("ORDER#")

    @property
    def refund_key(self) -> Key:
        return self.pk, str(self.sk).replace("WAITING#", "REFUND#", 1)


class ChargeItem(Recorded[ProviderPayment], discriminator="charge"):
    """In the office's index while its provider is to be asked about it, by when; in its shop's by
    the day in China on which the money came."""

    CYCLE = "charge"
    LAYOUT = Layout("CHARGE#{id}", "CHARGE")
    doc = Document(ProviderPayment)

    @classmethod
    def of(cls, doc: ProviderPayment, **rest: Any) -> Self:
        item = super().of(doc, **rest)
        if doc.next_ask_at is not None:
            item.office, item.office_at = "CHARGE#due", f"{to_text(doc.next_ask_at)}#{doc.id}"
        if doc.succeeded_at is not None:
            item.scope = f"SHOP#{doc.shop_id}#CHARGE#{china_date(doc.succeeded_at)}"
            item.scope_at = f"{to_text(doc.succeeded_at)}#{doc.id}"
        return item


class BookedItem(Item, discriminator="booked"):
    """A refund's number that its provider has taken, by the day in China on which we heard of it:
    there a bill is to have it. The refund itself is listed by its order."""

    @classmethod
    def of(cls, refund: Refund, shop_id: str, at: datetime) -> "BookedItem":
        return cls(
            *booked_key(refund.order_id, refund.number or ""),
            scope=f"SHOP#{shop_id}#REFUND#{china_date(at)}",
            scope_at=f"{to_text(at)}#{refund.number}",
        )


class DayBookItem(Recorded[DayBook], discriminator="day_book"):
    """The days of a merchant lie in one partition, each with a journal of its own."""

    LAYOUT = Layout("BOOKS#{provider}#{mchid}", "DAY#{day}")
    doc = Document(DayBook)

    @property
    def journal_pk(self) -> str:
        return f"{self.pk}#{self.sk}"


class BookMonthItem(Recorded[BookMonth], discriminator="book_month"):
    """Of all shops. It is there once one of its days is."""

    CYCLE = "book_month"
    LAYOUT = Layout("MONTH#{provider}#{month}", "MONTH")
    doc = Document(BookMonth)
    writes = NumberAttribute(default=0)
    """How often one of its days was written: it closes as it was when it was looked at."""


WAITING = "PARCEL#waiting"
"""Of OFFICE: boxes of which a complaint waits to count."""


class ParcelItem(Recorded[Parcel], discriminator="parcel"):
    CYCLE = "parcel"
    LAYOUT = Layout("PARCEL#{code}", "PARCEL")
    doc = Document(Parcel)
    scans = NumberAttribute(default=0)
    muted = NumberAttribute(default=0)
    """Of the scans, those that say nothing of the code, as many came from one address."""
    first_scan_at = UnicodeAttribute(null=True)
    printed = NumberAttribute(default=0)
    """How often its label was printed; by which printing the last time, so that none counts twice."""
    printed_at = UnicodeAttribute(null=True)
    printing = UnicodeAttribute(null=True)

    @classmethod
    def of(cls, doc: Parcel, **rest: Any) -> Self:
        """In the index only while a complaint waits to count, by when it will."""
        item = super().of(doc, **rest)
        if doc.counts_from is not None:
            item.office, item.office_at = WAITING, f"{to_text(doc.counts_from)}#{doc.code}"
        return item


class PackingRunItem(Recorded[PackingRun], discriminator="packing_run"):
    LAYOUT = Layout("PACKING#{id}", "PACKING", scope="SHOP#{shop_id}#PACKING", at="{at}#{id}")
    doc = Document(PackingRun)
    codes: ListAttribute[str] = ListAttribute(default=list)
    """Of the parcels that it packed, each written with its parcel."""
    taken: ListAttribute[str] = ListAttribute(default=list)
    """Of those that were taken back."""


class SeenItem(Item, discriminator="seen"):
    """A device that scanned a parcel, by keyed hash, until `expires_at`."""

    @classmethod
    def of(cls, code: str, device: str, expires_at: int) -> "SeenItem":
        return cls(f"PARCEL#{code}", f"SEEN#{device}", expires_at=expires_at)


# --- orders from outside platforms ----------------------------------------------------------------


class ImportItem(Recorded[Import], discriminator="import"):
    CYCLE = "import"
    LAYOUT = Layout("IMPORT#{id}", "IMPORT", scope="SHOP#{shop_id}#IMPORT", at="{created_at}#{id}")
    doc = Document(Import)


class OutcomesItem(Item, discriminator="outcomes"):
    """What became of some orders of an import, from `start` on; sealed, as it quotes the file."""

    outcomes = UnicodeAttribute()

    @classmethod
    def of(cls, import_id: str, start: int, outcomes: str) -> "OutcomesItem":
        return cls(f"IMPORT#{import_id}", f"OUTCOMES#{start:06d}", outcomes=outcomes)


class MappingItem(Recorded[Mapping], discriminator="mapping"):
    LAYOUT = Layout("SHOP#{shop_id}", "MAPPING#{platform}")
    doc = Document(Mapping)


# --- after the sale -------------------------------------------------------------------------------


class ComplaintItem(Recorded[Complaint], discriminator="complaint"):
    CYCLE = "complaint"
    LAYOUT = Layout(
        "COMPLAINT#{id}",
        "COMPLAINT",
        scope="SHOP#{shop_id}#COMPLAINT#{state}",
        office="COMPLAINT#{state}",
        at="{reply_due_at}#{id}",
    )
    doc = Document(Complaint)


class ClaimNumberItem(Item, discriminator="claim_number"):
    """Makes the short numbers of complaints unique and findable."""

    complaint_id = UnicodeAttribute()

    @classmethod
    def of(cls, number: str, complaint_id: str) -> "ClaimNumberItem":
        return cls(*claim_number_key(number), complaint_id=complaint_id)


class ReturnItem(Recorded[Return], discriminator="return"):
    CYCLE = "return"
    LAYOUT = Layout(
        "RETURN#{id}",
        "RETURN",
        scope="SHOP#{shop_id}#RETURN#{state}",
        office="RETURN#{state}",
        at="{opened_at}#{id}",
    )
    doc = Document(Return)


class RepliesItem(Recorded[Replies], discriminator="replies"):
    LAYOUT = Layout("SHOP#{id}", "REPLIES")
    doc = Document(Replies)


class CustomerItem(Recorded[Customer], discriminator="customer"):
    LAYOUT = Layout(
        "CUSTOMER#{id}",
        "CUSTOMER",
        scope="SHOP#{shop_id}#CUSTOMER#{group}",
        at="{last_order_at}#{id}",
    )
    doc = Document(Customer)


class CustomerOrderItem(Item, discriminator="customer_order"):
    """A paid order of a customer: where erasing a person has to go."""

    order_id = UnicodeAttribute()

    @classmethod
    def of(cls, customer_id: str, order_id: str) -> "CustomerOrderItem":
        return cls(f"CUSTOMER#{customer_id}", f"ORDER#{order_id}", order_id=order_id)


class CouponItem(Recorded[Coupon], discriminator="coupon"):
    CYCLE = "coupon"
    LAYOUT = Layout("COUPON#{code}", "COUPON")
    doc = Document(Coupon)


class ExportItem(Recorded[Export], discriminator="export"):
    """Who took which group of customers out, when and what for."""

    LAYOUT = Layout("EXPORT#{id}", "EXPORT", scope="SHOP#{shop_id}#EXPORT", at="{at}#{id}")
    doc = Document(Export)


# --- about requests -------------------------------------------------------------------------------


class ChangeItem(Item, discriminator="change"):
    """A journal entry; its number is the version its subject had after the move."""

    doc = Document(Change)

    @classmethod
    def of(cls, subject_pk: str, number: int, doc: Change) -> "ChangeItem":
        return cls(subject_pk, f"CHANGE#{number:08d}", doc=doc)


class ReferenceItem(Item, discriminator="reference"):
    """The order of a shop that a payment's reference paid, by its keyed hash."""

    order_id = UnicodeAttribute()

    @classmethod
    def of(cls, mark: str, order_id: str) -> "ReferenceItem":
        return cls(f"REFERENCE#{mark}", "REFERENCE", order_id=order_id)


class FindItem(Item, discriminator="find"):
    """What people type, by keyed hash, and what is found by it: the end of the sort key is the id
    of an order, of a parcel or of a batch. See `repositories/search.py`."""


class OnceItem(Item, discriminator="once"):
    """The first answer to a request with an Idempotency-Key, sealed, as it may name a buyer."""

    answer = UnicodeAttribute()

    @classmethod
    def of(cls, request: str, fingerprint: str, answer: str, expires_at: int) -> "OnceItem":
        return cls(
            f"ONCE#{request}",
            "ONCE",
            fingerprint=fingerprint,
            answer=answer,
            expires_at=expires_at,
        )


class LimitItem(Item, discriminator="limit"):
    """How often someone did something within a window."""

    hits = NumberAttribute(default=0)


def key_of(kind: str, identity: str) -> Key:
    """The key of a thing that has a partition of its own."""
    name = kind.upper()
    return f"{name}#{identity}", name


def booked_key(order_id: str, number: str) -> Key:
    return f"ORDER#{order_id}", f"BOOKED#{number}"


def claim_number_key(number: str) -> Key:
    return f"CLAIM#{number}", "CLAIM"


def stock_key(offer_id: str, slot: int) -> Key:
    return f"STOCK#{offer_id}#{slot}", "STOCK"


def pattern_key(batch_id: str) -> Key:
    return f"BATCH#{batch_id}", "PATTERN"


def aside_key(offer_id: str, batch_id: str) -> Key:
    return f"OFFER#{offer_id}", f"BATCH#{batch_id}"


def refund_key(order_id: str, refund_id: str) -> Key:
    return f"ORDER#{order_id}", f"REFUND#{refund_id}"


def taken_key(offer_id: str, customer_id: str) -> Key:
    return f"OFFER#{offer_id}", f"BUYER#{customer_id}"


def spread_key(shop_id: str | None) -> Key:
    """The shop's, or with None that of all shops."""
    return (f"SHOP#{shop_id}" if shop_id else "OFFICE"), "SPREAD"


def definition() -> dict[str, Any]:
    """The CreateTable parameters; infra/ builds the production table from the same."""

    def keys(partition: str, sort: str) -> list[dict[str, str]]:
        return [
            {"AttributeName": partition, "KeyType": "HASH"},
            {"AttributeName": sort, "KeyType": "RANGE"},
        ]

    names = ("pk", "sk", "scope", "scope_at", "office", "office_at")
    return {
        "TableName": settings().table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in names],
        "KeySchema": keys("pk", "sk"),
        "GlobalSecondaryIndexes": [
            {
                "IndexName": name,
                "KeySchema": keys(partition, f"{partition}_at"),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for name, partition in ((SCOPE, "scope"), (OFFICE, "office"))
        ],
    }


KINDS: frozenset[str] = frozenset(
    name
    for kind in Item.kind.get_registered_subclasses(Item)
    if (name := Item.kind.get_discriminator(kind)) is not None
)
"""Of the items that this release knows."""


def item_of(raw: dict[str, Any]) -> Item | None:
    """The item of its own kind; None for a kind that only a later release knows, which is as good
    as not there for one that was gone back to."""
    if raw["kind"]["S"] not in KINDS:
        return None
    item: Item = Item.from_raw_data(raw)
    item.written = raw.get("doc", {}).get("S")
    return item
