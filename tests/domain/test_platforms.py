"""Each export with its true headings: known, asked about, and read for what it says of payment."""

import pytest

from chalicelib.domain.cells import clean
from chalicelib.domain.columns import Field, Platform
from chalicelib.domain.import_drafts import Draft, drafts
from chalicelib.domain.import_reasons import REASONS
from chalicelib.domain.platforms import NAMES, heading, mapping, missing, recognise
from chalicelib.domain.profiles import PROFILES
from chalicelib.domain.rows import places
from tests.platform_forms import FORMS, OVER, PlatformForm


def read(form: PlatformForm, *orders: dict[str, str], **mapped: Field) -> list[Draft]:
    """Rows of the form, each with some cells changed."""
    headings = [clean(name) for name in form.row]
    columns = places(headings, mapping(form.platform, mapped))
    rows = [
        (at, [clean(cell) for cell in (form.row | changed).values()])
        for at, changed in enumerate(orders, 2)
    ]
    return drafts(headings, rows, columns)


def code(draft: Draft) -> str | None:
    return draft.reason.code if draft.reason else None


@pytest.mark.parametrize("name", FORMS)
def test_an_export_is_known_and_nothing_is_asked(name: str) -> None:
    form = FORMS[name]
    headings = list(form.row)
    assert recognise(headings) == form.platform
    platform: Platform = form.platform
    assert missing(platform, headings, places(headings, mapping(platform, {}))) == []
    [draft] = read(form, {})
    assert draft.reason is None
    assert draft.buyer is not None
    assert (draft.buyer.name, draft.buyer.phone) == ("农户 12", "13800000012")
    place = draft.buyer.address
    assert (place.province, place.city, place.district) == ("安徽省", "黄山市", "徽州区")
    assert place.detail == "测试路 1 号"
    assert draft.total_fen in {3000, 103_000}
    assert [(line.item, line.quantity) for line in draft.lines] == [("测试鸡蛋", 1)]


BEFALLEN = [(name, what) for name, form in FORMS.items() for what in form.befalls]


@pytest.mark.parametrize(("name", "what"), BEFALLEN)
def test_what_befell_an_order_is_told_and_stops_no_other(name: str, what: str) -> None:
    form = FORMS[name]
    number = (
        next(
            column for column in form.row if heading(column) in mapping(form.platform, {})["number"]
        )
        if name != "qunjielong suppliers"
        else "下单序号"
    )
    other = {number: form.row[number] + "9"}
    good, draft = read(form, other, form.befalls[what])
    assert good.reason is None
    kind = what.partition("/")[0]
    if kind in OVER:
        assert code(draft) in {"not_for_shipping", "refunded"}
    elif kind == "moved":
        assert draft.buyer is not None
        place = draft.buyer.address
        assert (place.district, place.detail) == ("屯溪区", "新址路 9 号")
    elif kind == "refund_refused":
        assert draft.reason is None
    else:
        assert code(draft) == kind
        assert draft.reason is not None
        words = [clean(word) for word in form.befalls[what].values()]
        facts = draft.reason.facts.values()
        assert any(
            str(fact) in word or word.lstrip("¥") in str(fact) for fact in facts for word in words
        )
    if draft.reason:
        for sentence in REASONS[draft.reason.code]:
            sentence.format(**draft.reason.facts)


def test_every_profile_is_named_and_says_how_sure_it_is() -> None:
    assert set(NAMES) == {*PROFILES, "other"}
    assert {form.platform for form in FORMS.values()} == set(PROFILES)
    for profile in PROFILES.values():
        assert profile.sure in {"A", "B", "C"}
        assert profile.seen
        names = {name for some in profile.columns.values() for name in some}
        assert profile.unsourced <= names | profile.signature


@pytest.mark.parametrize("name", FORMS)
def test_headings_are_known_with_blanks_stars_and_in_full_width(name: str) -> None:
    wide = str.maketrans("()/", "（）／")
    headings = [f" *{column.translate(wide)} *" for column in FORMS[name].row]
    assert recognise(headings) == FORMS[name].platform


# --- what must be asked ---------------------------------------------------------------------------


