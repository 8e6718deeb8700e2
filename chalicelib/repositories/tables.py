"""The one table: every key, index and access pattern on this page.

Costs are the engine's own capacity figures for items up to 1 KB (4 KB for reads), asserted in
tests/api/test_costs.py. "eventual" reads cost half; a transaction's writes cost double, and each
of the two indexes adds 1 WCU to a put and 2 to a move. Orders and parcels of one line.

| pattern | key | index | RCU / WCU |
|---|---|---|---|
| an account, with its shop | ACCOUNT#id, SHOP#id | - | 1-2 RCU, 1 request |
| account by username | USERNAME#name | - | 1 RCU |
| villages, products, shops | kind | office | 0.5 + 0.5 an item |
| producers of a village | VILLAGE#id#PRODUCER | scope | 0.5 + 0.5 an item |
| a batch with its passport | BATCH#id / BATCH | - | 1 RCU (4 KB) |
| batches by village and state | VILLAGE#id#BATCH#state | scope | 0.5 a state + 0.5 an item |
| batches by state, county | BATCH#state | office | the same |
| inspections, newest first | BATCH#id#INSPECTION | scope | 0.5 + 0.5 an item |
| one inspection, certificate | BATCH#id / INSPECTION#id, CERTIFICATE#id | - | 1 RCU |
| parcels of a batch (recall) | BATCH#id / PARCEL#shop#code | - | 0.5 for 4 KB of links |
| offers that draw on a batch (hold) | BATCH#id / OFFER#id | - | 1 for 4 KB of links |
| an offer's stock | STOCK#offer#slot | - | 1 RCU a slot |
| a shop's offers | SHOP#id#OFFER#state | scope | 0.5 + 0.5 an item |
| place an order | ORDER#id, STOCK#offer#slot | both | 2-3 requests, 4 WCU + 2 in indexes |
| an order | ORDER#id / ORDER | - | 1 RCU |
| orders by shop and state | SHOP#id#ORDER#state#shard | scope | 0.5 a state and shard + 0.5 an item |
| orders by state; the unpaid | ORDER#state#shard | office | the same |
| the refund ledger | ORDER#id / REFUND#id | - | 1 for 4 KB |
| scan a parcel of one batch | PARCEL#code, BATCH#id | - | 2 requests, 1.5 RCU |
| count a scan | PARCEL#code / SEEN#device | - | 4 WCU, 0 when seen within 24 h |
| complaints by deadline | SHOP#id#COMPLAINT#state; COMPLAINT#state | scope; office | 0.5 a state + 0.5 an item |
| a customer, their orders (erasure) | CUSTOMER#id / CUSTOMER, ORDER#id | - | 1 RCU |
| customers of a shop | SHOP#id#CUSTOMER#repeat, #once | scope | 0.5 each + 0.5 an item |
| the journal of a subject | subject / CHANGE#version | - | 1 for 4 KB |
| an answer given before | ONCE#hash | - | 1 RCU |
| rate limits | LIMIT#what#who#window | - | 1 WCU |

Hot keys: a shop in a live stream gets every order of the hour, so its orders are spread in the
indexes by the stock slot they were taken from (`Spread` remembers how widely), and merged on read.
The indexes hold keys only: a move costs them 2 small writes, and a list reads the items it returns.
"""

import threading
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel
from pynamodb.attributes import Attribute, DiscriminatorAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.constants import STRING
from pynamodb.models import Model

from ..config import settings
from ..domain.accounts import Account
from ..domain.batches import Batch
from ..domain.catalogue import Producer, Shop, Village
from ..domain.certificates import Certificate
from ..domain.complaints import Complaint
from ..domain.customers import Customer
from ..domain.fields import to_text
from ..domain.inspections import Inspection
from ..domain.journal import Change
from ..domain.offers import Offer
from ..domain.orders import Order
from ..domain.parcels import Parcel
from ..domain.photos import Photo
from ..domain.products import Product
from ..domain.refunds import Refund

T = TypeVar("T", bound=BaseModel)

