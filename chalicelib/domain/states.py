"""What the words of outside platforms say of an order: whether it is to be sent."""

import re
from typing import Literal

from .cells import LONGEST_CELL
from .text import half_width

Meaning = Literal[
    "ship", "over", "part_shipped", "part_refunded", "cash_on_delivery", "pays_later", "unknown"
]
"""ship: paid and still with the shop, or nothing against it. over: not paid, closed, paid back,
sent or held, so not for shipping. unknown: no word that is known here, so a person has to look."""

TO_SHIP = frozenset(
    {
        "待发货", "买家已付款,等待卖家发货", "等待卖家发货", "买家已付款", "已付款",
        "已付款,待发货", "已支付", "已支付,待发货", "待发货,已成团", "已成团", "已成团,待发货",
        "待出库", "等待出库", "备货中", "配货中", "待配送", "待自提", "未发货", "已确认",
        "支付成功", "付款成功", "支付完成", "付款完成", "已付款待发货", "paid",
    }
)  # fmt: skip
NO_REFUND = frozenset(
    {
        "无", "-", "--", "/", "无售后", "无退款", "无售后或售后取消", "没有申请退款",
        "未申请退款", "未申请售后", "无申请", "售后关闭", "售后取消", "已取消售后", "退款关闭",
        "退款已关闭", "撤销退款", "已撤销", "正常", "none", "未发起售后", "拒绝退款", "撤销",
        "买家撤销", "关闭", "售后取消,退款失败", "未退款", "null", "0", "0.0", "0.00", "否", "no",
    }
)  # fmt: skip
NOTHING = frozenset({"", "-", "--", "/", "无", "null", "none"})
"""How a file writes that a cell holds nothing."""

_GONE = (
    "已发货|已出库|已配送|配送中|运输中|派送中|待签收|待收货|确认收货|已签收|已收货|已送达"
    "|已自提|已提货|已核销|已完成|交易完成|交易成功|订单完成|^完成$"
)
_AGAINST = (
    "关闭|取消|退款|退货|换货|补寄|售后|未付款|待付款|未支付|待支付|等待付款|等待买家付款|付款中"
    "|支付中|付款失败|支付失败|锁定|删除|暂停"
)
_OVER = re.compile(f"{_GONE}|{_AGAINST}")
_HAS_GONE, _IS_AGAINST = re.compile(_GONE), re.compile(_AGAINST)
_REFUND_OVER = re.compile("退|换货|补寄|售后|待处理|处理中")
_AFTER_SALE = "(?:(?:仅|部分|全额)?(?:退款|退货|退|换货|补寄|售后)[/、及和或]?)"
_NONE_WAS = re.compile(
    "(?:暂|尚|还|目前|从)?(?:无需|不需|没有|没|无|未|不)(?:申请|发起|发生|产生|提交|进行)?"
    f"{_AFTER_SALE}+(?:申请|服务|记录|单)*"
)
_BY_WHOM = "(?:买家|卖家|商家|用户|平台|客服|系统|自动|超时|申请|服务|已|被|单)*"
_UNDONE = "(?:取消|撤销|撤回|拒绝|驳回|关闭)"
_NONE_STANDS = re.compile(
    f"{_BY_WHOM}{_UNDONE}(?:了)?{_AFTER_SALE}+(?:申请|服务|单)?"
    f"|{_AFTER_SALE}+{_BY_WHOM}(?:{_UNDONE}|失败)"
)
"""A refund that never was, or was asked for and undone."""
_SOME = re.compile("(?<!没)(?<!没有)有(?:退款|退货|售后)")
_REFUND_ALONE = re.compile("(?:已|全额)?退款(?:成功|完成|中)?")
_SENT = re.compile("发货|出库|配送|送达|签收|收货|自提|提货|核销")
_CASH = re.compile("货到付款|货到收款|代收货款|^到付$|^cod$")
_LATER = re.compile("后付|[0零]元下单|赊账|月结")
"""The buyer has the goods first."""
_CONFIRMED_UNPAID = "买家已确认,等待卖家发货"
"""淘宝: the buyer has confirmed an order that is paid on delivery."""


def plain(word: str) -> str:
    """As words are compared."""
    return re.sub(r"[\s。.]", "", half_width(word, LONGEST_CELL)).lower()


def says_nothing(text: str) -> bool:
    return plain(text) in NOTHING


def state(word: str) -> Meaning:
    """Of an order, its payment or its shipping. Empty says nothing."""
    text = plain(word)
    if text in NOTHING or text in TO_SHIP:
        return "ship"
    if text == _CONFIRMED_UNPAID or _CASH.search(text):
        return "cash_on_delivery"
    if _LATER.search(text):
        return "pays_later"
    if "部分" in text:
        return _in_part(text)
    if _SOME.search(text):
        return "unknown"
    return "over" if _OVER.search(text) else "unknown"


def _in_part(text: str) -> Meaning:
    if "退" in text:
        return "part_refunded"
    return "part_shipped" if _SENT.search(text) else "unknown"


def is_refund_alone(word: str) -> bool:
    """Whether nothing but a refund stands against the order: 已退款, and not 已发货,退款成功."""
    text = plain(word)
    return "退款" in text and not _OVER.search(_REFUND_ALONE.sub("", text))


def is_sent_alone(word: str) -> bool:
    """Whether nothing stands against the order but that it has left: 已发货, and not
    已发货,退款成功."""
    text = plain(word)
    return bool(_HAS_GONE.search(text)) and not _IS_AGAINST.search(text)


def refund(word: str) -> Meaning:
    """Of a refund, or of what else is done after the sale."""
    text = plain(word)
    if text in NOTHING or text in NO_REFUND:
        return "ship"
    if _NONE_WAS.fullmatch(text) or _NONE_STANDS.fullmatch(text):
        return "ship"
    if _SOME.search(text):
        return "unknown"
    if "部分" in text:
        return "part_refunded"
    return "over" if _REFUND_OVER.search(text) else "unknown"


def payment(method: str) -> Meaning:
    """Only what the platform does not have yet is of interest."""
    text = plain(method)
    if _LATER.search(text):
        return "pays_later"
    return "cash_on_delivery" if _CASH.search(text) else "ship"
