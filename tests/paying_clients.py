"""Clients whose buyers pay through the sandbox too, while that lies, repeats itself, delays and is
away; and what must hold of its money at every moment."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from chalicelib.repositories.tables import ChargeItem, RefundItem
from infra.sandbox import FOLDER
from infra.sandbox.ledger import Book
from tests.books import Books
from tests.client_tasks import BusyClient
from tests.sending import Task
from tests.world import Client, Json, World, ok

OFTEN = 0.35
"""How much of what they do is about a payment."""
MOODS = ["well"] * 8 + ["away", "html", "busy", "failing", "tampering", "unsigned"]
"""slow is left out: all clients would wait for one answer."""
REFUNDS = ["return"] * 4 + ["abnormal", "closed", "no_balance", "never"]
ENDED = {"not_allowed_now", "payment_refused"}


class PayingClient(BusyClient):
    """asked: its orders that were taken to the provider, with the number there."""

    def __init__(self, *what: Any) -> None:
        super().__init__(*what)
        self.asked: list[Json] = []

    def choose(self) -> Task:
        if self.chance.random() < OFTEN:
            (make,) = self.chance.choices(list(PAYING), list(PAYING.values()))
            task = make(self)
            if task is not None:
                return task
        return super().choose()

    def start(self) -> Task | None:
        """Of an order that waits, or of one that was taken there before, in this way or another."""
        again = bool(self.asked) and self.chance.random() < 0.3
        order = self.one_of(self.asked if again else self.placed)
        if order is None:
            return None
        body = {"provider": "wechatpay", "way": self.chance.choice(["native", "h5"])}
        path = f"/v1/orders/{order['id']}/pay?key={order['access_key']}"

        def then(answer: Json) -> None:
            self.asked.append(order | {"out_trade_no": answer["out_trade_no"]})

        may = ENDED | {"too_many_charges", "too_many"}
        back = (lambda: self.asked.append(order)) if again else (lambda: None)
        return self.task("start", self.nobody, "POST", path, body, may=may, then=then, undone=back)

    def pay_there(self) -> Task | None:
        if not self.asked:
            return None
        order = self.chance.choice(self.asked)
        body: Json = {
            "out_trade_no": order["out_trade_no"],
            "times": self.chance.choice([0, 1, 1, 1, 2, 16]),
        }
        if self.chance.random() < 0.1:
            body["amount_fen"] = order["total_fen"] + self.chance.choice([-1, 1])
        if self.chance.random() < 0.2:
            body["delay_seconds"] = self.chance.choice([0.5, 2, 90])
        return self.task("pay there", self.nobody, "POST", "/sandbox/wechatpay/pay", body)

    def ask(self) -> Task | None:
        """Once it is paid, it is packed and sent like any other."""
        order = self.one_of(self.asked)
        if order is None:
            return None

        def then(answer: Json) -> None:
            known = self.paid if answer["state"] == "paid" else self.asked
            if answer["state"] in {"paid", "pending_payment"}:
                known.append(order | answer)

        path = f"/v1/orders/{order['id']}"
        return self.task("ask", self.seller, "GET", path, then=then)

    def cancel_asked(self) -> Task | None:
        order = self.one_of(self.asked)
        if order is None:
            return None
        path = f"/v1/orders/{order['id']}/cancel"
        body = {"reason": "不要了"}
        return self.task("cancel", self.seller, "POST", path, body, may={"not_allowed_now"})


PAYING: dict[Callable[[PayingClient], Task | None], int] = {
    PayingClient.start: 6,
    PayingClient.pay_there: 8,
    PayingClient.ask: 5,
    PayingClient.cancel_asked: 1,
}


def be_paid_by_the_sandbox(url: str, world: World) -> None:
    """url: where its server is reached now."""
    body = ok(Client(url, None).get("/sandbox/wechatpay/merchant"))
    path = f"/v1/shops/{world.shop_id}/merchants/wechatpay"
    ok(Client(url, world.county.token).put(path, body))


@contextmanager
def moody(url: str, seed: int) -> Iterator[None]:
    """The provider answers in another way every moment; in the end it is well."""
    over, chance = threading.Event(), random.Random(seed)

    def play(does: str, value: str) -> None:
        form = {"do": does, "value": value}
        requests.post(f"{url}/sandbox/play", data=form, timeout=60).raise_for_status()

    def change() -> None:
        while not over.wait(chance.uniform(0.2, 0.8)):
            play("mood", chance.choice(MOODS))
            play("refunds", chance.choice(REFUNDS))

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        play("mood", "well")
        play("refunds", "return")


def check_money(books: Books, folder: Path) -> int:
    """What is written here is what the provider holds, or will be asked about; what came there.

    That it adds up here, is in `Books.check`. folder: of the server's data. Raises AssertionError.
    """
    with Book(folder / FOLDER).read() as ledger:
        charges = {item.doc.id: item.doc for item in books.all(ChargeItem)}
        assert ledger.charges.keys() <= charges.keys(), "it was asked before it was written"
        for number, known in ledger.charges.items():
            charge = charges[number]
            if charge.received_fen != known.paid_fen:
                assert (charge.received_fen, charge.next_ask_at is not None) == (0, True), charge
        refunds = {item.doc.number: item.doc for item in books.all(RefundItem) if item.doc.number}
        for number, back in ledger.refunds.items():
            if number in refunds:
                assert (refunds[number].charge_id, refunds[number].amount_fen) == (
                    back.charge,
                    back.amount_fen,
                )
            else:
                assert back.status == "CLOSED", f"{number} goes back and nobody knows"
        for charge_id, charge in charges.items():
            sums = [
                back.amount_fen
                for back in ledger.refunds.values()
                if back.charge == charge_id and back.status != "CLOSED"
            ]
            assert sum(sums) <= charge.received_fen, "more went back than came"
        return sum(known.paid_fen for known in ledger.charges.values())
