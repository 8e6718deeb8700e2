"""What has arrived, many parcels at once, by the carrier's list."""

from chalicelib.domain.codes import display_code
from chalicelib.domain.deliveries import PROBLEMS, DeliveryOutcome, NewDeliveries, What
from chalicelib.domain.errors import Refusal
from chalicelib.domain.fields import Model
from chalicelib.domain.file_notes import sentences
from chalicelib.domain.sentences import SENTENCES
from chalicelib.domain.telling import worded
from chalicelib.pages.texts import LANGUAGES, Language
from chalicelib.services import deliveries as service

from ..edge.problems import sentence
from ..edge.queries import Query
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class DeliveryRowAnswer(Model):
    """code: of the parcel. waiting: the carrier does not say yet that it has arrived."""

    row: int
    parcel: str
    waybill: str
    state: str | None
    what: What
    code: str | None
    problem: str | None
    detail: str | None

    @classmethod
    def of(cls, outcome: DeliveryOutcome, language: Language) -> "DeliveryRowAnswer":
        return cls(
            what=outcome.what,
            code=display_code(outcome.code) if outcome.code else None,
            problem=outcome.problem,
            detail=why(outcome, language),
            **outcome.row.model_dump(),
        )


class DeliveriesAnswer(Model):
    """A waybill of several parcels has a row for each of them."""

    rows: list[DeliveryRowAnswer]

    @classmethod
    def of(cls, outcomes: list[DeliveryOutcome], language: Language) -> "DeliveriesAnswer":
        return cls(rows=[DeliveryRowAnswer.of(outcome, language) for outcome in outcomes])


class DeliveryFileAnswer(DeliveriesAnswer):
    """notes: sentences on the file, such as which sheets were not read."""

    notes: list[str]


def why(outcome: DeliveryOutcome, language: Language) -> str | None:
    """Why a row delivers nothing."""
    if outcome.problem is None:
        return None
    if outcome.problem in PROBLEMS:
        return worded(PROBLEMS[outcome.problem], LANGUAGES.index(language), outcome.facts)
    assert outcome.problem in SENTENCES
    return sentence(Refusal(outcome.problem, **{"allowed": "", **outcome.facts}), language)


@routes.api("POST", "/v1/deliveries/read", "order:fulfil", answer=DeliveryFileAnswer, query=Query)
def read_file(edge: Edge, raw: bytes) -> DeliveryFileAnswer:
    """Read a carrier's CSV or XLSX, and say what would become of each row; nothing is written"""
    rows, notes = service.read(edge.call, raw)
    answer = DeliveriesAnswer.of(service.preview(edge.call, rows), edge.language)
    return DeliveryFileAnswer(
        rows=answer.rows, notes=sentences(notes, LANGUAGES.index(edge.language))
    )


@routes.api(
    "POST",
    "/v1/deliveries",
    "order:fulfil",
    body=NewDeliveries,
    answer=DeliveriesAnswer,
    keyed=True,
)
def deliver(edge: Edge, body: NewDeliveries) -> DeliveriesAnswer:
    """Mark each row's parcel as arrived, once; the same rows again change nothing"""
    return DeliveriesAnswer.of(service.deliver(edge.call, body.rows), edge.language)
