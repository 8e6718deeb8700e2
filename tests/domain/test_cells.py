"""Cells of platforms' files: what they mean, and what is refused because it means nothing sure."""

from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import cells
from chalicelib.domain.cells import Unreadable
from chalicelib.domain.fields import CHINA, Instant, Model
from chalicelib.domain.import_reasons import REASONS

EVENING = datetime(2026, 11, 23, 20, 5, 1, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("30", 3000),
        ("¥1,234.50", 123450),
        ("￥12.5", 1250),
        ("12.5元", 1250),
        ("１２．５元", 1250),
        ("30.000000", 3000),
        ("29.900001", 2990),
        ("0.00", 0),
        ("CNY 8", 800),
    ],
)
def test_an_amount_is_read_exactly(text: str, fen: int) -> None:
    assert cells.fen(cells.clean(text)) == fen


@pytest.mark.parametrize("text", ["", "abc", "12.345", "-5", "1,2,3", "12.5.1", "1e3", "NaN", "١٢"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        cells.fen(cells.clean(text))


@given(st.integers(0, 10**9))
def test_every_amount_of_fen_survives(fen: int) -> None:
    assert cells.fen(f"¥{fen / 100:,.2f}") == fen


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-23 20:05:01", EVENING),
        ("2026/11/23 20:05:01", EVENING),
        ("2026-11-23T20:05:01+08:00", EVENING),
        ("2026-11-23T12:05:01Z", EVENING),
        ("2026-11-23T12:05:01.000Z", EVENING),
        ("2026-11-23T12:05:01+00:00", EVENING),
        ("2026-11-23 12:05:01 UTC", EVENING),
        ("2026-11-23T07:05:01-0500", EVENING),
        ("2026-11-23T21:35:01+09:30", EVENING),
        ("20261123T120501Z", EVENING),
        ("2026-11-23T20:05:01", EVENING),
        ("2026年11月23日 20时05分01秒", EVENING),
        ("20261123200501", EVENING),
        ("46349.8368171296", EVENING),
        ("2026/11/23 8:05", EVENING.replace(hour=8, second=0)),
        ("2026年11月23日", EVENING.replace(hour=0, minute=0, second=0)),
        ("2026.11.23", EVENING.replace(hour=0, minute=0, second=0)),
        ("46349", EVENING.replace(hour=0, minute=0, second=0)),
    ],
)
def test_a_moment_is_chinas(text: str, at: datetime) -> None:
    assert cells.moment(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "",
        "昨天",
        "2026-13-01",
        "2026-02-30",
        "13800000000",
        "1",
        "99999",
        "2026-11-23Z",
        "2026-11-23T20:05:01+25:00",
        "2026-11-23T20:05:01+08:75",
        "2026-11-23 20:05 CST",
        # in UTC of the year before the first that is read again
        "2000-01-01 00:00:00",
        "2000-01-01 13:59:59 +14:00",
        "36526",
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        cells.moment(text)


@given(st.datetimes(datetime(1999, 12, 30), datetime(2000, 1, 3)), st.integers(-14, 14))
def test_every_moment_that_is_read_can_be_stored(local: datetime, zone: int) -> None:
    class Kept(Model):
        at: Instant

    with suppress(Unreadable):
        at = cells.moment(f"{local:%Y-%m-%d %H:%M:%S}{zone:+03d}:00")
        assert Kept.model_validate_json(Kept(at=at).model_dump_json()).at == at


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13800000000", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("0559-1234567-801", "05591234567-801"),
        ("138****5678", "138****5678"),
        ("138****5678转1234", "138****5678-1234"),
        ("1**********", "1**********"),
    ],
)
def test_a_phone_is_whole_or_masked_by_its_platform(text: str, phone: str) -> None:
    assert cells.phone(text) == phone
    assert cells.phone(phone) == phone, "and reads back as it is"


@pytest.mark.parametrize("text", ["", "无", "123", "*", "138000000001234567", "1.38E+10"])
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        cells.phone(text)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("\t123", "123"),
        ("'0123", "0123"),
        ('="0123"', "0123"),
        ("  a\u00a0b\u200b ", "a b"),
        ("ＡＢ１２", "AB12"),
        ("'=1+1", "=1+1"),
        ("’0123", "0123"),
    ],
)
def test_what_exports_put_around_numbers_goes(raw: str, clean: str) -> None:
    assert cells.clean(raw) == clean


@given(st.from_regex(cells._CLEAN, fullmatch=True))
def test_a_cell_that_is_clean_is_not_changed(text: str) -> None:
    assert cells.bare(text) == text


def test_a_number_that_excel_rounded_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        cells.number_of("1.23457E+17")
    assert refused.value.code == "number_lost"
    first, two, true = "123456789012345000", "123456789012346000", "123456789012346001"
    assert cells.rounded({first, two}) == {first, two}
    assert cells.rounded({first}) == {first}, "three digits are rarely zeros by chance"
    assert cells.rounded({first, true}) == set(), "this file was not saved as numbers"
    assert cells.rounded({first, true}, alone=True) == {first}
    assert cells.rounded({"1234567890123450", true}, alone=True) == set()
    assert cells.rounded({"1234567890123450"}) == set(), "one digit is zero by chance"
    pasted = {f"{123456789012345001 + n}" for n in range(50)}
    assert cells.rounded({first, two} | pasted) == {first, two}, (
        "from two files, one of them damaged"
    )
    assert cells.number_of("261123-000000000000001") == "261123-000000000000001"


READERS = (cells.fen, cells.moment, cells.phone, cells.count, cells.number_of, cells.address)


@given(st.text(max_size=40))
def test_whatever_stands_in_a_cell_it_is_read_or_refused(text: str) -> None:
    for reader in READERS:
        try:
            reader(cells.clean(text))
        except Unreadable as refused:
            code = refused.code
        else:
            continue
        assert code in REASONS


@pytest.mark.parametrize(
    "text",
    [
        "（空）",
        "???",
        "？？",
        "不详",
        "详见备注",
        "见备注",
        "TBD",
        "【无】",
        "( )",
        "待定",
        "暂无地址",
    ],
)
def test_what_stands_for_nothing_is_no_name_and_no_address(text: str) -> None:
    plain = cells.clean(text)
    assert {cells.no_content(plain), cells.no_content(plain, of_a_name=True)} == {"no_content"}


@pytest.mark.parametrize("text", ["空军大院 1 号", "吴不详", "无锡路 3 号", "(东门)测试路"])
def test_such_words_within_others_are_no_fault(text: str) -> None:
    assert cells.no_content(cells.clean(text)) is None
