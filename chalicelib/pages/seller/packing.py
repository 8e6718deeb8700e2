"""The seller's pages for packing in a row and for fetching from the store what is packed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup

from chalicelib.domain.codes import display_code
from chalicelib.domain.fields import china_date
from chalicelib.domain.orders import OrderLine
from chalicelib.domain.packing import PackingPlan, Pick, Supply
from chalicelib.domain.packing_runs import RunEntry, RunView

from ..drawing import formats
from ..drawing.desks import Desk, ListEntry, desk_page, packs
from ..drawing.forms import Form
from ..drawing.render import Page
from ..drawing.spreadsheets import csv
from ..texts import Words
from ..texts.seller import packing
from .home import PATH

PACKING = f"{PATH}/packing"


@dataclass(frozen=True)
class PackingView:
    """problems: order -> why, of `plans`. run: whose labels the page leads to; recent: what was
    packed, but for a run that it tells of.

    failed: (number, why) of those that were not. picked: orders that are chosen already.
    """

    plans: Sequence[PackingPlan]
    supplies: Mapping[str, Supply]
    problems: Mapping[str, str]
    run: RunView | None = None
    recent: Sequence[RunEntry] = ()
    failed: Sequence[tuple[str, str]] = ()
    picked: frozenset[str] = field(default_factory=frozenset)
    scanned: str = ""
    matched: bool = True
    done: str | None = None

    @property
    def just_packed(self) -> RunView | None:
        """The run of which the page says that it was packed: once, where a box of it stands."""
        just_now = self.failed or self.done == "packed"
        return self.run if just_now and self.run and self.run.standing else None


def packing_page(
    desk: Desk,
    view: PackingView,
    form: Form,
    *,
    cursor: str | None,
    next_cursor: str | None,
) -> Page:
    words = desk.words(packing.TEXTS)
    ready = [plan for plan in view.plans if plan.problem is None]
    codes = [display_code(code) for code in view.run.without_label] if view.run else []
    return desk_page(
        "seller/packing.html",
        desk,
        words,
        tab=PACKING,
        query={"cursor": cursor} if cursor else {},
        css=["seller/packing"],
        js=["drawing/page", "seller/packing_codes", "seller/packing"],
        form=form,
        groups=_groups(ready, view, desk, words),
        ready=len(ready),
        picked=view.picked,
        blocked=[
            (
                desk.link(f"{PATH}/orders/{plan.order.id}"),
                plan.order.number,
                view.problems[plan.order.id],
            )
            for plan in view.plans
            if plan.problem is not None
        ],
        failed=[words("not_packed_row", number=number, why=why) for number, why in view.failed],
        run=view.just_packed and desk.link(f"{PACKING}/{view.just_packed.run.id}"),
        recent=[
            _entry(entry, desk, words)
            for entry in view.recent
            if view.just_packed is None or entry.run.id != view.just_packed.run.id
        ],
        to_print=len(codes),
        labels=desk.link(f"{PATH}/labels", codes=" ".join(codes)),
        labels_a4=desk.link(f"{PATH}/labels", codes=" ".join(codes), format="a4"),
        labels_waiting=desk.link(f"{PATH}/labels"),
        done=_done(view, desk, words),
        scanned=view.scanned,
        unknown="" if view.matched else words("scan_unknown", text=view.scanned),
        older=next_cursor and desk.link(PACKING, cursor=next_cursor),
        newest=cursor and desk.link(PACKING),
        config=_config(ready, view, words, china_date(desk.now)),
    )


def _done(view: PackingView, desk: Desk, words: Words) -> Markup | str:
    """Once; the run stays in the address, for its labels."""
    if view.just_packed:
        return _packed(view.just_packed, desk, words)
    return words["done_printed"] if view.done == "printed" else ""


def _packed(run: RunView, desk: Desk, words: Words) -> Markup:
    n = len(run.standing)
    at = formats.moment(run.run.at, desk.language, desk.now)
    return words("packed_n_one" if n == 1 else "packed_n", n=n, at=at)


def _entry(entry: RunEntry, desk: Desk, words: Words) -> ListEntry:
    n, taken = entry.standing, entry.taken_back
    at = formats.moment(entry.run.at, desk.language, desk.now)
    return ListEntry(
        desk.link(f"{PACKING}/{entry.run.id}"),
        words("run_entry_one" if n == 1 else "run_entry", n=n, at=at),
        [words["run_leads"]],
        words("run_taken", n=taken) if taken else "",
    )


def question_page(
    desk: Desk, plans: Sequence[PackingPlan], picks: Sequence[Pick], form: Form
) -> Page:
    """How many boxes, of which goods from which batches, before all of them are packed."""
    words = desk.words(packing.TEXTS)
    n = len(plans)
    return desk_page(
        "seller/packing_question.html",
        desk,
        words,
        tab=PACKING,
        css=["seller/packing"],
        form=form,
        title=words("ask_title_one" if n == 1 else "ask_title", n=n),
        button=words("ask_yes_one" if n == 1 else "ask_yes", n=n),
        table=picks_table(picks, desk, words),
        plans=[(plan.order.id, plan_text(plan)) for plan in plans],
        back=desk.link(PACKING),
    )


def plan_text(plan: PackingPlan) -> str:
    """A plan as the form carries it: what was seen is what is packed."""
    return " ".join(f"{packs.line}.{packs.batch_id}.{packs.packs}" for packs in plan.proposals)


def _groups(
    ready: Sequence[PackingPlan], view: PackingView, desk: Desk, words: Words
) -> list[dict[str, object]]:
    """Orders that take the same products from the same batches stand together."""
    groups: defaultdict[tuple[tuple[str, str], ...], list[PackingPlan]] = defaultdict(list)
    for plan in ready:
        parts = {
            (_product(plan.order.lines[proposal.line], desk), proposal.batch_id): None
            for proposal in plan.proposals
        }
        groups[tuple(parts)].append(plan)
    joint = words("comma")
    rows: list[dict[str, object]] = []
    for parts_, plans in groups.items():
        supplies = [view.supplies[batch_id] for _, batch_id in parts_]
        titles = [
            words("group_part", product=product, lot=packs.lot)
            for (product, _), packs in zip(parts_, supplies, strict=True)
        ]
        last = min((supply.best_before for supply in supplies if supply.best_before), default=None)
        total = sum(proposal.packs for plan in plans for proposal in plan.proposals)
        rows.append(
            {
                "title": joint.join(titles),
                "count": words(
                    "group_count",
                    orders=words("orders_one" if len(plans) == 1 else "orders", n=len(plans)),
                    packs=packs(total, words),
                ),
                "expires": words("expires", day=formats.day(last, desk.language)) if last else "",
                "orders": [
                    (
                        plan.order.id,
                        plan.order.number,
                        _contents(plan, desk, words),
                        plan_text(plan),
                    )
                    for plan in plans
                ],
            }
        )
    return rows


def _product(line: OrderLine, desk: Desk) -> Markup:
    return formats.named(line.product, line.product_en, desk.language)


def _contents(plan: PackingPlan, desk: Desk, words: Words) -> Markup:
    parts = words("comma").join(
        words(
            "part",
            title=formats.goods(plan.order.lines[proposal.line], desk.language),
            n=proposal.packs,
            lot=proposal.lot,
        )
        for proposal in plan.proposals
    )
    return words("replacement_of", parts=parts) if plan.order.replaces else parts


def _config(
    ready: Sequence[PackingPlan], view: PackingView, words: Words, today: date
) -> dict[str, object]:
    """What the scanner needs: each order with its batches, and those it could take instead."""
    lots = {supply.batch_id: supply.lot for supply in view.supplies.values()}
    orders = [
        {
            "id": plan.order.id,
            "number": plan.order.number,
            "batches": list(dict.fromkeys(proposal.batch_id for proposal in plan.proposals)),
            "instead": _instead(plan, view.supplies, today),
        }
        for plan in ready
    ]
    return {
        "orders": orders,
        "blocked": [plan.order.number for plan in view.plans if plan.problem is not None],
        "lots": lots,
        "words": {key: words[key] for key in packing.SCANNER},
    }


def _instead(plan: PackingPlan, supplies: Mapping[str, Supply], today: date) -> dict[str, str]:
    """Batches that hold all of an order of one line: batch -> the plan with it."""
    lines = {proposal.line for proposal in plan.proposals}
    if len(lines) != 1:
        return {}
    [at] = lines
    line = plan.order.lines[at]
    need = line.to_pack
    return {
        batch_id: f"{at}.{batch_id}.{need}"
        for batch_id in line.batch_ids
        if (supply := supplies.get(batch_id)) is not None
        and supply.may_be_packed
        and not supply.is_expired(today)
        and supply.left >= need * line.pack_quantity
    }


# --- what to fetch --------------------------------------------------------------------------------


def _row(pick: Pick, desk: Desk) -> list[str]:
    product, pack = pick.product, pick.title
    if desk.language == "en" and pick.product_en:
        product = pick.product_en
        pack = formats.quantity(pick.quantity // pick.packs, pick.unit, desk.language)
    return [
        product,
        pack,
        pick.lot,
        formats.day(pick.harvested_on, desk.language),
        str(pick.packs),
        formats.quantity(pick.quantity, pick.unit, desk.language),
    ]


@dataclass(frozen=True)
class PicksTable:
    """A picking list as it is shown."""

    headings: list[str]
    rows: list[list[Markup]]


def picks_table(picks: Sequence[Pick], desk: Desk, words: Words) -> PicksTable:
    rows = [[formats.marked(cell, desk.language) for cell in _row(pick, desk)] for pick in picks]
    return PicksTable(_headings(words), rows)


def _headings(words: Words) -> list[str]:
    names = ("product", "pack", "lot", "harvested", "packs", "quantity")
    return [words[f"th_{name}"] for name in names]


def picking_page(desk: Desk, picks: Sequence[Pick], orders: int) -> Page:
    words = desk.words(packing.TEXTS)
    return desk_page(
        "seller/picking.html",
        desk,
        words,
        tab=PACKING,
        css=["seller/packing"],
        js=["drawing/print"],
        table=picks_table(picks, desk, words),
        orders=orders,
        as_csv=desk.link(f"{PATH}/picking.csv"),
        back=desk.link(PACKING),
    )


def picking_csv(desk: Desk, picks: Sequence[Pick]) -> str:
    return csv(_headings(desk.words(packing.TEXTS)), [_row(pick, desk) for pick in picks])
