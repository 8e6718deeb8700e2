"""What an import asks before it takes a file for paid orders, and what it keeps of the answers."""

import pytest

from chalicelib.domain.imports import Import
from chalicelib.repositories.mappings import mapping_of
from chalicelib.repositories.tables import ImportItem, MappingItem, OrderItem, key_of
from chalicelib.steps.import_orders import order_id_of
from tests.platform_files import (
    PLACE,
    TITLES,
    FileRows,
    as_csv,
    imported,
    mapped,
    of_form,
    read,
    run,
    uploaded,
)
from tests.platform_forms import FORMS
from tests.world import Json, World, ok, refused


@pytest.fixture
def offers(world: World) -> dict[str, Json]:
    return {"土鸡蛋": world.offer()}


def group_of(day: int, *buyers: int) -> FileRows:
    """Of 群接龙, without numbers of orders; the buyers order one minute after the other."""
    rows: FileRows = [
        ["接龙号", "接龙人", "商品名称", "商品规格", "商品数量", "实付金额", "订单状态", "收货人",
         "手机号", "收货地址", "接龙时间"],
    ]  # fmt: skip
    for at, buyer in enumerate(buyers, 1):
        rows.append(
            [str(at), f"群友{buyer}", TITLES[0], "10枚", "1", "30.00", "已支付", f"农户 {buyer}",
             f"138000000{buyer}", "".join(PLACE), f"2026-11-{day} 20:{at:02}:01"]
        )  # fmt: skip
    return rows


def without(table: FileRows, heading: str) -> FileRows:
    at = next(row for row in table if len(row) > 3).index(heading)
    return [row[:at] + row[at + 1 :] for row in table]


def seen(world: World, table: FileRows, **body: object) -> Json:
    return read(world.seller, uploaded(world.seller, as_csv(table)), **body)


# --- numbers that start again ---------------------------------------------------------------------


def test_next_weeks_group_makes_orders_of_its_own(world: World, offers: dict[str, Json]) -> None:
    first, later = group_of(13, 12, 13), group_of(20, 12, 14)
    assert imported(world, first, offers)["created"] == 2
    assert imported(world, later, offers)["created"] == 2
    again = [imported(world, table, offers) for table in (first, later)]
    assert [(answer["created"], answer["already"]) for answer in again] == [(0, 2), (0, 2)]
    made = world.seller.everything("/v1/orders")
    assert len({order["external_ref"] for order in made}) == 4
    assert sorted(order["buyer"]["name"] for order in made) == [
        "农户 12",
        "农户 12",
        "农户 13",
        "农户 14",
    ]


def test_an_order_that_the_release_before_took_by_its_groups_number_is_not_made_again(
    world: World, offers: dict[str, Json]
) -> None:
    table = group_of(13, 12)
    answer = imported(world, table, offers)
    [made] = world.seller.everything("/v1/orders")
    item = OrderItem.get(*key_of("order", made["id"]))
    doc = item.doc
    before = order_id_of(imports_doc(answer["id"]), "1")
    old = OrderItem.of(
        doc.model_copy(update={"id": before, "external_ref": "1"}), fingerprint=item.fingerprint
    )
    item.delete()
    old.save()
    assert imported(world, table, offers)["already"] == 1
    assert imported(world, group_of(20, 12), offers)["created"] == 1, "another week's is another"


def imports_doc(import_id: str) -> Import:
    return ImportItem.get(*key_of("import", import_id)).doc


def test_a_group_without_times_is_named_once(world: World, offers: dict[str, Json]) -> None:
    table = without(group_of(13, 12, 13), "接龙时间")
    asked = seen(world, table)
    assert (asked["missing"], asked["numbers_of_group"]) == (["number"], True)
    assert seen(world, table, columns={"接龙号": "number"})["missing"] == ["number"]

    def imported_as(group: str) -> Json:
        import_id = uploaded(world.seller, as_csv(table))
        assert read(world.seller, import_id, group=group)["missing"] == []
        mapped(world.seller, import_id, offers)
        return run(world.seller, import_id)

    assert imported_as("13 日的团")["created"] == 2
    assert imported_as("１３日的团")["already"] == 2, "however it is typed"
    assert imported_as("20 日的团")["created"] == 2


def test_the_groups_name_is_kept_until_all_is_known(world: World) -> None:
    table = without(without(group_of(13, 12), "接龙时间"), "订单状态")
    import_id = uploaded(world.seller, as_csv(table))
    assert read(world.seller, import_id, group="13日的团")["missing"] == ["status"]
    assert read(world.seller, import_id, paid_only=True)["missing"] == []


@pytest.mark.parametrize("body", [{"group": ""}, {"group": "团" * 61}, {"paid_only": "yes"}])
def test_a_wrong_answer_is_refused(world: World, body: Json) -> None:
    import_id = uploaded(world.seller, as_csv(group_of(13, 12)))
    refused(world.seller.post(f"/v1/imports/{import_id}/read", body), 422, "invalid")


# --- what is paid -------------------------------------------------------------------------------


def test_a_file_without_a_state_is_not_taken_as_paid(world: World) -> None:
    table = without(group_of(13, 12), "订单状态")
    table[0][table[0].index("接龙人")] = "单子怎样了"
    assert seen(world, table)["missing"] == ["status"]
    answer = seen(world, table, columns={"单子怎样了": "status"})
    assert answer["rows"][0]["code"] == "unknown_state"
    assert "群友12" in answer["rows"][0]["reason"]


