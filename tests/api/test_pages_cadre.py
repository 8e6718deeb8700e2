"""The cadre's desk over real HTTP: a field day, its refusals, and what others may not see."""

from datetime import date, datetime, timedelta

import pytest

from chalicelib.domain.fields import CHINA
from tests.visitor import Visitor
from tests.world import RATE, World, inspection_body, new_id, ok, product_body, stored, today


@pytest.fixture
def cadre(world: World) -> Visitor:
    return Visitor(world.url).signed_in("cadre")


def new_batch_form(world: World, product_id: str | None = None) -> str:
    return f"/cadre/batches/new?product_id={product_id or world.product_id}"


def pears(world: World) -> str:
    """A product by weight."""
    pear = product_body(name="砀山梨", name_en="Pear", unit="g")
    return str(ok(world.cadre.put(f"/v1/products/{new_id()}", pear))["id"])


def test_a_day_in_the_field(world: World, cadre: Visitor) -> None:
    """New batch, a failed test, its correction, a certificate, and a recall."""
    page = cadre.get("/cadre/batches")
    assert "还没有批次" in page.words
    before = today()
    form = cadre.get(page.link("/cadre/batches/new")).form("form")
    day = form.fields["harvested_on"]
    assert before <= day <= today()
    assert form.fields["lot"] == f"{date.fromisoformat(day):%y%m%d}-1"
    assert form.fields["producer_id"] == world.producer_id  # the only one

    page = cadre.send(form, amount="1,000", plot="东坡")
    assert "已登记这一批" in page.words
    assert "1000 个" in page.words
    assert "东坡" in page.words
    batch = page.url.split("?")[0]

    page = cadre.send(cadre.get(page.link("/inspect")).form("form"), **{f"value-{RATE}": "62"})
    assert "不合格。这批货已自动暂停" in page.words
    assert "已暂停：检测不合格" in page.words

    page = cadre.get(page.link("supersedes="))
    form = page.form("form")
    assert form.fields[f"value-{RATE}"] == "62"
    page = cadre.send(form, **{f"value-{RATE}": "12.5"})
    assert "检测已保存：合格" in page.words
    assert "已更正，不作数" in page.words
    assert [link for link in page.links if link.startswith("#i-")] != []

    page = cadre.send(cadre.get(f"{batch}/release").form("form"), why="复检合格")
    assert "已解除暂停" in page.words

    form = cadre.get(f"{batch}/certificate").form("form")
    assert form.fields["basis"] == "self_tested"
    assert form.fields["amount"] == "1000"
    page = cadre.send(form, contact="0559-1234567")
    assert "合格证已开" in page.words
    assert "1000 个 · 自行检测合格" in page.words

    page = cadre.send(cadre.get(f"{batch}/recall").form("form"), reason="县里抽检不合格")
    assert "已召回：县里抽检不合格" in page.words
    for moved in ("“待检测” → “已暂停”", "“已暂停” → “检测合格”", "“检测合格” → “已召回”"):
        assert moved in page.words


def test_the_next_lot_counts_on(world: World, cadre: Visitor) -> None:
    """Also at midnight: of tomorrow there are as many."""
    days = [f"{datetime.now(CHINA) + timedelta(days=ahead):%y%m%d}" for ahead in (0, 1)]
    for lot in (*(f"{day}-{end}" for day in days for end in ("7", "x")), "A-99"):
        world.batch(lot=lot)
    form = cadre.get(new_batch_form(world)).form("form")
    assert form.fields["lot"] in {f"{day}-8" for day in days}


@pytest.mark.parametrize(
    ("amount", "unit", "grams"),
    [
        ("12.5", "kg", 12_500),
        ("0.001", "kg", 1),
        ("１２．５", "kg", 12_500),
        ("1,200", "kg", 1_200_000),
        ("3", "jin", 1500),
        ("2.5", "jin", 1250),
        ("123456789.123", "kg", 123_456_789_123),
    ],
)
def test_weights_are_exact(
    world: World, cadre: Visitor, amount: str, unit: str, grams: int
) -> None:
    form = cadre.get(new_batch_form(world, pears(world))).form("form")
    page = cadre.send(form, amount=amount, amount_in=unit)
    batch_id = page.url.split("?")[0].rsplit("/", 1)[1]
    assert ok(world.cadre.get(f"/v1/batches/{batch_id}"))["quantity"] == grams


@pytest.mark.parametrize("amount", ["", "0", "-3", "12.5", "一百", "1e3", "99999999999999"])
def test_pieces_are_whole_numbers(world: World, cadre: Visitor, amount: str) -> None:
    page = cadre.send(cadre.get(new_batch_form(world)).form("form"), amount=amount)
    assert page.status == 422
    assert "个数不带小数" in page.words
    assert stored("batch") == 0


