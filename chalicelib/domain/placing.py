"""How an order comes to be: at an offer's promises as they are now, or to send something again."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from .consents import Consent
from .coupons import Coupon
from .customers import Customer
from .errors import Refusal
from .fields import Instant
from .offers import Offer
from .orders import NewOrder, Order, OrderLine
from .own_numbers import number_of
from .shares import stretch


def line_of(offer: Offer, packs: int, now: Instant) -> OrderLine:
    """A line with the offer's promises frozen. Raises "offer_closed", "batch_held"."""
    offer.refuse_unless_on_sale(now)
    return frozen_line(offer, packs, limited=offer.limit_per_customer is not None)


def frozen_line(offer: Offer, packs: int, **more: Any) -> OrderLine:
    """The offer as it is now; `more` says what is other than in the offer."""
    return OrderLine(
        offer_id=offer.id,
        packs=packs,
        **{
            name: getattr(offer, name)
            for name in (
                "product_id",
                "product",
                "product_en",
                "title",
                "unit",
                "pack_quantity",
                "price_fen",
                "batch_ids",
                "after_sales",
                "rule_version",
            )
        }
        | more,
    )


def place(
    body: NewOrder,
    lines: tuple[OrderLine, ...],
    *,
    order_id: str,
    customer_id: str,
    buyer: str,
    by: str,
    pay_within: timedelta,
    now: Instant,
    coupon: Coupon | None = None,
    holder: Customer | None = None,
    counted_as: str | None = None,
) -> Order:
    """A new order, waiting for its payment. `buyer` is the sealed Buyer; holder: the customer as
    the coupon is used.

    Raises what Coupon.refuse_unless_good does.
    """
    line_sums = tuple(line.price_fen * line.packs for line in lines)
    goods_fen = sum(line_sums)
    discount_fen = 0
    if coupon is not None:
        coupon.refuse_unless_good(
            shop_id=body.shop_id,
            customer_id=customer_id,
            holder=holder,
            goods_fen=goods_fen,
            now=now,
        )
        discount_fen = coupon.discount(goods_fen)
    consent = None
    if body.consent is not None:
        version = body.consent.text_version
        consent = Consent(
            text_version=version, channel=body.channel, given_at=now, order_id=order_id
        )
    return Order(
        id=order_id,
        number=number_of(order_id, now),
        shop_id=body.shop_id,
        state="pending_payment",
        channel=body.channel,
        campaign_id=body.campaign_id,
        external_ref=body.external_ref,
        lines=lines,
        line_sums=line_sums,
        total_fen=goods_fen - discount_fen,
        coupon=coupon.code if coupon else None,
        discount_fen=discount_fen,
        consent=consent,
        customer_id=customer_id,
        counted_as=counted_as,
        buyer=buyer,
        placed_by=by,
        created_at=now,
        pay_by=now + pay_within,
    )


def replace(
    order: Order,
    packs: Mapping[int, int],
    taken: Mapping[int, dict[int, int]],
    *,
    order_id: str,
    paid_id: str,
    paid_fen: int,
    complaint_id: str,
    buyer: str,
    by: str,
    now: Instant,
) -> Order:
    """What was in a parcel of this order once more, for nothing, to the same buyer.

    packs: of each of its lines. taken: from which slots, for the same lines. paid_id: of the order
    that was paid, which this one may itself replace; paid_fen: for that parcel. Born paid, as
    nothing is due.
    """
    lines = tuple(
        order.lines[at].model_copy(
            update={"packs": n, "packed": 0, "taken": taken[at], "limited": False}
        )
        for at, n in packs.items()
    )
    line_sums = tuple(
        stretch(order.sums[at], order.lines[at].packs, 0, n) for at, n in packs.items()
    )
    return Order(
        id=order_id,
        number=number_of(order_id, now),
        shop_id=order.shop_id,
        state="paid",
        channel=order.channel,
        lines=lines,
        line_sums=line_sums,
        total_fen=0,
        discount_fen=sum(line_sums),
        customer_id=order.customer_id,
        buyer=buyer,
        placed_by=by,
        created_at=now,
        pay_by=now,
        paid_at=now,
        replaces=paid_id,
        complaint_id=complaint_id,
        replaced_fen=paid_fen,
        after_erasures=order.after_erasures,
    )


def is_unpacked(order: Order) -> bool:
    """Paid, with nothing of it in a parcel: its goods can still be other ones."""
    return order.state == "paid" and not order.parcels


def as_imported(order: Order) -> tuple[tuple[str, int], ...]:
    """Offer and packs of each line, as its row of a file was read first."""
    return order.imported_as or tuple((line.offer_id, line.packs) for line in order.lines)


def exchange(order: Order, goods: Mapping[int, tuple[Offer, int, dict[int, int]]]) -> Order:
    """The order with other goods in some of its lines: an offer, packs, and from which slots.

    What was paid for a line stays. Raises "not_allowed_now" once something of it is packed.
    """
    if not is_unpacked(order):
        state = "packed" if order.parcels and order.state == "paid" else order.state
        raise Refusal("not_allowed_now", subject="order", state=state, wanted="paid", allowed=[])
    lines = [*order.lines]
    for at, (offer, packs, taken) in goods.items():
        price = order.sums[at] // packs
        lines[at] = frozen_line(offer, packs, price_fen=price, taken=taken)
    return order.model_copy(
        update={"lines": tuple(lines), "line_sums": order.sums, "imported_as": as_imported(order)}
    )
