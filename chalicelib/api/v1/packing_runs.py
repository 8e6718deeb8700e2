"""Packing runs: the boxes that one request packed, and taking them back."""

from dataclasses import asdict
from datetime import date

from chalicelib.domain.codes import display_code
from chalicelib.domain.fields import Instant, Model, Nothing
from chalicelib.domain.packing import Pick
from chalicelib.domain.packing_runs import RunBox, RunEntry, TakenBackBox
from chalicelib.domain.products import Unit
from chalicelib.pages.texts import Language
from chalicelib.services import packing_runs as service

from ..edge.queries import Listing, ListQuery
from ..edge.routing import Edge, Routes
from .packing import ProblemAnswer

routes = Routes(__name__)


class RunEntryAnswer(Model):
    """boxes: how many it packed; taken_back: how many of these were unpacked again."""

    id: str
    at: Instant
    by: str
    boxes: int
    taken_back: int

    @classmethod
    def of(cls, entry: RunEntry) -> "RunEntryAnswer":
        own = ("boxes", "taken_back")
        return cls(
            boxes=entry.boxes, taken_back=entry.taken_back, **cls.taken_from(entry.run, *own)
        )


class BoxAnswer(Model):
    """stays: why it cannot be taken back; null for one that can be, or that was."""

    code: str
    display_code: str
    order_id: str
    number: str
    state: str
    stays: ProblemAnswer | None

    @classmethod
    def of(cls, box: RunBox, language: Language) -> "BoxAnswer":
        return cls(
            code=box.parcel.code,
            display_code=display_code(box.parcel.code),
            order_id=box.order.id,
            number=box.order.number,
            state=box.parcel.state,
            stays=ProblemAnswer.of(box.stays, language),
        )


class PickAnswer(Model):
    product: str
    title: str
    lot: str
    harvested_on: date
    best_before: date | None
    packs: int
    quantity: int
    unit: Unit

    @classmethod
    def of(cls, pick: Pick) -> "PickAnswer":
        return cls(**asdict(pick))


class RunAnswer(Model):
    """picks: what is fetched for its boxes that stand."""

    id: str
    at: Instant
    by: str
    boxes: list[BoxAnswer]
    picks: list[PickAnswer]


class TakenBackAnswer(Model):
    """problem: why the box stays; null for one that is unpacked."""

    code: str
    display_code: str
    order_id: str
    number: str
    problem: ProblemAnswer | None

    @classmethod
    def of(cls, box: TakenBackBox, language: Language) -> "TakenBackAnswer":
        return cls(
            code=box.code,
            display_code=display_code(box.code),
            order_id=box.order_id,
            number=box.number,
            problem=ProblemAnswer.of(box.problem, language),
        )


class TakingBackAnswer(Model):
    items: list[TakenBackAnswer]


@routes.api(
    "GET", "/v1/packing-runs", "order:fulfil", query=ListQuery, answer=Listing[RunEntryAnswer]
)
def list_runs(edge: Edge) -> Listing[RunEntryAnswer]:
    """What was packed together, newest first"""
    page = service.runs(edge.call, edge.query.limit, edge.query.cursor)
    return Listing.of(page, lambda item: RunEntryAnswer.of(service.entry(item)))


@routes.api("GET", "/v1/packing-runs/{run_id}", "order:fulfil", answer=RunAnswer)
def get_run(edge: Edge, run_id: str) -> RunAnswer:
    """One run: its boxes, and what is fetched for them"""
    view = service.view(edge.call, run_id)
    return RunAnswer(
        id=view.run.id,
        at=view.run.at,
        by=view.run.by,
        boxes=[BoxAnswer.of(box, edge.language) for box in view.boxes],
        picks=[PickAnswer.of(pick) for pick in view.picks],
    )


@routes.api(
    "POST",
    "/v1/packing-runs/{run_id}/take-back",
    "order:fulfil",
    body=Nothing,
    answer=TakingBackAnswer,
    keyed=True,
)
def take_back(edge: Edge, body: Nothing, run_id: str) -> TakingBackAnswer:
    """Unpack the boxes of a run that have no printed label, and say which stay and why"""
    done = service.take_back(edge.call, run_id)
    return TakingBackAnswer(items=[TakenBackAnswer.of(box, edge.language) for box in done.items])
