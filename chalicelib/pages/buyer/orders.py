"""The order form, and a buyer's own order, opened by its link: where it stands, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import quote, urlencode

from markupsafe import Markup

from chalicelib.domain.batches import Batch
from chalicelib.domain.catalogue import Shop
from chalicelib.domain.codes import display_code
from chalicelib.domain.consents import CURRENT, TEXTS
from chalicelib.domain.offers import Offer
from chalicelib.domain.orders import Buyer, Order
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.refunds import Refund
from chalicelib.domain.standings import Standing
from chalicelib.domain.unpaid import limit_of_buyer

from ..drawing import formats, money
from ..drawing.after_sales import rule
from ..drawing.contacts import SELLER, contact
from ..drawing.desks import state
from ..drawing.forms import Form
from ..drawing.render import Page, render
from ..drawing.sharing import preview
from ..drawing.verdicts import Banner
from ..texts import LANGUAGES, Language, Words
from ..texts.buyer import paying as paying_texts
from ..texts.buyer import storefront
from . import paying
from .paying import Paying
from .shops import can_buy, left_chips, pack_price, words_for

CSS = ("drawing/forms", "drawing/cards", "drawing/desk", "drawing/columns")
USUAL_PACKS = (*range(1, 11), 15, 20, 30, 50, 100)
"""Numbers of packs to choose from, each shown with its sum: no script needs to multiply."""
CANCELLABLE: frozenset[str] = frozenset({"pending_payment", "paid"})


@dataclass(frozen=True)
class OwnOrder:
    """key: the access key of the link. parcels: each with its recalled batches.

    again: the token that fills in the next order form; None once the buyer is erased.
    """

    order: Order
    shop: Shop
    key: str
    refunded_fen: int
    buyer: Buyer | None
    parcels: Sequence[tuple[Parcel, Sequence[Batch]]]
    again: str | None = None
    refunds: Sequence[Refund] = ()
    standing: Standing = "paid"
    paying: Paying | None = None
    """None where nothing is to be paid here."""


def own_order_page(
    view: OwnOrder,
    form: Form,
    *,
    language: Language,
    large_text: bool,
    now: datetime,
    not_paid: bool = False,
) -> Page:
    """Inputs of the form that cancels: reason, key; of those that pay: way, key. not_paid: paying
    was refused, and not the cancelling."""
    words = Words(language, paying_texts.TEXTS, *words_for(language).tables)
    order = view.order
    place = LANGUAGES.index(language)
    recalled = _recalled(view)
    settings = urlencode({"lang": language, **({"text": "large"} if large_text else {})})
    may_cancel = order.state in CANCELLABLE and not order.parcels and not order.is_overdue(now)
    return render(
        "buyer/order.html",
        words,
        css=[*CSS, "buyer/pay"],  # paid or not: the script fetches the page under its policy
        js=paying.SCRIPTS if view.paying and view.paying.is_open else (),
        leads=paying.LEADS if view.paying else (),
        referrer=paying.REFERRER if view.paying else "same-origin",
        large_text=large_text,
        query={"key": view.key},
        not_done=words["not_paid" if not_paid else "not_cancelled"],
        pay=paying.section(view.paying, order, words) if view.paying else None,
        config=paying.config(view.paying, order, view.key, f"?{settings}", words)
        if view.paying
        else None,
        form=form.with_defaults(reason=storefront.CANCEL_REASONS[0][0]),
        key=view.key,
        order=order,
        number=words("number", number=order.number),
        banners=[*_recall(recalled, words), _banner(view, words, now)],
        lines=[
            (
                words("line", title=formats.goods(line, language), n=line.packs),
                formats.money(sum_fen),
            )
            for line, sum_fen in zip(order.lines, order.sums, strict=True)
        ],
        facts=_facts(view, words, now),
        parcels=[
            _parcel(parcel, parcel in recalled, words)
            for parcel, _ in view.parcels
            if parcel.state != "voided"
        ],
        may_cancel=may_cancel,
        cancelling=bool(form.sentences) and not not_paid,
        reasons=[(reason[0], reason[place]) for reason in storefront.CANCEL_REASONS],
        seller=contact(
            view.shop, words, link=f"/shops/{quote(order.shop_id)}?{settings}", with_returns=True
        ),
        bar=_bar(view, recalled, words, settings, now),
    )


def _bar(
    view: OwnOrder, recalled: Sequence[Parcel], words: Words, settings: str, now: datetime
) -> Sequence[tuple[str, ...]]:
    """Two buttons; the last is the main one, the next sensible step. As (text, link), or as (text,
    form, way) where it sends a form."""
    order = view.order
    seller = (words["contact_seller"], SELLER)
    if recalled:
        return [seller, (words["go_recall"], f"/t/{quote(recalled[0].code)}?{settings}")]
    if view.paying:
        first = (words["bar_shop"], f"/shops/{quote(order.shop_id)}?{settings}")
        sends = paying.buttons(view.paying, order, words)
        return sends if len(sends) > 1 else [first, *sends]
    if order.state == "pending_payment" and not order.is_overdue(now):
        due = words("bar_pay", sum=formats.money(order.total_fen))
        return [(words["bar_shop"], f"/shops/{quote(order.shop_id)}?{settings}"), (due, SELLER)]
    there = [parcel for parcel, _ in view.parcels if parcel.state != "voided"]
    claimed = next((parcel.complaint_id for parcel in there if parcel.complaint_id), None)
    if claimed:
        query = urlencode({"key": view.key})
        return [seller, (words["see_claim"], f"/complaints/{quote(claimed)}?{settings}&{query}")]
    if there and order.state in {"paid", "packed", "shipped"}:
        return [seller, (words["bar_trace"], f"/t/{quote(there[0].code)}?{settings}")]
    path = f"/shops/{quote(order.shop_id)}"
    if view.again:
        token = urlencode({"token": view.again})
        return [seller, (words["buy_more"], f"{path}/again?{settings}&{token}")]
    return [seller, (words["buy_more"], f"{path}?{settings}")]


def _recalled(view: OwnOrder) -> list[Parcel]:
    """What the buyer has of a recalled batch, then what they would have got. Of a cancelled order
    too: a box may have been handed over before."""
    affected = [
        parcel for parcel, batches in view.parcels if batches and parcel.state != "returned"
    ]
    return sorted(affected, key=lambda parcel: parcel.state == "packed")


def _recall(recalled: Sequence[Parcel], words: Words) -> list[Banner]:
    if not recalled:
        return []
    sent = [parcel for parcel in recalled if parcel.state != "packed"]
    codes = words("comma").join(display_code(parcel.code) for parcel in sent or recalled)
    if not sent:
        title = words("recalled_here_title", codes=codes)
        return [Banner("warn", title, (words["recalled_here_text"],))]
    text = (
        "recalled_text" if any(parcel.state != "voided" for parcel in sent) else "recalled_voided"
    )
    return [Banner("stop", words("recalled_title", codes=codes), (words[text],))]


def _banner(view: OwnOrder, words: Words, now: datetime) -> Banner:
    order = view.order
    if order.state == "pending_payment" and not order.is_overdue(now):
        when = formats.moment(order.pay_by, words.language, now)
        unit, n = formats.left(order.pay_by, now)
        left = words("left", time=words(unit, n=n))
        if view.paying:
            return Banner("warn", _standing(view, words, now), (left,))
        text = words("placed_text", sum=formats.money(order.total_fen), left=left)
        return Banner("warn", words("placed_title", when=when), (text,))
    if order.state in {"pending_payment", "expired"}:
        title = words["overdue_title" if order.state == "pending_payment" else "expired_title"]
        if order.charges:
            title = words["checking_title" if view.standing == "overdue" else "ended_title"]
            return Banner("info", title, (_standing(view, words, now),))
        return Banner("info", title, (words["overdue_text"],))
    if order.state == "cancelled" and view.standing == "sent_back":
        return Banner("info", words["cancelled_title"], (_standing(view, words, now),))
    if order.state == "cancelled":
        back = words("cancelled_text", paid=formats.money(order.paid_fen))
        wording = back if order.paid_fen else words["cancelled_plain"]
        return Banner("info", words["cancelled_title"], (wording,))
    well = order.state == "delivered" and not _recalled(view)
    kind: Literal["ok", "info"] = "ok" if well else "info"
    return Banner(kind, words[f"{order.state}_title"], (words[f"{order.state}_text"],))


def _standing(view: OwnOrder, words: Words, now: datetime) -> str:
    return money.standing(view.order, view.standing, view.refunds, words.language, now)


def _facts(view: OwnOrder, words: Words, now: datetime) -> list[tuple[str, str]]:
    order = view.order
    rows = formats.total_of(order, words)
    is_told = view.standing in {"paid", "revived", "refunding", "refunded"}
    if is_told:
        rows.append(money.standing_row(order, view.standing, view.refunds, words.language, now))
    if len(view.refunds) > 1 or not (is_told or view.standing == "sent_back"):
        rows += [money.row(refund, words.language, now) for refund in view.refunds]
    rows.append((words["ordered"], formats.moment(order.created_at, words.language, now)))
    if view.buyer:
        shown = view.buyer.in_part()
        about = f"{shown.name} {shown.phone} {shown.address.written}"
        rows.append((words["receiver"], formats.marked(about, words.language)))
    return rows


def _claims(parcel: Parcel, words: Words) -> list[tuple[str, str]]:
    """The way to complain as the order's buyer, as the box's code alone proves nothing."""
    if parcel.state == "packed":
        return []
    form = (f"/t/{quote(parcel.code)}/complaint", words["report_claim"])
    last = parcel.complaint_id or next(reversed(parcel.complaints), None)
    return [(f"/complaints/{quote(last)}", words["see_claim"]), form] if last else [form]


def _parcel(parcel: Parcel, recalled: bool, words: Words) -> dict[str, object]:
    chip, kind = state(
        "batch" if recalled else "parcel", "recalled" if recalled else parcel.state, words
    )
    sent: Markup | str = ""
    if parcel.carrier:
        sent = words("sent_by", carrier=parcel.carrier, waybill=parcel.waybill or "")
    return {
        "path": f"/t/{quote(parcel.code)}",
        "text": words("see_recall" if recalled else "see_trace", code=display_code(parcel.code)),
        "chip": chip,
        "kind": kind,
        "sent": sent,
        "claims": _claims(parcel, words),
    }


def order_form_page(
    shop: Shop,
    offer: Offer,
    left: int,
    form: Form,
    *,
    language: Language,
    large_text: bool,
    on_sale: bool,
    base_url: str,
    known: bool = False,
) -> Page:
    """Inputs: packs, name, phone, province, city, district, detail, coupon, consent.

    known: filled in with an earlier order's address. The box of the consent is never ticked for
    the buyer; its value is the version of the wording beside it.

    The after-sales rule stands above them: fresh goods are exempt from the 7-day return only when
    the buyer was told before ordering.
    """
    words = words_for(language)
    path = f"/shops/{quote(shop.id)}"
    is_open = on_sale and can_buy(offer, left)
    return render(
        "buyer/order_form.html",
        words,
        css=CSS,
        large_text=large_text,
        form=form.with_defaults(packs="1"),
        title=formats.goods(offer, language),
        plain=formats.plain_goods(offer, language),
        shop=formats.marked(shop.name, language),
        shared=preview(
            formats.plain_goods(offer, language),
            words.plain("offer_about", shop=shop.name, pack=pack_price(offer, words)),
            f"{path}/offers/{quote(offer.id)}",
            base_url,
        ),
        path=path,
        price=formats.money(offer.price_fen),
        price_fen=offer.price_fen,
        pack=pack_price(offer, words),
        left=left_chips(offer, left, words) if on_sale else [(words["not_now"], "warn")],
        can_buy=is_open,
        known=known,
        offer_id=offer.id,
        consent_version=CURRENT,
        consent_text=TEXTS[CURRENT][LANGUAGES.index(language)],
        rule=rule(offer.after_sales, words),
        unpaid=words("unpaid_limit", n=limit_of_buyer(left)) if limit_of_buyer(left) < left else "",
        packs=[
            (
                str(n),
                words(
                    "packs_sum_one" if n == 1 else "packs_sum",
                    n=n,
                    sum=formats.money(n * offer.price_fen),
                ),
            )
            for n in _numbers(offer, left, form)
        ],
    )


def _numbers(offer: Offer, left: int, form: Form) -> list[int]:
    """What can be ordered at once; what was chosen before stays, that its refusal makes sense."""
    most = min(left, limit_of_buyer(left), offer.limit_per_customer or left)
    chosen = form.value("packs")
    numbers = {n for n in USUAL_PACKS if n <= most} | {1}
    if chosen.isascii() and chosen.isdigit() and 0 < int(chosen[:7]) <= 100_000:
        numbers.add(int(chosen[:7]))
    return sorted(numbers)