def test_half_a_gram_is_refused(world: World, cadre: Visitor) -> None:
    form = cadre.get(new_batch_form(world, pears(world))).form("form")
    assert cadre.send(form, amount="0.0005").status == 422
    assert cadre.send(form, amount="0.001", amount_in="jin").status == 422


def test_what_was_typed_survives_a_refusal(world: World, cadre: Visitor) -> None:
    form = cadre.get(new_batch_form(world)).form("form")
    page = cadre.send(
        form,
        amount="88",
        lot="二号",
        plot="<b>坡</b>",
        note="早上\n采的",
        harvested_on="2031-01-01",
    )
    assert page.status == 422
    again = page.form("form").fields
    assert (again["lot"], again["amount"], again["plot"]) == ("二号", "88", "<b>坡</b>")
    assert again["note"].replace("\r", "") == "早上\n采的"
    assert "不能有中文" in page.words
    assert "<b>坡" not in page.source
    page = cadre.send(page.form("form"), lot="A-2")  # the day of the harvest still lies ahead
    assert "不能晚于今天" in page.words
    page = cadre.send(page.form("form"), harvested_on=today())
    assert page.status == 200
    assert "<b>坡" not in page.source


def test_a_double_tap_makes_one_batch(world: World, cadre: Visitor) -> None:
    form = cadre.get(new_batch_form(world)).form("form")
    first, second = (cadre.send(form, amount="10") for _ in range(2))
    assert first.url == second.url
    assert stored("batch") == 1
    page = cadre.send(form, amount="11")  # changed after it was saved: said, not done
    assert page.status == 409
    assert "已提交成功" in page.words
    assert stored("batch") == 1


def test_a_double_tap_records_one_inspection(world: World, cadre: Visitor) -> None:
    batch = world.batch()
    form = cadre.get(f"/cadre/batches/{batch['id']}/inspect").form("form")
    for _ in range(2):
        assert cadre.send(form, **{f"value-{RATE}": "10"}).status == 200
    assert stored("inspection") == 1


def test_a_double_tap_holds_once(world: World, cadre: Visitor) -> None:
    batch = world.passed_batch()
    form = cadre.get(f"/cadre/batches/{batch['id']}/hold").form("form")
    for _ in range(2):
        assert "已暂停销售" in cadre.send(form, why="批次混放，待查").words
    assert stored("change") == 2  # passed, then held


def test_a_broken_form_key_is_replaced(world: World, cadre: Visitor) -> None:
    form = cadre.get(new_batch_form(world)).form("form")
    assert cadre.send(form, amount="10", form_key="../../x").status == 200
    assert stored("batch") == 1


def test_an_unknown_producer_of_another_village_is_not_found(world: World, cadre: Visitor) -> None:
    body = {"village_id": world.other_village_id, "display_name": "石屋农户"}
    other = world.producer(by=world.other_cadre, **body)
    form = cadre.get(new_batch_form(world)).form("form")
    assert cadre.send(form, amount="10", producer_id=other["id"]).status == 404


@pytest.mark.parametrize(
    "path", ["", "/inspect", "/certificate", "/hold", "/recall", "/close", "/release"]
)
def test_another_villages_batch_is_not_found(world: World, path: str) -> None:
    batch = world.passed_batch()
    page = Visitor(world.url).signed_in("cadre2").get(f"/cadre/batches/{batch['id']}{path}")
    assert page.status == 404
    assert "没有找到批次" in page.words


def test_an_unknown_move_is_no_page(world: World, cadre: Visitor) -> None:
    batch = world.batch()
    assert cadre.get(f"/cadre/batches/{batch['id']}/sell").status == 404
    assert cadre.get("/cadre/batches/nonsense").status == 404


def test_the_county_sees_every_village_and_may_hold_but_not_record(world: World) -> None:
    mine = world.passed_batch()
    county = Visitor(world.url).signed_in("county")
    page = county.get("/cadre/batches")
    assert mine["lot"] in page.words
    assert "新批次" not in page.words
    page = county.get(page.link(f"/cadre/batches/{mine['id']}"))
    assert "记检测" not in page.words
    page = county.send(county.get(page.link("/recall")).form("form"), why="监管部门要求")
    assert "已召回：监管部门要求" in page.words
    assert county.get(f"/cadre/batches/{mine['id']}/inspect").status == 403


