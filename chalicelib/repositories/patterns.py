"""What the complaints about a batch come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.complaints import ComplaintReason
from chalicelib.domain.networks import network, tells_apart
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import CountedInPatterns
from chalicelib.domain.patterns import COUNTED, MOST_BEHIND_ONE_ADDRESS, Pattern, Voice

from .items import Item, Key
from .reading import all_children, children, get_many, of_kind
from .sealing import keyed_hash
from .tables import (
    AllocationItem,
    BatchComplaintItem,
    BatchItem,
    ComplainerItem,
    ComplaintItem,
    ParcelItem,
    PatternItem,
    key_of,
    pattern_key,
)

MOST_LOOKED_AT = 500
KEPT = timedelta(days=30)
"""As long as a batch of fresh goods is on its way to those who bought it."""


def pattern_of(batch: BatchItem, tally: Item | None) -> Pattern:
    """What the complaints about a batch come to."""
    packed = max(0, int(batch.packed_parcels))  # voided, but packed before it was counted
    if not isinstance(tally, PatternItem) or not tally.complained:
        return Pattern(packed=packed, complained=0, reasons={})
    counts: dict[ComplaintReason, int] = {reason: int(getattr(tally, reason)) for reason in COUNTED}
    return Pattern(
        packed=packed,
        complained=int(tally.complained),
        reasons={reason: n for reason, n in counts.items() if n},
        repeats=int(tally.repeats),
        shop_id=tally.shop,
        of_shop=int(tally.of_shop),
        proved=int(tally.proved),
        placed=int(tally.placed),
        place_sum=int(tally.place_sum),
        place_squares=int(tally.place_squares),
    )


def of_shop(batch_id: str, shop_id: str) -> Pattern:
    """The same of one shop's parcels alone, as what others sold of the batch is theirs; by the
    latest MOST_LOOKED_AT complaints about the batch."""
    pk = f"BATCH#{batch_id}"
    links = children(
        BatchComplaintItem, pk, "COMPLAINT#", limit=MOST_LOOKED_AT, newest_first=True
    ).items
    own = [item.doc for item in of_links(links) if item.doc.shop_id == shop_id]
    first = {  # the first one about a parcel comes last
        complaint.parcel_code: complaint.reason for complaint in own if complaint.reason in COUNTED
    }
    keys = [key_of("parcel", code) for code in first]
    items = get_many(keys, consistent=False) if keys else {}
    counted = [parcel.doc for parcel in of_kind(ParcelItem, items, keys) if parcel.doc.counted]
    packed = sum(1 for _ in all_children(AllocationItem, pk, f"PARCEL#{shop_id}#"))
    pattern = Pattern(packed=packed, complained=0, reasons={})
    for parcel in counted:  # an older release did not remember as what it counts
        as_what = parcel.counted_as or CountedInPatterns(reason=first[parcel.code])
        voice = Voice.of(parcel, batch_id, as_what)
        if voice is not None:  # which may repeat what was said of another shop's
            pattern = pattern.with_one(voice._replace(repeats=False, shop_id=None))
    return pattern


def of_links(links: list[BatchComplaintItem]) -> list[ComplaintItem]:
    """The complaints that are linked, each once, in the order of their links."""
    keys = dict.fromkeys(key_of("complaint", link.complaint_id) for link in links)
    items = get_many(keys, consistent=False) if keys else {}
    return of_kind(ComplaintItem, items, keys)


def keys_for(batch_ids: Sequence[str]) -> list[Key]:
    """What has to have been read when a complaint is counted, beside those of who complains."""
    return [
        key
        for batch_id in batch_ids
        for key in (pattern_key(batch_id), key_of("proposal", batch_id))
    ]


MOST_NOTED = 18
"""Batches of a box whose complaint notes two origins for each: with its link, its tally and the
link of the stranger's that it ends that makes five writes a batch, of 100 with the rest."""
Origin = Sequence[str]
"""What is noted of where complaints come from: as many as it names have come from there, of which
none repeats another."""


PLACE_HEX = 3
"""Hexadecimal digits of the number of an address: one address in 4096 has the same. So the number,
which stays with the parcel, tells no address; two that speak of one batch seldom have the same."""


@dataclass(frozen=True)
class Source:
    """Where a complaint comes from: what is noted of it, the network address unless that tells
    nobody apart, and whether the payment provider told that its buyer paid."""

    origins: Sequence[Origin] = ()
    network: str | None = None
    proved: bool = False

    def place(self, batch_id: str) -> int | None:
        """The address's number for one batch."""
        if self.network is None:
            return None
        return int(keyed_hash("place", batch_id, self.network).hex()[:PLACE_HEX], 16)


def stranger(address: str) -> Source:
    """The network address; nothing where that tells nobody apart."""
    if not tells_apart(address):
        return Source()
    return Source([[network(address)]], network(address))


def buyer(paid: Order, address: str, batches: int) -> Source:
    """One person, whatever they ordered and was sent to them again; and unless the provider told
    of the payment, which a shop can say of buyers whom it made up, the address too.

    batches: in the box; of more than MOST_NOTED the address has no room in the commit.
    """
    origins: list[Origin] = [[f"customer {paid.customer_id}"]]
    here = network(address) if tells_apart(address) else None
    if here is not None and not paid.proved_paid and batches <= MOST_NOTED:
        shop = f"{here} shop {paid.shop_id}"
        origins.append([f"{shop} {n}" for n in range(MOST_BEHIND_ONE_ADDRESS)])
    return Source(origins, here, proved=paid.proved_paid)


def complainer_keys(batch_ids: Sequence[str], origins: Sequence[Origin]) -> list[Key]:
    """What has to have been read of them, when a complaint comes."""
    marks = [mark for origin in origins for mark in origin]
    return [complainer(batch_id, mark, 0).key for batch_id in batch_ids for mark in marks]


def complainer(batch_id: str, mark: str, expires_at: int) -> ComplainerItem:
    """For one batch: that it complained of another one cannot be told."""
    hashed = keyed_hash("complainer", batch_id, mark).hex()[:32]
    return ComplainerItem.of(batch_id, hashed, expires_at)
