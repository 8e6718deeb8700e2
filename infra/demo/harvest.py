"""What was picked, in the reports' quantities: what a stream sold is what its batches held.

Four batches have a history. 漠河's third one failed its rapid test and waits. 惠民's second lot of
mushrooms failed it too, as mushrooms do by themselves, and was released by the laboratory. 庆阳's
apples were typed wrong and corrected. 三亚's household 34 passed the rapid test, was sold, and was
recalled when the laboratory found a pesticide that a rapid test cannot see.
"""

from chalicelib.domain.fields import china_date
from chalicelib.domain.standards import edition_of

from .clock import TenDays
from .lots import JIN, LAB, Decision, Finding, Lot, good

VEGETABLE_DAYS = (9, 7, 6, 4, 2, 1)
EGG_DAYS = tuple(range(9, 0, -1))
CRATE_DAYS = (9, 7, 5, 3)
EGGS_A_DAY = 300
SETS_A_DAY = 60
CITY_LAB = "市级农产品检测中心（演示）"


def all_lots(days: TenDays) -> list[Lot]:
    return [
        *_huimin(days),
        *_sanya(days),
        *_qingyang(days),
        *_citrus_and_pineapples(days),
        *_eggs(days),
        *_vegetables(days),
    ]


def _huimin(days: TenDays) -> list[Lot]:
    """24 February, 20:00: 20,000 斤香菇, 20,000 斤梨, 15,000 鸡蛋, 10,000 bottles of 酱菜."""
    mushrooms, hens, pickles = "huimin-mushrooms", "huimin-hens", "huimin-pickles"
    return [
        good(
            days,
            9,
            "huimin-mushroom-1",
            "HM-XG-A",
            "mushroom",
            mushrooms,
            10_000 * JIN,
            offer="huimin-mushroom",
        ),
        _cleared_mushrooms(days),
        good(
            days,
            9,
            "huimin-pear",
            "HM-L",
            "pear",
            "huimin-pears",
            20_000 * JIN,
            stored=141,
            stage="storage",
        ),
        good(days, 9, "huimin-egg-1", "HM-JD-A", "egg", hens, 6_000, offer="huimin-egg", lab=LAB),
        good(days, 9, "huimin-egg-2", "HM-JD-B", "egg", hens, 9_000, offer="huimin-egg", lab=LAB),
        good(
            days,
            9,
            "huimin-pickle",
            "HM-JC",
            "pickle",
            pickles,
            10_000,
            stored=31,
            stage="packing",
            lab=LAB,
        ),
    ]


def _cleared_mushrooms(days: TenDays) -> Lot:
    failed = Finding(
        "huimin-mushroom-2/1", days.day(9, "08:10"), {"inhibition": "56.2"}, note="切碎浸提"
    )
    confirmed = Finding(
        "huimin-mushroom-2/2",
        days.day(9, "16:30"),
        {"inhibition": "14.8", "cadmium": "0.12", "omethoate": None},
        lab=LAB,
        note="改整体浸提复检，并送实验室确证",
    )
    why = "香菇本身会干扰快检；整体浸提复检和实验室确证均合格"
    return Lot(
        name="huimin-mushroom-2",
        offer="huimin-mushroom",
        code=days.lot("HM-XG-B", 9),
        product="mushroom",
        producer="huimin-mushrooms",
        quantity=10_000 * JIN,
        harvested_on=days.date(9),
        at=days.day(9, "06:40"),
        findings=(failed, confirmed),
        decisions=(Decision(days.day(9, "16:40"), "release", "cadre", why),),
        certified=(days.day(9, "17:00"), "commissioned_test"),
    )


def _sanya(days: TenDays) -> list[Lot]:
    """60,000 斤芒果; the 60 kg that household 34 brought were the ones."""
    tainted = Finding(
        "sanya-mango-34/2",
        days.day(4, "10:00"),
        {"inhibition": "9.6", "brix": "15.2", "clothianidin": "0.11"},
        "market",
        CITY_LAB,
        "留样送检：新烟碱类，快检查不出",
    )
    clean = Finding(
        "sanya-mango/2",
        days.day(4, "10:20"),
        {"inhibition": "8.4", "brix": "15.9", "clothianidin": "0.008"},
        "market",
        CITY_LAB,
    )
    edition = edition_of("GB 2763", days.date(4))
    why = f"噻虫胺 0.11 mg/kg，超过 {edition} 限量 0.04 mg/kg"
    own = 60_000
    return [
        good(
            days,
            8,
            "sanya-mango-34",
            "SY-MG-34",
            "mango",
            "household-34",
            own,
            offer="sanya-mango",
            plot="三号坡地",
            later=(tainted,),
            decisions=(Decision(days.day(4, "11:00"), "recall", "county", why),),
        ),
        good(
            days,
            8,
            "sanya-mango",
            "SY-MG",
            "mango",
            "sanya-mangoes",
            60_000 * JIN - own,
            later=(clean,),
        ),
    ]


