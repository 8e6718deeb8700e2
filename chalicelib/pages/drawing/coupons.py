"""What a coupon is worth, in words."""

from markupsafe import Markup

from chalicelib.domain.coupons import Coupon

from ..texts import Words
from . import formats


def worth(coupon: Coupon, words: Words) -> Markup:
    """减 ¥5.00 · 货款满 ¥30.00 可用 · 用到 2026-12-31."""
    if coupon.off_fen is not None:
        parts = [words("worth_off", off=formats.money(coupon.off_fen))]
    else:
        parts = [words("worth_percent", n=coupon.percent)]
    if coupon.min_total_fen:
        parts.append(words("worth_min", min=formats.money(coupon.min_total_fen)))
    parts.append(words("worth_until", day=formats.day(coupon.expires_on, words.language)))
    return Markup(" · ").join(parts)
