"""Thank-you coupons: issued to one customer of one shop, taken off one order, once."""

import re
import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .codes import ALPHABET, as_meant
from .customers import Customer
from .errors import Invalid, Refusal
from .fields import Body, Day, Fen, Instant, Model, china_date
from .lifecycle import check_move
from .orders import Order
from .parcels import Parcel

State = Literal["unused", "used", "void"]

LENGTH = 8
"""Characters of a code: 40 bits, for something that only one phone number can use."""
LEAST_PAID_FEN = 1
"""An order of nothing could be neither paid nor refunded, so this much is always left to pay."""
MOST_HELD = 20
"""Coupons that a customer can have unused at once."""
LONGEST_COUPON_TIME = timedelta(days=366)
"""How far ahead a coupon may end: what a shop owes its customers stays in sight."""

_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


class NewCoupon(Body):
    """Either off_fen or percent. min_total_fen: of the goods, before the discount.

    expires_on: the last day in China on which it can be used.
    """

    off_fen: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    percent: Annotated[int, Field(ge=1, le=99)] | None = None
    min_total_fen: Fen = 0
    expires_on: Day

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.off_fen is None) == (self.percent is None):
            raise ValueError("请填 off_fen 或 percent 之一", "give either off_fen or percent")
        return self

    def refuse_unless_ahead(self, now: Instant) -> None:
        """Raise Invalid for a last day that is over, or more than a year ahead."""
        today = china_date(now)
        if not today <= self.expires_on <= today + LONGEST_COUPON_TIME:
            raise Invalid(
                (
                    "expires_on",
                    "应在今天到一年之内",
                    "must be from today to a year ahead",
                )
            )


class Coupon(Model):
    """order_id: of the order that uses it. complaint_id: whose settlement gave it; given_for: the
    order that the complaint was about. after_erasures: how often its customer had been erased when
    it was issued; None before that was counted.
    """

    code: str
    shop_id: str
    customer_id: str
    state: State = "unused"
    off_fen: int | None = None
    percent: int | None = None
    min_total_fen: int = 0
    expires_on: date
    complaint_id: str | None = None
    given_for: str | None = None
    after_erasures: int | None = None
    order_id: str | None = None
    issued_by: str
    issued_at: Instant

    def is_over(self, now: Instant) -> bool:
        return china_date(now) > self.expires_on

    def is_good(self, now: Instant) -> bool:
        return self.state == "unused" and not self.is_over(now)

    def is_still_of(self, customer: Customer) -> bool:
        """Whether it is the customer's, who was not erased since it was issued. Of one from before
        that was counted: nobody erased them, or it is on the list, which begins anew with that."""
        if customer.id != self.customer_id or customer.erased_at is not None:
            return False
        if self.after_erasures is None:
            return customer.erasures == 0 or self.code in customer.coupons
        return customer.erasures == self.after_erasures

    def may_be_shown_for(self, order: Order, refunded_fen: int, parcels: Iterable[Parcel]) -> bool:
        """Whether whoever placed this order under the customer's number may learn the code.

        A stranger can pay and be paid back, or refuse at the door, so goods must have come and some
        of the money stayed; or the coupon makes up for that very order. parcels: the order's.
        """
        if self.given_for is not None and self.given_for in {order.id, order.replaces}:
            return order.stands
        came = order.state == "delivered" and any(parcel.came for parcel in parcels)
        return came and refunded_fen < order.paid_fen

    def discount(self, goods_fen: int) -> int:
        """What it takes off goods of this price, in fen; at least LEAST_PAID_FEN stay to pay."""
        wanted = self.off_fen
        if wanted is None:
            wanted = goods_fen * (self.percent or 0) // 100
        return max(0, min(wanted, goods_fen - LEAST_PAID_FEN))

    def refuse_unless_good(
        self,
        *,
        shop_id: str,
        customer_id: str,
        holder: Customer | None,
        goods_fen: int,
        now: Instant,
    ) -> None:
        """First what is the same whoever asks: else who has a code that is worth nothing any more
        tries out whose number it was given to. holder: whom it was issued to, as they are now.

        Raises "coupon_not_yours" of another shop, "coupon_unknown" (void, or of before its holder
        was erased), "coupon_used", "coupon_expired", "coupon_below_minimum"; then
        "coupon_not_yours" of another customer.
        """
        if self.shop_id != shop_id:
            raise Refusal("coupon_not_yours")
        if self.state == "void" or holder is None or not self.is_still_of(holder):
            raise Refusal("coupon_unknown")
        if self.state == "used":
            raise Refusal("coupon_used")
        if self.is_over(now):
            raise Refusal("coupon_expired", expires_on=self.expires_on.isoformat())
        if goods_fen < self.min_total_fen:
            raise Refusal(
                "coupon_below_minimum", min_total_fen=self.min_total_fen, goods_fen=goods_fen
            )
        if self.customer_id != customer_id:
            raise Refusal("coupon_not_yours")

    def used(self, order_id: str) -> "Coupon":
        return self._moved("used", order_id=order_id)

    def given_back(self) -> "Coupon":
        """Its order ended without being kept."""
        return self._moved("unused", order_id=None)

    def voided(self) -> "Coupon":
        """Whom it belonged to was erased."""
        return self._moved("void")

    def _moved(self, state: State, **fields: object) -> "Coupon":
        check_move("coupon", self.state, state)
        return self.model_copy(update={"state": state, **fields})


def new_code() -> str:
    """Never sequential: a code that counts shows how often a shop had to say sorry."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str:
    """The code that was meant: any case and width, dashes or spaces, O for 0, I or L for 1.

    Raises "coupon_unknown" for what cannot be one.
    """
    code = re.sub(r"[\s-]", "", as_meant(typed)).upper().translate(_LOOK_ALIKE)
    if len(code) != LENGTH or any(char not in ALPHABET for char in code):
        raise Refusal("coupon_unknown")
    return code


def display_code(code: str) -> str:
    return f"{code[:4]}-{code[4:]}"
