"""What the columns of a platform's file may hold, and under which headings anybody has it."""

from typing import Literal

from .fields import Model

Platform = Literal[
    "taobao", "pinduoduo", "douyin", "jd", "kuaituantuan", "qunjielong", "weidian",
    "weixin_shop", "youzan", "xiaohongshu", "1688", "other",
]  # fmt: skip
StoredPlatform = Literal[
    "taobao", "pinduoduo", "douyin", "jd", "kuaituantuan", "qunjielong", "weidian", "other"
]
"""What the release before reads in a record. The others' files were nobody's to it: their orders
and mappings are kept under "other", where files that were mapped by hand have theirs already."""
Field = Literal[
    "number",
    "group_number",
    "sub_number",
    "item",
    "sku",
    "new_sku",
    "kinds",
    "quantity",
    "unit_price",
    "amount",
    "order_amount",
    "balance",
    "received",
    "freight",
    "discount",
    "status",
    "shipping_status",
    "refund_status",
    "refunded",
    "order_refunded",
    "payment_method",
    "waybill",
    "nick",
    "name",
    "phone",
    "province",
    "city",
    "district",
    "street",
    "detail",
    "address",
    "new_address",
    "paid_at",
    "ordered_at",
]
"""amount, refunded: of the row. order_amount, balance, freight, discount, order_refunded: of the
whole order, repeated on each of its rows or in its first alone. kinds: how many the order has.
group_number: counts within one group buy and starts again with the next. balance: paid besides
order_amount. received: what the shop gets for the order, its platform's coupons among it."""

Columns = dict[Field, tuple[str, ...]]


class Profile(Model):
    """signature: headings that this platform alone uses; two of them tell it apart.

    paid_sheets: headings that together tell an export which names no state, since it lists what is
    paid and to be sent.
    """

    sure: Literal["A", "B", "C"]
    seen: str
    signature: frozenset[str]
    columns: Columns
    paid_sheets: tuple[frozenset[str], ...] = ()
    unsourced: frozenset[str] = frozenset()


BUYER: Columns = {
    "name": (
        "收货人姓名", "收货人", "收件人", "收件人姓名", "收货人/提货人姓名", "收货人/提货人",
        "姓名",
    ),
    "phone": (
        "联系手机", "收货人手机号", "收货人手机", "收件人手机号", "收件人手机", "收件人手机号码",
        "收货人/提货人手机号", "收货人手机号/提货人手机号", "收货人电话", "手机号", "手机",
        "联系电话", "收货电话", "电话",
    ),
    "province": ("省", "省份", "收货省", "收货人省份", "收件省"),
    "city": ("市", "城市", "收货市", "收货人城市", "收件市"),
    "district": ("区", "区县", "县区", "区/县", "收货区", "收货人地区", "收件区"),
    "street": ("街道", "乡镇"),
    "detail": (
        "详细地址", "收货详细地址", "收货人详细地址", "收货/提货详细地址",
        "详细收货地址/提货地址",
    ),
    "address": (
        "收货地址", "完整地址", "收件人完整地址", "收件人地址", "收件地址", "收货人地址", "地址",
        "客户地址",
    ),
}  # fmt: skip
STATE: Columns = {
    "status": ("订单状态", "支付状态", "付款状态", "交易状态"),
    "shipping_status": ("发货状态",),
    "refund_status": ("退款状态", "售后状态", "订单退款状态"),
    "refunded": ("商品退款金额", "商品已退款金额"),
    "order_refunded": (
        "退款金额", "订单退款", "已退款金额", "订单退款金额", "订单已退款金额", "已退金额",
        "实退金额", "退款总额", "退款总金额", "退款合计", "累计退款金额", "成功退款金额",
        "实际退款", "实际退款金额", "已退款", "退款", "返还金额", "已返还金额", "退还金额",
        "已退还金额", "退回金额", "已退回金额", "返款金额", "已返款金额", "退款额", "已退款额",
        "已退总额", "累计已退金额",
    ),
    "payment_method": ("支付方式", "付款方式"),
    "waybill": ("快递单号", "物流单号", "运单号"),
}  # fmt: skip
_ONCE_CHANGED = tuple(
    f"{moment}{of}"
    for moment in ("修改后", "变更后", "更改后", "更新后", "调整后", "改后", "新")
    for of in ("的", "")
)
CHANGED: Columns = {
    "new_address": tuple(
        f"{once}{what}"
        for once in _ONCE_CHANGED
        for what in (
            "收货地址",
            "收件地址",
            "收货人地址",
            "收件人地址",
            "详细地址",
            "完整地址",
            "地址",
        )
    ),
    "new_sku": tuple(
        f"{once}{what}"
        for once in _ONCE_CHANGED
        for what in ("sku", "商品规格", "规格", "商品属性", "属性", "商品型号", "型号", "款式")
    ),
}
EVERYWHERE: Columns = {**STATE, **CHANGED}
"""Whatever platform a file is of: these headings tell what must not be sent, or not so as it was
ordered at first."""

ANYONES: Columns = {
    **BUYER,
    **EVERYWHERE,
    "number": ("订单号", "订单编号"),
    "item": ("商品名称", "商品", "商品标题", "品名"),
    "sku": ("规格", "商品规格"),
    "quantity": ("数量", "商品数量", "购买数量", "件数"),
    "paid_at": ("付款时间", "支付时间"),
    "ordered_at": ("下单时间",),
}
"""What needs no asking in a file of nobody's. Not the amounts: whether one is paid for a row or for
the whole order, the heading does not say."""
