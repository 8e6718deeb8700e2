"""Villages, shops and producers on pages: listed, made under the id their form was minted with,
changed for who saw them as they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, TypeVar

from chalice.app import Response
from pydantic import BaseModel, Field

from chalicelib.domain.catalogue import NewProducer, NewShop, NewVillage
from chalicelib.domain.errors import Refusal
from chalicelib.domain.journal import Change, Why
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.office.catalogue import (
    PATHS,
    PRODUCER,
    SETUP,
    SHOP,
    VILLAGE,
    WHY,
    Choices,
    Entry,
    Subject,
    differing,
    filled,
    form_page,
    history,
    inputs,
    kinds,
    list_page,
    producer_row,
    shop_row,
    tab_of,
    village_row,
    words_of,
)
from chalicelib.pages.office.merchants import path_of as merchant_path
from chalicelib.services import catalogue

from ..edge.answers import refused_page
from ..edge.desks import DeskListQuery, DeskQuery, choices, desk_of, done, named
from ..edge.forms import blank, key_of, refused, text, tried
from ..edge.routing import Edge, Routes, read

routes = Routes(__name__)
B = TypeVar("B", bound=BaseModel)
Known = tuple[Any, str, list[Change]]
"""A thing, what a form remembers of it, and its last changes."""


class ThingQuery(DeskQuery):
    """setup: the form leads back to the five steps."""

    setup: Annotated[str, Field(max_length=1)] | None = None


def given_of(form: Mapping[str, str], entries: Sequence[Entry]) -> dict[str, Any]:
    """What was typed, by the field of the rules; what was left empty is left out."""
    given: dict[str, Any] = {}
    for entry in entries:
        if entry.how == "ticks":
            prefix = f"{entry.name}-"
            given[entry.rule] = [
                name.removeprefix(prefix) for name in form if name.startswith(prefix)
            ]
        elif (value := text(form, entry.name)) is not None:
            given[entry.rule] = value
    return given


def village_choices() -> list[tuple[str, str]]:
    return [(item.doc.id, item.doc.name) for item in choices(catalogue.villages)]


def _names(edge: Edge) -> dict[str, str]:
    """Of the villages in the actor's scope."""
    actor = edge.call.actor
    if actor.role == "county":
        return dict(village_choices())
    return {village.id: village.name for village in catalogue.named_villages(actor.village_ids)}


def _leads_to(edge: Edge, subject: Subject, outcome: str) -> Response:
    return done(edge, SETUP if edge.query.setup else PATHS[subject], note=outcome)


def back_of(edge: Edge, path: str) -> str:
    return desk_of(edge).link(SETUP if getattr(edge.query, "setup", None) else path)


# --- making and changing, of all three -----------------------------------------------------------


def _new_page(
    edge: Edge, subject: Subject, form: Form, entries: Sequence[Entry], chosen: Choices
) -> Page:
    desk = desk_of(edge)
    empty = any(not options for options in chosen.values())
    return form_page(
        desk,
        form,
        entries,
        title=f"{subject}_new",
        tab=tab_of(desk, subject),
        back=back_of(edge, PATHS[subject]),
        choices=chosen,
        nothing="need_village" if empty else "",
    )


def _make(
    edge: Edge,
    form: dict[str, str],
    subject: Subject,
    entries: Sequence[Entry],
    chosen: Choices,
    put: Callable[[str, dict[str, Any]], object],
) -> Response:
    outcome = tried(lambda: put(key_of(form), given_of(form, entries)))
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, inputs(entries))
        return refused_page(_new_page(edge, subject, again, entries, chosen), outcome)
    return _leads_to(edge, subject, "new")


def _change_page(
    edge: Edge,
    subject: Subject,
    form: Form,
    entries: Sequence[Entry],
    chosen: Choices,
    known: Known,
) -> Page:
    record, seen, changes = known
    desk = desk_of(edge)
    return form_page(
        desk,
        form if form.given else form.with_defaults(**filled(entries, record), seen=seen),
        [*entries, WHY],
        title=f"{subject}_change",
        tab=tab_of(desk, subject),
        back=back_of(edge, PATHS[subject]),
        choices=chosen,
        fixed=[
            (
                words_of(desk)[f"in_{entry.name}"],
                dict(chosen[entry.name])[getattr(record, entry.rule)],
            )
            for entry in entries
            if entry.how == "fixed"
        ],
        history=history(named(changes), entries, desk, chosen),
        links=[(words_of(desk)["shop_merchant"], desk.link(merchant_path(record.id)))]
        if subject == "shops"
        else [],
    )


