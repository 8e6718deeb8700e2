"""What kill -9 leaves of payments that are under way: between a request to the provider and its
answer, between its word and ours. What it took is an order's payment or goes back, in the end."""

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
import requests

from chalicelib.repositories.tables import ChargeItem
from infra.sandbox import FOLDER
from infra.sandbox.ledger import Book
from tests.conftest import Run
from tests.crowd import at_once
from tests.paying_clients import be_paid_by_the_sandbox, check_money
from tests.people_at_work import Served, books, stopped
from tests.waits import until
from tests.world import Client, Json, World, new_id, ok

CLIENTS = 6


class Buyers:
    """Who order, are asked, and pay, while others of theirs are cancelled or refunded; asked: what
    they know of, paid or not."""

    def __init__(self, world: World, offer: Json) -> None:
        self.world, self.offer = world, offer
        self.asked: list[Json] = []
        self.answers = 0

    def work(self, url: str, n: int) -> None:
        """Until the server does not answer."""
        chance = random.Random(n)
        nobody, seller = Client(url, None), Client(url, self.world.seller.token)
        with suppress(requests.ConnectionError, requests.Timeout):
            while True:
                phone = f"139{n:04}{chance.randrange(10**4):04}"
                body = self.world.order_body(self.offer, 1)
                body["buyer"]["phone"] = phone
                order = ok(nobody.post("/v1/orders", body, new_id()), 201)
                self.asked.append(order)
                self.pay(nobody, order, chance.choice([0, 1, 2]))
                if chance.random() < 0.3:
                    path, why = f"/v1/orders/{order['id']}/cancel", {"reason": "不要了"}
                    seller.post(path, why, new_id())
                self.answers += 1

    def have_done(self, answers: int) -> bool:
        return self.answers >= answers

    def pay(self, nobody: Client, order: Json, times: int) -> None:
        path = f"/v1/orders/{order['id']}/pay?key={order['access_key']}"
        answer = nobody.post(path, {"provider": "wechatpay", "way": "native"})
        if answer.status_code == 201:
            played = {"out_trade_no": answer.json()["out_trade_no"], "times": times}
            ok(nobody.post("/sandbox/wechatpay/pay", played, new_id()))


@pytest.mark.slow
def test_killing_the_api_loses_no_payment(run: Callable[..., Run]) -> None:
    server, chance = run(), random.Random(5)
    world = Served(server)
    buyers = Buyers(world, world.offer(world.passed_batch(quantity=100_000), packs_total=5000))
    for _ in range(3):
        url = server.url()
        be_paid_by_the_sandbox(url, world)
        before, wanted = buyers.answers, chance.randint(10, 40)
        crowd = threading.Thread(
            target=at_once, args=([partial(buyers.work, url, n) for n in range(CLIENTS)],)
        )
        crowd.start()
        until(partial(buyers.have_done, before + wanted))
        server.process.kill()
        server.process.wait()
        crowd.join()
        with stopped(server.folder) as engine:
            kept = books(engine)
        kept.check()
        check_money(kept, server.folder)
        server = run(server.folder)
    url = server.url()
    be_paid_by_the_sandbox(url, world)
    seller = Client(url, world.seller.token)
    for order in buyers.asked:  # what nobody heard of is asked about before it ends
        path = f"/v1/orders/{order['id']}/cancel"
        ok(seller.post(path, {"reason": "不要了"}, new_id()), 200, 409)
    server.end()
    with stopped(server.folder) as engine:
        kept = books(engine)
    kept.check()
    check_money(kept, server.folder)
    taken = {item.doc.id: item.doc.received_fen for item in kept.all(ChargeItem)}
    with Book(server.folder / FOLDER).read() as ledger:
        assert {number: known.paid_fen for number, known in ledger.charges.items()} == {
            number: taken[number] for number in ledger.charges
        }
        assert any(known.paid_fen for known in ledger.charges.values())
