"""Telephone numbers: one number in any spelling, and never two people under one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import phones
from chalicelib.domain.phones import NotAPhone

MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
LANDLINE = st.from_regex(r"0(10|2[0-9]|[37][0-9]{2})[2-8][0-9]{6,7}", fullmatch=True)
SERVICE = st.from_regex(r"[48]00[0-9]{7}|95[0-9]{3,4}", fullmatch=True)
ABROAD = st.from_regex(r"\+(852|44|61)[1-9][0-9]{7,9}", fullmatch=True)
EXTENSION = st.from_regex(r"[0-9]{1,6}", fullmatch=True)
PARTED = st.sampled_from(
    ["-", "转", " 转 ", "#", "ext.", " Ext ", "分机", "_", ",", "－", "x", "转接"]
)


def one_form(typed: str) -> str:
    return phones.canonical(phones.kept(typed))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800000000-1234", "13800000000-1234"),
        ("13800000000转1234", "13800000000-1234"),
        ("13800000000 分机 1234", "13800000000-1234"),
        ("13800000000 ext. 1234#", "13800000000-1234"),
        ("13800000000[1234]", "13800000000-1234"),
        ("13800000000【转1234】", "13800000000-1234"),
        ("１３８００００００００（１２３４）", "13800000000-1234"),
        ("138-0000-0000-1234", "13800000000-1234"),
        ("+86 138 0000 0000-1234", "13800000000-1234"),
        ("0559-1234567-801", "05591234567-801"),
        ("(0559)1234567转801", "05591234567-801"),
        ("0559-1234567-8", "05591234567-8"),
        ("+86-559-1234567-801", "05591234567-801"),
        ("400-000-0000 转 8012", "4000000000-8012"),
        ("4000000000-8012", "4000000000-8012"),
        ("95013-1234", "95013-1234"),
        ("2345678-801", "2345678-801"),
    ],
)
def test_an_extension_stays_with_its_number(typed: str, number: str) -> None:
    assert one_form(typed) == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("138-0000-0000", "13800000000"),
        ("0559-123-4567", "05591234567"),
        ("021-5555-6666", "02155556666"),
        ("400-000-0000", "4000000000"),
        ("400-0000-000", "4000000000"),
        ("2345-6789", "23456789"),
        ("+1 212-555-0100", "+12125550100"),
    ],
)
def test_a_hyphen_within_a_number_parts_nothing_off(typed: str, number: str) -> None:
    assert one_form(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "13812340001", "+8613812340001", "+86 138 1234 0001", "0086-138-1234-0001", "8613812340001",
        "86-138-1234-0001", "013812340001", "+86 0138 1234 0001", "+13812340001", "0013812340001",
        "(138) 1234 0001", "＋８６１３８１２３４０００１",
    ],
)  # fmt: skip
def test_every_spelling_of_a_mobile_is_one_number(typed: str) -> None:
    assert one_form(typed) == "13812340001"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+86 559 1234567", "05591234567"),
        ("0086 0559 1234567", "05591234567"),
        ("86-0559-1234567", "05591234567"),
        ("+86 951 1234567", "09511234567"),
        ("+86 400 000 0000", "4000000000"),
        ("+852 2345 6789", "+85223456789"),
        ("0085223456789", "+85223456789"),
        ("+1 310 555 1234", "+13105551234"),
        ("0013105551234", "+13105551234"),
        ("95588", "95588"),
    ],
)
def test_land_lines_and_numbers_abroad_have_one_form_too(typed: str, number: str) -> None:
    assert one_form(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "", "+", "无", "12345", "1" * 16, "abc", "138x1234001", "٠١٢٣٤٥٦٧٨", "138123½0001",
        "138000000001234", "40000000008012", "13800000000/13900000000", "13800000000 13900000000",
        "13800000000-13900000000", "13800000000 1234", "0559-1234567/801", "5551234567",
        "85223456789", "+1 212 555 0100 ext 12", "138****5678", "1.38E+10", "9" * 100,
    ],
)  # fmt: skip
def test_what_may_be_two_numbers_or_none_is_refused(typed: str) -> None:
    with pytest.raises(NotAPhone):
        phones.kept(typed)


@given(
    st.text("0123456789+-转#()[]x *", max_size=24)
    | st.tuples(MOBILE | LANDLINE | SERVICE | ABROAD, PARTED, EXTENSION).map("".join)
)
def test_the_one_form_is_its_own_one_form(typed: str) -> None:
    try:
        kept = phones.kept_or_masked(typed)
    except NotAPhone:
        return
    number = phones.canonical(kept)
    assert phones.canonical(number) == number
    assert phones.kept_or_masked(number) == number


@given(MOBILE | LANDLINE | SERVICE | ABROAD)
def test_nobody_can_type_a_number_as_a_link_shows_it(typed: str) -> None:
    """So an order that was placed with a number in part has an id that no whole one leads to."""
    with pytest.raises(NotAPhone):
        phones.kept(phones.masked(typed))


@given(MOBILE, st.sampled_from(["", "+86", "0086", "+86 ", "0", "+86-0"]), PARTED, EXTENSION)
def test_two_spellings_of_one_number_are_equal(
    mobile: str, prefix: str, mark: str, extension: str
) -> None:
    parts = f"{prefix}{mobile[:3]} {mobile[3:7]}-{mobile[7:]}"
    assert one_form(parts) == mobile
    assert one_form(f"{parts}{mark}{extension}") == f"{mobile}-{extension}"


@given(MOBILE | LANDLINE | SERVICE, st.sets(EXTENSION, min_size=2, max_size=2), PARTED, PARTED)
def test_different_extensions_are_never_equal(
    number: str, extensions: set[str], separator: str, other: str
) -> None:
    first, second = extensions
    assert one_form(f"{number}{separator}{first}") != one_form(f"{number}{other}{second}")
    assert one_form(f"{number}{separator}{first}") != one_form(number)
    assert one_form(f"{number}{separator}{first}") == one_form(f"{number}{other}{first}")


@pytest.mark.parametrize(
    "typed",
    ["13812340001", "013812340001", "+13812340001", "+86 559 1234567", "021-5555 6666"],
)
def test_what_a_request_keeps_of_a_number_is_what_it_kept_before(typed: str) -> None:
    """Or a buyer who asks again across a deploy would be told that it was another order."""
    before = {"+86 559 1234567": "5591234567", "021-5555 6666": "02155556666"}
    assert phones.kept(typed) == before.get(typed, typed)
    assert phones.former(phones.kept("13800000000-1234")) == "138000000001234"


@pytest.mark.parametrize(
    ("phone", "name", "address", "number"),
    [
        ("13800000401", "农户甲[1111]", "测试路 1 号[1111]", "13800000401-1111"),
        ("13800000401", "农户甲［１１１１］", "测试路 1 号", "13800000401-1111"),
        ("13800000401", "农户甲【1111】", "测试路 1 号", "13800000401-1111"),
        ("13800000401", "农户甲", "测试路 1 号[1111]", "13800000401-1111"),
        ("+13800000401", "[801]农户甲", "测试路 1 号", "13800000401-801"),
        ("13800000401", "农户甲", "测试路 1 号[302]", "13800000401"),
        ("13800000401", "农户甲", "[1111]路 1 号", "13800000401"),
        ("13800000401", "农户甲(收)", "测试路 1 号", "13800000401"),
        ("13800000401-2222", "农户甲[1111]", "测试路 1 号", "13800000401-2222"),
        ("138****0401", "农户甲[1111]", "测试路 1 号", "138****0401"),
    ],
)
def test_the_extension_may_stand_in_name_or_address(
    phone: str, name: str, address: str, number: str
) -> None:
    assert phones.with_extension(phone, name, address) == number


@pytest.mark.parametrize(
    ("phone", "own"),
    [
        ("13800000000", True),
        ("05591234567-801", True),
        ("13800000000-1234", False),
        ("4000000000-8012", False),
        ("138****5678", False),
    ],
)
def test_a_stand_in_or_a_mask_is_nobodys_own(phone: str, own: bool) -> None:
    assert phones.is_own(phone) is own


@pytest.mark.parametrize(
    ("phone", "masked", "tail"),
    [
        ("13800001234", "138****1234", "1234"),
        ("138****1234", "138****1234", "1234"),
        ("013800001234", "138****1234", "1234"),
        ("13800001234-5678", "138****1234", "1234-5678"),
        ("05591234567-801", "****67", "4567-801"),
        ("62345678", "****8", "5678"),
        ("4001234567", "****67", "4567"),
        ("+12025550", "****0", "5550"),
        ("95588", "****8", "5588"),
        ("1**********", "1**********", None),
        ("0559*******", "****", None),
    ],
)
def test_a_number_is_shown_in_part(phone: str, masked: str, tail: str | None) -> None:
    assert phones.masked(phone) == masked
    assert phones.tail(phone) == tail


@given(LANDLINE | SERVICE | ABROAD | st.from_regex(r"[2-8][0-9]{6,7}", fullmatch=True))
def test_of_what_is_no_mobiles_number_a_fifth_is_shown_at_most(phone: str) -> None:
    hidden, shown = phones.masked(phone)[:4], phones.masked(phone)[4:]
    assert hidden == "****"
    assert phones.canonical(phone).endswith(shown)
    assert len(shown) <= 2
    assert len(shown) * 5 <= len(phones.canonical(phone).lstrip("+"))


@pytest.mark.parametrize(
    ("phone", "groups", "extension"),
    [
        ("13800000012", "138-0000-0012", ""),
        ("05591234567-12", "0559-1234567", "12"),
        ("01012345678", "010-12345678", ""),
        ("02112345678", "021-12345678", ""),
        ("4001234567-8", "400-123-4567", "8"),
        ("95588", "95588", ""),
        ("1234567", "1234567", ""),
        ("+85212345678", "+85212345678", ""),
    ],
)
def test_a_number_that_is_published_is_read_out_in_groups(
    phone: str, groups: str, extension: str
) -> None:
    assert phones.shown(phone) == (groups, extension)


@given(MOBILE | LANDLINE | SERVICE | ABROAD, st.just("") | EXTENSION)
def test_groups_hold_the_number_and_can_be_typed_again(number: str, extension: str) -> None:
    phone = one_form(f"{number}-{extension}" if extension and number[0] != "+" else number)
    groups, behind = phones.shown(phone)
    assert groups.replace("-", "") == phone.partition("-")[0]
    assert one_form(f"{groups}-{behind}" if behind else groups) == phone


def test_a_telephone_waits_before_it_dials_the_extension() -> None:
    assert phones.to_dial("05591234567-801") == "05591234567,801"


@pytest.mark.parametrize(
    ("name", "address", "number"),
    [
        ("农户乙（2222）", "测试路 9 号（2222）", "13800000401-2222"),
        ("农户乙(2222)", "测试路 9 号", "13800000401-2222"),
        ("农户丙 转3333", "测试路 9 号 转3333", "13800000401-3333"),
        ("农户丙", "测试路 9 号转3333", "13800000401-3333"),
        ("农户丁-4444", "测试路 9 号", "13800000401-4444"),
        # a room
        ("农户戊", "测试路 9 号(1201)", "13800000401"),
        ("农户戊", "测试路 9-1201", "13800000401"),
        ("农户(张婶)", "测试路 9 号", "13800000401"),
    ],
)
def test_an_extension_is_found_however_it_is_written(name: str, address: str, number: str) -> None:
    assert phones.with_extension("13800000401", name, address) == number
    assert not any(digit.isdigit() for digit in phones.without_extension(name))