def _change(
    edge: Edge,
    form: dict[str, str],
    subject: Subject,
    entries: Sequence[Entry],
    chosen: Choices,
    load: Callable[[], Known],
    change: Callable[[dict[str, Any], str, str], object],
) -> Response:
    outcome = tried(lambda: change(given_of(form, entries), form.get("seen", ""), why_of(form)))
    if not isinstance(outcome, Refusal):
        return _leads_to(edge, subject, "changed")
    known = load()
    again = again_of(edge, form, outcome, entries, known, chosen)
    page = _change_page(edge, subject, again, entries, chosen, known)
    return refused_page(page, outcome)


def why_of(form: Mapping[str, str]) -> str:
    return read(Why, {"why": form.get("why", "")}).why


def again_of(
    edge: Edge,
    form: Mapping[str, str],
    refusal: Refusal,
    entries: Sequence[Entry],
    known: Known,
    chosen: Choices,
) -> Form:
    """The form as it was sent. Where somebody else was faster it says beside each input what stands
    there now, and saves over that when it is sent once more."""
    again = refused(edge, form, refusal, inputs(entries))
    if refusal.code != "changed_meanwhile":
        return again
    record, seen, _ = known
    marked = differing(entries, form, record, words_of(desk_of(edge)), chosen)
    return replace(again, given={**again.given, "seen": seen}, errors=marked)


# --- villages ------------------------------------------------------------------------------------


@routes.api("GET", "/county/villages", "village:write", query=DeskListQuery, html=True)
def list_villages(edge: Edge) -> Page:
    """Villages, in the order they were registered"""
    query, desk = edge.query, desk_of(edge)
    page = catalogue.villages(query.limit, query.cursor)
    rows = [village_row(item.doc, desk) for item in page.items]
    return list_page(
        desk,
        "villages",
        rows,
        done=query.done,
        cursor=query.cursor,
        next_cursor=page.next_cursor,
    )


@routes.api("GET", "/county/villages/new", "village:write", query=ThingQuery, html=True)
def new_village(edge: Edge) -> Page:
    """The form of a new village"""
    return _new_page(edge, "villages", blank(edge), VILLAGE, {})


@routes.api("POST", "/county/villages/new", "village:write", query=ThingQuery, html=True)
def make_village(edge: Edge, form: dict[str, str]) -> Response:
    """Register a village under the id its form was minted with"""

    def put(village_id: str, given: dict[str, Any]) -> object:
        return catalogue.put_village(edge.call, village_id, read(NewVillage, given))

    return _make(edge, form, "villages", VILLAGE, {}, put)


@routes.api("GET", "/county/villages/{village_id}", "village:write", query=ThingQuery, html=True)
def show_village(edge: Edge, village_id: str) -> Page:
    """A village as a form, and what was changed of it"""
    known = catalogue.village_with_history(village_id)
    return _change_page(edge, "villages", blank(edge), VILLAGE, {}, known)


@routes.api("POST", "/county/villages/{village_id}", "village:write", query=ThingQuery, html=True)
def change_village(edge: Edge, form: dict[str, str], village_id: str) -> Response:
    """Change a village"""

    def change(given: dict[str, Any], seen: str, why: str) -> object:
        return catalogue.change_village(edge.call, village_id, read(NewVillage, given), seen, why)

    def load() -> Known:
        return catalogue.village_with_history(village_id)

    return _change(edge, form, "villages", VILLAGE, {}, load, change)


# --- shops ---------------------------------------------------------------------------------------


@routes.api("GET", "/county/shops", "shop:read", query=DeskListQuery, html=True)
def list_shops(edge: Edge) -> Page:
    """Shops, in the order they were opened"""
    query, desk = edge.query, desk_of(edge)
    page = catalogue.shops(query.limit, query.cursor)
    of_villages = {place for item in page.items for place in item.doc.village_ids}
    names = {place.id: place.name for place in catalogue.named_villages(of_villages)}
    return list_page(
        desk,
        "shops",
        [shop_row(item.doc, desk, names) for item in page.items],
        done=query.done,
        cursor=query.cursor,
        next_cursor=page.next_cursor,
    )


@routes.api("GET", "/county/shops/new", "shop:write", query=ThingQuery, html=True)
def new_shop(edge: Edge) -> Page:
    """The form of a new shop"""
    villages = village_choices()
    chosen = {f"villages-{villages[0][0]}": "1"} if len(villages) == 1 else {}
    return _new_page(edge, "shops", blank(edge, **chosen), SHOP, {"villages": villages})


