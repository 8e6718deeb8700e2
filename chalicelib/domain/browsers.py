"""Which way of paying fits a browser, by what it says of itself (User-Agent)."""

import re

from .charges import Way

LONGEST = 1000
"""Characters that are looked at: WeChat's name stands behind some two hundred others."""


def is_wechat(agent: str) -> bool:
    """Whether it is WeChat's own, in which no other way of its provider works."""
    return "MicroMessenger/" in agent[:LONGEST]


def way_of(agent: str) -> Way:
    """A phone opens WeChat from its browser; what is no phone shows a code to one."""
    if is_wechat(agent):
        return "jsapi"
    return "h5" if re.search(r"Android|iPhone|iPod|Mobile|Harmony", agent[:LONGEST]) else "native"
