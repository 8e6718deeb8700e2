"""Addresses: read where the divisions that there are leave one reading, asked about elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import cells, places
from chalicelib.domain.divisions import NAMES
from chalicelib.domain.places import NoSuchPlace


def counties() -> list[tuple[str, str, str]]:
    """Province, city ("" right below it) and county, former names left out."""
    rows, province, city = [], "", ""
    for word in NAMES.split():
        if word.startswith("="):
            province = word[1:]
        elif word.startswith("/"):
            city = city if word[1:2] == "~" else word[1:]
        elif not word.startswith("~"):
            rows.append((province, city, word))
    return rows


COUNTIES = counties()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("安徽省黄山市徽州区呈坎镇 1 号", ("安徽省", "黄山市", "徽州区", "呈坎镇 1 号")),
        ("安徽省 黄山市 徽州区 呈坎镇 1 号", ("安徽省", "黄山市", "徽州区", "呈坎镇 1 号")),
        ("中国安徽省，黄山市，徽州区，一路", ("安徽省", "黄山市", "徽州区", "一路")),
        ("上海市静安区玉兰路 18 弄", ("上海市", "上海市", "静安区", "玉兰路 18 弄")),
        ("重庆重庆市渝中区解放碑", ("重庆", "重庆市", "渝中区", "解放碑")),
        ("北京市 市辖区 朝阳区 一路", ("北京市", "北京市", "朝阳区", "一路")),
        ("重庆市 县 城口县 一路", ("重庆市", "重庆市", "城口县", "一路")),
        ("广西壮族自治区南宁市武鸣区城厢镇", ("广西壮族自治区", "南宁市", "武鸣区", "城厢镇")),
        ("广东省东莞市长安镇振安路", ("广东省", "东莞市", "长安镇", "振安路")),
        ("海南省儋州市白马井", ("海南省", "儋州市", "儋州市", "白马井")),
        ("广东广州天河区员村市场1号", ("广东", "广州市", "天河区", "员村市场1号")),
        ("广西南宁良庆区测试路 3 号", ("广西", "南宁市", "良庆区", "测试路 3 号")),
        ("江西南昌市青山湖区一路", ("江西", "南昌市", "青山湖区", "一路")),
        ("黄山市徽州区一路", ("安徽省", "黄山市", "徽州区", "一路")),
        ("吉林市船营区一路", ("吉林省", "吉林市", "船营区", "一路")),
        ("湖北恩施州巴东县一路", ("湖北", "恩施土家族苗族自治州", "巴东县", "一路")),
        ("内蒙古锡林郭勒盟锡林浩特市一路", ("内蒙古", "锡林郭勒盟", "锡林浩特市", "一路")),
        ("内蒙古呼伦贝尔鄂伦春自治旗一路", ("内蒙古", "呼伦贝尔市", "鄂伦春自治旗", "一路")),
        ("黑龙江省大兴安岭地区加格达奇区一路", ("黑龙江省", "大兴安岭地区", "加格达奇区", "一路")),
    ],
)  # fmt: skip
def test_an_address_in_one_cell_is_told_apart(text: str, parts: tuple[str, ...]) -> None:
    assert places.read(text) == parts


@pytest.mark.parametrize(
    ("text", "county"),
    [
        ("湖北省仙桃市沙嘴街道市场路 2 号", "仙桃市"),
        ("湖北省神农架林区松柏镇", "神农架林区"),
        ("海南省 省直辖县级行政单位 陵水黎族自治县 一路", "陵水黎族自治县"),
        ("海南省陵水黎族自治县一路", "陵水黎族自治县"),
        ("河南省 省直辖县级行政区划 济源市 一路", "济源市"),
        ("新疆维吾尔自治区 自治区直辖县级行政区划 石河子市 一路", "石河子市"),
        ("新疆石河子市一路", "石河子市"),
    ],
)
def test_a_county_right_below_its_province_is_its_own_city(text: str, county: str) -> None:
    assert places.read(text)[1:3] == (county, county)


@pytest.mark.parametrize(
    ("text", "city", "county"),
    [
        ("广西南宁市武鸣县一路", "南宁市", "武鸣县"),
        ("四川省成都市郫县一路", "成都市", "郫县"),
        ("黑龙江省大兴安岭地区漠河县一路", "大兴安岭地区", "漠河县"),
        ("辽宁省沈阳市辽中县一路", "沈阳市", "辽中县"),
    ],
)
def test_a_former_name_is_understood_and_stays(text: str, city: str, county: str) -> None:
    assert places.read(text)[1:3] == (city, county)


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("朝阳区建国路 1 号", "朝阳区"),
        ("吉林省朝阳区人民大街 1 号", "朝阳区"),
        ("江北区一路", "江北区"),
        ("江苏省鼓楼区一路", "鼓楼区"),
        ("河北省桥西区一路", "桥西区"),
    ],
)
def test_a_district_without_its_city_is_asked_about(text: str, district: str) -> None:
    with pytest.raises(NoSuchPlace) as asked:
        places.read(text)
    assert (asked.value.code, asked.value.facts) == ("no_city", {"value": district})


@pytest.mark.parametrize(
    "text",
    [
        "", "呈坎镇 1 号", "安徽省", "New York", "安徽省黄山市", "河南省郑州市金水区",
        "广东省广州市朝阳区一路", "广东省杭州市西湖区一路", "广东省广州市浦东新区一路",
        "台湾省台北市一路", "省市区" * 200,
    ],
)  # fmt: skip
def test_what_is_no_place_or_several_is_refused(text: str) -> None:
    with pytest.raises(NoSuchPlace) as refused:
        places.read(text)
    assert refused.value.code == "address"


@pytest.mark.parametrize("nothing", ["null", "NULL", "undefined", "市辖区", ""])
def test_what_stands_for_no_district_is_none(nothing: str) -> None:
    assert places.read(f"安徽省 黄山市 {nothing} 测试路 1 号")[2:] == ("黄山市", "测试路 1 号")


@pytest.mark.parametrize(
    ("text", "zone"),
    [("江苏省苏州市工业园区星湖街 1 号", "工业园区"), ("安徽省 合肥市 高新区 创新路", "高新区")],
)
def test_a_development_zone_is_what_a_platform_calls_a_district(text: str, zone: str) -> None:
    assert places.read(text).district == zone


@given(st.sampled_from(COUNTIES), st.sampled_from(["", " ", ", ", "　"]))
def test_every_county_that_there_is_is_read(place: tuple[str, str, str], gap: str) -> None:
    province, city, county = place
    read = places.read(gap.join([province, city, county, "测试路 1 号"]).replace(gap * 2, gap))
    assert read == (province, city or county, county, "测试路 1 号")


@given(st.sampled_from(COUNTIES), st.sampled_from(COUNTIES))
def test_no_county_is_read_in_another_city(
    place: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    province, city, _ = place
    wrong = (province, city, other[2])
    text = f"{province} {city} {other[2]} 测试路 1 号"
    try:
        read = places.read(text)
    except NoSuchPlace:
        return
    known = wrong in COUNTIES or f"~{other[2]}" in NAMES.split() or not city
    assert known or read.district != other[2]


@pytest.mark.parametrize(
    ("columns", "city", "district"),
    [
        (("安徽省", "黄山市", "徽州区"), "黄山市", "徽州区"),
        (("安徽省", "黄山市", ""), "黄山市", "黄山市"),
        (("广东省", "东莞市", "市辖区"), "东莞市", "东莞市"),
        (("北京市", "市辖区", "朝阳区"), "北京市", "朝阳区"),
        (("重庆市", "县", "城口县"), "重庆市", "城口县"),
        (("湖北省", "省直辖县级行政区划", "仙桃市"), "仙桃市", "仙桃市"),
        (("海南省", "省直辖县", "陵水黎族自治县"), "陵水黎族自治县", "陵水黎族自治县"),
        (("浙江省", "", "义乌市"), "金华市", "义乌市"),
        (("江苏省", "苏州市", "工业园区"), "苏州市", "工业园区"),
        (("吉林省", "长春市", "朝阳区"), "长春市", "朝阳区"),
        (("江苏省", "南京市", "下关区"), "南京市", "下关区"),
        (("陕西省", "西安市", "新设区"), "西安市", "新设区"),
        (("陕西省", "新设市", "朝阳区"), "新设市", "朝阳区"),
    ],
)
def test_columns_say_the_parts(columns: tuple[str, str, str], city: str, district: str) -> None:
    assert places.of_columns(*columns, "一路") == (columns[0], city, district, "一路")


@pytest.mark.parametrize(
    "columns",
    [
        ("河北省", "", "桥西区"),
        ("吉林省", "市辖区", "朝阳区"),
        ("陕西省", "西安市", "朝阳区"),
        ("陕西", "西安", "朝阳区"),
        ("北京市", "北京市", "长宁区"),
    ],
)
def test_a_district_in_columns_needs_its_city_too(columns: tuple[str, str, str]) -> None:
    with pytest.raises(cells.Unreadable) as asked:
        cells.address_of(*columns, "一路")
    assert asked.value.code == "no_city"
