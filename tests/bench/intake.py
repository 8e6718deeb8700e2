"""Importing 10,000 orders of a platform: how long reading and working off take, and each request.

The server is a process of its own, as in use; the bar is a minute for everything.
"""

import sys
import time

from tests.platform_files import as_csv, as_xlsx, mapped, pinduoduo, read, uploaded
from tests.world import ok

from .measure import BenchRow
from .measured import Measured

ORDERS = 10_000
BAR_SECONDS = 60.0


def rows(measured: Measured, orders: int = ORDERS) -> list[BenchRow]:
    """Ours in seconds, against the bar as floor."""
    seller, bench_rows = measured.world.seller, []
    offer = measured.world.offer(
        measured.world.passed_batch(quantity=orders * 40), packs_total=orders * 2
    )
    contents = {
        "CSV": as_csv(pinduoduo(orders)),
        "XLSX": as_xlsx(pinduoduo(orders, start=orders)),
    }
    for kind, content in contents.items():
        print(f"importing {orders:,} orders of a {kind} ...", file=sys.stderr, flush=True)
        began = time.perf_counter()
        import_id = uploaded(seller, content)
        read(seller, import_id)
        mapped(seller, import_id, {"土鸡蛋": offer})
        looked = time.perf_counter() - began
        began = time.perf_counter()
        longest = 0.0
        while True:
            asked = time.perf_counter()
            answer = ok(seller.post(f"/v1/imports/{import_id}/run"))
            longest = max(longest, time.perf_counter() - asked)
            if answer["finished"]:
                break
        assert answer["created"] == orders
        worked = time.perf_counter() - began
        for what, seconds in (("upload and preview", looked), ("work off", worked)):
            bench_rows.append(
                BenchRow(f"{kind}, {orders:,} orders: {what}", [seconds], [BAR_SECONDS], "s")
            )
        bench_rows.append(BenchRow(f"{kind}: longest request", [longest], [29.0], "s"))
    return bench_rows
