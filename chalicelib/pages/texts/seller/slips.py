"""Copy of packing slips."""

from .. import TextTable

TEXTS: TextTable = {
    "title": ("装箱单", "Packing slip"),
    "none": ("还没有装好的箱子，所以没有装箱单。", "Nothing is packed yet, so there is no slip."),
    "hint": (
        "每箱一页，打印后放进箱里。默认不印价格，送礼也可以放。",
        "A page for each parcel, to lie in it. Without prices, so that it suits a present.",
    ),
    "with_prices": ("印上价格", "With prices"),
    "without_prices": ("不印价格", "Without prices"),
    "order": ("订单号", "Order"),
    "receiver": ("收货人", "For"),
    "code": ("包裹码", "Parcel code"),
    "packed": ("装箱日期", "Packed on"),
    "paid": ("这一箱实付", "Paid for this parcel"),
    "th_goods": ("商品", "Goods"),
    "th_packs": ("份数", "Packs"),
    "th_quantity": ("数量", "Quantity"),
    "th_lots": ("批次", "Batch"),
    "th_price": ("单价", "Price a pack"),
    "trace": ("扫码看产地和检测，有问题也从这里找我们", "Scan for origin and tests, and to reach us"),
    "qr": ("二维码 {code}", "QR code {code}"),
    "contact_phone": ("电话", "Phone"),
    "contact_wechat": ("微信", "WeChat"),
    "contact_hours": ("接听时间", "Hours"),
    "contact_returns": ("退货地址", "Returns"),
    "print_page": ("打印", "Print"),
    "back": ("返回", "Back"),
}  # fmt: skip
