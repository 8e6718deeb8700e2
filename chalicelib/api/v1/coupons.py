"""Coupons of a customer."""

from datetime import date, datetime
from typing import Literal

from chalicelib.domain.coupons import Coupon, NewCoupon, display_code
from chalicelib.domain.fields import Instant, Model
from chalicelib.services import coupons as service

from ..edge.queries import Listing
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class CouponAnswer(Model):
    """display_code: as it is told to the customer; an order takes either.

    order_id: of the order that used it.
    """

    code: str
    display_code: str
    state: Literal["unused", "used", "expired", "void"]
    off_fen: int | None
    percent: int | None
    min_total_fen: int
    expires_on: date
    complaint_id: str | None
    order_id: str | None
    issued_by: str
    issued_at: Instant

    @classmethod
    def of(cls, coupon: Coupon, now: datetime) -> "CouponAnswer":
        over = coupon.state == "unused" and coupon.is_over(now)
        return cls(
            display_code=display_code(coupon.code),
            state="expired" if over else coupon.state,
            **cls.taken_from(coupon, "display_code", "state"),
        )


@routes.api(
    "POST",
    "/v1/customers/{customer_id}/coupons",
    "customer:write",
    body=NewCoupon,
    answer=CouponAnswer,
    status=201,
    keyed=True,
)
def issue_coupon(edge: Edge, body: NewCoupon, customer_id: str) -> CouponAnswer:
    """Issue a coupon for a next order"""
    return CouponAnswer.of(service.issue(edge.call, customer_id, body), edge.call.now)


@routes.api(
    "GET",
    "/v1/customers/{customer_id}/coupons",
    "customer:read",
    answer=Listing[CouponAnswer],
)
def list_coupons(edge: Edge, customer_id: str) -> Listing[CouponAnswer]:
    """The last coupons of a customer, newest first"""
    coupons = service.coupons(edge.call, customer_id)
    return Listing(
        items=[CouponAnswer.of(coupon, edge.call.now) for coupon in coupons], next_cursor=None
    )
