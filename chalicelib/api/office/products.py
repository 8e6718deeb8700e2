"""Products on pages: what to begin with, made, and changed with their plan and rule."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.catalogue import Village
from chalicelib.domain.errors import Refusal
from chalicelib.domain.journal import Change
from chalicelib.domain.products import NewProduct, Product
from chalicelib.domain.starter import Starter, starter
from chalicelib.pages.drawing.forms import Form
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.office.catalogue import SETUP, inputs, list_page, words_of
from chalicelib.pages.office.products import (
    GOODS,
    PRODUCTS,
    RECORDED,
    ROW,
    SALES,
    SAMPLING,
    differing_inputs,
    history_of,
    may_change,
    product_inputs,
    product_page,
    row,
    rows_of,
    starter_inputs,
    starter_page,
)
from chalicelib.services import catalogue, products

from ..edge.answers import refused_page
from ..edge.desks import DeskListQuery, desk_of, done, named
from ..edge.forms import blank, key_of, number, refused, text, tried, whole
from ..edge.routing import Edge, Routes, read
from .catalogue import ThingQuery, back_of, given_of, why_of

routes = Routes(__name__)


class NewProductQuery(ThingQuery):
    """starter: the category that was chosen; "blank" for none."""

    starter: Annotated[str, Field(max_length=20)] | None = None


@routes.api("GET", "/cadre/products", "product:write", query=DeskListQuery, html=True)
def list_products(edge: Edge) -> Page:
    """Products that one may use; those of another owner are no links"""
    query, desk, actor = edge.query, desk_of(edge), edge.call.actor
    page = products.products(actor, query.limit, query.cursor)
    owners = {item.doc.village_id for item in page.items if item.doc.village_id}
    names = {village.id: village.name for village in catalogue.named_villages(owners)}
    rows = [
        row(item.doc, desk, names, may_change(desk.role, actor.village_ids, item.doc))
        for item in page.items
    ]
    return list_page(
        desk,
        "products",
        rows,
        done=query.done,
        cursor=query.cursor,
        next_cursor=page.next_cursor,
    )


def _villages(edge: Edge) -> list[Village]:
    """Whose a cadre's new product may become; the county's own belong to no village."""
    actor = edge.call.actor
    return [] if actor.role == "county" else catalogue.named_villages(actor.village_ids)


@routes.api("GET", "/cadre/products/new", "product:write", query=NewProductQuery, html=True)
def new_product(edge: Edge) -> Page:
    """The form of a new product, once it is said of which category"""
    chosen = edge.query.starter
    if chosen is None:
        return starter_page(desk_of(edge), setup=edge.query.setup, back=back_of(edge, PRODUCTS))
    entry = starter(chosen)
    return _new(edge, blank(edge, **(starter_inputs(entry) if entry else {})), entry)


def _new(edge: Edge, form: Form, entry: Starter | None) -> Page:
    villages = _villages(edge)
    return product_page(
        desk_of(edge),
        form.with_defaults(village_id=villages[0].id) if villages else form,
        product=None,
        villages=villages,
        starter=entry,
        history=(),
        back=back_of(edge, PRODUCTS),
    )


def _given(
    form: Mapping[str, str], village_id: str | None
) -> tuple[dict[str, Any], dict[str, str]]:
    """A product as it was typed, and which input each field of it came from."""
    goods = given_of(form, GOODS)
    if "shelf_life_days" in goods:
        goods["shelf_life_days"] = whole(goods["shelf_life_days"])
    names = inputs(GOODS) | {
        "body": "gtin",
        "inspection_plan.sample_size": SAMPLING.name,
        "inspection_plan.metrics": "metric-0",
        **{f"after_sales.{entry.rule}": entry.name for entry in SALES},
    }
    taken = {form.get(f"key-{n}", "") for n in rows_of(form)}
    metrics: list[dict[str, Any]] = []
    for n in rows_of(form):
        place = f"inspection_plan.metrics.{len(metrics)}"
        names |= {f"{place}.{field}": f"{name}-{n}" for name, field in ROW.items()}
        names[place] = f"bound-{n}"
        metrics.append(_metric(form, n, taken))
    plan = {"sample_size": text(form, SAMPLING.name), "metrics": metrics}
    sales = {entry.rule: whole(text(form, entry.name)) for entry in SALES}
    given = goods | {
        "inspection_plan": plan,
        "after_sales": sales,
        "village_id": village_id,
    }
    return given, names


def _metric(form: Mapping[str, str], n: int, taken: set[str]) -> dict[str, Any]:
    """One row of the plan. A new metric gets a key of its own."""
    key = form.get(f"key-{n}", "")
    if not key:
        key = next(name for i in range(1, 200) if (name := f"m{i}") not in taken)
        taken.add(key)
    operator = text(form, f"operator-{n}")
    return {
        "key": key,
        "name": text(form, f"metric-{n}"),
        "unit": text(form, f"measured_in-{n}"),
        "operator": None if operator == RECORDED else operator,
        "limit": number(text(form, f"bound-{n}")),
        "method": text(form, f"metric_method-{n}"),
        "source": text(form, f"source-{n}"),
        "kind": text(form, f"testing-{n}"),
        "required": bool(text(form, f"needed-{n}")),
    }


@routes.api("POST", "/cadre/products/new", "product:write", query=NewProductQuery, html=True)
def make_product(edge: Edge, form: dict[str, str]) -> Response:
    """Register a product under the id its form was minted with"""
    given, names = _given(form, text(form, "village_id"))
    outcome = tried(lambda: products.make(edge.call, key_of(form), read(NewProduct, given)))
    if isinstance(outcome, Refusal):
        again = refused(edge, form, outcome, names)
        page = _new(edge, again, starter(edge.query.starter))
        return refused_page(page, outcome)
    return done(edge, SETUP if edge.query.setup else PRODUCTS, note="new")


Known = tuple[Product, str, list[Change]]


@routes.api("GET", "/cadre/products/{product_id}", "product:write", query=ThingQuery, html=True)
def show_product(edge: Edge, product_id: str) -> Page:
    """A product as a form, and what was changed of it"""
    known = products.with_history(edge.call.actor, product_id)
    product, seen, _ = known
    return _change(edge, blank(edge, **product_inputs(product), seen=seen), known)


def _change(edge: Edge, form: Form, known: Known) -> Page:
    desk = desk_of(edge)
    return product_page(
        desk,
        form,
        product=known[0],
        villages=(),
        starter=None,
        history=history_of(named(known[2]), desk),
        back=back_of(edge, PRODUCTS),
    )


@routes.api("POST", "/cadre/products/{product_id}", "product:write", query=ThingQuery, html=True)
def change_product(edge: Edge, form: dict[str, str], product_id: str) -> Response:
    """Change a product; a changed plan is a new plan_version"""
    known = products.with_history(edge.call.actor, product_id)
    given, names = _given(form, known[0].village_id)
    given["unit"] = known[0].unit
    outcome = tried(
        lambda: products.change(
            edge.call, product_id, read(NewProduct, given), form.get("seen", ""), why_of(form)
        )
    )
    if not isinstance(outcome, Refusal):
        return done(edge, SETUP if edge.query.setup else PRODUCTS, note="changed")
    again = refused(edge, form, outcome, names)
    if outcome.code == "changed_meanwhile":
        known = products.with_history(edge.call.actor, product_id)
        marked = differing_inputs(form, known[0], words_of(desk_of(edge)))
        again = replace(again, given={**again.given, "seen": known[1]}, errors=marked)
    return refused_page(_change(edge, again, known), outcome)
