"""The parcel's label, printed by the browser: 60 x 40 mm on a 203 dpi thermal printer, one a page,
or 63.5 x 33.9 mm on A4 sheets of 3 x 8."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from markupsafe import Markup

from chalicelib.domain.certificates import TITLE as CERTIFICATE

from ..texts import Language, Words
from ..texts.drawing import labels, shared
from . import formats
from .qr import matrix, qr_svg
from .render import Page, render

DOT_MM = 0.125
"""One dot of a 203 dpi head: 8 a millimetre."""
LEAST_DOTS = 4
"""A module of 0.5 mm; below 0.375 mm is under the standard's minimum (ISO/IEC 15415 practice)."""
ROOM_MM = 23.2
"""What the layout leaves for the QR code with its quiet zone."""
ROOM_A4_MM = 20.5
A_SHEET = 24
SHOWN = 20
"""Labels that are named one by one when they were printed before."""

Paper = Literal["roll", "a4"]


@dataclass(frozen=True)
class Label:
    """What is printed. quantity: as people read it, "5 kg", "30 枚". receiver: the order's end and
    the masked name, where the shop wants them.

    has_certificate: a 承诺达标合格证 was issued, and whatever carries its QR must show the words.
    """

    url: str
    display_code: str
    product: str
    grade: str | None
    quantity: str
    village: str
    producer: str
    lots: tuple[str, ...]
    harvested_on: date
    packed_on: date
    has_certificate: bool
    shop: str
    receiver: tuple[str, str] | None = None


@dataclass(frozen=True)
class Printing:
    """What the page needs to record that it was printed, and to warn before.

    key: of this printing. codes: in the order of the labels. printed: (code, when, how often) of
    those that were printed before. left_out: (code, reason). skip: places used on the first sheet.
    several: not the page of a single parcel.
    """

    csrf: str
    key: str
    now: datetime
    codes: Sequence[str]
    printed: Sequence[tuple[str, datetime, int]] = ()
    left_out: Sequence[tuple[str, str]] = ()
    skip: int = 0
    several: bool = True

    @property
    def fresh(self) -> list[str]:
        before = {code for code, _, _ in self.printed}
        return [code for code in self.codes if code not in before]


def label_page(
    label: Label | Sequence[Label],
    *,
    language: Language = "zh-CN",
    back: str = "",
    paper: Paper = "roll",
    printing: Printing | None = None,
    query: Mapping[str, str] | None = None,
) -> Page:
    """One label a page, or 24 a sheet. Raises ValueError when the address is too long to print
    legibly.

    back: the address of its order, or of where several were chosen. query: what the links for
    language and text size must keep.
    """
    words = Words(language, labels.TEXTS, shared.TEXTS)
    several = [label] if isinstance(label, Label) else list(label)
    room = ROOM_MM if paper == "roll" else ROOM_A4_MM
    views: list[dict[str, object] | None] = [_view(sticker, words, room) for sticker in several]
    blank: list[dict[str, object] | None] = [None] * (printing.skip if printing else 0)
    on_sheets = [*blank, *views]
    starts = range(0, len(on_sheets) if views else 0, A_SHEET)
    return render(
        "drawing/label.html",
        words,
        css=["drawing/label"] if paper == "roll" else ["drawing/label", "drawing/label_a4"],
        js=["drawing/label"],
        query=query,
        count=len(several),
        back=back,
        labels=views,
        sheets=[on_sheets[at : at + A_SHEET] for at in starts] if paper == "a4" else [],
        paper=paper,
        certificate=CERTIFICATE,
        printing=printing,
        alike=printing is not None
        and len(several) > 1
        and not any(sticker.receiver for sticker in several),
        warned=_warned(printing, words) if printing else [],
        left_out=[words("left_out_one", code=code, why=why) for code, why in printing.left_out]
        if printing
        else [],
    )


def _warned(printing: Printing, words: Words) -> list[str]:
    warnings: list[str] = [
        words(
            "printed_once" if n == 1 else "printed_one",
            code=code,
            when=formats.moment(at, words.language, printing.now),
            n=n,
        )
        for code, at, n in printing.printed[:SHOWN]
    ]
    rest = len(printing.printed) - SHOWN
    return [*warnings, words("printed_more", n=rest)] if rest > 0 else warnings


def module_mm(modules: int, room: float = ROOM_MM) -> float:
    """The widest module that fits, in whole dots: 0.625 mm for the usual 37 modules."""
    dots = int(room / modules / DOT_MM)
    if dots < LEAST_DOTS:
        raise ValueError(
            "the label's address is too long: its QR code would be finer than 0.5 mm a module; "
            "use a host name of at most 60 characters"
        )
    return dots * DOT_MM


def ems(text: str) -> float:
    """The text's width in units of its font size; Chinese is square, Latin a little over half."""
    return sum(1.0 if ord(char) > 0x2E7F else 0.6 for char in text)


def fit(text: str, room: float) -> str:
    """The text in at most `room` ems, ending in an ellipsis when it had to be cut."""
    if ems(text) <= room:
        return text
    while text and ems(text) > room - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def _view(label: Label, words: Words, room: float) -> dict[str, object]:
    modules = len(matrix(label.url))
    name, size = _name(label.product)
    amount, amount_size = _amount(label)
    is_long = ems(f"{words['lot']}{'+'.join(label.lots)}") > 17
    # of two lots each has its line; else a line may end anywhere
    joint = Markup("+<br>") if is_long and len(label.lots) == 2 else Markup("+")
    lot = words("lot", value=joint.join(label.lots))
    return {
        "qr": qr_svg(
            label.url,
            side_mm=modules * module_mm(modules, room),
            label=words.plain("qr", code=label.display_code),
        ),
        "code": label.display_code,
        "product": name,
        "size": size,
        "origin": _origin(label.village, label.producer),
        "amount": amount,
        "amount_size": amount_size,
        "lot": lot,
        "lot_size": "fine" if is_long else "",
        "harvested": words("harvested", value=label.harvested_on.isoformat()),
        "packed": words("packed", value=label.packed_on.isoformat()),
        "shop": fit(label.shop, 11),
        "receiver": words("receiver", order=label.receiver[0], name=label.receiver[1])
        if label.receiver
        else "",
        "has_certificate": label.has_certificate,
    }


def _amount(label: Label) -> tuple[str, str]:
    """The quantity whole, the grade in what room is left, and how large."""
    room = 10.0 - ems(label.quantity)
    text = f"{label.quantity} · {fit(label.grade, room)}" if label.grade else label.quantity
    return text, "" if ems(text) <= 8 else "m"


def _name(product: str) -> tuple[str, str]:
    """The product's name over the whole width, and how large: 13, 16 or 19 characters."""
    for size, room in (("l", 13), ("m", 16), ("s", 19)):
        if ems(product) <= room:
            return product, size
    return fit(product, 19), "s"


def _origin(village: str, producer: str) -> str:
    """Village and producer on one line of 20; the producer keeps at least half of it."""
    village = fit(village, max(9, 18 - ems(producer)))
    return f"{village} · {fit(producer, 18 - ems(village))}"
