"""Copy of the search box on seller's and county's desk, and of what it found."""

from .. import TextTable

TEXTS: TextTable = {
    "search_title": ("查找", "Search"),
    "search_hint_seller": (
        "订单号（或后 8 位）、平台订单号、包裹码、运单号、手机尾号 4 位或全号、完整姓名、批次号、售后号。可以扫码。",
        "An order’s number (or its last 8 characters), a platform’s order number, a parcel code, a waybill, a phone or its last 4 digits, a whole name, a lot, a claim’s number. Scanning works.",
    ),
    "search_hint_county": (
        "订单号（或后 8 位）、包裹码、运单号、批次号、售后号。可以扫码。买家的姓名和电话只有店铺能查。",
        "An order’s number (or its last 8 characters), a parcel code, a waybill, a lot, a claim’s number. Scanning works. Only the shop can look for a buyer’s name or phone.",
    ),
    "search_what": ("可以输入", "What can be typed"),
    "search_none": ("没有找到“{q}”", "Nothing found for “{q}”"),
    "search_none_text": ("核对一下有没有输错；也可以换一种编号再查。", "Check what was typed, or try another number."),
    "search_unreadable": ("“{q}”不是能查的编号", "“{q}” is nothing that can be looked for"),
    "search_found": ("找到 {n} 条", "{n} found"),
    "search_found_one": ("找到 1 条", "1 found"),
    "search_most": ("每一种最多列最新的 {n} 条；多写一些能缩小范围。", "At most the newest {n} of a kind are listed: type more to narrow it down."),
    "hit_order": ("订单 {number}", "Order {number}"),
    "hit_parcel": ("包裹 {code}", "Parcel {code}"),
    "hit_batch": ("批次 {lot}", "Lot {lot}"),
    "hit_claim": ("售后 {number}", "Claim {number}"),
    "hit_of_order": ("订单 {number}", "order {number}"),
    "hit_harvested": ("{day} 采收", "harvested {day}"),
}  # fmt: skip
