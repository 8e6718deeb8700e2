"""What of a street is shown: no number, in whatever script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.streets import street_in_part


@pytest.mark.parametrize(
    ("street", "shown"),
    [
        ("玉兰路 18 弄 3 号 502", "玉兰路****"),
        ("王家坝组", "王家****"),
        ("幸福里", "幸****"),
        ("八号", "****"),
        ("三幢二单元", "****"),
        ("两单元顶楼", "****"),
        ("①号院2单元", "****"),
        ("Ⅷ区幸福里对面", "****"),
        ("Ａ座8楼", "****"),
        ("园区B 栋南门", "园区****"),
        ("新A3座旁边小店", "新****"),
        ("甲栋东边第一家", "****"),
        ("子栋302室", "****"),
        ("C区小店旁边", "****"),
        ("H-12", "****"),
        ("A1", "****"),
        ("丁家坝新村口", "丁家坝****"),
        ("Yulan Road 12号", "Yul****"),
    ],
)
def test_of_a_street_no_number_is_shown_nor_a_buildings_letter(street: str, shown: str) -> None:
    assert street_in_part(street) == shown


@given(
    st.text(
        st.sampled_from("玉兰里园AbЖ甲 -0９八两①Ⅷ㈠½٣座幢单元号") | st.characters(), max_size=20
    )
)
def test_whatever_the_street_its_beginning_in_part_has_no_number(street: str) -> None:
    shown = street_in_part(street)
    assert shown.endswith("****")
    assert len(shown) <= 3 + len("****")
    assert not [char for char in shown if char.isnumeric()]
