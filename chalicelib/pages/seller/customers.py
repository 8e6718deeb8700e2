"""Customers on the seller's desk: who came back, in which groups, and a coupon in two taps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from markupsafe import Markup

from chalicelib.domain.complaints import Complaint
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
from .home import PATH, Named, case_row, customer_row, order_row

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


@dataclass(frozen=True)
class Bought:
    """Newest first; complete: False where there is more than is listed."""

    orders: Sequence[Named]
    complaints: Sequence[Complaint]
    complete: bool


def words_for(desk: Desk) -> Words:
    return desk.words(customers.TEXTS, coupons.TEXTS, seller.TEXTS)


def customers_page(
    desk: Desk,
    listed: Sequence[tuple[Customer, str | None]],
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
                    words("group", name=words[f"segment_{group}"], n=n),
                    _link(desk, view, group),
                    group == segment,
                )
                for group, n in view.figures.segments.items()
            ),
        ],
        about=words[f"about_{segment}"] if segment else "",
        customers=[customer_row(*entry, desk, words, link=True) for entry in listed],
        nobody=words["group_page" if segment and next_cursor else "customers_none"],
        older=next_cursor and desk.link(CUSTOMERS, **kept, cursor=next_cursor),
        newest=cursor and desk.link(CUSTOMERS, **kept),
        form=form.with_defaults(purpose="message", segment=segment or ""),
        export_text=words("export_text", most=MOST_A_DAY),
        export_group=words("export_group", group=_group(segment, words)),
        purposes=[(purpose, words[f"purpose_{purpose}"]) for purpose in get_args(Purpose)],
        exports=[_export(*entry, desk, words) for entry in exports],
    )


def _link(desk: Desk, view: FiguresView, segment: str | None, repeat: str | None = None) -> str:
    return desk.link(CUSTOMERS, segment=segment, repeat=repeat, days=str(view.days))


def _group(segment: str | None, words: Words) -> str:
    return words[f"segment_{segment}"] if segment else words["customers_all"]


def _period(view: FiguresView, desk: Desk, words: Words) -> Markup:
    since, until = formats.period(view.since, view.as_of, desk.language, desk.now)
    return words(
        "figures_period",
        since=since,
        until=until,
        as_of=formats.moment(view.as_of, desk.language, desk.now),
    )


def _figures(view: FiguresView, words: Words) -> list[tuple[str, str]]:
    """Nothing where nobody ordered: a missing figure is never a zero."""
    figures = view.figures
    if not figures.customers:
        return []

    def part(n: int, of: int, rate: float | None) -> str:
        if rate is None:
            return words["nobody"]
        return words("people_rate", n=n, all=of, rate=round(rate * 100))

    days = figures.median_days_to_return
    return [
        (words["fig_customers"], words("people", n=figures.customers)),
        (words["fig_repeat"], part(figures.repeat, figures.customers, figures.repeat_rate)),
        (
            words["fig_after"],
            part(figures.after_complaint, figures.settled, figures.after_complaint_rate),
        ),
        (
            words["fig_untroubled"],
            part(figures.untroubled_repeat, figures.untroubled, figures.untroubled_rate),
        ),
        (
            words["fig_days"],
            words["nobody"] if days is None else _within(days, words),
        ),
    ]


def _within(days: float, words: Words) -> str:
    return words(f"days_median_{days:g}" if days in {0, 1} else "days_median", n=f"{days:g}")


def _export(export: Export, who: str | None, desk: Desk, words: Words) -> ListEntry:
    when = formats.moment(export.at, desk.language, desk.now)
    return ListEntry(
        href="",
        title=words(
            "export_row",
            group=_group(export.segment, words),
            n=export.people,
            purpose=words[f"purpose_{export.purpose}"],
        ),
        meta=(words("export_by", when=when, who=formats.marked(who or "", desk.language)),),
    )


def customer_page(
    desk: Desk,
    customer: Customer,
    name: str | None,
    bought: Bought,
    issued: Sequence[Coupon],
    form: Form,
    *,
    withdraw: Form,
    done: str | None,
) -> Page:
    """Inputs of the form that issues a coupon: what, valid, off, min_total."""
    words = words_for(desk)
    segment = segment_of(customer, desk.now)
    more = ("off", "min_total")
    return desk_page(
        "seller/customer.html",
        desk,
        words,
        tab=CUSTOMERS,
        title=customer_row(customer, name, desk, words).title,
        chip=words[f"segment_{segment}"],
        kind=COLOURS.get(segment, ""),
        done=words[f"done_{done}"] if f"done_{done}" in customers.TEXTS else "",
        facts=_facts(customer, desk, words),
        orders=[order_row(*named, desk, words) for named in bought.orders],
        cases=[case_row(complaint, desk, words) for complaint in bought.complaints],
        more="" if bought.complete else words("orders_more", n=len(bought.orders)),
        erased=customer.erased_at is not None,
        consent=_consent(customer, desk, words),
        wording=_wording(customer, desk),
        may_withdraw=customer.consent is not None and customer.consent.holds,
        withdraw=withdraw,
        coupons=[_coupon(coupon, desk, words) for coupon in issued],
        form=form.with_defaults(what=OFFS[0], valid=VALID[1]),
        offs=[(off, _off(off, words)) for off in OFFS],
        valid=[(period, words[f"valid_{period}"]) for period in VALID],
        open_more=any(form.value(field) or form.error(field) for field in more),
        back=desk.link(CUSTOMERS),
    )


def _off(choice: str, words: Words) -> Markup:
    if choice.startswith("p"):
        return words("worth_percent", n=choice[1:])
    return words("worth_off", off=formats.money(int(choice)))


def _facts(customer: Customer, desk: Desk, words: Words) -> list[tuple[str, str]]:
    def day(at: datetime | None) -> str:
        return formats.short_day(at, desk.language, desk.now) if at else words["nobody"]

    rows: list[tuple[str, str]] = [
        (words["fact_orders"], words("orders_n", n=customer.paid_orders)),
        (words["fact_spent"], formats.money(customer.spent_fen)),
        (words["fact_first"], day(customer.first_order_at)),
        (words["fact_last"], day(customer.last_order_at)),
    ]
    if customer.days_between is not None:
        rows.append((words["fact_between"], words("fact_days", n=customer.days_between)))
    if customer.complaints:
        cases = words("fact_cases_n", n=customer.complaints)
        if customer.came_back_after_complaint:
            cases = Markup(" · ").join((cases, words["came_back"]))
        rows.append((words["fact_cases"], cases))
    return rows


def _consent(customer: Customer, desk: Desk, words: Words) -> str:
    consent = customer.consent
    if consent is None:
        return words["consent_never"]
    if consent.withdrawn_at is not None:
        when = formats.short_day(consent.withdrawn_at, desk.language, desk.now)
        return words("consent_withdrawn", when=when)
    when = formats.short_day(consent.given_at, desk.language, desk.now)
    return words("consent_given", when=when, channel=words[f"channel_{consent.channel}"])


def _wording(customer: Customer, desk: Desk) -> str:
    if customer.consent is None or not customer.consent.holds:
        return ""
    return WORDINGS[customer.consent.text_version][LANGUAGES.index(desk.language)]


def _coupon(coupon: Coupon, desk: Desk, words: Words) -> ListEntry:
    name = "expired" if coupon.state == "unused" and coupon.is_over(desk.now) else coupon.state
    meta: list[str | Markup] = [worth(coupon, words)]
    if coupon.complaint_id:
        meta.append(words["coupon_after_case"])
    return ListEntry(
        href=desk.link(f"{PATH}/orders/{coupon.order_id}") if coupon.order_id else "",
        title=Markup('<span class="code">{}</span>').format(display_code(coupon.code)),
        meta=meta,
        chip=words[f"coupon_{name}"],
        kind="ok" if name == "unused" else "",
    )
