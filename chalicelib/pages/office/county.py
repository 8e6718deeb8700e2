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
        people=[_person(account, desk, words) for account in accounts],
        further=next_cursor and desk.link(PEOPLE, cursor=next_cursor),
        first=cursor and desk.link(PEOPLE),
        new=desk.link(f"{PEOPLE}/new"),
    )


def _person(account: Account, desk: Desk, words: Words) -> ListEntry:
    """Only of a cadre it matters that something is missing."""
    n = len(account.trainings)
    meta = [words("account_row", username=account.username, role=words[f"role_{account.role}"])]
    if n:
        meta.append(words("trainings_row_one" if n == 1 else "trainings_row", n=n))
    chip, kind = _trained(account, china_date(desk.now)) if account.role == "cadre" else ("", "")
    if account.closed_at is not None:
        chip, kind = "closed", ""
    return ListEntry(
        href=desk.link(f"{PEOPLE}/{account.id}"),
        title=formats.marked(account.name, desk.language),
        meta=(Markup(" · ").join(meta),),
        chip=words[chip] if chip else "",
        kind=kind,
    )


def _trained(account: Account, today: date) -> tuple[str, Kind]:
    if not account.trainings:
        return "untrained", "warn"
    return ("some_lapsed", "warn") if account.lapsed(today) else ("trained", "ok")


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
        facts.append((words["fact_villages"], formats.marked("、".join(places), language)))
    if shop:
        facts.append((words["fact_shop"], formats.marked(shop, language)))
    if account.closed_at is not None:
        since = formats.day(china_date(account.closed_at), language)
        facts.append((words["fact_closed"], since))
    path = f"{PEOPLE}/{account.id}"
    links = [
        (words["link_change"], desk.link(f"{path}/change")),
        (
            words["link_password" if account.closed_at is None else "link_open"],
            desk.link(f"{path}/password"),
        ),
    ]
    if account.closed_at is None:
        links.append((words["link_close"], desk.link(f"{path}/close")))
    return desk_page(
        "office/person.html",
        desk,
        words,
        tab=PEOPLE,
        form=form,
        name=formats.marked(account.name, language),
        done=words[f"done_{done}"] if done in {"trained", "changed", "closed"} else "",
        links=links,
        facts=facts,
        trainings=[_training(training, desk, words) for training in account.newest_trainings],
        methods=methods(products),
        back=desk.link(PEOPLE),
    )


def methods(products: Sequence[Product]) -> list[tuple[str, str]]:
    """(method, method with what it measures), each method once; those that need a course first."""
    by_method: dict[str, list[str]] = {}
    metrics = [metric for product in products for metric in product.inspection_plan.metrics]
    for metric in sorted(metrics, key=lambda metric: metric.kind == "measure"):
        by_method.setdefault(metric.method, []).append(metric.name)
    return [(method, f"{method}（{names[0]}）") for method, names in by_method.items()]


def _training(training: Training, desk: Desk, words: Words) -> ListEntry:
    language = desk.language
    chip, kind = _state(training, china_date(desk.now))
    days = words(
        "training_days",
        begin=formats.day(training.trained_on, language),
        end=formats.day(training.valid_until, language),
    )
    by = []
    if training.trainer:
        by.append(words("training_by", trainer=formats.marked(training.trainer, language)))
    if training.certificate_no:
        by.append(
            words("training_number", number=formats.marked(training.certificate_no, language))
        )
    return ListEntry(
        href="",
        title=formats.marked(training.method, language),
        meta=(days, *([Markup(" · ").join(by)] if by else [])),
        chip=words[chip],
        kind=kind,
    )


def _state(training: Training, today: date) -> tuple[str, Kind]:
    if training.covers(today):
        return "training_valid", "ok"
    return ("training_over", "warn") if training.valid_until < today else ("training_ahead", "")


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
            _flagged(inspection, batches[inspection.batch_id], desk, words)
            for inspection in inspections
            if inspection.batch_id in batches
        ],
        older=next_cursor and desk.link(FLAGGED, cursor=next_cursor),
        newest=cursor and desk.link(FLAGGED),
    )


def _flagged(inspection: Inspection, batch: Batch, desk: Desk, words: Words) -> dict[str, object]:
    language, passport = desk.language, batch.passport
    about = words(
        "flagged_row",
        who=inspection.inspector_name or inspection.inspector,
        tested=formats.moment(inspection.tested_at, language, desk.now),
        recorded=formats.moment(inspection.recorded_at, language, desk.now),
    )
    return {
        "href": f"{desk.link(f'{BATCHES}/{batch.id}')}#i-{inspection.id}",
        "title": Markup("{} {}").format(
            formats.named(passport.product, passport.product_en, language), batch.lot
        ),
        "place": formats.marked(f"{passport.village} · {passport.producer}", language),
        "about": about,
        "corrected": inspection.superseded_by is not None,
        "flags": flags.of_inspection(inspection, words),
    }
