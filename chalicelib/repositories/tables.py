"""The one table: every key, index and access pattern on this page.

The costs are the engine's own figures for records of ordinary size (tests/world.py), without
finding out who calls, and tests/api/test_costs.py does every row to prove it. n: items of a list's
page. WCU: of the table, then of the indexes. A transaction's writes cost double, for each KB.

| pattern | key | index | requests | RCU | WCU |
|---|---|---|---|---|---|
| who calls, a seller | ACCOUNT#id, SHOP#id | - | 1 | 2 | - |
| account by username | USERNAME#name | - | 1 | 1 | - |
| villages, products, shops, accounts | kind | office | 2 | 0.5 + 0.5n | - |
| producers of a village | VILLAGE#id#PRODUCER | scope | 2 | 0.5 + 0.5n | - |
| products, the county's and a village's | PRODUCT, VILLAGE#id#PRODUCT | both | 3 | 1 + 0.5n | - |
| a batch with its passport | BATCH#id / BATCH | - | 1 | 1 | - |
| batches of a village in a state | VILLAGE#id#BATCH#state | scope | 2 | 0.5 + 0.5n | - |
| ... in all five | the same | scope | 6 | 2.5 + 0.5n | - |
| batches in a state, county | BATCH#state | office | 2 | 0.5 + 0.5n | - |
| inspections, newest first | BATCH#id#INSPECTION | scope | 3 | 1.5 + 0.5n | - |
| ... each with one photo | the same, PHOTO#id | scope | 4 | 1.5 + n | - |
| inspections to look at, county | INSPECTION#FLAGGED | office | 2 | 0.5 + 0.5n | - |
| one certificate, inspection | BATCH#id / CERTIFICATE#id, INSPECTION#id | - | 1 | 1 | - |
| parcels of a batch (recall) | BATCH#id / PARCEL#shop#code | - | 3 | 2 + n | - |
| ... counted | BATCH#id / PARCEL#shop#code | - | 2 | 2 | - |
| batches of a parcel | PARCEL#code, BATCH#id | - | 2 | 1 + n | - |
| offers that draw on a batch | BATCH#id / OFFER#id | - | 2 | 1 + n | - |
| an offer's stock, n slots | STOCK#offer#slot | - | 1 | n | - |
| a shop's offers, of one slot | SHOP#id#OFFER#state | scope | 3 | 0.5 + n | - |
| an order | ORDER#id / ORDER | - | 1 | 1 | - |
| its parcels, and which are recalled | PARCEL#code, BATCH#id | - | 2 | 2n | - |
| orders of a shop in a state | SHOP#id#ORDER#state#shard (of 3) | scope | 5 | 2.5 + 0.5n | - |
| orders in a state, county | ORDER#state#shard (of 3) | office | 5 | 2.5 + 0.5n | - |
| the refund ledger | ORDER#id#REFUND | scope | 3 | 1.5 + 0.5n | - |
| scan a parcel of one batch | PARCEL#code, BATCH#id | - | 2 | 1.5 | - |
| complaints by deadline | SHOP#id#COMPLAINT#state; COMPLAINT#state | scope; office | 2 | 0.5 + 0.5n | - |
| what complaints come to now | ORDER#id, BATCH#id, BATCH#id / PATTERN | - | 1 | 3n | - |
| complaints about a batch, newest first | BATCH#id / COMPLAINT#at#id, COMPLAINT#id | - | 2 | 1.5 + 0.5n | - |
| what they come to | BATCH#id / BATCH, PATTERN | - | 2 | 2 | - |
| batches proposed for holding | VILLAGE#id#PROPOSAL#state; PROPOSAL#state; BATCH#id / BATCH, PATTERN | scope; office | 3 | 0.5 + 1.5n | - |
| not answered in time, of a village | VILLAGE#id#COMPLAINT, COMPLAINT#id, BATCH#id | scope | 4 | 0.5 + 1.5n | - |
| ... by a day, county | COMPLAINT#open, BATCH#id | office | 3 | 0.5 + n | - |
| how soon n are answered | SHOP#id#COMPLAINT#state | scope | 5 | 2 + 0.5n | - |
| returns awaited | SHOP#id#RETURN#awaited, COMPLAINT#id | scope | 3 | 0.5 + n | - |
| saved replies of a shop | SHOP#id / REPLIES | - | 1 | 1 | - |
| a customer | CUSTOMER#id / CUSTOMER | - | 1 | 1 | - |
| customers of a shop | SHOP#id#CUSTOMER#repeat#shard, #once#shard (of 3) | scope | 8 | 4 + 0.5n | - |
| who came back, n customers | SHOP#id#CUSTOMER#repeat#shard, #once#shard (of 3) | scope | 8 | 4 + 0.5n | - |
| coupons of a customer | CUSTOMER#id, COUPON#code | - | 2 | 1 + n | - |
| the best coupon of who buys again | CUSTOMER#id, COUPON#code | - | 2 | 1 + n | - |
| exports of a shop | SHOP#id#EXPORT | scope | 2 | 0.5 + 0.5n | - |
| ... a new one, of n customers | EXPORT#id, as counted above | scope | 11 | 5 + 0.5n | 3 + 1 |
| the address of an earlier order | ORDER#id, CUSTOMER#id | - | 1 | 2 | - |
| the journal of an order | subject / CHANGE#version | - | 2 | 2 | - |
| an answer given before | ONCE#hash | - | 1 | 1 | - |
| place an order | ORDER#id, STOCK#offer#slot | both | 2 | 3 | 6 + 2 |
| ... the same again | ORDER#id | - | 1 | 3 | - |
| ... of an offer for a crowd, read lately | ORDER#id, STOCK#offer#slot | both | 2 | 1 | 6 + 2 |
| ... that counts as unpaid | the same, OFFER#id / UNPAID#customer, #address | both | 2 | 3 | 10 + 2 |
| ... with a coupon | ORDER#id, STOCK#offer#slot, COUPON#code | both | 2 | 4 | 10 + 2 |
| pay it | CUSTOMER#id / CUSTOMER, ORDER#id, REFERENCE#hash | both | 4 | 3 | 16 + 6 |
| ... that counts as unpaid, paid | the same, OFFER#id / UNPAID#customer, #address | both | 5 | 5 | 20 + 6 |
| import n of them, paid | IMPORT#id, ORDER#id, CUSTOMER#id | both | 10 | 8 + 2n | 20 + 8n + 3n |
| cancel it, paid | ORDER#id / REFUND#id, CUSTOMER#id | both | 5 | 4 | 16 + 5 |
| let it expire | ORDER#id | both | 3 | 2 | 8 + 4 |
| ... with its coupon | ORDER#id, COUPON#code | both | 4 | 3 | 12 + 4 |
| pack a parcel | PARCEL#code, BATCH#id / PARCEL#shop#code | both | 4 | 4 | 18 + 4 |
| orders to pack, with their batches | SHOP#id#ORDER#paid#shard (of 3), BATCH#id, OFFER#id, PRODUCT#id | scope | 6 | 3.75 + 0.75n | - |
| pack 2 of them as proposed | ORDER#id, PARCEL#code, BATCH#id / PARCEL#shop#code | both | 16 | 29 | 34 + 8 |
| labels of n parcels | PARCEL#code, BATCH#id | - | 2 | 1 + n | - |
| ... printed | PARCEL#code | - | 2 | n | 2n |
| parcels to ship, of n orders | SHOP#id#ORDER#packed#shard, #paid#shard (of 3) | scope | 9 | 4 + n | - |
| an order by its number | SHOP#id#ORDER#state#shard (of 3), ORDER#id | scope | 17 | 10 | - |
| ship 3 parcels by waybills | PARCEL#code, ORDER#id, BATCH#id | both | 15 | 13 | 44 + 12 |
| ship it | PARCEL#code, ORDER#id, BATCH#id | both | 5 | 4 | 16 + 4 |
| deliver it | PARCEL#code, ORDER#id | both | 4 | 3 | 12 + 4 |
| refund | ORDER#id / REFUND#id | scope | 3 | 2 | 6 + 1 |
| count a scan | PARCEL#code / SEEN#device | - | 5 | 3 | 5 |
| ... of a device seen in 24 h | PARCEL#code / SEEN#device | - | 2 | 2 | - |
| complain | COMPLAINT#id, PARCEL#code, CUSTOMER#id, BATCH#id / COMPLAINT#at#id, PATTERN, COMPLAINER#by | both | 7 | 8 | 16 + 3 |
| ... past the threshold | the same, PROPOSAL#id, BATCH#id | both | 7 | 8 | 22 + 5 |
| answer | COMPLAINT#id, BATCH#id / COMPLAINT#at#id | both | 4 | 5 | 12 + 5 |
| settle with a refund | COMPLAINT#id, ORDER#id / REFUND#id | both | 6 | 7 | 22 + 6 |
| ... with a replacement | COMPLAINT#id, ORDER#id, STOCK#offer#slot | both | 8 | 9 | 28 + 7 |
| ... with a return | COMPLAINT#id, ORDER#id / REFUND#id, RETURN#id | both | 6 | 7 | 24 + 8 |
| the return has come | RETURN#id, PARCEL#code | both | 6 | 5 | 10 + 4 |
| save a reply | SHOP#id / REPLIES | - | 2 | 1 | 2 |
| issue a coupon | COUPON#code, CUSTOMER#id | - | 3 | 2 | 6 |
| withdraw a consent | CUSTOMER#id / CUSTOMER | - | 2 | 1 | 2 |
| register a photo | PHOTO#id | - | 3 | 1 | 3 |
| record a training | ACCOUNT#id | - | 2 | 1 | 2 |
| sign out | ACCOUNT#id | - | 2 | 1 | 2 |
| register a batch | BATCH#id / BATCH | both | 4 | 4 | 2 + 2 |
| inspect | BATCH#id / INSPECTION#id | scope | 3 | 3 | 8 + 1 |
| ... what the county should look at | the same | both | 3 | 3 | 8 + 2 |
| certify | BATCH#id / CERTIFICATE#id | - | 3 | 2 | 8 |
| open an offer | OFFER#id, BATCH#id | scope | 7 | 7 | 10 + 1 |
| close it | OFFER#id, STOCK#offer#slot, BATCH#id | scope | 5 | 4 | 12 + 2 |
| hold or recall, n open offers | BATCH#id, OFFER#id, PROPOSAL#id | both | 6 | 4 + n | 10 + 2n + 4 |
| rate limits | LIMIT#what#who#window | - | 1 | - | 1 |

Hot keys: a shop in a live stream gets every order of the hour, so its orders and customers are
spread in its index by the stock slot they were taken from, in the office's by the order's id
(`Spread` remembers how widely), and merged on read. What everybody reads of an offer for a crowd is
kept by each process (recent.py). docs/capacity.md says which key gives in first, and when.
The indexes hold keys only: a move costs them 2 small writes, and a list reads the items it returns.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Generic, Self, TypeVar

from pydantic import BaseModel
from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    DiscriminatorAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.constants import STRING
from pynamodb.models import Model

from ..config import settings
from ..domain.accounts import Account
from ..domain.batches import Batch
from ..domain.catalogue import Producer, Shop, Village
from ..domain.certificates import Certificate
from ..domain.complaints import Complaint
from ..domain.coupons import Coupon
from ..domain.customers import Customer
from ..domain.exports import Export
from ..domain.fields import to_text
from ..domain.imports import Import, Mapping
from ..domain.inspections import Inspection
from ..domain.journal import Change
from ..domain.offers import Offer
from ..domain.orders import Order
from ..domain.parcels import Parcel
from ..domain.patterns import Proposal
from ..domain.photos import Photo
from ..domain.products import Product
from ..domain.refunds import Refund
from ..domain.replies import Replies
from ..domain.returns import Return
from ..domain.unpaid import Held

T = TypeVar("T", bound=BaseModel)

SCOPE, OFFICE = "scope-index", "office-index"
MOST_PARSED = 256
"""Batches, at some 20 KB."""


class Document(Attribute[T]):
    """A domain record as JSON text: adding a field touches the domain alone, reading is fast.

    read_often: the same text is parsed once by each process, as thousands of parcels share a batch;
    records are frozen, so whoever reads may share them.
    """

    attr_type = STRING

    def __init__(self, model: type[T], *, read_often: bool = False) -> None:
        super().__init__()
        read: Callable[[str], T] = model.model_validate_json
        self._read = lru_cache(MOST_PARSED)(read) if read_often else read

    def serialize(self, value: T | str) -> str:
        """`value`: a record, or the text of one that holds more than this release knows."""
        return value if isinstance(value, str) else value.model_dump_json(exclude_none=True)

    def deserialize(self, value: str) -> T:
        return self._read(value)


class Item(Model):
    """What every item has. `version` counts its writes; `state` repeats the record's.

    scope/office: partition keys of the two indexes, each with its sort key. fingerprint: of the
    content a client sent. expires_at: TTL in epoch seconds; readers check it too.
    """

    class Meta:
        table_name: str
        host: str | None
        region: str
        aws_access_key_id: str | None = None
        aws_secret_access_key: str | None = None
        connect_timeout_seconds = 1
        read_timeout_seconds = 3
        max_retry_attempts = 2
        max_pool_connections = 64

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = DiscriminatorAttribute()
    version = NumberAttribute(default=1)
    state = UnicodeAttribute(null=True)
    scope = UnicodeAttribute(null=True)
    scope_at = UnicodeAttribute(null=True)
    office = UnicodeAttribute(null=True)
    office_at = UnicodeAttribute(null=True)
    fingerprint = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)

    CYCLE: ClassVar[str | None] = None
    """The life cycle in domain/lifecycle.py that `state` follows."""
    written: str | None = None
    """The text of its record as it was read."""

    @property
    def key(self) -> tuple[str, str]:
        return self.pk, self.sk


@dataclass(frozen=True)
class Layout:
    """Where a record lies: templates over its own fields.

    scope, office: its partitions in the two indexes, both sorted by `at`.
    """

    pk: str
    sk: str
    scope: str | None = None
    office: str | None = None
    at: str | None = None

    def keys(self, doc: BaseModel) -> dict[str, Any]:
        """The key attributes of one record."""
        fields = _Fields(doc)
        at = self.at and self.at.format_map(fields)
        return {
            "pk": self.pk.format_map(fields),
            "sk": self.sk.format_map(fields),
            "state": getattr(doc, "state", None),
            "scope": self.scope and self.scope.format_map(fields),
            "scope_at": at if self.scope else None,
            "office": self.office and self.office.format_map(fields),
            "office_at": at if self.office else None,
        }


class _Fields(dict[str, Any]):
    """A record's fields by name, instants as text that sorts."""

    def __init__(self, doc: BaseModel) -> None:
        super().__init__()
        self.doc = doc

    def __missing__(self, name: str) -> Any:
        value = getattr(self.doc, name)
        return to_text(value) if isinstance(value, datetime) else value