def test_a_confirmation_says_how_many_parcels_it_touches(world: World, cadre: Visitor) -> None:
    batch = world.passed_batch()
    offer = world.offer(batch)
    path = f"/cadre/batches/{batch['id']}/recall"
    assert "还没有装箱的货" in cadre.get(path).words
    for _ in range(2):
        world.pack(world.paid_order(offer))
    page = cadre.get(path)
    assert "涉及 2 箱" in page.words
    page = cadre.send(page.form("form"))  # nobody said why
    assert page.status == 422
    assert "请写明原因" in page.words


def test_a_move_that_is_over_is_refused_with_what_is_possible(world: World, cadre: Visitor) -> None:
    batch = world.passed_batch()
    path = f"/cadre/batches/{batch['id']}"
    form = cadre.get(f"{path}/hold").form("form")
    world.move(batch, "recall")
    page = cadre.send(form, reason="查一查")
    assert page.status == 409
    assert "已召回" in page.words
    assert page.form("form").fields["reason"] == "查一查"
    assert cadre.get(f"{path}/release").status == 409


def test_a_release_without_a_newer_pass_says_so(world: World, cadre: Visitor) -> None:
    batch = world.batch()
    world.inspect(batch, rate=80)
    form = cadre.get(f"/cadre/batches/{batch['id']}/release").form("form")
    page = cadre.send(form, why="核查无问题")
    assert page.status == 409
    assert "晚于暂停的合格检测" in page.words
    assert page.form("form").fields["why"] == "核查无问题"


# --- the inspection form -------------------------------------------------------------------------


def plan(world: World) -> str:
    """A batch whose plan has a required rapid test, a lower limit and an absence."""

    def metric(key: str, **fields: object) -> dict[str, object]:
        base = {"key": key, "name": key, "unit": "mg/kg", "method": "GB/T 1", "source": "GB 2"}
        return base | {"kind": "confirmatory", "required": False} | fields

    metrics = [
        metric("rate", name="抑制率", unit="%", operator="lt", limit=50, required=True),
        metric("sugar", name="糖度", unit="°Brix", operator="ge", limit=12),
        metric("florfenicol", name="氟苯尼考", operator="absent"),
        metric("weight", name="单重", unit=None),
    ]
    product = product_body(inspection_plan={"sample_size": "12 个", "metrics": metrics})
    product_id = ok(world.cadre.put(f"/v1/products/{new_id()}", product))["id"]
    return str(world.batch(product_id=product_id)["id"])


def test_the_form_asks_for_what_the_plan_measures(world: World, cadre: Visitor) -> None:
    path, before = f"/cadre/batches/{plan(world)}/inspect", datetime.now(CHINA)
    page = cadre.get(path)
    minutes = [f"{moment:%Y-%m-%dT%H:%M}" for moment in (before, datetime.now(CHINA))]
    for phrase in ("限值 低于 50%", "要求 不低于 12 °Brix", "要求 不得检出", "抽样：12 个"):
        assert phrase in page.words.replace("12°Brix", "12 °Brix")
    assert page.words.count("没测可不填") == 3
    assert page.form("form").fields["stage"] == "harvest"
    assert minutes[0] <= page.form("form").fields["tested_at"] <= minutes[1]


def test_values_and_absences_are_recorded_as_typed(world: World, cadre: Visitor) -> None:
    batch_id = plan(world)
    form = cadre.get(f"/cadre/batches/{batch_id}/inspect").form("form")
    typed = {"value-rate": "１２。５", "value-sugar": "13.8", "below-florfenicol": "1"}
    page = cadre.send(form, covered="500", lab="县检测站", note="晴", **typed)
    assert "检测已保存：合格" in page.words
    inspection = ok(world.cadre.get(f"/v1/batches/{batch_id}/inspections"))["items"][0]
    values = {
        measurement["metric"]: (measurement["value"], measurement["below_detection"])
        for measurement in inspection["measurements"]
    }
    assert values == {
        "rate": (12.5, False),
        "sugar": (13.8, False),
        "florfenicol": (None, True),
    }
    assert (inspection["quantity_covered"], inspection["lab"], inspection["note"]) == (
        500,
        "县检测站",
        "晴",
    )
    assert "县检测站" in page.words
    assert "未检出" in page.words


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"value-rate": "abc"},
        {"value-rate": "12", "below-rate": "1"},
        {"value-rate": "1.12345678"},
    ],
)
def test_a_value_that_cannot_be_read_is_marked_in_its_place(
    world: World, cadre: Visitor, typed: dict[str, str]
) -> None:
    batch_id = plan(world)
    form = cadre.get(f"/cadre/batches/{batch_id}/inspect").form("form")
    page = cadre.send(form, **{"value-sugar": "13", "note": "别丢", **typed})
    assert page.status == 422
    assert 'id="value-rate-wrong"' in page.source
    assert 'id="value-sugar-wrong"' not in page.source
    again = page.form("form").fields
    assert again["note"] == "别丢"
    assert {name: again.get(name, "") for name in typed} == typed
    assert stored("inspection") == 0


