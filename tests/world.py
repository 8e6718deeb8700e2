"""A small county for tests: two villages, two shops, and the people who work there.

    world = World(url)  # over an empty table; in tests/api and tests/stories a fixture
    batch = world.passed_batch()
    order = world.paid_order(world.offer(batch), packs=2)
    parcel = world.delivered(world.pack(order))
    world.complain(parcel, reason="rotten")

Accounts are made by the services, everything else goes over real HTTP; each method answers the
JSON of its route. The other village and the other shop exist to prove that they see nothing.
"""

import copy
import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from unittest.mock import patch

import requests
from argon2 import PasswordHasher
from pydantic import SecretStr

from chalicelib.config import settings
from chalicelib.domain.access import Actor, Call
from chalicelib.domain.accounts import NewAccount
from chalicelib.domain.fields import CHINA
from chalicelib.repositories import passwords, store
from chalicelib.repositories.connection import connection
from chalicelib.services import accounts
from infra.sandbox.seals import Keys
from tests.waits import LONG_WAIT

Json = dict[str, Any]

PASSWORD = "correct horse"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
RATE = "inhibition_rate"
BUYER: Json = {
    "name": "顾小满",
    "phone": "13812340001",
    "address": {
        "province": "上海市",
        "city": "上海市",
        "district": "静安区",
        "detail": "玉兰路 18 弄 7 号 502",
    },
}

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""A hash names its own cost, so signing in is cheap too."""


def drop_table() -> None:
    """With all that is in it; the product never does."""
    connection().dispatch("DeleteTable", {"TableName": settings().table})


def new_id() -> str:
    return str(uuid.uuid4())


def today(ahead: int = 0) -> str:
    """In China, where harvest dates are read; or so many days on."""
    return (datetime.now(CHINA) + timedelta(days=ahead)).date().isoformat()


def instant(**ago: float) -> str:
    """Now, or `hours=2` and the like ago."""
    return (datetime.now(UTC) - timedelta(**ago)).isoformat()


@cache
def _merchant() -> Json:
    return Keys.new("1900000777").entered


def merchant_body(**fields: Any) -> Json:
    """A merchant of the provider itself, whom nobody there knows."""
    return _merchant() | fields


def ok(response: requests.Response, *statuses: int) -> Any:
    """The JSON of an answer that must have one of these statuses (without any: a 200 or 201)."""
    assert response.status_code in (statuses or (200, 201)), (
        f"{response.request.method} {response.url}: {response.status_code} {response.text[:500]}"
    )
    return response.json() if response.content else None


def refused(response: requests.Response, status: int, code: str) -> Json:
    """The problem document of an answer that must be this refusal."""
    what = f"{response.request.method} {response.url}: {response.status_code} {response.text[:500]}"
    assert response.status_code == status, what
    assert response.headers["Content-Type"] == "application/problem+json", what
    problem: Json = response.json()
    assert (problem["code"], problem["status"]) == (code, status), what
    assert problem["detail"], what
    assert problem["title"], what
    assert problem["type"], what
    return problem


class Client:
    """Calls the API as one account, or without a token as nobody."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url
        self.token = token
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, no .netrc: also half the time
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def __deepcopy__(self, memo: object) -> "Client":
        """Of the same account, over connections of its own."""
        return Client(self.url, self.token)

    def call(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **how: Any
    ) -> requests.Response:
        """`path`: on our host, or a whole address where an answer gave one."""
        how.setdefault("timeout", LONG_WAIT)
        how.setdefault("allow_redirects", False)
        url = self.url + path if path.startswith("/") else path
        return self._session.request(method, url, headers=headers, **how)

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.call("GET", path, params=query)

    def put(self, path: str, body: Any) -> requests.Response:
        return self.call("PUT", path, json=body)

    def post(self, path: str, body: Any = None, key: str | None = None) -> requests.Response:
        """`key`: the Idempotency-Key."""
        headers = {"Idempotency-Key": key} if key else None
        return self.call("POST", path, json={} if body is None else body, headers=headers)

    def delete(self, path: str) -> requests.Response:
        return self.call("DELETE", path)

    def everything(self, path: str, *, limit: int = 100, **query: Any) -> list[Json]:
        """All items of a list, page by page."""
        items: list[Json] = []
        cursor: dict[str, str] = {}
        for _ in range(1000):
            page = ok(self.get(path, limit=limit, **query, **cursor), 200)
            assert len(page["items"]) <= limit
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = {"cursor": page["next_cursor"]}
        raise AssertionError(f"{path} never ends")