def asked(headings: list[str], **mapped: Field) -> list[Field]:
    platform = recognise(headings) or "other"
    return missing(platform, headings, places(headings, mapping(platform, mapped)))


WHO = ["收货人", "手机号", "收货地址"]


@pytest.mark.parametrize(
    ("headings", "wanted"),
    [
        (["订单号", "商品", "数量", "状况", *WHO], ["status"]),
        (["订单号", "商品", "数量", "下单时间", *WHO], ["status"]),
        (["订单号", "商品", "数量", "发货状态", *WHO], ["status"]),
        (["订单号", "商品", "数量", "支付时间", *WHO], []),
        (["订单号", "商品", "数量", "支付时间", "单子状态", *WHO], ["status"]),
        (["订单号", "商品", "数量", "支付时间", "发票状态", *WHO], []),
        (["订单号", "商品", "数量", "支付状态", *WHO], []),
        (["订单号", "商品", "数量", "付款状态", *WHO], []),
    ],
)
def test_a_file_that_does_not_say_what_is_paid_is_asked_about(
    headings: list[str], wanted: list[Field]
) -> None:
    assert asked([*headings, "收款"], 收款="order_amount") == wanted
    assert (
        missing(
            "other",
            [*headings, "收款"],
            places([*headings, "收款"], mapping("other", {"收款": "order_amount"})),
            paid_only=True,
        )
        == []
    )


def test_the_buyers_list_of_kuaituantuan_names_no_state_and_lists_what_is_paid() -> None:
    buyers = list(FORMS["kuaituantuan buyers"].row)
    assert asked(buyers) == []
    assert asked([*buyers, "单据状态"]) == ["status"], "a state nobody knows is not passed over"
    assert asked([column for column in buyers if column != "物流方式"]) == ["status"]


def test_a_row_that_has_left_is_known_by_its_waybill_where_no_state_is() -> None:
    form = FORMS["kuaituantuan buyers"]
    sent = PlatformForm(form.platform, {**form.row, "快递单号": ""}, {})
    waiting, gone = read(sent, {}, {"订单号": "20261120-0000000013", "快递单号": "78000000000012"})
    assert (code(waiting), code(gone)) == (None, "has_waybill")


# --- sums ---------------------------------------------------------------------------------------


def of_jd(**sums: str) -> Draft:
    [draft] = read(FORMS["jd"], sums)
    return draft


def test_what_the_balance_paid_counts() -> None:
    assert of_jd(余额支付="0.00", 应付金额="30.00").total_fen == 3000
    assert of_jd(余额支付="30.00", 应付金额="0.00").total_fen == 3000
    assert of_jd(余额支付="20.00", 应付金额="10.00").total_fen == 3000
    assert of_jd(余额支付="", 应付金额="30.00").total_fen == 3000


def test_an_order_that_a_coupon_paid_is_what_the_shop_gets_for_it() -> None:
    form = FORMS["pinduoduo"]
    [coupon] = read(form, {"用户实付金额(元)": "0.00"})
    [sample] = read(form, {"用户实付金额(元)": "0.00", "商家实收金额(元)": "0.00"})
    [part] = read(form, {"用户实付金额(元)": "20.00"})
    assert [draft.total_fen for draft in (coupon, sample, part)] == [3000, 0, 2000]


def test_a_suppliers_row_has_a_sum_of_its_own() -> None:
    """Although the buyer's sum is of the whole order, part of which is closed."""
    both = {"买家实际支付金额": "110.00"}
    closed = both | {
        "子订单编号": "2",
        "子单实际支付金额": "80.00",
        "订单状态": "交易关闭",
        "退款金额": "80.00",
    }
    [draft] = read(FORMS["tmall suppliers"], both, closed)
    assert (draft.total_fen, len(draft.lines)) == (3000, 1)


def test_a_row_that_was_paid_back_leaves_the_rest_of_its_order() -> None:
    form = FORMS["weixin_shop"]
    whole = {"订单实际支付金额": "80.00"}
    back = whole | {
        "商品名称": "测试沃柑",
        "商品实际价格(总共)": "50.00",
        "商品已退款金额": "50.00",
    }
    [draft] = read(form, whole, back)
    assert (draft.total_fen, [line.item for line in draft.lines]) == (3000, ["测试鸡蛋"])
    [part] = read(form, whole, back | {"商品已退款金额": "20.00"})
    assert code(part) == "part_refunded"


