"""Telephone numbers over real HTTP: one number is one customer, one extension one person."""

import json

import pytest

from chalicelib.domain.customers import Customer
from chalicelib.domain.orders import PlatformBuyer
from chalicelib.repositories.items import Item
from chalicelib.repositories.sealing import derived_id, seal
from chalicelib.repositories.tables import CustomerItem, OrderItem
from tests.books import Books
from tests.platform_files import FileRows, imported, pinduoduo, taobao
from tests.visitor import Visitor
from tests.world import BUYER, Client, Json, World, new_id, ok, refused


@pytest.fixture
def offer(world: World) -> Json:
    return world.offer(title="土鸡蛋 10 枚")


def ordered(world: World, offer: Json, **buyer: object) -> Json:
    """As the seller sees it, paid."""
    placed = world.paid_order(offer, buyer=BUYER | buyer)
    return dict(ok(world.seller.get(f"/v1/orders/{placed['id']}")))


def customer(world: World, order: Json) -> Json:
    return dict(ok(world.seller.get(f"/v1/customers/{order['customer_id']}")))


def by_name(world: World) -> dict[str, Json]:
    orders = world.seller.everything("/v1/orders")
    return {order["buyer"]["name"]: order for order in orders if order["buyer"]}


def with_cells(table: FileRows, row: int, **columns: str) -> FileRows:
    for heading, value in columns.items():
        table[row][table[0].index(heading)] = value
    return table


# --- orders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800000000-1234", "13800000000-1234"),
        ("13800000000 转 1234", "13800000000-1234"),
        ("１３８００００００００＃１２３４", "13800000000-1234"),
        ("13800000000[1234]", "13800000000-1234"),
        ("0559-1234567-801", "05591234567-801"),
        ("400-000-0000 转 8012", "4000000000-8012"),
    ],
)
def test_an_order_keeps_the_extension(typed: str, number: str, world: World, offer: Json) -> None:
    assert ordered(world, offer, phone=typed)["buyer"]["phone"] == number


def test_what_may_be_two_numbers_is_refused_with_what_to_do(world: World, offer: Json) -> None:
    body = world.order_body(offer, buyer=BUYER | {"phone": "13800000000/13900000000"})
    problem = refused(world.nobody.post("/v1/orders", body), 422, "invalid")
    assert problem["errors"][0]["field"] == "buyer.phone"
    assert "13800000000-1234" in problem["errors"][0]["message"]


def test_spellings_of_one_number_are_one_customer(world: World) -> None:
    """Also for an offer's limit, which a 0 or a + before the number would get round."""
    offer = world.offer(limit_per_customer=3)
    spellings = ["13800000012", "013800000012", "+13800000012"]
    orders = [ordered(world, offer, phone=spelling) for spelling in spellings]
    assert {order["buyer"]["phone"] for order in orders} == {"13800000012"}
    assert len({order["customer_id"] for order in orders}) == 1
    assert customer(world, orders[0])["paid_orders"] == 3
    for phone in ("0013800000012", "+86 138 0000 0012", "86013800000012"):
        body = world.order_body(offer, buyer=BUYER | {"phone": phone})
        refused(world.nobody.post("/v1/orders", body), 409, "over_limit")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"phone": "13800000012-1111"}, {"phone": "13800000012转2222"}),
        ({"phone": "13800000012"}, {"phone": "13800000012-2222"}),
        (
            {"phone": "13800000012", "name": "农户甲[1111]"},
            {"phone": "13800000012", "name": "农户乙[2222]"},
        ),
        ({"phone": "05591234567-801"}, {"phone": "05591234567-802"}),
    ],
)
def test_two_people_behind_one_number_are_two_customers(
    first: Json, second: Json, world: World, offer: Json
) -> None:
    order, other = ordered(world, offer, **first), ordered(world, offer, **second)
    assert order["customer_id"] != other["customer_id"]
    assert ok(world.county.delete(f"/v1/customers/{order['customer_id']}"), 204) is None
    left = ok(world.seller.get(f"/v1/orders/{other['id']}"))["buyer"]
    assert left["phone"].endswith(second["phone"][-4:]) or "2222" in left["phone"]
    assert ok(world.seller.get(f"/v1/orders/{order['id']}"))["buyer"] is None
    assert customer(world, other)["name"] == second.get("name", BUYER["name"])
    Books.read().check()


