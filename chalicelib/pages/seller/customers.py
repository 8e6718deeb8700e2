"""Customers on the seller's desk: who came back, in which groups, and a coupon in two taps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from markupsafe import Markup

from chalicelib.domain.consents import TEXTS as WORDINGS
from chalicelib.domain.coupons import Coupon, display_code
from chalicelib.domain.customers import Customer
from chalicelib.domain.exports import MOST_A_DAY, Export, Purpose
from chalicelib.domain.segments import CustomerFigures, Segment, segment_of

from ..drawing import formats
from ..drawing.coupons import worth
from ..drawing.desks import Desk, Kind, ListEntry, desk_page
from ..drawing.forms import Form
from ..drawing.render import Page
from ..texts import LANGUAGES, Words
from ..texts.drawing import coupons
from ..texts.seller import customers, seller
from .home import PATH, customer_row

CUSTOMERS = f"{PATH}/customers"
PERIODS = (30, 90, 365)
OFFS = ("500", "1000", "2000", "p10")
"""Coupons to tap: fen off, or with p per cent."""
VALID = ("30", "90", "180")
"""Days for which a coupon can be valid."""
COLOURS: dict[str, Kind] = {"best": "ok", "loyal": "ok", "returning": "ok", "at_risk": "warn"}


@dataclass(frozen=True)
class FiguresView:
    """Of the customers who last ordered within `days`; complete: none was left out."""

    days: int
    figures: CustomerFigures
    since: datetime
    as_of: datetime
    complete: bool


def words_for(desk: Desk) -> Words:
    return desk.words(customers.TEXTS, coupons.TEXTS, seller.TEXTS)


def customers_page(
    desk: Desk,
    found: Sequence[tuple[Customer, str | None]],
    view: FiguresView,
    exports: Sequence[tuple[Export, str | None]],
    form: Form,
    *,
    repeat: bool | None,
    segment: Segment | None,
    cursor: str | None,
    next_cursor: str | None,
) -> Page:
    """repeat: only those who came back, only the others, or with None all.

    form: of the export; inputs purpose, segment. exports: each with who made it.
    """
    words = words_for(desk)
    asked = {True: "true", False: "false", None: None}[repeat]
    kept = {"repeat": asked, "segment": segment, "days": str(view.days)}
    plain = not segment and repeat is None
    return desk_page(
        "seller/customers.html",
        desk,
        words,
        tab=CUSTOMERS,
        query={key: value for key, value in kept.items() if value},
        periods=[
            (words[f"period_{n}"], desk.link(CUSTOMERS, **kept | {"days": str(n)}), n == view.days)
            for n in PERIODS
        ],
        figures=_figures(view, words),
        period=_period(view, desk, words),
        partial="" if view.complete else words("figures_partial", n=view.figures.customers),
        filters=[
            (words["customers_all"], _link(desk, view, None), plain),
            (words["customers_repeat"], _link(desk, view, None, "true"), repeat is True),
            (words["customers_once"], _link(desk, view, None, "false"), repeat is False),
            *(
                (
                    words("group", name=words[f"segment_{one}"], n=n),
                    _link(desk, view, one),
                    one == segment,
                )
                for one, n in view.figures.segments.items()
            ),
        ],
        about=words[f"about_{segment}"] if segment else "",
        customers=[customer_row(*one, desk, words, link=True) for one in found],
        nobody=words["group_page" if segment and next_cursor else "customers_none"],
        older=next_cursor and desk.link(CUSTOMERS, **kept, cursor=next_cursor),
        newest=cursor and desk.link(CUSTOMERS, **kept),
        form=form.with_defaults(purpose="message", segment=segment or ""),
        export_text=words("export_text", most=MOST_A_DAY),
        export_group=words("export_group", group=_group(segment, words)),
        purposes=[(one, words[f"purpose_{one}"]) for one in get_args(Purpose)],
        exports=[_export(*one, desk, words) for one in exports],
    )


def _link(desk: Desk, view: FiguresView, segment: str | None, repeat: str | None = None) -> str:
    return desk.link(CUSTOMERS, segment=segment, repeat=repeat, days=str(view.days))


def _group(segment: str | None, words: Words) -> str:
    return words[f"segment_{segment}"] if segment else words["customers_all"]


def _period(view: FiguresView, desk: Desk, words: Words) -> Markup:
    return words(
        "figures_period",
        since=formats.short_day(view.since, desk.language, desk.now),
        until=formats.short_day(view.as_of, desk.language, desk.now),
        as_of=formats.moment(view.as_of, desk.language, desk.now),
    )


def _figures(view: FiguresView, words: Words) -> list[tuple[str, str]]:
    """Nothing where nobody ordered: a missing figure is never a zero."""
    found = view.figures
    if not found.customers:
        return []

    def part(n: int, of: int, rate: float | None) -> str:
        if rate is None:
            return words["nobody"]
        return words("people_rate", n=n, all=of, rate=round(rate * 100))

    days = found.median_days_to_return
    return [
        (words["fig_customers"], words("people", n=found.customers)),
        (words["fig_repeat"], part(found.repeat, found.customers, found.repeat_rate)),
        (
            words["fig_after"],
            part(found.after_complaint, found.settled, found.after_complaint_rate),
        ),
        (
            words["fig_untroubled"],
            part(found.untroubled_repeat, found.untroubled, found.untroubled_rate),
        ),
        (
            words["fig_days"],
            words["nobody"] if days is None else _within(days, words),
        ),
    ]


def _within(days: float, words: Words) -> str:
    return words(f"days_median_{days:g}" if days in {0, 1} else "days_median", n=f"{days:g}")


def _export(one: Export, who: str | None, desk: Desk, words: Words) -> ListEntry:
    when = formats.moment(one.at, desk.language, desk.now)
    return ListEntry(
        href="",
        title=words(
            "export_row",
            group=_group(one.segment, words),
            n=one.people,
            purpose=words[f"purpose_{one.purpose}"],
        ),
        meta=(words("export_by", when=when, who=formats.said(who or "", desk.language)),),
    )


def customer_page(
    desk: Desk,
    one: Customer,
    name: str | None,
    found: Sequence[Coupon],
    form: Form,
    *,
    withdraw: Form,
    done: str | None,
) -> Page:
    """Inputs of the form that issues a coupon: what, valid, off, min_total."""
    words = words_for(desk)
    segment = segment_of(one, desk.now)
    more = ("off", "min_total")
    return desk_page(
        "seller/customer.html",
        desk,
        words,
        tab=CUSTOMERS,
        title=customer_row(one, name, desk, words).title,
        chip=words[f"segment_{segment}"],
        kind=COLOURS.get(segment, ""),
        done=words[f"done_{done}"] if f"done_{done}" in customers.TEXTS else "",
        facts=_facts(one, desk, words),
        erased=one.erased_at is not None,
        consent=_consent(one, desk, words),
        wording=_wording(one, desk),
        may_withdraw=one.consent is not None and one.consent.holds,
        withdraw=withdraw,
        coupons=[_coupon(each, desk, words) for each in found],
        form=form.with_defaults(what=OFFS[0], valid=VALID[1]),
        offs=[(each, _off(each, words)) for each in OFFS],
        valid=[(each, words[f"valid_{each}"]) for each in VALID],
        open_more=any(form.value(each) or form.error(each) for each in more),
        back=desk.link(CUSTOMERS),
    )


def _off(choice: str, words: Words) -> Markup:
    if choice.startswith("p"):
        return words("worth_percent", n=choice[1:])
    return words("worth_off", off=formats.money(int(choice)))


def _facts(one: Customer, desk: Desk, words: Words) -> list[tuple[str, str]]:
    def day(at: datetime | None) -> str:
        return formats.short_day(at, desk.language, desk.now) if at else words["nobody"]

    rows: list[tuple[str, str]] = [
        (words["fact_orders"], words("orders_n", n=one.paid_orders)),
        (words["fact_spent"], formats.money(one.spent_fen)),
        (words["fact_first"], day(one.first_order_at)),
        (words["fact_last"], day(one.last_order_at)),
    ]
    if one.days_between is not None:
        rows.append((words["fact_between"], words("fact_days", n=one.days_between)))
    if one.complaints:
        cases = words("fact_cases_n", n=one.complaints)
        if one.came_back_after_complaint:
            cases = Markup(" · ").join((cases, words["came_back"]))
        rows.append((words["fact_cases"], cases))
    return rows


def _consent(one: Customer, desk: Desk, words: Words) -> str:
    consent = one.consent
    if consent is None:
        return words["consent_never"]
    if consent.withdrawn_at is not None:
        when = formats.short_day(consent.withdrawn_at, desk.language, desk.now)
        return words("consent_withdrawn", when=when)
    when = formats.short_day(consent.given_at, desk.language, desk.now)
    return words("consent_given", when=when, channel=words[f"channel_{consent.channel}"])


def _wording(one: Customer, desk: Desk) -> str:
    if one.consent is None or not one.consent.holds:
        return ""
    return WORDINGS[one.consent.text_version][LANGUAGES.index(desk.language)]


def _coupon(one: Coupon, desk: Desk, words: Words) -> ListEntry:
    name = "expired" if one.state == "unused" and one.is_over(desk.now) else one.state
    meta: list[str | Markup] = [worth(one, words)]
    if one.complaint_id:
        meta.append(words["coupon_after_case"])
    return ListEntry(
        href=desk.link(f"{PATH}/orders/{one.order_id}") if one.order_id else "",
        title=Markup('<span class="code">{}</span>').format(display_code(one.code)),
        meta=meta,
        chip=words[f"coupon_{name}"],
        kind="ok" if name == "unused" else "",
    )
