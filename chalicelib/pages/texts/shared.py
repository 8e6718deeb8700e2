"""Copy that several pages share: the frame, the hotline, units, who and what."""

from . import Table

TEXTS: Table = {
    "brand": ("山货溯源", "Shanhuo trace"),
    "display_settings": ("显示设置", "Display settings"),
    "actions": ("操作", "Actions"),
    "other_language": ("English", "中文"),
    "larger": ("大字", "A+"),
    "larger_note": ("显示", " larger text"),
    "normal_size": ("标准字", "A−"),
    "normal_size_note": ("显示", " normal text"),
    "call_12315": ("打电话问 12315", "Call 12315"),
    "back": ("返回", "Back"),
    "back_to_trace": ("回到溯源页", "Back to the trace page"),
    "error": ("没有办成", "That did not work"),
    "error_403": ("没有权限", "Not allowed"),
    "error_404": ("没有这一页", "No such page"),
    "error_429": ("请稍等", "Please wait"),
    "error_503": ("系统忙", "Busy right now"),
    "error_back": (
        "可以用返回键回到上一页，填过的内容多半还在。",
        "Go back to the page before; what you filled in is usually still there.",
    ),
    "comma": ("、", ", "),
    "photo": ("照片 {n}", "Photo {n}"),
    "photo_sized": ("照片 {n}（{size}）", "Photo {n} ({size})"),
    # Reasons for a complaint: the field's own words.
    "reason_damaged": ("磕碰、压坏", "Damaged"),
    "reason_rotten": ("坏果、变质", "Rotten"),
    "reason_short_weight": ("缺斤少两", "Short weight"),
    "reason_wrong_item": ("发错货", "Wrong item"),
    "reason_not_as_described": ("和描述不符", "Not as described"),
    "reason_counterfeit": ("怀疑假货", "Suspected fake"),
    "reason_other": ("其他问题", "Something else"),
    "wanted_refund": ("退款", "Refund"),
    "wanted_replacement": ("换货、补寄", "Replacement"),
    "wanted_return": ("退货退款", "Return and refund"),
    "remedy_partial_refund": ("部分退款", "Partial refund"),
    "remedy_full_refund": ("全额退款", "Full refund"),
    "remedy_replacement": ("换货、补寄", "Replacement"),
    "remedy_return": ("退货退款", "Return and refund"),
}
