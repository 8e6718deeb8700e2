"""Parcels: packed from what may be sold, traceable to the piece, moved once."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.errors import Invalid, Refusal
from chalicelib.domain.fields import china_date
from chalicelib.domain.lifecycle import PARCEL
from chalicelib.domain.parcels import NewParcel, Parcel, Shipment, pack, resolve_lines
from chalicelib.domain.waybills import is_shipped_so
from tests.domain.samples import HOUR, NOW, batch, identity, offer, order, parcel, refusal

GIVEN: Any = {"shelf_lives": {}, "code": "X", "now": NOW}
SHIPMENT = Shipment(carrier="顺丰", waybill="SF001")


def body(*allocations: tuple[int, str, int]) -> NewParcel:
    return NewParcel.model_validate(
        {"allocations": [{"line": n, "batch_id": b, "packs": p} for n, b, p in allocations]}
    )


def test_a_parcel_knows_how_much_of_each_batch_it_holds() -> None:
    first, two = batch("passed"), batch("passed")
    bought = order((offer(first, two, pack_quantity=10), 5), state="paid")
    packed = parcel(bought, (0, first, 2), (0, two, 1), (0, first, 2))
    assert packed.batch_ids == [first.id, two.id]
    assert packed.quantity_of(first.id) == 40
    assert packed.quantity_of(two.id) == 10
    assert packed.quantity_of(identity()) == 0
    assert packed.amount_fen == 5 * 3000


@pytest.mark.parametrize("state", ["held", "recalled"])
def test_a_held_or_recalled_batch_is_not_packed(state: str) -> None:
    source = batch("passed")
    bought = order((offer(source), 1), state="paid")
    with refusal("batch_held"):
        parcel(bought, (0, source.model_copy(update={"state": state}), 1))


@pytest.mark.parametrize("state", ["registered", "passed", "closed"])
def test_any_other_batch_is(state: str) -> None:
    source = batch("passed")
    bought = order((offer(source), 1), state="paid")
    assert parcel(bought, (0, source.model_copy(update={"state": state}), 1)).state == "packed"


def test_a_line_is_packed_from_the_batches_it_was_sold_from() -> None:
    source, stranger = batch("passed"), batch("passed")
    bought = order((offer(source), 1), state="paid")
    with refusal("wrong_batch") as refused:
        resolve_lines(bought, body((0, stranger.id, 1)))
    assert refused.value.facts == {"batch_id": stranger.id, "line": 0}


@pytest.mark.parametrize(
    ("lines", "given", "meant"),
    [(1, 0, 0), (1, 1, 0), (2, 0, 0), (2, 1, 1), (1, 2, None), (2, 2, None), (3, 9, None)],
)
def test_lines_count_from_0_and_one_line_may_also_be_called_1(
    lines: int, given: int, meant: int | None
) -> None:
    bought = order(*((offer(), 1) for _ in range(lines)), state="paid")
    place = meant if meant is not None else 0
    asked = body((given, bought.lines[place].batch_ids[0], 1))
    if meant is None:
        with pytest.raises(Invalid) as refused:
            resolve_lines(bought, asked)
        assert [field for field, _, _ in refused.value.errors] == ["allocations.0.line"]
    else:
        assert resolve_lines(bought, asked).allocations[0].line == meant


@pytest.mark.parametrize("state", PARCEL)
@pytest.mark.parametrize(
    ("what", "arguments"),
    [
        ("shipped", (SHIPMENT, NOW)),
        ("delivered", (NOW,)),
        ("returned", (NOW,)),
        ("voided", ()),
    ],
)
def test_a_parcel_moves_by_its_table(state: str, what: str, arguments: tuple[object, ...]) -> None:
    source = batch("passed")
    box = parcel(order((offer(source), 1), state="paid"), (0, source, 1), state=state)
    if what in PARCEL[state]:
        assert getattr(box, what)(*arguments).state == what
    else:
        with refusal("not_allowed_now"):
            getattr(box, what)(*arguments)


def test_a_parcel_remembers_when_it_moved() -> None:
    source = batch("passed")
    box = parcel(order((offer(source), 1), state="paid"), (0, source, 1))
    done = box.shipped(SHIPMENT, NOW + HOUR).delivered(NOW + 2 * HOUR)
    assert (done.packed_at, done.shipped_at, done.delivered_at) == (
        NOW,
        NOW + HOUR,
        NOW + 2 * HOUR,
    )
    assert (done.carrier, done.waybill) == ("顺丰", "SF001")


def test_the_code_is_given_not_made() -> None:
    """So that the service may try again with another."""
    source = batch("passed")
    bought = order((offer(source), 1), state="paid")
    packed = pack(bought, body((0, source.id, 1)), {source.id: source}, **GIVEN)
    assert packed.code == "X"


@pytest.mark.parametrize(
    ("waybill", "kept"),
    [("SF1", "SF1"), (" SF 1234 5678 ", "SF12345678"), ("ＪＤ０１－２", "JD01-2"),
     ("1" * 40, "1" * 40), ("1" * 41, None), ("顾小满", None), ("13812340001", None),
     ("138 1234 0001", None), ("138-1234-0001", None), ("SF1，电话", None)],
)  # fmt: skip
def test_a_waybill_has_the_shape_of_one(waybill: str, kept: str | None) -> None:
    try:
        assert Shipment(carrier="顺丰", waybill=waybill).waybill == kept
    except ValidationError:
        assert kept is None


def test_a_waybill_is_kept_in_upper_case_and_is_the_same_in_any() -> None:
    source = batch("passed")
    box = parcel(order((offer(source), 1), state="paid"), (0, source, 1))
    written = Shipment(carrier="顺丰快递", waybill="sf1000000000012")
    sent = box.shipped(written, NOW)
    assert (sent.waybill, written.waybill) == ("SF1000000000012", "sf1000000000012")
    assert is_shipped_so(sent, written)
    assert is_shipped_so(sent, Shipment(carrier="SF", waybill="SF1000000000012"))
    assert not is_shipped_so(sent, Shipment(carrier="SF", waybill="SF1000000000013"))


@pytest.mark.parametrize("carrier", ["圆通 95554", "中国邮政EMS", "4PX", "极兔速递"])
def test_a_carrier_may_be_told_with_its_hotline(carrier: str) -> None:
    assert Shipment(carrier=carrier, waybill="SF1").carrier == carrier


@pytest.mark.parametrize(
    "carrier", ["顺丰 13812340001", "自送 138-1234-0001", "１３８１２３４０００１"]
)
def test_a_carrier_holds_no_phone_number(carrier: str) -> None:
    with pytest.raises(ValidationError):
        Shipment(carrier=carrier, waybill="SF1")


@pytest.mark.parametrize(
    ("days", "expired_ok", "code"),
    [(-1, None, "batch_expired"), (-1, False, "batch_expired"), (-1, True, None), (0, None, None)],
)
def test_what_is_past_its_day_is_packed_only_if_somebody_says_so(
    days: int, expired_ok: bool | None, code: str | None
) -> None:
    """The parcel tells the day for good, whatever becomes of the product's shelf life."""
    last = china_date(NOW) + timedelta(days=days)
    source = batch("passed", harvested_on=last - timedelta(days=7))
    bought = order((offer(source), 1), state="paid")
    wanted = body((0, source.id, 1)).model_copy(update={"expired_ok": expired_ok})
    lives = {source.product_id: 7}

    def packed() -> Parcel:
        return pack(bought, wanted, {source.id: source}, shelf_lives=lives, code="X", now=NOW)

    if code:
        with pytest.raises(Refusal, match=code):
            packed()
    else:
        assert packed().best_before == {source.id: last}
        assert set(packed().expired_when_packed) == ({source.id} if expired_ok else set())
