"""What a county is made of, changed on pages: journalled, once, and for who saw it as it is."""

import json
import re

import pytest

from chalicelib.repositories.reading import children
from chalicelib.repositories.tables import ChangeItem
from tests.visitor import AnswerPage, Visitor
from tests.world import World, ok

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def county(world: World) -> Visitor:
    return Visitor(world.url).signed_in("county")


def entries(kind: str, identity: str) -> list[tuple[dict[str, object], dict[str, object], str]]:
    """(old, new, why) of the journal, in its order."""
    page = children(ChangeItem, f"{kind}#{identity}", "CHANGE#")
    changes = [item.doc for item in page.items]
    assert all(change.by and change.at for change in changes)
    return [
        (json.loads(change.old or "{}"), json.loads(change.new), change.why) for change in changes
    ]


def changed(visitor: Visitor, path: str, **values: str) -> AnswerPage:
    page = visitor.get(path)
    assert page.status == 200, page.words
    return visitor.send(page.form("form"), **values)


def test_a_village_is_changed_with_a_journal_entry_and_two_taps_are_one(
    world: World, county: Visitor
) -> None:
    path = f"/county/villages/{world.village_id}"
    form = county.get(path).form("form")
    assert form.fields["village_name"] == "容溪村"
    for _ in range(2):
        listed = county.send(form, village_name="呈坎镇容溪村", why="全称")
        assert "已保存" in listed.words
        assert "呈坎镇容溪村" in listed.words
    assert ok(world.county.get(f"/v1/villages/{world.village_id}"))["name"] == "呈坎镇容溪村"
    assert entries("VILLAGE", world.village_id) == [
        ({"name": "容溪村"}, {"name": "呈坎镇容溪村"}, "全称")
    ]
    again = county.get(path)
    assert "村名：容溪村 → 呈坎镇容溪村" in again.words
    assert "全称" in again.words
    english = county.get(f"{path}?lang=en").words
    assert "Village: 容溪村 → 呈坎镇容溪村" in english


def test_two_editors_do_not_overwrite_each_other(world: World, county: Visitor) -> None:
    path = f"/county/villages/{world.village_id}"
    slow = county.get(path).form("form")
    changed(county, path, village_name="容溪")
    page = county.send(slow, county="徽州区")
    assert page.status == 409
    assert "别人改过它" in page.words
    assert "现在存的是：容溪" in page.words, "the second reads what changed"
    kept = page.form("form").fields
    assert (kept["village_name"], kept["county"]) == ("容溪村", "徽州区"), "and has what was typed"
    assert ok(world.county.get(f"/v1/villages/{world.village_id}"))["name"] == "容溪"
    assert "已保存" in county.send(page.form("form"), village_name="容溪").words
    village = ok(world.county.get(f"/v1/villages/{world.village_id}"))
    assert (village["name"], village["county"]) == ("容溪", "徽州区")
    assert [new for _, new, _ in entries("VILLAGE", world.village_id)] == [
        {"name": "容溪"},
        {"county": "徽州区"},
    ]


def test_what_was_put_by_a_client_is_still_put_after_a_change(
    world: World, county: Visitor
) -> None:
    """A phone that sends the first content again makes nothing and undoes nothing."""
    changed(county, f"/county/villages/{world.village_id}", village_name="容溪")
    body = {"name": "容溪村", "county": "歙县", "province": "安徽省"}
    assert ok(world.county.put(f"/v1/villages/{world.village_id}", body), 200)["name"] == "容溪"


def test_a_shop_is_known_by_its_new_name_at_once(world: World, county: Visitor) -> None:
    world.offer()
    nobody, shop = Visitor(world.url), f"/shops/{world.shop_id}"
    assert "容溪鲜货" in nobody.get(shop).words  # from now on it is kept for a moment
    path = f"/county/shops/{world.shop_id}"
    ticked = {f"villages-{world.other_village_id}": "1"}
    assert "已保存" in changed(county, path, shop_name="容溪山货店", **ticked).words
    assert "容溪山货店" in nobody.get(shop).words
    own = ok(world.seller.get("/v1/me"))["village_ids"]
    assert set(own) == {world.village_id, world.other_village_id}
    assert "石屋村" in county.get(path).words


def test_the_journal_does_not_tell_whose_household_it_is(world: World, county: Visitor) -> None:
    producer = world.producer(kind="household", display_name="农户 12", household_code="RX-012")
    path = f"/cadre/producers/{producer['id']}"
    listed = changed(county, path, household_code="RX-112", display_name="农户 112")
    assert "农户 112" in listed.words
    [(old, new, _)] = entries("PRODUCER", producer["id"])
    assert old == {"display_name": "农户 12", "household_code": "•••"}
    assert new == {"display_name": "农户 112", "household_code": "•••"}
    stored = ok(world.cadre.get(f"/v1/producers/{producer['id']}"))
    assert stored["household_code"] == "RX-112"


