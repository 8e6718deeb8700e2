"""Many clients who do everything that the main job is made of, in random order.

Each client works on orders of its own from end to end, on batches and offers that all share, and
remembers what was acknowledged. Whoever gets no answer, or a 503, sends the same again with the
same key; what stays without an answer is sent once more in the end (`finish`). Then
everything acknowledged must be there, and everything exactly once (`check`).
"""

from collections import Counter, defaultdict
from collections.abc import Callable
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
from tests.client_tasks import FREED, HELD, PLAIN, BusyClient
from tests.crowd import at_once
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
    "reopen": ("COMPLAINT", "open", "reopened by the buyer"),
    "hold": ("BATCH", "held", HELD),
    "release": ("BATCH", "passed", FREED),
    "close": ("OFFER", "closed", None),
}
"""Task -> whose journal tells of it, the new state, and why, where others move it there too."""


class BusyClients:
    """16 clients in a world of their own."""

    def __init__(
        self, world: World, seed: int, kind: Callable[..., BusyClient] = BusyClient
    ) -> None:
        self.shared = Shared()
        self._first: set[str] = set()
        kinds: list[Json] = [{}, {"limit_per_customer": 40}, {"expected_orders_per_second": 300}]
        for more in kinds:
            batch = world.batch(quantity=1_000_000)
            inspection = world.inspect(batch)
            offer = world.offer(batch, packs_total=12_000, **more)
            self.shared.batches.append(batch)
            self.shared.offers.append(offer)
            self._first |= {record["id"] for record in (batch, inspection, offer)}
        self.clients = [kind(n, world, self.shared, seed) for n in range(CLIENTS)]

    @property
    def outcomes(self) -> Counter[str]:
        return sum((client.outcomes for client in self.clients), Counter())

    @property
    def answers(self) -> int:
        return sum(len(client.answered) for client in self.clients)

    def work(self, operations: int, midway: Callable[[], None] = lambda: None) -> None:
        """So many by all clients together; what one task leads to counts too. The first client does
        `midway` after half of its own, while the others are at work."""
        share = -(-operations // CLIENTS)
        first, *others = self.clients

        def work_of_the_first() -> None:
            first.work(share // 2)
            midway()
            first.work(share - share // 2)

        tasks: list[Callable[[], None]] = [work_of_the_first]
        tasks += [partial(client.work, share) for client in others]
        at_once(tasks, CLIENTS)

    def finish(self) -> None:
        at_once([client.finish for client in self.clients], CLIENTS)

    def check(self, books: Books) -> None:
        """Raises AssertionError with what should not have happened, or does not add up."""
        wrong = [
            f"client {n}: {what}" for n, client in enumerate(self.clients) for what in client.wrong
        ]
        assert not wrong, "\n".join(wrong[:20])
        books.check()
        by_deed: defaultdict[str, list[Json]] = defaultdict(list)
        for client in self.clients:
            for what, answer in client.answered:
                by_deed[what].append(answer)
        self._there_once(books, by_deed)
        self._moved_once(books, by_deed)
        scanned = sum((client.scanned for client in self.clients), Counter[str]())
        counted = {
            parcel.doc.code: int(parcel.scans) for parcel in books.all(ParcelItem) if parcel.scans
        }
        assert counted == scanned, set(counted.items()) ^ set(scanned.items())

    def _there_once(self, books: Books, by_deed: dict[str, list[Json]]) -> None:
        """What was made is what was acknowledged, no less and no more."""
        imports = {item.doc.id: item.doc for item in books.all(ImportItem)}
        bought = [
            order for order in books.orders if order.import_id is None and order.replaces is None
        ]
        refunds = [item.doc for item in books.all(RefundItem)]
        made = {
            "order": [order.id for order in bought],
            "pack": [parcel.doc.code for parcel in books.all(ParcelItem)],
            "complain": [complaint.doc.id for complaint in books.all(ComplaintItem)],
            "coupon": [coupon.doc.code for coupon in books.all(CouponItem)],
            "import": list(imports),
            "inspect": [inspection.doc.id for inspection in books.all(InspectionItem)],
            "certify": [certificate.doc.id for certificate in books.all(CertificateItem)],
            "register": [batch.doc.id for batch in books.all(BatchItem)],
            "offer": [offer.doc.id for offer in books.all(OfferItem)],
            "refund": [refund.id for refund in refunds if refund.reason == PLAIN],
        }
        for what, ids in made.items():
            name = "code" if what in {"pack", "coupon"} else "id"
            answers = sorted(answer[name] for answer in by_deed[what])
            assert answers == sorted(set(ids) - self._first), f"{what}: {set(answers) ^ set(ids)}"
        for some in (
            [order.campaign_id for order in bought if order.buyer],  # who never paid left nothing
            [order.external_ref for order in books.orders if order.import_id],
        ):
            assert len(set(some)) == len(some), Counter(some).most_common(3)
        imported = sum(import_doc.counts.created for import_doc in imports.values())
        assert imported == sum(order.import_id is not None for order in books.orders)

    def _moved_once(self, books: Books, by_deed: dict[str, list[Json]]) -> None:
        """Each acknowledged move stands in the journal, and no other; but for payments that the
        provider told of, which nobody asked for here."""
        entries = books.all(ChangeItem)
        by_provider = {item.pk for item in books.all(OrderItem) if item.doc.paid_by_charge}
        for what, (subject, state, why) in MOVES.items():
            moved = Counter(
                entry.pk
                for entry in entries
                if entry.pk.startswith(subject)
                and entry.doc.new == state
                and why in {None, entry.doc.why}
                and not (what == "pay" and entry.pk in by_provider)
            )
            name = "code" if subject == "PARCEL" else "id"
            acknowledged = Counter(f"{subject}#{answer[name]}" for answer in by_deed[what])
            assert moved == acknowledged, f"{what}: {moved - acknowledged} {acknowledged - moved}"
        for client in self.clients:
            for order_id in client.never_paid:
                order = books.get(OrderItem, key_of("order", order_id))
                assert order is not None
                assert order.doc.paid_at is None, f"{order_id} was paid and its payer told no"
