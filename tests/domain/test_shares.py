"""Sums split into parts: they come to the whole to the fen, however and whenever it is cut."""

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.complaints import NewComplaint, report
from chalicelib.domain.orders import Order
from chalicelib.domain.parcels import Parcel
from chalicelib.domain.placing import replace
from chalicelib.domain.shares import share, stretch
from tests.domain.samples import NOW, batch, identity, offer, order, parcel

SOURCE = batch("passed", available_quantity=10**6)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=10))
def test_shares_come_to_the_whole(total: int, weights: list[int]) -> None:
    shares = share(total, weights)
    assert sum(shares) == total
    assert all(part >= 0 for part in shares)
    if sum(weights):
        for part, weight in zip(shares, weights, strict=True):
            assert abs(part - total * weight / sum(weights)) < 1


@given(st.integers(0, 10**9), st.integers(1, 1000), st.data())
def test_stretches_that_join_come_to_the_whole(
    total: int, pieces: int, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, pieces), max_size=6)))
    ends = [0, *cuts, pieces]
    parts = [stretch(total, pieces, *pair) for pair in itertools.pairwise(ends)]
    assert sum(parts) == total
    for part, (start, end) in zip(parts, itertools.pairwise(ends), strict=True):
        assert part >= 0
        assert abs(part - total * (end - start) / pieces) <= 1


@given(st.integers(0, 10**6), st.integers(1, 1000), st.data())
def test_two_stretches_are_shares(total: int, pieces: int, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, pieces))
    parts = [stretch(total, pieces, 0, cut), stretch(total, pieces, cut, pieces)]
    assert parts == share(total, [cut, pieces - cut])


# --- the parcels of an order ----------------------------------------------------------------------


class Paid(NamedTuple):
    """An order and the packs of each line that go into each of its parcels."""

    order: Order
    parcels: list[dict[int, int]]


