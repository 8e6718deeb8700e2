"""The seller's page for waybills: out with the list, back with the carrier's numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence

from chalicelib.domain.waybills import MOST_ROWS, Outcome

from .desks import Desk, Kind, desk_page
from .forms import Form
from .render import Page
from .seller import PATH
from .spreadsheets import csv
from .texts import Language, Words, packing

COLUMNS = ("number", "code", "name", "phone", "address", "goods", "packs", "carrier", "waybill")
KINDS: dict[str, Kind] = {"ready": "", "shipped": "ok", "already": "ok", "wrong": "bad"}


def waybills_csv(language: Language, rows: Iterable[Sequence[str]]) -> str:
    words = Words(language, packing.TEXTS)
    return csv([words[f"col_{one}"] for one in COLUMNS], rows)


def waybills_page(
    desk: Desk,
    form: Form,
    outcomes: Sequence[tuple[Outcome, str | None]],
    given: str,
    wrong: str,
) -> Page:
    """outcomes: each with why it ships nothing. given: the table as it was sent."""
    words = desk.words(packing.TEXTS)
    counts = Counter(one.what for one, _ in outcomes)
    shipped = counts["shipped"] > 0
    summary = ""
    if outcomes:
        told = {name: counts[name] for name in ("ready", "shipped", "already", "wrong")}
        summary = words("waybills_result" if shipped else "waybills_preview", **told)
    kept = given
    if shipped or (outcomes and not counts["ready"]):
        left = [one.row for one, _ in outcomes if one.what == "wrong"]
        kept = "".join(f"{one.parcel}\t{one.carrier}\t{one.waybill}\n" for one in left)
    return desk_page(
        "seller_waybills.html",
        desk,
        words,
        tab=f"{PATH}/packing",
        css=["packing"],
        js=["waybills"],
        form=form,
        most=MOST_ROWS,
        export=desk.link("/v1/waybills.csv"),
        back=desk.link(f"{PATH}/packing"),
        given=kept,
        wrong=wrong,
        summary=summary,
        ready=counts["ready"],
        come_back=shipped and counts["wrong"] > 0,
        rows=[
            {
                "title": words(
                    "waybill_row",
                    row=one.row.row,
                    ref=one.row.parcel,
                    carrier=one.row.carrier,
                    waybill=one.row.waybill,
                ),
                "chip": words[f"waybill_{one.what}"],
                "kind": KINDS[one.what],
                "why": why or "",
            }
            for one, why in sorted(outcomes, key=lambda one: one[0].what != "wrong")
        ],
    )
