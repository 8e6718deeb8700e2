"""Complaints: followed by the buyer, handled by the seller and the county."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.access import may_see_shop
from chalicelib.domain.complaints import NewAnswer, NewComplaint, Settlement, State
from chalicelib.domain.fields import Id, Instant, Model
from chalicelib.repositories import photos
from chalicelib.repositories.complaints import (
    ComplaintAsOfNow,
    all_as_of_now,
    as_of_now,
    key_for,
    opened_by_order,
    text_of,
)
from chalicelib.services import complaints as service
from chalicelib.services import inbox

from ..edge.queries import KeyQuery, Listing, ListQuery, Query
from ..edge.routing import Edge, Routes
from .customers import PeriodAnswer
from .returns import ReturnAnswer

routes = Routes(__name__)


class ComplaintsQuery(ListQuery):
    state: State | None = None
    overdue: bool | None = None


class OpenedAnswer(Model):
    id: str
    state: State
    reply_due_at: Instant
    late: bool
    access_key: str


class PhotoLinkAnswer(Model):
    """url works for a quarter of an hour; size in bytes."""

    url: str
    size: int


class MessageAnswer(Model):
    """text is null once the buyer was erased. photos: that came with it; those of the report stand
    beside the conversation."""

    at: Instant
    by: str
    text: str | None
    photos: list[PhotoLinkAnswer]


Known = Field(default=None, exclude_if=lambda value: value is None)
"""Left out for whoever has only the complaint's own key, which the box's code gives to anybody."""


class ComplaintAnswer(Model):
    """Of the order, and of money, nothing to whoever has the complaint's own key: no order_id,
    customer_id, *_fen or coupon, and no replacements. The key of the order opens them, but for
    customer_id, which all orders of one phone number have; and once it was used to go on with a
    complaint, this shows as ended there to the complaint's own key.

    number: by which it is spoken of on the phone.
    reported_with: the box's code, which anybody may have seen, or the order's key, which its buyer
    has; taken_over: ended as the buyer reported the parcel too, or goes on with this one;
    order_cancelled: ended as the parcel's order was cancelled and paid back. suggested_refund_fen:
    what the rule still gives. refund_fen: of the last settlement. refunded_fen: all that was paid
    back for it. coupon: what its settlement gave for a next order. order_id: of the order that was
    paid. replacements: the orders that were sent in its place. return_parcel: on its way back.
    """

    id: str
    number: str
    parcel_code: str
    order_id: Annotated[str | None, Known]
    shop_id: str
    customer_id: Annotated[str | None, Known]
    batch_ids: list[str]
    reason: str
    damaged_percent: int | None
    wanted: str | None
    state: State
    late: bool
    recalled: bool
    overdue: bool
    amount_fen: Annotated[int | None, Known]
    suggested_refund_fen: Annotated[int | None, Known]
    created_at: Instant
    reply_due_at: Instant
    answered_at: Instant | None
    settled_at: Instant | None
    reopened_at: Instant | None
    remedy: str | None
    refund_fen: int | None
    refund_id: str | None
    refunded_fen: Annotated[int | None, Known]
    coupon: str | None
    replacements: list[str]
    return_parcel: ReturnAnswer | None
    messages: list[MessageAnswer]
    photos: list[PhotoLinkAnswer]
    reported_with: Literal["code", "order"]
    taken_over: bool
    order_cancelled: bool

    @classmethod
    def of(cls, standing: ComplaintAsOfNow, now: datetime) -> "ComplaintAnswer":
        complaint = standing.complaint
        counted = {"overdue", "suggested_refund_fen", "refunded_fen"}
        listed = {"batch_ids", "replacements", "messages", "photos", "reported_with"}
        ended = {"taken_over", "order_cancelled"}  # which a dump leaves out where they are not so
        own = {"number", "return_parcel", *listed, *counted, *ended}
        links = {
            photo: PhotoLinkAnswer(url=url, size=size)
            for photo, (url, size) in photos.links_of(complaint.photos, now).items()
        }
        return cls(
            number=complaint.short_number,
            batch_ids=list(complaint.batch_ids),
            overdue=complaint.is_overdue(now),
            reported_with="order" if complaint.by_order else "code",
            taken_over=complaint.taken_over,
            order_cancelled=complaint.order_cancelled,
            suggested_refund_fen=complaint.suggested_refund(standing.refundable_fen),
            refunded_fen=complaint.refunded_fen,
            replacements=list(complaint.replacements),
            return_parcel=ReturnAnswer.of(standing.way_back) if standing.way_back else None,
            messages=[
                MessageAnswer(
                    at=message.at,
                    by=message.by,
                    text=text_of(complaint, message),
                    photos=[links[photo] for photo in complaint.photos_of(place) if photo in links],
                )
                for place, message in enumerate(complaint.messages)
            ],
            photos=list(links.values()),
            **cls.taken_from(complaint, *own),
        )

    @classmethod
    def of_the_box(cls, standing: ComplaintAsOfNow, now: datetime) -> "ComplaintAnswer":
        """For whoever has only the complaint's own key."""
        update = dict.fromkeys(OF_THE_ORDER) | {"replacements": []}
        return cls.of(standing.of_the_box, now).model_copy(update=update)

    @classmethod
    def for_key(
        cls, standing: ComplaintAsOfNow, now: datetime, key: str | None
    ) -> "ComplaintAnswer":
        if opened_by_order(standing.complaint, key):
            return cls.of(standing, now).model_copy(update={"customer_id": None})
        return cls.of_the_box(standing, now)


