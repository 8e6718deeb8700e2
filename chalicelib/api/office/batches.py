"""The cadre's desk: batches listed, recorded, shown and moved. The county works here too."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, get_args

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.access import Call
from chalicelib.domain.batches import Batch, NewBatch, State, WrittenReason
from chalicelib.domain.certificates import covered
from chalicelib.domain.corrections import QuantityCorrection
from chalicelib.domain.errors import Refusal, not_found
from chalicelib.domain.fields import CHINA, Id, china_date
from chalicelib.domain.lifecycle import check_move
from chalicelib.domain.patterns import Dismissal
from chalicelib.domain.plausible import What, confirmed_of
from chalicelib.domain.products import Product
from chalicelib.pages.drawing.forms import Form, editable
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.office.batch import (
    LEADS_TO,
    BatchView,
    Move,
    batch_page,
    move_page,
    quantity_page,
)
from chalicelib.pages.office.batches import PATH, batches_page, new_batch_page, product_choice_page
from chalicelib.pages.texts.office.cadre import COMPLAINTS
from chalicelib.repositories import photos
from chalicelib.services import batches, catalogue, certificates, inspections, patterns, products

from ..edge.answers import html, refused_page
from ..edge.desks import JOURNAL, DeskListQuery, DeskQuery, choices, desk_of, done, named
from ..edge.forms import (
    GRAMS,
    GRAMS_OF_JIN,
    PIECES,
    asked,
    blank,
    day,
    key_of,
    marks_of,
    refused,
    text,
    tried,
    whole,
)
from ..edge.late import late
from ..edge.problems import ASKED
from ..edge.routing import Edge, Routes, read

routes = Routes(__name__)

HELD_SHOWN = 5
PROPOSED_SHOWN = 10
MOVES: dict[Move, Callable[[Call, str, WrittenReason], Batch]] = {
    "hold": batches.hold,
    "release": batches.release,
    "recall": batches.recall,
    "close": batches.close,
}


class BatchesPageQuery(DeskListQuery):
    """pick: choose the batch to record a test for."""

    state: State | None = None
    pick: Annotated[str, Field(max_length=20)] | None = None


class NewBatchQuery(DeskQuery):
    product_id: Id | None = None


class BatchPageQuery(DeskListQuery):
    """cursor: of its inspections."""


@routes.api("GET", "/cadre/batches", "batch:hold", query=BatchesPageQuery, html=True)
def desk(edge: Edge) -> Page:
    """Batches of one's villages, newest first; held ones wait on top"""
    query, actor = edge.query, edge.call.actor
    first = query.state is None and query.cursor is None and not query.pick
    newest = batches.first_page(edge.call, query.limit) if first else None
    listed = newest or batches.batches(actor, None, query.state, query.limit, query.cursor)
    held = batches.batches(actor, None, "held", HELD_SHOWN, None).items if first else []
    county = actor.role == "county"  # which has a page of all flagged tests
    return batches_page(
        desk_of(edge),
        [item.doc for item in listed.items],
        held=[item.doc for item in held],
        proposals=patterns.proposals(actor, PROPOSED_SHOWN, None)[0] if first else [],
        late=late(edge) if first else [],
        doubted=newest.doubted if newest else [],
        flagged=newest.flagged if newest and not county else [],
        chosen=query.state,
        pick=bool(query.pick),
        cursor=query.cursor,
        next_cursor=listed.next_cursor,
    )


@routes.api("GET", "/cadre/batches/new", "batch:register", query=NewBatchQuery, html=True)
def new_batch(edge: Edge) -> Page | Response:
    """The form of a new batch, once it is said what was picked"""
    actor = edge.call.actor
    if edge.query.product_id is not None:
        return _new_batch(edge, blank(edge), products.product(actor, edge.query.product_id))
    usable = [item.doc for item in choices(lambda limit, at: products.products(actor, limit, at))]
    if len(usable) == 1:
        return done(edge, f"{PATH}/batches/new", product_id=usable[0].id)
    names = {village.id: village.name for village in catalogue.named_villages(actor.village_ids)}
    return product_choice_page(desk_of(edge), usable, names)


def _new_batch(edge: Edge, form: Form, product: Product) -> Page:
    actor = edge.call.actor
    growers = [
        item.doc for item in choices(lambda limit, at: catalogue.producers(actor, None, limit, at))
    ]
    villages = catalogue.named_villages({grower.village_id for grower in growers})
    return new_batch_page(
        desk_of(edge),
        form.with_defaults(
            lot=_lot(edge),
            harvested_on=china_date(edge.call.now).isoformat(),
            amount_in="kg",
            producer_id=growers[0].id if len(growers) == 1 else "",
        ),
        product=product,
        producers=sorted(
            growers, key=lambda producer: (producer.village_id, producer.display_name)
        ),
        villages=villages,
    )


