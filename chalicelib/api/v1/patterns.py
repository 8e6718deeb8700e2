"""What complaints say about a batch together, and the proposals to hold one."""

from chalicelib.domain.fields import Instant, Model
from chalicelib.domain.patterns import Dismissal, Pattern, PatternProposal, State
from chalicelib.services import patterns as service

from ..edge.queries import Listing, ListQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class PatternAnswer(Model):
    """Of the batch's packed parcels, those complained about, by reason.

    packed: of those packed since they are counted; of an older batch it may be below complained.
    complained: of parcels that have left; what is said of one before waits until it is sent.
    repeats: of those complained about, those from a network address, or buyer, that another
    complaint had come from in the last 30 days; they alarm nobody.
    one_shop: several are complained about, and all were sent by one shop.
    one_address: several of them are no repeats, and all of these came from one network address;
    unless the payment provider told that enough of their buyers paid, they alarm nobody.
    alarming: past the threshold of domain/patterns.py.
    proposed_at: since when somebody should decide whether to hold it; null when nobody need.
    """

    packed: int
    complained: int
    repeats: int
    reasons: dict[str, int]
    one_shop: bool
    one_address: bool
    alarming: bool
    proposed_at: Instant | None

    @classmethod
    def of(cls, pattern: Pattern, proposal: PatternProposal | None) -> "PatternAnswer":
        return cls(
            packed=pattern.packed,
            complained=pattern.complained,
            repeats=pattern.repeats,
            reasons=dict(pattern.reasons),
            one_shop=pattern.is_of_one_shop,
            one_address=pattern.is_of_one_address,
            alarming=pattern.is_alarming,
            proposed_at=proposal.at if proposal else None,
        )


class HoldProposal(Model):
    """packed, complained, most: as they were when it was proposed."""

    batch_id: str
    village_id: str
    lot: str
    product: str
    state: State
    packed: int
    complained: int
    most_reason: str
    most: int
    at: Instant
    decided_at: Instant | None
    reason: str | None

    @classmethod
    def of(cls, proposal: PatternProposal) -> "HoldProposal":
        own = {"batch_id"}
        return cls(batch_id=proposal.id, **cls.taken_from(proposal, *own))


class OpenProposal(HoldProposal):
    """now: what the complaints come to at present."""

    now: Pattern


@routes.api("GET", "/v1/batches/{batch_id}/pattern", "batch:read", answer=PatternAnswer)
def get_pattern(edge: Edge, batch_id: str) -> PatternAnswer:
    """How many of its parcels were complained about, and for what"""
    return PatternAnswer.of(*service.looked_at(edge.call, batch_id))


@routes.api("GET", "/v1/proposals", "batch:hold", answer=Listing[OpenProposal], query=ListQuery)
def list_proposals(edge: Edge) -> Listing[OpenProposal]:
    """Batches proposed for holding and not yet decided, newest first"""
    proposals, next_cursor = service.proposals(edge.call.actor, edge.query.limit, edge.query.cursor)
    items = [
        OpenProposal(**HoldProposal.of(proposal).model_dump(), now=now)
        for proposal, now in proposals
    ]
    return Listing(items=items, next_cursor=next_cursor)


@routes.api(
    "POST",
    "/v1/batches/{batch_id}/proposal/dismiss",
    "batch:hold",
    body=Dismissal,
    answer=HoldProposal,
    keyed=True,
)
def dismiss(edge: Edge, body: Dismissal, batch_id: str) -> HoldProposal:
    """The batch was looked at and need not be held"""
    return HoldProposal.of(service.dismiss(edge.call, batch_id, body))
