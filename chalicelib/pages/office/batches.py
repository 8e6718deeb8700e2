"""The cadre's desk: its list of batches, and the form of a new one."""

from collections.abc import Mapping, Sequence
from typing import get_args

from chalicelib.domain.batches import Batch, State
from chalicelib.domain.catalogue import Producer, Village
from chalicelib.domain.fields import china_date
from chalicelib.domain.patterns import Pattern, PatternProposal
from chalicelib.domain.products import Product

from ..drawing import formats
from ..drawing.desks import Desk, ListEntry, desk_page, proposed, state
from ..drawing.forms import Form
from ..drawing.render import Page
from ..texts import Words
from ..texts.office import cadre

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
    chosen: State | None,
    pick: bool,
    cursor: str | None,
    next_cursor: str | None,
) -> Page:
    """held: those that wait for a decision, shown first. proposals: to be held, as many complain,
    each with what the complaints come to now.
    late: complaints that nobody answered in time. pick: choose one to record a test for."""
    words = desk.words(cadre.TEXTS)
    county = desk.role == "county"
    today = china_date(desk.now)
    picking = "inspect" if pick else None
    shown = [one for one in batches if not pick or one.state in INSPECTABLE]
    groups = [
        (words["today"], [one for one in shown if china_date(one.recorded_at) == today]),
        (words["earlier"], [one for one in shown if china_date(one.recorded_at) != today]),
    ]
    states = [one for one in get_args(State) if not pick or one in INSPECTABLE]
    return desk_page(
        "office/batches.html",
        desk,
        words,
        tab=LIST,
        query={k: v for k, v in (("state", chosen), ("pick", picking)) if v},
        title=words["pick_title" if pick else "title"],
        held=[_entry(one, desk, words, pick) for one in held],
        proposed=[_proposal(*one, desk, words) for one in proposals],
        late=late,
        late_text=words["late_text_county" if county else "late_text_cadre"],
        held_link=desk.link(LIST, state="held"),
        filters=[
            (words["all"], desk.link(LIST, pick=picking), chosen is None),
            *(
                (words[f"batch_{one}"], desk.link(LIST, state=one, pick=picking), one == chosen)
                for one in states
            ),
        ],
        groups=[
            (name, [_entry(one, desk, words, pick) for one in group])
            for name, group in groups
            if group
        ],
        nothing=words["none_in_state" if chosen or pick else "none"],
        older=next_cursor and desk.link(LIST, state=chosen, pick=picking, cursor=next_cursor),
        newest=cursor and desk.link(LIST, state=chosen, pick=picking),
        can_write=desk.role == "cadre",
        pick=pick,
    )


def _proposal(one: PatternProposal, now: Pattern, desk: Desk, words: Words) -> ListEntry:
    """One tap leads to the form of the hold."""
    product = one.product_en if desk.language == "en" and one.product_en else one.product
    return ListEntry(
        href=desk.link(f"{LIST}/{one.id}/hold"),
        title=words("batch_title", product=formats.said(product, desk.language), lot=one.lot),
        meta=(*proposed(one, now, desk, words), formats.said(one.village, desk.language)),
        chip=words["propose_hold"],
        kind="bad",
    )


def _entry(batch: Batch, desk: Desk, words: Words, pick: bool) -> ListEntry:
    language, passport = desk.language, batch.passport
    chip, kind = state("batch", batch.state, words)
    path = f"{PATH}/batches/{batch.id}{'/inspect' if pick else ''}"
    product = passport.product_en if language == "en" and passport.product_en else passport.product
    return ListEntry(
        href=desk.link(path),
        title=words("batch_title", product=formats.said(product, language), lot=batch.lot),
        meta=(
            words(
                "row",
                quantity=formats.quantity(batch.quantity, batch.unit, language),
                day=formats.day(batch.harvested_on, language),
            ),
            formats.said(f"{passport.village} · {passport.producer}", language),
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
                href=desk.link(f"{PATH}/batches/new", product_id=one.id),
                title=formats.said(_name(one, desk), desk.language),
                meta=[
                    *([formats.said(one.grade, desk.language)] if one.grade else []),
                    words("plan_of", village=formats.said(villages[one.village_id], desk.language))
                    if one.village_id
                    else words["plan_by_county"],
                ],
            )
            for one in products
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
    names = {one.id: one.name for one in villages}
    several = len({one.village_id for one in producers}) > 1
    return desk_page(
        "office/batch_new.html",
        desk,
        words,
        tab=LIST,
        query={"product_id": product.id},
        form=form,
        product=formats.said(_name(product, desk), desk.language),
        other=desk.link(f"{PATH}/batches/new"),
        back=desk.link(LIST),
        by_weight=product.unit == "g",
        units=[("kg", words["unit_kg"]), ("jin", words["unit_jin"])],
        producers=[
            (one.id, f"{one.display_name}（{names.get(one.village_id, '')}）")
            if several
            else (one.id, one.display_name)
            for one in producers
        ],
        choose="" if len(producers) == 1 else words["choose"],
        open_more=any(form.value(name) or form.error(name) for name in ("plot", "note")),
    )


def _name(product: Product, desk: Desk) -> str:
    return product.name_en if desk.language == "en" and product.name_en else product.name
