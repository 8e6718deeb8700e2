"""Imports over real HTTP: a mapping goes to a product in packs of a size, from whichever offer."""

from datetime import UTC, datetime

from chalicelib.domain.access import PUBLIC, Call
from chalicelib.repositories.mappings import mapping_of
from chalicelib.repositories.tables import MappingItem
from chalicelib.repositories.transaction import UnitOfWork
from tests.books import Books
from tests.platform_files import (
    FileRows,
    as_csv,
    imported,
    jd,
    mapped,
    pinduoduo,
    read,
    run,
    taobao,
    uploaded,
)
from tests.world import Json, World, new_id, ok


def closed(world: World, offer: Json) -> None:
    ok(world.seller.post(f"/v1/offers/{offer['id']}/close", {"reason": "卖完这批"}, new_id()))


def seen(world: World, table: FileRows) -> Json:
    return read(world.seller, uploaded(world.seller, as_csv(table)))


def ran(world: World, table: FileRows) -> tuple[Json, Json]:
    """What was read, and how it ended; with no word about the goods."""
    import_id = uploaded(world.seller, as_csv(table))
    return read(world.seller, import_id), run(world.seller, import_id)


def offers_sold(world: World) -> dict[str, int]:
    """Packs by offer."""
    packs: dict[str, int] = {}
    for order in world.seller.everything("/v1/orders"):
        for line in order["lines"]:
            packs[line["offer_id"]] = packs.get(line["offer_id"], 0) + line["packs"]
    return packs


def test_each_row_says_what_will_be_packed(world: World) -> None:
    offer = world.offer(title="土鸡蛋 10 枚")
    import_id = uploaded(world.seller, as_csv(jd(1)))
    [item] = read(world.seller, import_id)["items"]
    assert (item["pack"], item["sells"]) == (None, False)
    choice = {"title": item["title"], "sku": item["sku"], "offer_id": offer["id"], "packs": 3}
    answer = read(world.seller, import_id, items=[choice])
    [row] = answer["rows"]
    [pack] = row["packs"]
    sold = int(row["items"][0].rsplit("× ", 1)[1])
    assert (pack["packs"], pack["quantity"], pack["unit"]) == (3 * sold, 30 * sold, "piece")
    assert pack["text"] == f"土鸡蛋 10 枚 × {3 * sold}（每份 10 个，共 {30 * sold} 个）"
    assert pack["warnings"] == answer["items"][0]["pack"]["warnings"]
    paged = ok(world.seller.get(f"/v1/imports/{import_id}/rows"))["items"]
    assert paged == answer["rows"]


def test_other_goods_and_another_size_warn_and_are_imported_all_the_same(world: World) -> None:
    offer = world.offer(title="白菜 10 棵", pack_quantity=12)
    import_id = uploaded(world.seller, as_csv(pinduoduo(1)))
    mapped(world.seller, import_id, {"土鸡蛋": offer})
    english = world.seller.call(
        "POST", f"/v1/imports/{import_id}/read", json={}, headers={"Accept-Language": "en"}
    ).json()
    [warning] = english["rows"][0]["packs"][0]["warnings"]
    assert warning.startswith("The sizes differ: the platform says ")
    assert "one piece of it will be 12 pieces" in warning
    assert run(world.seller, import_id)["created"] == 1


def test_a_new_batch_needs_no_new_mapping(world: World) -> None:
    old = world.offer()
    imported(world, pinduoduo(2), {"土鸡蛋": old})
    closed(world, old)
    answer = seen(world, pinduoduo(2, start=2))
    assert {row["code"] for row in answer["rows"]} == {"no_open_offer"}
    assert "“土鸡蛋”每份 10 个 现在没有在售" in answer["rows"][0]["reason"]
    assert not answer["items"][0]["sells"]
    other_size, new = world.offer(pack_quantity=5), world.offer(title="新到的土鸡蛋")
    answer, end = ran(world, pinduoduo(4))
    assert (answer["items"][0]["offer_id"], answer["items"][0]["sells"]) == (new["id"], True)
    assert (end["created"], end["already"], end["refused"]) == (2, 2, 0)
    sold = offers_sold(world)
    assert set(sold) == {old["id"], new["id"]}
    assert other_size["id"] not in sold
    closed(world, new)
    assert ran(world, pinduoduo(4))[1]["already"] == 4, "whichever offer they were taken from"
    Books.read().check()


