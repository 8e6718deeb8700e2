"""The seller changes an offer, adds packs to it and begins another from it; the table of orders."""

import pytest

from tests.visitor import Visitor
from tests.world import Json, World, new_id, ok, product_body


@pytest.fixture
def seller(world: World) -> Visitor:
    return Visitor(world.url).signed_in("seller")


def offer_now(world: World, offer: Json) -> Json:
    now: Json = ok(world.nobody.get(f"/v1/offers/{offer['id']}"))
    return now


def test_a_changed_price_is_for_new_orders_alone(world: World, seller: Visitor) -> None:
    offer = world.offer()
    placed = world.order(offer)
    page = seller.get(f"/seller/offers/{offer['id']}/edit")
    answer = seller.send(page.form("form"), title="散养土鸡蛋", price="32")
    assert "改好了" in answer.words
    assert (offer_now(world, offer)["title"], offer_now(world, offer)["price_fen"]) == (
        "散养土鸡蛋",
        3200,
    )
    [line] = ok(world.seller.get(f"/v1/orders/{placed['id']}"))["lines"]
    assert (line["title"], line["price_fen"]) == (offer["title"], 3000)
    assert world.pay(placed)["paid_fen"] == 3000
    assert world.order(offer)["total_fen"] == 3200
    history = seller.get(f"/seller/offers/{offer['id']}/edit").words
    assert "价格：¥30.00 → ¥32.00" in history
    assert f"名称：{offer['title']} → 散养土鸡蛋" in history


def test_who_saw_the_old_price_is_told_before_anything_is_ordered(
    world: World, seller: Visitor
) -> None:
    offer = world.offer()
    buyer = Visitor(world.url)
    address = f"/shops/{world.shop_id}/offers/{offer['id']}"
    form = buyer.get(address).form("form")
    page = seller.get(f"/seller/offers/{offer['id']}/edit")
    seller.send(page.form("form"), price="32")
    typed = {
        "name": "顾小满",
        "phone": "13812340001",
        "province": "上海市",
        "city": "上海市",
        "district": "静安区",
        "detail": "玉兰路 18 弄 7 号",
    }
    answer = buyer.send(form, **typed)
    assert (answer.status, "价格刚改了，现在每份 ¥32.00" in answer.words) == (409, True)
    assert world.seller.everything("/v1/orders") == []
    answer = buyer.send(answer.form("form"))
    assert answer.status == 200
    [order] = world.seller.everything("/v1/orders")
    assert order["total_fen"] == 3200


def test_a_price_far_from_the_usual_is_asked_about_once(world: World, seller: Visitor) -> None:
    offers = [world.offer() for _ in range(4)]
    page = seller.get(f"/seller/offers/{offers[0]['id']}/edit")
    asked = seller.send(page.form("form"), price="30000")
    assert asked.status == 409
    assert offer_now(world, offers[0])["price_fen"] == 3000
    sure = asked.form("form")
    answer = seller.send(sure, sure=asked.source.split('name="sure" value="')[1].split('"')[0])
    assert "改好了" in answer.words
    assert offer_now(world, offers[0])["price_fen"] == 3_000_000


def test_two_who_change_an_offer_do_not_overwrite_each_other(world: World, seller: Visitor) -> None:
    offer = world.offer()
    address = f"/seller/offers/{offer['id']}/edit"
    first, second = (seller.get(address).form("form") for _ in range(2))
    seller.send(first, price="31")
    assert "别人改过" in seller.send(second, price="29").words
    assert offer_now(world, offer)["price_fen"] == 3100
    again = seller.send(first, price="31")
    assert (again.status, offer_now(world, offer)["price_fen"]) == (200, 3100)


def test_a_closed_offer_is_not_changed_and_a_strangers_not_found(
    world: World, seller: Visitor
) -> None:
    offer = world.offer()
    edit = seller.get(f"/seller/offers/{offer['id']}/edit").form("form")
    packs = seller.get(f"/seller/offers/{offer['id']}/packs")
    ok(world.seller.post(f"/v1/offers/{offer['id']}/close", {"reason": "x"}, new_id()))
    assert "已经下架" in seller.send(edit, price="31").words
    [ticked] = [name for name in packs.form("form").kinds if name.startswith("batch-")][:1]
    assert "已经下架" in seller.send(packs.form("form"), packs="2", **{ticked: "1"}).words
    for what in ("edit", "packs"):
        path = f"/seller/offers/{offer['id']}/{what}"
        answer = world.other_seller.call("GET", path, headers={"Accept": "text/html"})
        assert answer.status_code == 404


def test_a_batch_gives_packs_once_however_its_id_is_written(world: World, seller: Visitor) -> None:
    offer, batch = world.offer(), world.passed_batch()
    page = seller.get(f"/seller/offers/{offer['id']}/packs")
    boxes = {f"batch-{batch['id']}": "1", f"batch-{batch['id'].upper()}": "1"}
    answer = seller.send(page.form("form"), packs="3", **boxes)
    assert (answer.status, "同一批次填了两次" in answer.words) == (422, True)
    assert offer_now(world, offer)["packs_total"] == offer["packs_total"]


