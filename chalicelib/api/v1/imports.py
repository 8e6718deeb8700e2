"""Imports: outside platforms' files sent up, read, run and told about."""

from typing import Annotated

from chalice.app import Response
from pydantic import Field

from chalicelib.domain import phones
from chalicelib.domain.columns import Field as Column
from chalicelib.domain.columns import Platform
from chalicelib.domain.errors import Refusal
from chalicelib.domain.fields import Instant, Model
from chalicelib.domain.file_notes import sentences
from chalicelib.domain.imports import (
    LARGEST_BYTES,
    Import,
    Listed,
    NewImport,
    ReadImport,
    What,
)
from chalicelib.domain.likeness import surely
from chalicelib.domain.offers import Offer
from chalicelib.domain.sentences import SENTENCES
from chalicelib.domain.telling import worded
from chalicelib.pages.drawing.spreadsheets import csv
from chalicelib.pages.texts import LANGUAGES, Language
from chalicelib.repositories.photos import Link
from chalicelib.services import imports as service

from ...domain.import_drafts import RefusalReason, seen_name
from ...domain.import_reasons import DOUBTS, FACTS, REASONS
from ...services import import_runs, offers
from ..edge.problems import sentence
from ..edge.queries import Listing, ListQuery, Query
from ..edge.routing import Edge, Routes
from .import_packs import PackAnswer
from .photos import SignedQuery, UploadAnswer

routes = Routes(__name__)

MOST_OFFERS = 100
"""Of a shop, to choose from for the items of a file."""
REASON_HEADING = ("没有导入的原因", "why it was not imported")


class CountsAnswer(Model):
    """Of orders. refused: cannot, different and not_for_shipping together. stopped: of those that
    differ, the ones that wait here and that the file speaks against sending."""

    new: int
    created: int
    already: int
    refused: int
    cannot: int
    different: int
    not_for_shipping: int
    stopped: int


class ImportAnswer(Model):
    """total, done: orders of the file. preview: before it runs; counts: since."""

    id: str
    state: str
    filename: str
    size: int
    platform: Platform | None
    rows: int
    total: int
    done: int
    preview: CountsAnswer
    counts: CountsAnswer
    created_at: Instant
    finished_at: Instant | None

    @classmethod
    def of(cls, doc: Import) -> "ImportAnswer":
        counts = {
            name: CountsAnswer(**some.model_dump(), refused=some.refused)
            for name, some in (("preview", doc.preview), ("counts", doc.counts))
        }
        fields = set(cls.model_fields) - {*counts, "platform"}
        return cls(**doc.model_dump(include=fields), platform=doc.source, **counts)


class NewImportAnswer(Model):
    id: str
    upload: UploadAnswer

    @classmethod
    def of(cls, doc: Import, link: Link) -> "NewImportAnswer":
        return cls(id=doc.id, upload=UploadAnswer.of(link))


class ColumnAnswer(Model):
    heading: str
    field: Column | None


class ItemAnswer(Model):
    """orders: how many of the file's orders it is in. Without an offer it must be mapped.
    offer_id: the open offer of the goods it is mapped to that they are taken from now.
    likely_offer_id: of an item that is not mapped, the one that it surely is, for a person to
    confirm. pack: what one piece of it will be. sells: whether that has packs left.
    """

    title: str
    sku: str
    orders: int
    offer_id: str | None
    likely_offer_id: str | None
    packs: int
    pack: PackAnswer | None
    sells: bool


class BuyerAnswer(Model):
    """Masked."""

    name: str
    phone: str
    province: str
    city: str