def _lot(edge: Edge) -> str:
    """YYMMDD-n: the day in China, and one more than the highest n of the newest hundred."""
    prefix = f"{edge.call.now.astimezone(CHINA):%y%m%d}-"
    newest = batches.batches(edge.call.actor, None, None, 100, None).items
    rests = [
        item.doc.lot.removeprefix(prefix) for item in newest if item.doc.lot.startswith(prefix)
    ]
    taken = [int(rest) for rest in rests if rest.isascii() and rest.isdigit()]
    return f"{prefix}{max(taken, default=0) + 1}"


@routes.api("POST", "/cadre/batches/new", "batch:register", query=NewBatchQuery, html=True)
def record_batch(edge: Edge, form: dict[str, str]) -> Response:
    """Record a batch under the id its form was minted with"""
    product = products.product(edge.call.actor, edge.query.product_id or "")
    given = {
        "lot": text(form, "lot"),
        "product_id": product.id,
        "producer_id": text(form, "producer_id"),
        "harvested_on": day(text(form, "harvested_on")),
        "quantity": whole(text(form, "amount"), _unit(product.unit, form)),
        "plot": text(form, "plot"),
        "note": text(form, "note"),
    }
    batch_id = key_of(form)
    body = tried(lambda: read(NewBatch, given))
    outcome: object = body
    if isinstance(body, NewBatch):
        if question := asked(edge, form, batches.doubts(edge.call, body, product), product.unit):
            return html(_new_batch(edge, question, product), ASKED)
        values: dict[What, object] = {"quantity": body.quantity, "harvested_on": body.harvested_on}
        sure = body.model_copy(update={"confirmed": confirmed_of(values, marks_of(form))})
        outcome = tried(lambda: batches.register(edge.call, batch_id, sure))
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, {"quantity": "amount"})
        return refused_page(_new_batch(edge, again, product), outcome)
    return done(edge, f"{PATH}/batches/{batch_id}", note="new")


@routes.api("GET", "/cadre/batches/{batch_id}", "batch:hold", query=BatchPageQuery, html=True)
def show_batch(edge: Edge, batch_id: str) -> Page:
    """A batch with its tests, certificates, parcels and journal"""
    return _batch(edge, batch_id, blank(edge))


def _batch(edge: Edge, batch_id: str, dismiss: Form) -> Page:
    """dismiss: the form that ends a proposal to hold it."""
    actor, query = edge.call.actor, edge.query
    batch = batches.batch(actor, batch_id)
    tests = inspections.inspections(actor, batch_id, query.limit, query.cursor)
    changes, _ = batches.changes(actor, batch_id, JOURNAL, None)
    history = named(changes)
    pattern, proposal = patterns.looked_at(edge.call, batch_id)
    view = BatchView(
        batch=batch,
        inspections=[item.doc for item in tests.items],
        more_inspections=tests.next_cursor,
        photos=_photos(edge, [photo for item in tests.items for photo in item.doc.photos]),
        certificates=certificates.certificates(actor, batch_id),
        parcels=batches.touched(actor, batch_id).parcels,
        changes=history,
        pattern=pattern,
        proposal=proposal,
        recorded_by=history[0][1],
    )
    return batch_page(desk_of(edge), view, dismiss=dismiss, done=query.done, older=query.cursor)


@routes.api("POST", "/cadre/batches/{batch_id}", "batch:hold", query=BatchPageQuery, html=True)
def dismiss(edge: Edge, form: dict[str, str], batch_id: str) -> Response:
    """It was proposed for holding, looked at, and need not be held"""
    edge.call.key = key_of(form)
    given = {"reason": text(form, "reason")}
    outcome = tried(lambda: patterns.dismiss(edge.call, batch_id, read(Dismissal, given)))
    if isinstance(outcome, Refusal):
        return refused_page(_batch(edge, batch_id, refused(edge, form, outcome)), outcome)
    return done(edge, f"{PATH}/batches/{batch_id}", note="dismiss")


def _photos(edge: Edge, photo_ids: list[str]) -> dict[str, tuple[str, int]]:
    """Each photo of an inspection was registered before it was recorded, so none is missing."""
    return photos.links_of(photo_ids, edge.call.now)


@routes.api(
    "GET", "/cadre/batches/{batch_id}/quantity", "batch:correct", query=DeskQuery, html=True
)
def quantity(edge: Edge, batch_id: str) -> Page:
    """How much it holds, how much of it is free, and the form that puts it right"""
    return _quantity(edge, blank(edge), batches.batch(edge.call.actor, batch_id))


