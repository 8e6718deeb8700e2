"""Measuring two things against each other on a machine that others use too."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Clock = Callable[[], float]


@dataclass(frozen=True)
class Row:
    """One line of the result: ours against its floor; a bar of None is for information."""

    name: str
    ours: float
    floor: float
    unit: str
    bar: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float:
        """How many times worse than the floor."""
        return self.floor / self.ours if self.more_is_better else self.ours / self.floor

    @property
    def verdict(self) -> str:
        if self.bar is None:
            return ""
        return f"{self.bar:.1f}  {'met' if self.ratio <= self.bar else 'NOT MET'}"

    def __str__(self) -> str:
        return (
            f"{self.name:<52} {self.ours:>9.2f} {self.floor:>9.2f} {self.unit:<6}"
            f" {self.ratio:>5.2f}x  {self.verdict}"
        ).rstrip()


HEADING = f"{'':<52} {'ours':>9} {'floor':>9} {'':<6} {'ratio':>6}  bar"


def interleaved(
    acts: Mapping[str, Callable[[], object]], *, times: int, rounds: int, clock: Clock
) -> dict[str, float]:
    """The median over the rounds of each act's mean time, in milliseconds.

    One act after the other in every round, so that a busy moment of the machine hits them all.
    """
    for act in acts.values():
        for _ in range(max(5, times // 5)):
            act()
    means: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(rounds):
        for name, act in acts.items():
            began = clock()
            for _ in range(times):
                act()
            means[name].append((clock() - began) * 1000 / times)
    return {name: statistics.median(found) for name, found in means.items()}


cpu: Clock = time.thread_time
wall: Clock = time.perf_counter
