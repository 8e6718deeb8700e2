"""The seller's page for waybills: out with the list, back with the carrier's numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence

from chalicelib.domain.waybill_files import MOST_ROWS, Column, WaybillTable, is_ours
from chalicelib.domain.waybills import WaybillOutcome

from ..drawing.desks import Desk, Kind, desk_page
from ..drawing.forms import Form
from ..drawing.render import Page
from ..drawing.spreadsheets import csv
from ..texts import Language, Words
from ..texts.seller import packing
from .home import PATH

COLUMNS = ("number", "code", "name", "phone", "address", "goods", "packs", "carrier", "waybill")
NEEDED = ("parcel", "waybill")
CARRIERS = (
    "顺丰", "中通快递", "圆通速递", "申通快递", "韵达快递", "极兔速递", "京东快递",
    "中国邮政",
    "德邦快递", "同城配送",
)  # fmt: skip
"""What the field for the carrier of a whole file suggests."""
KINDS: dict[str, Kind] = {"ready": "", "shipped": "ok", "already": "ok", "wrong": "bad"}


def waybills_csv(language: Language, rows: Iterable[Sequence[str]]) -> str:
    words = Words(language, packing.TEXTS)
    return csv([words[f"col_{column}"] for column in COLUMNS], rows)


def waybills_page(
    desk: Desk,
    form: Form,
    outcomes: Sequence[tuple[WaybillOutcome, str | None]],
    table: WaybillTable | None,
    wrong: str,
) -> Page:
    """outcomes: each with why it ships nothing. Inputs: rows, the table as it was sent; carrier;
    and a column of each part, where the headings do not tell it."""
    words = desk.words(packing.TEXTS)
    counts = Counter(outcome.what for outcome, _ in outcomes)
    shipped = counts["shipped"] > 0
    summary = ""
    if outcomes:
        totals = {name: counts[name] for name in ("ready", "shipped", "already", "wrong")}
        summary = words("waybills_result" if shipped else "waybills_preview", **totals)
    headings = (words["col_number"], words["col_carrier"], words["col_waybill"])
    given = form.value("rows")
    kept = given
    if shipped or (outcomes and not counts["ready"]):
        left = [outcome.row for outcome, _ in outcomes if outcome.what == "wrong"]
        lines = [(row.parcel, row.carrier, row.waybill) for row in left]
        if lines and not is_ours(lines[0]):  # what is wrong in it might be taken for headings
            lines.insert(0, headings)
        kept = "".join("\t".join(line) + "\n" for line in lines)
    asked = table.asks if table else ()
    ask = kept == given and any(form.value(f"{part}_column") or part in asked for part in NEEDED)
    if "carrier" in asked:
        form = form.with_errors(carrier=words["waybills_no_carrier"])
    return desk_page(
        "seller/waybills.html",
        desk,
        words,
        tab=f"{PATH}/packing",
        css=["seller/packing"],
        js=["drawing/page", "drawing/request", "seller/waybills"],
        form=form.with_defaults(**_columns_by_heading(table)) if table else form,
        ask=ask,
        columns=[_option(column, words) for column in table.columns] if table and ask else [],
        carriers=CARRIERS,
        config={
            "column": words["waybills_column"],
            "without": words["waybills_no_heading"],
            "headings": "\t".join(headings),
        },
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
                    row=outcome.row.row,
                    ref=outcome.row.parcel,
                    carrier=outcome.row.carrier,
                    waybill=outcome.waybill,
                ),
                "chip": words[f"waybill_{outcome.what}"],
                "kind": KINDS[outcome.what],
                "why": why or "",
            }
            for outcome, why in sorted(outcomes, key=lambda entry: entry[0].what != "wrong")
        ],
    )


def _columns_by_heading(table: WaybillTable) -> dict[str, str]:
    """The columns that the headings tell, chosen beforehand."""
    return {
        f"{column.means}_column": str(column.column)
        for column in reversed(table.columns)
        if column.means
    }


def _option(column: Column, words: Words) -> tuple[str, str]:
    heading = column.heading or words["waybills_no_heading"]
    return str(column.column), words.plain(
        "waybills_column", column=column.column, heading=heading, example=column.example
    )
