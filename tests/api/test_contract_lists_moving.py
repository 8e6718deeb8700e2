"""Lists of a shop of their own: what moves while they are walked, and what each leaves out."""

from tests.world import World, instant, new_id, ok, refused


def test_what_is_added_while_walking_moves_nothing(world: World) -> None:
    offer = world.offer(packs_total=20)
    before = [world.order(offer)["id"] for _ in range(6)]
    first = ok(world.seller.get("/v1/orders", limit=3), 200)
    world.order(offer)
    second = ok(world.seller.get("/v1/orders", limit=3, cursor=first["next_cursor"]), 200)
    assert [order["id"] for order in first["items"] + second["items"]] == before[::-1]


def test_what_moves_to_another_state_while_walking_is_seen_once(world: World) -> None:
    offer = world.offer(packs_total=20)
    placed = [world.order(offer) for _ in range(6)]
    first = ok(world.seller.get("/v1/orders", limit=3), 200)
    for order in placed:
        world.pay(order)
    second = ok(world.seller.get("/v1/orders", limit=3, cursor=first["next_cursor"]), 200)
    ids = [item["id"] for item in first["items"] + second["items"]]
    assert ids == [order["id"] for order in placed][::-1]


def test_a_state_lists_only_what_is_in_it(world: World) -> None:
    offer = world.offer()
    unpaid, paid = world.order(offer), world.paid_order(offer)
    for state, wanted in (
        ("pending_payment", [unpaid["id"]]),
        ("paid", [paid["id"]]),
        ("packed", []),
    ):
        for by in (world.seller, world.county):
            assert [order["id"] for order in by.everything("/v1/orders", state=state)] == wanted


def test_the_soonest_deadline_comes_first_whatever_was_reported_first(world: World) -> None:
    slow = world.product(after_sales={"evidence_hours": 48, "reply_hours": 48})
    quick = world.product(after_sales={"evidence_hours": 48, "reply_hours": 2})
    made = []
    for product in (slow, quick):
        offer = world.offer(world.passed_batch(product_id=product["id"]))
        made.append(world.complain(world.delivered(world.pack(world.paid_order(offer)))))
    listed = ok(world.seller.get("/v1/complaints"), 200)["items"]
    assert [complaint["id"] for complaint in listed] == [made[1]["id"], made[0]["id"]]


def test_offers_outside_their_time_are_not_shown(world: World) -> None:
    batch = world.passed_batch()
    shown = world.offer(
        batch, packs_total=1, opens_at=instant(hours=1), closes_at=instant(hours=-1)
    )
    world.offer(batch, packs_total=1, opens_at=instant(hours=-1))
    world.offer(batch, packs_total=1, closes_at=instant(hours=1), opens_at=instant(hours=2))
    listed = ok(world.nobody.get(f"/v1/shops/{world.shop_id}/offers"), 200)["items"]
    assert [offer["id"] for offer in listed] == [shown["id"]]


def test_a_list_of_nothing_is_empty(world: World) -> None:
    for by, path in (
        (world.other_seller, "/v1/orders"),
        (world.other_seller, "/v1/customers"),
        (world.other_cadre, "/v1/batches"),
        (world.nobody, f"/v1/shops/{world.shop_id}/offers"),
    ):
        assert ok(by.get(path), 200) == {"items": [], "next_cursor": None}


def test_a_shop_that_does_not_exist_has_no_list(world: World) -> None:
    refused(world.nobody.get(f"/v1/shops/{new_id()}/offers"), 404, "not_found")


def test_the_pages_of_a_live_stream_are_merged(world: World) -> None:
    """An offer of many packs spreads its orders over shards; a list shows one order of time."""
    batch = world.passed_batch(quantity=50_000)
    offer = world.offer(batch, packs_total=5000)
    placed = [world.order(offer)["id"] for _ in range(25)]
    for by in (world.seller, world.county):
        walked = [order["id"] for order in by.everything("/v1/orders", limit=4)]
        assert walked == placed[::-1]