def test_who_says_that_a_file_holds_paid_orders_alone_is_asked_once(
    world: World, offers: dict[str, Json]
) -> None:
    table = without(group_of(13, 12), "订单状态")
    answer = seen(world, table, paid_only=True)
    assert (answer["missing"], answer["paid_only"]) == ([], True)
    later = without(group_of(20, 12), "订单状态")
    assert seen(world, later)["missing"] == []
    other = [[*row, "备注" if at == 0 else ""] for at, row in enumerate(later)]
    assert seen(world, other)["missing"] == ["status"], "it was said of other headings"
    back = seen(world, later, paid_only=False)
    assert (back["missing"], back["paid_only"]) == (["status"], False)


# --- per set of headings ------------------------------------------------------------------------


def list_of_nobody(paid: str, **cells: str) -> FileRows:
    row = {
        "编号": "N0001", "货": TITLES[0], "几件": "1", paid: "30", "状况": "已付款",
        "谁": "农户 12", "手机": "13800000012", "地方": "".join(PLACE),
    } | cells  # fmt: skip
    return [list(row), list(row.values())]


COLUMNS = {
    "编号": "number", "货": "item", "几件": "quantity", "状况": "status", "谁": "name",
    "手机": "phone", "地方": "address",
}  # fmt: skip


def test_two_lists_of_nobodys_keep_a_mapping_each(world: World, offers: dict[str, Json]) -> None:
    """收款 is of the order in the one, a deposit beside it in the other."""
    first = list_of_nobody("收款")
    other = list_of_nobody("收款", 全款="90")
    item = {"title": TITLES[0], "offer_id": offers["土鸡蛋"]["id"]}
    assert (
        seen(world, first, columns=COLUMNS | {"收款": "order_amount"}, items=[item])["total"] == 1
    )
    assert "amount" in seen(world, other)["missing"]
    answer = seen(world, other, columns=COLUMNS | {"全款": "order_amount"}, items=[item])
    assert answer["rows"][0]["total_fen"] == 9000
    again = [seen(world, table) for table in (first, other)]
    assert [reading["rows"][0]["total_fen"] for reading in again] == [3000, 9000]
    assert [reading["platform"] for reading in again] == ["other", "other"]
    shuffled = [list(reversed(row)) for row in other]
    assert seen(world, shuffled)["rows"][0]["total_fen"] == 9000


def test_what_the_release_before_kept_is_found(world: World, offers: dict[str, Json]) -> None:
    table = list_of_nobody("收款")
    _, fresh = mapping_of(world.shop_id, "other")
    rule = {"title": TITLES[0], "sku": "", "offer_id": offers["土鸡蛋"]["id"], "packs": 2}
    kept = {"columns": COLUMNS | {"收款": "order_amount"}, "items": [rule]}
    MappingItem.of(type(fresh).model_validate(fresh.model_dump() | kept)).save()
    answer = seen(world, table)
    assert (answer["missing"], answer["items"][0]["packs"]) == ([], 2)
    other = list_of_nobody("全款")
    assert "amount" in seen(world, other)["missing"], "it was said of files that have 收款"


def test_a_platform_that_was_nobodys_before_keeps_its_orders(
    world: World, offers: dict[str, Json]
) -> None:
    """Files of 微信小店 were mapped by hand: what they made is known by the profile, too."""
    table = of_form("weixin_shop")(2)
    import_id = uploaded(world.seller, as_csv(table))
    by_hand = {"订单实际支付金额": "order_amount", "收件人地址": "address"}
    read(world.seller, import_id, platform="other", columns=by_hand)
    first = read(world.seller, import_id, platform="other")
    item = {key: first["items"][0][key] for key in ("title", "sku")}
    item["offer_id"] = offers["土鸡蛋"]["id"]
    read(world.seller, import_id, platform="other", items=[item])
    assert run(world.seller, import_id)["created"] == 2
    answer = imported(world, table, offers)
    assert (answer["created"], answer["refused"]) == (0, 2)
    rows = ok(world.seller.get(f"/v1/imports/{answer['id']}/rows"))["items"]
    assert {row["what"] for row in rows} == {"different"}, "the file tells more of them now"
    listed = ok(world.seller.get(f"/v1/imports/{answer['id']}"))
    assert listed["platform"] == "weixin_shop"
    made = world.seller.everything("/v1/orders")
    assert {order["channel"] for order in made} == {"platform"}


def test_a_record_of_a_new_platform_is_read_by_the_release_before(
    world: World, offers: dict[str, Json]
) -> None:
    answer = imported(world, of_form("youzan goods")(1), offers)
    doc = imports_doc(answer["id"])
    assert (doc.platform, doc.profile) == ("other", "youzan")


# --- each export with its true headings -----------------------------------------------------------


@pytest.mark.parametrize("name", FORMS)
def test_an_export_with_its_true_headings_becomes_an_order_unasked(
    name: str, world: World, offers: dict[str, Json]
) -> None:
    import_id = uploaded(world.seller, as_csv(of_form(name)(1)))
    answer = read(world.seller, import_id)
    assert (answer["platform"], answer["missing"]) == (FORMS[name].platform, [])
    mapped(world.seller, import_id, offers)
    assert run(world.seller, import_id)["created"] == 1
    [made] = world.seller.everything("/v1/orders")
    assert made["total_fen"] in {3000, 103_000}
    assert made["buyer"]["address"]["detail"] == "测试路 1 号"


def test_a_column_that_speaks_of_refunds_is_asked_about(
    world: World, offers: dict[str, Json]
) -> None:
    table = group_of(13, 12, 13)
    for row, cell in zip(table, ("售后进度", "", "退款成功"), strict=True):
        row.append(cell)
    import_id = uploaded(world.seller, as_csv(table))
    assert read(world.seller, import_id)["missing"] == ["status"]
    reading = read(world.seller, import_id, columns={"售后进度": "refund_status"})
    assert reading["missing"] == []
    mapped(world.seller, import_id, offers)
    answer = run(world.seller, import_id)
    assert (answer["created"], answer["refused"]) == (1, 1)
