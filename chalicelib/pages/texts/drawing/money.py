"""Where refunded money is: the same sentences for buyer, shop and county."""

TEXTS: dict[str, tuple[str, str]] = {
    "money_recorded": ("{sum}，卖家将退", "{sum}: the seller will pay it back"),
    "money_platform": ("{sum}，由平台退回", "{sum}: the platform pays it back"),
    "money_sent": (
        "{sum}，卖家 {when} 已打款（{method}）",
        "{sum}: the seller paid it back {when} ({method})",
    ),
    "money_sending": ("{sum}，正在提交退款", "{sum}: the refund is being sent"),
    "money_requested": (
        "{sum}，退款已提交，1-3 天到账",
        "{sum}: the refund is under way, 1 to 3 days",
    ),
    "money_returned": ("{sum}，{when} 已到账", "{sum}: arrived {when}"),
    "money_failed": (
        "{sum}，退款没有到账，卖家正在处理",
        "{sum}: the refund did not arrive; the seller is dealing with it",
    ),
    "arrived": ("{sum} 已到账", "{sum} has arrived"),
    "arrived_sent": ("{sum}，卖家已打款", "{sum}: the seller paid it back"),
    "comma": ("；", "; "),
    "standing_row": ("付款", "Payment"),
    "standing_free": ("不用付款。", "Nothing is to be paid."),
    "standing_unpaid": (
        "还没有付款：{sum}，请在 {when} 前付。",
        "Not paid yet: {sum}, due by {when}.",
    ),
    "standing_paying": (
        "正在付款：{sum} 还没有到，可以付到 {when}。",
        "Being paid: {sum} has not arrived yet; there is time until {when}.",
    ),
    "standing_overdue": (
        "付款时间已过，正在向支付机构核对；晚到的钱，货还在就照常发货，不在就自动原路退回。",
        "The time to pay is over, and the provider is being asked. Money that comes late still"
        " buys the goods if they are there, and else goes back by itself.",
    ),
    "standing_expired": (
        "没有按时付款，订单已取消；晚到的钱，货还在就照常发货，不在就自动原路退回。",
        "Not paid in time, so it has ended. Money that comes late still buys the goods if they"
        " are there, and else goes back by itself.",
    ),
    "standing_expired_plain": (
        "没有按时付款，订单已取消。",
        "Not paid in time, so it has ended.",
    ),
    "standing_cancelled": ("已取消，没有付过款。", "Cancelled; nothing was paid."),
    "standing_paid": ("已付款 {paid}。", "Paid: {paid}."),
    "standing_revived": (
        "付款晚到了，货还在，订单照常：已付 {paid}。",
        "Paid late, but the goods were there, so it goes on: {paid}.",
    ),
    "standing_refunding": ("已付款 {paid}，退款中：{back}。", "Paid: {paid}. Refund: {back}."),
    "standing_refunded": ("已付款 {paid}，退款 {back}。", "Paid: {paid}. Refund: {back}."),
    "standing_sent_back": (
        "{why}，钱原路退回：{back}。",
        "The money goes back, as {why}: {back}.",
    ),
    "money_row": ("退款", "Refund"),
    "money_beside": ("退回的款", "Sent back"),
    "beside_row": ("{why}，原路退回：{back}", "{back}, as {why}"),
    "beside_twice": ("订单已付过", "the order was paid already"),
    "beside_late": ("付款时订单已过期", "the order had expired"),
    "beside_cancelled": ("付款时订单已取消", "the order was cancelled"),
    "beside_amount": ("付的金额与订单不符", "another sum was paid than the order's"),
    "failure_no_balance": (
        "商户号余额不足：请充值后重试",
        "the merchant's balance is too low: put money there, then try again",
    ),
    "failure_closed": (
        "支付机构已关闭这笔退款：请重试",
        "the provider has closed it: try again",
    ),
    "failure_abnormal": (
        "买家收款账户异常：请在商户平台处理，完成后这里会自己变",
        "the buyer's account takes no money: deal with it at the provider, then this follows",
    ),
    "failure_no_merchant": (
        "没有收这笔款的商户密钥：请县办补录后重试",
        "no keys are left of the merchant who was paid: the county enters them, then try again",
    ),
    "failure_other_amount": (
        "支付机构退了另一个金额：请在商户平台核对",
        "the provider gave back another sum: look there",
    ),
    "failure_refused": (
        "支付机构没有接受：请在商户平台查看原因后重试",
        "the provider refused it: look there why, then try again",
    ),
}

METHODS: tuple[tuple[str, str], ...] = (
    ("微信支付", "WeChat Pay"),
    ("支付宝", "Alipay"),
    ("银行转账", "Bank transfer"),
    ("对公转账", "Company transfer"),
    ("现金", "Cash"),
)
"""How people pay by hand, as the ledger names it."""
PROVIDERS = (("wechatpay", "微信支付", "WeChat Pay"),)
"""Those by whom a buyer pays here, as the ledger names them."""