def test_packs_are_added_from_a_new_batch_once_for_each_form(world: World, seller: Visitor) -> None:
    offer, fresh = world.offer(), world.passed_batch(quantity=50)
    form = seller.get(f"/seller/offers/{offer['id']}/packs").form("form")
    given = {"packs": "5", f"batch-{fresh['id']}": "1"}
    for _ in range(2):
        assert "已加货" in seller.send(form, **given).words
    now = offer_now(world, offer)
    assert (now["packs_total"], now["packs_left"]) == (25, 25)
    assert now["batch_ids"] == [*offer["batch_ids"], fresh["id"]]
    batch = ok(world.cadre.get(f"/v1/batches/{fresh['id']}"))
    assert batch["available_quantity"] == 0
    another = seller.get(f"/seller/offers/{offer['id']}/packs").form("form")
    refused = seller.send(another, packs="500")
    assert refused.status == 409
    assert offer_now(world, offer)["packs_total"] == 25
    world.move(fresh, "hold", "混放")
    held = world.nobody.post("/v1/orders", world.order_body(offer), new_id())
    assert held.json()["code"] == "batch_held"


def test_a_new_offer_begins_as_an_earlier_one(world: World, seller: Visitor) -> None:
    offer = world.offer(title="散养土鸡蛋", price_fen=2850, limit_per_customer=3)
    page = seller.get(seller.get("/seller/offers").link("like="))
    fields = page.form("form").fields
    assert [fields[name] for name in ("title", "pack", "price", "limit", "packs")] == [
        "散养土鸡蛋",
        "10",
        "28.50",
        "3",
        "",
    ]
    assert offer["id"] in page.url


def test_what_is_on_sale_comes_first_and_what_was_closed_by_itself(
    world: World, seller: Visitor
) -> None:
    on_sale = world.offer(title="在卖的蛋")
    sold = world.offer(title="卖完的蛋", packs_total=1)
    world.order(sold)
    closed = world.offer(title="下架的蛋")
    ok(world.seller.post(f"/v1/offers/{closed['id']}/close", {"reason": "x"}, new_id()))
    words = seller.get("/seller/offers").words
    assert words.index(on_sale["title"]) < words.index(sold["title"])
    assert closed["title"] not in words
    assert closed["title"] in seller.get("/seller/offers?state=closed").words


def test_the_table_keeps_what_was_chosen_in_its_address(world: World, seller: Visitor) -> None:
    offer = world.offer(packs_total=20)
    orders = [world.paid_order(offer, packs=n) for n in (2, 3, 1)]
    page = seller.get("/seller/orders")
    places = [page.words.index(order["number"]) for order in orders]
    assert places == sorted(places)  # who waits longest is on top
    newest = seller.get(page.link("order=new"))
    places = [newest.words.index(order["number"]) for order in orders]
    assert places == sorted(places, reverse=True)
    dearest = seller.get(newest.link("by=amount"))
    at = [dearest.words.index(orders[n]["number"]) for n in (1, 0, 2)]
    assert at == sorted(at)
    assert "order=new" in dearest.url
    narrowed = seller.get("/seller/orders?state=paid&days=7&by=amount&down=1&limit=2")
    assert "只排这一页的 2 单" in narrowed.words
    following = narrowed.link("cursor=")
    assert all(part in following for part in ("state=paid", "days=7", "by=amount", "limit=2"))
    last = seller.get(following)
    assert last.words.count("SH20") == 1
    assert "等我们做的 3" in page.words


def test_a_customers_page_lists_orders_and_cases(world: World, seller: Visitor) -> None:
    order = world.paid_order(world.offer())
    parcel = world.delivered(world.pack(order))
    complaint = world.complain(parcel)
    page = seller.get(f"/seller/customers/{order['customer_id']}")
    assert order["number"] in page.words
    assert page.link(f"/seller/orders/{order['id']}")
    assert page.link(f"/seller/complaints/{complaint['id']}")


def test_english_pages_call_goods_by_their_english_names(world: World, seller: Visitor) -> None:
    body = product_body(name="土鸡蛋", name_en="Free-range eggs")
    product = ok(world.cadre.put(f"/v1/products/{new_id()}", body))
    offer = world.offer(world.passed_batch(product_id=product["id"]))
    placed = world.order(offer)
    order = world.pay(placed)
    english = "Free-range eggs, 10 pieces"
    for path in (
        f"/seller/orders/{order['id']}",
        "/seller/orders",
        "/seller/offers",
        f"/shops/{world.shop_id}",
        f"/shops/{world.shop_id}/offers/{offer['id']}",
        f"/orders/{order['id']}?key={placed['access_key']}",
    ):
        page = seller.get(f"{path}{'&' if '?' in path else '?'}lang=en")
        assert english in page.words, path
        assert offer["title"] not in page.words, path
        assert offer["title"] in seller.get(path).words, path