def test_another_offer_of_the_same_goods_stands_in(world: World) -> None:
    few = world.offer(packs_total=3)
    more = world.offer(packs_total=5)
    answer = imported(world, pinduoduo(10), {"土鸡蛋": few})
    assert (answer["created"], answer["refused"]) == (8, 2)
    assert offers_sold(world) == {few["id"]: 3, more["id"]: 5}
    rows = ok(world.seller.get(f"/v1/imports/{answer['id']}/rows"))["items"]
    assert [row["code"] for row in rows] == [None] * 8 + ["out_of_stock"] * 2
    assert imported(world, pinduoduo(8), {"土鸡蛋": few})["already"] == 8
    Books.read().check()


def test_the_preview_names_the_offer_that_stands_in(world: World) -> None:
    few, _ = world.offer(packs_total=1), world.offer(title="土鸡蛋 新批")
    import_id = uploaded(world.seller, as_csv(pinduoduo(2)))
    answer = mapped(world.seller, import_id, {"土鸡蛋": few})
    titles = [row["packs"][0]["title"] for row in answer["rows"]]
    assert titles == ["土鸡蛋 10 枚", "土鸡蛋 新批"]
    paged = ok(world.seller.get(f"/v1/imports/{import_id}/rows"))["items"]
    assert paged == answer["rows"]


def test_what_was_chosen_goes_before_what_is_newer(world: World) -> None:
    chosen, newer = world.offer(), world.offer()
    imported(world, pinduoduo(2), {"土鸡蛋": chosen})
    assert set(offers_sold(world)) == {chosen["id"]}
    closed(world, chosen)
    newest = world.offer()
    assert seen(world, pinduoduo(1, start=2))["items"][0]["offer_id"] == newest["id"]
    assert newer["id"] != newest["id"]


def test_two_names_for_the_same_goods_stay_two_orders(world: World) -> None:
    """An order whose rows come in two files is not taken for the same, though the goods are."""
    offers = {"土鸡蛋": world.offer(), "沃柑": world.offer(title="沃柑")}
    table = taobao(2)
    imported(world, table[:3], offers)
    answer = imported(world, [table[0], table[3]], offers)
    assert (answer["created"], answer["already"], answer["refused"]) == (0, 0, 1)


def test_a_mapping_of_the_release_before_is_read_and_gets_its_goods(world: World) -> None:
    offer = world.offer()
    imported(world, pinduoduo(1), {"土鸡蛋": offer})
    item, kept = mapping_of(offer["shop_id"], "pinduoduo")
    assert item is not None
    older = tuple(
        rule.model_copy(update={"product_id": "", "pack_quantity": 0}) for rule in kept.items
    )
    before = MappingItem.of(kept.model_copy(update={"items": older}))
    nobody = Call(PUBLIC, datetime.now(UTC))
    UnitOfWork(nobody).replace(item, before).commit()
    closed(world, offer)
    new = world.offer()
    assert seen(world, pinduoduo(1, start=1))["items"][0]["offer_id"] == new["id"]
    assert mapping_of(offer["shop_id"], "pinduoduo")[1] == kept


def test_an_offer_that_stood_in_may_run_out_itself(world: World) -> None:
    """Two names for the same goods, each with an offer of its own, and a third for both."""
    first, second = world.offer(packs_total=1), world.offer(title="沃柑", packs_total=2)
    third = world.offer(title="另一批", packs_total=9)
    answer = imported(world, taobao(6), {"土鸡蛋": first, "沃柑": second})
    assert (answer["created"], answer["refused"]) == (6, 0)
    assert offers_sold(world) == {first["id"]: 1, second["id"]: 2, third["id"]: 6}
    Books.read().check()
