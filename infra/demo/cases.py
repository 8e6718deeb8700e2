"""Complaints in every state, and parcels whose code was scanned often."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.domain.complaints import NewComplaint, Remedy
from chalicelib.domain.refunds import Cause

from .clock import TenDays


@dataclass(frozen=True)
class CaseReply:
    """What the seller, or at a reopening the buyer, says and does."""

    at: datetime
    move: Literal["answer", "settle", "reject", "reopen"]
    message: str
    remedy: Remedy | None = None
    refund_fen: int | None = None
    cause: Cause = "nobody"


@dataclass(frozen=True)
class Case:
    sale: str
    at: datetime
    complaint: NewComplaint
    replies: tuple[CaseReply, ...] = ()


@dataclass(frozen=True)
class Scanned:
    """`devices` different phones look at a parcel, some minutes apart."""

    sale: str
    at: datetime
    devices: int


SCANS_OF_A_COPIED_CODE = 27


def all_scans(days: TenDays) -> list[Scanned]:
    return [
        Scanned("scanned", days.ago(50), SCANS_OF_A_COPIED_CODE),
        Scanned("rescanned", days.ago(60), 7),
        Scanned("case-open", days.ago(34), 2),
        Scanned("huimin-mushroom/1", days.day(6, "12:00"), 1),
        Scanned("sanya-mango/2", days.day(5, "12:00"), 1),
        Scanned("qingyang-apple/3", days.day(4, "11:00"), 2),
    ]


REPLIES = {
    "抱歉": "抱歉让您收到坏货，我们按坏的比例退款，谢谢您告诉我们。",
    "请补照片": "请补一张连箱上秤或坏处的照片，我们马上核实。",
    "口味": "糖度检测合格，口味不在赔付范围，敬请谅解。",
}
"""What the shop has saved to say."""


def all_cases(days: TenDays) -> list[Case]:
    return [*_open(days), *_closed(days)]


def _open(days: TenDays) -> list[Case]:
    """Those that wait for someone at the moment of loading.

    The third about pineapples makes a pattern: their batch is proposed for holding.
    """
    return [
        Case(
            "case-open",
            days.ago(20),
            NewComplaint(
                reason="rotten",
                damaged_percent=20,
                description="打开有几个果子已经烂了，大约五分之一。",
                wanted="refund",
            ),
        ),
        Case(
            "case-overdue",
            days.ago(76),
            NewComplaint(
                reason="damaged",
                damaged_percent=50,
                description="箱子压扁了，一半菠萝碰伤出水。",
                wanted="refund",
            ),
        ),
        Case(
            "shop/1",
            days.ago(30),
            NewComplaint(
                reason="rotten", damaged_percent=40, description="切开里面发黑。", wanted="refund"
            ),
        ),
        Case(
            "sanya-mango/3",
            days.ago(9),
            NewComplaint(reason="other", description="收到召回通知，已停止食用。", wanted="refund"),
        ),
        Case(
            "case-answered",
            days.ago(60),
            NewComplaint(reason="short_weight", description="称了只有四斤半。", wanted="refund"),
            (CaseReply(days.ago(52), "answer", "抱歉。请补一张连箱上秤的照片，我们马上核实。"),),
        ),
        Case(
            "case-late",
            days.ago(40),
            NewComplaint(
                reason="rotten", damaged_percent=30, description="出差回来才打开，有些已经坏了。"
            ),
            (CaseReply(days.ago(33), "answer", "已过 48 小时，我们仍愿意协商，请发一张照片。"),),
        ),
        Case(
            "case-reopened",
            days.ago(70),
            NewComplaint(reason="not_as_described", description="标注很甜，吃着偏酸。"),
            (
                CaseReply(days.ago(50), "reject", "这批糖度检测合格，口味不在赔付范围，敬请谅解。"),
                CaseReply(days.ago(30), "reopen", "不只是酸，有三个果子干瘪没有水分。"),
            ),
        ),
    ]


def _closed(days: TenDays) -> list[Case]:
    """Settled by each remedy, and one that was refused."""
    return [
        Case(
            "xiangzhou-orah/2",
            days.day(3, "12:00"),
            NewComplaint(reason="rotten", damaged_percent=15, description="坏了几个。"),
            (
                CaseReply(days.day(3, "14:10"), "answer", "收到，坏果包赔，今天给您处理。"),
                CaseReply(
                    days.day(2, "10:00"),
                    "settle",
                    "按坏果比例退款，谢谢您告诉我们。",
                    "partial_refund",
                    cause="grower",
                ),
            ),
        ),
        Case(
            "sanya-mango/2",
            days.day(4, "13:00"),
            NewComplaint(reason="other", description="看到召回，申请退款。", wanted="refund"),
            (
                CaseReply(
                    days.day(4, "13:40"),
                    "settle",
                    "全额退款，芒果请不要食用，也不用寄回。",
                    "full_refund",
                    cause="grower",
                ),
            ),
        ),
        Case(
            "shop/2",
            days.ago(55),
            NewComplaint(reason="damaged", description="压坏了一半。", wanted="replacement"),
            (
                CaseReply(
                    days.ago(49),
                    "settle",
                    "抱歉，今天给您补寄一箱，地址不变。",
                    "replacement",
                    cause="packer",
                ),
            ),
        ),
        Case(
            "qingyang-apple/4",
            days.day(4, "12:00"),
            NewComplaint(reason="wrong_item", description="发错规格了。", wanted="return"),
            (
                CaseReply(
                    days.day(3, "11:00"),
                    "settle",
                    "退货退款，运费我们付。",
                    "return",
                    cause="packer",
                ),
            ),
        ),
        Case(
            "shop/3",
            days.ago(38),
            NewComplaint(reason="wrong_item", description="要的是大果。", wanted="return"),
            (
                CaseReply(
                    days.ago(20),
                    "settle",
                    "货款已退，请把苹果寄回，运费我们付。",
                    "return",
                    cause="packer",
                ),
            ),
        ),
        Case(
            "qingyang-apple/5",
            days.day(4, "15:00"),
            NewComplaint(reason="other", description="孩子不爱吃脆的。"),
            (
                CaseReply(
                    days.day(3, "10:00"), "reject", "口味不在赔付范围，下次可以选粉一些的品种。"
                ),
            ),
        ),
        Case(
            "huimin-mushroom/4",
            days.day(6, "17:00"),
            NewComplaint(reason="short_weight", description="少了半斤。", wanted="refund"),
            (
                CaseReply(days.day(5, "10:00"), "reject", "出库称重记录是足斤的，鲜菇途中会失水。"),
                CaseReply(days.day(5, "18:00"), "reopen", "称重照片补上，少的不止失水那一点。"),
                CaseReply(
                    days.day(4, "09:30"),
                    "settle",
                    "照片看到了，按少的重量退款，抱歉。",
                    "partial_refund",
                    299,
                    "packer",
                ),
            ),
        ),
        Case(
            "huimin-pear/3",
            days.day(6, "13:00"),
            NewComplaint(reason="damaged", damaged_percent=10, description="碰伤几个。"),
            (
                CaseReply(
                    days.day(6, "16:00"),
                    "settle",
                    "按比例退款。",
                    "partial_refund",
                    cause="carrier",
                ),
            ),
        ),
    ]
