"""Copy of paying for an order, on its own page."""

from .. import TextTable

TEXTS: TextTable = {
    "checking_title": ("正在核对付款。", "Looking for your payment."),
    "ended_title": ("订单已结束。", "The order has ended."),
    "pay_title": ("付款", "Payment"),
    "pay_go": ("去支付 {sum}", "Pay {sum}"),
    "pay_h5": ("点“去支付”会打开微信。付完回到这里，本页自己变成“已付款”。", "Pay opens WeChat. Come back here afterwards: this page then says that it is paid."),
    "pay_jsapi": ("点“去支付”，在微信里付。付完本页自己变成“已付款”。", "Pay opens the payment in WeChat. This page then says that it is paid."),
    "pay_native": ("点“去支付”会出现二维码，用手机微信扫一扫。", "Pay shows a code to scan with WeChat on your phone."),
    "pay_scan": ("用微信扫码支付 {sum}", "Scan with WeChat to pay {sum}"),
    "pay_scan_hint": ("微信里点“扫一扫”。付完不用动，本页自己变成“已付款”。", "Use Scan in WeChat. This page then says by itself that it is paid."),
    "pay_code": ("付款二维码", "Payment code"),
    "pay_in_wechat": ("微信里现在不能直接付：请点右上角 ···，选“在浏览器打开”，再点“去支付”。", "It cannot be paid inside WeChat here. Tap ··· at the top right, open this page in the browser, then tap Pay."),
    "pay_by_code": ("另一部手机扫码", "Scan with another phone"),
    "pay_here": ("在这部手机上付", "Pay on this phone"),
    "pay_done": ("我已付款", "I have paid"),
    "pay_not_yet": ("还没有查到这笔付款。付了的，钱会自己到，稍等再点“我已付款”；没付的，接着付就行，不会付两次。", "Nothing has come yet. If you have paid, wait a moment and tap again; if not, just pay: it is never charged twice."),
    "pay_cancelled": ("您关掉了付款，没有扣钱。要付再点“去支付”。", "You closed the payment; nothing was charged. Tap Pay to go on."),
    "pay_failed": ("微信没有付成。请再点一次“去支付”，或用另一部手机扫码。", "WeChat did not do it. Tap Pay again, or scan with another phone."),
    "not_paid": ("没有付成", "Not paid"),
}  # fmt: skip
