"""The cadre's page for the field on a phone whose clock is wrong, or is put right amid the day."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.world import Json, World, ok, today

from .field_records import inspections_of
from .phone import NewPhone, Phone

pytestmark = pytest.mark.browser

MINUTE = timedelta(minutes=1)
MOVABLE = """(() => {
  const Real = Date, by = () => Number(localStorage.getItem('by') || 0) * 1000;
  window.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + by()); }
    static now() { return Real.now() + by(); }
  };
})();"""
DAY = 86400


def instant_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("hours", [7, -7])
def test_a_wrong_clock_is_put_right_and_told(new_phone: NewPhone, world: World, hours: int) -> None:
    phone = new_phone(clock=hours * 3600)
    phone.open()
    phone.ready()
    expect(phone.bar).to_contain_text("手机时间不对，现在是")
    with phone.offline():
        batch_id = phone.batch(world.product_id)
        phone.test(batch_id)
        phone.test(batch_id, tested_at="2026-01-05T09:30")
        now = datetime.now(UTC)
    phone.uploaded()
    typed, untouched = sorted(
        inspections_of(world, batch_id), key=lambda inspection: inspection["tested_at"]
    )
    assert abs(instant_of(untouched["tested_at"]) - now) < MINUTE
    assert instant_of(typed["tested_at"]) == datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
    batch = ok(world.cadre.get(f"/v1/batches/{batch_id}"))
    assert batch["harvested_on"] == today()
    for record in (batch, untouched, typed):
        assert abs(instant_of(record["device_at"]) - now - timedelta(hours=hours)) < MINUTE
        assert abs(record["clock_gap_seconds"] + hours * 3600) < 60
        assert record["clock_moved_seconds"] is None


def set_clock(phone: Phone, seconds: float) -> None:
    phone.tab.evaluate("by => localStorage.setItem('by', by)", seconds)


def noticed(phone: Phone, seconds: float) -> None:
    """Until the page knows how far it is off."""
    look = """by => hands.until(async () =>
        Math.abs((await Store.all()).clock.offset + by * 1000) < 60000)"""
    phone.tab.evaluate(look, seconds)


@pytest.fixture
def movable(new_phone: NewPhone) -> Phone:
    phone = new_phone()
    phone.context.add_init_script(MOVABLE)
    phone.open()
    phone.ready()
    return phone


def sent(world: World, phone: Phone, batch_id: str, test_id: str) -> tuple[Json, Json]:
    phone.sent(test_id)
    (test,) = inspections_of(world, batch_id)
    return ok(world.cadre.get(f"/v1/batches/{batch_id}")), test


@pytest.mark.parametrize("wrong", [-9 * 3600, 9 * 3600, -40 * DAY])
def test_a_clock_put_right_before_sending_is_told_by_how_much_it_was_off(
    movable: Phone, world: World, wrong: int
) -> None:
    """Signal corrects the clock: then nothing at sending would show that it was wrong."""
    phone = movable
    with phone.offline():
        set_clock(phone, wrong)
        noticed(phone, wrong)
        batch_id = phone.batch(world.product_id, harvested_on=today())
        test_id = phone.test(batch_id)
        now = datetime.now(UTC)
        set_clock(phone, 0)
        noticed(phone, 0)
    batch, test = sent(world, phone, batch_id, test_id)
    assert abs(instant_of(test["tested_at"]) - now) < MINUTE
    for record in (batch, test):
        assert abs(record["clock_gap_seconds"]) < 60
        assert abs(record["clock_moved_seconds"] + wrong) < 60
    flagged = ok(world.county.get("/v1/inspections/flagged"))["items"]
    assert [inspection["id"] for inspection in flagged] == [test_id]


@pytest.mark.parametrize("corrected", [True, False])
def test_a_clock_that_begins_anew_while_no_page_is_open_is_doubted(
    movable: Phone, world: World, corrected: bool
) -> None:
    """A dead battery: 1970. It arrives all the same, no earlier than what the phone knew before."""
    phone, begin = movable, datetime.now(UTC)
    phone.tab.goto(f"{phone.network.url}/login")
    set_clock(phone, 180 - datetime.now(UTC).timestamp())
    with phone.offline():
        phone.open()
        expect(phone.bar).to_contain_text("手机时间好像不对")
        batch_id = phone.batch(world.product_id)
        test_id = phone.test(batch_id)
        now = datetime.now(UTC)
        if corrected:
            set_clock(phone, 0)
    batch, test = sent(world, phone, batch_id, test_id)
    assert begin - MINUTE < instant_of(test["tested_at"]) < now + MINUTE
    assert batch["harvested_on"] == today()
    for record in (batch, test):
        assert record["device_at"].startswith("1970-01-01T00:0")
        assert record["clock_moved_seconds"] == 0
