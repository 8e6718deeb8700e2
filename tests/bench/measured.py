"""What is measured: an engine, a server process, a world in it, and one parcel worth scanning."""

import base64
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from infra.engine import Engine, use

if TYPE_CHECKING:
    from tests.world import Json, World

TABLE = "shanhuo-table"


@dataclass
class Measured:
    """Everything is in memory, and gone with it. `offer` has more packs than a run can buy."""

    engine: Engine
    url: str
    world: "World"
    offer: "Json"
    parcel: "Json"

    @property
    def batch_id(self) -> str:
        batch_id: str = self.parcel["allocations"][0]["batch_id"]
        return batch_id


@contextmanager
def measured() -> Iterator[Measured]:
    """Sets this process's environment, once: import chalicelib's settings only inside."""
    engine = Engine()
    engine.start()
    with tempfile.TemporaryDirectory(prefix="shanhuo-bench-") as folder:
        for name in list(os.environ):
            if name.startswith(("SHANHUO_", "AWS_")):
                del os.environ[name]
        os.environ["SHANHUO_DATA"] = folder
        os.environ["SHANHUO_SECRET"] = base64.b64encode(secrets.token_bytes(32)).decode()
        use(engine.endpoint)
        from chalicelib.repositories import connection

        connection.create_table()
        try:
            with _served() as url:
                yield _stocked(engine, url)
        finally:
            engine.stop()


@contextmanager
def _served() -> Iterator[str]:
    """The app on its own server process, so that clients here do not slow it down."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin
        assert server.stdout
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()  # which ends it
            server.wait(10)


def _stocked(engine: Engine, url: str) -> Measured:
    """A parcel as most are when they are scanned: tested three times, certified, delivered."""
    from tests.world import World, product_body

    world = World(url)
    first = product_body()["inspection_plan"]["metrics"][0]
    metrics = [
        first | {"key": key, "name": name, "method": method}
        for key, name, method in (
            (first["key"], first["name"], first["method"]),
            ("chlortetracycline", "金霉素残留量", "GB 31658.6"),
            ("weight", "单枚重量合格率", "GB/T 39438"),
        )
    ]
    product = world.product(inspection_plan={"metrics": metrics})
    batch = world.batch(product_id=product["id"], quantity=1_000_000_000, plot="后山 3 号林地")
    for hours in (50, 26, 2):
        tested = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
        values = [{"metric": metric["key"], "value": 12.5} for metric in metrics]
        world.inspect(batch, tested_at=tested, measurements=values, lab="徽州区农产品质检站")
    world.certify(batch)
    offer = world.offer(batch, packs_total=1_000_000)
    parcel = world.delivered(world.pack(world.paid_order(offer)))
    return Measured(engine, url, world, offer, parcel)


def event(method: str, path: str, headers: dict[str, str], body: Any = None) -> dict[str, Any]:
    """What API Gateway hands to the Lambda."""
    from chalice.local import LambdaEventConverter, RouteMatcher

    from app import app

    sent = None if body is None else json.dumps(body).encode()
    converter = LambdaEventConverter(RouteMatcher(list(app.routes)), app.api.binary_types)
    made: dict[str, Any] = converter.create_lambda_event(
        method,
        path,
        {"content-type": "application/json", "user-agent": "Mozilla/5.0", **headers},
        sent,
    )
    made["requestContext"]["identity"]["sourceIp"] = "203.0.113.7"
    return made
