"""Villages, producers and products of the demo.

Places and goods are those of February and March 2020. Where the reports name only the county, the
town is its seat or the one known for the fruit. Producers are invented, and say so (演示): no real
cooperative or person is meant. Households are a number.
"""

from chalicelib.domain.catalogue import NewProducer, NewShop, NewVillage
from chalicelib.domain.products import AfterSales, NewProduct

from . import plans
from .clock import uid

SHOP = uid("shop")

VILLAGES: dict[str, NewVillage] = {
    name: NewVillage(name=village, county=county, province=province, division_code=code)
    for name, village, county, province, code in (
        ("huimin", "孙武街道", "惠民县", "山东省", "371621"),
        ("rongxi", "呈坎镇容溪村", "徽州区", "安徽省", "341004"),
        ("mohe", "西林吉镇", "漠河市", "黑龙江省", "232701"),
        ("yongfu", "罗锦镇", "永福县", "广西壮族自治区", "450326"),
        ("qingyang", "赤城镇", "庆城县", "甘肃省", "621021"),
        ("sanya", "崖州区", "三亚市", "海南省", "460205"),
        ("xiangzhou", "象州镇", "象州县", "广西壮族自治区", "451322"),
        ("wuming", "双桥镇", "武鸣区", "广西壮族自治区", "450110"),
        ("xuwen", "曲界镇", "徐闻县", "广东省", "440825"),
    )
}

COOPERATIVES = (
    ("huimin-mushrooms", "huimin", "cooperative", "惠民香菇演示合作社"),
    ("huimin-pears", "huimin", "cooperative", "惠民梨果演示合作社"),
    ("huimin-hens", "huimin", "farm", "惠民蛋鸡演示养殖场"),
    ("huimin-pickles", "huimin", "cooperative", "惠民酱菜演示合作社"),
    ("mohe-greens", "mohe", "cooperative", "漠河蔬菜演示合作社"),
    ("yongfu-mandarins", "yongfu", "cooperative", "永福砂糖橘演示合作社"),
    ("qingyang-apples", "qingyang", "cooperative", "庆阳苹果演示合作社"),
    ("sanya-mangoes", "sanya", "cooperative", "崖州芒果演示合作社"),
    ("xiangzhou-orahs", "xiangzhou", "cooperative", "象州沃柑演示合作社"),
    ("wuming-orahs", "wuming", "cooperative", "武鸣沃柑演示合作社"),
    ("xuwen-pineapples", "xuwen", "farm", "徐闻菠萝演示农场"),
)
HOUSEHOLDS = (("rongxi", 3), ("rongxi", 7), ("rongxi", 12), ("yongfu", 21), ("sanya", 34))

PRODUCERS: dict[str, NewProducer] = {
    name: NewProducer.model_validate(
        {"village_id": uid(f"village/{village}"), "kind": kind, "display_name": shown}
    )
    for name, village, kind, shown in COOPERATIVES
} | {
    f"household-{number}": NewProducer(
        village_id=uid(f"village/{village}"),
        kind="household",
        display_name=f"农户 {number}",
        household_code=f"{village.upper()}-{number:03d}",
    )
    for village, number in HOUSEHOLDS
}

FRUIT = AfterSales(evidence_hours=48, reply_hours=48)
PRODUCTS: dict[str, NewProduct] = {
    "mushroom": NewProduct(
        name="香菇",
        name_en="Shiitake mushrooms",
        unit="g",
        grade="一级鲜菇",
        shelf_life_days=7,
        inspection_plan=plans.SHIITAKE,
        after_sales=AfterSales(evidence_hours=24, reply_hours=48),
    ),
    "pear": NewProduct(
        name="梨",
        name_en="Pears",
        unit="g",
        shelf_life_days=210,  # of a cold store, from the harvest until spring
        inspection_plan=plans.PEAR,
        after_sales=FRUIT,
    ),
    "egg": NewProduct(
        name="鸡蛋",
        name_en="Eggs",
        unit="piece",
        grade="一级",
        shelf_life_days=30,
        inspection_plan=plans.EGG,
        after_sales=AfterSales(evidence_hours=24, reply_hours=48),
    ),
    "pickle": NewProduct(
        name="酱菜",
        name_en="Vegetables pickled in soy paste",
        unit="piece",
        gtin="9521234500018",
        shelf_life_days=180,
        inspection_plan=plans.PICKLE,
        after_sales=AfterSales(evidence_hours=168, reply_hours=48),
    ),
    "village-egg": NewProduct(
        name="土鸡蛋",
        name_en="Free-range eggs",
        unit="piece",
        grade="一级",
        gtin="9521234500025",
        shelf_life_days=30,
        inspection_plan=plans.EGG,
        after_sales=AfterSales(evidence_hours=24, reply_hours=48),
    ),
    "greens": NewProduct(
        name="小菜套餐",
        name_en="Vegetable set",
        unit="piece",
        shelf_life_days=4,
        inspection_plan=plans.VEGETABLES,
        after_sales=AfterSales(evidence_hours=24, reply_hours=24),
    ),
    "mandarin": NewProduct(
        name="砂糖橘",
        name_en="Sugar mandarins",
        unit="g",
        grade="一级果",
        shelf_life_days=15,
        inspection_plan=plans.MANDARIN,
        after_sales=FRUIT,
    ),
    "apple": NewProduct(
        name="苹果",
        name_en="Fuji apples",
        unit="g",
        grade="一等",
        shelf_life_days=60,
        inspection_plan=plans.APPLE,
        after_sales=FRUIT,
    ),
    "mango": NewProduct(
        name="芒果",
        name_en="Mangoes",
        unit="g",
        shelf_life_days=10,
        inspection_plan=plans.MANGO,
        after_sales=FRUIT,
    ),
    "orah": NewProduct(
        name="沃柑",
        name_en="Orah mandarins",
        unit="g",
        grade="一级果",
        shelf_life_days=30,
        inspection_plan=plans.MANDARIN,
        after_sales=FRUIT,
    ),
    "pineapple": NewProduct(
        name="菠萝",
        name_en="Pineapples",
        unit="g",
        shelf_life_days=10,
        inspection_plan=plans.PINEAPPLE,
        after_sales=FRUIT,
    ),
}

THE_SHOP = NewShop(
    name="山货演示联播店",
    village_ids=[uid(f"village/{name}") for name in VILLAGES],
    phone="0559-1234567",
    wechat="shanhuo_demo",
    return_address="安徽省黄山市歙县演示路 1 号 山货演示联播店 0559-1234567",
    hours="每天 8:00–20:00",
)
