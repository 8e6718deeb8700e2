"""The sentences of refusals that are about paying through a provider."""

CHARGE_SENTENCES: dict[str, tuple[str, str]] = {
    "no_merchant": (
        "这家店还没有开通在线付款，请联系卖家付款。",
        "This shop takes no payment here yet; ask the seller how to pay.",
    ),
    "provider_away": (
        "支付机构暂时没有回应，请过 {retry_after} 秒再试；不会重复扣款。",
        "The payment provider does not answer; try again in {retry_after} seconds."
        " Nothing is charged twice.",
    ),
    "payment_refused": (
        "支付机构没有接受这次付款（{reason}）。请换一种付款方式，或联系卖家。",
        "The payment provider did not take it ({reason}). Pay in another way, or ask the seller.",
    ),
    "too_many_charges": (
        "这个订单已打开过多次付款。请在已打开的页面里付，或稍后再试。",
        "This order was opened for payment too often; pay where it is open, or try again later.",
    ),
    "forged_notification": (
        "通知的签名、时间或商户不对，没有采用。",
        "The notification's signature, time or merchant is not right; it was not taken.",
    ),
    "transfer_used": (
        "这个转账单号已登记给订单 {number} 的退款，没有再登记；"
        "同一笔转账退了两笔时写 same_transfer: true。",
        "This transfer already paid a refund of order {number}; nothing was recorded."
        " Send same_transfer: true if it paid both.",
    ),
}

NOT_PAYABLE: dict[str, tuple[str, str]] = {
    "online": (
        "这个订单已由{method}收到 {money}，没有再登记。您另外收到的钱请退给买家。",
        "{method} took {money} for this order already; nothing was recorded."
        " Pay back what else you received.",
    ),
    "by_hand": (
        "这个订单已登记收款 {money}（{method}），没有再登记。您又收到的钱请退给买家。",
        "{money} ({method}) are recorded for this order already; nothing was recorded."
        " Pay back what you received beside it.",
    ),
    "expired": (
        "这个订单过了付款期限，货已放回去卖，没有登记。收到的钱请退给买家，请买家重新下单。",
        "This order was not paid in time and its goods are on sale again; nothing was recorded."
        " Pay the money back, and ask the buyer to order anew.",
    ),
    "cancelled": (
        "这个订单已取消，没有登记。收到的钱请退给买家。",
        "This order is cancelled; nothing was recorded. Pay back what you received.",
    ),
}
"""Said instead of "not_allowed_now" to a shop that records a payment, by what happened before."""
