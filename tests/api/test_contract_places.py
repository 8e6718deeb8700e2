"""Addresses and times of a platform's file over real HTTP: read as meant, or asked about."""

from tests.platform_files import FileRows, imported, kuaituantuan, taobao
from tests.world import Json, World, ok


def of_addresses(*addresses: str) -> FileRows:
    table = [list(repeated) for row in taobao(1)[1:] for repeated in [row] * len(addresses)]
    head = taobao(1)[0]
    for n, (row, address) in enumerate(zip(table, addresses, strict=True)):
        row[head.index("主订单编号")] = f"20261123{n:09d}9"
        row[head.index("子订单编号")] = f"20261123{n:09d}90"
        row[head.index("收货地址")] = address
    return [head, *table]


def made(
    world: World, table: FileRows, offer: Json
) -> tuple[dict[str, tuple[str, ...]], list[Json]]:
    """Places of the orders by number, and the rows that were refused."""
    done = imported(world, table, {"土鸡蛋": offer, "沃柑": offer})
    orders = world.seller.everything("/v1/orders")
    places = {order["external_ref"]: tuple(order["buyer"]["address"].values()) for order in orders}
    rows = ok(world.seller.get(f"/v1/imports/{done['id']}/rows"))["items"]
    return places, [row for row in rows if row["what"] != "created"]


def test_addresses_in_one_cell_are_read_by_the_divisions_that_there_are(world: World) -> None:
    table = of_addresses(
        "广东广州天河区员村市场1号",
        "湖北省仙桃市沙嘴街道市场路 2 号",
        "海南省 省直辖县级行政单位 陵水黎族自治县 测试路 1 号",
        "安徽省 黄山市 null 测试路 1 号",
    )
    places, refused = made(world, table, world.offer())
    assert refused == []
    assert sorted(places.values()) == sorted(
        [
            ("广东", "广州市", "天河区", "员村市场1号"),
            ("湖北省", "仙桃市", "仙桃市", "沙嘴街道市场路 2 号"),
            ("海南省", "陵水黎族自治县", "陵水黎族自治县", "测试路 1 号"),
            ("安徽省", "黄山市", "黄山市", "测试路 1 号"),
        ]
    )


def test_a_district_without_its_city_is_asked_about_by_name(world: World) -> None:
    table = of_addresses("朝阳区建国路 1 号", "河北省桥西区测试路 1 号", "广东省广州市朝阳区一路")
    places, refused = made(world, table, world.offer())
    assert places == {}
    first, second, third = (row["reason"] for row in refused)
    assert "“朝阳区”没有写明在哪个市" in first
    assert "“桥西区”没有写明在哪个市" in second
    assert "地址看不出省、市、区县" in third


def test_a_time_of_elsewhere_is_put_into_chinas(world: World) -> None:
    table = kuaituantuan(3)
    at = table[2].index("支付时间")
    orders = [row for row in table[3:] if len(row) > at and row[at]]
    for row, time in zip(
        orders,
        ["2026-11-20T12:05:01Z", "2026-11-20T12:05:01+00:00", "2026-11-20 20:05:01"],
        strict=True,
    ):
        row[at] = time
    made(world, table, world.offer())
    paid = {order["paid_at"] for order in world.seller.everything("/v1/orders")}
    assert paid == {"2026-11-20T12:05:01.000Z"}
