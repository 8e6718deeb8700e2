"""What a file's orders would become, and what would be packed for each of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from chalicelib.domain.errors import Refusal
from chalicelib.domain.imports import MOST_ITEMS, Import, Listed, OrderOutcome
from chalicelib.domain.offers import Offer
from chalicelib.domain.pack_doubts import PackDoubt, ToPack, doubts
from chalicelib.repositories.reading import get_all, of_kind
from chalicelib.repositories.tables import OfferItem, key_of

from ..domain.import_doubts import FileOrder, doubts_of_orders
from ..domain.import_drafts import Draft, ItemRule, Wanted, wanted
from .import_orders import Candidate, StoreSnapshot, candidates
from .mapped_offers import MappedOffers


def kinds(drafted: Sequence[Draft]) -> list[tuple[str, str, str, int]]:
    """Of goods: the key, title, variant and the number of orders. Raises "too_many_items"."""
    names: dict[str, tuple[str, str]] = {}
    orders: Counter[str] = Counter()
    for draft in drafted:
        for line in draft.lines:
            names.setdefault(line.key, (line.item, line.sku))
        orders.update({line.key for line in draft.lines})
    if len(names) > MOST_ITEMS:
        raise Refusal("too_many_items", most=MOST_ITEMS)
    return [(key, *names[key], orders[key]) for key in names]


def preview(
    doc: Import, drafted: Sequence[Draft], mapped: MappedOffers
) -> tuple[list[OrderOutcome], dict[int, tuple[str, ...]]]:
    """What will become of each, and of which of them another offer stands in: see ImportPlan."""
    some = candidates(doc, drafted, mapped.rules)
    slots = {offer_id: offer.slots for offer_id, offer in mapped.offers.items()}
    look = StoreSnapshot(doc, some, slots, mapped.stand_ins)
    outcomes: list[OrderOutcome] = []
    instead = {}
    new: list[tuple[int, FileOrder]] = []
    for at, candidate in enumerate(some):
        decided = look.decide(candidate)
        if not isinstance(decided, OrderOutcome):
            assert isinstance(candidate, Candidate)
            lines = [taken.line for taken in decided]
            if lines != candidate.lines:
                instead[at] = tuple(line.offer_id for line in lines)
            draft = candidate.draft
            new.append((at, FileOrder(lines, draft.total_fen)))
            decided = OrderOutcome(number=draft.number, rows=draft.rows, what="new")
        outcomes.append(decided)
    prices = {offer_id: offer.price_fen for offer_id, offer in look.offers.items()}
    doubted = doubts_of_orders([order for _, order in new], prices)
    for (at, _), doubt in zip(new, doubted, strict=True):
        outcomes[at] = outcomes[at].model_copy(update={"doubt": doubt})
    return outcomes, instead


def listed(
    start: int,
    some: Iterable[tuple[OrderOutcome, Draft | None]],
    rules: Mapping[str, ItemRule],
    instead: Mapping[int, tuple[str, ...]],
    offers: Mapping[str, Offer] | None = None,
) -> list[Listed]:
    """Orders of a page, which begins at `start`, with what will be packed for those that are new.

    offers: those that were read already.
    """
    entries = [*some]
    lines = {
        at: _lines(draft, rules, instead.get(start + at))
        for at, (outcome, draft) in enumerate(entries)
        if draft is not None and outcome.what == "new"
    }
    if offers is None:
        offers = _offers({line.offer_id for some_lines in lines.values() for line in some_lines})
    doubted: dict[tuple[str, str], tuple[PackDoubt, ...]] = {}
    page = []
    for at, (outcome, draft) in enumerate(entries):
        packs = []
        for written, line in zip(draft.lines if draft else (), lines.get(at, ()), strict=False):
            offer = offers.get(line.offer_id)
            if offer is None:
                continue
            kind = (written.key, offer.id)
            if kind not in doubted:
                doubted[kind] = tuple(
                    doubts(written.item, written.sku, offer, rules[written.key].packs)
                )
            packs.append(ToPack(offer, line.packs, doubted[kind]))
        page.append(Listed(outcome, draft, tuple(packs)))
    return page


def _lines(
    draft: Draft, rules: Mapping[str, ItemRule], instead: tuple[str, ...] | None
) -> list[Wanted]:
    lines = wanted(draft, rules)
    if not isinstance(lines, list):
        return []
    ids = instead or [line.offer_id for line in lines]
    return [line._replace(offer_id=offer_id) for line, offer_id in zip(lines, ids, strict=True)]


def _offers(ids: set[str]) -> dict[str, Offer]:
    keys = [key_of("offer", offer_id) for offer_id in ids]
    return {item.doc.id: item.doc for item in of_kind(OfferItem, get_all(keys), keys)}
