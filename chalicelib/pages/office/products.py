"""Products on pages: the list, what to begin with, and a form with the inspection plan in rows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from chalicelib.domain.catalogue import Village
from chalicelib.domain.journal import Change
from chalicelib.domain.products import Kind, Operator, Product
from chalicelib.domain.starter import STARTERS, Starter

from ..drawing import formats
from ..drawing.desks import Desk, ListEntry, desk_page, when_and_who
from ..drawing.forms import Form
from ..drawing.render import Page
from ..texts import Words
from .catalogue import PATHS, WHY, Entry, filled, tab_of, words_of

PRODUCTS = PATHS["products"]
MOST_METRICS = 12
SPARE_ROWS = 2
"""Empty rows that a form offers below the metrics that are there."""

GOODS = (
    Entry("product_name", "name"),
    Entry("product_name_en", "name_en", required=False),
    Entry("unit", how="radios"),
    Entry("grade", required=False),
    Entry("gtin", most=14, required=False, hint=True),
    Entry("shelf_days", "shelf_life_days", most=4, required=False),
)
KEPT_UNIT = tuple(
    Entry(entry.name, how="fixed") if entry.name == "unit" else entry for entry in GOODS
)
OWNER = Entry("village_id", how="select")
SAMPLING = Entry("sampling", "sample_size", most=120, required=False)
SALES = (
    Entry("evidence", "evidence_hours", most=3),
    Entry("reply", "reply_hours", most=3),
)
RECORDED = "none"
"""The choice of an operator that is none: a value is kept and not judged."""
OPERATORS = (*get_args(Operator), RECORDED)
KINDS = get_args(Kind)
ROW = {
    "metric": "name",
    "key": "key",
    "measured_in": "unit",
    "operator": "operator",
    "bound": "limit",
    "metric_method": "method",
    "source": "source",
    "testing": "kind",
    "needed": "required",
}
"""Input of a metric -> its field."""


def plan_inputs(product: Product | Starter) -> dict[str, str]:
    """What stands in the inputs below the goods."""
    if isinstance(product, Starter):
        plan, sales = product.plan, product.after_sales
    else:
        plan, sales = product.inspection_plan, product.after_sales
    given = filled(SALES, sales)
    for number, metric in enumerate(plan.metrics if plan else ()):
        for name, field in ROW.items():
            value = getattr(metric, field)
            if name == "operator":
                value = value or RECORDED
            if name == "bound" and value is not None:
                value = formats.number(value)
            if name == "needed":
                value = "1" if value else None
            if value is not None:
                given[f"{name}-{number}"] = str(value)
    return given | (filled([SAMPLING], plan) if plan else {})


def product_inputs(product: Product) -> dict[str, str]:
    return filled(GOODS, product) | plan_inputs(product)


def starter_inputs(starter: Starter) -> dict[str, str]:
    goods = {
        "product_name": starter.name,
        "product_name_en": starter.name_en,
        "unit": starter.unit,
    }
    return goods | plan_inputs(starter)


def rows_of(given: Mapping[str, str]) -> list[int]:
    """The rows of metrics that have a name, as they were numbered."""
    numbers = {
        int(match[1]) for name in given if (match := re.fullmatch(r"metric-(\d{1,3})", name))
    }
    return sorted(number for number in numbers if given[f"metric-{number}"].strip())


def differing_inputs(typed: Mapping[str, str], product: Product, words: Words) -> dict[str, str]:
    """Beside each input that holds something else than the product now: what stands there now."""
    stored = product_inputs(product)
    names = [name for name in {**stored, **typed} if name.partition("-")[0] in words_for(words)]
    return {
        name: words.plain(
            "now_is",
            value=words_for(words)[name.partition("-")[0]].get(
                stored.get(name, ""), stored.get(name, "")
            )
            or words["unnamed"],
        )
        for name in names
        if typed.get(name, "").strip() != stored.get(name, "")
    }


def words_for(words: Words) -> dict[str, dict[str, str]]:
    """Of each input that is seen what its values are called."""
    plain = [*(entry.name for entry in GOODS), SAMPLING.name, *(entry.name for entry in SALES)]
    plain += [name for name in ROW if name not in {"key", "needed"}]
    named: dict[str, dict[str, str]] = {name: {} for name in plain}
    named["operator"] = dict(operators(words))
    named["testing"] = dict(tests(words))
    named["unit"] = dict(units(words))
    return named


def units(words: Words) -> list[tuple[str, str]]:
    return [("g", words["unit_g"]), ("piece", words["unit_of_pieces"])]


def operators(words: Words) -> list[tuple[str, str]]:
    return [(name, words["op_" if name == RECORDED else f"op_{name}"]) for name in OPERATORS]


def tests(words: Words) -> list[tuple[str, str]]:
    return [(kind, words[f"test_{kind}"]) for kind in KINDS]


def row(product: Product, desk: Desk, names: Mapping[str, str], may_change: bool) -> ListEntry:
    """One of the list; what another owner has is no link."""
    words = words_of(desk)
    owner = names.get(product.village_id or "", "") or words["of_county"]
    name = product.name_en if desk.language == "en" and product.name_en else product.name
    return ListEntry(
        href=desk.link(f"{PRODUCTS}/{product.id}") if may_change else "",
        title=formats.marked(name, desk.language),
        meta=(
            formats.marked(owner, desk.language),
            words("metrics_n", n=len(product.inspection_plan.metrics)),
        ),
    )


def starter_page(desk: Desk, *, setup: str | None, back: str) -> Page:
    """Which category the product is of, with what each is tested for."""
    words = words_of(desk)
    path = f"{PRODUCTS}/new"
    rows = [
        ListEntry(
            href=desk.link(path, starter=entry.key, setup=setup),
            title=formats.marked(
                entry.name_en if desk.language == "en" else entry.name, desk.language
            ),
            meta=(_tested_for(entry, desk, words),),
        )
        for entry in STARTERS
    ]
    blank = ListEntry(
        href=desk.link(path, starter="blank", setup=setup),
        title=words["starter_blank"],
        meta=(words["starter_blank_text"],),
    )
    return desk_page(
        "office/starter.html",
        desk,
        words,
        tab=tab_of(desk, "products"),
        rows=[*rows, blank],
        back=back,
    )


def _tested_for(entry: Starter, desk: Desk, words: Words) -> Any:
    if entry.plan is None:
        return words["starter_no_plan"]
    names = words["comma"].join(metric.name for metric in entry.plan.metrics)
    return words(
        "starter_metrics",
        n=len(entry.plan.metrics),
        names=formats.marked(names, desk.language),
    )


def product_page(
    desk: Desk,
    form: Form,
    *,
    product: Product | None,
    villages: Sequence[Village],
    starter: Starter | None,
    history: Sequence[tuple[str, str, str]],
    back: str,
) -> Page:
    """The form of a product, a new one without `product`. villages: whose it may become."""
    words = words_of(desk)
    goods = KEPT_UNIT if product else GOODS
    if len(villages) > 1:
        goods = (OWNER, *goods)
    below = (SAMPLING, *SALES)
    wrong = {name: "x" for name in form.errors if name.startswith("metric-")}
    numbers = rows_of({**form.given, **wrong})
    first_spare = max(numbers, default=-1) + 1
    spare = range(first_spare, first_spare + min(SPARE_ROWS, max(0, MOST_METRICS - len(numbers))))
    new_fields = {f"{name}-{n}": value for n in spare for name, value in _SPARE.items()}
    entries = (*goods, *below, WHY)
    return desk_page(
        "office/product.html",
        desk,
        words,
        tab=tab_of(desk, "products"),
        form=form.with_defaults(**new_fields),
        title=words["products_change" if product else "products_new"],
        nothing_known=words["starter_no_plan"] if starter and starter.plan is None else "",
        goods=goods,
        sampling=[SAMPLING],
        sales=SALES,
        why=[WHY] if product else [],
        labels={entry.name: words[f"in_{entry.name}"] for entry in entries},
        hints={
            entry.name: words[f"in_{entry.name}_hint"] if entry.hint else "" for entry in entries
        },
        choices={
            "unit": units(words),
            "village_id": [(village.id, village.name) for village in villages],
        },
        rows=numbers,
        spare=spare,
        operators=operators(words),
        tests=tests(words),
        unit=dict(units(words)).get(product.unit, "") if product else "",
        version=words("plan_version", n=product.plan_version) if product else "",
        history=history,
        back=back,
    )


_SPARE = {"operator": "le", "testing": "confirmatory"}


def history_of(
    changes: Iterable[tuple[Change, str | None]], desk: Desk
) -> list[tuple[str, str, str]]:
    """(what, when and by whom, why), newest first."""
    words = words_of(desk)
    return [
        (
            _what(change, words),
            when_and_who(change, name, desk, words),
            change.why,
        )
        for change, name in changes
    ]


def _what(change: Change, words: Words) -> str:
    """第 2 版检测方案; what moved no version says so."""
    numbers = [re.findall(r"\d+", state or "") for state in (change.old, change.new)]
    (old_plan, old_rule), (plan, rule) = ([*digits, "0", "0"][:2] for digits in numbers)
    lines = []
    if plan != old_plan:
        lines.append(words.plain("plan_version", n=plan))
    if rule != old_rule:
        lines.append(words.plain("rule_version", n=rule))
    return words["comma"].join(lines) or words["product_noted"]


def may_change(desk_role: str, villages: Iterable[str], product: Product) -> bool:
    return desk_role == "county" or product.village_id in set(villages)
