"""Copy of the printed label. At most a few characters a word: the paper is 60 mm wide."""

from . import Table

TEXTS: Table = {
    "title": ("打印标签（{n} 张）", "Print labels ({n})"),
    "hint": (
        "60 × 40 mm 标签纸，一张一页；打印时边距选“无”，缩放 100%。",
        "60 × 40 mm labels, one a page; print without margins at 100 %.",
    ),
    "to_order": ("回订单", "To the order"),
    "print": ("打印 {n} 张", "Print {n}"),
    "lot": ("批次 {value}", "Lot {value}"),
    "harvested": ("采收 {value}", "Picked {value}"),
    "packed": ("装箱 {value}", "Packed {value}"),
    "scan_me": ("扫码看产地和检测", "Scan: origin, tests"),
    "qr": ("二维码 {code}", "QR code {code}"),
}
