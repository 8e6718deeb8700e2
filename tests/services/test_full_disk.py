"""The engine's file may not grow any more, while 16 clients are at work; then there is room again.

By a limit on the size of the engine's files (RLIMIT_FSIZE), which needs no root and no disk.
"""

import resource
from collections.abc import Callable
from functools import partial

from infra.engine import Engine
from tests.busy_clients import BusyClients
from tests.client_tasks import PAY_MINUTES
from tests.conftest import Run
from tests.people_at_work import Served, books
from tests.services.test_faults import told_to_come_back
from tests.world import ok

LITTLE, NOTHING = 64 * 1024, 4096
"""Bytes of each of the engine's files that can still be written: the log begins again from time to
time, so with a little room some writes succeed; with a page, none."""


def limit(engine: Engine, size: int) -> None:
    assert engine.pid is not None
    resource.prlimit(engine.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_full_disk_loses_nothing_and_says_come_back(
    file_engine: Callable[[], Engine], run: Callable[..., Run]
) -> None:
    engine = file_engine()
    server = run(DYNAMODB_ENDPOINT=engine.endpoint, SHANHUO_PAY_MINUTES=str(PAY_MINUTES))
    world = Served(server)
    busy = BusyClients(world, 3)
    busy.work(64)
    busy.work(64, midway=partial(limit, engine, LITTLE))
    limit(engine, NOTHING)
    told_to_come_back(world.nobody.post("/v1/orders", world.order_body(busy.shared.offers[0])))
    ok(world.nobody.get(f"/v1/shops/{world.shop_id}/offers"), 200)
    busy.work(16)
    assert busy.outcomes["503"] > 0
    limit(engine, resource.RLIM_INFINITY)
    busy.work(32)
    busy.finish()
    engine.kill()
    engine.start()
    busy.check(books(engine))
