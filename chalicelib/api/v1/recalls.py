"""Whose buyer was notified that a batch is held or recalled."""

from chalicelib.domain.fields import Instant, Model
from chalicelib.domain.recalls import NewNotice, SheetRow
from chalicelib.services import recalls as service

from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class NoticeAnswer(Model):
    """by, at: who said so last, and when; null where nobody did yet."""

    code: str
    notified: bool
    by: str | None
    at: Instant | None

    @classmethod
    def of(cls, row: SheetRow) -> "NoticeAnswer":
        notice = row.notice
        return cls(
            code=row.parcel.code,
            notified=row.is_notified,
            by=notice.by if notice else None,
            at=notice.at if notice else None,
        )


@routes.api(
    "PUT",
    "/v1/batches/{batch_id}/parcels/{code}/notice",
    "order:fulfil",
    body=NewNotice,
    answer=NoticeAnswer,
)
def put_notice(edge: Edge, body: NewNotice, batch_id: str, code: str) -> tuple[NoticeAnswer, bool]:
    """Say that a parcel's buyer was notified of the hold or recall, or was not"""
    row, is_new = service.mark(edge.call, batch_id, code, body)
    return NoticeAnswer.of(row), is_new
