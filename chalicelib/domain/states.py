"""What an outside platform's states of an order mean for its goods."""

import re

from .cells import LONGEST_CELL
from .text import half_width

TO_SHIP = frozenset(
    {
        "待发货", "买家已付款,等待卖家发货", "等待卖家发货", "买家已付款", "已付款",
        "已付款,待发货", "已支付", "已支付,待发货", "待发货,已成团", "已成团", "已成团,待发货",
        "待出库", "等待出库", "备货中", "配货中", "待配送", "待自提", "未发货", "已确认",
        "部分发货", "paid",
    }
)  # fmt: skip
"""States in which goods are paid and still with the shop. An order that was shipped, finished,
closed or not paid on the platform is not for shipping; nor is a state that nobody here knows."""
NO_REFUND = frozenset(
    {
        "无", "-", "--", "/", "无售后", "无退款", "无售后或售后取消", "没有申请退款",
        "未申请退款", "未申请售后", "无申请", "售后关闭", "售后取消", "已取消售后", "退款关闭",
        "退款已关闭", "撤销退款", "已撤销", "正常", "none",
    }
)  # fmt: skip


def for_shipping(status: str, refund: str) -> bool:
    """Whether a row is paid, not closed, not refunded and not yet shipped. Empty says nothing."""
    plain = re.sub(r"[\s。.]", "", half_width(status, LONGEST_CELL)).lower()
    again = re.sub(r"\s", "", half_width(refund, LONGEST_CELL)).lower()
    return (not plain or plain in TO_SHIP) and (not again or again in NO_REFUND)