@routes.api("POST", "/county/shops/new", "shop:write", query=ThingQuery, html=True)
def make_shop(edge: Edge, form: dict[str, str]) -> Response:
    """Open a shop under the id its form was minted with"""

    def put(shop_id: str, given: dict[str, Any]) -> object:
        return catalogue.put_shop(edge.call, shop_id, read(NewShop, given))

    return _make(edge, form, "shops", SHOP, {"villages": village_choices()}, put)


@routes.api("GET", "/county/shops/{shop_id}", "shop:write", query=ThingQuery, html=True)
def show_shop(edge: Edge, shop_id: str) -> Page:
    """A shop as a form, and what was changed of it"""
    known = catalogue.shop_with_history(shop_id)
    return _change_page(edge, "shops", blank(edge), SHOP, {"villages": village_choices()}, known)


@routes.api("POST", "/county/shops/{shop_id}", "shop:write", query=ThingQuery, html=True)
def change_shop(edge: Edge, form: dict[str, str], shop_id: str) -> Response:
    """Change a shop"""

    def change(given: dict[str, Any], seen: str, why: str) -> object:
        return catalogue.change_shop(edge.call, shop_id, read(NewShop, given), seen, why)

    def load() -> Known:
        return catalogue.shop_with_history(shop_id)

    return _change(edge, form, "shops", SHOP, {"villages": village_choices()}, load, change)


# --- producers -----------------------------------------------------------------------------------


@routes.api("GET", "/cadre/producers", "producer:write", query=DeskListQuery, html=True)
def list_producers(edge: Edge) -> Page:
    """Producers of the actor's villages, in the order they were registered"""
    query, desk = edge.query, desk_of(edge)
    page = catalogue.producers(edge.call.actor, None, query.limit, query.cursor)
    of_villages = {item.doc.village_id for item in page.items}
    names = {place.id: place.name for place in catalogue.named_villages(of_villages)}
    return list_page(
        desk,
        "producers",
        [producer_row(item.doc, desk, names) for item in page.items],
        done=query.done,
        cursor=query.cursor,
        next_cursor=page.next_cursor,
    )


def _of_producer(edge: Edge) -> Choices:
    return {"village_id": list(_names(edge).items()), "kind": kinds(words_of(desk_of(edge)))}


@routes.api("GET", "/cadre/producers/new", "producer:write", query=ThingQuery, html=True)
def new_producer(edge: Edge) -> Page:
    """The form of a new producer"""
    chosen = _of_producer(edge)
    villages = chosen["village_id"]
    given = {"kind": "household"} | ({"village_id": villages[0][0]} if len(villages) == 1 else {})
    return _new_page(edge, "producers", blank(edge, **given), PRODUCER, chosen)


@routes.api("POST", "/cadre/producers/new", "producer:write", query=ThingQuery, html=True)
def make_producer(edge: Edge, form: dict[str, str]) -> Response:
    """Register a producer under the id its form was minted with, or find it in its village"""

    def put(producer_id: str, given: dict[str, Any]) -> object:
        return catalogue.add_household(edge.call, producer_id, read(NewProducer, given))

    return _make(edge, form, "producers", PRODUCER, _of_producer(edge), put)


FIXED_VILLAGE = (Entry("village_id", how="fixed"), *PRODUCER[1:])


@routes.api("GET", "/cadre/producers/{producer_id}", "producer:write", query=ThingQuery, html=True)
def show_producer(edge: Edge, producer_id: str) -> Page:
    """A producer as a form, and what was changed of it"""
    known = catalogue.producer_with_history(edge.call.actor, producer_id)
    chosen = _of_producer(edge)
    return _change_page(edge, "producers", blank(edge), FIXED_VILLAGE, chosen, known)


@routes.api("POST", "/cadre/producers/{producer_id}", "producer:write", query=ThingQuery, html=True)
def change_producer(edge: Edge, form: dict[str, str], producer_id: str) -> Response:
    """Change a producer; its village stays"""

    def change(given: dict[str, Any], seen: str, why: str) -> object:
        body = read(NewProducer, given)
        return catalogue.change_producer(edge.call, producer_id, body, seen, why)

    def load() -> Known:
        return catalogue.producer_with_history(edge.call.actor, producer_id)

    return _change(edge, form, "producers", FIXED_VILLAGE, _of_producer(edge), load, change)