@st.composite
def paid_orders(draw: st.DrawFn) -> Paid:
    """Of one to three lines: at the offer's prices with or without a coupon, or as an outside
    platform was paid for them, whatever that was."""
    packs = draw(st.lists(st.integers(1, 12), min_size=1, max_size=3))
    prices = [draw(st.integers(1, 5000)) for _ in packs]
    offers = [offer(SOURCE, price_fen=price, packs_total=100) for price in prices]
    made = order(*zip(offers, packs, strict=True), state="paid")
    kind = draw(st.sampled_from(["plain", "coupon", "platform", "older"]))
    if kind == "coupon":
        off = draw(st.integers(1, made.total_fen))
        update = {"total_fen": made.total_fen - off, "discount_fen": off}
        made = made.model_copy(update=update | {"paid_fen": made.total_fen - off})
    elif kind != "plain":
        sums = tuple(draw(st.integers(0, 20_000)) for _ in packs)
        lines = tuple(
            line.model_copy(update={"price_fen": fen // line.packs})
            for line, fen in zip(made.lines, sums, strict=True)
        )
        update = {"total_fen": sum(sums), "paid_fen": sum(sums)}
        line_sums = sums if kind == "platform" else ()
        made = made.model_copy(update=update | {"lines": lines, "line_sums": line_sums})
    left = Counter(dict(enumerate(packs)))
    boxes = []
    while left.total():
        box = {at: draw(st.integers(0, n)) for at, n in left.items()}
        if not any(box.values()):
            box = dict(left)
        left -= Counter(box)
        boxes.append({at: n for at, n in box.items() if n})
    return Paid(made, boxes)


def packed(bought: Order, boxes: Sequence[dict[int, int]]) -> tuple[Order, list[Parcel]]:
    """One after the other, each as the order stands then."""
    made = []
    for n, box in enumerate(boxes):
        sent = parcel(bought, *((at, SOURCE, packs) for at, packs in box.items()))
        made.append(sent.model_copy(update={"code": f"K{n}"}))
        bought = bought.with_parcel(f"K{n}", box)
    return bought, made


def full_refund(box: Parcel, bought: Order, paid: Order) -> int:
    return report(
        NewComplaint(reason="rotten"),
        box,
        bought,
        paid=paid,
        village_ids=(),
        complaint_id=identity(),
        recalled=False,
        message=None,
        now=NOW,
    ).full_refund(paid.paid_fen)


@given(paid_orders())
def test_full_refunds_of_all_parcels_are_all_that_was_paid(paid: Paid) -> None:
    assert sum(paid.order.sums) == paid.order.goods_fen
    assert paid.order.goods_fen == paid.order.total_fen + paid.order.discount_fen
    after, parcels = packed(paid.order, paid.parcels)
    assert sum(parcel.amount_fen for parcel in parcels) == paid.order.paid_fen
    refunds = [full_refund(parcel, after, after) for parcel in parcels]
    assert sum(refunds) == paid.order.paid_fen
    assert refunds == [parcel.amount_fen for parcel in parcels]


@given(paid_orders(), st.data())
def test_what_replaces_a_parcel_is_worth_as_much(paid: Paid, data: st.DataObject) -> None:
    """Also when the replacement goes out in several parcels, and is itself replaced."""
    after, parcels = packed(paid.order, paid.parcels)
    at = data.draw(st.integers(0, len(parcels) - 1))
    bought, box, worth = after, paid.parcels[at], parcels[at].amount_fen
    for _ in range(2):
        bought = replace(
            bought,
            box,
            {line: {} for line in box},
            order_id=identity(),
            paid_id=after.id,
            paid_fen=worth,
            complaint_id=identity(),
            buyer="sealed",
            by="seller",
            now=NOW,
        )
        assert (bought.total_fen, bought.discount_fen) == (0, bought.goods_fen)
        box = {line: bought_line.packs for line, bought_line in enumerate(bought.lines)}
        first = {line: data.draw(st.integers(0, packs)) for line, packs in box.items()}
        boxes = [Counter(first), Counter(box) - Counter(first)]
        sent, again = packed(bought, [dict(+contents) for contents in boxes if contents.total()])
        assert sum(parcel.amount_fen for parcel in again) == 0
        refunds = [full_refund(parcel, sent, after) for parcel in again]
        assert sum(refunds) == worth


@pytest.mark.parametrize(
    ("packs", "paid_fen", "boxes", "parts"),
    [
        (3, 10_000, [3], [10_000]),
        (3, 10_000, [1, 2], [3333, 6667]),
        (3, 10_000, [2, 1], [6667, 3333]),
        (3, 10_000, [1, 1, 1], [3333, 3334, 3333]),
        (7, 5000, [7], [5000]),
        (2, 2999, [2], [2999]),
        (2, 2999, [1, 1], [1500, 1499]),
        (3, 2, [1, 1, 1], [1, 0, 1]),
    ],
)
def test_a_sum_that_cannot_be_divided_is_lost_nowhere(
    packs: int, paid_fen: int, boxes: list[int], parts: list[int]
) -> None:
    bought = order((offer(SOURCE), packs), state="paid").model_copy(
        update={"line_sums": (paid_fen,), "total_fen": paid_fen, "paid_fen": paid_fen}
    )
    _, parcels = packed(bought, [{0: n} for n in boxes])
    assert [parcel.amount_fen for parcel in parcels] == parts


def test_the_only_parcel_of_an_older_order_is_all_that_was_paid() -> None:
    """Its parcel had been rounded down when it was packed."""
    bought = order((offer(SOURCE, price_fen=3333), 3), state="paid").model_copy(
        update={"line_sums": (), "total_fen": 10_000, "paid_fen": 10_000}
    )
    after, [box] = packed(bought, [{0: 3}])
    older = box.model_copy(update={"amount_fen": 9999})
    assert full_refund(older, after, after) == 10_000


def test_what_replaces_a_parcel_of_an_older_order_is_worth_its_packs_price() -> None:
    after, [box] = packed(order((offer(SOURCE, price_fen=3000), 2), state="paid"), [{0: 2}])
    replacement = after.model_copy(update={"replaces": after.id, "total_fen": 0})
    older = box.model_copy(update={"amount_fen": 0, "replaced_fen": None})
    assert full_refund(older, replacement, after) == 6000
