"""What holds when many do the same thing at the same moment, on the real engine.

After each race the books (tests/books.py) are checked over the whole table.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import requests
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chalicelib.domain.access import PUBLIC, Actor, Call
from chalicelib.domain.batches import WrittenReason
from chalicelib.domain.certificates import NewCertificate
from chalicelib.domain.errors import Refusal
from chalicelib.domain.orders import NewOrder, Order
from chalicelib.domain.payments import Cancellation, Payment
from chalicelib.repositories import connection
from chalicelib.repositories.tables import CertificateItem, CustomerItem, RefundItem
from chalicelib.services import certificates, offers, orders, payments
from chalicelib.steps.numbers import MOST_ALIKE
from tests.books import Books
from tests.crowd import SharedClient, at_once, outcomes
from tests.services.same import SAMES, Same, stock
from tests.world import BUYER, Client, Json, World, drop_table, inspection_body, new_id, ok

HOME = "203.0.113.7"
LATER = timedelta(hours=1)
"""Past the time in which an order must be paid."""


@pytest.fixture(autouse=True)
def _books(table: None) -> Iterator[None]:
    yield
    Books.read().check()


def now() -> datetime:
    return datetime.now(UTC)


def buyer(number: int) -> Json:
    return BUYER | {"phone": f"139{number:08}"}


def buy(who: Client, world: World, offer: Json, number: int, packs: int = 1) -> requests.Response:
    """An order of a buyer of its own number."""
    return who.post("/v1/orders", world.order_body(offer, packs, buyer=buyer(number)), new_id())


def state_after(act: Callable[[], Order]) -> str:
    """Of the order, or the code of what refused it."""
    try:
        return act().state
    except Refusal as refusal:
        return refusal.code


def packs_left(world: World, offer: Json) -> int:
    left: int = ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["packs_left"]
    return left


# --- never more on paper than there is -----------------------------------------------------------


def test_certificates_issued_at_once_cover_no_more_than_the_batch(world: World) -> None:
    batch = world.passed_batch()  # of 1000
    cadre = Actor(id="cadre", role="cadre", village_ids=(world.village_id,))

    def issue(_: int) -> str:
        body = NewCertificate(basis="self_tested", quantity=300, contact="0559-1234567")
        try:
            certificates.issue(Call(cadre, now()), batch["id"], new_id(), body)
        except Refusal as refusal:
            return refusal.code
        return "issued"

    came_of_it = Counter(at_once([partial(issue, n) for n in range(12)]))
    assert came_of_it == {"issued": 3, "exceeds_uncertified": 9}


def test_a_quantity_lowered_while_it_is_certified_and_offered_stays_above_both(
    world: World,
) -> None:
    """Whatever comes first: what is on paper and what is on offer is there in the end."""
    batch = world.passed_batch()  # of 1000
    cadre = SharedClient(world.cadre)
    path = f"/v1/batches/{batch['id']}"
    certificate = {"basis": "self_tested", "quantity": 400, "contact": "0559-1234567"}
    less = {"quantity": 500, "reason": "少了"}
    answers = at_once(
        [
            *[lambda: cadre.put(f"{path}/certificates/{new_id()}", certificate)] * 4,
            *[lambda: cadre.post(f"{path}/quantity", less, new_id())] * 4,
            *[
                lambda: SharedClient(world.seller).put(
                    f"/v1/offers/{new_id()}", world.offer_body(batch)
                )
            ]
            * 6,
        ]
    )
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    after = ok(world.cadre.get(path))
    paper = sum(item.doc.quantity for item in Books.read().all(CertificateItem))
    assert paper <= after["quantity"]
    offered = sum(
        200 for answer in answers if answer.status_code == 201 and "packs_left" in answer.json()
    )
    assert offered + after["available_quantity"] == after["quantity"]


# --- never oversold ------------------------------------------------------------------------------


def test_300_buyers_get_exactly_the_100_packs_there_are(world: World) -> None:
    _, offer = stock(world, 100)
    answers = at_once(
        [partial(buy, SharedClient(world.nobody), world, offer, n) for n in range(300)]
    )
    assert outcomes(answers) == {"201": 100, "out_of_stock": 200}
    assert packs_left(world, offer) == 0
    assert Books.read().sold(offer["id"]) == 100


@pytest.mark.parametrize(("total", "packs"), [(1200, 16), (2500, 25)], ids=["2 slots", "3 slots"])
def test_an_offer_over_several_slots_sells_out_to_the_last_pack(
    world: World, total: int, packs: int
) -> None:
    """No slot is a multiple of an order, so the last ones take from two, or from all three."""
    _, offer = stock(world, total)
    everyone, wanted = SharedClient(world.seller), range(total // packs + 30)  # nobody buys as much
    answers = at_once([partial(buy, everyone, world, offer, n, packs) for n in wanted])
    assert outcomes(answers) == {"201": total // packs, "out_of_stock": 30}
    assert packs_left(world, offer) == 0
    books = Books.read()
    assert books.sold(offer["id"]) == total
    assert max(len(order.lines[0].taken) for order in books.orders) > 1


def test_threads_on_the_services_themselves_never_oversell(world: World) -> None:
    _, offer = stock(world, 60)

    def buy(number: int) -> Order:
        body = NewOrder.model_validate(world.order_body(offer, 2, buyer=buyer(number)))
        return orders.place(Call(PUBLIC, now(), new_id()), body)

    bought = at_once([partial(state_after, partial(buy, n)) for n in range(64)])
    assert (bought.count("pending_payment"), bought.count("out_of_stock")) == (30, 34)


def test_orders_of_several_offers_take_all_or_nothing(world: World) -> None:
    """Half of them name the offers the other way round: no deadlock, no half order."""
    _, apples = stock(world, 40)
    _, pears = stock(world, 25)
    everyone = SharedClient(world.nobody)

    def both(number: int) -> requests.Response:
        lines = [{"offer_id": offer["id"], "packs": 1} for offer in (apples, pears)]
        lines = lines[:: 1 if number % 2 else -1]
        body = world.order_body(apples, buyer=buyer(number), lines=lines)
        return everyone.post("/v1/orders", body, new_id())

    answers = at_once([partial(both, n) for n in range(64)])
    assert outcomes(answers) == {"201": 25, "out_of_stock": 39}
    assert (packs_left(world, apples), packs_left(world, pears)) == (15, 0)


def test_a_customer_cannot_race_past_the_limit(world: World) -> None:
    _, offer = stock(world, 100, limit_per_customer=5)
    everyone = SharedClient(world.nobody)

    def race() -> list[requests.Response]:
        body = world.order_body(offer)
        return at_once([lambda: everyone.post("/v1/orders", body, new_id())] * 40)

    first = race()
    assert outcomes(first) == {"201": 5, "over_limit": 35}
    placed = [answer.json() for answer in first if answer.status_code == 201]
    cancelled = at_once(
        [
            partial(
                everyone.post,
                f"/v1/orders/{order['id']}/cancel?key={order['access_key']}",
                {"reason": "不要了"},
            )
            for order in placed
            for _ in range(4)
        ]
    )
    assert outcomes(cancelled) == {"200": 5, "not_allowed_now": 15}
    assert packs_left(world, offer) == 100
    again = outcomes(race())
    guesses = again.pop("too_many")  # beyond 60 a day under numbers that look alike
    assert again == {"201": 5, "over_limit": 35 - guesses}
    assert guesses == 40 + 40 - MOST_ALIKE


def test_offers_opened_at_once_never_draw_more_than_the_batch_holds(world: World) -> None:
    batch = world.passed_batch(quantity=1000)
    seller = SharedClient(world.seller)
    body = world.offer_body(batch, packs_total=15)
    answers = at_once([lambda: seller.put(f"/v1/offers/{new_id()}", body)] * 12)
    assert outcomes(answers) == {"201": 6, "not_enough_in_batch": 6}
    assert ok(world.cadre.get(f"/v1/batches/{batch['id']}"))["available_quantity"] == 100


# --- given back exactly --------------------------------------------------------------------------

Step = tuple[str, int, int]
WHAT = ["place", "place", "pay", "cancel", "expire", "late pay", "close"]


class Till:
    """An offer over two slots and a limited one, and the steps that move their packs."""

    def __init__(self, url: str) -> None:
        self.world = World(url)
        batch = self.world.passed_batch(quantity=1250)
        self.large = self.world.offer(batch, packs_total=1200, pack_quantity=1)
        self.limited = self.world.offer(
            batch, packs_total=50, pack_quantity=1, limit_per_customer=12
        )
        self.seller = Actor(id="seller", role="seller", shop_id=self.world.shop_id)
        self.placed: list[Order] = []

    def run(self, steps: list[Step]) -> None:
        """Most steps are refused in some state; none may break."""
        allowed = {"out_of_stock", "over_limit", "offer_closed", "not_allowed_now"}
        allowed |= {"too_many_unpaid"}
        for step in steps:
            try:
                self._step(*step)
            except Refusal as refusal:
                if refusal.code not in allowed:
                    raise

    def _step(self, what: str, which: int, packs: int) -> None:
        call = Call(self.seller, now(), new_id())
        if what == "place":
            lines = [
                {"offer_id": self.limited["id"], "packs": packs},
                {"offer_id": self.large["id"], "packs": packs * 40},
                {"offer_id": self.limited["id"], "packs": 1 + packs // 2},
            ]
            lines = lines[which % 3 :] or lines
            body = self.world.order_body(self.large, buyer=buyer(which % 4), lines=lines)
            if which % 2:
                call.actor = PUBLIC
            self.placed.append(orders.place(call, NewOrder.model_validate(body), HOME))
        elif what == "close":
            closed = (self.large, self.limited)[which % 2]["id"]
            offers.close(call, closed, WrittenReason(reason="卖完"))
        elif self.placed:
            order = self.placed[which % len(self.placed)]
            if what == "cancel":
                payments.cancel(call, order.id, Cancellation(reason="不要了"))
            elif what == "expire":
                payments.expire(Call(self.seller, now() + LATER), order.id)
            else:
                call.now += LATER if what == "late pay" else timedelta()
                payment = Payment(paid_fen=order.total_fen, method="wechat", reference=new_id())
                payments.pay(call, order.id, payment)

    def check(self) -> None:
        books = Books.read()
        books.check()
        for offer in (self.large, self.limited):
            answer = ok(self.world.nobody.get(f"/v1/offers/{offer['id']}"))
            if answer["state"] == "open":
                assert books.sold(offer["id"]) + answer["packs_left"] == offer["packs_total"]


@settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    st.lists(
        st.tuples(st.sampled_from(WHAT), st.integers(0, 30), st.integers(1, 12)),
        min_size=5,
        max_size=30,
    )
)
def test_whatever_is_cancelled_or_expires_gives_back_what_it_took(
    http_server: str, steps: list[Step]
) -> None:
    drop_table()
    connection.create_table()
    till = Till(http_server)
    till.run(steps)
    till.check()


@pytest.mark.parametrize("seed", range(4))
def test_it_also_does_when_four_threads_do_so(server: str, seed: int) -> None:
    till, chance = Till(server), random.Random(seed)
    steps = [
        [(chance.choice(WHAT), chance.randrange(30), chance.randint(1, 12)) for _ in range(25)]
        for _ in range(4)
    ]
    at_once([partial(till.run, some) for some in steps])
    till.check()


# --- the same request many times at once ---------------------------------------------------------


@pytest.mark.parametrize("make", SAMES, ids=[make.__name__ for make in SAMES])
def test_one_request_sent_20_times_at_once_is_done_once(
    world: World, make: Callable[[World], Same]
) -> None:
    same, key, before = make(world), new_id(), _counted()
    client = SharedClient(same.client)
    answers = at_once([lambda: same.send(key, client=client)] * 20, 20)
    assert set(outcomes(answers)) <= {"200", "201", "in_progress"}
    given_ = [answer for answer in answers if answer.ok]
    assert given_
    assert len({answer.text for answer in given_}) == 1
    if same.method == "PUT":
        assert outcomes(answers)["201"] == 1
    else:
        first = [answer for answer in given_ if "Idempotent-Replayed" not in answer.headers]
        assert len(first) <= 1  # none, if the answer to the one that worked was "in progress"
    once = _counted()
    assert once != before
    assert same.send(key).text == given_[0].text
    other = same.send(key, body=same.other)
    if same.method == "PUT":
        assert outcomes([other]) == {same.refusal: 1}
    else:
        assert other.status_code == 422
        assert outcomes([other]) == {"idempotency_key_reused": 1}
    assert _counted() == once


def _counted() -> dict[str, int]:
    """How many items there are of each kind, but for rate limits."""
    counted: dict[str, int] = {}
    for item in Books.read().items.values():
        kind = type(item).__name__
        if kind != "LimitItem":
            counted[kind] = counted.get(kind, 0) + 1
    return counted


def test_an_inspection_sent_by_eight_phones_at_once_is_one(world: World) -> None:
    batch = world.batch()
    path, body = f"/v1/batches/{batch['id']}/inspections/{new_id()}", inspection_body()
    cadre = SharedClient(world.cadre)
    answers = at_once([lambda: cadre.put(path, body)] * 8)
    assert outcomes(answers) == {"201": 1, "200": 7}
    assert len(world.cadre.everything(f"/v1/batches/{batch['id']}/inspections")) == 1


def test_different_inspections_at_once_all_count(world: World) -> None:
    """Each rewrites the same passport; one of them fails, so the batch ends held."""
    batch, _ = stock(world, 20)
    cadre = SharedClient(world.cadre)
    path, rates = f"/v1/batches/{batch['id']}/inspections", (10, 20, 30, 40, 77, 10, 20, 30)
    answers = at_once(
        [partial(cadre.put, f"{path}/{new_id()}", inspection_body(rate)) for rate in rates]
    )
    assert outcomes(answers) == {"201": 8}
    assert ok(world.cadre.get(f"/v1/batches/{batch['id']}"))["state"] == "held"


# --- money ---------------------------------------------------------------------------------------


def test_racing_refunds_never_exceed_what_was_paid(world: World) -> None:
    order = world.paid_order(world.offer(), 2)
    parcel = world.pack(order)
    complaint = world.complain(parcel)
    seller, county = SharedClient(world.seller), SharedClient(world.county)
    amounts = [random.Random(seed).choice([100, 499, 700, 1500]) for seed in range(32)]
    ledger = f"/v1/orders/{order['id']}/refunds"
    tasks = [
        partial(who.put, f"{ledger}/{new_id()}", {"amount_fen": fen, "reason": "坏果"})
        for fen, who in zip(amounts, [seller, county] * 16, strict=True)
    ]
    settle = {"remedy": "partial_refund", "refund_fen": 900, "message": "退"}
    tasks.insert(8, partial(seller.post, f"/v1/complaints/{complaint['id']}/settle", settle))
    cancel = partial(seller.post, f"/v1/orders/{order['id']}/cancel", {"reason": "不发了"})
    tasks.insert(20, cancel)
    counts = outcomes(at_once(tasks, 34))
    late = counts.pop("order_cancelled", 0)  # the settling, where the cancellation came before it
    assert late <= 1
    assert set(counts) <= {"201", "200", "exceeds_refundable"}
    books = Books.read()
    refunded = sum(refund.doc.amount_fen for refund in books.all(RefundItem))
    assert refunded == order["paid_fen"]  # the cancellation gave the rest back, or nothing was left
    assert ok(world.seller.get(ledger))["refundable_fen"] == 0


def test_a_customers_orders_paid_at_once_all_count(world: World) -> None:
    _, offer = stock(world, 20)
    placed = [world.order(offer) for _ in range(16)]
    seller = SharedClient(world.seller)
    answers = at_once(
        [
            partial(
                seller.post,
                f"/v1/orders/{order['id']}/payment",
                {"paid_fen": order["total_fen"], "method": "wechat", "reference": order["id"]},
            )
            for order in placed
        ]
    )
    assert outcomes(answers) == {"200": 16}
    (customer,) = Books.read().all(CustomerItem)
    assert customer.doc.paid_orders == 16


def test_paying_cancelling_and_expiring_at_once_leaves_one_of_them(world: World) -> None:
    _, offer = stock(world, 20)
    seller = Actor(id="seller", role="seller", shop_id=world.shop_id)
    for _ in range(8):
        placed = world.order(offer)
        payment = Payment(paid_fen=placed["total_fen"], method="wechat", reference=new_id())
        no = Cancellation(reason="不要了")
        acts = [
            partial(payments.pay, Call(seller, now()), placed["id"], payment),
            partial(payments.cancel, Call(seller, now()), placed["id"], no),
            partial(payments.expire, Call(seller, now() + LATER), placed["id"]),
        ]
        done = at_once([partial(state_after, act) for act in acts * 2])
        ended = ok(world.seller.get(f"/v1/orders/{placed['id']}"))["state"]
        assert ended in {"cancelled", "expired"}
        assert ended in done
        assert set(done) <= {"paid", "cancelled", "expired", "not_allowed_now"}
    assert packs_left(world, offer) == 20


def test_sweepers_and_payers_at_once_leave_each_order_paid_or_expired(world: World) -> None:
    _, offer = stock(world, 30)
    seller = Actor(id="seller", role="seller", shop_id=world.shop_id)
    placed = [world.order(offer) for _ in range(24)]
    payment = Payment(paid_fen=3000, method="wechat", reference="42")
    pay = [
        partial(state_after, partial(payments.pay, Call(seller, now()), order["id"], payment))
        for order in placed[::2]
    ]
    tasks: list[Callable[[], object]] = [*pay]
    tasks[6:6] = [partial(payments.expire_unpaid, now() + LATER)] * 3
    at_once(tasks)
    states = Counter(order.state for order in Books.read().orders)
    assert states.total() == states["paid"] + states["expired"] == 24
    assert states["expired"] >= 12
    assert packs_left(world, offer) == 30 - states["paid"]


# --- holds and recalls ---------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["hold", "recall"])
def test_nothing_is_packed_after_a_hold_or_recall_and_its_list_misses_nothing(
    world: World, what: str
) -> None:
    batch, offer = stock(world, 80)
    later, *paid = [world.paid_order(offer, 2) for _ in range(17)]
    seller, nobody, cadre = (
        SharedClient(world.seller),
        SharedClient(world.nobody),
        SharedClient(world.cadre),
    )
    parcels = f"/v1/batches/{batch['id']}/parcels"
    listed: list[set[str]] = []

    def pack(order: Json) -> requests.Response:
        body = {"allocations": [{"line": 0, "batch_id": batch["id"], "packs": 1}]}
        return seller.post(f"/v1/orders/{order['id']}/parcels", body, new_id())

    def stop() -> requests.Response:
        answer = cadre.post(f"/v1/batches/{batch['id']}/{what}", {"reason": "残留"})
        listed.append({parcel["code"] for parcel in cadre.everything(parcels)})
        return answer

    def buy() -> requests.Response:
        return nobody.post("/v1/orders", world.order_body(offer), new_id())

    tasks = [task for order in paid for task in (lambda order=order: pack(order), buy)] * 2
    tasks.insert(24, stop)
    counts = outcomes(at_once(tasks, 8))
    assert set(counts) <= {"200", "201", "batch_held"}  # a late hold may come after all of them
    assert counts["200"] == 1
    final = {parcel["code"] for parcel in world.cadre.everything(parcels)}
    assert listed == [final]
    assert outcomes([pack(later), buy()]) == {"batch_held": 2}


def test_offers_opened_while_a_batch_is_held_and_released_know_about_it(world: World) -> None:
    """Holds, new offers and passes race; the books say that each open offer knows the truth."""
    batch = world.passed_batch(quantity=10_000)
    seller, cadre = SharedClient(world.seller), SharedClient(world.cadre)
    base = f"/v1/batches/{batch['id']}"

    def opens() -> requests.Response:
        return seller.put(f"/v1/offers/{new_id()}", world.offer_body(batch))

    def holds() -> requests.Response:
        return cadre.post(f"{base}/hold", {"reason": "抽检"})

    def releases() -> requests.Response:
        cadre.put(f"{base}/inspections/{new_id()}", inspection_body())
        return cadre.post(f"{base}/release", {"reason": "复检合格"})

    counts = outcomes(at_once([opens, holds, opens, releases] * 8, 8))
    assert set(counts) <= {"200", "201", "batch_held", "not_allowed_now", "release_needs_pass"}
    assert set(outcomes([holds()])) <= {"200", "not_allowed_now"}
    assert outcomes([opens(), releases(), opens()]) == {"batch_held": 1, "200": 1, "201": 1}


# --- parcels and complaints ----------------------------------------------------------------------


def test_parcels_shipped_at_the_same_moment_leave_the_order_shipped(world: World) -> None:
    offer = world.offer()
    seller = SharedClient(world.seller)
    for _ in range(6):
        order = world.paid_order(offer, 2)
        batch = {"id": order["lines"][0]["batch_ids"][0]}
        codes = [world.pack(order, (0, batch, 1))["code"] for _ in range(2)]
        for move, body in (("ship", {"carrier": "顺丰", "waybill": "SF1"}), ("deliver", {})):
            answers = at_once(
                [partial(seller.post, f"/v1/parcels/{code}/{move}", body) for code in codes]
            )
            assert outcomes(answers) == {"200": 2}
            state = ok(world.seller.get(f"/v1/orders/{order['id']}"))["state"]
            assert state == {"ship": "shipped", "deliver": "delivered"}[move]


def test_packing_shipping_and_cancelling_at_once_never_ships_a_cancelled_order(
    world: World,
) -> None:
    offer = world.offer()
    seller = SharedClient(world.seller)
    for _ in range(6):
        order = world.paid_order(offer, 2)
        path = f"/v1/orders/{order['id']}"
        batch_id = order["lines"][0]["batch_ids"][0]
        code = world.pack(order, (0, {"id": batch_id}, 1))["code"]
        rest = {"allocations": [{"line": 0, "batch_id": batch_id, "packs": 1}]}
        answers = at_once(
            [
                partial(seller.post, f"{path}/parcels", rest),
                partial(
                    seller.post, f"/v1/parcels/{code}/ship", {"carrier": "顺丰", "waybill": "SF1"}
                ),
                partial(seller.post, f"{path}/cancel", {"reason": "不发了"}),
            ]
        )
        assert set(outcomes(answers)) <= {"200", "201", "not_allowed_now"}
        order_state = ok(world.seller.get(path))["state"]
        parcel_state = ok(world.seller.get(f"/v1/parcels/{code}"))["state"]
        assert (order_state == "cancelled") == (parcel_state == "voided")


def test_two_complaints_about_a_parcel_at_the_same_moment_are_one(world: World) -> None:
    parcel = world.delivered(world.parcel())
    nobody = SharedClient(world.nobody)
    path = f"/t/{parcel['code']}/complaints"
    answers = at_once([lambda: nobody.post(path, {"reason": "rotten"}, new_id())] * 8)
    assert outcomes(answers) == {"201": 1, "complaint_open": 7}


def test_a_complaint_is_settled_or_rejected_but_not_both(world: World) -> None:
    seller = SharedClient(world.seller)
    for _ in range(4):
        complaint = world.complain(world.parcel())
        path = f"/v1/complaints/{complaint['id']}"
        settlement = {"remedy": "full_refund", "message": "退"}
        answers = at_once(
            [
                partial(seller.post, f"{path}/settle", settlement),
                partial(seller.post, f"{path}/reject", {"message": "已过时效"}),
                partial(seller.post, f"{path}/answer", {"message": "在处理"}),
                partial(seller.post, f"{path}/settle", settlement),
            ]
        )
        counts = outcomes(answers)
        assert set(counts) <= {"200", "not_allowed_now"}
        assert ok(world.seller.get(path))["state"] in {"settled", "rejected"}


def test_complaints_about_a_box_and_its_replacement_settled_at_once_see_each_other(
    world: World,
) -> None:
    """The price of the box is refunded once; the order has another box, which nobody speaks of."""
    seller = SharedClient(world.seller)
    for _ in range(4):
        order = world.paid_order(world.offer(), packs=2)
        batch = {"id": order["lines"][0]["batch_ids"][0]}
        box, _ = (world.delivered(world.pack(order, (0, batch, 1))) for _ in range(2))
        settled = world.settle(world.complain(box), remedy="replacement")
        replacement = ok(world.seller.get(f"/v1/orders/{settled['replacements'][0]}"))
        again = world.delivered(world.pack(replacement))
        settlement = {"remedy": "full_refund", "message": "退"}
        answers = at_once(
            [
                partial(seller.post, f"/v1/complaints/{claim['id']}/settle", settlement, new_id())
                for claim in (world.complain(box), world.complain(again))
            ]
        )
        assert outcomes(answers) == {"200": 1, "exceeds_refundable": 1}
        assert ok(world.seller.get(f"/v1/orders/{order['id']}"))["refunded_fen"] == 3000


def test_scans_at_once_count_each_device_once(world: World) -> None:
    code = world.parcel()["code"]
    nobody = SharedClient(world.nobody)
    devices = [{"device": f"device-{n % 10:04}"} for n in range(30)]
    answers = at_once([partial(nobody.post, f"/t/{code}/scans", device) for device in devices])
    assert outcomes(answers) == {"200": 30}
    assert world.trace(code)["scans"]["count"] == 10


# --- unpaid packs --------------------------------------------------------------------------------


def test_one_buyer_cannot_race_past_what_may_be_held_unpaid(world: World) -> None:
    _, offer = stock(world, 200)
    everyone = SharedClient(world.nobody)
    body = world.order_body(offer, 5)
    answers = at_once([lambda: everyone.post("/v1/orders", body, new_id())] * 40)
    assert outcomes(answers) == {"201": 10, "too_many_unpaid": 30}
    assert packs_left(world, offer) == 150


def test_many_phones_of_one_address_cannot_either(world: World) -> None:
    _, offer = stock(world, 200)
    answers = at_once(
        [partial(buy, SharedClient(world.nobody), world, offer, n, packs=5) for n in range(60)]
    )
    placed = outcomes(answers)["201"]
    assert outcomes(answers) == {"201": placed, "too_many_unpaid": 60 - placed}
    assert placed in {19, 20}, "who looks while others take may be told too little, never too much"
    assert packs_left(world, offer) == 200 - 5 * placed


def test_a_payment_and_the_clock_give_back_once_between_them(world: World) -> None:
    _, offer = stock(world, 100)
    orders_ = [world.order(offer, 5, buyer=buyer(n)) for n in range(4)]
    seller = Actor(id="seller", role="seller", shop_id=world.shop_id)

    def pay(order: Json) -> Order:
        payment = Payment(paid_fen=order["total_fen"], method="wechat", reference=new_id())
        return payments.pay(Call(seller, now(), new_id()), order["id"], payment)

    def expire(order: Json) -> Order:
        return payments.expire(Call(seller, now() + LATER), order["id"])

    at_once(
        [partial(state_after, partial(act, order)) for order in orders_ for act in (pay, expire)]
    )
    assert {order.state for order in Books.read().orders} <= {"paid", "expired"}
