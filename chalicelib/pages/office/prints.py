"""What is printed of a batch: a certificate in the order's words, and the batch's QR code."""

from math import ceil

from chalicelib.domain.batches import Batch
from chalicelib.domain.certificates import BASIS_TEXT, Certificate
from chalicelib.domain.fields import china_date

from ..drawing import formats
from ..drawing.desks import Desk, desk_page
from ..drawing.labels import Paper, ems, module_mm
from ..drawing.qr import matrix, qr_svg
from ..drawing.render import Page
from ..texts import Words
from ..texts.office import prints
from .batches import LIST, PATH

QR_MM: dict[Paper, float] = {"roll": 30.0, "a4": 90.0}
"""Room for the code: what the label leaves beside its words; what is read from some metres away."""

SHORT = ("quantity", "issued")
"""Stand beside each other on a label."""
A_LINE, MOST_LINES = 18, 6
"""Characters in a line of a certificate on a label, and lines for which its usual letters have
room."""


def certificate_print(desk: Desk, batch: Batch, certificate: Certificate, paper: Paper) -> Page:
    """The words of the order stand in Chinese in both languages: in English they are explained."""
    words = desk.words(prints.TEXTS)
    # a label has no room for explanations
    on_paper = words if paper == "a4" else Words("zh-CN", prints.TEXTS)
    quantity = formats.quantity(certificate.quantity, certificate.unit, "zh-CN")
    rows = {
        "product": certificate.product,
        "quantity": quantity,
        "issued": china_date(certificate.issued_at).isoformat(),
        "origin": certificate.origin,
        "producer": certificate.producer,
        "contact": certificate.contact,
        "lot": batch.lot,
    }
    lines = sum(ceil(ems(value) / A_LINE) for name, value in rows.items() if name not in SHORT)
    path = f"{PATH}/batches/{batch.id}/certificates/{certificate.id}"
    return _page(
        "office/print_certificate.html",
        desk,
        words,
        batch,
        path,
        paper,
        certificate=certificate,
        bases=[(text, basis == certificate.basis) for basis, text in BASIS_TEXT.items()],
        commitment_title=on_paper["commitment_title"],
        basis_title=on_paper["basis_title"],
        signature=on_paper["signature"],
        rows=[
            (on_paper[f"certificate_{name}"], value, "half" if name in SHORT else "")
            for name, value in rows.items()
        ],
        size="fine" if lines > MOST_LINES else "",
        stopped=_stopped(batch, certificate, words),
    )


def _stopped(batch: Batch, certificate: Certificate, words: Words) -> str:
    """Why it must not go with goods; nothing where it may."""
    if batch.state in {"held", "recalled"}:
        return words["silent"]
    return words["replaced"] if certificate.superseded_by is not None else ""


def code_print(desk: Desk, batch: Batch, url: str, paper: Paper) -> Page:
    words = desk.words(prints.TEXTS)
    modules = len(matrix(url))
    passport = batch.passport
    side = modules * module_mm(modules, QR_MM[paper])
    return _page(
        "office/print_code.html",
        desk,
        words,
        batch,
        f"{PATH}/batches/{batch.id}/qr",
        paper,
        qr=qr_svg(url, side_mm=side, label=words.plain("qr", lot=batch.lot)),
        product=formats.marked(passport.product, desk.language),
        lot=batch.lot,
        place=formats.marked(f"{passport.village} · {passport.producer}", desk.language),
        harvested=words("harvested", day=batch.harvested_on.isoformat()),
    )


def _page(
    template: str, desk: Desk, words: Words, batch: Batch, path: str, paper: Paper, **values: object
) -> Page:
    shown: dict[str, object] = dict(values)
    other: Paper = "roll" if paper == "a4" else "a4"
    return desk_page(
        template,
        desk,
        words,
        tab=LIST,
        query={"format": paper},
        css=["office/prints", f"office/prints_{paper}"],
        js=["drawing/print"],
        shown=shown,
        paper=paper,
        hint=words[f"hint_{paper}"],
        other=desk.link(path, format=other),
        other_text=words[f"use_{other}"],
        back=desk.link(f"{PATH}/batches/{batch.id}"),
    )