SCOPE, OFFICE = "scope-index", "office-index"


class Document(Attribute[T]):
    """A domain record as JSON text: adding a field touches the domain alone, reading is fast."""

    attr_type = STRING

    def __init__(self, model: type[T]) -> None:
        super().__init__()
        self.model = model

    def serialize(self, value: T) -> str:
        return value.model_dump_json(exclude_none=True)

    def deserialize(self, value: str) -> T:
        return self.model.model_validate_json(value)


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

    @property
    def key(self) -> tuple[str, str]:
        return self.pk, self.sk


def by_time(instant: datetime, tie: str) -> str:
    """A sort key that orders by time and is unique."""
    return f"{to_text(instant)}#{tie}"


class AccountItem(Item, discriminator="account"):
    doc = Document(Account)

    @classmethod
    def of(cls, doc: Account, **rest: Any) -> "AccountItem":
        return cls(f"ACCOUNT#{doc.id}", "ACCOUNT", doc=doc, **rest)


class UsernameItem(Item, discriminator="username"):
    """Makes usernames unique and findable."""

    account_id = UnicodeAttribute()

    @classmethod
    def of(cls, username: str, account_id: str) -> "UsernameItem":
        return cls(f"USERNAME#{username}", "USERNAME", account_id=account_id)


class VillageItem(Item, discriminator="village"):
    doc = Document(Village)

    @classmethod
    def of(cls, doc: Village, **rest: Any) -> "VillageItem":
        at = by_time(doc.created_at, doc.id)
        return cls(f"VILLAGE#{doc.id}", "VILLAGE", doc=doc, office="VILLAGE", office_at=at, **rest)


class ProducerItem(Item, discriminator="producer"):
    doc = Document(Producer)

    @classmethod
    def of(cls, doc: Producer, **rest: Any) -> "ProducerItem":
        at = by_time(doc.created_at, doc.id)
        return cls(
            f"PRODUCER#{doc.id}",
            "PRODUCER",
            doc=doc,
            scope=f"VILLAGE#{doc.village_id}#PRODUCER",
            scope_at=at,
            office="PRODUCER",
            office_at=at,
            **rest,
        )


class ProductItem(Item, discriminator="product"):
    doc = Document(Product)

    @classmethod
    def of(cls, doc: Product, **rest: Any) -> "ProductItem":
        return cls(
            f"PRODUCT#{doc.id}", "PRODUCT", doc=doc, office="PRODUCT", office_at=doc.id, **rest
        )


class ShopItem(Item, discriminator="shop"):
    doc = Document(Shop)

    @classmethod
    def of(cls, doc: Shop, **rest: Any) -> "ShopItem":
        return cls(
            f"SHOP#{doc.id}",
            "SHOP",
            doc=doc,
            office="SHOP",
            office_at=by_time(doc.created_at, doc.id),
            **rest,
        )


class SpreadItem(Item, discriminator="spread"):
    """Over how many shards the orders of a shop, or of all shops, may lie. It only grows."""

    shards = NumberAttribute(default=1)


class BatchItem(Item, discriminator="batch"):
    CYCLE = "batch"
    doc = Document(Batch)

    @classmethod
    def of(cls, doc: Batch, **rest: Any) -> "BatchItem":
        at = by_time(doc.recorded_at, doc.id)
        return cls(
            f"BATCH#{doc.id}",
            "BATCH",
            doc=doc,
            state=doc.state,
            scope=f"VILLAGE#{doc.village_id}#BATCH#{doc.state}",
            scope_at=at,
            office=f"BATCH#{doc.state}",
            office_at=at,
            **rest,
        )


class InspectionItem(Item, discriminator="inspection"):
    doc = Document(Inspection)

    @classmethod
    def of(cls, doc: Inspection, **rest: Any) -> "InspectionItem":
        return cls(
            f"BATCH#{doc.batch_id}",
            f"INSPECTION#{doc.id}",
            doc=doc,
            scope=f"BATCH#{doc.batch_id}#INSPECTION",
            scope_at=by_time(doc.recorded_at, doc.id),
            **rest,
        )