class ImportRow(Model):
    """One order of the file; rows: its lines' numbers in it. buyer: null once the file is gone.
    doubt: why somebody should look at it, though it becomes an order.
    packs: of one that will be made, what is packed for each of `items`."""

    number: str
    rows: list[int]
    what: What
    code: str | None
    reason: str | None
    doubt: str | None
    order_id: str | None
    total_fen: int | None
    items: list[str]
    packs: list[PackAnswer]
    buyer: BuyerAnswer | None

    @classmethod
    def of(cls, listed: Listed, language: Language) -> "ImportRow":
        outcome, draft = listed.outcome, listed.draft
        buyer = draft.buyer if draft else None
        return cls(
            number=outcome.number,
            rows=list(outcome.rows),
            what=outcome.what,
            code=outcome.reason.code if outcome.reason else None,
            reason=reason_text(outcome.reason, language) if outcome.reason else None,
            doubt=reason_text(outcome.doubt, language) if outcome.doubt else None,
            order_id=outcome.order_id,
            total_fen=draft.total_fen if draft and draft.lines else None,
            items=[
                f"{line.item} {line.sku}".strip() + f" × {line.quantity}"
                for line in (draft.lines if draft else ())
            ],
            packs=[
                PackAnswer.of(pack.offer, pack.packs, pack.doubts, language)
                for pack in listed.packs
            ],
            buyer=buyer
            and BuyerAnswer(
                name=seen_name(buyer.name),
                phone=phones.masked(buyer.number),
                province=buyer.address.province,
                city=buyer.address.city,
            ),
        )


class SheetAnswer(Model):
    """Of a workbook with several. read: its rows are among those that were read; row 1 of it is
    then row 1 + counted_from of the file."""

    name: str
    hidden: bool
    read: bool
    rows: int
    counted_from: int


class ReadAnswer(Model):
    """missing: fields that must be mapped first. The first hundred rows; the others by /rows.
    notes: sentences on the file, such as which sheets were not read.

    numbers_of_group: the numbers of the file's orders start again with each group buy, so that it
    needs another column for `number`, or the `group`'s name, unless it has times. paid_only: the
    shop said that files with these headings hold paid orders alone.
    """

    id: str
    state: str
    platform: Platform | None
    columns: list[ColumnAnswer]
    missing: list[Column]
    numbers_of_group: bool
    paid_only: bool
    items: list[ItemAnswer]
    total: int
    preview: CountsAnswer
    rows: list[ImportRow]
    sheets: list[SheetAnswer]
    notes: list[str]


class RunAnswer(Model):
    """stopped: as in `CountsAnswer`; left out without any."""

    done: int
    total: int
    created: int
    already: int
    refused: int
    stopped: Annotated[int, Field(exclude_if=lambda n: n == 0)] = 0
    finished: bool

    @classmethod
    def of(cls, doc: Import) -> "RunAnswer":
        counts = doc.counts
        return cls(
            done=doc.done,
            total=doc.total,
            created=counts.created,
            already=counts.already,
            refused=counts.refused,
            stopped=counts.stopped,
            finished=doc.state == "finished",
        )


class RowsQuery(Query):
    limit: Annotated[int, Field(ge=1, le=100)] = 100
    cursor: Annotated[str, Field(max_length=400)] | None = None


def reason_text(reason: RefusalReason, language: Language) -> str:
    """Why, in one sentence."""
    place = LANGUAGES.index(language)
    if reason.code in SENTENCES:
        return sentence(Refusal(reason.code, **reason.facts), language)
    facts = {
        name: FACTS[str(fact)][place] if fact in FACTS else fact
        for name, fact in reason.facts.items()
    }
    return worded((REASONS | DOUBTS)[reason.code], place, facts)


@routes.api(
    "POST",
    "/v1/imports",
    "order:import",
    body=NewImport,
    answer=NewImportAnswer,
    status=201,
    keyed=True,
)
def register(edge: Edge, body: NewImport) -> NewImportAnswer:
    """Register a platform's file, and learn where to send it"""
    return NewImportAnswer.of(*service.register(edge.call, body))


@routes.api(
    "PUT",
    "/uploads/{import_id}",
    "public",
    query=SignedQuery,
    identify=False,
    largest=LARGEST_BYTES,
    admits=service.admits,
)
def receive(edge: Edge, import_id: str, raw: bytes) -> Response:
    """Send a file to its upload link (local store; in production S3 takes it)"""
    service.receive(edge.call, import_id, edge.query.signature, raw)
    return Response("", status_code=204)


