"""A day's bill of WeChat Pay: what it booked, row by row.

Each value stands behind a backtick, sums are yuan, and the last two lines sum up.
"""

import gzip
import hashlib
import io
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlsplit

from wechatpayv3 import WeChatPay

from chalicelib.domain.fields import CHINA

from .. import Away, BillRow, NotYet, Refused
from .answers import Statement, parsed

LARGEST_BILL = 64 << 20
"""Bytes, unpacked."""
READY_AT = timedelta(days=1, hours=10)
"""After the beginning of a day in China: when its bill is there."""
_NONE = "NO_STATEMENT_EXIST"
_TOO_EARLY = {_NONE, "PARAM_ERROR", "INVALID_REQUEST"}


def rows_of(client: WeChatPay, day: date) -> Iterator[BillRow]:
    """Raises NotYet, Away, Refused."""
    try:
        _, content = client.trade_bill(day.isoformat())
    except Refused as refused:
        midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA)
        is_early = time.time() < (midnight + READY_AT).timestamp()
        if refused.code == "STATEMENT_CREATING" or (is_early and refused.code in _TOO_EARLY):
            raise NotYet from None
        if refused.code == _NONE:  # nothing was paid and nothing refunded
            return iter(())
        raise
    statement = parsed(Statement, content)
    address = urlsplit(statement.download_url)
    path = f"{address.path}?{address.query}"
    # asked where the merchant's provider is, wherever the link leads; its SHA1 came signed
    _, packed = client._core.request(path, skip_verify=True)
    plain = _unpacked(packed)
    if hashlib.sha1(plain, usedforsecurity=False).hexdigest() != statement.hash_value.lower():
        raise Away("the bill is damaged")
    try:
        return iter(_rows(plain.decode("utf-8-sig")))
    except (ValueError, LookupError, ArithmeticError):
        raise Away("the bill has another form") from None


def _unpacked(packed: bytes) -> bytes:
    """Raises Away for what is no bill, or would fill the memory."""
    if packed[:2] != b"\x1f\x8b":  # it comes unpacked where a proxy did that
        return packed
    try:
        plain = gzip.GzipFile(fileobj=io.BytesIO(packed)).read(LARGEST_BILL + 1)
    except (OSError, EOFError, ValueError):
        raise Away("the bill is damaged") from None
    if len(plain) > LARGEST_BILL:
        raise Away("the bill does not end")
    return plain


def _rows(text: str) -> list[BillRow]:
    # a title may hold what other readers take for the end of a line
    heading, *lines = (line.removesuffix("\r") for line in text.split("\n"))
    names = heading.split(",")
    rows = []
    for line in lines:
        if not line.startswith("`"):  # the heading of the summary, the last line but one
            break
        rows.append(_row(dict(zip(names, line[1:].split(",`"), strict=True))))
    return rows


def _row(cells: dict[str, str]) -> BillRow:
    is_refund = cells["交易状态"] == "REFUND"
    if is_refund:
        amount = cells["申请退款金额"]
        state = {"SUCCESS": "returned", "PROCESSING": "processing"}.get(
            cells["退款状态"], "abnormal"
        )
    else:
        amount = cells["订单金额"]
        state = {"SUCCESS": "succeeded", "REVOKED": "closed"}[cells["交易状态"]]
    at = datetime.strptime(cells["交易时间"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
    return BillRow(
        kind="refund" if is_refund else "payment",
        number=cells["商户订单号"],
        refund_number=cells["商户退款单号"] if is_refund else None,
        amount_fen=_fen(amount),
        fee_fen=int((Decimal(cells["手续费"]) * 100).quantize(Decimal(1), ROUND_HALF_UP)),
        state=state,
        at=at.astimezone(UTC),
    )


def _fen(yuan: str) -> int:
    """Raises ValueError for parts of a fen."""
    fen = Decimal(yuan) * 100
    if fen != int(fen):
        raise ValueError(yuan)
    return int(fen)
