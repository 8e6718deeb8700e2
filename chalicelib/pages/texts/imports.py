"""Copy of the page that imports outside platforms' orders; the script of the page shows most."""

from . import Table

TEXTS: Table = {
    "imports_title": ("导入订单", "Import orders"),
    "imports_about": (
        "淘宝、拼多多、抖店、京东、快团团、群接龙、微店导出的订单文件，CSV 或 XLSX，最多 10,000 行、20 MB。",
        "Order files exported from Taobao, Pinduoduo, Douyin, JD, Kuaituantuan, Qunjielong or Weidian: CSV or XLSX, up to 10,000 rows and 20 MB.",
    ),
    "imports_safe": (
        "先给您看每一单会怎样，点“开始导入”才写入。同一个文件传几次，订单都只有一份。",
        "You see what will become of each order before anything is written. The same file sent twice makes each order once.",
    ),
    "imports_kept": (
        "文件里有买家信息，导入完就删除；没能导入的行保留 24 小时，供您下载。",
        "The file names buyers: it is deleted when the import is done; rows that were refused wait for you for 24 hours.",
    ),
    "imports_need_script": ("这个页面需要打开浏览器的 JavaScript。", "This page needs JavaScript."),
    "choose_file": ("选择订单文件", "Choose the file"),
    "choose_another": ("换一个文件", "Another file"),
    "recent": ("最近的导入", "Recent imports"),
    "recent_none": ("还没有导入过。", "Nothing was imported yet."),
    "recent_row": ("{platform} · {when}", "{platform} · {when}"),
    "recent_counts": (
        "新建 {created} · 已有 {already} · 没导入 {refused}",
        "{created} new · {already} already there · {refused} not imported",
    ),
    "unknown_platform": ("平台未定", "platform not known yet"),
    "import_waiting": ("未读完", "Not read yet"),
    "import_read": ("等您确认", "To confirm"),
    "import_running": ("导入中", "Running"),
    "import_finished": ("已完成", "Done"),
    "start": ("开始导入", "Start"),
    "preparing": ("正在准备文件", "Preparing the file"),
    "sending": ("正在上传", "Uploading"),
    "reading": ("正在读取文件", "Reading the file"),
    "running": ("正在导入 {done} / {total}", "Importing {done} of {total}"),
    "waiting_again": ("网络不通或系统忙，正在重试。", "No answer; trying again."),
    "again": ("重试", "Try again"),
    "columns_title": ("这些内容在哪一列？", "Which column holds what?"),
    "columns_about": (
        "只用选一次，下次同样的文件会记得。",
        "Asked once; the next file of this kind is known.",
    ),
    "column_none": ("请选择", "choose"),
    "column_missing": ("（还缺）", " (still missing)"),
    "row": ("第 {n} 行", "row {n}"),
    "platform_label": ("哪个平台的文件", "Which platform is it from"),
    "items_title": ("平台上的商品是您的哪个商品？", "Which of your offers is each item?"),
    "items_about": (
        "没选的不会导入。只用选一次。",
        "What is not chosen is not imported. Asked once.",
    ),
    "item_offer": ("“{title}”是", "“{title}” is"),
    "item_orders": ("{n} 单", "orders: {n}"),
    "item_none": ("先不导入", "leave out"),
    "item_packs": ("每件等于几份", "packs in one piece"),
    "offer_choice": ("{title}（剩 {left} 份）", "{title} ({left} left)"),
    "no_offers": ("您没有在售商品，请先上架商品。", "You have no open offer; open one first."),
    "remember": ("记住并重新核对", "Remember and check again"),
    "preview_title": ("会导入什么", "What will happen"),
    "preview_counts": (
        "新建 {new} 单 · 已有 {already} 单 · 不用发货 {not_for_shipping} 单 · 不能导入 {unable} 单",
        "{new} new · {already} already there · {not_for_shipping} not for shipping · {unable} cannot be imported",
    ),
    "rows_title": ("每一单的结果", "What became of each order"),
    "preview_first": ("先看前 {n} 单，共 {total} 单。", "The first {n} of {total} orders."),
    "result_title": ("导入完成", "Imported"),
    "result_counts": (
        "新建 {created} 单 · 原来就有 {already} 单 · 没导入 {refused} 单",
        "{created} made · {already} were there already · {refused} not imported",
    ),
    "refused_file": ("下载没导入的行和原因", "Rows that were not imported, with reasons"),
    "to_pack": ("去装箱", "Go and pack"),
    "th_order": ("平台订单号", "Order"),
    "th_goods": ("商品", "Goods"),
    "th_buyer": ("收货人", "Receiver"),
    "th_what": ("结果", "Result"),
    "what_new": ("新建", "new"),
    "what_created": ("已新建", "made"),
    "what_already": ("已有", "already there"),
    "what_different": ("已有，但不同", "there, but different"),
    "what_cannot": ("不能导入", "cannot be imported"),
    "what_not_for_shipping": ("不用发货", "not for shipping"),
    "field_number": ("订单号", "order number"),
    "field_sub_number": ("子订单号", "sub-order number"),
    "field_item": ("商品名称", "item"),
    "field_sku": ("规格", "variant"),
    "field_quantity": ("数量", "quantity"),
    "field_unit_price": ("单价", "unit price"),
    "field_amount": ("实付金额（这一行）", "paid, for the row"),
    "field_order_amount": ("实付金额（整单）", "paid, for the whole order"),
    "field_status": ("订单状态", "order state"),
    "field_refund_status": ("退款状态", "refund state"),
    "field_nick": ("买家昵称", "buyer's nickname"),
    "field_name": ("收货人姓名", "receiver"),
    "field_phone": ("收货电话", "phone"),
    "field_province": ("省", "province"),
    "field_city": ("市", "city"),
    "field_district": ("区县", "district"),
    "field_street": ("街道", "street"),
    "field_detail": ("详细地址", "address without province and city"),
    "field_address": ("地址（写在一格）", "whole address in one cell"),
    "field_paid_at": ("付款时间", "time of payment"),
    "field_ordered_at": ("下单时间", "time of the order"),
}  # fmt: skip

SHOWN_BY_SCRIPT = tuple(
    key
    for key in TEXTS
    if key.startswith(("what_", "field_"))
    or key
    in {
        "preparing", "sending", "reading", "running", "waiting_again", "column_none", "column_missing", "row", "item_offer",
        "item_orders", "item_none", "item_packs", "preview_counts", "preview_first",
        "result_counts", "rows_title", "unknown_platform",
    }
)  # fmt: skip