@routes.api("GET", "/v1/imports", "order:import", query=ListQuery, answer=Listing[ImportAnswer])
def list_imports(edge: Edge) -> Listing[ImportAnswer]:
    """Imports of the shop, newest first"""
    page = service.imports(edge.call, edge.query.limit, edge.query.cursor)
    return Listing.of(page, lambda item: ImportAnswer.of(item.doc))


@routes.api("GET", "/v1/imports/{import_id}", "order:import", answer=ImportAnswer)
def get_import(edge: Edge, import_id: str) -> ImportAnswer:
    """How far an import is"""
    return ImportAnswer.of(service.find(edge.call, import_id))


@routes.api(
    "POST", "/v1/imports/{import_id}/read", "order:import", body=ReadImport, answer=ReadAnswer
)
def read_file(edge: Edge, body: ReadImport, import_id: str) -> ReadAnswer:
    """Read the file and preview each order; nothing is ordered yet, so it may be repeated"""
    reading = service.read(edge.call, import_id, body)
    asked = any(item.rule is None for item in reading.items)
    # among more offers than one look holds, none is sure to be the only one
    offered, more = offers.of_desk(edge.call, "open", MOST_OFFERS, None) if asked else ([], None)
    return read_answer(reading, [] if more else offered, edge.language)


def read_answer(
    reading: service.FileReading, offered: list[tuple[Offer, int]], language: Language
) -> ReadAnswer:
    return ReadAnswer(
        id=reading.doc.id,
        state=reading.doc.state,
        platform=reading.platform,
        columns=[ColumnAnswer(heading=name, field=field) for name, field in reading.columns],
        missing=list(reading.missing),
        numbers_of_group=reading.ungrouped,
        paid_only=reading.paid_only,
        items=[
            ItemAnswer(
                title=item.title,
                sku=item.sku,
                orders=item.orders,
                offer_id=item.rule.offer_id if item.rule else None,
                likely_offer_id=None if item.rule else surely(item.title, item.sku, offered),
                packs=item.rule.packs if item.rule else 1,
                pack=PackAnswer.of(item.offer, item.rule.packs, item.doubts, language)
                if item.rule and item.offer
                else None,
                sells=item.sells,
            )
            for item in reading.items
        ],
        total=reading.doc.total,
        preview=ImportAnswer.of(reading.doc).preview,
        rows=[ImportRow.of(listed, language) for listed in reading.first],
        sheets=[
            SheetAnswer(
                name=sheet.name,
                hidden=sheet.hidden,
                read=sheet.picked,
                rows=len(sheet.rows),
                counted_from=sheet.counted_from,
            )
            for sheet in reading.sheets
        ],
        notes=sentences(reading.notes, LANGUAGES.index(language)),
    )


@routes.api(
    "GET",
    "/v1/imports/{import_id}/rows",
    "order:import",
    query=RowsQuery,
    answer=Listing[ImportRow],
)
def list_rows(edge: Edge, import_id: str) -> Listing[ImportRow]:
    """What will become, or became, of each order of the file"""
    query = edge.query
    _, listed, next_cursor = service.rows(edge.call, import_id, query.limit, query.cursor)
    rows = [ImportRow.of(entry, edge.language) for entry in listed]
    return Listing(items=rows, next_cursor=next_cursor)


@routes.api("POST", "/v1/imports/{import_id}/run", "order:import", answer=RunAnswer, keyed=True)
def run(edge: Edge, import_id: str, raw: bytes) -> RunAnswer:
    """Make orders for about five seconds, and say how far it is; repeat until finished"""
    return RunAnswer.of(import_runs.run(edge.call, import_id))


@routes.api("GET", "/v1/imports/{import_id}/refused.csv", "order:import")
def refused(edge: Edge, import_id: str) -> Response:
    """The rows that became no order, each with its reason"""
    table = import_runs.refused(edge.call, import_id)
    headings = [*table.headings, REASON_HEADING[LANGUAGES.index(edge.language)]]
    width = len(table.headings)
    rows = (
        [
            *row,
            *[""] * (width - len(row)),
            reason_text(outcome.reason, edge.language) if outcome.reason else "",
        ]
        for row, outcome in table.rows
    )
    return Response(
        csv(headings, rows),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": 'attachment; filename="refused.csv"',
        },
    )
