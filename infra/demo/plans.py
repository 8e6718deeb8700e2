"""Inspection plans as the field writes them: method, limit and the limit's source.

Where no standard sets a limit (the sweetness of most fruit), the source says that the cooperative
promised it. National food safety standards are cited without a year: domain/standards.py knows
which edition is in force on the day of a test. A rapid test screens for organophosphates and
carbamates only; what it cannot see is left to the confirmatory methods.
"""

from decimal import Decimal

from chalicelib.domain.products import InspectionPlan, Metric

PROMISE = "合作社对买家的承诺（无国家标准限量）"
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


def sweetness(limit: str, source: str = PROMISE) -> Metric:
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
PEAR = InspectionPlan(
    sample_size="不少于 12 个且不少于 3 kg（NY/T 789-2004）",
    metrics=[RAPID_FRUIT, sweetness("11"), OMETHOATE, CARBOFURAN],
)
APPLE = InspectionPlan(
    sample_size="不少于 12 个且不少于 3 kg（NY/T 789-2004）",
    metrics=[RAPID_FRUIT, sweetness("13", "GB/T 10651-2008 富士系"), OMETHOATE, CARBOFURAN],
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
            name="平均单枚重（只记录）",
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
MANDARIN = InspectionPlan(
    sample_size="6～12 个且不少于 3 kg（NY/T 789-2004）",
    metrics=[RAPID_FRUIT, sweetness("12"), residue("profenofos", "丙溴磷", "0.2"), CARBOFURAN],
)
MANGO = InspectionPlan(
    sample_size="不少于 3 kg（NY/T 789-2004）",
    metrics=[RAPID_FRUIT, sweetness("14"), residue("clothianidin", "噻虫胺", "0.04")],
)
PINEAPPLE = InspectionPlan(
    sample_size="不少于 3 kg（NY/T 789-2004）",
    metrics=[RAPID_FRUIT, sweetness("13"), OMETHOATE, CARBOFURAN],
)