OF_THE_ORDER = (
    "order_id",
    "customer_id",
    "amount_fen",
    "suggested_refund_fen",
    "refund_fen",
    "refund_id",
    "refunded_fen",
    "coupon",
)


class LateAnswer(Model):
    """What whoever rings the shop has to know; nothing of the buyer."""

    id: str
    number: str
    shop_id: str
    batch_id: str
    village_id: str
    lot: str
    product: str
    reason: str
    created_at: Instant
    reply_due_at: Instant

    @classmethod
    def of(cls, late: inbox.Late) -> "LateAnswer":
        batch = late.batch
        own = {"number", "batch_id", "village_id", "lot", "product"}
        return cls(
            number=late.complaint.short_number,
            batch_id=batch.id,
            village_id=batch.village_id,
            lot=batch.lot,
            product=batch.passport.product,
            **cls.taken_from(late.complaint, *own),
        )


class ResponseQuery(Query):
    """shop_id: for the county, of one shop; else of all."""

    days: Annotated[int, Field(ge=1, le=365)] = 30
    shop_id: Id | None = None


class ComplaintFigures(Model):
    """Of the complaints whose reply fell due in the period. Null where there is none.

    due: replied to, or past their deadline; in_time: of them, in time. Hours from the report to the
    first reply, and to the end. complete: false when only those due last were counted.
    """

    period: PeriodAnswer
    as_of: Instant
    complete: bool
    complaints: int
    due: int
    in_time: int
    in_time_rate: float | None
    answered: int
    median_hours_to_answer: float | None
    p90_hours_to_answer: float | None
    settled: int
    median_hours_to_settle: float | None
    p90_hours_to_settle: float | None

    @classmethod
    def of(cls, counted: inbox.CountedComplaints) -> "ComplaintFigures":
        own = {"period", "as_of", "complete"}
        return cls(
            period=PeriodAnswer(since=counted.since, until=counted.as_of),
            as_of=counted.as_of,
            complete=counted.complete,
            **{name: getattr(counted.figures, name) for name in set(cls.model_fields) - own},
        )


@routes.api(
    "POST",
    "/t/{code}/complaints",
    "public",
    body=NewComplaint,
    answer=OpenedAnswer,
    status=201,
    query=KeyQuery,
    keyed=True,
    identify=False,
)
def report(edge: Edge, body: NewComplaint, code: str) -> OpenedAnswer:
    """Report a problem with a parcel; with the order's key also where a stranger did before"""
    complaint = service.report(edge.call, code, body, edge.address, edge.query.key)
    return OpenedAnswer(
        id=complaint.id,
        state=complaint.state,
        reply_due_at=complaint.reply_due_at,
        late=complaint.late,
        access_key=key_for(complaint.id),
    )


