"""The crowd, for Locust: `locust -f tests/load/stream.py`, started by tests.load.stage.

Runs in .venv-load, where neither the app nor the other tests are. What it shall do comes as JSON in
the file that PLAN names; what came of it goes, as JSON, into the file that TOLD names.
"""

import json
import os
import random
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from locust import HttpUser, LoadTestShape, constant_throughput, events, task
from requests.adapters import HTTPAdapter

PLAN: dict[str, Any] = json.loads(Path(os.environ["PLAN"]).read_text())
SECONDS: float = PLAN["seconds"]
CYCLES = 3
"""Each is a quiet half, with a tenth of the clients, and a burst. The first warms the server up."""
JSON_SHARE = 0.1
"""Of the scans that read JSON, as another shop's app does: assumed."""
TRIES = 4
DAMAGED = {"reason": "rotten", "damaged_percent": 30, "description": "坏了几个"}

statuses: Counter[str] = Counter()
placed: list[str] = []
paid: list[str] = []
phases: Counter[str] = Counter()
began = time.monotonic()
visits = 0


class From(HTTPAdapter):
    """From an address of one's own, as limits are counted by address."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *what: Any, **how: Any) -> None:
        super().init_poolmanager(*what, source_address=(self._address, 0), **how)


def bursting() -> bool:
    return (time.monotonic() - began) % (SECONDS / CYCLES) >= SECONDS / CYCLES / 2


class Stream(LoadTestShape):
    use_common_options = False

    def tick(self) -> tuple[int, float] | None:
        done = self.runner.stats.total.num_requests
        if time.monotonic() - began >= SECONDS or done >= PLAN["requests"]:
            return None
        clients: int = PLAN["clients"]
        return (clients if bursting() else max(1, clients // PLAN["peak"])), 100.0


class Viewer(HttpUser):
    """A place in the crowd; each of its visits is another person, on a connection of their own."""

    wait_time = constant_throughput(PLAN["visits_a_second"])

    def on_start(self) -> None:
        if not placed:  # so that a short run has seen every kind of request
            self._arrive()
            self._life(complains=True)

    def on_stop(self) -> None:
        self.client.close()

    @task
    def visit(self) -> None:
        self._arrive()
        (what,) = random.choices(list(PLAN["proportions"]), list(PLAN["proportions"].values()))
        if what == "view":
            self._ask("shop page", "GET", f"/shops/{PLAN['shop']}")
        elif what == "scan":
            self._scan()
        else:
            self._life(complains=random.random() < PLAN["complaints"])

    def _arrive(self) -> None:
        global visits
        visits += 1
        self.client.close()
        address = f"127.{1 + visits // 62_500 % 250}.{visits // 250 % 250}.{1 + visits % 250}"
        self.client.mount("http://", From(address))

    def _scan(self) -> None:
        path = f"/t/{random.choice(PLAN['codes'])}"
        if random.random() < JSON_SHARE:
            self._ask("scan, JSON", "GET", path, accept="application/json")
        else:
            self._ask("scan, page", "GET", path)
        self._ask("scan, counted", "POST", f"{path}/scans", {"device": uuid.uuid4().hex})

    def _life(self, *, complains: bool) -> None:
        """An order from placing to delivery, as its buyer and the seller send it."""
        order = self._ask("order", "POST", "/v1/orders", PLAN["order"] | {"buyer": self._buyer()})
        if order is None:
            return
        placed.append(order["id"])
        path, payment = f"/v1/orders/{order['id']}", {"method": "wechat", "reference": order["id"]}
        payment |= {"paid_fen": order["total_fen"]}
        order = self._ask("payment", "POST", f"{path}/payment", payment, seller=True)
        if order is None:
            return
        paid.append(order["id"])
        batch = order["lines"][0]["batch_ids"][0]
        packed = {"allocations": [{"line": 0, "batch_id": batch, "packs": 1}]}
        parcel = self._ask("pack", "POST", f"{path}/parcels", packed, seller=True)
        if parcel is None:
            return
        code = parcel["code"]
        waybill = {"carrier": "顺丰", "waybill": f"SF{random.randrange(10**12):012}"}
        self._ask("ship", "POST", f"/v1/parcels/{code}/ship", waybill, seller=True)
        if self._ask("deliver", "POST", f"/v1/parcels/{code}/deliver", {}, seller=True) is None:
            return
        PLAN["codes"].append(code)
        if complains:
            self._complain(code)

    def _complain(self, code: str) -> None:
        complaint = self._ask("complaint", "POST", f"/t/{code}/complaints", DAMAGED)
        if complaint is not None:
            path, settled = f"/v1/complaints/{complaint['id']}", {"remedy": "partial_refund"}
            self._ask("answer", "POST", f"{path}/answer", {"message": "对不起"}, seller=True)
            settled |= {"message": "退款"}
            self._ask("settlement", "POST", f"{path}/settle", settled, seller=True)

    def _buyer(self) -> dict[str, Any]:
        return {**PLAN["buyer"], "phone": f"139{random.randrange(10**8):08}"}

    def _ask(
        self,
        kind: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        seller: bool = False,
        accept: str = "text/html,*/*",
    ) -> Any:
        """The answer's JSON ({} for a page); None without a good answer. After a 503 it is asked
        again, with the same Idempotency-Key."""
        headers = {"Accept": accept, "Accept-Language": "zh-CN"}
        if method == "POST":
            headers |= {"Accept": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        if seller:
            headers["Authorization"] = f"Bearer {PLAN['seller']}"
        for _ in range(TRIES):
            phases["burst" if bursting() else "quiet"] += 1
            with self.client.request(
                method,
                path,
                name=kind,
                json=body,
                headers=headers,
                timeout=30,
                allow_redirects=False,
                catch_response=True,
            ) as answer:
                answer.success()  # judged by its status, in stage.py
                if answer.ok:
                    return {} if method == "GET" else answer.json()
                statuses[f"{kind}: {_problem(answer)}"] += 1
                if answer.status_code != 503:
                    return None
            time.sleep(random.uniform(0, 0.2))
        return None


def _problem(answer: Any) -> str:
    """Status and code; a 503 only with its Retry-After."""
    if answer.status_code == 503 and int(answer.headers.get("Retry-After", "0")) >= 1:
        return "503"
    if answer.headers.get("Content-Type", "").startswith("application/problem+json"):
        return f"{answer.status_code} {answer.json()['code']}"
    return f"{answer.status_code} {answer.text[:100]}".strip()


@events.quitting.add_listener
def write_down(environment: Any, **_: Any) -> None:
    stats = environment.stats
    kinds = {
        entry.name: [
            entry.num_requests,
            *(entry.get_response_time_percentile(share) for share in (0.5, 0.9, 0.99)),
        ]
        for entry in stats.entries.values()
    }
    results = {
        "kinds": kinds,
        "statuses": statuses,
        "broken": [error.to_dict() for error in stats.errors.values()],
        "placed": placed,
        "paid": paid,
        "phases": phases,
        "seconds": time.monotonic() - began,
    }
    Path(os.environ["TOLD"]).write_text(json.dumps(results))