class CertificateItem(Item, discriminator="certificate"):
    doc = Document(Certificate)

    @classmethod
    def of(cls, doc: Certificate, **rest: Any) -> "CertificateItem":
        return cls(f"BATCH#{doc.batch_id}", f"CERTIFICATE#{doc.id}", doc=doc, **rest)


class AllocationItem(Item, discriminator="allocation"):
    """One parcel that holds some of a batch, in the batch's own partition, grouped by shop."""

    code = UnicodeAttribute()
    quantity = NumberAttribute()

    @classmethod
    def of(cls, parcel: Parcel, batch_id: str) -> "AllocationItem":
        return cls(
            f"BATCH#{batch_id}",
            f"PARCEL#{parcel.shop_id}#{parcel.code}",
            code=parcel.code,
            quantity=parcel.quantity_of(batch_id),
        )


class BatchOfferItem(Item, discriminator="batch_offer"):
    """One offer that draws on a batch, in the batch's own partition: a hold stops them all."""

    offer_id = UnicodeAttribute()

    @classmethod
    def of(cls, batch_id: str, offer_id: str) -> "BatchOfferItem":
        return cls(f"BATCH#{batch_id}", f"OFFER#{offer_id}", offer_id=offer_id)


class OfferItem(Item, discriminator="offer"):
    CYCLE = "offer"
    doc = Document(Offer)

    @classmethod
    def of(cls, doc: Offer, **rest: Any) -> "OfferItem":
        return cls(
            f"OFFER#{doc.id}",
            "OFFER",
            doc=doc,
            state=doc.state,
            scope=f"SHOP#{doc.shop_id}#OFFER#{doc.state}",
            scope_at=by_time(doc.created_at, doc.id),
            **rest,
        )


class StockItem(Item, discriminator="stock"):
    """Packs left in one slot of an offer; `total` never changes, so sold = total - left."""

    total = NumberAttribute()
    left = NumberAttribute()

    @classmethod
    def of(cls, offer_id: str, slot: int, packs: int) -> "StockItem":
        return cls(*stock_key(offer_id, slot), total=packs, left=packs)


class TakenItem(Item, discriminator="taken"):
    """How many packs of a limited offer one customer has ordered."""

    packs = NumberAttribute(default=0)


class OrderItem(Item, discriminator="order"):
    CYCLE = "order"
    doc = Document(Order)
    refunded_fen = NumberAttribute(default=0)

    @classmethod
    def of(cls, doc: Order, **rest: Any) -> "OrderItem":
        at = by_time(doc.created_at, doc.id)
        return cls(
            f"ORDER#{doc.id}",
            "ORDER",
            doc=doc,
            state=doc.state,
            scope=f"SHOP#{doc.shop_id}#ORDER#{doc.state}#{doc.shard}",
            scope_at=at,
            office=f"ORDER#{doc.state}#{doc.shard}",
            office_at=at,
            **rest,
        )


class RefundItem(Item, discriminator="refund"):
    doc = Document(Refund)

    @classmethod
    def of(cls, doc: Refund, **rest: Any) -> "RefundItem":
        return cls(f"ORDER#{doc.order_id}", f"REFUND#{doc.id}", doc=doc, **rest)


class ParcelItem(Item, discriminator="parcel"):
    CYCLE = "parcel"
    doc = Document(Parcel)
    scans = NumberAttribute(default=0)
    first_scan_at = UnicodeAttribute(null=True)

    @classmethod
    def of(cls, doc: Parcel, **rest: Any) -> "ParcelItem":
        return cls(f"PARCEL#{doc.code}", "PARCEL", doc=doc, state=doc.state, **rest)


class SeenItem(Item, discriminator="seen"):
    """A device that scanned a parcel, by keyed hash, until `expires_at`."""

    @classmethod
    def of(cls, code: str, device: str, expires_at: int) -> "SeenItem":
        return cls(f"PARCEL#{code}", f"SEEN#{device}", expires_at=expires_at)


