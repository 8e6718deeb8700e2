"""What a scan shows: a recall above everything, the journey in its order, nothing private."""

from datetime import timedelta

from chalicelib.domain.batches import Batch
from chalicelib.domain.parcels import Parcel, Shipment
from chalicelib.domain.scans import Scans
from chalicelib.domain.traces import Trace, trace
from tests.domain.samples import HOUR, NOW, batch, certificate, inspection, offer, order, parcel

NEVER = Scans(count=0, first_at=None, level="normal")


def good_batch() -> Batch:
    passed = batch().inspected(inspection(at=NOW - HOUR, lab="县检测站"))
    return passed.certified(certificate())


def scanned(*batches: Batch, shipped: bool = False) -> Trace:
    bought = order((offer(*(batch("passed") for _ in batches)), len(batches)), state="paid")
    lines = bought.lines[0].model_copy(update={"batch_ids": tuple(source.id for source in batches)})
    sellable = [source.model_copy(update={"state": "passed"}) for source in batches]
    box: Parcel = parcel(
        bought.model_copy(update={"lines": (lines,)}), *((0, source, 1) for source in sellable)
    )
    if shipped:
        box = box.shipped(Shipment(carrier="顺丰", waybill="SF1"), NOW + HOUR)
        box = box.delivered(NOW + 2 * HOUR)
    return trace(box, list(batches), NEVER)


def test_one_recalled_batch_makes_the_parcel_recalled() -> None:
    assert scanned(good_batch(), good_batch()).state == "normal"
    assert scanned(good_batch(), good_batch().recalled("农残", NOW)).state == "recalled"


def test_a_recall_suspends_the_certificate_and_says_why() -> None:
    traced = scanned(good_batch().recalled("农残超标", NOW)).batches[0]
    assert traced.certificate is None
    assert (traced.recall_reason, traced.recalled_at) == ("农残超标", NOW)
    assert traced.inspections, "what was measured stays"


def test_a_reason_of_a_hold_is_nobody_elses_business() -> None:
    assert scanned(good_batch().held("内部怀疑", NOW)).batches[0].recall_reason is None
    assert "内部怀疑" not in scanned(good_batch().held("内部怀疑", NOW)).model_dump_json()


def test_the_journey_is_told_in_its_order() -> None:
    journey = scanned(good_batch(), shipped=True).journey
    assert [event.what for event in journey] == [
        "harvested",
        "inspected",
        "certified",
        "packed",
        "shipped",
        "delivered",
    ]
    assert [event.at for event in journey] == sorted(event.at for event in journey)
    assert journey[1].place == "县检测站"
    assert journey[0].place == "容溪村"


def test_a_day_begins_in_china() -> None:
    harvested = scanned(good_batch()).journey[0].at
    assert harvested.utcoffset() == timedelta(0)
    assert harvested.hour == 16


def test_how_much_of_each_batch_is_in_the_box() -> None:
    assert [
        traced.quantity_in_parcel for traced in scanned(good_batch(), good_batch()).batches
    ] == [
        10,
        10,
    ]


def test_a_scan_names_no_household_no_cadre_and_no_buyer() -> None:
    text = scanned(good_batch(), shipped=True).model_dump_json()
    for private in ("H-0012", "household", "cadre", "sealed", "customer", "waybill", "SF1"):
        assert private not in text