def test_the_form_keeps_the_extension_too(world: World, offer: Json) -> None:
    home = {"name": "农户 12", "phone": "0559-1234567 转 801", **BUYER["address"]}
    buyer = Visitor(world.url)
    form = buyer.get(f"/shops/{world.shop_id}/offers/{offer['id']}").form("form")
    page = buyer.send(form, packs="1", **home)
    [order] = world.seller.everything("/v1/orders")
    assert order["buyer"]["phone"] == "05591234567-801"
    world.pay(order)
    again = buyer.get(buyer.get(page.url).link("/again"))  # who buys again types nothing
    buyer.send(again.form("form"), packs="1")
    both = world.seller.everything("/v1/orders")
    assert [purchase["buyer"]["phone"] for purchase in both] == ["05591234567-801"] * 2
    assert len({purchase["customer_id"] for purchase in both}) == 1


def test_the_seller_reads_and_dials_the_extension(world: World, offer: Json) -> None:
    order = ordered(world, offer, phone="0559-1234567-801")
    world.pack(order)
    seller = Visitor(world.url).signed_in("seller")
    page = seller.get(f"/seller/orders/{order['id']}")
    assert 'href="tel:05591234567,801"' in page.source
    assert "05591234567-801" in page.words
    assert "05591234567-801" in world.seller.get("/v1/waybills.csv").text
    assert customer(world, order)["phone_tail"] == "4567-801"


# --- imports --------------------------------------------------------------------------------------


def two_behind_one_number(name: str) -> FileRows:
    table = taobao(4) if name == "taobao" else pinduoduo(2)
    phone, address = ("联系手机", "收货地址") if name == "taobao" else ("手机", "详细地址")
    del table[3:]
    for row, (who, extension) in enumerate([("农户甲", "1111"), ("农户乙", "2222")], 1):
        number = f"[{extension}]"
        place = f"安徽省黄山市徽州区测试路 {row} 号" if name == "taobao" else f"测试路 {row} 号"
        cells = {"收货人姓名" if name == "taobao" else "收货人": f"{who}{number}"}
        with_cells(table, row, **cells, **{phone: "13800000401", address: place + number})
    return table


@pytest.mark.parametrize("name", ["taobao", "pinduoduo"])
def test_an_extension_in_name_and_address_tells_buyers_of_a_file_apart(
    name: str, world: World, offer: Json
) -> None:
    table = two_behind_one_number(name)
    offers = {"土鸡蛋": offer, "沃柑": offer}
    assert imported(world, table, offers)["created"] == 2
    orders = by_name(world)
    order, other = orders["农户甲[1111]"], orders["农户乙[2222]"]
    assert order["customer_id"] != other["customer_id"]
    assert order["buyer"]["phone"] == "13800000401-1111"
    assert customer(world, other)["paid_orders"] == 1, "nobody came back"
    ok(world.county.delete(f"/v1/customers/{order['customer_id']}"), 204)
    assert set(by_name(world)) == {"农户乙[2222]"}
    assert imported(world, table, offers)["already"] == 2, "the same file is the same orders"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0559-1234567-801", "05591234567-801"),
        ("(0559)1234567转801", "05591234567-801"),
        ("4000000000-8012", "4000000000-8012"),
        ("13800000054-1234", "13800000054-1234"),
        ("013800000054", "13800000054"),
    ],
)
def test_a_file_keeps_the_extension(typed: str, number: str, world: World, offer: Json) -> None:
    table = with_cells(taobao(1), 1, 联系手机=typed)
    assert imported(world, table, {"土鸡蛋": offer})["created"] == 1
    [order] = world.seller.everything("/v1/orders")
    assert order["buyer"]["phone"] == number


def test_a_landline_with_an_extension_is_the_same_customer_in_a_file_and_by_hand(
    world: World, offer: Json
) -> None:
    table = with_cells(taobao(1), 1, 联系手机="(0559)1234567转801")
    imported(world, table, {"土鸡蛋": offer})
    [order] = world.seller.everything("/v1/orders")
    assert ordered(world, offer, phone="0559-1234567-801")["customer_id"] == order["customer_id"]


# --- what older releases kept -----------------------------------------------------------------


def known_as(world: World, former: str) -> str:
    """A customer whom a release before 0.2 knew by such a spelling."""
    customer_id = derived_id("customer", world.shop_id, former)
    person = seal(json.dumps({"name": "农户 12", "phone": former}), f"CUSTOMER#{customer_id}")
    doc = Customer(id=customer_id, shop_id=world.shop_id, sealed=person, phone_tail=former[-4:])
    CustomerItem.of(doc).save()
    return customer_id


