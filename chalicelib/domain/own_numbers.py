"""The numbers of our own orders, as people say and type them."""

import re

from .codes import as_meant
from .fields import Instant, china_date


def number_of(order_id: str, now: Instant) -> str:
    """What people say on the phone: the day and eight characters of the id. Not sequential."""
    return f"SH{china_date(now):%Y%m%d}-{order_id.replace('-', '')[-8:].upper()}"


def read_number(scanned: str) -> str | None:
    """A number of ours, however it was typed or scanned; None for what is none."""
    number = as_meant(scanned).upper()
    return number if re.fullmatch(r"SH20[0-9]{6}-[0-9A-F]{8}", number) else None