class World:
    """See the module. Clients: nobody, county, cadre, seller, other_cadre, other_seller."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.nobody = Client(url)
        self._numbers = iter(range(1, 10**9))
        self.village_id, self.other_village_id = new_id(), new_id()
        self.shop_id, self.other_shop_id = new_id(), new_id()
        self.county = self.account("county", "county")
        for village_id, name in ((self.village_id, "容溪村"), (self.other_village_id, "石屋村")):
            body = {"name": name, "county": "歙县", "province": "安徽省"}
            ok(self.county.put(f"/v1/villages/{village_id}", body), 201)
        for shop_id, name, village_id in (
            (self.shop_id, "容溪鲜货", self.village_id),
            (self.other_shop_id, "石屋鲜货", self.other_village_id),
        ):
            shop = {"name": name, "village_ids": [village_id]}
            ok(self.county.put(f"/v1/shops/{shop_id}", shop), 201)
        self.cadre = self.account("cadre", "cadre", village_ids=[self.village_id])
        self.other_cadre = self.account("cadre", "cadre2", village_ids=[self.other_village_id])
        self.seller = self.account("seller", "seller", shop_id=self.shop_id)
        self.other_seller = self.account("seller", "seller2", shop_id=self.other_shop_id)
        self.producer_id = self.producer()["id"]
        self.product_id = self.product(by=self.county)["id"]

    # --- people and catalogue --------------------------------------------------------------------

    def account(self, role: str, username: str, **scope: Any) -> Client:
        """A new account, signed in. Its password is PASSWORD."""
        body = NewAccount.model_validate(
            {"username": username, "password": SecretStr(PASSWORD), "role": role, "name": username}
            | scope
        )
        setup = Call(Actor(id="setup", role="county"), datetime.now(UTC))
        with patch.object(passwords, "_hasher", lambda: CHEAP):
            accounts.put(setup, new_id(), body)
        return Client(self.url, self.token(username))

    def token(self, username: str) -> str:
        body = {"username": username, "password": PASSWORD}
        token: str = ok(self.nobody.post("/v1/sessions", body), 201)["token"]
        return token

    def household(
        self, name: str, number: str | None = None, id: str | None = None, **fields: Any
    ) -> requests.Response:
        """The answer to one that is added in the field."""
        body = {"village_id": self.village_id, "kind": "household", "display_name": name}
        if number is not None:
            body["household_code"] = number
        return self.cadre.call(
            "PUT", f"/v1/producers/{id or new_id()}?unless_known=true", json=body | fields
        )

    def households(self) -> list[str]:
        """The names of those that there are."""
        producers = self.cadre.everything("/v1/producers")
        return [entry["display_name"] for entry in producers if entry["kind"] == "household"]

    def producer(self, by: Client | None = None, **fields: Any) -> Json:
        body = {"village_id": self.village_id, "kind": "cooperative", "display_name": "容溪合作社"}
        return _answer((by or self.cadre).put(f"/v1/producers/{new_id()}", body | fields))

    def product(self, by: Client | None = None, **fields: Any) -> Json:
        """Eggs, judged by one rapid test: less than 50 % inhibition passes."""
        path = f"/v1/products/{new_id()}"
        return _answer((by or self.cadre).put(path, product_body(**fields)))

    def merchant(self, entered: Json, shop_id: str | None = None) -> Json:
        """entered: what the county enters, as the sandbox's `entered` gives it."""
        path = f"/v1/shops/{shop_id or self.shop_id}/merchants/wechatpay"
        return _answer(self.county.put(path, entered))

    # --- batches ---------------------------------------------------------------------------------

    def batch(self, by: Client | None = None, **fields: Any) -> Json:
        """Registered, not inspected; 1000 pieces harvested today."""
        body = self.batch_body(**fields)
        return _answer((by or self.cadre).put(f"/v1/batches/{new_id()}", body))

    def batch_body(self, **fields: Any) -> Json:
        return {
            "lot": f"A-{next(self._numbers)}",
            "product_id": self.product_id,
            "producer_id": self.producer_id,
            "harvested_on": today(),
            "quantity": 1000,
        } | fields

    def inspect(self, batch: Json, rate: float = 12.5, **fields: Any) -> Json:
        """An inspection just now; a rate of 50 or more fails."""
        path = f"/v1/batches/{batch['id']}/inspections/{new_id()}"
        return _answer(self.cadre.put(path, inspection_body(rate, **fields)))

    def passed_batch(self, **fields: Any) -> Json:
        batch = self.batch(**fields)
        self.inspect(batch)
        return _answer(self.cadre.get(f"/v1/batches/{batch['id']}"))

    def certify(self, batch: Json, **fields: Any) -> Json:
        body = {"basis": "self_tested", "quantity": batch["quantity"], "contact": "0559-1234567"}
        path = f"/v1/batches/{batch['id']}/certificates/{new_id()}"
        return _answer(self.cadre.put(path, body | fields))

    def move(self, batch: Json, what: str, reason: str = "抽检", by: Client | None = None) -> Json:
        """`what`: hold, release, recall or close."""
        path = f"/v1/batches/{batch['id']}/{what}"
        return _answer((by or self.cadre).post(path, {"reason": reason}, new_id()))

    # --- sales -----------------------------------------------------------------------------------

    def offer(self, *batches: Json, by: Client | None = None, **fields: Any) -> Json:
        """20 packs of 10 pieces at 30 yuan; without batches from a new one that passed."""
        body = self.offer_body(*(batches or [self.passed_batch()]), **fields)
        return _answer((by or self.seller).put(f"/v1/offers/{new_id()}", body))

    def offer_body(self, *batches: Json, **fields: Any) -> Json:
        return {
            "product_id": batches[0]["product_id"],
            "batch_ids": [batch["id"] for batch in batches],
            "title": "土鸡蛋 10 枚",
            "price_fen": 3000,
            "pack_quantity": 10,
            "packs_total": 20,
        } | fields

    def order_body(self, offer: Json, packs: int = 1, **fields: Any) -> Json:
        return {
            "shop_id": offer["shop_id"],
            "lines": [{"offer_id": offer["id"], "packs": packs}],
            "buyer": copy.deepcopy(BUYER),
            "channel": "direct",
        } | fields

    def order(self, offer: Json, packs: int = 1, **fields: Any) -> Json:
        """Placed by nobody; the answer has the buyer's access_key."""
        body = self.order_body(offer, packs, **fields)
        return _answer(self.nobody.post("/v1/orders", body, new_id()))

    def pay(self, order: Json, **fields: Any) -> Json:
        body = {"paid_fen": order["total_fen"], "method": "wechat", "reference": new_id()}
        path = f"/v1/orders/{order['id']}/payment"
        return _answer(self.seller.post(path, body | fields, new_id()))

    def paid_order(self, offer: Json, packs: int = 1, **fields: Any) -> Json:
        """The order as its seller sees it."""
        return self.pay(self.order(offer, packs, **fields))

    def pack(self, order: Json, *allocations: tuple[int, Json, int]) -> Json:
        """(line, batch, packs), or all of a one-line order from its first batch."""
        given = [
            {"line": line, "batch_id": batch["id"], "packs": packs}
            for line, batch, packs in allocations
        ] or [
            {"line": at, "batch_id": line["batch_ids"][0], "packs": line["packs"]}
            for at, line in enumerate(order["lines"])
        ]
        path = f"/v1/orders/{order['id']}/parcels"
        return _answer(self.seller.post(path, {"allocations": given}, new_id()))

    def shipped(self, parcel: Json) -> Json:
        body = {"carrier": "顺丰", "waybill": f"SF{next(self._numbers):012d}"}
        return _answer(self.seller.post(f"/v1/parcels/{parcel['code']}/ship", body, new_id()))

    def delivered(self, parcel: Json) -> Json:
        if parcel["state"] == "packed":
            self.shipped(parcel)
        return _answer(self.seller.post(f"/v1/parcels/{parcel['code']}/deliver", {}, new_id()))

    def parcel(self, packs: int = 1, **fields: Any) -> Json:
        """A packed one: its batch, inspection, offer, order and payment are made for it."""
        return self.pack(self.paid_order(self.offer(), packs, **fields))

    def packing_run(self) -> str:
        """The id of a run of one box."""
        body = {"order_ids": [self.paid_order(self.offer())["id"]]}
        return str(_answer(self.seller.post("/v1/packing", body, new_id()))["run_id"])

    # --- the buyer -------------------------------------------------------------------------------

    def trace(self, code: str) -> Json:
        answer = self.nobody.call("GET", f"/t/{code}", headers={"Accept": "application/json"})
        return _answer(answer)

    def scan(self, code: str, device: str) -> Json:
        return _answer(self.nobody.post(f"/t/{code}/scans", {"device": device}))

    def photo(self, code: str, content: bytes = PNG) -> str:
        """The id of an uploaded photo of a parcel."""
        answer = _answer(self.nobody.post(f"/t/{code}/photos", photo_body(content)))
        sent = self.nobody.call(
            "PUT", answer["upload"]["url"], data=content, headers=answer["upload"]["headers"]
        )
        assert sent.status_code in (200, 204), sent.text  # S3's answer, and the folder's
        photo_id: str = answer["photo_id"]
        return photo_id

    def complain(self, parcel: Json, **fields: Any) -> Json:
        """Opened by the buyer; the answer has their access_key."""
        path = f"/t/{parcel['code']}/complaints"
        return _answer(self.nobody.post(path, {"reason": "rotten"} | fields, new_id()))

    def customer(self, by: Client | None = None, **of: Any) -> Json:
        """The first listed customer whose answer has these fields; who paid last comes first."""
        customers = (by or self.seller).everything("/v1/customers")
        return next(customer for customer in customers if of.items() <= customer.items())

    def coupon_body(self, **fields: Any) -> Json:
        """5 yuan off, until tomorrow, so that no midnight ends it."""
        off = {} if "percent" in fields else {"off_fen": 500}
        return {"expires_on": today(1)} | off | fields

    def coupon(self, customer: Json, **fields: Any) -> Json:
        path = f"/v1/customers/{customer['id']}/coupons"
        return _answer(self.seller.post(path, self.coupon_body(**fields), new_id()))

    def settle(self, complaint: Json, **fields: Any) -> Json:
        body = {"remedy": "partial_refund", "message": "给您退款"} | fields
        path = f"/v1/complaints/{complaint['id']}/settle"
        return _answer(self.seller.post(path, body, new_id()))


