"""The files of group buys and of shops in chats: see profiles.py."""

from .columns import BUYER, Platform, Profile

CHAT_SHOPS: dict[Platform, Profile] = {
    # 顾客购买表 (A, a published export of 2022) has no state and leaves out what was cancelled;
    # 订单 (B); the suppliers' list and the goods by rows (C)
    "kuaituantuan": Profile(
        sure="A",
        seen="2022-2026",
        signature=frozenset(
            {
                "跟团号", "团购标题", "团购名称", "团长备注", "团员备注", "自提点", "服务小区",
                "服务小区联系人", "服务小区电话", "服务小区地址", "商品成本价", "已退款+退款中",
            }
        ),
        columns={
            **BUYER,
            "number": ("订单号", "订单编号"),
            "group_number": ("跟团号",),
            "item": ("商品", "商品名称"),
            "sku": ("规格", "商品规格"),
            "quantity": ("数量", "商品数量"),
            "unit_price": ("单价", "商品单价"),
            "amount": ("商品实付金额", "商品金额", "商品总价"),
            "order_amount": ("订单实付金额", "实付金额", "订单金额"),
            "freight": ("运费",),
            "discount": ("优惠",),
            "refunded": ("已退款+退款中", "商品退款金额"),
            "nick": ("下单人", "微信昵称", "昵称"),
            "paid_at": ("支付时间", "付款时间"),
            "ordered_at": ("下单时间", "创单时间"),
        },
        paid_sheets=(frozenset({"跟团号", "商品金额", "订单金额", "退款金额", "物流方式"}),),
        unsourced=frozenset(
            {
                "团购标题", "团购名称", "单价", "商品单价", "商品实付金额", "商品总价",
                "订单实付金额", "实付金额",
            }
        ),
    ),
    # that the suppliers' list is of 群接龙 is inferred; it lists what the supplier is to send
    "qunjielong": Profile(
        sure="C",
        seen="undated",
        signature=frozenset(
            {
                "接龙号", "接龙标题", "接龙名称", "接龙人", "接龙时间", "接龙备注", "下单序号",
                "跟团号/下单序号", "商城订单号", "订单号(勿删)", "订单商品号(勿删)", "SKU数量",
                "收件人手机号码", "收件人完整地址", "团长id", "商品合计",
                "订单总金额",
            }
        ),
        columns={
            **BUYER,
            "number": ("订单号", "订单编号", "商城订单号", "订单号(勿删)"),
            "group_number": ("下单序号", "跟团号/下单序号", "接龙号"),
            "sub_number": ("订单商品号(勿删)",),
            "item": ("商品名称", "商品", "SKU名称", "商品合计"),
            "sku": ("商品规格", "规格", "SKU规格"),
            "quantity": ("商品数量", "数量", "SKU数量", "订购数量"),
            "unit_price": ("商品单价", "单价"),
            "amount": ("商品实付金额", "商品金额"),
            "order_amount": ("实付金额", "订单金额", "订单总金额"),
            "nick": ("接龙人", "微信昵称", "昵称"),
            "paid_at": ("支付时间", "付款时间"),
            "ordered_at": ("接龙时间", "下单时间"),
        },
        paid_sheets=(
            frozenset({"下单序号", "接龙号", "订单总金额", "团长id"}),
            frozenset({"跟团号/下单序号", "订单号(勿删)"}),
        ),
        unsourced=frozenset(
            {
                "接龙标题", "接龙名称", "接龙人", "接龙时间", "接龙备注", "商品实付金额",
                "实付金额", "订单金额", "商品单价", "单价",
            }
        ),
    ),
    "weidian": Profile(
        sure="B",
        seen="undated",
        signature=frozenset(
            {
                "订单描述", "商品型号", "型号编码", "下单模板信息", "下单微信", "商品件数",
                "收货人/提货人姓名", "收货/提货详细地址", "微店价", "分销商店铺名称", "买家微信",
            }
        ),
        columns={
            **BUYER,
            "number": ("订单编号", "订单号"),
            "item": ("商品名称", "订单描述", "商品标题"),
            "sku": ("商品型号", "型号"),
            "quantity": ("商品件数", "商品数量", "数量", "商品总件数"),
            "unit_price": ("微店价", "商品单价"),
            "order_amount": ("实付金额", "订单实际收款金额", "实际收款金额"),
            "nick": ("下单微信", "下单账号", "买家微信"),
            "paid_at": ("支付时间", "付款时间"),
            "ordered_at": ("下单时间",),
        },
        unsourced=frozenset(
            {
                "微店价", "分销商店铺名称", "买家微信", "订单实际收款金额", "实际收款金额", "型号",
                "商品总件数",
            }
        ),
    ),
    # 微信小店 / 视频号: one row a kind of goods; whether the order's sums stand on each row or on
    # the first is not known, 商品实际价格(总共) is of the row
    "weixin_shop": Profile(
        sure="B",
        seen="undated-2026",
        signature=frozenset(
            {
                "订单下单时间", "订单完成结算时间", "订单实际支付金额", "打标颜色", "礼物单号",
                "商品编码(平台)", "商品编码(自定义)", "SKU编码(自定义)", "商品价格(单件)",
                "商品实际价格(单件)", "商品实际价格(总共)", "商品发货", "商品售后",
            }
        ),
        columns={
            **BUYER,
            "number": ("订单号",),
            "item": ("商品名称",),
            "sku": ("商品属性", "SKU编码(自定义)", "商品编码(自定义)"),
            "quantity": ("商品数量",),
            "unit_price": ("商品实际价格(单件)",),
            "amount": ("商品实际价格(总共)",),
            "order_amount": ("订单实际支付金额", "订单实际收款金额"),
            "received": ("订单实际收款金额",),
            "freight": ("订单运费",),
            "shipping_status": ("商品发货",),
            "refund_status": ("商品售后", "退款状态", "售后状态"),
            "refunded": ("商品已退款金额",),
            "paid_at": ("支付时间",),
            "ordered_at": ("订单下单时间",),
        },
    ),
    # 订单 (B) and the goods by rows (B), which name no payment
    "youzan": Profile(
        sure="B",
        seen="2022-2026",
        signature=frozenset(
            {
                "订单商品状态", "商品实际成交金额", "商品退款状态", "商品发货状态", "周期购信息",
                "收货人手机号/提货人手机号", "详细收货地址/提货地址", "应收订单金额",
                "订单实付金额", "订单退款状态", "订单已退款金额", "全部商品名称", "商家订单备注",
                "归属店铺",
            }
        ),
        columns={
            **BUYER,
            "number": ("订单号",),
            "item": ("商品名称", "全部商品名称"),
            "sku": ("商品规格", "规格编码"),
            "quantity": ("商品数量",),
            "unit_price": ("商品优惠后价格", "商品单价"),
            "amount": ("商品实际成交金额",),
            "order_amount": ("订单实付金额",),
            "received": ("订单实收金额",),
            "freight": ("运费",),
            "kinds": ("商品种类数",),
            "status": ("订单商品状态", "订单状态"),
            "shipping_status": ("商品发货状态",),
            "refund_status": ("商品退款状态", "订单退款状态"),
            "refunded": ("商品已退款金额",),
            "nick": ("买家昵称",),
            "paid_at": ("买家付款时间",),
            "ordered_at": ("订单创建时间",),
        },
    ),
}  # fmt: skip