def test_an_orders_refund_that_is_what_the_closed_rows_cost_is_theirs() -> None:
    form = FORMS["kuaituantuan orders"]
    row = form.row | {"商品金额": "30.00", "订单金额": "80.00", "订单退款": "50.00"}
    form = PlatformForm(form.platform, row, {})
    back = {"商品": "测试沃柑", "商品金额": "50.00", "订单状态": "已退款"}
    [draft] = read(form, {}, back)
    assert (draft.total_fen, len(draft.lines)) == (3000, 1)
    [other] = read(form, {"订单退款": "40.00"}, back | {"订单退款": "40.00"})
    assert code(other) == "part_refunded"


def test_a_changed_address_is_not_the_text_null() -> None:
    for nothing in ("null", "", "-", "无"):
        [draft] = read(
            FORMS["taobao orders"], {"修改后的收货地址": nothing, "修改后的sku": nothing}
        )
        assert draft.buyer is not None
        assert draft.buyer.address.district == "徽州区"
    [draft] = read(FORMS["taobao orders"], {"修改后的收货地址": "村口"})
    assert code(draft) == "address"


def test_a_row_with_a_word_nobody_knows_is_not_left_out_in_silence() -> None:
    form = FORMS["weixin_shop"]
    [draft] = read(form, {}, {"商品名称": "测试沃柑", "商品发货": "打包好了"})
    assert code(draft) == "unknown_state"


def test_a_sum_for_the_row_is_added_up_at_douyin() -> None:
    second = {
        "子订单编号": "6900000000000000013",
        "选购商品": "测试沃柑",
        "订单应付金额": "2,000.50",
    }
    [draft] = read(FORMS["douyin"], {}, second)
    assert draft.total_fen == 303_050
    assert draft.paid_at is not None
    assert f"{draft.paid_at:%H:%M:%S}" == "12:05:01", "in China it is 20:05"


ELSEWHERE = {"address": "安徽省 黄山市 屯溪区 新址路 9 号", "sku": "规格:30枚"}


@pytest.mark.parametrize(
    "title",
    ["修改后的收货地址", "修改后收货地址", "变更后的收货地址", "新收货地址", "改后地址", "*新地址"],
)
@pytest.mark.parametrize("name", FORMS)
def test_an_order_goes_where_the_buyer_changed_it_to_whatever_its_platform(
    name: str, title: str
) -> None:
    form = FORMS[name]
    moving = form._replace(row=form.row | {title: "null"})
    here, there = read(moving, {}, {title: ELSEWHERE["address"], **_another(name)})
    districts = [draft.buyer.address.district for draft in (here, there) if draft.buyer]
    assert districts == ["徽州区", "屯溪区"]


def _another(name: str) -> dict[str, str]:
    numbers = mapping(FORMS[name].platform, {})["number"]
    groups = mapping(FORMS[name].platform, {}).get("group_number", [])
    return {
        column: f"{cell}9"
        for column, cell in FORMS[name].row.items()
        if heading(column) in {*numbers, *groups}
    }


@pytest.mark.parametrize("title", ["修改后的sku", "变更后sku", "新规格"])
@pytest.mark.parametrize("name", FORMS)
def test_a_changed_kind_is_refused_whatever_the_platform(name: str, title: str) -> None:
    form = FORMS[name]
    [draft] = read(form._replace(row=form.row | {title: ""}), {title: ELSEWHERE["sku"]})
    assert code(draft) == "changed_sku"


@pytest.mark.parametrize("title", ["已退金额", "返还金额", "退还金额(元)"])
@pytest.mark.parametrize("name", FORMS)
def test_what_was_paid_back_is_known_whatever_the_platform(name: str, title: str) -> None:
    form = FORMS[name]
    row = form._replace(row=form.row | {title: "0"})
    [draft] = read(row, {title: "30.00"})
    assert code(draft) in {"refunded", "part_refunded"}
