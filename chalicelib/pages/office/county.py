"""The county's desk: people with their trainings, and tests to look at."""

from collections.abc import Mapping, Sequence
from datetime import date

from markupsafe import Markup

from chalicelib.domain.accounts import Account, Training
from chalicelib.domain.batches import Batch
from chalicelib.domain.fields import china_date
from chalicelib.domain.inspections import Inspection
from chalicelib.domain.products import Product

from ..drawing import flags, formats
from ..drawing.desks import Desk, Kind, ListEntry, desk_page
from ..drawing.forms import Form
from ..drawing.render import Page
from ..texts import Words
from ..texts.office import county

PEOPLE = "/county/people"
FLAGGED = "/county/flagged"
BATCHES = "/cadre/batches"


def people_page(
    desk: Desk, accounts: Sequence[Account], *, cursor: str | None, next_cursor: str | None
) -> Page:
    """In the order in which their accounts were opened."""
    words = desk.words(county.TEXTS)
    return desk_page(
        "office/people.html",
        desk,
        words,
        tab=PEOPLE,
        query={"cursor": cursor} if cursor else {},
        people=[_person(one, desk, words) for one in accounts],
        further=next_cursor and desk.link(PEOPLE, cursor=next_cursor),
        first=cursor and desk.link(PEOPLE),
    )


def _person(one: Account, desk: Desk, words: Words) -> ListEntry:
    """Only of a cadre it matters that something is missing."""
    n = len(one.trainings)
    meta = [words("account_row", username=one.username, role=words[f"role_{one.role}"])]
    if n:
        meta.append(words("trainings_row_one" if n == 1 else "trainings_row", n=n))
    chip, kind = _trained(one, china_date(desk.now)) if one.role == "cadre" else ("", "")
    return ListEntry(
        href=desk.link(f"{PEOPLE}/{one.id}"),
        title=formats.said(one.name, desk.language),
        meta=(Markup(" · ").join(meta),),
        chip=words[chip] if chip else "",
        kind=kind,
    )


def _trained(one: Account, today: date) -> tuple[str, Kind]:
    if not one.trainings:
        return "untrained", "warn"
    return ("some_lapsed", "warn") if one.lapsed(today) else ("trained", "ok")


def person_page(
    desk: Desk,
    form: Form,
    *,
    account: Account,
    places: Sequence[str],
    shop: str | None,
    products: Sequence[Product],
    done: str | None,
) -> Page:
    """Inputs: course, trained_on, valid_until, trainer, certificate_no. places: village names."""
    words = desk.words(county.TEXTS)
    language = desk.language
    facts = [
        (words["fact_username"], account.username),
        (words["fact_role"], words[f"role_{account.role}"]),
        (words["fact_opened"], formats.day(china_date(account.created_at), language)),
    ]
    if places:
        facts.append((words["fact_villages"], formats.said("、".join(places), language)))
    if shop:
        facts.append((words["fact_shop"], formats.said(shop, language)))
    return desk_page(
        "office/person.html",
        desk,
        words,
        tab=PEOPLE,
        form=form,
        name=formats.said(account.name, language),
        done=words["done_trained"] if done == "trained" else "",
        facts=facts,
        trainings=[_training(one, desk, words) for one in account.newest_trainings],
        methods=methods(products),
        back=desk.link(PEOPLE),
    )


def methods(products: Sequence[Product]) -> list[tuple[str, str]]:
    """(method, method with what it measures), each method once; those that need a course first."""
    found: dict[str, list[str]] = {}
    metrics = [metric for one in products for metric in one.inspection_plan.metrics]
    for metric in sorted(metrics, key=lambda one: one.kind == "measure"):
        found.setdefault(metric.method, []).append(metric.name)
    return [(method, f"{method}（{names[0]}）") for method, names in found.items()]


def _training(one: Training, desk: Desk, words: Words) -> ListEntry:
    language = desk.language
    chip, kind = _state(one, china_date(desk.now))
    days = words(
        "training_days",
        begin=formats.day(one.trained_on, language),
        end=formats.day(one.valid_until, language),
    )
    by = []
    if one.trainer:
        by.append(words("training_by", trainer=formats.said(one.trainer, language)))
    if one.certificate_no:
        by.append(words("training_number", number=formats.said(one.certificate_no, language)))
    return ListEntry(
        href="",
        title=formats.said(one.method, language),
        meta=(days, *([Markup(" · ").join(by)] if by else [])),
        chip=words[chip],
        kind=kind,
    )


def _state(one: Training, today: date) -> tuple[str, Kind]:
    if one.covers(today):
        return "training_valid", "ok"
    return ("training_over", "warn") if one.valid_until < today else ("training_ahead", "")


def flagged_page(
    desk: Desk,
    inspections: Sequence[Inspection],
    *,
    batches: Mapping[str, Batch],
    cursor: str | None,
    next_cursor: str | None,
) -> Page:
    """Newest first. batches: those of the inspections, by id."""
    words = desk.words(county.TEXTS, county.FLAGS)
    return desk_page(
        "office/flagged.html",
        desk,
        words,
        tab=FLAGGED,
        query={"cursor": cursor} if cursor else {},
        entries=[
            _flagged(one, batches[one.batch_id], desk, words)
            for one in inspections
            if one.batch_id in batches
        ],
        older=next_cursor and desk.link(FLAGGED, cursor=next_cursor),
        newest=cursor and desk.link(FLAGGED),
    )


def _flagged(one: Inspection, batch: Batch, desk: Desk, words: Words) -> dict[str, object]:
    language, passport = desk.language, batch.passport
    english = language == "en" and passport.product_en
    told = words(
        "flagged_row",
        who=one.inspector_name or one.inspector,
        tested=formats.moment(one.tested_at, language, desk.now),
        recorded=formats.moment(one.recorded_at, language, desk.now),
    )
    return {
        "href": f"{desk.link(f'{BATCHES}/{batch.id}')}#i-{one.id}",
        "title": Markup("{} {}").format(
            formats.said(english or passport.product, language), batch.lot
        ),
        "place": formats.said(f"{passport.village} · {passport.producer}", language),
        "told": told,
        "corrected": one.superseded_by is not None,
        "flags": flags.of_inspection(one, words),
    }
