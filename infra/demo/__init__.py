"""Demo data from the real figures of February and March 2020, loaded as any client's data is.

Places, goods and quantities are those of the public reports; producers and buyers are invented.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from chalicelib.config import CommandRefused, settings
from chalicelib.domain.errors import Refusal
from chalicelib.services.catalogue import village
from chalicelib.services.charges import ask_payments
from infra.sandbox import Sandbox

from .accounts import ACCOUNTS_FILE, LINKS_FILE, is_open, open_account, passwords, write
from .acts import Trade, be_paid_by
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


ARRIVES_AFTER = timedelta(hours=20)
"""A refund: the provider says one to three days."""


def load(
    progress: Callable[[int, int], None], sandbox: Sandbox, now: datetime | None = None
) -> None:
    """Load the story that ends now; what an interrupted load left is kept and completed.

    progress: called with how many acts are done, and how many there are. sandbox: must be served,
    as buyers pay by it. Raises Refused.
    """
    folder, now = settings().data, now or datetime.now(UTC)
    acts = all_acts(_days(now), passwords(folder), trade := Trade(sandbox))
    for done, act in enumerate(acts):
        progress(done, len(acts))
        act.do(act.at)
    sandbox.give_back(ARRIVES_AFTER)
    ask_payments(now)
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