def test_a_time_ahead_is_refused(world: World, cadre: Visitor) -> None:
    form = cadre.get(f"/cadre/batches/{world.batch()['id']}/inspect").form("form")
    page = cadre.send(form, tested_at="2031-01-01T10:00", **{f"value-{RATE}": "1"})
    assert "不能在将来" in page.words


def test_correcting_a_corrected_test_says_which_is_the_newest(world: World, cadre: Visitor) -> None:
    batch = world.batch()
    first = world.inspect(batch)
    path = f"/cadre/batches/{batch['id']}/inspect?supersedes={first['id']}"
    form = cadre.get(path).form("form")
    world.inspect(batch, supersedes=first["id"])
    page = cadre.send(form)
    assert page.status == 422
    assert "请更正最新的一条" in page.words
    assert cadre.get(f"{path[:-4]}0000").status == 404


def test_a_certificate_needs_a_pass(world: World, cadre: Visitor) -> None:
    batch = world.batch()
    page = cadre.get(f"/cadre/batches/{batch['id']}/certificate")
    assert "还没有合格的检测" in page.words
    page = cadre.send(page.form("form"), basis="self_tested", contact="138")
    assert page.status == 409
    assert page.form("form").fields["contact"] == "138"
    page = cadre.send(page.form("form"), basis="self_controlled", amount="2000")
    assert page.status == 422
    assert "不能超过这批货" in page.words


# --- the list ------------------------------------------------------------------------------------


def test_the_list_is_filtered_and_paged(world: World, cadre: Visitor) -> None:
    lots = [world.batch()["lot"] for _ in range(3)]
    passed = world.passed_batch()
    page = cadre.get("/cadre/batches?limit=2")
    assert passed["lot"] in page.words
    assert lots[0] not in page.words
    page = cadre.get(page.link("cursor="))
    assert lots[0] in page.words
    page = cadre.get("/cadre/batches?state=passed")
    assert passed["lot"] in page.words
    assert lots[0] not in page.words


def test_held_batches_stay_on_top(world: World, cadre: Visitor) -> None:
    held = world.batch()
    world.inspect(held, rate=90)
    for _ in range(2):
        world.batch()
    page = cadre.get("/cadre/batches?limit=1")
    assert "已暂停，等您处理" in page.words
    assert held["lot"] in page.words


def test_recording_a_test_begins_with_the_choice_of_a_batch(world: World, cadre: Visitor) -> None:
    recalled = world.passed_batch()
    world.move(recalled, "recall")
    batch = world.batch()
    page = cadre.get(cadre.get("/cadre/batches").link("pick=inspect"))
    assert recalled["lot"] not in page.words
    page = cadre.get(page.link(f"{batch['id']}/inspect"))
    assert page.form("form").fields["stage"] == "harvest"


def test_several_products_are_chosen_from_first(world: World, cadre: Visitor) -> None:
    pear = pears(world)
    page = cadre.get("/cadre/batches/new")
    assert "采的是什么" in page.words
    form = cadre.get(page.link(pear)).form("form")
    assert form.fields["amount_in"] == "kg"


def test_pages_speak_english_too(world: World) -> None:
    batch = world.passed_batch()
    visitor = Visitor(world.url, "en").signed_in("cadre")
    page = visitor.get(f"/cadre/batches/{batch['id']}")
    assert "This batch" in page.words
    assert "lang=en" in page.link("/inspect")


def test_a_stored_word_is_never_markup(world: World, cadre: Visitor) -> None:
    evil = "<script>x</script>"
    batch = world.batch(plot=evil, note=evil)
    ok(
        world.cadre.put(
            f"/v1/batches/{batch['id']}/inspections/{new_id()}",
            inspection_body(90, lab=evil, note=evil),
        )
    )
    for path in ("/cadre", f"/cadre/batches/{batch['id']}"):
        assert "<script>" not in cadre.get(path).source


def test_after_a_pass_the_next_step_is_the_certificate(world: World) -> None:
    batch = world.passed_batch()
    cadre, path = Visitor(world.url).signed_in("cadre"), f"/cadre/batches/{batch['id']}"
    main = f'<a class="btn main" href="{path}/'
    assert f"{main}certificate" in cadre.get(path).source
    world.certify(batch)
    assert f"{main}inspect" in cadre.get(path).source
    untested = f"/cadre/batches/{world.batch()['id']}"
    assert f'<a class="btn main" href="{untested}/inspect' in cadre.get(untested).source
