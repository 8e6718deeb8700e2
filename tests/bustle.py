"""Bustle: many clients who do everything that the main job is made of, in random order.

Each client works on orders of its own from end to end, on batches and offers that all share, and
remembers what was acknowledged. Whoever gets no answer, or a 503, sends the same again with the
same key; what stays without an answer is sent once more when the weather is fine (`finish`). Then
everything acknowledged must be there, and everything exactly once (`check`).
"""

from collections import Counter, defaultdict
from functools import partial

from chalicelib.repositories.tables import (
    BatchItem,
    CertificateItem,
    ChangeItem,
    ComplaintItem,
    CouponItem,
    ImportItem,
    InspectionItem,
    OfferItem,
    OrderItem,
    ParcelItem,
    RefundItem,
    key_of,
)
from tests.books import Books
from tests.crowd import at_once
from tests.deeds import FREED, HELD, PLAIN, Bustler
from tests.sending import Shared
from tests.world import Json, World

CLIENTS = 16
MOVES: dict[str, tuple[str, str, str | None]] = {
    "pay": ("ORDER", "paid", None),
    "cancel": ("ORDER", "cancelled", None),
    "ship": ("PARCEL", "shipped", None),
    "deliver": ("PARCEL", "delivered", None),
    "answer": ("COMPLAINT", "answered", None),
    "settle": ("COMPLAINT", "settled", None),
    "reopen": ("COMPLAINT", "open", None),
    "hold": ("BATCH", "held", HELD),
    "release": ("BATCH", "passed", FREED),
    "close": ("OFFER", "closed", None),
}
"""Deed -> whose journal tells of it, the new state, and why, where others move it there too."""


class Bustle:
    """16 clients in a world of their own."""

    def __init__(self, world: World, seed: int) -> None:
        self.shared = Shared()
        self._first: set[str] = set()
        kinds: list[Json] = [{}, {"limit_per_customer": 40}, {"expected_orders_per_second": 300}]
        for more in kinds:
            batch = world.batch(quantity=1_000_000)
            inspection = world.inspect(batch)
            offer = world.offer(batch, packs_total=12_000, **more)
            self.shared.batches.append(batch)
            self.shared.offers.append(offer)
            self._first |= {one["id"] for one in (batch, inspection, offer)}
        self.clients = [Bustler(n, world, self.shared, seed) for n in range(CLIENTS)]

    @property
    def told(self) -> Counter[str]:
        return sum((one.told for one in self.clients), Counter())

    @property
    def answers(self) -> int:
        return sum(len(one.answered) for one in self.clients)

    def work(self, operations: int) -> None:
        """So many by all clients together; what one deed leads to counts too."""
        share = -(-operations // CLIENTS)
        at_once([partial(one.work, share) for one in self.clients], CLIENTS)

    def finish(self) -> None:
        at_once([one.finish for one in self.clients], CLIENTS)

    def check(self, found: Books) -> None:
        """Raises AssertionError with what should not have happened, or does not add up."""
        wrong = [f"client {n}: {what}" for n, one in enumerate(self.clients) for what in one.wrong]
        assert not wrong, "\n".join(wrong[:20])
        found.check()
        told: defaultdict[str, list[Json]] = defaultdict(list)
        for client in self.clients:
            for what, answer in client.answered:
                told[what].append(answer)
        self._there_once(found, told)
        self._moved_once(found, told)
        scanned = sum((one.scanned for one in self.clients), Counter[str]())
        counted = {one.doc.code: int(one.scans) for one in found.all(ParcelItem) if one.scans}
        assert counted == scanned, set(counted.items()) ^ set(scanned.items())

    def _there_once(self, found: Books, told: dict[str, list[Json]]) -> None:
        """What was made is what was acknowledged, no less and no more."""
        imports = {one.doc.id: one.doc for one in found.all(ImportItem)}
        bought = [one for one in found.orders if one.import_id is None and one.replaces is None]
        refunds = [one.doc for one in found.all(RefundItem)]
        made = {
            "order": [one.id for one in bought],
            "pack": [one.doc.code for one in found.all(ParcelItem)],
            "complain": [one.doc.id for one in found.all(ComplaintItem)],
            "coupon": [one.doc.code for one in found.all(CouponItem)],
            "import": list(imports),
            "inspect": [one.doc.id for one in found.all(InspectionItem)],
            "certify": [one.doc.id for one in found.all(CertificateItem)],
            "register": [one.doc.id for one in found.all(BatchItem)],
            "offer": [one.doc.id for one in found.all(OfferItem)],
            "refund": [one.id for one in refunds if one.reason == PLAIN],
        }
        for what, ids in made.items():
            name = "code" if what in {"pack", "coupon"} else "id"
            answers = sorted(one[name] for one in told[what])
            assert answers == sorted(set(ids) - self._first), f"{what}: {set(answers) ^ set(ids)}"
        for some in (
            [one.campaign_id for one in bought if one.buyer],  # who never paid left nothing
            [one.external_ref for one in found.orders if one.import_id],
        ):
            assert len(set(some)) == len(some), Counter(some).most_common(3)
        imported = sum(one.counts.created for one in imports.values())
        assert imported == sum(one.import_id is not None for one in found.orders)

    def _moved_once(self, found: Books, told: dict[str, list[Json]]) -> None:
        """Each acknowledged move stands in the journal, and no other."""
        entries = found.all(ChangeItem)
        for what, (subject, state, why) in MOVES.items():
            moved = Counter(
                one.pk
                for one in entries
                if one.pk.startswith(subject)
                and one.doc.new == state
                and why in {None, one.doc.why}
            )
            name = "code" if subject == "PARCEL" else "id"
            acknowledged = Counter(f"{subject}#{one[name]}" for one in told[what])
            assert moved == acknowledged, f"{what}: {moved - acknowledged} {acknowledged - moved}"
        for client in self.clients:
            for order_id in client.never_paid:
                order = found.get(OrderItem, key_of("order", order_id))
                assert order is not None
                assert order.doc.paid_at is None, f"{order_id} was paid and its payer told no"
