"""Packing in a row: what waits, with a proposal for each order, and doing as proposed."""

from datetime import date
from typing import Any

from chalicelib.domain.codes import display_code
from chalicelib.domain.errors import Refusal
from chalicelib.domain.fields import Model
from chalicelib.domain.packing import PROBLEMS, NewPacking, Packed, PackingPlan, PackingProblem
from chalicelib.domain.products import Unit
from chalicelib.domain.sentences import SENTENCES
from chalicelib.domain.telling import worded
from chalicelib.pages.texts import LANGUAGES, Language
from chalicelib.services import packing as service

from ..edge.problems import sentence
from ..edge.queries import Listing, ListQuery
from ..edge.routing import Edge, Routes
from .parcels import trace_url

routes = Routes(__name__)


class ProblemAnswer(Model):
    code: str
    detail: str

    @classmethod
    def of(cls, problem: PackingProblem | None, language: Language) -> "ProblemAnswer | None":
        return cls(code=problem.code, detail=problem_text(problem, language)) if problem else None


class PackingLine(Model):
    """to_pack: packs that are in no parcel yet."""

    product_id: str
    product: str
    title: str
    unit: Unit
    pack_quantity: int
    packs: int
    to_pack: int


class PackingProposal(Model):
    line: int
    batch_id: str
    lot: str
    packs: int
    best_before: date | None


class PlanAnswer(Model):
    """Either proposals for all that is left to pack, or the problem."""

    order_id: str
    number: str
    lines: list[PackingLine]
    proposals: list[PackingProposal]
    problem: ProblemAnswer | None

    @classmethod
    def of(cls, plan: PackingPlan, language: Language) -> "PlanAnswer":
        names = set(PackingLine.model_fields) - {"to_pack"}
        return cls(
            order_id=plan.order.id,
            number=plan.order.number,
            lines=[
                PackingLine(to_pack=line.to_pack, **line.model_dump(include=names))
                for line in plan.order.lines
            ],
            proposals=[
                PackingProposal(
                    line=proposal.line,
                    batch_id=proposal.batch_id,
                    lot=proposal.lot,
                    packs=proposal.packs,
                    best_before=proposal.best_before,
                )
                for proposal in plan.proposals
            ],
            problem=ProblemAnswer.of(plan.problem, language),
        )


class PackedAnswer(Model):
    """A parcel's code, or the problem."""

    order_id: str
    number: str
    code: str | None
    display_code: str | None
    url: str | None
    problem: ProblemAnswer | None

    @classmethod
    def of(cls, outcome: Packed, language: Language) -> "PackedAnswer":
        return cls(
            order_id=outcome.order_id,
            number=outcome.number,
            code=outcome.code,
            display_code=display_code(outcome.code) if outcome.code else None,
            url=trace_url(outcome.code) if outcome.code else None,
            problem=ProblemAnswer.of(outcome.problem, language),
        )


class PackingAnswer(Model):
    """run_id: of the run that can be looked at and taken back; null if nothing was packed."""

    items: list[PackedAnswer]
    run_id: str | None


def problem_text(problem: PackingProblem, language: Language) -> str:
    """Why, and what to do, in one sentence."""
    if problem.code in PROBLEMS:
        return worded(PROBLEMS[problem.code], LANGUAGES.index(language), problem.facts)
    assert problem.code in SENTENCES
    facts: dict[str, Any] = {"allowed": [], **problem.facts}
    return sentence(Refusal(problem.code, **facts), language)


@routes.api("GET", "/v1/packing", "order:fulfil", query=ListQuery, answer=Listing[PlanAnswer])
def to_pack(edge: Edge) -> Listing[PlanAnswer]:
    """Orders to pack, the oldest first, each with the batches to pack it from"""
    queue = service.to_pack(edge.call, edge.query.limit, edge.query.cursor)
    plans = [PlanAnswer.of(plan, edge.language) for plan in queue.plans]
    return Listing(items=plans, next_cursor=queue.next_cursor)


@routes.api(
    "POST", "/v1/packing", "order:fulfil", body=NewPacking, answer=PackingAnswer, keyed=True
)
def pack(edge: Edge, body: NewPacking) -> PackingAnswer:
    """Pack each order as proposed, in one parcel, and say for each what became of it"""
    done = service.pack(edge.call, body)
    items = [PackedAnswer.of(outcome, edge.language) for outcome in done.items]
    return PackingAnswer(items=items, run_id=done.run_id)
