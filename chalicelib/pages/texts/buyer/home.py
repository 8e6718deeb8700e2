"""Copy of the first page, and of where a code is typed."""

from .. import TextTable

TEXTS: TextTable = {
    "home_title": ("山货溯源", "Shanhuo trace"),
    "home_about": (
        "输入箱上的编码，看谁种的、哪天采的、怎么检测的，有没有召回。",
        "Type the code on the box: who grew it, when it was picked, how it was tested, any recall.",
    ),
    "lookup_about": (
        "编码印在箱上标签的二维码旁：13 位字母和数字。",
        "The code is printed beside the QR code on the label: 13 letters and digits.",
    ),
    "code": ("箱上的编码", "Code on the box"),
    "code_hint": (
        "标签上二维码旁的 13 位，如 K7Q2-M9XW-4B3C-H。不分大小写，横线可不填。",
        "The 13 characters beside the QR code, such as K7Q2-M9XW-4B3C-H. Any case, hyphens optional.",
    ),
    "where_title": ("编码在哪里", "Where it stands"),
    "where_picture": (
        "标签：左边是二维码，编码印在它旁边。",
        "The label: the QR code on the left, the code printed beside it.",
    ),
    "where_scan": (
        "手机相机或微信“扫一扫”对准二维码，不用输入。",
        "Or point your phone’s camera, or WeChat’s Scan, at the QR code: nothing to type.",
    ),
    "shops_title": ("村里的店铺", "Village shops"),
    "shops_none": ("还没有店铺开张。", "No shop is open yet."),
    "shops_more": ("更多店铺", "More shops"),
    "own_title": ("买过东西？", "Bought something?"),
    "own_text": (
        "您的订单在下单后收藏的那个链接里；箱上的码能找售后。",
        "Your order is behind the link that you kept; the code on the box leads to after-sales.",
    ),
    "sign_in": ("县办、驻村干部、卖家登录", "Sign in: county, cadres, sellers"),
}  # fmt: skip
