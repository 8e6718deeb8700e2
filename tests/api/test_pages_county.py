"""The county's desk over real HTTP: people, their trainings, and tests to look at."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.access import Actor, Call
from chalicelib.repositories.tables import BatchItem, key_of
from chalicelib.repositories.transaction import Adjust, UnitOfWork
from tests.visitor import AnswerPage, Visitor
from tests.world import (
    PNG,
    Json,
    World,
    inspection_body,
    instant,
    new_id,
    ok,
    photo_body,
    product_body,
    stored,
    today,
    training_body,
)

RAPID = "GB/T 5009.199"


@pytest.fixture
def county(world: World) -> Visitor:
    return Visitor(world.url).signed_in("county")


def me(world: World) -> str:
    identity: str = ok(world.cadre.get("/v1/me"))["id"]
    return identity


def train(world: World, **fields: str) -> None:
    path = f"/v1/accounts/{me(world)}/trainings/{new_id()}"
    ok(world.county.put(path, training_body(**fields)), 201)


def put(world: World, path: str, body: Json, clock: str) -> Json:
    answer: Json = ok(world.cadre.call("PUT", path, json=body, headers={"Device-Time": clock}), 201)
    return answer


# --- people --------------------------------------------------------------------------------------


def test_the_county_goes_from_tab_to_tab(county: Visitor) -> None:
    page = county.get("/cadre/batches")
    for path, title in (
        ("/county/people", "人员和培训"),
        ("/county/flagged", "要核对的检测"),
        ("/cadre/batches", "批次和检测"),
    ):
        page = county.get(page.link(path))
        assert (page.status, title in page.words) == (200, True)


@pytest.mark.parametrize("address", ["/", "/county", "/cadre", "/cadre/batches"])
def test_the_county_comes_to_its_page_from_wherever_it_looks(county: Visitor, address: str) -> None:
    page = county.get(f"{address}?lang=en")
    assert (page.status, page.url) == (200, f"{county.url}/cadre/batches?lang=en")


def test_a_proposal_shows_its_figures_of_then_and_of_now(world: World, county: Visitor) -> None:
    batch = world.passed_batch()
    offer = world.offer(batch)
    boxes = [world.delivered(world.pack(world.paid_order(offer))) for _ in range(5)]
    for box in boxes[:4]:  # the third brings it past the threshold
        world.complain(box)
    page = county.get("/cadre/batches")
    for phrase in (
        "建议时：这批已装箱 5 个包裹，3 个有投诉，其中 3 个说坏果、变质",
        "现在：这批已装箱 5 个包裹，4 个有投诉，其中 4 个说坏果、变质",
    ):
        assert phrase in page.words
    [listed] = world.county.everything("/v1/proposals")
    assert (listed["complained"], listed["now"]["complained"]) == (3, 4)
    assert county.get(page.link("/hold")).form("form").fields["why"] == "买家投诉，待查"
    other = f"/cadre/batches/{world.passed_batch()['id']}/hold"
    assert "why" not in county.get(other).form("form").fields
    # Two of them were packed before parcels were counted: of how many, nobody knows.
    item = BatchItem(*key_of("batch", batch["id"]))
    call = Call(Actor(id="clock"), datetime.now(UTC))
    UnitOfWork(call).add(Adjust(item, [BatchItem.packed_parcels.set(3)])).commit()
    words = county.get(f"/cadre/batches/{batch['id']}?lang=en").words
    assert "Now: Parcels of this batch complained about: 4, 4 say rotten" in words


def test_only_the_county_has_a_county_desk(world: World) -> None:
    for who in ("cadre", "seller"):
        visitor = Visitor(world.url).signed_in(who)
        for path in ("/county/people", f"/county/people/{me(world)}", "/county/flagged"):
            assert visitor.get(path).status == 403
        assert "/county/" not in visitor.get("/cadre/batches").source
    assert "登录" in Visitor(world.url).get("/county/people").words


@pytest.mark.parametrize(
    ("until", "phrase"),
    [(None, "没有培训记录"), ("2026-01-15", "有培训过期"), ("2999-01-01", "培训有效")],
)
def test_the_list_tells_whose_training_is_missing(
    world: World, county: Visitor, until: str | None, phrase: str
) -> None:
    if until:
        train(world, valid_until=until)
        train(world, valid_until=until)
    words = county.get("/county/people").words
    assert phrase in words
    assert ("2 项培训" in words) == (until is not None)


def test_of_sellers_and_the_county_no_training_is_missed(world: World, county: Visitor) -> None:
    assert county.get("/county/people").words.count("没有培训记录") == 2  # the two cadres


def test_the_list_is_paged(county: Visitor) -> None:
    first = county.get("/county/people?limit=3")
    assert "seller2" not in first.words
    rest = county.get(first.link("cursor="))
    assert "seller2" in rest.words
    assert "回到开头" in rest.words


def test_a_training_is_recorded_on_the_page_of_a_person(world: World, county: Visitor) -> None:
    page = county.get("/county/people")
    page = county.get(page.link(f"/county/people/{me(world)}"))
    for words in ("cadre", "驻村干部", "容溪村", "还没有培训记录"):
        assert words in page.words
    form = page.form("form")
    filled = {"course": RAPID, "trained_on": "2026-01-15", "valid_until": "2999-01-14"}
    for _ in range(2):  # a double tap is one training
        page = county.send(form, **filled, trainer="市农检站", certificate_no="NJ-0017")
        assert "培训已登记" in page.words
    assert "2026-01-15 培训，有效期至 2999-01-14" in page.words
    assert "培训单位 市农检站 · 证号 NJ-0017" in page.words
    [training] = ok(world.cadre.get("/v1/me"))["trainings"]
    assert (training["method"], training["trained_on"]) == (RAPID, "2026-01-15")


@pytest.mark.parametrize(
    ("name", "value", "phrase"),
    [
        ("course", "", "请选检测方法"),
        ("trained_on", "", "请填培训日期"),
        ("trained_on", "gestern", "请填培训日期"),
        ("valid_until", "2026-01-14", "不能早于培训日期"),
        ("trainer", "x" * 121, "最多 120 个字"),
    ],
)
def test_what_is_wrong_stands_beside_its_input(
    world: World, county: Visitor, name: str, value: str, phrase: str
) -> None:
    form = county.get(f"/county/people/{me(world)}").form("form")
    right = {"course": RAPID, "trained_on": "2026-01-15", "valid_until": "2027-01-14"}
    page = county.send(form, **right | {name: value})
    assert page.status == 422
    assert phrase in page.words
    assert 'aria-invalid="true"' in page.source
    again = page.form("form").fields
    assert {field: again[field] for field in right if field != name} == {
        field: right[field] for field in right if field != name
    }
    assert ok(world.cadre.get("/v1/me"))["trainings"] == []


def test_methods_are_those_of_the_plans_and_scales_come_last(world: World, county: Visitor) -> None:
    rapid = product_body()["inspection_plan"]["metrics"][0]
    scales = rapid | {"key": "weight", "name": "单枚重", "method": "称重", "kind": "measure"}
    lead = rapid | {"key": "lead", "name": "铅", "method": "GB 5009.12", "kind": "confirmatory"}
    world.product(inspection_plan={"metrics": [scales, lead, rapid]})
    source = county.get(f"/county/people/{me(world)}").source
    places = [source.index(f'value="{method}"') for method in ("GB 5009.12", "称重")]
    assert places == sorted(places)
    assert source.count(f'value="{RAPID}"') == 1
    assert source.index(f'value="{RAPID}"') < places[-1]


def test_a_person_that_does_not_exist_has_no_page(county: Visitor) -> None:
    page = county.get(f"/county/people/{new_id()}")
    assert (page.status, "没有找到账号" in page.words) == (404, True)


# --- tests to look at ----------------------------------------------------------------------------


def test_the_county_sees_why_a_test_is_to_be_looked_at_and_opens_its_batch(
    world: World, county: Visitor
) -> None:
    assert "没有要核对的检测" in county.get("/county/flagged").words
    batch = world.batch(lot="A-1024")
    world.inspect(batch)
    train(world, trained_on="2025-01-15", valid_until="2026-01-14")
    path = f"/v1/batches/{batch['id']}/inspections/"
    slow = put(world, path + new_id(), inspection_body(), instant(minutes=65, seconds=10))
    page = county.get("/county/flagged")
    first, second = (
        page.words.index("培训已过期（有效期至 2026-01-14）"),
        page.words.index("没有这项检测的培训记录"),
    )
    assert first < second, "newest first"
    for words in ("土鸡蛋 A-1024", RAPID, "手机时间慢 1 小时 5 分", "cadre 测于"):
        assert words in page.words
    link = page.link(f"#i-{slow['id']}")
    assert f"/cadre/batches/{batch['id']}" in link
    shown = county.get(link)
    assert f'id="i-{slow["id"]}"' in shown.source


def test_what_is_in_order_is_not_listed(world: World, county: Visitor) -> None:
    train(world)
    world.inspect(world.batch())
    assert "没有要核对的检测" in county.get("/county/flagged").words


def test_the_tests_to_look_at_are_paged(world: World, county: Visitor) -> None:
    batches = [world.batch() for _ in range(3)]
    for batch in batches:
        world.inspect(batch)
    first = county.get("/county/flagged?limit=2")
    assert batches[0]["lot"] not in first.words
    rest = county.get(first.link("cursor="))
    assert batches[0]["lot"] in rest.words
    assert "回到最新" in rest.words


def test_a_corrected_test_says_so(world: World, county: Visitor) -> None:
    batch = world.batch()
    wrong = world.inspect(batch)
    train(world)
    world.inspect(batch, supersedes=wrong["id"])
    assert "后来已更正" in county.get("/county/flagged").words


# --- on the batch --------------------------------------------------------------------------------


def batch_page(county: Visitor, batch: Json, language: str = "zh-CN") -> AnswerPage:
    return county.get(f"/cadre/batches/{batch['id']}?lang={language}")


@pytest.mark.parametrize(
    ("clock", "chinese", "english"),
    [
        ({"minutes": 10, "seconds": 5}, "手机时间慢 10 分", "Phone clock 10 min slow"),
        ({"hours": -2, "seconds": -50}, "手机时间快 2 小时 0 分", "Phone clock 2 h 0 min fast"),
        ({"days": 3, "hours": 1, "seconds": 5}, "手机时间慢 3 天 1 小时", "3 d 1 h slow"),
        ({"minutes": 9}, None, None),
    ],
)
def test_a_batch_tells_of_the_clock_it_was_recorded_by(
    world: World, county: Visitor, clock: dict[str, float], chinese: str | None, english: str | None
) -> None:
    path = f"/v1/batches/{new_id()}"
    batch = put(world, path, world.batch_body(), instant(**clock))
    for language, phrase in (("zh-CN", chinese), ("en", english)):
        words = batch_page(county, batch, language).words
        if phrase:
            assert phrase in words
        else:
            assert "手机时间" not in words
            assert "Phone clock" not in words


def test_a_test_tells_of_its_gaps_and_of_photos_still_on_the_phone(
    world: World, county: Visitor
) -> None:
    ids = [new_id() for _ in range(3)]
    photos = [ok(world.cadre.put(f"/v1/photos/{photo_id}", photo_body())) for photo_id in ids]
    link = photos[1]["upload"]
    assert world.nobody.call("PUT", link["url"], data=PNG).status_code == 204
    batch = world.batch()
    world.inspect(batch, photos=ids)
    page = batch_page(county, batch)
    assert "没有这项检测的培训记录" in page.words
    assert "2 张照片还在手机里" in page.words
    assert len([href for href in page.links if href.startswith("/photos/")]) == 1
    english = batch_page(county, batch, "en").words
    assert "No training in this method" in english
    assert "2 photos still on the phone" in english


@pytest.mark.parametrize(
    ("fields", "chinese", "english"),
    [
        ({"clock_moved_seconds": 32400}, "记的时候手机时间慢 9 小时", "clock was 9 h 0 min slow"),
        ({"clock_moved_seconds": -32400}, "记的时候手机时间快 9 小时", "was 9 h 0 min fast"),
        ({"clock_moved_seconds": 0}, "差多少不知道", "nobody knows by how much"),
        ({"device_at": {"minutes": -90}}, "手机记的时间比收到时还晚", "Recorded later than"),
        ({"tested_at": {"days": 40}}, "检测比采收早 7 天以上", "before the harvest"),
    ],
)
def test_the_county_reads_in_words_what_is_wrong_with_a_time_and_who_tested(
    fields: dict[str, Any], chinese: str, english: str, world: World, county: Visitor
) -> None:
    """Of a time the fields say how long ago it was."""
    batch = world.batch()
    given: Json = {
        name: instant(**value) if isinstance(value, dict) else value
        for name, value in fields.items()
    }
    world.inspect(batch, **given)
    for path in ("/county/flagged", f"/cadre/batches/{batch['id']}"):
        assert chinese in county.get(path).words
        assert english in county.get(f"{path}?lang=en").words
        assert ok(world.cadre.get("/v1/me"))["name"] in county.get(path).words


def test_a_test_before_its_training_is_not_called_lapsed(world: World, county: Visitor) -> None:
    train(world, trained_on=today(), valid_until="2999-12-31")
    batch = world.batch()
    world.inspect(batch, tested_at=instant(days=2))
    words = batch_page(county, batch).words
    assert "检测时还没参加培训" in words
    assert "已过期" not in words


def test_looking_stores_nothing(world: World, county: Visitor) -> None:
    world.inspect(world.batch())
    before = stored()
    for path in ("/county/people", f"/county/people/{me(world)}", "/county/flagged"):
        assert county.get(path).status == 200
    assert stored() == before
