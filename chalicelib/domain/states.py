"""What the words of outside platforms say of an order: whether it is to be sent."""

import re
from typing import Literal

from .cells import LONGEST_CELL
from .text import half_width

Meaning = Literal["ship", "over", "part_shipped", "part_refunded", "cash_on_delivery", "unknown"]
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
        "买家撤销", "关闭", "售后取消,退款失败", "未退款", "null", "0", "0.0", "0.00",
    }
)  # fmt: skip
NOTHING = frozenset({"", "-", "--", "/", "无", "null", "none"})
"""How a file writes that a cell holds nothing."""

_OVER = re.compile(
    "关闭|取消|退款|退货|换货|补寄|售后|未付款|待付款|未支付|待支付|等待付款|等待买家付款|付款中"
    "|支付中|付款失败|支付失败|已发货|已出库|已配送|配送中|运输中|派送中|待签收|待收货|确认收货|已签收|已收货|已送达"
    "|已自提|已提货|已核销|已完成|交易完成|交易成功|订单完成|^完成$|锁定|删除|暂停"
)
_REFUND_OVER = re.compile("退|换货|补寄|售后|待处理|处理中")
_PART_SHIPPED = re.compile("部分(已)?(发货|出库)")
_CASH = re.compile("货到付款|货到收款|代收货款|^到付$|^cod$")
_CONFIRMED_UNPAID = "买家已确认,等待卖家发货"
"""淘宝: the buyer has confirmed an order that is paid on delivery."""


def plain(word: str) -> str:
    """As words are compared."""
    return re.sub(r"[\s。.]", "", half_width(word, LONGEST_CELL)).lower()


def says_nothing(text: str) -> bool:
    return plain(text) in NOTHING


def state(word: str) -> Meaning:
    """Of an order, its payment or its shipping. Empty says nothing."""
    told = plain(word)
    if told in NOTHING or told in TO_SHIP:
        return "ship"
    if told == _CONFIRMED_UNPAID or _CASH.search(told):
        return "cash_on_delivery"
    if _PART_SHIPPED.search(told):
        return "part_shipped"
    if "部分退款" in told:
        return "part_refunded"
    return "over" if _OVER.search(told) else "unknown"


def refund(word: str) -> Meaning:
    """Of a refund, or of what else is done after the sale."""
    told = plain(word)
    if told in NOTHING or told in NO_REFUND:
        return "ship"
    if "部分" in told:
        return "part_refunded"
    return "over" if _REFUND_OVER.search(told) else "unknown"


def payment(method: str) -> Meaning:
    """Only the cash that a courier collects is of interest."""
    return "cash_on_delivery" if _CASH.search(plain(method)) else "ship"
