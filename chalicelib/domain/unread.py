"""Columns that nobody knows and that speak of states, or of what the buyer changed: whether one
says something against an order, or that it is to be sent elsewhere.

Known by their words, as no list of headings is whole. A file is asked about only when such a column
says something in a row that would be sent otherwise, so what exports always write costs nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from . import cells, states
from .cells import LOST
from .columns import Field
from .platforms import heading
from .rows import ReadRow, SheetRow

MOST_ROWS_NAMED = 10
_REFUND = re.compile("退(?!回件)|售后|返还|返款|冲正|赔付|纠纷|refund|returned|dispute")
_ENDS = (
    "取消|关闭|作废|废弃|弃单|撤单|撤销|撤回|截单|拦截|拒收|拒签|锁定|冻结|无效|失效(?!期|日|时)"
    "|删除|终止|异常|停发|停止发货|禁止发货|暂停|挂起"
)
_END = re.compile(
    f"{_ENDS}|cancel|void|deleted?(?![a-z])|terminated|(?<![a-z])(?:is|on|order)?_?hold(?![a-z])"
)
_VALID = re.compile("有效(?!期|日|时|天)")
_SUM = re.compile("金额|款|钱|费|合计|总计")
_NO_SUM = re.compile("时间|日期|数量|件数|次数|号|编码|原因|类型")
_STATE = re.compile(
    "状态|状况|进度|^(?:支付|付款)$|(?:支付|付款|交易|订单|发货|处理)(?:情况|结果)"
    "|是否(?:已)?(?:支付|付款|成团)|status$"
)
_WHETHER_SENT = re.compile("是否(?:已)?(?:发货|发出|发走|收货|签收)|不发货|不用发")
_CHANGED = re.compile("修改|变更|更改|更新|更正|更换|调整|改后|改为|改成|改址|最新|^新(?!疆|建)")
_ADDRESS = re.compile("地址|改址|住址")
_SKU = re.compile("sku|规格|属性|型号|款式")
_NOT_THE_CHANGE = re.compile("是否|时间|时段|日期|次数|原因|记录|备注|状态|前|价|编码|[人者]$")
_TERMS = re.compile(
    "发票|开票|打印|评价|结算|备注|对账|地址|电话|险|支持|承诺|政策|无理由|服务|库存"
)
"""What such a column tells is no state of the order, also where it names a refund."""
_OTHER = re.compile(f"{_TERMS.pattern}|客服|店铺|店名")
_NO = frozenset({"否", "未", "不是", "no", "n", "false", "f", "0"})
"""How a file writes no."""
_YES = frozenset(
    {
        "是", "有", "有效", "正常", "生效", "已生效", "生效中", "yes", "y", "true", "t", "valid",
        "√", "✓", "✔",
    }
)  # fmt: skip
_NOT_SO = re.compile(
    f"(?:订单|交易|暂|尚|还|从)*(?:未|没有|没|无|不)(?:被|曾|申请|发起)?(?:{_ENDS})(?:状态|记录|申请)?|正常"
)
"""Of what ends an order: 未作废. An end that was undone is for a person to see."""
_NO_SUM_AT_ALL = re.compile("[¥0.,元:/-]*|0001[-/]0?1[-/]0?1[0:]*")
"""Also of a moment that never was: 0000-00-00 00:00:00."""


@dataclass
class UnreadColumn:
    """asks: what it may be. rows: numbers of the first rows where it says something."""

    heading: str
    asks: Field
    rows: list[int] = field(default_factory=list)
    more: bool = False


def unread_columns(
    headings: Sequence[str], rows: Iterable[SheetRow], columns: Mapping[str, list[int]]
) -> list[UnreadColumn]:
    """Those of which a person must tell what they say: what is paid, not paid back and not sent,
    and where to."""
    used = {at for some in columns.values() for at in some}
    judges = {
        at: judge
        for at, title in enumerate(headings)
        if title and at not in used and (judge := _judge_of(title)) is not None
    }
    unread: dict[int, UnreadColumn] = {}
    if not judges:
        return []
    for row in rows:
        read = ReadRow(row, columns)
        asked = {at: asks for at, judge in judges.items() if (asks := judge(read.cell(at)))}
        if not asked or _is_over(read):
            continue
        for at, asks in asked.items():
            column = unread.setdefault(at, UnreadColumn(headings[at], asks))
            column.asks = max(column.asks, asks, key=lambda what: what != "status")
            if len(column.rows) < MOST_ROWS_NAMED:
                column.rows.append(read.at)
            else:
                column.more = True
    return [unread[at] for at in sorted(unread)]


Judge = Callable[[str], Field | None]
"""What a cell may say against its order, None for nothing."""


def _judge_of(text: str) -> Judge | None:
    """How the cells below a heading are judged; None where they tell nothing of an order."""
    name = heading(text)
    if LOST in name:
        return _says_anything
    if _CHANGED.search(name) and not _NOT_THE_CHANGE.search(name):
        if _ADDRESS.search(name):
            return _tells_an_address
        if _SKU.search(name):
            return _tells_a_sku
    if _VALID.search(name) and not _TERMS.search(name):
        return _tells_that_it_is_void
    if (judge := _judge_of_what_undoes(name)) is not None:
        return judge
    if _OTHER.search(name):
        return None
    if _WHETHER_SENT.search(name):
        return _tells_that_it_is_sent
    return _tells_a_state if _STATE.search(name) else None


def _judge_of_what_undoes(name: str) -> Judge | None:
    """Of a column about paying back, or about an end: other words say that there was none."""
    if _TERMS.search(name):
        return None
    may_be_a_sum = not _NO_SUM.search(name)
    if _REFUND.search(name):
        return partial(_sum_or, _tells_of_a_refund) if may_be_a_sum else _tells_of_a_refund
    if not _END.search(name):
        return None
    if may_be_a_sum and _SUM.search(name):
        return partial(_sum_or, _tells_of_an_end)
    return _tells_of_an_end


def _says_anything(cell: str) -> Field | None:
    return None if states.says_nothing(cell) else "status"


def _tells_an_address(cell: str) -> Field | None:
    return "new_address" if _says_more_than_whether(cell) else None


def _tells_a_sku(cell: str) -> Field | None:
    return "new_sku" if _says_more_than_whether(cell) else None


def _says_no(cell: str, *words: str) -> bool:
    """Nothing, no, or one of the words that mean it in such a column."""
    return states.says_nothing(cell) or states.plain(cell) in _NO.union(words)


def _says_more_than_whether(cell: str) -> bool:
    return not _says_no(cell, "未修改")


def _tells_of_a_refund(cell: str) -> Field | None:
    nothing = _says_no(cell) or _NO_SUM_AT_ALL.fullmatch(states.plain(cell))
    return "status" if not nothing and states.refund(cell) != "ship" else None


def _tells_of_an_end(cell: str) -> Field | None:
    plain = states.plain(cell)
    nothing = _says_no(cell) or _NO_SUM_AT_ALL.fullmatch(plain) or _NOT_SO.fullmatch(plain)
    return None if nothing or plain in states.TO_SHIP else "status"


def _sum_or(judge: Judge, cell: str) -> Field | None:
    """Of a column that may hold a sum, which is paid back; else as `judge` has it."""
    with suppress(cells.Unreadable):
        return "order_refunded" if cells.fen(cell) else None
    return judge(cell)


def _tells_that_it_is_void(cell: str) -> Field | None:
    """Whatever is not known to say that it is valid."""
    plain = states.plain(cell)
    with suppress(cells.Unreadable):
        return None if states.says_nothing(cell) or cells.fen(cell) else "status"
    return None if plain in _YES or plain in states.TO_SHIP else "status"


def _tells_that_it_is_sent(cell: str) -> Field | None:
    return None if _says_no(cell, "未发货") else "status"


def _tells_a_state(cell: str) -> Field | None:
    return "status" if states.state(cell) != "ship" else None


def _is_over(read: ReadRow) -> bool:
    meanings = [
        states.state(word) for name in ("status", "shipping_status") for word in read.texts(name)
    ]
    meanings += [states.refund(word) for word in read.texts("refund_status")]
    return "over" in meanings
