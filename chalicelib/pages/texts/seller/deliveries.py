"""Copy of the seller's page of what has arrived."""

from .. import TextTable

TEXTS: TextTable = {
    "title": ("签收", "Arrived"),
    "about": (
        "从签收起，买家报售后的时限开始算；标记后不能改回。",
        "From then on the time for complaints runs; it cannot be undone.",
    ),
    "on_the_way": ("在路上的", "On their way"),
    "none": ("没有在路上的包裹。", "Nothing is on its way."),
    "shipped": ("{day} 发出", "sent {day}"),
    "choose_all": ("全选", "Choose all"),
    "mark_chosen": ("选中的都已签收", "The chosen ones have arrived"),
    "by_list": ("按快递公司的表", "By the carrier’s list"),
    "list_about": (
        "有“状态”或“签收时间”一列的，只标已签收的；只有单号的，全部算已签收。",
        "With a column of states or times only what has arrived is marked; of numbers alone, all of it.",
    ),
    "file": ("选快递公司给的表（CSV、XLSX）", "Choose the carrier’s file (CSV, XLSX)"),
    "rows": ("或把运单号粘贴在这里", "Or paste the waybills here"),
    "rows_hint": (
        "每行一个：运单号、订单号或包裹码。最多 {most} 行。",
        "One a row: waybill, order number or parcel code. At most {most} rows.",
    ),
    "check": ("先核对", "Check"),
    "mark": ("标记签收 {n} 箱", "Mark {n} as arrived"),
    "mark_one": ("标记签收 1 箱", "Mark 1 as arrived"),
    "summary_preview": (
        "将标记 {ready} 箱 · 早已签收 {already} 箱 · 还没签收 {waiting} 箱 · 有问题 {wrong} 行",
        "{ready} to mark · {already} arrived before · {waiting} not yet · {wrong} with a problem",
    ),
    "summary_result": (
        "已签收 {delivered} 箱 · 早已签收 {already} 箱 · 还没签收 {waiting} 箱 · 有问题 {wrong} 行",
        "{delivered} marked · {already} arrived before · {waiting} not yet · {wrong} with a problem",
    ),
    "row": ("第 {row} 行 {ref}", "Row {row} {ref}"),
    "what_ready": ("可标记", "ready"),
    "what_delivered": ("已签收", "arrived"),
    "what_already": ("早已签收", "arrived before"),
    "what_waiting": ("还没签收", "not yet"),
    "what_wrong": ("有问题", "problem"),
    "col_parcel": ("订单号", "order number"),
    "col_waybill": ("运单号", "waybill"),
    "col_state": ("状态", "status"),
    "packing_title": ("装箱打印", "Pack and print"),
    "file_wrong": ("这个文件读不了，请存成 CSV 或 XLSX 再选。", "The file cannot be read; save it as CSV or XLSX and choose it again."),
}  # fmt: skip
