"""The cadre's desk: its list of batches, and the form of a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

from chalicelib.domain.batches import Batch, State
from chalicelib.domain.catalogue import Producer, Village
from chalicelib.domain.fields import china_date
from chalicelib.domain.inspections import Inspection
from chalicelib.domain.patterns import Pattern, PatternProposal
from chalicelib.domain.plausible import Doubt
from chalicelib.domain.products import Product

from ..drawing import formats
from ..drawing.desks import Desk, ListEntry, desk_page, flag, proposed, state
from ..drawing.doubts import sentences
from ..drawing.flags import of_inspection
from ..drawing.forms import Form
from ..drawing.render import Page
from ..texts import Words
from ..texts.office import cadre
from ..texts.office.county import FLAGS

PATH = "/cadre"
LIST = f"{PATH}/batches"
INSPECTABLE: frozenset[State] = frozenset({"registered", "passed", "held"})


def batches_page(
    desk: Desk,
    batches: Sequence[Batch],
    *,
    held: Sequence[Batch],
    proposals: Sequence[tuple[PatternProposal, Pattern]],
    late: Sequence[ListEntry],
    doubted: Sequence[tuple[Batch, Sequence[Doubt]]],
    flagged: Sequence[tuple[Inspection, Batch]],
    chosen: State | None,
    pick: bool,
    cursor: str | None,
    next_cursor: str | None,
) -> Page:
    """held: those that wait for a decision, shown first. proposals: to be held, as many complain,
    each with what the complaints come to now.
    late: complaints that nobody answered in time. doubted: figures far from the usual that nobody
    was asked about. flagged: tests to look at. pick: choose one to record a test for."""
    words = desk.words(cadre.TEXTS, FLAGS)
    county = desk.role == "county"
    today = china_date(desk.now)
    picking = "inspect" if pick else None
    shown = [batch for batch in batches if not pick or batch.state in INSPECTABLE]
    groups = [
        (words["today"], [batch for batch in shown if china_date(batch.recorded_at) == today]),
        (words["earlier"], [batch for batch in shown if china_date(batch.recorded_at) != today]),
    ]
    states = [choice for choice in get_args(State) if not pick or choice in INSPECTABLE]
    return desk_page(
        "office/batches.html",
        desk,
        words,
        tab=LIST,
        js=["office/scanned"] if county else [],
        query={k: v for k, v in (("state", chosen), ("pick", picking)) if v},
        title=words["pick_title" if pick else "title" if county else "alarms_title"],
        held=[_entry(batch, desk, words, pick) for batch in held],
        proposed=[_proposal(*proposal, desk, words) for proposal in proposals],
        late=late,
        doubted=[_doubted(*entry, desk, words) for entry in doubted],
        flagged=[_flagged(*entry, desk, words) for entry in flagged],
        quiet=not (county or pick or chosen or cursor)
        and not (held or proposals or late or doubted or flagged),
        late_text=words["late_text_county" if county else "late_text_cadre"],
        held_link=desk.link(LIST, state="held"),
        filters=[
            (words["all"], desk.link(LIST, pick=picking), chosen is None),
            *(
                (
                    words[f"batch_{choice}"],
                    desk.link(LIST, state=choice, pick=picking),
                    choice == chosen,
                )
                for choice in states
            ),
        ],
        groups=[
            (name, [_entry(batch, desk, words, pick) for batch in group])
            for name, group in groups
            if group
        ],
        nothing=words["none_in_state" if chosen or pick else "none"],
        older=next_cursor and desk.link(LIST, state=chosen, pick=picking, cursor=next_cursor),
        newest=cursor and desk.link(LIST, state=chosen, pick=picking),
        can_write=desk.role == "cadre",
        pick=pick,
    )


def _proposal(proposal: PatternProposal, now: Pattern, desk: Desk, words: Words) -> ListEntry:
    """One tap leads to the form of the hold."""
    product = (
        proposal.product_en if desk.language == "en" and proposal.product_en else proposal.product
    )
    return ListEntry(
        href=desk.link(f"{LIST}/{proposal.id}/hold"),
        title=words(
            "batch_title", product=formats.marked(product, desk.language), lot=proposal.lot
        ),
        meta=(
            *proposed(proposal, now, desk, words),
            formats.marked(proposal.village, desk.language),
        ),
        chip=words["propose_hold"],
        kind="bad",
    )


def _doubted(batch: Batch, doubts: Sequence[Doubt], desk: Desk, words: Words) -> ListEntry:
    """One tap leads to where it is put right, or said to be right."""
    return replace(
        _entry(batch, desk, words, pick=False),
        href=desk.link(f"{LIST}/{batch.id}/quantity"),
        meta=(
            *sentences(doubts, batch.unit, desk.language),
            formats.marked(f"{batch.passport.village} · {batch.passport.producer}", desk.language),
        ),
        chip=words["doubt_check"],
        kind="warn",
    )


def _flagged(inspection: Inspection, batch: Batch, desk: Desk, words: Words) -> ListEntry:
    entry = _entry(batch, desk, words, pick=False)
    why = [flag(reason.chip, "warn") for reason in of_inspection(inspection, words)]
    who = inspection.inspector_name or inspection.inspector
    when = formats.moment(inspection.recorded_at, desk.language, desk.now)
    return replace(
        entry,
        href=f"{desk.link(f'{LIST}/{batch.id}')}#i-{inspection.id}",
        meta=(words("test_by", who=who, when=when), *why),
        chip="",
    )


def _entry(batch: Batch, desk: Desk, words: Words, pick: bool) -> ListEntry:
    language, passport = desk.language, batch.passport
    chip, kind = state("batch", batch.state, words)
    path = f"{PATH}/batches/{batch.id}{'/inspect' if pick else ''}"
    product = passport.product_en if language == "en" and passport.product_en else passport.product
    return ListEntry(
        href=desk.link(path),
        title=words("batch_title", product=formats.marked(product, language), lot=batch.lot),
        meta=(
            words(
                "row",
                quantity=formats.quantity(batch.quantity, batch.unit, language),
                day=formats.day(batch.harvested_on, language),
            ),
            formats.marked(f"{passport.village} · {passport.producer}", language),
        ),
        chip=chip,
        kind=kind,
    )


def product_choice_page(
    desk: Desk, products: Sequence[Product], villages: Mapping[str, str]
) -> Page:
    """Which product was picked: its unit decides what the form asks for. villages: id -> name."""
    words = desk.words(cadre.TEXTS)
    return desk_page(
        "drawing/choice.html",
        desk,
        words,
        tab=LIST,
        title=words["which_product"],
        nothing=words["no_products"],
        back=desk.link(LIST),
        entries=[
            ListEntry(
                href=desk.link(f"{PATH}/batches/new", product_id=product.id),
                title=formats.marked(_name(product, desk), desk.language),
                meta=[
                    *([formats.marked(product.grade, desk.language)] if product.grade else []),
                    words(
                        "plan_of",
                        village=formats.marked(villages[product.village_id], desk.language),
                    )
                    if product.village_id
                    else words["plan_by_county"],
                ],
            )
            for product in products
        ],
    )


def new_batch_page(
    desk: Desk,
    form: Form,
    *,
    product: Product,
    producers: Sequence[Producer],
    villages: Sequence[Village],
) -> Page:
    """Inputs: producer_id, amount (with amount_in for grams), lot, harvested_on, plot, note."""
    words = desk.words(cadre.TEXTS)
    names = {village.id: village.name for village in villages}
    several = len({producer.village_id for producer in producers}) > 1
    return desk_page(
        "office/batch_new.html",
        desk,
        words,
        tab=LIST,
        query={"product_id": product.id},
        form=form,
        product=formats.marked(_name(product, desk), desk.language),
        other=desk.link(f"{PATH}/batches/new"),
        back=desk.link(LIST),
        by_weight=product.unit == "g",
        units=amount_units(words),
        producers=[
            (producer.id, f"{producer.display_name}（{names.get(producer.village_id, '')}）")
            if several
            else (producer.id, producer.display_name)
            for producer in producers
        ],
        choose="" if len(producers) == 1 else words["choose"],
        open_more=any(form.value(name) or form.error(name) for name in ("plot", "note")),
    )


def amount_units(words: Words) -> list[tuple[str, str]]:
    """What a weight may be typed in."""
    return [("kg", words["unit_kg"]), ("jin", words["unit_jin"])]


def _name(product: Product, desk: Desk) -> str:
    return product.name_en if desk.language == "en" and product.name_en else product.name
