"""Measuring two things against each other on a machine that others use too."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Clock = Callable[[], float]


@dataclass(frozen=True)
class BenchRow:
    """One line of the result: ours against its floor, both measured in turn, round by round.

    The ratio is the middle one of the rounds' ratios, as a busy moment hits both of a round. A bar
    of None: for information.
    """

    name: str
    ours: Sequence[float]
    floor: Sequence[float]
    unit: str
    bar: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float:
        """How many times worse than the floor."""
        pairs = zip(self.ours, self.floor, strict=True)
        return statistics.median(f / o if self.more_is_better else o / f for o, f in pairs)

    @property
    def verdict(self) -> str:
        if self.bar is None:
            return ""
        return f"{self.bar:.1f}  {'met' if self.ratio <= self.bar else 'NOT MET'}"

    def __str__(self) -> str:
        ours, floor = statistics.median(self.ours), statistics.median(self.floor)
        return (
            f"{self.name:<52} {ours:>9.2f} {floor:>9.2f} {self.unit:<6}"
            f" {self.ratio:>5.2f}x  {self.verdict}"
        ).rstrip()


HEADING = f"{'':<52} {'ours':>9} {'floor':>9} {'':<6} {'ratio':>6}  bar"


def interleaved(
    acts: Mapping[str, Callable[[], object]], *, times: int, rounds: int, clock: Clock
) -> dict[str, list[float]]:
    """Each act's mean time in milliseconds, round by round: in every round one after the other."""
    for act in acts.values():
        for _ in range(max(30, times)):
            act()
    means: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(rounds):
        for name, act in acts.items():
            began = clock()
            for _ in range(times):
                act()
            means[name].append((clock() - began) * 1000 / times)
    return means


cpu: Clock = time.thread_time
wall: Clock = time.perf_counter
