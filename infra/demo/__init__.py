"""Demo data from the real figures of February and March 2020, loaded as any client's data is.

Places, goods and quantities are those of the public reports; producers and buyers are invented.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from chalicelib.config import CommandRefused, settings
from chalicelib.domain.access import Call
from chalicelib.domain.errors import Refusal
from chalicelib.domain.merchants import NewMerchant
from chalicelib.repositories.merchants import merchant_item
from chalicelib.services.catalogue import village
from chalicelib.services.merchants import put_merchant

from .accounts import ACCOUNTS_FILE, CAST, LINKS_FILE, is_open, open_account, passwords, write
from .acts import Trade
from .catalogue import SHOP
from .clock import TenDays, uid
from .story import all_acts

__all__ = ["be_paid_by", "first_account", "load"]

TRACES = (
    # label, whose parcel
    ("正常 normal", "untouched"),
    ("已召回 recalled", "sanya-mango/2"),
    ("码可能被复制 suspect", "scanned"),
    ("售后处理中 complaint in progress", "case-open"),
    ("还没检测 not yet tested", "untested"),
    ("检测更正过 corrected inspection", "qingyang-apple/3"),
    ("一箱两批 two batches in one parcel", "packed/2"),
)


def load(progress: Callable[[int, int], None], now: datetime | None = None) -> None:
    """Load the story that ends now; what an interrupted load left is kept and completed.

    progress: called with how many acts are done, and how many there are. Raises Refused.
    """
    folder = settings().data
    trade = Trade()
    acts = all_acts(_days(now or datetime.now(UTC)), passwords(folder), trade)
    for done, act in enumerate(acts):
        progress(done, len(acts))
        act.do(act.at)
    write(
        folder / LINKS_FILE,
        {
            "trace": [
                {"label": shown, "path": f"/t/{trade.code_of(sale)}"} for shown, sale in TRACES
            ],
            "shop": {"label": "店铺 shop", "path": f"/shops/{SHOP}"},
        },
    )
    progress(len(acts), len(acts))


def be_paid_by(entered: dict[str, str], now: datetime) -> None:
    """Enter a merchant of the sandbox for the shop, unless the county has entered another."""
    item = merchant_item(SHOP, "wechatpay")
    if item is None or item.doc.mchid == entered["mchid"]:
        body = NewMerchant.model_validate_json(json.dumps(entered))
        put_merchant(Call(CAST.county, now), SHOP, "wechatpay", body)


def first_account(now: datetime) -> None:
    """For an empty start: a county account, from which all others are opened.

    Does nothing once there is one whose password is not in the file: it was opened before, and a
    restored folder may be without the file.
    """
    if not (settings().data / ACCOUNTS_FILE).exists() and is_open("county"):
        return
    password = passwords(settings().data, ["county"])["county"]
    with suppress(CommandRefused):
        open_account("county", password, now)


def _days(now: datetime) -> TenDays:
    """Those of the load that began, so that its second try tells the same story."""
    try:
        began = village(uid("village/huimin")).created_at
    except Refusal:
        return TenDays(now.replace(second=0, microsecond=0))
    fresh = TenDays(now)
    return TenDays(began + (fresh.end - fresh.start))