class Recorded(Item, Generic[T]):
    """An item whose `doc` is a record of the domain."""

    LAYOUT: ClassVar[Layout]
    doc: Document[T]

    @classmethod
    def of(cls, doc: T, **rest: Any) -> Self:
        return cls(**cls.LAYOUT.keys(doc), doc=doc, **rest)


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


class BatchOfferItem(Item, discriminator="batch_offer"):
    """One offer that draws on a batch, in the batch's own partition: a hold stops them all."""

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


class ComplainerItem(Item, discriminator="complainer"):
    """Where a complaint about a batch came from, by keyed hash, until `expires_at`."""

    @classmethod
    def of(cls, batch_id: str, by: str, expires_at: int) -> "ComplainerItem":
        return cls(f"BATCH#{batch_id}", f"COMPLAINER#{by}", expires_at=expires_at)


class ProposalItem(Recorded[Proposal], discriminator="proposal"):
    CYCLE = "proposal"
    LAYOUT = Layout(
        "PROPOSAL#{id}",
        "PROPOSAL",
        scope="VILLAGE#{village_id}#PROPOSAL#{state}",
        office="PROPOSAL#{state}",
        at="{at}#{id}",
    )
    doc = Document(Proposal)


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


class RefundItem(Recorded[Refund], discriminator="refund"):
    LAYOUT = Layout(
        "ORDER#{order_id}", "REFUND#{id}", scope="ORDER#{order_id}#REFUND", at="{at}#{id}"
    )
    doc = Document(Refund)


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


Key = tuple[str, str]


def key_of(kind: str, identity: str) -> Key:
    """The key of a thing that has a partition of its own."""
    name = kind.upper()
    return f"{name}#{identity}", name


def stock_key(offer_id: str, slot: int) -> Key:
    return f"STOCK#{offer_id}#{slot}", "STOCK"


def pattern_key(batch_id: str) -> Key:
    return f"BATCH#{batch_id}", "PATTERN"


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
