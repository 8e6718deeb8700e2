"""Copy of the desk's page of the shop itself."""

from .. import TextTable

TEXTS: TextTable = {
    "shop_title": ("店铺和联系方式", "Shop and contact"),
    "shop_text": (
        "买家在店铺页、订单页、售后页和溯源页看到这些。改了以后，十秒内处处都是新的。",
        "Buyers see this on the shop, order, claim and trace pages. A change is everywhere within ten seconds.",
    ),
    "shop_phone": ("电话", "Phone"),
    "shop_phone_hint": (
        "手机、座机（0559-1234567）或 400 电话都行；分机写在后面，如 0559-1234567-12。",
        "A mobile, a landline (0559-1234567) or a 400 number; an extension stands behind it: 0559-1234567-12.",
    ),
    "shop_wechat": ("微信号", "WeChat id"),
    "shop_wechat_hint": (
        "微信里“我”下面那一行；没有设过的，填微信绑定的手机号。",
        "As it stands under “Me” in WeChat; without one, the mobile number of your WeChat.",
    ),
    "shop_hours": ("什么时候有人接", "When somebody answers"),
    "shop_hours_hint": ("如：每天 8:00–20:00", "Such as: every day 8:00–20:00"),
    "shop_returns": ("退货地址", "Address for returns"),
    "shop_returns_hint": (
        "写全收件人、电话和地址。只给有订单或售后链接的买家看。",
        "With the name, the phone and the address. Only buyers with the link of an order or a claim see it.",
    ),
    "shop_label": ("标签上印收件人吗", "The receiver on labels"),
    "shop_label_none": ("不印", "Nothing"),
    "shop_label_masked": ("印订单尾号和姓，如：订单 4F2A90BC 王**", "The order’s end and the masked surname: Order 4F2A90BC W**"),
    "shop_label_hint": (
        "装箱时好对上快递面单。标签谁都看得到，所以只印姓；买家的资料删除后不再印。",
        "So that the box finds its waybill on the bench. Everybody can read a label, so it has no more than this; nothing once the buyer was erased.",
    ),
    "shop_seen": ("买家现在看到的：", "What buyers see now:"),
    "shop_page": ("看店铺页", "Shop page"),
    "shop_save": ("保存", "Save"),
    "done_contact": ("已保存，买家看到的已换成新的。", "Saved: buyers see the new contact."),
    "online_title": ("在线付款", "Paying online"),
    "online_since": ("微信支付：{when} 起可用", "WeChat Pay, since {when}"),
    "online_stopped": ("微信支付：县办已停收新付款", "WeChat Pay: the county takes no new payments"),
    "online_none": ("没有开通。请县办录入微信支付商户号。", "Not yet: the county has to enter the shop’s WeChat Pay account."),
}  # fmt: skip
