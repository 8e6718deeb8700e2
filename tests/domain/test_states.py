"""What the words of outside platforms say, and what counts beside them: the sums."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import states
from chalicelib.domain.cells import clean
from chalicelib.domain.columns import Field, Platform
from chalicelib.domain.file_notes import of_unread, sentences
from chalicelib.domain.import_drafts import Draft, drafts
from chalicelib.domain.platforms import mapping, missing
from chalicelib.domain.rows import SheetRow, places
from chalicelib.domain.unread import unread_columns
from tests.domain.test_platforms import code, read
from tests.platform_forms import FORMS

ROW = {
    "跟团号": "1", "订单号": "KTT26112300061", "团购标题": "团", "商品": "测试鸡蛋", "数量": "1",
    "商品金额": "30.00", "订单状态": "待发货", "收货人": "农户 12", "联系电话": "13800000012",
    "省": "安徽省", "市": "黄山市", "区": "徽州区", "详细地址": "测试路 1 号",
    "支付时间": "2026-11-20 20:05:01",
}  # fmt: skip


def taken(*rows: dict[str, str]) -> list[Draft]:
    """Of a file of 快团团; each row with some cells changed or added."""
    headings = list(dict.fromkeys([*ROW, *(name for row in rows for name in row)]))
    columns = places(headings, mapping("kuaituantuan", {}))
    table = [[(ROW | row).get(name, "") for name in headings] for row in rows]
    return drafts(headings, list(enumerate(table, 2)), columns)


@pytest.mark.parametrize(
    "word",
    ["无退款申请", "暂无退款", "没有退款", "未退", "不退款", "暂无售后", "没有售后", "无售后申请",
     "无退款/退货",
     "未发生退款", "退款失败", "已拒绝退款", "拒绝售后", "退款已取消", "售后已关闭", "售后已取消",
     "退款已撤销",
     "退款申请已关闭", "买家取消售后", "换货取消", "否", "未申请售后服务"],
)  # fmt: skip
def test_a_refund_that_was_not_or_was_undone_stands_against_nothing(word: str) -> None:
    assert states.refund(word) == "ship"


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("退款成功", "over"), ("退款中", "over"), ("待退款", "over"), ("售后处理中", "over"),
        ("未发货,退款成功", "over"), ("换货成功", "over"), ("未收到货,仅退款", "over"),
        ("有退款", "unknown"), ("是", "unknown"), ("已取消", "unknown"), ("已关闭", "unknown"),
        ("部分退款", "part_refunded"),
    ],
)  # fmt: skip
def test_a_refund_that_was_stands_against_the_order(word: str, meaning: str) -> None:
    assert states.refund(word) == meaning


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("待发货，部分已退款", "part_refunded"), ("已发货(部分)", "part_shipped"),
        ("部分取消", "unknown"),
        ("部分付款", "unknown"), ("待发货(有退款)", "unknown"), ("待发货/部分发货", "part_shipped"),
        ("先用后付", "pays_later"), ("未发货，退款成功", "over"), ("待发货", "ship"),
    ],
)  # fmt: skip
def test_what_is_said_of_part_of_an_order_is_not_taken_for_all(word: str, meaning: str) -> None:
    assert states.state(word) == meaning


def asked(
    headings: list[str], table: list[SheetRow], columns: dict[str, list[int]], platform: Platform
) -> set[Field]:
    unread = [column.asks for column in unread_columns(headings, table, columns)]
    return set(missing(platform, headings, columns, unread=unread))


def asks(platform: Platform, *rows: dict[str, str]) -> bool:
    """Whether a person is asked which column tells the state, or what was paid back."""
    headings = list(dict.fromkeys(name for row in rows for name in row))
    columns = places(headings, mapping(platform, {}))
    table = [(at, [row.get(name, "") for name in headings]) for at, row in enumerate(rows, 2)]
    return bool(asked(headings, table, columns, platform) & {"status", "order_refunded"})


UNREAD = {
    "订单售后状态": ("无", "退款成功"), "售后单状态": ("", "退款中"),
    "商品状态": ("待发货", "已退款"),
    "团员订单状态": ("待发货", "已取消"), "状态": ("待发货", "已取消"), "售后": ("无", "退款成功"),
    "售后进度": ("", "退款成功"), "是否退款": ("否", "是"), "是否取消": ("否", "是"),
    "是否发货": ("否", "是"), "退款时间": ("", "2026-11-21 10:00:00"), "退款类型": ("", "仅退款"),
    "取消时间": ("-", "2026-11-21 10:00:00"), "关闭原因": ("订单未关闭", "买家取消"),
    "申请退款金额": ("0.00", "10.00"), "退款金额合计": ("¥0", "30"), "退货数量": ("0", "1"),
    "订单进度": ("待发货", "已取消"), "交易情况": ("待发货", "交易关闭"),
    "支付情况": ("已支付", "未支付"), "是否支付": ("", "否"), "支付结果": ("支付成功", "失败"),
    "订单作废": ("否", "是"), "撤单": ("", "是"), "弃单时间": ("", "2026-11-21"),
    "拒收": ("", "是"),
    "截单": ("否", "是"), "是否有效": ("是", "无效"), "不发货": ("", "是"), "赔付金额": ("0", "30"),
    "锁定": ("否", "风控锁定"), "冲正金额": ("0", "30"), "Refund status": ("", "refunded"),
    "Order status": ("paid", "Cancelled"), "Order cancelled": ("no", "yes"),
    "撤销": ("否", "是"), "撤回": ("未撤回", "是"),
    "订单撤销时间": ("0000-00-00", "2026-11-21 10:00:00"),
    "失效": ("false", "是"), "是否失效": ("n", "是"), "异常": ("无异常", "是"),
    "拦截": ("", "已拦截"),
    "停发": ("FALSE", "是"), "禁止发货": ("", "是"), "暂停发货": ("", "是"), "挂起": ("否", "是"),
    "hold": ("no", "yes"), "Returned": ("No", "yes"), "纠纷": ("无", "有"),
    "废弃": ("未废弃", "是"),
    "已删除": ("0", "是"), "deleted": ("false", "1"), "终止": ("未终止", "是"),
    "客服取消": ("否", "是"), "客服退款金额": ("0.00", "30.00"), "店铺取消": ("", "是"),
    "取消类型": ("正常", "买家撤销"), "取消状态": ("未取消", "已撤销"),
    "作废状态": ("未作废", "已撤销"),
    "关闭类型": ("", "关闭"), "交易关闭": ("订单未关闭", "关闭"), "有效状态": ("有效", "失效"),
    "有效性": ("√", "×"), "订单状\ufffd": ("", "已取消"), "退款金\ufffd": ("", "30.00"),
}  # fmt: skip


@pytest.mark.parametrize("heading", UNREAD)
@pytest.mark.parametrize("state", ["订单状态", "发货时间"])
def test_a_column_that_speaks_against_an_order_is_asked_about(heading: str, state: str) -> None:
    """Also where no column of a state is known, as a time of payment does not tell the end."""
    row = {state if name == "订单状态" else name: cell for name, cell in ROW.items()}
    row[state] = "待发货" if state == "订单状态" else ""
    nothing, against = UNREAD[heading]
    assert asks("kuaituantuan", row, row | {heading: against})
    if state == "订单状态":
        assert not asks("kuaituantuan", row, row | {heading: nothing})
        assert not asks("kuaituantuan", row, row | {heading: against, state: "已取消"})


NO_MORE = ["作废", "N", "已失效", "×", "失效", "已作废", "无效", "否", "0", "false", "不清楚"]


@pytest.mark.parametrize("heading", ["是否有效", "有效性", "有效状态"])
def test_what_is_not_known_to_be_valid_is_asked_about(heading: str) -> None:
    for word in NO_MORE:
        assert asks("kuaituantuan", ROW, ROW | {heading: word}), word
    for word in ("是", "有效", "Y", "TRUE", "1", "", "-", "正常", "待发货"):
        assert not asks("kuaituantuan", ROW, ROW | {heading: word}), word


NO_END = ["", "-", "否", "n", "no", "false", "FALSE", "0", "正常", "0000-00-00 00:00:00"]


ENDS = ["取消", "关闭", "作废", "撤销", "拦截", "终止", "店铺停发", "客服取消", "cancelled"]


@given(
    st.sampled_from(ENDS),
    st.sampled_from(["", "状态", "类型", "时间", "原因"]),
    st.text("取消关闭撤销作废买家卖家已申请中是有", min_size=1, max_size=6),
)
def test_of_what_ends_an_order_only_a_known_no_passes(what: str, of: str, word: str) -> None:
    """The words by which a refund was none, such as 已撤销, say here that there was an end."""
    words = [*NO_END, "未取消" if what == "cancelled" else f"未{what[-2:]}", word]
    [column] = unread_columns([what + of], [(at, [cell]) for at, cell in enumerate(words)], {})
    assert column.rows == [len(words) - 1]


def without_state(**cells: str) -> tuple[list[str], list[SheetRow], dict[str, list[int]]]:
    row = ROW | cells
    headings = list(row)
    table = [(2, list(ROW.values())), (3, list(row.values())), (4, list(row.values()))]
    return headings, table, places(headings, mapping("kuaituantuan", {}))


@pytest.mark.parametrize("heading", ["退款总计(元)", "退掉的钱", "返还给买家", "售后金额"])
def test_sums_paid_back_are_asked_about_though_all_is_said_to_be_paid(heading: str) -> None:
    headings, table, columns = without_state(**{heading: "10.00"})
    unread = unread_columns(headings, table, columns)
    assert [(column.heading, column.asks) for column in unread] == [(heading, "order_refunded")]
    asks_of = [column.asks for column in unread]
    assert missing("kuaituantuan", headings, columns, paid_only=True, unread=asks_of) == [
        "order_refunded"
    ]
    for language, named in enumerate((f"“{heading}”这一列（第 3、4 行", f"“{heading}” is not und")):
        assert named in sentences([*of_unread(unread)], language)[0]


@pytest.mark.parametrize("heading", ["退款时间", "售后类型", "订单进度"])
def test_words_do_not_speak_against_who_says_that_all_is_paid(heading: str) -> None:
    headings, table, columns = without_state(**{heading: "已取消"})
    asks_of = [column.asks for column in unread_columns(headings, table, columns)]
    assert asks_of == ["status"]
    assert missing("kuaituantuan", headings, columns, paid_only=True, unread=asks_of) == []


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("买家修改的收货地址", "new_address"), ("地址变更为", "new_address"),
        ("更正地址", "new_address"), ("改后的收件信息地址", "new_address"),
        ("变更的规格", "new_sku"), ("换货更换sku", "new_sku"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("paid_only", [False, True])
def test_what_looks_like_a_change_is_asked_about(
    heading: str, field: Field, paid_only: bool
) -> None:
    for cell, wanted in (("安徽省黄山市屯溪区新址路 9 号", [field]), ("", []), ("否", [])):
        headings, table, columns = without_state(**{heading: cell})
        asks_of = [column.asks for column in unread_columns(headings, table, columns)]
        asked = missing("kuaituantuan", headings, columns, paid_only=paid_only, unread=asks_of)
        assert asked == wanted


@pytest.mark.parametrize("name", FORMS)
def test_no_export_is_asked_about_for_what_it_always_holds(name: str) -> None:
    form = FORMS[name]
    row = {clean(name): clean(cell) for name, cell in form.row.items()}
    always = {
        "发票状态": "未开票", "订单关闭原因": "订单未关闭", "取消原因": "-",
        "承诺发货时间": "2026-11-23",
        "是否修改过地址": "否", "退货地址": "安徽省", "是否支持七天无理由退货": "是",
        "打印状态": "已打印", "地址修改时段": "2026-11-20", "改后价": "3.00",
    }  # fmt: skip
    assert not asks(form.platform, row | always)


@pytest.mark.parametrize("method", ["先用后付", "0元下单", "先享后付", "微信支付（先用后付）"])
def test_who_pays_later_has_not_paid(method: str) -> None:
    [draft] = taken({"支付方式": method})
    assert code(draft) == "pays_later"


@pytest.mark.parametrize("word", ["退款成功", "退款完成", "退款中"])
@pytest.mark.parametrize(
    ("form", "state", "back"),
    [
        ("weixin_shop", "商品售后", "商品已退款金额"),
        ("youzan goods", "商品退款状态", "商品已退款金额"),
    ],
)
def test_a_refund_of_part_of_a_row_is_not_one_of_all(
    form: str, state: str, back: str, word: str
) -> None:
    [part] = read(FORMS[form], {state: word, back: "10.00"})
    [all_] = read(FORMS[form], {state: word, back: "30.00"})
    assert (code(part), code(all_)) == ("part_refunded", "not_for_shipping")


def test_an_orders_state_is_not_taken_for_more_than_its_refund() -> None:
    [part] = taken({"订单状态": "已退款", "退款金额": "10.00"})
    [sent] = taken({"订单状态": "已发货，退款成功", "退款金额": "10.00"})
    assert (code(part), code(sent)) == ("part_refunded", "not_for_shipping")


@pytest.mark.parametrize(
    "heading",
    ["退款金额(元)", "退款金额（元）", "退款金额（￥）", "已退款金额(元)", "已退金额",
     "退款", "已退款", "实际退款",
     "实退金额", "退款总额", "商品退款金额",
     "成功退款金额", "成功退款金额（元）", " 退款 金额 （ 元 ） "],
)  # fmt: skip
def test_what_was_paid_back_is_read_under_any_heading(heading: str) -> None:
    for back, expected in (("0", None), ("30.00", "refunded"), ("10.00", "part_refunded")):
        [draft] = taken({heading: back})
        assert code(draft) == expected


def test_a_balance_is_paid_besides_what_is_owed_alone() -> None:
    """What is settled, and the order's sum, have it in them."""
    jd = FORMS["jd"]
    without = {name: cell for name, cell in jd.row.items() if name != "应付金额"}
    for form, cells in (
        (jd, {"余额支付": "20.00", "应付金额": "10.00"}),
        (jd, {"余额支付": "20.00", "应付金额": ""}),
        (jd._replace(row=without), {"余额支付": "20.00"}),
    ):
        [draft] = read(form, cells | {"结算金额": "30.00", "订单金额": "30.00", "京东价": "30.00"})
        assert (draft.reason, draft.total_fen) == (None, 3000)


