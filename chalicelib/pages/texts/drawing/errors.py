"""Copy of the page that says why something was refused, beyond what texts/shared.py has."""

from .. import TextTable

TEXTS: TextTable = {
    "error_400": ("没能看懂这次请求", "Not understood"),
    "error_409": ("现在不能这样做", "Not possible now"),
    "error_422": ("有内容要改", "Something to correct"),
    "error_photo_on_its_way": ("照片还没传到", "The photo is not here yet"),
    "look_later": ("过些时候再打开这个链接。", "Open this link again later."),
    "what_now": ("接下来", "What you can do"),
    "other_account": ("换一个账号登录。", "Sign in with another account."),
    "other_account_link": ("换账号", "Sign in"),
    "check_address": (
        "核对网址，或从收到的链接、箱上的二维码重新打开。",
        "Check the address, or open it again from its link or the QR code on the box.",
    ),
    "try_again": (
        "稍等几秒再刷新，不会重复提交。",
        "Wait a few seconds and reload; nothing is done twice.",
    ),
    "reload": ("刷新", "Reload"),
    "see_order": ("回到这一箱的订单。", "Go back to the parcel’s order."),
    "to_order": ("回订单", "To the order"),
    "look_up": ("查溯源码", "Look up a code"),
}
