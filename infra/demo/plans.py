"""Inspection plans of the demo's products: those a county may begin with (domain/starter.py), and
what the demo's cooperatives promise besides.

Where no standard sets a limit (the sweetness of most fruit), the source says that the cooperative
promised it.
"""

from chalicelib.domain.products import InspectionPlan, Metric
from chalicelib.domain.starter import (
    APPLE,
    CARBOFURAN,
    CITRUS_SAMPLE,
    EGG,
    OMETHOATE,
    PICKLE,
    POME_SAMPLE,
    PROFENOFOS,
    RAPID_FRUIT,
    SHIITAKE,
    VEGETABLES,
    residue,
    sweetness,
)

__all__ = [
    "APPLE",
    "EGG",
    "MANDARIN",
    "MANGO",
    "PEAR",
    "PICKLE",
    "PINEAPPLE",
    "RAPID_FRUIT",
    "SHIITAKE",
    "VEGETABLES",
]

PROMISE = "合作社对买家的承诺（无国家标准限量）"


def promised(limit: str) -> Metric:
    return sweetness(limit, PROMISE)


PEAR = InspectionPlan(
    sample_size=POME_SAMPLE, metrics=[RAPID_FRUIT, promised("11"), OMETHOATE, CARBOFURAN]
)
MANDARIN = InspectionPlan(
    sample_size=CITRUS_SAMPLE, metrics=[RAPID_FRUIT, promised("12"), PROFENOFOS, CARBOFURAN]
)
MANGO = InspectionPlan(
    sample_size="不少于 3 kg（NY/T 789-2004）",
    metrics=[RAPID_FRUIT, promised("14"), residue("clothianidin", "噻虫胺", "0.04")],
)
PINEAPPLE = InspectionPlan(
    sample_size="不少于 3 kg（NY/T 789-2004）",
    metrics=[RAPID_FRUIT, promised("13"), OMETHOATE, CARBOFURAN],
)