@pytest.mark.parametrize("field", ["收货人", "区", "详细地址"])
@pytest.mark.parametrize("text", ["-", "--", "/", ".", "0", "无", "未填写", "#REF!:1"])
def test_nobody_lives_at_a_cell_that_says_nothing(field: str, text: str) -> None:
    [draft] = taken({field: text})
    assert draft.reason is not None
    assert code(draft) in {"no_content", "error_value"}
    assert draft.reason.facts["row"] == 2


@pytest.mark.parametrize(
    "rest", ["#REF!", "None", "#N/A 测试路 1 号", "测试路 null 号", "(null) 1 号"]
)
def test_an_error_amid_an_address_is_no_part_of_it(rest: str) -> None:
    [draft] = taken({"详细地址": rest})
    assert code(draft) == "error_value"


@pytest.mark.parametrize("name", ["Nan", "Nan Li", "无名"])
def test_people_may_be_called_so(name: str) -> None:
    [draft] = taken({"收货人": name, "详细地址": "A 栋#301"})
    assert draft.reason is None


def test_a_name_and_an_address_of_two_extensions_contradict_each_other() -> None:
    [two] = taken({"收货人": "农户甲[1111]", "详细地址": "测试路 1 号[2222]"})
    [draft] = taken({"收货人": "农户甲[1111]", "详细地址": "测试路 1 号[1111]"})
    assert (code(two), code(draft)) == ("two_extensions", None)