@routes.api(
    "GET",
    "/v1/complaints/{complaint_id}",
    "complaint:handle",
    answer=ComplaintAnswer,
    query=KeyQuery,
    buyer_key=True,
)
def get_complaint(edge: Edge, complaint_id: str) -> ComplaintAnswer:
    """A complaint, for its seller, the county, its buyer or whoever reported it"""
    item = service.in_scope(edge.call, complaint_id, edge.query.key)
    standing = as_of_now(item.doc)
    if may_see_shop(edge.call.actor, standing.complaint.shop_id):
        return ComplaintAnswer.of(standing, edge.call.now)
    return ComplaintAnswer.for_key(standing, edge.call.now, edge.query.key)


@routes.api(
    "GET",
    "/v1/complaints",
    "complaint:handle",
    answer=Listing[ComplaintAnswer],
    query=ComplaintsQuery,
)
def list_complaints(edge: Edge) -> Listing[ComplaintAnswer]:
    """Complaints, soonest deadline first"""
    query = edge.query
    page = service.complaints(edge.call, query.state, query.overdue, query.limit, query.cursor)
    standings = all_as_of_now([item.doc for item in page.items])
    return Listing(
        items=[ComplaintAnswer.of(standing, edge.call.now) for standing in standings],
        next_cursor=page.next_cursor,
    )


@routes.api(
    "GET",
    "/v1/complaints/late",
    "complaint:watch",
    answer=Listing[LateAnswer],
    query=ListQuery,
)
def list_late(edge: Edge) -> Listing[LateAnswer]:
    """Not answered in time: for a cadre of own villages at once, for the county a day later"""
    overdue, cursor = inbox.late(edge.call, edge.query.limit, edge.query.cursor)
    return Listing(items=[LateAnswer.of(late) for late in overdue], next_cursor=cursor)


@routes.api(
    "GET",
    "/v1/complaints/figures",
    "complaint:handle",
    answer=ComplaintFigures,
    query=ResponseQuery,
)
def get_figures(edge: Edge) -> ComplaintFigures:
    """How soon complaints are answered and settled"""
    query = edge.query
    return ComplaintFigures.of(inbox.figures(edge.call, query.days, query.shop_id))


@routes.api(
    "POST",
    "/v1/complaints/{complaint_id}/answer",
    "complaint:handle",
    body=NewAnswer,
    answer=ComplaintAnswer,
    keyed=True,
)
def answer(edge: Edge, body: NewAnswer, complaint_id: str) -> ComplaintAnswer:
    """Reply to the buyer"""
    return ComplaintAnswer.of(service.answer(edge.call, complaint_id, body), edge.call.now)


@routes.api(
    "POST",
    "/v1/complaints/{complaint_id}/settle",
    "complaint:handle",
    body=Settlement,
    answer=ComplaintAnswer,
    keyed=True,
)
def settle(edge: Edge, body: Settlement, complaint_id: str) -> ComplaintAnswer:
    """Settle, with its refund in the same transaction"""
    return ComplaintAnswer.of(service.settle(edge.call, complaint_id, body), edge.call.now)


@routes.api(
    "POST",
    "/v1/complaints/{complaint_id}/reject",
    "complaint:handle",
    body=NewAnswer,
    answer=ComplaintAnswer,
    keyed=True,
)
def reject(edge: Edge, body: NewAnswer, complaint_id: str) -> ComplaintAnswer:
    """Reject with a reason"""
    return ComplaintAnswer.of(service.reject(edge.call, complaint_id, body), edge.call.now)


@routes.api(
    "POST",
    "/v1/complaints/{complaint_id}/reopen",
    "public",
    body=NewAnswer,
    answer=ComplaintAnswer,
    query=KeyQuery,
    keyed=True,
    identify=False,
)
def reopen(edge: Edge, body: NewAnswer, complaint_id: str) -> ComplaintAnswer:
    """The buyer disagrees, once"""
    standing = service.reopen(edge.call, complaint_id, body, edge.query.key)
    return ComplaintAnswer.for_key(standing, edge.call.now, edge.query.key)
