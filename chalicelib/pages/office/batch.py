"""A batch on the desk: facts, tests, certificates, journal; and the confirmation of a move."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from chalicelib.domain.batches import UNSELLABLE, Batch
from chalicelib.domain.certificates import Certificate, covered
from chalicelib.domain.fields import china_date
from chalicelib.domain.inspections import Inspection
from chalicelib.domain.journal import Change
from chalicelib.domain.lifecycle import BATCH
from chalicelib.domain.passports import PassportInspection
from chalicelib.domain.patterns import Pattern, PatternProposal
from chalicelib.domain.plausible import Doubt

from ..drawing import flags, formats, inspections
from ..drawing.desks import Desk, desk_page, journal, pattern, proposed, state
from ..drawing.doubts import sentences
from ..drawing.forms import Form
from ..drawing.recalls import sheet_path
from ..drawing.render import Page
from ..drawing.verdicts import Banner
from ..texts import LANGUAGES, Words
from ..texts.buyer import trace
from ..texts.office import cadre, county
from .batches import INSPECTABLE, LIST, PATH, amount_units
from .inspections import certificate_left

Move = Literal["hold", "release", "recall", "close"]
LEADS_TO: dict[Move, str] = {
    "hold": "held",
    "release": "passed",
    "recall": "recalled",
    "close": "closed",
}


@dataclass(frozen=True)
class BatchView:
    """inspections: newest first, corrected ones too. photos: photo id -> (link, bytes).

    parcels: how many hold some of it. pattern: what the complaints about it come to; proposal:
    the open one, that it be held. changes: oldest first, each with its account's name.
    """

    batch: Batch
    inspections: Sequence[Inspection]
    more_inspections: str | None
    photos: Mapping[str, tuple[str, int]]
    certificates: Sequence[Certificate]
    parcels: int
    pattern: Pattern
    proposal: PatternProposal | None
    changes: Sequence[tuple[Change, str | None]]
    recorded_by: str | None


def batch_page(
    desk: Desk, view: BatchView, *, dismiss: Form, done: str | None, older: str | None
) -> Page:
    """dismiss: the form that says why it need not be held. done: what was just done, a key of the
    copy. older: cursor of the inspections shown."""
    words = desk.words(cadre.TEXTS, trace.TEXTS, county.FLAGS)
    batch, path = view.batch, f"{PATH}/batches/{view.batch.id}"
    chip, kind = state("batch", batch.state, words)
    by_id = {inspection.id: inspection for inspection in view.inspections}
    cadre_here = desk.role == "cadre"
    may_certify = cadre_here and batch.state in {"registered", "passed", "closed"}
    return desk_page(
        "office/batch.html",
        desk,
        words,
        tab=LIST,
        query={"cursor": older} if older else {},
        title=_title(batch, desk, words),
        chip=chip,
        kind=kind,
        path=path,
        batch_id=batch.id,
        done=words[f"done_{done}"] if f"done_{done}" in cadre.TEXTS else "",
        banner=_banner(batch, desk, words),
        pattern=proposed(view.proposal, view.pattern, desk, words)
        if view.proposal
        else [text for text in [pattern(view.pattern, words)] if text],
        proposed=view.proposal is not None,
        dismiss=dismiss,
        flags=list(flags.clock(batch, words)),
        facts=_facts(view, desk, words),
        tests=[_test(inspection, view, by_id, desk, words) for inspection in view.inspections],
        older=view.more_inspections and desk.link(path, cursor=view.more_inspections),
        newest=older and desk.link(path),
        certificates=[
            _certificate(certificate, may_certify, path, desk, words)
            for certificate in view.certificates
        ],
        certified=_certified(view, desk, words),
        code_print=desk.link(f"{path}/qr"),
        moves=[
            (words[f"move_{move}"], desk.link(f"{path}/{move}"), move == "recall")
            for move in _moves(batch)
        ],
        may_correct=batch.state != "recalled",
        history=journal("batch", view.changes, desk, words, unit=batch.unit),
        back=desk.link(LIST),
        certify_next=cadre_here and batch.state == "passed" and not view.certificates,
        stopped=batch.state in UNSELLABLE,
        sheet=desk.link(sheet_path(desk, batch.id))
        if desk.role == "county" and view.parcels
        else "",
        may_inspect=cadre_here and batch.state in INSPECTABLE,
        may_certify=may_certify and covered(view.certificates) < batch.quantity,
    )


def _moves(batch: Batch) -> list[Move]:
    return [
        move
        for move, wanted in LEADS_TO.items()
        if wanted in BATCH[batch.state] and (move != "release" or batch.state == "held")
    ]


def _title(batch: Batch, desk: Desk, words: Words) -> Markup:
    passport = batch.passport
    product = formats.named(passport.product, passport.product_en, desk.language)
    return words("batch_title", product=product, lot=batch.lot)


def _banner(batch: Batch, desk: Desk, words: Words) -> Banner | None:
    if batch.state not in {"held", "recalled", "closed"}:
        return None
    reason = formats.marked(batch.reason or "", desk.language)
    kind: Literal["stop", "warn", "info"] = "info"
    if batch.state != "closed":
        kind = "stop" if batch.state == "recalled" else "warn"
    return Banner(kind, words(f"{batch.state}_why", reason=reason), (words[f"{batch.state}_next"],))


def _facts(view: BatchView, desk: Desk, words: Words) -> list[tuple[str, str]]:
    batch, language = view.batch, desk.language
    passport = batch.passport
    place = (passport.province, passport.county, passport.village, batch.plot)
    product = formats.named(passport.product, passport.product_en, language)
    if passport.grade:
        product = Markup(" · ").join((product, formats.marked(passport.grade, language)))
    many = "parcels_none" if not view.parcels else "parcels_one" if view.parcels == 1 else "parcels"
    recorded = formats.moment(batch.recorded_at, language, desk.now)
    by = [formats.marked(view.recorded_by, language)] if view.recorded_by else []
    rows: list[tuple[str, str]] = [
        (words["fact_product"], product),
        (words["fact_quantity"], formats.quantity(batch.quantity, batch.unit, language)),
        (words["fact_available"], formats.quantity(batch.available_quantity, batch.unit, language)),
        (words["fact_parcels"], words(many, n=view.parcels)),
        (words["fact_picked"], formats.day(batch.harvested_on, language)),
        (words["producer"], formats.marked(passport.producer, language)),
        (words["fact_plan"], words[f"plan_by_{batch.plan_by}"]),
        (words["fact_place"], formats.marked(" ".join(part for part in place if part), language)),
        (words["fact_recorded"], Markup(" · ").join((recorded, *by))),
    ]
    return [*rows, (words["note"], formats.marked(batch.note, language))] if batch.note else rows


def _test(
    inspection: Inspection,
    view: BatchView,
    by_id: Mapping[str, Inspection],
    desk: Desk,
    words: Words,
) -> dict[str, object]:
    """An inspection with its values against their limits; a corrected one is struck through."""
    path = f"{PATH}/batches/{view.batch.id}"
    public = PassportInspection(
        corrects=inspection.supersedes is not None,
        **PassportInspection.taken_from(inspection, "photos"),
    )
    shown = inspections.shown(public, words, now=desk.now, recalled=False, path=path)
    when = formats.moment(inspection.recorded_at, desk.language, desk.now)
    replaced = inspection.superseded_by is not None
    here = [
        view.photos[photo] for photo in inspection.photos if photo not in inspection.photos_waiting
    ]
    may_correct = desk.role == "cadre" and view.batch.state in INSPECTABLE and not replaced
    return {
        "id": inspection.id,
        "shown": shown,
        "verdict": words["chip_pass" if inspection.verdict == "pass" else "chip_fail"],
        "kind": "ok" if inspection.verdict == "pass" else "bad",
        "recorded": words(
            "test_by", who=inspection.inspector_name or inspection.inspector, when=when
        ),
        "note": words("test_note", note=formats.marked(inspection.note, desk.language))
        if inspection.note
        else "",
        "replaced": replaced,
        "replaced_by": f"#i-{inspection.superseded_by}"
        if inspection.superseded_by in by_id
        else "",
        "replaces": f"#i-{inspection.supersedes}" if inspection.supersedes in by_id else "",
        "correct": desk.link(f"{path}/inspect", supersedes=inspection.id) if may_correct else "",
        "photos": [
            (words("photo_sized", n=n, size=formats.size(size)), href)
            for n, (href, size) in enumerate(here, 1)
        ],
        "flags": flags.of_inspection(inspection, words),
    }


def _certificate(
    certificate: Certificate, may_replace: bool, path: str, desk: Desk, words: Words
) -> dict[str, object]:
    """One that stands can be replaced, as after a test; one that was replaced says so."""
    replaced = certificate.superseded_by is not None
    return {
        "when": formats.day(china_date(certificate.issued_at), desk.language),
        "what": words(
            "certificate_row",
            quantity=formats.quantity(certificate.quantity, certificate.unit, desk.language),
            basis=words[f"basis_{certificate.basis}"],
        ),
        "print": desk.link(f"{path}/certificates/{certificate.id}"),
        "replaced": replaced,
        "replace": desk.link(f"{path}/certificate", supersedes=certificate.id)
        if may_replace and not replaced
        else "",
    }


def _certified(view: BatchView, desk: Desk, words: Words) -> str:
    """How much is left to certify; nothing where there is no certificate yet."""
    whole, done = view.batch.quantity, covered(view.certificates)
    if not done:
        return ""
    if done >= whole:
        shown = formats.quantity(whole, view.batch.unit, desk.language)
        return words("certificate_full", whole=shown)
    return certificate_left(view.batch, done, desk, words)


def quantity_page(
    desk: Desk, form: Form, confirm: Form, *, batch: Batch, certified: int, doubts: Sequence[Doubt]
) -> Page:
    """Inputs: amount (with amount_in for grams), reason. confirm: the form that says that what is
    recorded is right. doubts: what nobody was asked about yet."""
    words = desk.words(cadre.TEXTS)

    def shown(amount: int) -> str:
        return formats.quantity(amount, batch.unit, desk.language)

    path = f"{PATH}/batches/{batch.id}"
    uncertified = batch.quantity - certified
    return desk_page(
        "office/batch_quantity.html",
        desk,
        words,
        tab=LIST,
        form=form,
        confirm=confirm,
        confirm_path=desk.link(f"{path}/confirm"),
        question=sentences(doubts, batch.unit, desk.language),
        date_wrong=any(doubt.what == "harvested_on" for doubt in doubts),
        what=_title(batch, desk, words),
        facts=[
            (words["quantity_now"], shown(batch.quantity)),
            (words["quantity_free"], shown(max(0, min(batch.available_quantity, uncertified)))),
            *([(words["quantity_certified"], shown(certified))] if certified else []),
        ],
        by_weight=batch.unit == "g",
        units=amount_units(words),
        back=desk.link(path),
    )


def move_page(desk: Desk, form: Form, *, batch: Batch, move: Move, parcels: int) -> Page:
    """Inputs: why (one of REASONS) and reason, which counts where it is written."""
    words = desk.words(cadre.TEXTS)
    touched = "touches_none" if not parcels else "touches_one" if parcels == 1 else "touches"
    place = LANGUAGES.index(desk.language)
    back = desk.link(f"{PATH}/batches/{batch.id}")
    return desk_page(
        "office/batch_move.html",
        desk,
        words,
        tab=LIST,
        form=form,
        title=words(f"{move}_title", lot=batch.lot),
        banner=Banner(
            "stop" if move == "recall" else "info" if move == "release" else "warn",
            words(touched, n=parcels),
            (words[f"{move}_text"],),
        ),
        what=_title(batch, desk, words),
        reasons=[(reason[0], reason[place]) for reason in cadre.REASONS[move]],
        confirm=words[f"confirm_{move}"],
        final=move == "recall",
        back=back,
    )
