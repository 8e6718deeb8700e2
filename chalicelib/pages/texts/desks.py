"""Copy that the desks share: states, units, paging, the journal, how a form ends."""

from . import Table

TEXTS: Table = {
    # The frame.
    "desk_nav": ("工作台", "Desk"),
    "tab_batches": ("批次", "Batches"),
    "tab_people": ("人员", "People"),
    "tab_flagged": ("要核对的检测", "To look at"),
    "tab_todo": ("要做的事", "To do"),
    "tab_imports": ("导入订单", "Import orders"),
    "tab_packing": ("装箱打印", "Pack and print"),
    "tab_offers": ("商品", "Offers"),
    "tab_customers": ("顾客", "Customers"),
    "tab_shop": ("店铺页", "Shop page"),
    "signed_in": ("{name}（{role}）", "{name} ({role})"),
    "role_county": ("县办", "county office"),
    "role_cadre": ("驻村干部", "village cadre"),
    "role_seller": ("卖家", "seller"),
    "sign_out": ("退出登录", "Sign out"),
    "more": ("更早的", "Older"),
    "newest": ("回到最新", "Back to the newest"),
    "filter": ("筛选", "Filter"),
    "all": ("全部", "All"),
    "cancel": ("不做了", "Leave it"),
    "other_product": ("换一种", "Another one"),
    "optional": ("可不填", "optional"),
    "not_done": ("没有保存", "Not saved"),
    "repeat_safe": ("点两次也只算一次。", "Tapping twice does it once."),
    # Batches.
    "batch_registered": ("待检测", "To test"),
    "batch_passed": ("检测合格", "Passed"),
    "batch_held": ("已暂停", "Held"),
    "batch_recalled": ("已召回", "Recalled"),
    "batch_closed": ("已关闭", "Closed"),
    # Orders.
    "order_pending_payment": ("待付款", "To be paid"),
    "order_paid": ("待装箱", "To pack"),
    "order_packed": ("待发货", "To ship"),
    "order_shipped": ("在路上", "On its way"),
    "order_delivered": ("已送达", "Delivered"),
    "order_cancelled": ("已取消", "Cancelled"),
    "order_expired": ("超时未付", "Not paid in time"),
    # Parcels.
    "parcel_packed": ("待发货", "To ship"),
    "parcel_shipped": ("在路上", "On its way"),
    "parcel_delivered": ("已送达", "Delivered"),
    "parcel_returned": ("已退回", "Returned"),
    "parcel_voided": ("已作废", "Void"),
    # Complaints.
    "complaint_open": ("等答复", "To answer"),
    "complaint_answered": ("已答复，待解决", "Answered, not settled"),
    "complaint_settled": ("已解决", "Settled"),
    "complaint_rejected": ("已驳回", "Rejected"),
    # Time.
    "left": ("还剩 {time}", "{time} left"),
    "overdue": ("已超时 {time}", "{time} overdue"),
    "hours": ("{n} 小时", "{n} h"),
    "minutes": ("{n} 分钟", "{n} min"),
    # Units.
    "unit_kg": ("公斤", "kg"),
    "unit_jin": ("斤", "jin (500 g)"),
    "unit_piece": ("个", "pieces"),
    "packs": ("{n} 份", "{n} packs"),
    "packs_one": ("1 份", "1 pack"),
    # The journal.
    "journal_title": ("变动记录", "Journal"),
    "journal_new": ("登记为“{new}”", "recorded as “{new}”"),
    "journal_move": ("“{old}” → “{new}”", "“{old}” → “{new}”"),
    "by_public": ("买家", "the buyer"),
    "by_clock": ("系统", "the system"),
    "by_payment-provider": ("支付机构", "payment provider"),
    "by_unknown": ("已停用的账号", "a former account"),
    "why_unpaid": ("到时未付款", "not paid in time"),
    # The after-sales rule, told before ordering and frozen into the order.
    "rule_title": ("售后规则", "After-sales rule"),
    "rule_evidence": (
        "收货后 {hours} 小时内发现坏果、缺斤少两，扫箱上的码拍照登记，按坏的比例赔。",
        "Within {hours} hours of delivery: scan the code on the box and send a photo; what is bad or missing is refunded.",
    ),
    "rule_reply": ("登记后 {hours} 小时内答复。", "You get a reply within {hours} hours."),
    "rule_no_return": (
        "鲜活易腐商品，不适用七天无理由退货。",
        "Fresh goods: no return without a reason within 7 days.",
    ),
}  # fmt: skip
