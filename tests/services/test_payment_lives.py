"""Whatever a buyer, a shop, the clock and a provider do, in whatever order: what came is an order's
payment or goes back, at every moment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from chalicelib.domain.access import Actor, Call
from chalicelib.domain.charges import NewCharge
from chalicelib.domain.errors import Refusal
from chalicelib.domain.payments import Cancellation, Payment
from chalicelib.domain.refunds import NewRefund, SentRefund
from chalicelib.repositories.tables import ChargeItem
from chalicelib.services import charges, payments, refunds
from chalicelib.steps import refunding, settling
from tests.beginnings import begun
from tests.books import Books
from tests.conftest import new_table
from tests.provider import MCHID, FakeProvider, answering, enter_merchant
from tests.services.test_payment_races import check
from tests.world import Json, World, new_id

Step = tuple[str, int]
WHAT = [
    *("order", "start", "start", "buyer pays", "buyer pays", "pays another sum"),
    *("provider tells", "provider tells", "chore", "expire", "cancel", "by hand", "refund", "sent"),
    *("money arrives", "refund closed", "abnormal", "retry", "away", "deaf", "back", "time"),
]
SOLD_MEANWHILE: list[Step] = [
    *(("time", 2), ("expire", 0), ("order", 0), ("order", 0), ("order", 0)),
    *(("buyer pays", 0), ("provider tells", 0), ("chore", 0), ("money arrives", 1)),
]
"""Money that comes when the packs are gone."""
REFUSED = {
    *("not_allowed_now", "provider_away", "too_many_charges", "out_of_stock", "payment_refused"),
    *("exceeds_refundable", "too_many", "too_many_unpaid"),
    *("transfer_used", "different_content"),
}


class Counter:
    """Where money comes in, with a clock of its own."""

    def __init__(self, world: World, provider: FakeProvider) -> None:
        self.world, self.provider = world, provider
        self.offer = world.offer(packs_total=3)
        self.orders: list[Json] = []
        self.now = datetime.now(UTC)

    def call(self, who: str = "seller") -> Call:
        self.now += timedelta(seconds=1)
        if who != "seller":
            return Call(Actor(id=who), self.now)
        return Call(Actor(id=who, role="seller", shop_id=self.world.shop_id), self.now, new_id())

    def run(self, what: str, which: int) -> None:
        """Most steps are refused in some state; none may break."""
        try:
            self._run(what, which)
        except Refusal as refusal:
            if refusal.code not in REFUSED:
                raise

    def _run(self, what: str, which: int) -> None:
        provider = self.provider
        if what == "order":
            if len(self.orders) < 4:
                number = f"139{len(self.orders):08}"
                body = self.world.order_body(self.offer)
                body["buyer"]["phone"] = number
                answer = self.world.nobody.post("/v1/orders", body, new_id())
                if answer.ok:
                    self.orders.append(answer.json())
        elif what == "away":
            provider.away |= {("start", "query", "close", "refund", "query_refund")[which % 5]}
        elif what == "deaf":
            provider.deaf |= {("start", "close", "refund")[which % 3]}
        elif what == "back":
            provider.away.clear()
            provider.deaf.clear()
        elif what == "time":
            self.now += timedelta(minutes=(1, 5, 40, 3000)[which % 4])
        elif what == "chore":
            charges.ask_payments(self.call().now)
        elif what == "expire":
            payments.expire_unpaid(self.call().now)
        elif what in {"money arrives", "refund closed", "abnormal"}:
            self._refund_moves(what, which)
        elif what in {"buyer pays", "pays another sum", "provider tells"}:
            self._charge_moves(what, which)
        elif self.orders:
            self._with(self.orders[which % len(self.orders)], what, which)

    def _charge_moves(self, what: str, which: int) -> None:
        numbers = list(self.provider.charges)
        if not numbers:
            return
        number = numbers[which % len(numbers)]
        if what == "provider tells":
            settling.settle(self.call("wechatpay"), self.provider.charges[number].report)
        else:
            self.provider.pay(number, 1234 if what == "pays another sum" else None)

    def _refund_moves(self, what: str, which: int) -> None:
        numbers = list(self.provider.refunds)
        if not numbers:
            return
        number = numbers[which % len(numbers)]
        if self.provider.refunds[number].report.state in {"returned", "closed"}:
            return
        state: Any = {"money arrives": "returned", "refund closed": "closed"}.get(what, "abnormal")
        report = self.provider.give_back(number, state)
        if which % 2:
            refunding.settle(self.call("wechatpay"), report, MCHID)

    def _with(self, order: Json, what: str, which: int) -> None:
        order_id = order["id"]
        acts: dict[str, Callable[[], Any]] = {
            "start": lambda: charges.start(
                self.call(),
                order_id,
                NewCharge(provider="wechatpay", way=("native", "h5")[which % 2]),
                None,
                "203.0.113.7",
            ),
            "cancel": lambda: payments.cancel(self.call(), order_id, Cancellation(reason="不要了")),
            "by hand": lambda: payments.pay(
                self.call(),
                order_id,
                Payment(paid_fen=order["total_fen"], method="wechat", reference=new_id()),
            ),
            "refund": lambda: refunds.put(
                self.call(), order_id, new_id(), NewRefund(amount_fen=700, reason="坏了")
            ),
            "retry": lambda: self._retry(order_id, which),
            "sent": lambda: self._sent(order_id, which),
        }
        acts[what]()

    def _retry(self, order_id: str, which: int) -> None:
        page, _ = refunds.refunds(self.call(), order_id, 20, None)
        if page.items:
            refunds.retry(self.call(), order_id, page.items[which % len(page.items)].doc.id)

    def _sent(self, order_id: str, which: int) -> None:
        page, _ = refunds.refunds(self.call(), order_id, 20, None)
        if page.items:
            transfer = SentRefund(method="现金", reference=f"20261201-{which:04}")
            refund = page.items[which % len(page.items)].doc
            refunds.sent(self.call(), order_id, refund.id, transfer)


@settings(max_examples=40, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.tuples(st.sampled_from(WHAT), st.integers(0, 30)), min_size=10, max_size=40))
@example(SOLD_MEANWHILE)
def test_what_came_is_a_payment_or_goes_back_at_every_moment(
    http_server: str, steps: list[Step]
) -> None:
    new_table()
    with answering(FakeProvider()) as provider:
        world = begun(World, http_server)
        enter_merchant(world)
        counter = Counter(world, provider)
        for what, which in [("order", 0), ("start", 0), *steps]:
            counter.run(what, which)
            check(provider)
        counter.run("back", 0)
        for _ in range(3):
            counter.run("time", 3)
            counter.run("expire", 0)
            counter.run("chore", 0)
            check(provider)
        assert all_taken_in(provider)


def all_taken_in(provider: FakeProvider) -> bool:
    """In the end nothing that the provider holds is unknown here."""
    taken = {item.doc.id: item.doc.received_fen for item in Books.read().all(ChargeItem)}
    return all(
        taken[number] == known.report.amount_fen
        for number, known in provider.charges.items()
        if known.report.state == "succeeded"
    )
