"""Whose product it is: the county's, which all use, or a village's, which its cadres change."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.books import Books
from tests.visitor import Visitor
from tests.world import Client, Json, World, new_id, ok, product_body, refused


def lax() -> Json:
    """Another plan and another rule than those of product_body."""
    body = product_body(name="随便", after_sales={"evidence_hours": 1, "reply_hours": 720})
    body["inspection_plan"]["metrics"][0]["limit"] = 100
    return body


def path(product: Json) -> str:
    return f"/v1/products/{product['id']}"


def own(world: World, by: Client, **fields: object) -> Json:
    product: Json = ok(by.put(f"/v1/products/{new_id()}", product_body(**fields)), 201)
    return product


def listed(by: Client) -> set[str]:
    return {product["id"] for product in by.everything("/v1/products")}


@pytest.fixture
def roaming(world: World) -> Client:
    """A cadre of both villages."""
    villages = [world.other_village_id, world.village_id]
    return world.account("cadre", "cadre3", village_ids=villages)


def test_a_product_says_whose_it_is(world: World, roaming: Client) -> None:
    assert own(world, world.county)["village_id"] is None
    assert own(world, world.cadre)["village_id"] == world.village_id
    assert own(world, world.cadre, village_id=world.village_id)["village_id"] == world.village_id
    assert own(world, roaming)["village_id"] == world.other_village_id
    assert own(world, roaming, village_id=world.village_id)["village_id"] == world.village_id
    given = own(world, world.county, village_id=world.other_village_id)
    assert given["village_id"] == world.other_village_id
    assert ok(world.cadre.get(f"/v1/products/{world.product_id}"))["village_id"] is None


def test_no_cadre_makes_a_product_for_another_village(world: World) -> None:
    for by, village in (
        (world.cadre, world.other_village_id),
        (world.cadre, new_id()),
        (world.county, new_id()),
    ):
        body = product_body(village_id=village)
        refused(by.put(f"/v1/products/{new_id()}", body), 404, "not_found")
    assert listed(world.county) == {world.product_id}


@pytest.mark.parametrize("maker", ["county", "cadre"])
def test_no_cadre_rewrites_what_is_not_of_their_villages(maker: str, world: World) -> None:
    """The same answer as for what does not exist, also to the very content that is there."""
    product = own(world, getattr(world, maker))
    for body in (lax(), product_body()):
        answer = world.other_cadre.put(path(product), body)
        nowhere = world.other_cadre.get(f"/v1/products/{new_id()}")
        assert refused(answer, 404, "not_found") == nowhere.json()
    if maker == "county":
        refused(world.cadre.put(path(product), lax()), 404, "not_found")
    assert ok(world.county.get(path(product))) == product
    journal = ok(world.county.get(f"{path(product)}/changes"))["items"]
    assert len(journal) == 1


def test_its_own_cadres_and_the_county_change_it(world: World) -> None:
    product = own(world, world.cadre)
    changed = ok(world.cadre.put(path(product), lax()), 200)
    assert (changed["plan_version"], changed["rule_version"]) == (2, 2)
    again = ok(world.county.put(path(product), product_body()), 200)
    assert (again["plan_version"], again["village_id"]) == (3, world.village_id)
    colleague = world.account("cadre", "cadre4", village_ids=[world.village_id])
    assert ok(colleague.put(path(product), lax()), 200)["plan_version"] == 4
    by = [change["by"] for change in ok(world.cadre.get(f"{path(product)}/changes"))["items"]]
    whose = [ok(who.get("/v1/me"))["id"] for who in (world.cadre, world.cadre, world.county)]
    assert by == [*whose, ok(colleague.get("/v1/me"))["id"]]


def test_a_product_never_changes_hands(world: World, roaming: Client) -> None:
    product = own(world, roaming, village_id=world.village_id)
    for by, body in (
        (roaming, product_body(village_id=world.other_village_id)),
        (world.county, product_body(village_id=world.other_village_id)),
    ):
        refusal = refused(by.put(path(product), body), 422, "invalid")
        assert [error["field"] for error in refusal["errors"]] == ["village_id"]
    named = lax() | {"village_id": world.village_id}
    assert ok(roaming.put(path(product), named), 200)["plan_version"] == 2
    kept = ok(roaming.put(path(product), product_body()), 200)
    assert (kept["plan_version"], kept["village_id"]) == (3, world.village_id)
    refused(
        world.county.put(
            f"/v1/products/{world.product_id}", product_body(village_id=world.village_id)
        ),
        422,
        "invalid",
    )


def test_a_list_holds_the_countys_and_ones_own(world: World, roaming: Client) -> None:
    mine, theirs = own(world, world.cadre)["id"], own(world, world.other_cadre)["id"]
    assert listed(world.cadre) == {world.product_id, mine}
    assert listed(world.other_cadre) == {world.product_id, theirs}
    assert listed(roaming) == listed(world.county) == {world.product_id, mine, theirs}
    in_pages = roaming.everything("/v1/products", limit=1)
    assert [product["id"] for product in in_pages] == sorted([world.product_id, mine, theirs])


def test_what_is_another_villages_reads_like_what_does_not_exist(world: World) -> None:
    theirs = own(world, world.other_cadre)
    for end in ("", "/changes"):
        there = world.cadre.get(f"{path(theirs)}{end}")
        nowhere = world.cadre.get(f"/v1/products/{new_id()}{end}")
        assert (there.status_code, there.json()) == (nowhere.status_code, nowhere.json())
        assert there.status_code == 404
        ok(world.county.get(f"{path(theirs)}{end}"))


def test_a_batch_is_of_a_product_that_one_may_use(world: World) -> None:
    theirs, mine = own(world, world.other_cadre), own(world, world.cadre)
    wanted = world.batch_body(product_id=theirs["id"])
    refused(world.cadre.put(f"/v1/batches/{new_id()}", wanted), 404, "not_found")
    assert world.batch()["plan_by"] == "county"
    batch = world.passed_batch(product_id=mine["id"])
    assert batch["plan_by"] == "village"
    form = (
        Visitor(world.url).signed_in("cadre").get(f"/cadre/batches/new?product_id={theirs['id']}")
    )
    assert form.status == 404


def test_everybody_sees_whose_plan_it_is(world: World) -> None:
    product = own(world, world.cadre, name="村里的土鸡蛋")
    batch = world.passed_batch(product_id=product["id"])
    code = world.pack(world.paid_order(world.offer(batch)))["code"]
    as_json = {"Accept": "application/json"}
    [traced] = ok(world.nobody.call("GET", f"/t/{code}", headers=as_json))["batches"]
    assert traced["plan_by"] == "village"
    for who in ("cadre", "seller", "county"):
        seen = ok(getattr(world, who).get(f"/v1/batches/{batch['id']}"))
        assert seen["plan_by"] == "village"
    buyer = Visitor(world.url)
    assert "限值多少由驻村干部规定" in buyer.get(f"/t/{code}").words
    common = world.pack(world.paid_order(world.offer(world.passed_batch())))["code"]
    assert "限值多少由县里统一规定" in buyer.get(f"/t/{common}").words
    cadre = Visitor(world.url).signed_in("cadre")
    assert "驻村干部定的检测方案" in cadre.get(f"/cadre/batches/{batch['id']}").words
    choice = cadre.get("/cadre/batches/new").words
    assert "容溪村自己的检测方案" in choice
    assert "县里的检测方案" in choice


def test_the_page_for_the_field_knows_what_one_may_use(world: World, roaming: Client) -> None:
    """And the products of the batches that it shows, so that each can be tested."""
    theirs, mine = own(world, world.other_cadre), own(world, world.cadre)
    known = {
        product["id"]: product["village_id"]
        for product in ok(world.cadre.get("/cadre/data"))["products"]
    }
    assert known == {world.product_id: None, mine["id"]: world.village_id}
    body = world.batch_body(product_id=theirs["id"])  # grown here, by a cadre of both villages
    batch = ok(roaming.put(f"/v1/batches/{new_id()}", body), 201)
    data = ok(world.cadre.get("/cadre/data"))
    assert theirs["id"] in {product["id"] for product in data["products"]}
    world.inspect(batch)
    page = Visitor(world.url).signed_in("cadre").get(f"/cadre/batches/{batch['id']}/inspect")
    assert page.status == 200


def test_two_cadres_who_take_one_id_do_not_share_it(world: World) -> None:
    ids = [new_id() for _ in range(5)]
    tries = [(by, product_id) for product_id in ids for by in (world.cadre, world.other_cadre)]
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(
            lambda attempt: attempt[0].put(f"/v1/products/{attempt[1]}", product_body()), tries
        )
    codes = [answer.status_code for answer in answers]
    for first, second in zip(codes[::2], codes[1::2], strict=True):
        assert sorted((first, second)) == [201, 404]
    Books.read().check()
