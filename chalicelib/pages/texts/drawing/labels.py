"""Copy of the printed label. At most a few characters a word: the paper is 60 mm wide."""

from .. import TextTable

TEXTS: TextTable = {
    "title": ("打印标签（{n} 张）", "Print labels ({n})"),
    "hint": (
        "60 × 40 mm 标签纸，一张一页；打印时边距选“无”，缩放 100%。",
        "60 × 40 mm labels, one a page; print without margins at 100 %.",
    ),
    "alike": ("箱子分不清是谁的？让标签印上订单尾号和姓", "Boxes look alike? Print whose they are"),
    "to_order": ("回订单", "To the order"),
    "print": ("打印 {n} 张", "Print {n}"),
    "lot": ("批次 {value}", "Lot {value}"),
    "harvested": ("采收 {value}", "Picked {value}"),
    "packed": ("装箱 {value}", "Packed {value}"),
    "receiver": ("订单 {order} {name}", "Order {order} {name}"),
    "scan_me": ("扫码看产地和检测", "Scan: origin, tests"),
    # Many at once, and what was printed before.
    "hint_a4": (
        "A4 不干胶 3 × 8（63.5 × 33.9 mm）；打印时边距选“无”，缩放 100%。",
        "A4 sheets of 3 x 8 labels, 63.5 x 33.9 mm; print without margins at 100 %.",
    ),
    "none": ("没有要打印的标签。", "There is no label to print."),
    "none_text": ("装好的箱子都打印过了。", "Every packed parcel has its label."),
    "printed_title": ("标签已打印过，确定重打？", "Printed before. Print it again?"),
    "printed_one": ("{code}：{when} 打印，共 {n} 次", "{code}: printed {when}, {n} times in all"),
    "printed_once": ("{code}：{when} 打印，共 1 次", "{code}: printed {when}, once"),
    "printed_more": ("还有 {n} 张也打印过。", "{n} more were printed before."),
    "print_again": ("确定重打 {n} 张", "Print {n} again"),
    "print_fresh": ("只打没打过的 {n} 张", "Only the {n} new ones"),
    "print_fresh_one": ("只打没打过的 1 张", "Only the new one"),
    "left_out": ("有 {n} 张不能打印", "{n} cannot be printed"),
    "left_out_one": ("{code}：{why}", "{code}: {why}"),
    "use_a4": ("改用 A4 不干胶（一张 24 个）", "Use A4 sheets of 24"),
    "use_roll": ("改用 60 × 40 mm 标签纸", "Use 60 × 40 mm labels"),
    "skip": ("第一张纸上已用掉几格", "Used places on the first sheet"),
    "skip_go": ("空出来", "Skip them"),
    "to_packing": ("回装箱打印", "To packing"),
    "qr": ("二维码 {code}", "QR code {code}"),
}  # fmt: skip
