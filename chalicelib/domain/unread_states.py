"""Columns that nobody knows and that speak of states: whether one says something against an order.

Known by their words, as no list of headings is whole. A file is asked about only when such a column
says something in a row that would be sent otherwise, so what exports always write costs nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from . import states
from .cells import LOST
from .platforms import heading
from .rows import ReadRow, SheetRow

_REFUND = re.compile("退(?!回件)|售后|取消|关闭")
_STATE = re.compile(
    "状态|状况|进度|^(?:支付|付款)$|(?:支付|付款|交易|订单|发货|处理)(?:情况|结果)"
    "|是否(?:已)?(?:支付|付款|成团)"
)
_WHETHER_SENT = re.compile("是否(?:已)?(?:发货|发出|发走|收货|签收)")
_OTHER = re.compile(
    "发票|开票|打印|评价|结算|备注|对账|地址|电话|险|支持|承诺|政策|无理由|客服|服务|店铺|店名"
)
_NOT_CLOSED = re.compile("未(?:关闭|取消)")
_SUM = re.compile("[¥0.,元-]*")


def say_something(
    headings: Sequence[str], rows: Iterable[SheetRow], columns: Mapping[str, list[int]]
) -> bool:
    """Whether a person must tell which column says what is paid, not paid back and not sent."""
    used = {at for some in columns.values() for at in some}
    unread = [(at, title) for at, title in enumerate(headings) if title and at not in used]
    judges = [(at, told_by) for at, title in unread if (told_by := _told_by(title)) is not None]
    return bool(judges) and any(
        told_by(read.cell(at)) and not _is_over(read)
        for read in (ReadRow(row, columns) for row in rows)
        for at, told_by in judges
    )


def _told_by(text: str) -> Callable[[str], bool] | None:
    """How the cells below a heading are judged; None where they tell nothing of an order."""
    name = heading(text)
    if LOST in name:
        return _says_anything
    if _OTHER.search(name):
        return None
    if _REFUND.search(name):
        return _tells_of_a_refund
    if _WHETHER_SENT.search(name):
        return _tells_that_it_is_sent
    return _tells_a_state if _STATE.search(name) else None


def _says_anything(cell: str) -> bool:
    return not states.says_nothing(cell)


def _tells_of_a_refund(cell: str) -> bool:
    plain = states.plain(cell)
    nothing = _SUM.fullmatch(plain) or _NOT_CLOSED.search(plain)
    return not nothing and states.refund(cell) != "ship"


def _tells_that_it_is_sent(cell: str) -> bool:
    return _says_anything(cell) and states.plain(cell) not in {"否", "未发货", "no", "0"}


def _tells_a_state(cell: str) -> bool:
    return states.state(cell) != "ship"


def _is_over(read: ReadRow) -> bool:
    meanings = [
        states.state(word) for name in ("status", "shipping_status") for word in read.texts(name)
    ]
    meanings += [states.refund(word) for word in read.texts("refund_status")]
    return "over" in meanings
