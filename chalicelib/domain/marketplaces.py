"""The files of marketplaces: see profiles.py."""

from .columns import BUYER, Platform, Profile

MARKETPLACES: dict[Platform, Profile] = {
    # 订单报表, 宝贝报表 and the files of Tmall for suppliers
    "taobao": Profile(
        sure="B",
        seen="2016-2019",
        signature=frozenset(
            {
                "买家会员名", "买家应付货款", "买家实际支付金额", "买家实付金额", "宝贝标题",
                "宝贝总数量", "宝贝数量", "商品属性", "主订单编号", "订单付款时间", "买家昵称",
                "子单实际支付金额", "仓发类型",
            }
        ),
        columns={
            **BUYER,
            "number": ("主订单编号", "订单编号"),
            "sub_number": ("子订单编号",),
            "item": ("宝贝标题", "商品标题", "标题"),
            "sku": ("商品属性", "宝贝属性", "颜色/尺码", "商家编码", "外部系统编号"),
            "kinds": ("宝贝种类",),
            "quantity": ("购买数量", "宝贝总数量", "宝贝数量", "数量"),
            "unit_price": ("商品价格", "价格"),
            "amount": ("子单实际支付金额", "买家实付金额", "子订单实付金额"),
            "order_amount": ("买家实际支付金额",),
            "freight": ("买家应付邮费",),
            # of the row in the suppliers' file; elsewhere an order has one row
            "refunded": ("退款金额",),
            "nick": ("买家会员名", "买家昵称"),
            "paid_at": ("订单付款时间", "付款时间"),
            "ordered_at": ("订单创建时间",),
        },
        unsourced=frozenset(
            {"买家实付金额", "子订单实付金额", "买家昵称", "商品标题", "宝贝属性", "商品价格"}
        ),
    ),
    # no source shows the columns with the receiver
    "pinduoduo": Profile(
        sure="B",
        seen="2020-2026",
        signature=frozenset(
            {
                "商品总价(元)", "用户实付金额(元)", "商家实收金额(元)", "商品数量(件)",
                "拼单成功时间", "店铺优惠折扣(元)", "平台优惠折扣(元)", "样式id",
            }
        ),
        columns={
            **BUYER,
            "number": ("订单号",),
            "item": ("商品", "商品名称"),
            "sku": ("商品规格", "商家编码-规格维度", "商家编码-SKU维度"),
            "quantity": ("商品数量(件)",),
            "order_amount": ("用户实付金额(元)", "商家实收金额(元)"),
            "received": ("商家实收金额(元)",),
            "freight": ("邮费(元)",),
            "paid_at": ("支付时间", "拼单成功时间"),
            "ordered_at": ("订单成交时间",),
        },
    ),
    # one row a 子订单; 订单应付金额 is of the row
    "douyin": Profile(
        sure="B",
        seen="2023",
        signature=frozenset(
            {
                "选购商品", "支付完成时间", "订单提交时间", "订单应付金额", "app渠道", "达人昵称",
                "鲁班落地页id",
            }
        ),
        columns={
            **BUYER,
            "number": ("主订单编号", "订单编号"),
            "sub_number": ("子订单编号",),
            "item": ("选购商品", "商品名称"),
            "sku": ("商品规格", "规格", "货号"),
            "quantity": ("商品数量",),
            "unit_price": ("商品单价", "商品金额"),
            "amount": ("实付金额", "用户实付金额", "订单应付金额"),
            "paid_at": ("支付完成时间",),
            "ordered_at": ("订单提交时间",),
        },
        unsourced=frozenset({"实付金额", "用户实付金额"}),
    ),
    # one row a SKU, the sums of the order on each; 应付金额 leaves out what the balance paid, as
    # JD's document says of the API's field of that name (A); of the export's it is inferred
    "jd": Profile(
        sure="B",
        seen="2016-2017",
        signature=frozenset(
            {"下单帐号", "订购数量", "京东价", "付款确认时间", "客户姓名", "客户地址", "余额支付"}
        ),
        columns={
            **BUYER,
            "number": ("订单号", "订单编号"),
            "item": ("商品名称",),
            "sku": ("商品规格", "货号"),
            "quantity": ("订购数量",),
            "unit_price": ("京东价",),
            "order_amount": ("应付金额", "结算金额", "订单金额"),
            "balance": ("余额支付",),
            "received": ("结算金额",),
            "freight": ("运费金额",),
            "nick": ("下单帐号", "下单账号"),
            "name": ("客户姓名", "收货人姓名", "收货人"),
            "paid_at": ("付款确认时间",),
            "ordered_at": ("下单时间",),
        },
        unsourced=frozenset({"商品规格"}),
    ),
    # what the merchant receives is not what the buyer paid, so it is no sum here
    "xiaohongshu": Profile(
        sure="C",
        seen="undated",
        signature=frozenset({"SKU件数", "SKU实付单价", "商家应收金额(元)(支付金额)"}),
        columns={
            **BUYER,
            "number": ("订单号", "订单编号"),
            "item": ("SKU名称", "商品名称"),
            "sku": ("SKU规格", "规格"),
            "quantity": ("SKU件数",),
            "unit_price": ("SKU实付单价",),
            "paid_at": ("支付时间", "付款时间"),
            "ordered_at": ("下单时间",),
        },
        unsourced=frozenset({"商品名称", "规格"}),
    ),
    "1688": Profile(
        sure="B",
        seen="undated",
        signature=frozenset({"买家公司名", "卖家公司名", "实付款(元)", "货品标题"}),
        columns={
            **BUYER,
            "number": ("订单编号",),
            "item": ("货品标题",),
            "sku": ("规格", "货号"),
            "quantity": ("数量",),
            "order_amount": ("实付款(元)",),
            "paid_at": ("订单付款时间",),
            "ordered_at": ("订单创建时间",),
        },
        unsourced=frozenset({"规格", "货号"}),
    ),
}  # fmt: skip
