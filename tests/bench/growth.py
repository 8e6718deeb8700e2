"""Latency of a scan and an order among 1,000 and among 100,000 parcels.

Two engines hold the same world; the app's requests go to one and the other in turn, so that both
are measured in the same minutes.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from chalicelib.repositories import connection
from infra.engine import Engine
from tests import bulk
from tests.world import raw_items

from .handler import Handler
from .measure import BenchRow, interleaved, wall
from .measured import Measured

FEW, MANY = 1_000, 100_000


def rows(measured: Measured, many: int = MANY) -> list[BenchRow]:
    small = Engine()
    small.start()
    client = connection.connection().client
    large_url = f"{measured.engine.endpoint}/"
    target = [large_url]

    def send(request: Any, **_: Any) -> None:
        request.url = target[0]

    def at(engine_url: str, act: Callable[[], object]) -> Callable[[], object]:
        def run() -> object:
            target[0] = engine_url
            return act()

        return run

    client.meta.events.register("before-send.dynamodb.*", send)
    try:
        bulk.copy_parcel(measured.parcel, FEW, orders=True)
        items = [f'{{"PutRequest":{{"Item":{json.dumps(raw_item)}}}}}' for raw_item in raw_items()]
        target[0] = f"{small.endpoint}/"
        connection.create_table()
        bulk.write(iter(items), small.endpoint)
        target[0] = large_url
        print(f"writing {many:,} parcels with their orders ...", file=sys.stderr, flush=True)
        bulk.copy_parcel(measured.parcel, many - FEW, orders=True)
        handler = Handler(measured)
        urls = {"few": f"{small.endpoint}/", "many": large_url}
        acts = {
            f"{what} {how}": at(url, act)
            for how, url in urls.items()
            for what, act in (("scan", handler.scan_json), ("order", handler.order))
        }
        timings = interleaved(acts, times=20, rounds=60, clock=wall)
    finally:
        client.meta.events.unregister("before-send.dynamodb.*", send)
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