def test_a_household_that_the_village_has_is_not_made_twice_on_a_page(world: World) -> None:
    """As in the field: the same name is the same household, and where the number differs a person
    is asked."""
    cadre = Visitor(world.url).signed_in("cadre")
    world.producer(kind="household", display_name="农户 12", household_code="RX-012")

    def sent(**values: str) -> AnswerPage:
        form = cadre.get("/cadre/producers/new").form("form")
        return cadre.send(form, display_name="农户12", **values)

    assert "已登记" in sent().words
    page = sent(household_code="RX-999")
    assert "户编号跟您填的不一样" in page.words
    assert page.form("form").fields["household_code"] == "RX-999"
    assert len(world.households()) == 1


def test_the_county_reads_what_a_shop_lets_its_labels_say(world: World, county: Visitor) -> None:
    ok(world.seller.post(f"/v1/shops/{world.shop_id}/contact", {"label_name": "masked"}))
    page = county.get(f"/county/shops/{world.shop_id}")
    assert "标签上印收件人：不印 → 订单尾号和姓" in page.words


def test_a_cadre_sees_and_changes_what_is_of_the_own_villages(world: World) -> None:
    cadre, other = (Visitor(world.url).signed_in(who) for who in ("cadre", "cadre2"))
    producer = world.producer()
    path = f"/cadre/producers/{producer['id']}"
    assert "已保存" in changed(cadre, path, display_name="容溪茶叶合作社").words
    form = cadre.get(path).form("form")
    assert other.get(path).status == 404
    assert other.post(form, {}).status_code == 401, "it waits for who typed it"
    county_product = f"/cadre/products/{world.product_id}"
    assert cadre.get(county_product).status == 404
    assert county_product not in cadre.get("/cadre/products").source, "the county's is no link"


@pytest.mark.parametrize(
    ("values", "plan", "rule"),
    [
        ({"product_name": "谷饲鸡蛋"}, 1, 1),
        ({"bound-0": "40"}, 2, 1),
        ({"evidence": "24"}, 1, 2),
        (
            {
                "metric-1": "铅",
                "bound-1": "0.5",
                "operator-1": "le",
                "metric_method-1": "GB 5009.12",
                "source-1": "GB 2762",
                "testing-1": "confirmatory",
            },
            2,
            1,
        ),
    ],
)
def test_a_changed_plan_is_a_new_version_and_every_change_is_journalled(
    world: World, county: Visitor, values: dict[str, str], plan: int, rule: int
) -> None:
    path = f"/cadre/products/{world.product_id}"
    form = county.get(path).form("form")
    for _ in range(2):
        assert "已保存" in county.send(form, **values, why="县里定的").words
    product = ok(world.county.get(f"/v1/products/{world.product_id}"))
    assert (product["plan_version"], product["rule_version"]) == (plan, rule)
    changes = ok(world.county.get(f"/v1/products/{world.product_id}/changes"))["items"]
    assert len(changes) == 2
    assert "县里定的" in changes[-1]["why"]
    assert "县里定的" in county.get(path).words


def test_a_metric_goes_when_its_name_is_emptied_but_not_the_last(
    world: World, county: Visitor
) -> None:
    page = changed(county, f"/cadre/products/{world.product_id}", **{"metric-0": ""})
    assert page.status == 422
    assert "请至少留一项" in page.words


@pytest.mark.parametrize(
    ("values", "phrase"),
    [
        ({"bound-0": "viel"}, "比大小时填数字"),
        ({"bound-0": ""}, "比大小时填数字"),
        ({"source-0": ""}, "请填限量出处"),
        ({"gtin": "12345678"}, "校验位"),
        ({"shelf_days": "0"}, "1 到 3650"),
        ({"evidence": ""}, "1 到 720"),
    ],
)
def test_what_is_wrong_with_a_product_stands_beside_its_input(
    world: World, county: Visitor, values: dict[str, str], phrase: str
) -> None:
    page = changed(county, f"/cadre/products/{world.product_id}", product_name="改了", **values)
    assert page.status == 422
    assert phrase in page.words
    assert page.form("form").fields["product_name"] == "改了"


def test_a_category_without_sourced_limits_begins_with_an_empty_plan(county: Visitor) -> None:
    page = county.get("/cadre/products/new?starter=tea")
    assert "限量没有现成的出处" in page.words
    fields = page.form("form").fields
    assert not any(fields[name] for name in fields if re.match(r"(metric|bound|source)-", name))
    refused = county.send(page.form("form"))
    assert refused.status == 422


def test_the_steps_tell_what_is_there_and_what_is_lacking(world: World, county: Visitor) -> None:
    page = county.get("/county/setup")
    for words in ("容溪村、石屋村", "土鸡蛋", "容溪合作社", "容溪鲜货", "基本资料"):
        assert words in page.words
    assert "还缺" not in page.words
    for who in ("cadre", "seller"):
        assert Visitor(world.url).signed_in(who).get("/county/setup").status == 403
