"""The outside platforms: under which headings each exports what, and which states mean "ship it".

Platforms rename their columns from time to time, so each field has several headings; the first that
is there and filled counts. What no profile knows is mapped by hand and kept for the shop.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from .cells import LONGEST_CELL
from .fields import Model
from .text import half_width

Platform = Literal[
    "taobao", "pinduoduo", "douyin", "jd", "kuaituantuan", "qunjielong", "weidian", "other"
]
Field = Literal[
    "number",
    "sub_number",
    "item",
    "sku",
    "quantity",
    "unit_price",
    "amount",
    "order_amount",
    "status",
    "refund_status",
    "nick",
    "name",
    "phone",
    "province",
    "city",
    "district",
    "street",
    "detail",
    "address",
    "paid_at",
    "ordered_at",
]
"""amount: paid for the row. order_amount: for the whole order, repeated on each of its rows."""

NAMES: dict[Platform, tuple[str, str]] = {
    "taobao": ("淘宝/天猫", "Taobao/Tmall"),
    "pinduoduo": ("拼多多", "Pinduoduo"),
    "douyin": ("抖店", "Douyin shop"),
    "jd": ("京东", "JD"),
    "kuaituantuan": ("快团团", "Kuaituantuan"),
    "qunjielong": ("群接龙", "Qunjielong"),
    "weidian": ("微店", "Weidian"),
    "other": ("其他", "other"),
}
GROUP_ORDERS: frozenset[str] = frozenset({"kuaituantuan", "qunjielong"})
"""Their orders come from chat groups."""


class Profile(Model):
    """signature: headings that this platform alone uses; two of them tell it apart."""

    signature: frozenset[str]
    columns: dict[Field, tuple[str, ...]]


_BUYER: dict[Field, tuple[str, ...]] = {
    "name": ("收货人姓名", "收货人", "收件人", "收件人姓名", "姓名"),
    "phone": (
        "联系手机",
        "收货人手机号",
        "收货人手机",
        "收件人手机号",
        "收件人手机",
        "收货人电话",
        "手机号",
        "手机",
        "联系电话",
        "收货电话",
        "电话",
    ),
    "province": ("省", "省份", "收货省", "收货人省份", "收件省"),
    "city": ("市", "城市", "收货市", "收货人城市", "收件市"),
    "district": ("区", "区县", "县区", "区/县", "收货区", "收货人地区", "收件区"),
    "street": ("街道", "乡镇"),
    "detail": ("详细地址", "收货详细地址", "收货人详细地址"),
    "address": ("收货地址", "完整地址", "收件地址", "收货人地址", "地址", "客户地址"),
}

PROFILES: dict[Platform, Profile] = {
    "taobao": Profile(
        signature=frozenset(
            {
                "买家会员名",
                "买家应付货款",
                "买家实际支付金额",
                "买家实付金额",
                "宝贝标题",
                "宝贝总数量",
                "商品属性",
                "主订单编号",
                "订单付款时间",
                "买家昵称",
            }
        ),
        columns={
            "number": ("主订单编号", "订单编号"),
            "sub_number": ("子订单编号",),
            "item": ("宝贝标题", "商品标题", "标题"),
            "sku": ("商品属性", "宝贝属性", "商家编码", "外部系统编号"),
            "quantity": ("购买数量", "宝贝总数量", "数量"),
            "unit_price": ("商品价格", "价格"),
            "amount": ("买家实付金额", "子订单实付金额"),
            "order_amount": ("买家实际支付金额",),
            "status": ("订单状态",),
            "refund_status": ("退款状态",),
            "nick": ("买家会员名", "买家昵称"),
            **_BUYER,
            "paid_at": ("订单付款时间", "付款时间"),
            "ordered_at": ("订单创建时间",),
        },
    ),
    "pinduoduo": Profile(
        signature=frozenset(
            {
                "商品总价(元)",
                "用户实付金额(元)",
                "商家实收金额(元)",
                "商品数量(件)",
                "拼单成功时间",
                "店铺优惠折扣(元)",
                "平台优惠折扣(元)",
                "样式id",
            }
        ),
        columns={
            "number": ("订单号",),
            "item": ("商品", "商品名称"),
            "sku": ("商品规格", "商家编码-规格维度"),
            "quantity": ("商品数量(件)",),
            "order_amount": ("用户实付金额(元)", "商家实收金额(元)"),
            "status": ("订单状态",),
            "refund_status": ("售后状态",),
            **_BUYER,
            "paid_at": ("支付时间", "拼单成功时间"),
            "ordered_at": ("订单成交时间",),
        },
    ),
    "douyin": Profile(
        signature=frozenset(
            {"选购商品", "支付完成时间", "订单提交时间", "订单应付金额", "app渠道", "达人昵称"}
        ),
        columns={
            "number": ("主订单编号", "订单编号"),
            "sub_number": ("子订单编号",),
            "item": ("选购商品", "商品名称"),
            "sku": ("商品规格", "规格", "货号"),
            "quantity": ("商品数量",),
            "unit_price": ("商品单价", "商品金额"),
            "amount": ("实付金额", "用户实付金额", "订单应付金额"),
            "status": ("订单状态",),
            "refund_status": ("售后状态",),
            **_BUYER,
            "paid_at": ("支付完成时间",),
            "ordered_at": ("订单提交时间",),
        },
    ),
    "jd": Profile(
        signature=frozenset(
            {"下单帐号", "下单账号", "订购数量", "京东价", "付款确认时间", "客户姓名", "客户地址"}
        ),
        columns={
            "number": ("订单号", "订单编号"),
            "item": ("商品名称",),
            "sku": ("商品规格", "货号"),
            "quantity": ("订购数量",),
            "unit_price": ("京东价",),
            "order_amount": ("应付金额", "结算金额", "订单金额"),
            "status": ("订单状态",),
            "refund_status": ("售后状态",),
            "nick": ("下单帐号", "下单账号"),
            **_BUYER,
            "name": ("客户姓名", "收货人姓名", "收货人"),
            "paid_at": ("付款确认时间",),
            "ordered_at": ("下单时间",),
        },
    ),
    "kuaituantuan": Profile(
        signature=frozenset({"跟团号", "团购标题", "团购名称", "团长备注", "团员备注", "自提点"}),
        columns={
            "number": ("订单号", "订单编号"),
            "item": ("商品", "商品名称"),
            "sku": ("规格", "商品规格"),
            "quantity": ("数量", "商品数量"),
            "unit_price": ("单价", "商品单价"),
            "amount": ("商品实付金额", "商品金额", "商品总价"),
            "order_amount": ("订单实付金额", "实付金额", "订单金额"),
            "status": ("订单状态",),
            "refund_status": ("售后状态", "退款状态"),
            "nick": ("下单人", "微信昵称", "昵称"),
            **_BUYER,
            "paid_at": ("支付时间", "付款时间"),
            "ordered_at": ("下单时间",),
        },
    ),
    "qunjielong": Profile(
        signature=frozenset({"接龙号", "接龙标题", "接龙名称", "接龙人", "接龙时间", "接龙备注"}),
        columns={
            "number": ("订单号", "订单编号", "接龙号"),
            "item": ("商品名称", "商品"),
            "sku": ("商品规格", "规格"),
            "quantity": ("商品数量", "数量"),
            "unit_price": ("商品单价", "单价"),
            "amount": ("商品实付金额", "商品金额"),
            "order_amount": ("实付金额", "订单金额"),
            "status": ("订单状态",),
            "refund_status": ("退款状态", "售后状态"),
            "nick": ("接龙人", "微信昵称", "昵称"),
            **_BUYER,
            "paid_at": ("支付时间", "付款时间"),
            "ordered_at": ("接龙时间", "下单时间"),
        },
    ),
    "weidian": Profile(
        signature=frozenset(
            {"订单描述", "订单实际收款金额", "商品型号", "微店价", "分销商店铺名称", "买家微信"}
        ),
        columns={
            "number": ("订单编号", "订单号"),
            "item": ("商品名称", "订单描述", "商品标题"),
            "sku": ("商品型号", "型号"),
            "quantity": ("商品数量", "数量", "商品总件数"),
            "unit_price": ("微店价", "商品单价"),
            "order_amount": ("订单实际收款金额", "实际收款金额"),
            "status": ("订单状态",),
            "refund_status": ("退款状态", "售后状态"),
            "nick": ("买家微信",),
            **_BUYER,
            "paid_at": ("付款时间", "支付时间"),
            "ordered_at": ("下单时间",),
        },
    ),
}

_ANYONES: dict[Field, tuple[str, ...]] = {
    "number": ("订单号", "订单编号"),
    "item": ("商品名称", "商品", "商品标题", "品名"),
    "sku": ("规格", "商品规格"),
    "quantity": ("数量", "商品数量", "购买数量", "件数"),
    "status": ("订单状态",),
    "refund_status": ("退款状态", "售后状态"),
    **_BUYER,
    "paid_at": ("付款时间", "支付时间"),
    "ordered_at": ("下单时间",),
}
"""What needs no asking in a file of nobody's. Not the amounts: whether one is paid for a row or for
the whole order, the heading does not say."""

REQUIRED: tuple[tuple[Field, ...], ...] = (
    ("number",),
    ("item",),
    ("quantity",),
    ("amount", "order_amount", "unit_price"),
    ("name",),
    ("phone",),
    ("address", "detail"),
)
"""One of each must be among the columns."""


def heading(text: str) -> str:
    """A heading as it is compared: half-width, without spaces, lower case."""
    return re.sub(r"\s+", "", half_width(text, LONGEST_CELL)).strip("*'\"").lower()


KNOWN: frozenset[str] = frozenset(
    name for one in PROFILES.values() for names in one.columns.values() for name in names
) | frozenset(name for one in PROFILES.values() for name in one.signature)


def recognise(headings: Sequence[str]) -> Platform | None:
    """The platform whose signature the headings bear; None when there is none, or two."""
    found = {heading(one) for one in headings}
    marks = {name: len(one.signature & found) for name, one in PROFILES.items()}
    best = max(marks.values())
    named = [name for name, n in marks.items() if n == best]
    return named[0] if best >= 2 and len(named) == 1 else None


def mapping(platform: Platform, kept: Mapping[str, Field]) -> dict[str, list[str]]:
    """field -> its headings in the order they count: what was mapped by hand comes first."""
    fields: dict[str, list[str]] = {}
    for name, field in kept.items():
        fields.setdefault(field, []).append(heading(name))
    columns = PROFILES[platform].columns if platform in PROFILES else _ANYONES
    for field, names in columns.items():
        taken = {heading(name) for name in kept}
        fields.setdefault(field, []).extend(name for name in names if name not in taken)
    return fields


def missing(fields: Collection[str]) -> list[Field]:
    """What must still be mapped."""
    return [choice[0] for choice in REQUIRED if not set(choice) & set(fields)]
