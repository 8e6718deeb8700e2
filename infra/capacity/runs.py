"""The simulations that docs/capacity.md shows, and what of each it says. All are seeded."""

from collections.abc import Callable
from dataclasses import dataclass

from .crowd import BEFORE, Result, after, buyers, scanners

SCREEN_RATE = 1806
"""Ten times the mean of 1.3 million viewers in 2 hours."""
NEWS_RATE = 4333
"""1.3 million within 5 minutes."""
WARMED = 600
"""Partitions: a table and indexes warmed up to 600,000 writes a second."""


@dataclass(frozen=True)
class Run:
    """what: of what the figures are ("order", "scan"); play: does it, within seconds of CPU."""

    title: str
    what: str
    play: Callable[[], Result]


CHEAP = [
    Run("100 orders/s, before", "order", lambda: buyers(BEFORE, 100, 3)),
    Run("100 orders/s, now", "order", lambda: buyers(after(100), 100, 3)),
    Run("1,000 orders/s, before", "order", lambda: buyers(BEFORE, 1000, 3)),
    Run("1,000 orders/s, now", "order", lambda: buyers(after(1000), 1000, 3)),
]
LONG = [
    Run("10,000 orders/s, before", "order", lambda: buyers(BEFORE, 10_000, 1)),
    Run("10,000 orders/s, now", "order", lambda: buyers(after(10_000), 10_000, 2)),
    Run(
        "... warmed up, no hot key split off yet",
        "order",
        lambda: buyers(after(10_000), 10_000, 2, partitions=WARMED),
    ),
    Run(
        "... if transactions hold items half as long",
        "order",
        lambda: buyers(after(10_000), 10_000, 1, hold=0.0025),
    ),
    Run(
        "... if they hold them twice as long",
        "order",
        lambda: buyers(after(10_000), 10_000, 1, hold=0.01),
    ),
    Run(
        "... and 10,000 packs, sold out after a second",
        "order",
        lambda: buyers(after(10_000), 10_000, 2, packs=10_000),
    ),
]
SCANS = [
    Run(
        "1,806 scans/s of many parcels of a batch",
        "scan",
        lambda: scanners(after(10_000), SCREEN_RATE, 3, codes=13_500),
    ),
    Run("1,806 scans/s of one code, page", "scan", lambda: screen(10)),
    Run("... its counter, first 10 s, before", "count", lambda: screen(10, before=True)),
    Run("... its counter, first 10 s, now", "count", lambda: screen(10)),
    Run("... its counter, first 40 s, now", "count", lambda: screen(40)),
    Run(
        "4,333 scans/s of a recalled batch, before",
        "scan",
        lambda: scanners(BEFORE, NEWS_RATE, 2, codes=13_500, recalled=True),
    ),
    Run(
        "4,333 scans/s of a recalled batch, now",
        "scan",
        lambda: scanners(after(10_000), NEWS_RATE, 2, codes=13_500, recalled=True),
    ),
]
RUNS = CHEAP + LONG + SCANS


def screen(seconds: int, *, before: bool = False) -> Result:
    """Everybody scans the one code that the host holds into the camera."""
    return scanners(BEFORE if before else after(10_000), SCREEN_RATE, seconds, codes=1)


Summary = dict[str, str]


def summary(run: Run) -> Summary:
    """What the document says of a run: all of it text, so that it compares."""
    result = run.play()
    outcome = result.outcomes[run.what]
    store = result.stage.store
    asked = outcome.done + outcome.unavailable
    key, share = max(store.peak().items(), key=lambda entry: entry[1])
    kind = {"order": "STOCK#offer#slot", "scan": "BATCH#id", "count": "PARCEL#code"}[run.what]
    met = store.conflicts[kind] / store.attempts[kind] if store.attempts[kind] else 0.0
    paid = result.outcomes.get("pay")
    saturated = [name for name, _ in result.saturated()]
    return {
        "run": run.title,
        "slots": str(result.stage.design.slots) if run.what == "order" else "-",
        "asked": f"{asked:,}",
        "done": f"{100 * outcome.done / asked:.2f} %",
        "paid": f"{100 * paid.done / (paid.done + paid.unavailable):.2f} %" if paid else "-",
        "503": f"{outcome.unavailable:,}",
        "p50": f"{outcome.quantile(0.5):.0f}",
        "p99": f"{outcome.quantile(0.99):.0f}",
        "conflicts": f"{100 * met:.0f} %",
        "throttled": f"{sum(store.throttled.values()):,}",
        "gives in": ", ".join(f"`{name}`" for name in saturated) or "none",
        "fullest": f"`{key}` {100 * share:,.0f} %",
    }
