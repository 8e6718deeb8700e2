"""Eight buyers and sellers at work on one server, counted, while something happens to it.

people = PeopleAtWork(Served(run()))
people.work(url, answers=100, midway=something)
people.check(books(engine))
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import requests

from chalicelib.repositories.tables import (
    ComplaintItem,
    OrderItem,
    ParcelItem,
    RefundItem,
    key_of,
)
from infra.engine import Engine
from tests.books import Books
from tests.conftest import Run
from tests.crowd import at_once
from tests.world import BUYER, PASSWORD, Client, Json, World, new_id, ok

CLIENTS = 8
TABLE = "shanhuo-table"


class Served(World):
    """A world of a server of its own, reached over HTTP alone."""

    def __init__(self, run: Run) -> None:
        url = run.url()
        accounts = json.loads((run.folder / "demo-accounts.json").read_text("utf-8"))
        self._first: Json = accounts["county"]
        super().__init__(url)

    def account(self, role: str, username: str, **scope: Any) -> Client:
        if role == "county":
            return Client(self.url, ok(self.nobody.post("/v1/sessions", self._first))["token"])
        body = {"username": username, "password": PASSWORD, "role": role, "name": username}
        ok(self.county.put(f"/v1/accounts/{new_id()}", body | scope))
        return Client(self.url, self.token(username))


def books(engine: Engine) -> Books:
    """Read from the engine itself."""
    client = boto3.client(
        "dynamodb",
        endpoint_url=engine.endpoint,
        region_name="cn-north-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    pages = client.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
    return Books(raw for page in pages for raw in page["Items"])


Request = tuple[str, str, str, Json]
"""What it makes, the token or "", the path, the body."""


class Shopper:
    """One after the other: an order, its payment, parcels, scan, complaint, settlement; and again.

    answered: everything that was acknowledged, as (what, answer). A request without an answer is
    kept, with its key, for the next `work`.
    """

    def __init__(self, number: int, world: Served, offer: Json) -> None:
        self.answered: list[tuple[str, Json]] = []
        self.lost = 0
        self._buyer = BUYER | {"phone": f"139{number:08}"}
        self._device = new_id()
        self._world = world
        self._offer = offer
        self._walk = self._life()
        self._now: tuple[Request, str] = (next(self._walk), new_id())

    def _life(self) -> Generator[Request, Json, None]:
        seller = str(self._world.seller.token)
        while True:
            body = self._world.order_body(self._offer, 2, buyer=self._buyer)
            order = yield "order", "", "/v1/orders", body
            path, total = f"/v1/orders/{order['id']}", order["total_fen"]
            payment = {"paid_fen": total, "method": "wechat", "reference": order["id"]}
            order = yield "payment", seller, f"{path}/payment", payment
            batch_id = order["lines"][0]["batch_ids"][0]
            packed = {"allocations": [{"line": 0, "batch_id": batch_id, "packs": 1}]}
            yield "parcel", seller, f"{path}/parcels", packed
            parcel = yield "parcel", seller, f"{path}/parcels", packed
            yield "scan", "", f"/t/{parcel['code']}/scans", {"device": self._device}
            path = f"/t/{parcel['code']}/complaints"
            complaint = yield "complaint", "", path, {"reason": "rotten", "damaged_percent": 40}
            path = f"/v1/complaints/{complaint['id']}/settle"
            settlement = {"remedy": "partial_refund", "message": "退"}
            yield "settlement", seller, path, settlement

    def work(self, url: str, more: Callable[[], bool]) -> None:
        """Until the server does not answer, or there is no more to do."""
        clients = {token: Client(url, token or None) for token in ("", self._world.seller.token)}
        while more():
            (what, token, path, body), key = self._now
            try:
                answer = clients[token].post(path, body, key)
            except (requests.ConnectionError, requests.Timeout):
                self.lost += 1
                return
            if answer.status_code == 503:
                self.lost += 1
                assert answer.headers["Retry-After"]
                return
            self.answered.append((what, ok(answer)))
            self._now = self._walk.send(answer.json()), new_id()


class PeopleAtWork:
    """Shoppers at work on one offer, counted, and something that happens in the midst of it."""

    def __init__(self, world: Served) -> None:
        batch = world.passed_batch(quantity=100_000)
        self.offer = world.offer(batch, packs_total=2400)
        self.shoppers = [Shopper(n, world, self.offer) for n in range(CLIENTS)]

    @property
    def answers(self) -> list[tuple[str, Json]]:
        return [answer for shopper in self.shoppers for answer in shopper.answered]

    def work(self, url: str, answers: int, midway: Callable[[], None]) -> None:
        """So many more answers, if none is lost; after the half of them `midway` is done, and they
        go on until it is.

        In this thread, as an engine ends with the thread that started it.
        """
        start, half, over = len(self.answers), threading.Event(), threading.Event()

        def more() -> bool:
            done = len(self.answers) - start
            if done >= answers // 2:
                half.set()
            return done < answers or not over.is_set()

        with ThreadPoolExecutor(1) as pool:
            tasks = [partial(shopper.work, url, more) for shopper in self.shoppers]
            crowd = pool.submit(at_once, tasks)
            try:
                assert half.wait(120)
                midway()
            finally:
                over.set()
            crowd.result()

    def check(
        self,
        books: Books,
        *,
        answers: list[tuple[str, Json]] | None = None,
        all_answered: bool = False,
    ) -> None:
        """All that was answered, or these answers, is there; all that is there was answered, if
        nothing is open."""
        books.check()
        scans = 0
        for what, answer in self.answers if answers is None else answers:
            if what in {"order", "payment"}:
                order = books.get(OrderItem, key_of("order", answer["id"]))
                assert order is not None
                assert what == "order" or order.doc.paid_at is not None
            elif what == "parcel":
                assert books.get(ParcelItem, key_of("parcel", answer["code"]))
            elif what == "scan":
                scans += 1
            else:
                complaint = books.get(ComplaintItem, key_of("complaint", answer["id"]))
                assert complaint is not None
                if what == "settlement":
                    assert (complaint.state, complaint.doc.refund_fen) == ("settled", 1200)
        assert sum(int(parcel.scans) for parcel in books.all(ParcelItem)) >= scans
        if all_answered:
            tally = Counter(what for what, _ in self.answers)
            assert books.sold(self.offer["id"]) == 2 * tally["order"]
            counts = (OrderItem, "order"), (ParcelItem, "parcel"), (ComplaintItem, "complaint")
            for kind, name in (*counts, (RefundItem, "settlement")):
                assert len(books.all(kind)) == tally[name]
            assert sum(order.paid_at is not None for order in books.orders) == tally["payment"]

    def finish(self, url: str) -> None:
        """Each shopper's lost request is sent again and answered."""
        for shopper in self.shoppers:
            before = len(shopper.answered)
            shopper.work(url, iter([True, False]).__next__)
            assert len(shopper.answered) == before + 1


@contextmanager
def stopped(folder: Path) -> Iterator[Engine]:
    """An engine on the file of a server that has ended."""
    engine = Engine(folder / "shanhuo.db")
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()
