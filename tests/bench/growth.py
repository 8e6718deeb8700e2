"""Latency of a scan and an order among 1,000 and among 100,000 parcels.

Two engines hold the same world; the app's requests go to one and the other in turn, so that both
are measured in the same minutes.
"""

import json
import sys
from collections.abc import Callable
from typing import Any, cast

from chalicelib.repositories import connection
from chalicelib.wire.client import Wire
from infra.engine import Engine
from tests import bulk
from tests.seam import leading_to
from tests.world import raw_items

from .handler import Handler
from .measure import BenchRow, interleaved, wall
from .measured import Measured

FEW, MANY = 1_000, 100_000


def rows(measured: Measured, many: int = MANY) -> list[BenchRow]:
    small = Engine()
    small.start()
    shared = connection.connection()
    usual = shared._client
    small_wire, large_wire = leading_to(small.endpoint), leading_to(measured.engine.endpoint)

    def at(engine: Wire, act: Callable[[], object]) -> Callable[[], object]:
        def run() -> object:
            ask(engine)
            return act()

        return run

    def ask(engine: Wire) -> None:
        shared._client = cast("Any", engine)

    try:
        bulk.copy_parcel(measured.parcel, FEW, orders=True)
        items = [f'{{"PutRequest":{{"Item":{json.dumps(raw_item)}}}}}' for raw_item in raw_items()]
        ask(small_wire)
        connection.create_table()
        bulk.write(iter(items), small.endpoint)
        ask(large_wire)
        print(f"writing {many:,} parcels with their orders ...", file=sys.stderr, flush=True)
        bulk.copy_parcel(measured.parcel, many - FEW, orders=True)
        handler = Handler(measured)
        acts = {
            f"{what} {how}": at(engine, act)
            for how, engine in (("few", small_wire), ("many", large_wire))
            for what, act in (("scan", handler.scan_json), ("order", handler.order))
        }
        timings = interleaved(acts, times=20, rounds=60, clock=wall)
    finally:
        shared._client = usual
        small_wire.close()
        large_wire.close()
        small.stop()
    return [
        BenchRow(
            f"{what} among {many:,} parcels: latency against {FEW:,}",
            timings[f"{what} many"],
            timings[f"{what} few"],
            "ms",
            1.2,
        )
        for what in ("scan", "order")
    ]
