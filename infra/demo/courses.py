"""What the demo's cadre was trained in.

The rapid tests of fruit and vegetables and the sampling of eggs are valid; the course for mushrooms
ran out before the story begins, and nobody was trained in what laboratories do for pickles and
residues: so the county's page of tests to look at has both kinds.
"""

from chalicelib.domain.accounts import NewTraining

from . import plans
from .clock import TenDays

TRAINER = "市农产品检测中心（演示）"


def all_courses(days: TenDays) -> dict[str, NewTraining]:
    """By name. A course is valid for two years."""
    return {
        "vegetables": _course(days, plans.VEGETABLES.metrics[0].method, 300, "YS-0101"),
        "fruit": _course(days, plans.RAPID_FRUIT.method, 300, "YS-0102"),
        "eggs": _course(days, plans.EGG.metrics[0].method, 120, "YS-0215"),
        "mushrooms": _course(days, plans.SHIITAKE.metrics[0].method, 750, "YS-0033"),
    }


def _course(days: TenDays, method: str, back: int, number: str) -> NewTraining:
    return NewTraining(
        method=method,
        trained_on=days.date(back),
        valid_until=days.date(back - 730),
        trainer=TRAINER,
        certificate_no=f"演示-{number}",
    )
