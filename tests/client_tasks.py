"""What each of the busy clients does: everything that the main job is made of."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.platform_files import as_csv, import_body, taobao
from tests.sending import Sender, Task
from tests.world import BUYER, Json, inspection_body, new_id

PAY_MINUTES = 1
SAFE_TO_PAY = 40.0
"""Seconds after its order was first sent; a minute after it came, it expires."""
PLAIN, HELD, FREED = "少了一个", "抽检", "复检合格"


class BusyClient(Sender):
    """Works on orders of its own from end to end, on batches and offers that all share."""

    def choose(self) -> Task:
        while True:
            (make,) = self.chance.choices(list(DEEDS), list(DEEDS.values()))
            task = make(self)
            if task is not None:
                return task

    # --- the cadre's tasks ------------------------------------------------------------------------

    def register(self) -> Task:
        batch_id = new_id()
        body = self.world.batch_body(lot=f"{self.number}-{self._done}", quantity=2000)

        def then(batch: Json) -> Task:
            return self._inspection(batch, 12.5, then=partial(self._known, batch))

        return self.task("register", self.cadre, "PUT", f"/v1/batches/{batch_id}", body, then=then)

    def _known(self, batch: Json, _: Json) -> None:
        self.shared.add(self.shared.batches, batch, 12)

    def _inspection(self, batch: Json, rate: float, **more: Any) -> Task:
        path = f"/v1/batches/{batch['id']}/inspections/{new_id()}"
        return self.task("inspect", self.cadre, "PUT", path, inspection_body(rate), **more)

    def _any_batch(self) -> Json:
        return self.chance.choice(self.shared.batches)

    def inspect(self) -> Task:
        batch = self._any_batch()
        if self.chance.random() < 0.9:
            return self._inspection(batch, 12.5)
        return self._inspection(batch, 77, then=lambda _: self._give_free(batch))

    def _give_free(self, batch: Json) -> None:
        self.soon(self._inspection(batch, 10, then=lambda _: self._release(batch)))

    def _release(self, batch: Json) -> Task:
        may = {"not_allowed_now", "release_needs_pass"}
        path = f"/v1/batches/{batch['id']}/release"
        return self.task("release", self.cadre, "POST", path, {"reason": FREED}, may=may)

    def hold(self) -> Task:
        batch = self._any_batch()
        path = f"/v1/batches/{batch['id']}/hold"
        give_free = lambda _=None: self._give_free(batch)  # noqa: E731
        return self.task(
            "hold",
            self.chance.choice([self.cadre, self.county]),
            "POST",
            path,
            {"reason": HELD},
            may={"not_allowed_now"},
            then=give_free,
            undone=give_free,
        )

    def certify(self) -> Task:
        path = f"/v1/batches/{self._any_batch()['id']}/certificates/{new_id()}"
        body = {"basis": "self_tested", "quantity": 10, "contact": "0559-1234567"}
        may = {"certificate_needs_pass", "not_allowed_now", "batch_held"}
        return self.task("certify", self.cadre, "PUT", path, body, may=may)

    # --- the seller's and buyers' tasks -----------------------------------------------------------

    def offer(self) -> Task:
        batch = self._any_batch()
        more: Json = self.chance.choice(
            [{}, {}, {"limit_per_customer": 6}, {"expected_orders_per_second": 300}]
        )
        body = self.world.offer_body(batch, packs_total=self.chance.choice([8, 30]), **more)
        may = {"batch_held", "not_enough_in_batch", "too_many_offers", "not_allowed_now"}
        then = lambda answer: self.shared.add(self.shared.offers, answer, 9)  # noqa: E731
        path = f"/v1/offers/{new_id()}"
        return self.task("offer", self.seller, "PUT", path, body, may=may, then=then)

    def close(self) -> Task:
        offer = self.chance.choice(self.shared.offers[3:] or [{"id": new_id()}])
        path = f"/v1/offers/{offer['id']}/close"
        may = {"not_allowed_now", "not_found"}
        return self.task("close", self.seller, "POST", path, {"reason": "收摊"}, may=may)

    def order(self, coupon: tuple[str, Json] | None = None) -> Task:
        offer = self.chance.choice(self.shared.offers)
        # no client's look like another's: a link hides the middle, and what looks alike is counted
        phone = f"1380000{self.number * 6 + self.chance.randrange(6):04}"
        buyer = coupon[1] if coupon else BUYER | {"phone": phone}
        packs = self.chance.choice([1, 1, 1, 2, 3])
        mark, began = f"{self.number}-{self._done}", time.monotonic()
        body = self.world.order_body(offer, packs, buyer=buyer, campaign_id=mark)
        if coupon:
            body["coupon"] = coupon[0]

        def then(answer: Json) -> None:
            self.placed.append(answer)
            self._placed_at[answer["id"]] = began  # or later, by a try that was not answered
            self.buyers[answer["id"]] = buyer

        may = {"batch_held", "out_of_stock", "offer_closed", "over_limit", "coupon_expired"}
        return self.task("order", self.nobody, "POST", "/v1/orders", body, may=may, then=then)

    def order_with_a_coupon(self) -> Task | None:
        return self.order(self.coupons.pop()) if self.coupons else None

    def _unpaid_in_time(self, order: Json) -> None:
        if time.monotonic() - self._placed_at[order["id"]] < SAFE_TO_PAY:
            self.wrong.append(f"order {order['id']} ended before its time")

    def pay(self) -> Task | None:
        order = self.one_of(self.placed)
        if order is None:
            return None

        def refused() -> None:
            self._unpaid_in_time(order)
            self.never_paid.add(order["id"])

        return self.task(
            "pay",
            self.seller,
            "POST",
            f"/v1/orders/{order['id']}/payment",
            {"paid_fen": order["total_fen"], "method": "wechat", "reference": new_id()},
            may={"not_allowed_now"},
            then=self.paid.append,
            undone=refused,
        )

    def cancel(self) -> Task | None:
        some = self.chance.choice([self.placed, self.paid])
        order = self.one_of(some)
        if order is None:
            return None
        path = f"/v1/orders/{order['id']}/cancel"
        task = self.task("cancel", self.seller, "POST", path, {"reason": "不要了"})
        if some is self.placed:
            task.may = {"not_allowed_now"}
            task.undone = partial(self._unpaid_in_time, order)
        return task

    def pack(self) -> Task | None:
        order = self.one_of(self.paid)
        if order is None:
            return None
        line = order["lines"][0]
        given = [{"line": 0, "batch_id": line["batch_ids"][0], "packs": line["packs"]}]
        return self.task(
            "pack",
            self.seller,
            "POST",
            f"/v1/orders/{order['id']}/parcels",
            {"allocations": given},
            may={"batch_held"},
            then=self.packed.append,
            undone=lambda: self.paid.append(order),
        )

    def ship(self) -> Task | None:
        parcel = self.one_of(self.packed)
        if parcel is None:
            return None
        body = {"carrier": "顺丰", "waybill": f"SF{self.number:04}{self._done:08}"}
        return self.task(
            "ship",
            self.seller,
            "POST",
            f"/v1/parcels/{parcel['code']}/ship",
            body,
            may={"batch_held"},
            then=self.shipped.append,
            undone=lambda: self.packed.append(parcel),
        )

    def deliver(self) -> Task | None:
        parcel = self.one_of(self.shipped)
        if parcel is None:
            return None
        path = f"/v1/parcels/{parcel['code']}/deliver"
        return self.task("deliver", self.seller, "POST", path, {}, then=self.delivered.append)

    def scan(self) -> Task | None:
        known = [*self.packed[-3:], *self.shipped[-3:], *self.delivered[-6:]]
        if not known:
            return None
        code = self.chance.choice(known)["code"]
        body = {"device": f"device-{self.number}-{self._done}"}

        def then(answer: Json) -> None:
            self.scanned[code] += 1
            if answer["count"] < self.scanned[code]:
                self.wrong.append(f"{code} was scanned {self.scanned[code]} times, told {answer}")

        return self.task("scan", self.nobody, "POST", f"/t/{code}/scans", body, then=then)

    def complain(self) -> Task | None:
        parcel = self.one_of(self.delivered)
        if parcel is None:
            return None
        body = {
            "reason": self.chance.choice(["rotten", "damaged"]),
            "damaged_percent": self.chance.randint(5, 60),
            "description": "坏了几个",
        }

        def then(answer: Json) -> None:
            self.complaints.append(answer | {"code": parcel["code"]})

        path = f"/t/{parcel['code']}/complaints"
        return self.task("complain", self.nobody, "POST", path, body, then=then)

    def answer(self) -> Task | None:
        open_ = [complaint for complaint in self.complaints if "answered" not in complaint]
        if not open_:
            return None
        complaint = self.chance.choice(open_)
        complaint["answered"] = True
        self.complaints.remove(complaint)
        path = f"/v1/complaints/{complaint['id']}/answer"
        back = lambda _: self.complaints.append(complaint)  # noqa: E731
        return self.task("answer", self.seller, "POST", path, {"message": "对不起"}, then=back)

    def settle(self) -> Task | None:
        complaint = self.one_of(self.complaints)
        if complaint is None:
            return None
        body: Json = {"remedy": "partial_refund", "refund_fen": 300, "message": "退三元"}
        may: set[str] = set()
        if self.chance.random() < 0.1:
            body, may = (
                {"remedy": "replacement", "message": "补寄"},
                {"batch_held", "no_replacement"},
            )
        then = lambda _: self.settled.append(complaint)  # noqa: E731
        path = f"/v1/complaints/{complaint['id']}/settle"
        return self.task(
            "settle",
            self.seller,
            "POST",
            path,
            body,
            may=may,
            then=then,
            undone=lambda: self.complaints.append(complaint),
        )

    def reopen(self) -> Task | None:
        complaint = self.one_of(
            [complaint for complaint in self.settled if "reopened" not in complaint]
        )
        if complaint is None:
            return None
        self.settled.remove(complaint)
        complaint["reopened"] = complaint["answered"] = True
        path = f"/v1/complaints/{complaint['id']}/reopen?key={complaint['access_key']}"
        back = lambda _: self.complaints.append(complaint)  # noqa: E731
        return self.task("reopen", self.nobody, "POST", path, {"message": "不够"}, then=back)

    def refund(self) -> Task | None:
        order = self.one_of(self.paid)
        if order is None:
            return None
        path = f"/v1/orders/{order['id']}/refunds/{new_id()}"
        body = {"amount_fen": 100, "reason": PLAIN}
        back = lambda _: self.paid.append(order)  # noqa: E731
        return self.task("refund", self.seller, "PUT", path, body, then=back)

    def coupon(self) -> Task | None:
        if not self.paid:
            return None
        order = self.chance.choice(self.paid)
        buyer = self.buyers[order["id"]]
        path = f"/v1/customers/{order['customer_id']}/coupons"

        def then(answer: Json) -> None:
            self.coupons.append((answer["code"], buyer))

        may = {"too_many_coupons"}
        body = self.world.coupon_body()
        return self.task("coupon", self.seller, "POST", path, body, may=may, then=then)

    # --- a platform's file ------------------------------------------------------------------------

    def import_(self) -> Task:
        with self.shared.lock:
            start = next(self.shared.imports)
        content = as_csv(taobao(3, start))
        body = import_body(content)

        def send(answer: Json) -> Task:
            headers = dict(answer["upload"]["headers"])
            return Task(
                "upload",
                self.nobody,
                "PUT",
                answer["upload"]["url"],
                raw=content,
                headers=headers,
                then=lambda _: self._read(answer["id"]),
            )

        may = {"too_many"}
        return self.task("import", self.seller, "POST", "/v1/imports", body, may=may, then=send)

    def _read(self, import_id: str) -> Task:
        path = f"/v1/imports/{import_id}/read"

        def mapped(answer: Json) -> Task:
            with self.shared.lock:
                offers = self.shared.offers[:2]
            items = [
                {"title": item["title"], "sku": item["sku"], "offer_id": offer["id"], "packs": 1}
                for item, offer in zip(answer["items"], offers, strict=False)
            ]
            body = {"items": items}
            run = partial(self._run, import_id)
            return self.task("read", self.seller, "POST", path, body, then=run)

        return self.task("read", self.seller, "POST", path, {}, then=mapped)

    def _run(self, import_id: str, _: Json) -> Task:
        again = partial(self._run, import_id)
        return self.task(
            "run",
            self.seller,
            "POST",
            f"/v1/imports/{import_id}/run",
            {},
            then=lambda answer: None if answer["finished"] else again(answer),
        )

    # --- looking ----------------------------------------------------------------------------------

    def look(self) -> Task | None:
        """What was acknowledged to this client is there at once."""
        if not self.packed:
            return None
        parcel = self.chance.choice(self.packed)

        def then(answer: Json) -> None:
            if parcel["code"] not in answer["parcels"]:
                self.wrong.append(f"{parcel['code']} is not among {answer['parcels']}")

        path = f"/v1/orders/{parcel['order_id']}"
        return self.task("look", self.seller, "GET", path, then=then)

    def list_(self) -> Task:
        path = self.chance.choice(
            [
                "/v1/orders?state=paid",
                "/v1/complaints?state=open",
                "/v1/batches?state=passed",
                f"/v1/shops/{self.world.shop_id}/offers",
                "/v1/customers",
            ]
        )
        return self.task("list", self.seller, "GET", path)


DEEDS: dict[Callable[[BusyClient], Task | None], int] = {
    BusyClient.register: 2,
    BusyClient.inspect: 3,
    BusyClient.certify: 1,
    BusyClient.hold: 1,
    BusyClient.offer: 2,
    BusyClient.close: 1,
    BusyClient.order: 20,
    BusyClient.order_with_a_coupon: 2,
    BusyClient.pay: 16,
    BusyClient.cancel: 2,
    BusyClient.pack: 13,
    BusyClient.ship: 11,
    BusyClient.deliver: 10,
    BusyClient.scan: 20,
    BusyClient.complain: 5,
    BusyClient.answer: 2,
    BusyClient.settle: 5,
    BusyClient.reopen: 1,
    BusyClient.refund: 1,
    BusyClient.coupon: 2,
    BusyClient.import_: 1,
    BusyClient.look: 3,
    BusyClient.list_: 2,
}
"""In about the proportion of a busy shop."""
