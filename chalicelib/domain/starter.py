"""What a county may begin its products with: inspection plans by category, to be looked through
before they are saved.

A limit stands here only with its source. National food safety standards are cited without a year:
standards.py knows which edition is in force on the day of a test. Where the product's own limits
are not known to us (grain, tea, honey) there is no plan: whoever sets the product up enters what
their laboratory tests by. A rapid test screens for organophosphates and carbamates only; what it
cannot see is left to the confirmatory methods.
"""

from decimal import Decimal
from typing import NamedTuple

from .products import AfterSales, InspectionPlan, Metric, Unit

RAPID = "GB/T 5009.199-2003 酶抑制率法"


def rapid(method: str = RAPID) -> Metric:
    return Metric(
        key="inhibition",
        name="农药残留快速检测（抑制率）",
        unit="%",
        operator="lt",
        limit=Decimal(50),
        method=method,
        source="GB/T 5009.199-2003（抑制率≥50%为阳性）",
        kind="screening",
        required=True,
    )


def residue(key: str, name: str, limit: str) -> Metric:
    """A pesticide by mass spectrometry, done by a laboratory and not for every batch."""
    return Metric(
        key=key,
        name=name,
        unit="mg/kg",
        operator="le",
        limit=Decimal(limit),
        method="GB 23200.121-2021 液相色谱-质谱联用法",
        source="GB 2763",
        kind="confirmatory",
        required=False,
    )


def sweetness(limit: str, source: str) -> Metric:
    return Metric(
        key="brix",
        name="可溶性固形物（糖度）",
        unit="°Brix",
        operator="ge",
        limit=Decimal(limit),
        method="NY/T 2637-2014 折射仪法",
        source=source,
        kind="measure",
        required=True,
    )


def contaminant(
    key: str,
    name: str,
    limit: str,
    method: str,
    source: str,
    *,
    unit: str = "mg/kg",
    required: bool,
) -> Metric:
    return Metric(
        key=key,
        name=name,
        unit=unit,
        operator="le",
        limit=Decimal(limit),
        method=method,
        source=source,
        kind="confirmatory",
        required=required,
    )


RAPID_FRUIT = rapid(f"{RAPID}（水果参照执行）")
OMETHOATE = residue("omethoate", "氧乐果", "0.02")
CARBOFURAN = residue("carbofuran", "克百威", "0.02")
PROFENOFOS = residue("profenofos", "丙溴磷", "0.2")
FUJI = sweetness("13", "GB/T 10651-2008 富士系")
POME_SAMPLE = "不少于 12 个且不少于 3 kg（NY/T 789-2004）"
CITRUS_SAMPLE = "6～12 个且不少于 3 kg（NY/T 789-2004）"

# Mushrooms hold substances that slow the enzyme by themselves: the standard has them extracted
# whole, and a positive rapid test is to be confirmed before anything is thrown away.
SHIITAKE = InspectionPlan(
    sample_size="按 NY/T 789-2004 多点抽样",
    metrics=[
        rapid(f"{RAPID}（整体浸提，菌菇易出假阳性）"),
        contaminant(
            "cadmium",
            "镉（以 Cd 计）",
            "0.5",
            "GB 5009.15-2023",
            "GB 2762 香菇",
            required=False,
        ),
        OMETHOATE,
    ],
)
EGG = InspectionPlan(
    sample_size="30 枚（GB/T 39438-2020 6.2.1）",
    metrics=[
        Metric(
            key="florfenicol",
            name="氟苯尼考",
            unit="μg/kg",
            operator="absent",
            method="SN/T 1865-2016 液相色谱-质谱/质谱法",
            source="GB 31650（产蛋期禁用）",
            kind="confirmatory",
            required=True,
        ),
        Metric(
            key="haugh",
            name="哈夫单位（新鲜度）",
            operator="ge",
            limit=Decimal(60),
            method="NY/T 823-2020",
            source="SB/T 10638-2011 A 级",
            kind="measure",
            required=False,
        ),
        Metric(
            key="weight",
            name="平均单枚重",
            unit="g",
            method="称重，30 枚平均",
            source="不设限量",
            kind="measure",
            required=True,
        ),
    ],
)
PICKLE = InspectionPlan(
    sample_size="同批 3 瓶，另留样 1 瓶",
    metrics=[
        contaminant(
            "nitrite",
            "亚硝酸盐（以 NaNO₂ 计）",
            "20",
            "GB 5009.33-2016",
            "GB 2762",
            required=True,
        ),
        contaminant(
            "lead",
            "铅（以 Pb 计）",
            "0.5",
            "GB 5009.12-2023",
            "GB 2762 酱腌菜",
            required=False,
        ),
        contaminant(
            "sulfur_dioxide",
            "二氧化硫残留量",
            "0.1",
            "GB 5009.34-2022",
            "GB 2760 腌渍的蔬菜",
            unit="g/kg",
            required=False,
        ),
    ],
)
VEGETABLES = InspectionPlan(
    sample_size="每种菜按 NY/T 789-2004 多点抽样",
    metrics=[rapid(), OMETHOATE, residue("methamidophos", "甲胺磷", "0.05")],
)
PEAR = InspectionPlan(sample_size=POME_SAMPLE, metrics=[RAPID_FRUIT, OMETHOATE, CARBOFURAN])
APPLE = InspectionPlan(sample_size=POME_SAMPLE, metrics=[RAPID_FRUIT, FUJI, OMETHOATE, CARBOFURAN])
CITRUS = InspectionPlan(sample_size=CITRUS_SAMPLE, metrics=[RAPID_FRUIT, PROFENOFOS, CARBOFURAN])

ONE_DAY = AfterSales(evidence_hours=24, reply_hours=48)
TWO_DAYS = AfterSales(evidence_hours=48, reply_hours=48)
"""What is usual in the trade: a photo within 24 to 48 hours of delivery, an answer within 48."""


class Starter(NamedTuple):
    """A category, as the first product of it may be called and tested. plan: None where no limit
    with its source is known to us."""

    key: str
    name: str
    name_en: str
    unit: Unit
    plan: InspectionPlan | None
    after_sales: AfterSales


STARTERS = (
    Starter("vegetables", "时令蔬菜", "Seasonal vegetables", "g", VEGETABLES, ONE_DAY),
    Starter("fungi", "香菇", "Shiitake mushrooms", "g", SHIITAKE, ONE_DAY),
    Starter("citrus", "柑橘", "Mandarins", "g", CITRUS, TWO_DAYS),
    Starter("pears", "梨", "Pears", "g", PEAR, TWO_DAYS),
    Starter("apples", "苹果", "Apples", "g", APPLE, TWO_DAYS),
    Starter("eggs", "鸡蛋", "Eggs", "piece", EGG, ONE_DAY),
    Starter("pickles", "酱腌菜", "Pickled vegetables", "piece", PICKLE, TWO_DAYS),
    Starter("grain", "粮食", "Grain", "g", None, TWO_DAYS),
    Starter("tea", "茶叶", "Tea", "g", None, TWO_DAYS),
    Starter("honey", "蜂蜜", "Honey", "piece", None, TWO_DAYS),
)


def starter(key: str | None) -> Starter | None:
    return next((entry for entry in STARTERS if entry.key == key), None)
