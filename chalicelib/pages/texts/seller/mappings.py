"""Copy of the pages on what platforms' goods are: the list of them, and one to be changed."""

from .. import TextTable
from .imports import TEXTS as IMPORTS

TEXTS: TextTable = {
    "goods_title": ("商品对应", "What platforms' goods are"),
    "goods_about": (
        "平台上的商品对应您的产品和每份多少。新一批上架后不用重新对应，会自己用有货的那个。",
        "A platform's goods stand for a product in packs of a size. Offers from a new batch need no new word: whichever has packs left is taken.",
    ),
    "goods_none": (
        "还没有对应过。导入订单时选一次，就会记在这里。",
        "Nothing was said yet. What you choose while importing is kept here.",
    ),
    "goods_now": ("→ {title} × {packs}（每份 {size}）", "→ {title} × {packs} ({size} each)"),
    "goods_left": ("剩 {left} 份", "{left} left"),
    "goods_ended": ("没有在售的", "none open"),
    "goods_is": ("“{title}”是", "“{title}” is"),
    "goods_offer": ("您的哪个商品", "which of your offers"),
    "goods_packs": ("平台上一件等于几份", "packs in one piece"),
    "goods_choose": ("请选择", "choose"),
    "goods_orders": (
        "有 {n} 单已导入、还没装箱，用的是这条对应",
        "{n} orders were imported by this and are not packed yet",
    ),
    "goods_orders_none": (
        "没有已导入、还没装箱的订单用这条对应；已装箱的不受影响。",
        "No order that was imported by this waits to be packed; packed ones stay as they are.",
    ),
    "goods_orders_about": (
        "改了对应，它们不会自己变。勾上“没装箱的订单也一起改”就一起换成新商品：原来留的货退回，新的货留出来，买家付的钱不变。已装箱的不动。",
        "They do not change by themselves. Tick the box to give them the new goods: their packs go back, new ones are taken, and what the buyer paid stays. Packed ones are left alone.",
    ),
    "goods_orders_more": (
        "只看了最早的 {most} 个待装箱订单，还有更多没看。",
        "Only the oldest {most} orders to pack were looked at; there are more.",
    ),
    "goods_orders_tick": ("没装箱的订单也一起改", "change the orders that are not packed, too"),
    "goods_order_now": ("现在：{goods}", "now: {goods}"),
    "goods_save": ("保存", "Save"),
    "goods_forget": ("删除这条对应", "Forget this"),
    "goods_forget_about": (
        "下次导入遇到它会再问您；已导入的订单不变。",
        "The next file with these goods asks again; orders that were imported stay as they are.",
    ),
    "goods_import": ("导入订单", "Import orders"),
    "done_goods": ("已保存。以后导入按新的对应。", "Saved. It counts from the next import on."),
    "done_goods_orders": (
        "已保存，没装箱的订单改了 {n} 单。",
        "Saved; {n} orders that were not packed were changed.",
    ),
    "done_forgotten": ("已删除。下次导入会再问。", "Forgotten. The next import asks again."),
    "goods_changed": ("对应已保存，订单改了 {n} 单。", "The goods are saved; {n} orders were changed."),
    "goods_not_changed": ("{n} 单没改成，原因在下面。", "{n} were not, for the reasons below."),
    "goods_not_reached": (
        "还有 {n} 单来不及改，请再点一次保存。",
        "{n} more were not reached in time; save again.",
    ),
    **{key: IMPORTS[key] for key in ("offer_choice", "offer_gone", "no_offers")},
}  # fmt: skip
