"""What a box has got already: its price is refunded once, whoever complains and how often."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from .complaints import Complaint
from .refunds import Amends


def _line(code: str, stands_in_for: Mapping[str, str]) -> Iterator[str]:
    """A box, the one that it was sent again for, and so on to the one that was paid."""
    box: str | None = code
    while box is not None:
        yield box
        box = stands_in_for.get(box)


def first_of(code: str, stands_in_for: Mapping[str, str]) -> str:
    """The box that was paid, where the others of its chain were sent in its place."""
    *_, first = _line(code, stands_in_for)
    return first


def amends_beside(
    complaint: Complaint,
    of_order: Iterable[Complaint],
    stands_in_for: Mapping[str, str],
    sent_again: int = 0,
) -> Amends:
    """What the box that is complained about got by the other complaints about boxes of its order.

    stands_in_for: for each box that was sent again, the box whose complaint was settled so. A
    refund counts for its own box and for all that this one stands in for, so that none gets more
    than was paid for it. sent_again: the orders of the chain that stand.
    """
    price: Counter[str] = Counter()
    refunded: Counter[str] = Counter()
    for other in of_order:
        if other.id == complaint.id:
            continue
        price[other.parcel_code] = max(price[other.parcel_code], other.amount_fen)
        for box in _line(other.parcel_code, stands_in_for):
            refunded[box] += other.refunded_fen
    own = complaint.parcel_code
    price[own] = complaint.amount_fen
    line = list(_line(own, stands_in_for))
    return Amends(
        refunded_fen=refunded[own],
        spent_fen=max(complaint.amount_fen - price[box] + refunded[box] for box in line),
        in_all_fen=refunded[line[-1]],
        sent_again=sent_again,
    )
