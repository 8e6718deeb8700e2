"""Packing slips: what lies in each box, a page each."""

from collections.abc import Mapping, Sequence

from chalicelib.domain import phones
from chalicelib.domain.catalogue import Shop
from chalicelib.domain.codes import display_code
from chalicelib.domain.fields import china_date
from chalicelib.domain.slips import Slip, SlipLine

from ..drawing import formats
from ..drawing.desks import Desk, desk_page
from ..drawing.labels import module_mm
from ..drawing.qr import matrix, qr_svg
from ..drawing.render import Page
from ..texts import Words
from ..texts.seller import slips
from .packing import PACKING

QR_MM = 26.0


def slips_page(
    desk: Desk,
    entries: Sequence[Slip],
    shop: Shop,
    *,
    urls: Mapping[str, str],
    path: str,
    with_prices: bool,
    back: str,
) -> Page:
    """urls: of the trace pages, by the parcels' codes. path: of this page.

    Whoever packs, in whichever language: the paper is for the buyer, and Chinese.
    """
    words, on_paper = desk.words(slips.TEXTS), Words("zh-CN", slips.TEXTS)
    return desk_page(
        "seller/slips.html",
        desk,
        words,
        tab=PACKING,
        query={"prices": "yes"} if with_prices else {},
        css=["seller/packing", "seller/slips"],
        js=["drawing/print"],
        slips=[_slip(slip, urls[slip.parcel.code], with_prices, on_paper) for slip in entries],
        headings=[on_paper[f"th_{name}"] for name in _columns(with_prices)],
        shop=shop.name,
        paper_title=on_paper["title"],
        trace=on_paper["trace"],
        contact=_contact(shop, on_paper),
        other=desk.link(path, prices="" if with_prices else "yes"),
        other_text=words["without_prices" if with_prices else "with_prices"],
        back=desk.link(back),
    )


def _columns(with_prices: bool) -> tuple[str, ...]:
    return ("goods", "packs", "quantity", "lots", *(("price",) if with_prices else ()))


def _slip(slip: Slip, url: str, with_prices: bool, words: Words) -> dict[str, object]:
    code = display_code(slip.parcel.code)
    facts = [
        (words["order"], slip.order.number),
        (words["code"], code),
        (words["packed"], formats.day(china_date(slip.parcel.packed_at), words.language)),
    ]
    if slip.receiver:
        facts.insert(1, (words["receiver"], slip.receiver.name))
    if with_prices:
        facts.append((words["paid"], formats.money(slip.parcel.amount_fen)))
    modules = len(matrix(url))
    return {
        "facts": facts,
        "rows": [_row(line, with_prices, words) for line in slip.lines],
        "qr": qr_svg(
            url, side_mm=modules * module_mm(modules, QR_MM), label=words.plain("qr", code=code)
        ),
        "url": url,
    }


def _row(line: SlipLine, with_prices: bool, words: Words) -> list[str]:
    row = [
        line.title,
        str(line.packs),
        formats.quantity(line.quantity, line.unit, words.language),
        " + ".join(line.lots),
    ]
    return [*row, formats.money(line.price_fen)] if with_prices else row


def _contact(shop: Shop, words: Words) -> list[tuple[str, str]]:
    number, extension = phones.shown(shop.phone) if shop.phone else ("", "")
    rows = {
        "phone": "-".join(filter(None, (number, extension))),
        "wechat": shop.wechat,
        "hours": shop.hours,
        "returns": shop.return_address,
    }
    return [(words[f"contact_{name}"], value) for name, value in rows.items() if value]
