"""Copy of the list of offers and of the forms that change one."""

from .. import TextTable

TEXTS: TextTable = {
    "offers_open": ("没下架", "Not closed"),
    "offers_closed": ("已下架", "Closed"),
    "offers_none_closed": ("没有下架的商品。", "None was closed."),
    "act_edit": ("改", "Change"),
    "act_packs": ("加货", "Add packs"),
    "act_like": ("再上一个", "Duplicate"),
    "done_offer_changed": ("改好了。已下的单不变。", "Changed. Orders that were placed stay as they are."),
    "done_packs_added": ("已加货。", "The packs are on sale."),
    "edit_title": ("改“{title}”", "Change “{title}”"),
    "edit_text": (
        "已下的单还是下单时的名称和价格。",
        "Orders that were placed keep the title and price they were placed by.",
    ),
    "edit_ended": ("已经下架，改不了；要再卖，请用“再上一个”。", "It is closed and cannot be changed; to sell it again, duplicate it."),
    "edit_save": ("保存", "Save"),
    "more_title": ("给“{title}”加货", "Add packs to “{title}”"),
    "more_text": (
        "现在剩 {left} / {total} 份，每份 {quantity}。以前的单只从原来的批次装箱。",
        "{left} of {total} packs are left, {quantity} each. Earlier orders are packed from the batches they had.",
    ),
    "more_packs": ("加几份", "How many packs more"),
    "more_save": ("加货", "Add them"),
    "history_field": ("{field}：{old} → {new}", "{field}: {old} → {new}"),
    "history_joint": ("；", "; "),
    "history_state": ("“{state}”", "“{state}”"),
    "field_title": ("名称", "title"),
    "field_price_fen": ("价格", "price"),
    "field_opens_at": ("开售", "sales begin"),
    "field_closes_at": ("停售", "sales end"),
    "field_packs_total": ("份数", "packs"),
    "field_set_aside": ("各批次份数", "packs of each batch"),
    "field_none": ("没填", "not set"),
}  # fmt: skip