@pytest.mark.parametrize(
    ("former", "typed"),
    [
        ("013800000012", "0138-0000-0012"),
        ("+13800000012", "+13800000012"),
        ("5591234567", "+86 559 1234567"),
        ("05591234567801", "0559-1234567-801"),
        ("138000000001234", "13800000000-1234"),
    ],
)
def test_whom_an_older_release_knew_by_a_spelling_is_found_by_it(
    former: str, typed: str, world: World, offer: Json
) -> None:
    known = known_as(world, former)
    assert ordered(world, offer, phone=typed)["customer_id"] == known
    assert ok(world.seller.get(f"/v1/customers/{known}"))["paid_orders"] == 1


def test_so_does_an_import(world: World, offer: Json) -> None:
    known = known_as(world, "05591234567801")
    imported(world, with_cells(taobao(1), 1, 联系手机="0559-1234567-801"), {"土鸡蛋": offer})
    assert [order["customer_id"] for order in world.seller.everything("/v1/orders")] == [known]


def test_a_number_that_is_none_any_more_is_still_read(world: World, offer: Json) -> None:
    """Its extension ran into its digits before; it is shown as it was kept."""
    order = ordered(world, offer, phone="13800000012")
    kept = PlatformBuyer.model_validate(BUYER | {"phone": "40000000008012"})
    [item] = [
        order_item for order_item in Books.read().all(OrderItem) if order_item.doc.id == order["id"]
    ]
    doc = item.doc.model_copy(
        update={"buyer": seal(kept.model_dump_json(), f"ORDER#{item.doc.id}")}
    )
    store_again(item, OrderItem.of(doc))
    assert ok(world.seller.get(f"/v1/orders/{order['id']}"))["buyer"]["phone"] == "40000000008012"
    parcel = world.pack(order)
    assert parcel["display_code"] in world.seller.get("/v1/waybills.csv").text


def store_again(item: Item, after: Item) -> None:
    after.version = item.version
    after.save()


def test_a_stranger_can_ask_for_the_same_order_again_by_any_release(
    world: World, offer: Json
) -> None:
    """An order's id is derived from the number as typed, which is the same in every release."""
    body, key = world.order_body(offer, buyer=BUYER | {"phone": "013800000012"}), new_id()
    nobody: Client = world.nobody
    first = ok(nobody.post("/v1/orders", body, key), 201)
    assert first["id"] == derived_id("order", "public 013800000012", key)
    assert ok(nobody.post("/v1/orders", body, key), 201)["id"] == first["id"]


# --- whom a limit counts -------------------------------------------------------------------------


def by(name: str = "顾小满", detail: str = "路1号", phone: str = "13977770001") -> Json:
    return BUYER | {"name": name, "phone": phone, "address": BUYER["address"] | {"detail": detail}}


@pytest.mark.parametrize(
    "again",
    [
        by(name="王[11]"),
        by(name="王[1234]"),
        by(phone="13977770001-5555"),
        by(detail="路1号[1236]"),
        by(),
    ],
)
def test_an_extension_gets_nobody_a_second_share_of_an_offer(again: Json, world: World) -> None:
    for first, second in ((by(), again), (again, by(name="王[12]"))):
        offer = world.offer(limit_per_customer=2)
        placed = world.order(offer, buyer=first)
        ok(world.nobody.post("/v1/orders", world.order_body(offer, buyer=second), new_id()), 201)
        body = world.order_body(offer, buyer=second)
        refused(world.nobody.post("/v1/orders", body, new_id()), 409, "over_limit")
        path = f"/v1/orders/{placed['id']}/cancel?key={placed['access_key']}"
        ok(world.nobody.post(path, {"reason": "不要了"}))
        ok(world.nobody.post("/v1/orders", body, new_id()), 201)
    Books.read().check()


def test_unpaid_packs_of_one_mobile_count_together(world: World) -> None:
    offer = world.offer(packs_total=100)
    world.order(offer, 25, buyer=by())
    body = world.order_body(offer, 10, buyer=by(name="王[11]"))
    refused(world.nobody.post("/v1/orders", body, new_id()), 409, "too_many_unpaid")


@pytest.mark.parametrize("number", ["0559-2345678", "400-000-0000"])
def test_behind_a_switchboard_everybody_has_a_share(number: str, world: World) -> None:
    offer = world.offer(limit_per_customer=1)
    for extension in ("11", "12"):
        world.order(offer, buyer=by(phone=f"{number}-{extension}"))
    body = world.order_body(offer, buyer=by(phone=f"{number}-12"))
    refused(world.nobody.post("/v1/orders", body, new_id()), 409, "over_limit")


def test_the_seller_orders_for_people_behind_one_stand_in_number(world: World) -> None:
    offer = world.offer(limit_per_customer=1)
    for extension in ("1111", "2222"):
        body = world.order_body(offer, buyer=by(phone=f"13977770001-{extension}"))
        ok(world.seller.post("/v1/orders", body, new_id()), 201)