class ComplaintItem(Item, discriminator="complaint"):
    CYCLE = "complaint"
    doc = Document(Complaint)

    @classmethod
    def of(cls, doc: Complaint, **rest: Any) -> "ComplaintItem":
        at = by_time(doc.reply_due_at, doc.id)
        return cls(
            f"COMPLAINT#{doc.id}",
            "COMPLAINT",
            doc=doc,
            state=doc.state,
            scope=f"SHOP#{doc.shop_id}#COMPLAINT#{doc.state}",
            scope_at=at,
            office=f"COMPLAINT#{doc.state}",
            office_at=at,
            **rest,
        )


class CustomerItem(Item, discriminator="customer"):
    doc = Document(Customer)

    @classmethod
    def of(cls, doc: Customer, **rest: Any) -> "CustomerItem":
        bought = doc.last_order_at
        return cls(
            f"CUSTOMER#{doc.id}",
            "CUSTOMER",
            doc=doc,
            scope=f"SHOP#{doc.shop_id}#CUSTOMER#{'repeat' if doc.is_repeat else 'once'}",
            scope_at=by_time(bought, doc.id) if bought else doc.id,
            **rest,
        )


class CustomerOrderItem(Item, discriminator="customer_order"):
    """A paid order of a customer: where erasing a person has to go."""

    order_id = UnicodeAttribute()

    @classmethod
    def of(cls, customer_id: str, order_id: str) -> "CustomerOrderItem":
        return cls(f"CUSTOMER#{customer_id}", f"ORDER#{order_id}", order_id=order_id)


class PhotoItem(Item, discriminator="photo"):
    doc = Document(Photo)

    @classmethod
    def of(cls, doc: Photo, **rest: Any) -> "PhotoItem":
        return cls(f"PHOTO#{doc.id}", "PHOTO", doc=doc, **rest)


class ChangeItem(Item, discriminator="change"):
    """A journal entry; its number is the version its subject had after the move."""

    doc = Document(Change)

    @classmethod
    def of(cls, subject_pk: str, number: int, doc: Change) -> "ChangeItem":
        return cls(subject_pk, f"CHANGE#{number:08d}", doc=doc)


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


def taken_key(offer_id: str, customer_id: str) -> Key:
    return f"OFFER#{offer_id}", f"BUYER#{customer_id}"


def spread_key(shop_id: str | None) -> Key:
    """The shop's, or with None that of all shops."""
    return (f"SHOP#{shop_id}" if shop_id else "OFFICE"), "SPREAD"


LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_connecting = threading.Lock()


@cache
def connection() -> Connection:
    """The one connection that all kinds of item share: each further client costs 100 ms."""
    chosen = settings()
    with _connecting:
        Item.Meta.table_name = chosen.table
        Item.Meta.region = chosen.region
        Item.Meta.host = chosen.endpoint
        if chosen.endpoint and urlsplit(chosen.endpoint).hostname in LOOPBACK:
            # the embedded engine asks for a signature but checks none
            Item.Meta.aws_access_key_id = Item.Meta.aws_secret_access_key = "local"  # noqa: S105
        shared: Connection = Item._get_connection().connection
        _ = shared.client  # made here, as making it is not safe in two threads at once
        return shared


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


def item_of(raw: dict[str, Any]) -> Item:
    """The item of its own kind."""
    return Item.from_raw_data(raw)


def items_of(raws: Iterable[dict[str, Any]]) -> list[Item]:
    return [item_of(raw) for raw in raws]


def reachable() -> bool:
    """Whether the store answers and has the table."""
    try:
        connection().dispatch("DescribeTable", {"TableName": settings().table})
    except (ClientError, BotoCoreError):
        return False
    return True


def create_table() -> None:
    """Create the table if it is not there; raises botocore errors."""
    try:
        connection().dispatch("CreateTable", definition())
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceInUseException":
            raise


def drop_table() -> None:
    """For tests: the next test starts empty."""
    connection().dispatch("DeleteTable", {"TableName": settings().table})
