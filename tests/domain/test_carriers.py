"""Carriers and waybills: what is one, and what never becomes one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.carriers import carrier_of, is_same_carrier, waybill_of


@pytest.mark.parametrize(
    "carrier",
    [
        "顺丰", "顺丰速运", "中通", "中通快递", "圆通 95554", "中国邮政EMS", "EMS", "4PX",
        "极兔速递",
        "SF", "SF Express", "YTO", "J&T Express", "DHL", "China Post", "ＳＦ", "黄山同城配送",
        "自送", "自提", "社区志愿者", "其他", "德邦物流", "村口跑腿", "京东", "邮局",
    ],
)  # fmt: skip
def test_companies_are_carriers(carrier: str) -> None:
    assert carrier_of(carrier) is not None


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "农户 12", "张三", "李德邦", "王顺丰", "1", "2.5", "测试店", "测试鸡蛋",
        "13800000012", "顺丰 13800000012", "快递公司", "物流公司", "快递名称", "快递方式",
        "*快递单号",
        "SF1000000000012",
        "安徽省黄山市徽州区呈坎镇物流大道 1 号院 2 栋 301 室收", "YT2000000001", "null",
    ],
)  # fmt: skip
def test_people_places_and_headings_are_none(text: str) -> None:
    assert carrier_of(text) is None


@pytest.mark.parametrize(
    "text", ["圆通速递(YTO)", "圆通速递（ＹＴＯ）", "圆通速递 [YTO]", "圆通速递【yto】"]
)
def test_a_carriers_code_in_brackets_is_left_off(text: str) -> None:
    assert carrier_of(text) == "圆通速递"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("SF 1234 5678 9012", "SF123456789012"),
        ("7731 2345 6789 012", "773123456789012"),
        ("EA 123456789 CN", "EA123456789CN"),
        ("JDVA12345678901-1-1-", "JDVA12345678901-1-1-"),
        ("ＳＦ１２３４", "SF1234"),
        ("'773123456789012", "773123456789012"),
        ("’SF1234", "SF1234"),
        ("773123456789012.0", "773123456789012"),
        ("773123456789012.00", "773123456789012"),
        ("1Z 999 AA1 01 2345 6784", "1Z999AA10123456784"),
    ],
)
def test_one_number_is_read_as_it_is_printed(written: str, kept: str) -> None:
    assert waybill_of(written) == kept


@pytest.mark.parametrize(
    "between", ["\n", " ", "  ", ",", "，", "、", ";", "/", " / ", "|", "+", "和", "-", "_", "\t"]
)
@pytest.mark.parametrize(
    "numbers", [("78000000000012", "78000000000013"), ("SF1000000000012", "YT2000000001")]
)
def test_several_numbers_are_never_one(between: str, numbers: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="several_waybills"):
        waybill_of(between.join(numbers))


def test_two_numbers_without_anything_between_are_two() -> None:
    with pytest.raises(ValueError, match="several_waybills"):
        waybill_of("SF1000000000012SF1000000000013")


@pytest.mark.parametrize("text", ["", "1", "A", "-", "’1"])
def test_no_waybill_is_of_one_character(text: str) -> None:
    with pytest.raises(ValueError, match="no_waybill"):
        waybill_of(text)


@pytest.mark.parametrize("text", ["773123456789016.5", "773123456789012.25"])
def test_no_waybill_has_a_fraction(text: str) -> None:
    with pytest.raises(ValueError, match="waybill_lost"):
        waybill_of(text)


@pytest.mark.parametrize("text", ["1.23E+17", "9.87654E+17", "7.73123456789012e+14", "1E+15"])
def test_what_excel_wrote_in_powers_of_ten_is_lost(text: str) -> None:
    with pytest.raises(ValueError, match="waybill_lost"):
        waybill_of(text)


@given(st.text(max_size=300))
def test_no_text_breaks_either(text: str) -> None:
    carrier_of(text)
    try:
        waybill = waybill_of(text)
    except ValueError as error:
        reason = str(error)
    else:
        reason = "" if 1 <= len(waybill) <= 40 else waybill
    assert reason in {"", "no_waybill", "several_waybills", "waybill_lost"}


@pytest.mark.parametrize(
    "spellings",
    [
        ("中通快递", "中通", "ZTO", "zto express", "中通快递(ZTO)"),
        ("顺丰", "顺丰速运", "顺丰快递", "SF", "SF Express"),
        ("邮政", "中国邮政EMS", "EMS", "邮局"), ("百世", "百世汇通", "汇通", "HTKY"),
        ("京东", "京东快递", "JDL"), ("村口跑腿", " 村口跑腿 "),
    ],
)  # fmt: skip
def test_a_company_is_one_however_it_is_spelled(spellings: tuple[str, ...]) -> None:
    first, *others = spellings
    assert all(is_same_carrier(first, other) for other in others)


@pytest.mark.parametrize("pair", [("中通", "圆通"), ("SF", "STO"), ("村口跑腿", "黄山跑腿")])
def test_two_companies_are_two(pair: tuple[str, str]) -> None:
    assert not is_same_carrier(*pair)
