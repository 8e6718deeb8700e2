"""Labels of parcels, one or many, as pages that the browser prints."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.catalogue import Shop
from chalicelib.domain.codes import display_code
from chalicelib.domain.errors import Refusal
from chalicelib.domain.fields import china_date
from chalicelib.pages.drawing import formats
from chalicelib.pages.drawing.errors import error_page
from chalicelib.pages.drawing.labels import A_SHEET, Label, Paper, Printing, label_page
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.texts import Language
from chalicelib.services import catalogue, labels, parcels

from ..edge.answers import refused_page, wants_json
from ..edge.desks import DeskQuery, done
from ..edge.forms import blank, key_of, whole
from ..edge.problems import STATUS, in_sentences, sentence
from ..edge.queries import PageQuery
from ..edge.routing import Edge, Routes
from ..v1.parcels import trace_url

routes = Routes(__name__)


class LabelsQuery(DeskQuery):
    """codes: of parcels, with spaces or commas between them; none for all that have no label."""

    codes: Annotated[str, Field(max_length=10_000)] = ""
    format: Paper = "roll"
    skip: Annotated[int, Field(ge=0, lt=A_SHEET)] = 0


@routes.api("GET", "/v1/parcels/{code}/label", "order:fulfil", query=PageQuery, html=True)
def label(edge: Edge, code: str) -> Page | Response:
    """The parcel's label, 60 x 40 mm"""
    try:
        shop = _shop(edge, code)
        labelled = labels.label(edge.call, code, for_whom=shop.label_name == "masked")
    except Refusal as refusal:
        if refusal.code != "batch_held" or "text/html" not in edge.accept:
            raise
        return refused_page(_refused(edge, code, refusal), refusal)
    return label_page(
        _label(labelled, shop.name, edge.language),
        language=edge.language,
        back=_order_path(edge, labelled.item.doc.order_id),
        printing=_printing(edge, [labelled], several=False),
    )


def _shop(edge: Edge, code: str) -> Shop:
    return catalogue.shop(parcels.in_scope(edge.call, code).doc.shop_id)


def _label(labelled: labels.Labelled, shop: str, language: Language) -> Label:
    parcel, batches, receiver = labelled.item.doc, labelled.batches, labelled.receiver
    products = list(dict.fromkeys(batch.passport.product for batch in batches))
    totals: Counter[str] = Counter()
    for batch in batches:
        totals[batch.unit] += parcel.quantity_of(batch.id)
    first = batches[0]
    return Label(
        url=trace_url(parcel.code),
        display_code=display_code(parcel.code),
        product="、".join(products),
        grade=first.passport.grade if len(products) == 1 else None,
        quantity=" + ".join(formats.quantity(n, unit, language) for unit, n in totals.items()),
        village=first.passport.village,
        producer="、".join(dict.fromkeys(batch.passport.producer for batch in batches)),
        lots=tuple(dict.fromkeys(batch.lot for batch in batches)),
        harvested_on=min(batch.harvested_on for batch in batches),
        packed_on=china_date(parcel.packed_at),
        has_certificate=all(batch.passport.certificate is not None for batch in batches),
        shop=shop,
        receiver=(receiver.order, receiver.name) if receiver else None,
    )


def _printing(
    edge: Edge,
    printable: Sequence[labels.Labelled],
    left_out: Sequence[tuple[str, Refusal]] = (),
    *,
    skip: int = 0,
    several: bool = True,
) -> Printing:
    return Printing(
        csrf=edge.csrf,
        key=blank(edge).key,
        now=edge.call.now,
        codes=[display_code(entry.item.doc.code) for entry in printable],
        printed=[
            (
                display_code(item.doc.code),
                datetime.fromisoformat(item.printed_at),
                int(item.printed or 1),
            )
            for item in (entry.item for entry in printable)
            if item.printed_at
        ],
        left_out=[(_shown(code), sentence(why, edge.language)) for code, why in left_out],
        skip=skip,
        several=several,
    )


def _shown(code: str) -> str:
    return display_code(code) if len(code) == len(code.replace("-", "")) == 13 else code[:40]


def _refused(edge: Edge, code: str, refusal: Refusal) -> Page:
    """Why there is no label, with the way back to the order it belongs to."""
    return error_page(
        STATUS[refusal.code],
        in_sentences(refusal, edge.language),
        language=edge.language,
        code=refusal.code,
        back=_order_path(edge, parcels.in_scope(edge.call, code).doc.order_id),
    )


def _order_path(edge: Edge, order_id: str) -> str:
    return _with_text(edge, f"/seller/orders/{order_id}")


def _with_text(edge: Edge, path: str) -> str:
    text = {"text": "large"} if edge.query.large else {}
    return f"{path}?{urlencode({'lang': edge.language, **text})}"


@routes.api("GET", "/seller/parcels/{code}/label", "order:fulfil", query=PageQuery, html=True)
def desk_label(edge: Edge, code: str) -> Response:
    """The same from the seller's desk"""
    return done(edge, f"/v1/parcels/{parcels.in_scope(edge.call, code).doc.code}/label")


# --- many at once ---------------------------------------------------------------------------------


@routes.api("GET", "/seller/labels", "order:fulfil", query=LabelsQuery, html=True)
def many(edge: Edge) -> Page:
    """Labels of up to 500 parcels on one page: of those named, or of all that have none yet"""
    query = edge.query
    codes = labels.codes_in(query.codes) or labels.not_printed(edge.call)
    kept = {name: str(getattr(query, name)) for name in ("codes", "format", "skip")}
    return _page(edge, codes, query.format, query.skip, kept)


@routes.api("POST", "/seller/labels", "order:fulfil", query=DeskQuery, html=True)
def chosen(edge: Edge, form: dict[str, str]) -> Page:
    """The same of parcels chosen on a page; nothing is written"""
    paper: Paper = "a4" if form.get("format") == "a4" else "roll"
    skip = whole(form.get("skip"))
    used = skip if isinstance(skip, int) and 0 <= skip < A_SHEET else 0
    return _page(edge, labels.codes_in(form.get("codes", "")), paper, used, {})


def _page(edge: Edge, codes: list[str], paper: Paper, skip: int, query: dict[str, str]) -> Page:
    shop = catalogue.shop(edge.call.actor.shop_id or "")
    result = labels.several(edge.call, codes, for_whom=shop.label_name == "masked")
    return label_page(
        [_label(labelled, shop.name, edge.language) for labelled in result.printable],
        language=edge.language,
        back=_with_text(edge, "/seller/packing"),
        paper=paper,
        printing=_printing(edge, result.printable, result.left_out, skip=skip),
        query=query,
    )


@routes.api("POST", "/seller/labels/printed", "order:fulfil", query=DeskQuery, html=True)
def printed(edge: Edge, form: dict[str, str]) -> Response:
    """Remember that these are printed, once for each page that was shown; 409 where a box of them
    was taken back, so that its label is not"""
    codes = labels.codes_in(form.get("codes", ""))
    voided = labels.mark_printed(edge.call, codes, key_of(form))
    if wants_json(edge.accept):
        return Response("", status_code=409 if voided else 204)
    if voided:
        return done(edge, "/seller/labels", codes=" ".join(codes))
    return done(edge, "/seller/packing", note="printed")
