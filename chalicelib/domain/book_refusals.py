"""The sentences of refusals that are about bills and months, and what to do about a difference."""

from .day_books import Difference

BOOK_SENTENCES: dict[str, tuple[str, str]] = {
    "bill_not_yet": (
        "支付机构还没有 {day} 的账单：次日 10:00 以后才有。请在北京时间 {at} 以后再取。",
        "The provider has no bill of {day} yet: it comes after 10:00 of the next day."
        " Fetch it after {at}, Beijing time.",
    ),
    "bill_refused": (
        "支付机构不给 {day} 的账单（{reason}）。请核对商户的密钥和权限，再取一次。",
        "The provider refuses the bill of {day} ({reason}). Check the merchant’s keys and what it"
        " may do there, then fetch it again.",
    ),
    "month_closed": (
        "{month} 已经结账，不再改动。要改，请县办先写明原因重新打开。",
        "{month} is closed and stays as it is. To change it, the county office reopens it first,"
        " with a reason.",
    ),
    "month_not_over": (
        "{month} 还没过完，过完才能结账。",
        "{month} is not over; close it afterwards.",
    ),
    "month_not_done": (
        "{month} 还不能结账：{days} 天没对好（{numbers}）。先重新取账单，或把差异的处理写明。",
        "{month} cannot be closed yet: {days} days are not done ({numbers}). Fetch their bills"
        " again, or note how what differs was settled.",
    ),
}

_ADVICE: dict[tuple[str, bool], tuple[str, str]] = {
    # kind, whether it is a refund
    ("not_ours", False): (
        "账单有这笔收款，这里没有。这个商户号若也在别处收款，写明即可；否则在商户平台按单号查是谁付的，核实后退回。",
        "Only the bill has this payment. If the merchant is used elsewhere too, note that; else"
        " look it up on the merchant platform and give it back.",
    ),
    ("not_ours", True): (
        "账单有这笔退款，这里没有。多半是在商户平台直接退的：查明是哪个订单，写明已在外面退过，别再退一次。",
        "Only the bill has this refund. Most likely it was made on the merchant platform: find its"
        " order and note that, so that nobody refunds it twice.",
    ),
    ("not_theirs", False): (
        "这里记了收款，账单没有。先再取一次账单；还没有，在商户平台按单号查，查清前不要发货。",
        "The bill lacks this payment. Fetch it again; if it is still missing, look it up on the"
        " merchant platform, and send nothing before that is clear.",
    ),
    ("not_theirs", True): (
        "这里记了退款，账单没有。先再取一次账单；还没有，在商户平台按退款单号查买家收到没有。",
        "The bill lacks this refund. Fetch it again; if it is still missing, ask the merchant"
        " platform by its number whether the buyer got it.",
    ),
    ("amount", False): (
        "两边收款金额不一样。以商户平台上这一单的金额为准：多收的退回，少收的与买家说明。",
        "The sums differ. What the merchant platform shows of it is what came: give back what is"
        " too much, and talk to the buyer about what is missing.",
    ),
    ("amount", True): (
        "两边退款金额不一样。在商户平台按退款单号核对，少退的补退，多退的写明。",
        "The sums differ. Check it on the merchant platform by its number; refund what is missing,"
        " note what is too much.",
    ),
    ("state", False): (
        "两边对这笔收款的说法不一样。再取一次账单，会再问支付机构；还不一样，到商户平台查这一单。",
        "The two tell this payment differently. Fetch the bill again, which asks the provider once"
        " more; if that mends nothing, look it up on the merchant platform.",
    ),
    ("state", True): (
        "两边对这笔退款的说法不一样。再取一次账单，会再问支付机构；还不一样，到商户平台看钱退到没有，没到就重新退。",
        "The two tell this refund differently. Fetch the bill again, which asks the provider once"
        " more; if that mends nothing, see on the merchant platform whether it arrived, and refund"
        " again if not.",
    ),
}


def advice(difference: Difference) -> tuple[str, str]:
    """What a person can do about it, in both languages."""
    return _ADVICE[difference.kind, difference.out_refund_no is not None]
