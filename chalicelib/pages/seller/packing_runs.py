"""The seller's page of one packing run: its picking list, its boxes, and taking them back."""

from collections.abc import Mapping

from chalicelib.domain.codes import display_code
from chalicelib.domain.packing_runs import RunBox, RunView

from ..drawing import formats
from ..drawing.desks import Desk, Kind, ListEntry, desk_page, state
from ..drawing.forms import Form
from ..drawing.render import Page
from ..texts import Words
from ..texts.seller import packing
from .home import PATH
from .packing import PACKING, picks_table


def run_page(
    desk: Desk, view: RunView, stays: Mapping[str, str], form: Form, done: str | None
) -> Page:
    """stays: why a box cannot be taken back, by its code. done: "taken_back" just now."""
    words = desk.words(packing.TEXTS)
    n, free = len(view.standing), view.can_be_taken_back
    at = formats.moment(view.run.at, desk.language, desk.now)
    codes = " ".join(display_code(code) for code in view.without_label)
    path = f"{PACKING}/{view.run.id}"
    return desk_page(
        "seller/packing_run.html",
        desk,
        words,
        tab=PACKING,
        css=["seller/packing"],
        js=["drawing/print"],
        form=form,
        title=words(("run_title_none", "run_title_one")[n] if n < 2 else "run_title", n=n, at=at),
        done=_done(view, words) if done == "taken_back" else "",
        table=picks_table(view.picks, desk, words),
        boxes=[_box(box, stays, desk, words) for box in view.boxes],
        take_back=words("take_back_one" if free == 1 else "take_back", n=free) if free else "",
        staying=words("some_stay", n=n - free) if 0 < free < n else "",
        slips=desk.link(f"{path}/slips"),
        as_csv=desk.link(f"{path}/picking.csv"),
        to_print=len(view.without_label),
        labels=desk.link(f"{PATH}/labels", codes=codes),
        back=desk.link(PACKING),
    )


def _done(view: RunView, words: Words) -> str:
    taken = sum(box.is_taken_back for box in view.boxes)
    stay = len(view.standing)
    if stay:
        return str(words("taken_back_part", n=taken, stay=stay))
    return str(words("taken_back_all", n=taken))


def _box(box: RunBox, stays: Mapping[str, str], desk: Desk, words: Words) -> ListEntry:
    text: str
    kind: Kind
    if box.is_taken_back:
        text, kind = words["box_taken_back"], ""
    elif box.parcel.state == "packed":
        text, kind = words["box_printed" if box.printed else "box_to_print"], "warn"
    else:
        text, kind = state("parcel", box.parcel.state, words)
    why = stays.get(box.parcel.code)
    return ListEntry(
        desk.link(f"{PATH}/orders/{box.order.id}"),
        box.order.number,
        [display_code(box.parcel.code), *([why] if why else [])],
        text,
        kind,
    )