def _quantity(edge: Edge, form: Form, batch: Batch) -> Page:
    open_doubts = [] if form.question else batches.doubts_of_recorded(edge.call, batch)
    marks = ",".join(doubt.mark for doubt in open_doubts)
    return quantity_page(
        desk_of(edge),
        form.with_defaults(amount=editable(batch.quantity, batch.unit), amount_in="kg"),
        replace(blank(edge), sure=marks),
        batch=batch,
        certified=covered(certificates.certificates(edge.call.actor, batch.id)),
        doubts=open_doubts,
    )


@routes.api(
    "POST", "/cadre/batches/{batch_id}/quantity", "batch:correct", query=DeskQuery, html=True
)
def correct_quantity(edge: Edge, form: dict[str, str], batch_id: str) -> Response:
    """Put it right, once for each form shown"""
    batch = batches.batch(edge.call.actor, batch_id)
    edge.call.key = key_of(form)
    given = {
        "quantity": whole(text(form, "amount"), _unit(batch.unit, form)),
        "reason": text(form, "reason"),
    }
    body = tried(lambda: read(QuantityCorrection, given))
    outcome: object = body
    if isinstance(body, QuantityCorrection):
        doubts = batches.doubts_of_correction(edge.call, batch, body.quantity)
        if question := asked(edge, form, doubts, batch.unit):
            return html(_quantity(edge, question, batch), ASKED)
        values: dict[What, object] = {"quantity": body.quantity}
        sure = body.model_copy(update={"confirmed": confirmed_of(values, marks_of(form))})
        outcome = tried(lambda: batches.correct(edge.call, batch_id, sure))
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, {"quantity": "amount"})
        return refused_page(_quantity(edge, again, batch), outcome)
    return done(edge, f"{PATH}/batches/{batch_id}", note="quantity")


@routes.api(
    "POST", "/cadre/batches/{batch_id}/confirm", "batch:correct", query=DeskQuery, html=True
)
def confirm_figures(edge: Edge, form: dict[str, str], batch_id: str) -> Response:
    """What is far from the usual is right all the same"""
    batch = batches.batch(edge.call.actor, batch_id)
    doubts = batches.doubts_of_recorded(edge.call, batch)
    whats = tuple(doubt.what for doubt in doubts if doubt.mark in marks_of(form))
    batches.confirm(edge.call, batch_id, whats)
    return done(edge, f"{PATH}/batches/{batch_id}", note="confirmed")


def _unit(unit: str, form: dict[str, str]) -> int:
    """What one of what was typed comes to."""
    if unit != "g":
        return PIECES
    return GRAMS_OF_JIN if form.get("amount_in") == "jin" else GRAMS


def _move(name: str) -> Move:
    for move in get_args(Move):
        if name == move:
            return move  # type: ignore[no-any-return]
    raise not_found("page")


@routes.api("GET", "/cadre/batches/{batch_id}/{move}", "batch:hold", query=DeskQuery, html=True)
def confirm_move(edge: Edge, batch_id: str, move: str) -> Page:
    """What a hold, release, recall or closing would touch, and the question why"""
    wanted = _move(move)
    check_move("batch", batches.batch(edge.call.actor, batch_id).state, LEADS_TO[wanted])
    return _confirmation(edge, blank(edge), batch_id, wanted)


def _confirmation(edge: Edge, form: Form, batch_id: str, move: Move) -> Page:
    actor = edge.call.actor
    proposed = move == "hold" and patterns.proposal(actor, batch_id) is not None
    return move_page(
        desk_of(edge),
        form.with_defaults(why=COMPLAINTS) if proposed else form,
        batch=batches.batch(actor, batch_id),
        move=move,
        parcels=batches.touched(actor, batch_id).parcels,
    )


@routes.api("POST", "/cadre/batches/{batch_id}/{move}", "batch:hold", query=DeskQuery, html=True)
def move_batch(edge: Edge, form: dict[str, str], batch_id: str, move: str) -> Response:
    """Hold, release, recall or close it, once for each form shown"""
    wanted = _move(move)
    edge.call.key = key_of(form)
    reason = text(form, "reason") or text(form, "why")
    outcome = tried(
        lambda: MOVES[wanted](edge.call, batch_id, read(WrittenReason, {"reason": reason}))
    )
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome)
        return refused_page(_confirmation(edge, again, batch_id, wanted), outcome)
    return done(edge, f"{PATH}/batches/{batch_id}", note=wanted)
