"""A shop that is paid by the sandbox, and what tests do with it."""

from dataclasses import dataclass
from typing import Any

import requests

from infra.sandbox import Sandbox
from tests.world import Json, World, ok


@dataclass
class Shop:
    world: World
    sandbox: Sandbox

    def order(self) -> Json:
        return self.world.order(self.world.offer())

    def started(self, order: Json, **fields: Any) -> Json:
        body = {"provider": "wechatpay", "way": "native"} | fields
        path = f"/v1/orders/{order['id']}/pay?key={order['access_key']}"
        answer: Json = ok(self.world.nobody.post(path, body), 201)
        return answer

    def now(self, order: Json) -> Json:
        answer: Json = ok(self.world.seller.get(f"/v1/orders/{order['id']}"))
        return answer

    def ledger(self, order: Json) -> list[Json]:
        path = f"/v1/orders/{order['id']}/refunds"
        items: list[Json] = ok(self.world.seller.get(path))["items"]
        return items

    def pays(self, charge: Json, **how: Any) -> None:
        body = {"out_trade_no": charge["out_trade_no"], **how}
        answer = requests.post(f"{self.world.url}/sandbox/wechatpay/pay", json=body, timeout=10)
        assert answer.ok, answer.text