def product_body(**fields: Any) -> Json:
    metric = {
        "key": RATE,
        "name": "农药残留抑制率",
        "unit": "%",
        "operator": "lt",
        "limit": 50,
        "method": "GB/T 5009.199",
        "source": "GB 2763",
        "kind": "screening",
        "required": True,
    }
    return {
        "name": "土鸡蛋",
        "unit": "piece",
        "inspection_plan": {"metrics": [metric]},
        "after_sales": {"evidence_hours": 48, "reply_hours": 48},
    } | fields


def inspection_body(rate: float = 12.5, **fields: Any) -> Json:
    return {
        "stage": "harvest",
        "tested_at": instant(),
        "measurements": [{"metric": RATE, "value": rate}],
    } | fields


def photo_body(content: bytes = PNG, content_type: str = "image/png") -> Json:
    return {
        "content_type": content_type,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def training_body(**fields: Any) -> Json:
    """In the rapid test of product_body, valid this year and the next."""
    return {
        "method": "GB/T 5009.199",
        "trained_on": "2026-01-15",
        "valid_until": "2030-01-14",
        "trainer": "市农检站",
        "certificate_no": "NJ-0017",
    } | fields


def _answer(response: requests.Response) -> Json:
    answer: Json = ok(response)
    return answer


# --- the table itself ----------------------------------------------------------------------------


def raw_items() -> Iterator[Json]:
    """Every item as the store holds it, in DynamoDB's JSON."""
    start: Json = {}
    while True:
        page = store.call("Scan", TableName=settings().table, **start)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def stored(kind: str | None = None) -> int:
    """How many items there are, of one kind or of all but rate limits (those count refusals)."""
    return sum(
        raw_item["kind"]["S"] == kind if kind else raw_item["kind"]["S"] != "limit"
        for raw_item in raw_items()
    )
