"""Households that are added in the field: none is doubled in silence, none is lost."""

import json

import pytest

from chalicelib.repositories.tables import ChangeItem
from tests.books import Books
from tests.crowd import SharedClient, at_once
from tests.visitor import Visitor
from tests.world import World, new_id, ok, raw_items, refused


def test_a_household_is_made_once_however_often_it_is_sent(world: World) -> None:
    made = new_id()
    first = ok(world.household("农户 12", "0012", made), 201)
    assert (first["id"], first["household_code"]) == (made, "0012")
    assert ok(world.household("农户 12", "0012", made), 200) == first
    refused(world.household("农户 13", "0012", made), 409, "different_content")
    assert world.households() == ["农户 12"]


def test_a_second_phone_that_adds_it_is_answered_with_the_first(world: World) -> None:
    """A batch of the second phone is then registered for the household that is there."""
    first = ok(world.household("农户 12", "0012"), 201)
    assert ok(world.household("农户12"), 200) == first
    assert ok(world.household("农户 12", "００１２"), 200) == first
    assert world.households() == ["农户 12"]
    assert world.batch(producer_id=first["id"])["producer_id"] == first["id"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-CN", "村里已有“农户 12”，户编号跟您填的不一样"), ("en", "another household code")],
)
def test_where_name_or_number_alone_agrees_a_person_is_asked(
    world: World, language: str, words: str
) -> None:
    ok(world.household("农户 12", "0012"), 201)
    other = {"display_name": "农户 12", "household_code": "0099"}
    body = {"village_id": world.village_id, "kind": "household"}
    path = f"/v1/producers/{new_id()}?unless_known=true"
    spoken = {"Accept-Language": language}
    answer = world.cadre.call("PUT", path, json=body | other, headers=spoken)
    refusal = refused(answer, 409, "household_number_differs")
    assert words in refusal["detail"]
    assert "0012" not in answer.text
    refusal = refused(world.household("农户 21", "0012"), 409, "household_name_differs")
    assert "“农户 12”" in refusal["detail"]
    assert world.households() == ["农户 12"]
    ok(world.cadre.call("PUT", path, json=body | {"display_name": "农户 12"}), 200)


def test_other_villages_have_their_own_names_and_a_cadre_only_the_own_villages(
    world: World,
) -> None:
    ok(world.household("农户 12"), 201)
    there = {"village_id": world.other_village_id}
    refused(world.household("农户 12", **there), 404, "not_found")
    body = {"kind": "household", "display_name": "农户 12", **there}
    path = f"/v1/producers/{new_id()}?unless_known=true"
    assert (
        ok(world.other_cadre.call("PUT", path, json=body), 201)["village_id"] == there["village_id"]
    )
    refused(world.seller.call("PUT", path, json=body), 403, "forbidden")


def test_two_phones_at_the_same_moment_make_one_household(world: World) -> None:
    world.cadre = SharedClient(world.cadre)
    answers = at_once([lambda: world.household("农户 12")] * 8)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert world.households() == ["农户 12"]


def test_a_name_that_is_given_up_is_free_again(world: World) -> None:
    first = ok(world.household("农户 12"), 201)
    desk = Visitor(world.url).signed_in("cadre")
    form = desk.get(f"/cadre/producers/{first['id']}").form("form")
    assert desk.send(form, display_name="农户 112").status == 200
    second = ok(world.household("农户 12"), 201)
    assert second["id"] != first["id"]
    assert ok(world.household("农户 12"), 200) == second


def test_who_added_it_is_journalled_without_its_number_and_the_number_is_sealed(
    world: World,
) -> None:
    made = ok(world.household("农户 12", "RX-0012"), 201)
    books = Books.read()
    [entry] = [change.doc for change in books.all(ChangeItem) if made["id"] in change.pk]
    assert json.loads(entry.new) == {
        "village_id": world.village_id,
        "kind": "household",
        "display_name": "农户 12",
        "household_code": "•••",
    }
    assert entry.by == ok(world.cadre.get("/v1/me"))["id"]
    assert "RX-0012" not in json.dumps(list(raw_items()))
    books.check()
    page = Visitor(world.url).signed_in("cadre").get(f"/cadre/producers/{made['id']}")
    assert "→ 农户 12" in page.words


def test_whoever_does_not_ask_for_it_makes_producers_as_before(world: World) -> None:
    ok(world.household("农户 12"), 201)
    again = world.producer(kind="household", display_name="农户 12")
    assert world.households() == ["农户 12", "农户 12"]
    assert ok(world.household("农户 12"), 200)["id"] != again["id"]
