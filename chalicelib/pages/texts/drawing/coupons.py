"""Copy about coupons, on the buyer's pages and the seller's."""

from .. import TextTable

TEXTS: TextTable = {
    "worth_off": ("减 {off}", "{off} off"),
    "worth_percent": ("减 {n}%", "{n}% off"),
    "worth_min": ("货款满 {min} 可用", "from {min}"),
    "worth_until": ("用到 {day}", "until {day}"),
    "coupon_thanks": ("送您一张优惠券", "A coupon for your next order"),
    "coupon_code": ("券码", "Code"),
    "coupon_bound": ("只能用您下单的电话用一次。", "For one order, with the phone number of this one."),
    "buy_again": ("再买一箱", "Buy again"),
}  # fmt: skip
