"""Money split into parts that come to the whole again, to the fen."""

from collections.abc import Sequence


def share(total: int, weights: Sequence[int]) -> list[int]:
    """`total` split by weight, exactly: what rounding leaves goes to the largest remainders."""
    by = list(weights) if sum(weights) else [1] * len(weights)
    parts = [total * weight // sum(by) for weight in by]
    left = sorted(range(len(by)), key=lambda at: (-(total * by[at] % sum(by)), at))
    for at in left[: total - sum(parts)]:
        parts[at] += 1
    return parts


def stretch(total: int, pieces: int, start: int, end: int) -> int:
    """What the pieces from `start` up to `end` come to, of a `total` for `pieces` equal ones.

    Stretches that join add up exactly, whoever cuts them and when, so a part that was once told
    stays as it is whatever becomes of the rest. Two of them are as `share` splits them; each is
    within a fen of its exact part.
    """
    return _up_to(total, pieces, end) - _up_to(total, pieces, start)


def _up_to(total: int, pieces: int, end: int) -> int:
    return (2 * total * end + pieces) // (2 * pieces)