def _qingyang(days: TenDays) -> list[Lot]:
    """20,000 斤苹果; the decimal point of the sugar slipped, was noticed and corrected."""
    typed = {"inhibition": "7.9", "brix": "1.41"}
    wrong = Finding("qingyang-apple/1", days.day(8, "10:00"), typed, "storage")
    right = Finding(
        "qingyang-apple/2",
        days.day(8, "10:25"),
        typed | {"brix": "14.1"},
        "storage",
        note="更正：糖度小数点录错，原始读数 14.1",
        corrects="qingyang-apple/1",
    )
    why = "录入错误已更正，糖度合格"
    apples = "qingyang-apples"
    return [
        Lot(
            name="qingyang-apple",
            offer="qingyang-apple",
            code=days.lot("QY-PG", 8),
            product="apple",
            producer=apples,
            quantity=20_000 * JIN,
            harvested_on=days.date(41),
            at=days.day(8, "09:30"),
            findings=(wrong, right),
            decisions=(Decision(days.day(8, "10:30"), "release", "cadre", why),),
            certified=(days.day(8, "10:40"), "self_tested"),
        ),
        good(
            days,
            6,
            "qingyang-apple-shop",
            "QY-PG-S",
            "apple",
            apples,
            4_000 * JIN,
            stored=35,
            stage="storage",
        ),
    ]


def _citrus_and_pineapples(days: TenDays) -> list[Lot]:
    """象州 100,000 斤沃柑 in one stream; 永福 3,200 t of 砂糖橘; 武鸣 and 徐闻 sell on."""
    orah, more = "xiangzhou-orah", "xiangzhou-orahs"
    pineapple, farm = "xuwen-pineapple", "xuwen-pineapples"
    mandarin, mandarins = "mandarin", "yongfu-mandarins"
    own = "household-21"
    lots = [
        good(days, 6, f"{orah}-1", "XZ-WG-A", "orah", more, 60_000 * JIN, offer=orah, stored=1),
        good(days, 6, f"{orah}-2", "XZ-WG-B", "orah", more, 40_000 * JIN, offer=orah),
        good(days, 8, "wuming-orah", "WM-WG", "orah", "wuming-orahs", 10_000 * JIN, plot="七号园"),
        good(days, 2, "wuming-next", "WM-WG-N", "orah", "wuming-orahs", 6_000 * JIN, offer="later"),
        good(days, 8, pineapple, "XW-BL", "pineapple", farm, 12_000 * JIN),
        good(days, 8, "yongfu-shop", "YF-STJ-21", mandarin, own, 4_000 * JIN, plot="屋后坡"),
    ]
    lots += [
        good(days, back, f"yongfu-{back}", "YF-STJ", mandarin, mandarins, 800_000_000, lab=LAB)
        for back in CRATE_DAYS
    ]
    return lots


def _eggs(days: TenDays) -> list[Lot]:
    """容溪村's eggs are sold out every day. Today's wait for their test."""
    hens = ("household-3", "household-7", "household-12")
    egg = "village-egg"
    lots = [
        good(days, back, f"rongxi-{back}", "RX-TJD", egg, hens[back % 3], EGGS_A_DAY, lab=LAB)
        for back in EGG_DAYS
    ]
    today = days.ago(7)
    untested = Lot(
        name="rongxi-0",
        offer="rongxi-0",
        code=days.lot("RX-TJD", 0),
        product=egg,
        producer=hens[0],
        quantity=EGGS_A_DAY,
        harvested_on=china_date(today),
        at=today,
    )
    return [*lots, untested]


def _vegetables(days: TenDays) -> list[Lot]:
    """漠河's sets are made up in the morning; those of the third day back failed, and wait."""
    greens, makers = "greens", "mohe-greens"
    lots = [
        good(days, back, f"mohe-{back}", "MH-TC", greens, makers, SETS_A_DAY, stage="packing")
        for back in VEGETABLE_DAYS
    ]
    failed = Finding(
        "mohe-3/1",
        days.day(3, "07:30"),
        {"inhibition": "63.4"},
        "packing",
        note="同批重测两次，结果一致",
    )
    held = Lot(
        name="mohe-3",
        offer="mohe-3",
        code=days.lot("MH-TC", 3),
        product=greens,
        producer=makers,
        quantity=SETS_A_DAY,
        harvested_on=days.date(3),
        at=days.day(3, "06:30"),
        findings=(failed,),
    )
    return [*lots, held]
