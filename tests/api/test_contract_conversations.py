"""A claim is a conversation: the buyer says more while it is open, and is answered again."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.access import Actor, Call, Role
from chalicelib.domain.claim_numbers import candidates, spoken
from chalicelib.domain.conversations import MOST_SAID
from chalicelib.repositories import complaints as complaint_store
from chalicelib.repositories.sealing import derived_id
from chalicelib.repositories.tables import ClaimNumberItem
from chalicelib.repositories.transaction import UnitOfWork
from tests.visitor import Visitor
from tests.world import Client, Json, World, new_id, ok, refused


def claim_of(world: World, **fields: object) -> tuple[Json, Json, str]:
    """A parcel, the claim about it, and where its own key says more."""
    parcel = world.delivered(world.parcel())
    claim = world.complain(parcel, **fields)
    return parcel, claim, f"/v1/complaints/{claim['id']}/messages?key={claim['access_key']}"


def texts_in(claim: Json) -> list[tuple[str, str]]:
    return [(message["by"], message["text"]) for message in claim["messages"]]


def seen_by_seller(world: World, claim: Json) -> Json:
    seen: Json = ok(world.seller.get(f"/v1/complaints/{claim['id']}"), 200)
    return seen


def answer(world: World, claim: Json, message: str = "在看") -> Json:
    path = f"/v1/complaints/{claim['id']}/answer"
    answered: Json = ok(world.seller.post(path, {"message": message}, new_id()), 200)
    return answered


def test_the_buyer_says_more_and_its_photos_stand_beside_it(world: World) -> None:
    parcel = world.delivered(world.parcel())
    first, second = world.photo(parcel["code"]), world.photo(parcel["code"])
    claim = world.complain(parcel, description="坏了", photos=[first])
    path = f"/v1/complaints/{claim['id']}/messages?key={claim['access_key']}"
    body = {"message": "底下一层\r\n也坏了", "photos": [second, second]}
    more = ok(world.nobody.post(path, body, new_id()), 200)
    assert texts_in(more) == [("buyer", "坏了"), ("buyer", "底下一层\n也坏了")]
    assert [len(message["photos"]) for message in more["messages"]] == [0, 1]
    assert len(more["photos"]) == 2
    assert (more["state"], more["reply_due_at"]) == ("open", claim["reply_due_at"])
    assert texts_in(seen_by_seller(world, claim)) == texts_in(more)


def test_after_an_answer_new_words_wait_for_an_answer_as_long_as_at_first(world: World) -> None:
    parcel, claim, path = claim_of(world)
    assert answer(world, claim)["state"] == "answered"
    more = ok(world.nobody.post(path, {"message": "还有"}, new_id()), 200)
    assert more["state"] == "open"
    due = datetime.fromisoformat(more["reply_due_at"]) - datetime.now(UTC)
    assert timedelta(hours=47) < due <= timedelta(hours=48)
    assert more["reply_due_at"] > claim["reply_due_at"]
    assert world.trace(parcel["code"])["complaint"] == {"reply_due_at": more["reply_due_at"]}
    [waiting] = ok(world.seller.get("/v1/complaints", state="open"), 200)["items"]
    assert waiting["id"] == claim["id"]
    again = answer(world, claim, "马上")
    assert texts_in(again) == [("seller", "在看"), ("buyer", "还有"), ("seller", "马上")]


@pytest.mark.parametrize("end", ["settle", "reject"])
def test_what_has_ended_takes_no_more_words(end: str, world: World) -> None:
    _, claim, path = claim_of(world)
    if end == "settle":
        world.settle(claim, refund_fen=1)
    else:
        ok(world.seller.post(f"/v1/complaints/{claim['id']}/reject", {"message": "x"}), 200)
    refusal = refused(world.nobody.post(path, {"message": "还有"}), 409, "complaint_ended")
    assert "12315" in refusal["detail"]


def test_only_whoever_holds_a_key_of_it_says_more(world: World) -> None:
    _, claim, path = claim_of(world)
    bare = path.partition("?")[0]
    for by in (world.nobody, world.seller, world.county):
        for query in ("", "?key=", "?key=x", f"?key={'a' * 26}"):
            refused(by.post(bare + query, {"message": "x"}), 404, "not_found")
    assert seen_by_seller(world, claim)["messages"] == []


def test_what_the_orders_key_adds_is_the_buyers_from_then_on(world: World) -> None:
    order = world.order(world.offer())
    parcel = world.delivered(world.pack(world.pay(order)))
    own = world.photo(parcel["code"])
    claim = world.complain(parcel, description="路人说的")
    path = f"/v1/complaints/{claim['id']}"
    once = new_id()
    strangers = f"{path}/messages?key={claim['access_key']}"
    ok(world.nobody.post(strangers, {"message": "路人又说"}, once), 200)
    answer(world, claim)
    body = {"message": "我是买家", "photos": [own]}
    key = order["access_key"]
    ok(world.nobody.post(f"{path}/messages?key={key}", body, new_id()), 200)
    for seen in (
        ok(world.nobody.get(path, key=claim["access_key"]), 200),
        ok(world.nobody.post(strangers, {"message": "路人又说"}, once), 200),
    ):
        assert (seen["state"], seen["taken_over"], seen["photos"]) == ("rejected", True, [])
        assert "我是买家" not in json.dumps(seen, ensure_ascii=False)
        assert seen["reply_due_at"] == claim["reply_due_at"]
    refused(world.nobody.post(strangers, {"message": "x"}), 409, "taken_over")
    whole = ok(world.nobody.get(path, key=key), 200)
    assert (whole["state"], len(whole["photos"]), len(whole["messages"])) == ("open", 1, 4)


def test_a_conversation_is_full_at_its_bound_and_says_so(world: World) -> None:
    """Of the buyer's words; the seller can always answer and settle."""
    _, claim, path = claim_of(world)
    for n in range(MOST_SAID):
        ok(world.nobody.post(path, {"message": f"{n}"}, new_id()), 200)
    refusal = refused(world.nobody.post(path, {"message": "x"}), 409, "conversation_full")
    assert str(MOST_SAID) in refusal["detail"]
    page = world.nobody.get(f"/complaints/{claim['id']}", key=claim["access_key"])
    assert "补充的条数已满" in page.text
    assert 'id="form"' not in page.text
    answer(world, claim)
    assert world.settle(claim, refund_fen=1)["state"] == "settled"


def test_a_photo_of_another_box_is_not_taken(world: World) -> None:
    _, claim, path = claim_of(world)
    for photo in (new_id(), world.photo(world.parcel()["code"])):
        body = {"message": "看", "photos": [photo]}
        refused(world.nobody.post(path, body), 422, "photo_unknown")
    assert seen_by_seller(world, claim)["messages"] == []


def test_words_about_one_box_are_limited_with_its_reports(world: World) -> None:
    _, _, path = claim_of(world)
    body = {"message": "x", "photos": [new_id()]}
    codes = [world.nobody.post(path, body).status_code for _ in range(60)]
    assert codes == [422] * 59 + [429]


def test_words_and_photos_of_the_conversation_are_erased_with_the_buyer(world: World) -> None:
    parcel, claim, path = claim_of(world, description="我的话")
    photo = world.photo(parcel["code"])
    ok(world.nobody.post(path, {"message": "我又说", "photos": [photo]}, new_id()), 200)
    ok(world.county.delete(f"/v1/customers/{world.customer()['id']}"), 204)
    seen = seen_by_seller(world, claim)
    assert [message["text"] for message in seen["messages"]] == [None, None]
    assert [message["photos"] for message in seen["messages"]] == [[], []]
    assert seen["photos"] == []


# --- the buyer's page -----------------------------------------------------------------------------


def on_page(claim: Json) -> str:
    return f"/complaints/{claim['id']}?key={claim['access_key']}"


def test_a_buyer_without_a_script_adds_words_on_the_page(world: World) -> None:
    _, claim, _ = claim_of(world, description="坏了")
    answer(world, claim, "请再拍一张")
    buyer = Visitor(world.url)
    page = buyer.get(on_page(claim))
    assert "再答复" in page.words
    sent = page.form("form")
    after = buyer.send(sent, message="拍不了，底下全坏了")
    assert "已发送。" in after.words
    buyer.send(sent, message="拍不了，底下全坏了")  # a double tap
    assert texts_in(seen_by_seller(world, claim))[1:] == [
        ("seller", "请再拍一张"),
        ("buyer", "拍不了，底下全坏了"),
    ]
    after.form("form")
    buyer.send(sent, message="另外还有一句")  # went back, and wrote something else
    assert texts_in(seen_by_seller(world, claim))[3:] == [("buyer", "另外还有一句")]


def test_a_photo_alone_says_so(world: World) -> None:
    parcel, claim, _ = claim_of(world)
    photo = world.photo(parcel["code"])
    buyer = Visitor(world.url)
    form = buyer.get(on_page(claim)).form("form")
    buyer.send(form, photos=photo)
    assert texts_in(seen_by_seller(world, claim)) == [("buyer", "补一张照片。")]


def test_what_was_typed_stays_where_it_is_not_taken(world: World) -> None:
    _, claim, _ = claim_of(world)
    buyer = Visitor(world.url)
    form = buyer.get(on_page(claim)).form("form")
    empty = buyer.send(form, message="  ")
    assert "还没有提交" in empty.words
    assert "要说的话" in empty.words
    photo = new_id()
    wrong = buyer.send(form, message="写了很多\n两行", photos=photo)
    assert wrong.form("form").fields | {"message": "写了很多\n两行", "photos": photo} == (
        wrong.form("form").fields
    )
    world.settle(claim, refund_fen=1)
    late = buyer.send(form, message="来不及了")
    assert "已经了结" in late.words
    assert late.form("reopen").fields["message"] == "来不及了"


def test_the_seller_sees_the_conversation_oldest_first(world: World) -> None:
    _, claim, path = claim_of(world, description="第一句")
    answer(world, claim, "第二句")
    ok(world.nobody.post(path, {"message": "第三句"}, new_id()), 200)
    desk = Visitor(world.url).signed_in("seller")
    text = desk.get(f"/seller/complaints/{claim['id']}").words
    places = [text.index(words) for words in ("第一句", "第二句", "第三句")]
    assert places == sorted(places)
    assert "买家新回了" in desk.get("/seller/complaints").words


# --- its number -----------------------------------------------------------------------------------


def called(world: World, role: Role, shop_id: str | None = None) -> Call:
    return Call(Actor(id=role, role=role, shop_id=shop_id), datetime.now(UTC))


def claims_by(by: Client, typed: str) -> list[str]:
    """The complaints that the search box finds."""
    hits = ok(by.get("/v1/search", q=typed))["items"]
    return [hit["id"] for hit in hits if hit["kind"] == "complaint"]


def test_a_claim_has_a_number_that_its_shop_and_the_county_find(world: World) -> None:
    parcel, claim, _ = claim_of(world)
    seen = seen_by_seller(world, claim)
    number = spoken(seen["number"])
    by_key = ok(world.nobody.get(f"/v1/complaints/{claim['id']}", key=claim["access_key"]), 200)
    assert by_key["number"] == seen["number"]
    assert number in Visitor(world.url).get(on_page(claim)).words
    for who in ("seller", "county"):
        desk = Visitor(world.url).signed_in(who)
        assert number in desk.get("/seller/complaints").words
        assert number in desk.get(f"/seller/complaints/{claim['id']}").words
    for by in (world.seller, world.county):
        for typed in (number, seen["number"]):
            assert claims_by(by, typed) == [claim["id"]]
        assert claims_by(by, "407312266") == []
    assert claims_by(world.other_seller, number) == []
    world.settle(claim, refund_fen=1)
    second = seen_by_seller(world, world.complain(parcel))
    assert second["number"] != seen["number"]


def test_a_number_that_is_taken_is_given_to_nobody_else(world: World) -> None:
    parcel = world.delivered(world.parcel())
    complaint_id = derived_id("complaint", parcel["code"], "0")
    first, second, _ = candidates(complaint_id)
    UnitOfWork(called(world, "county")).create(ClaimNumberItem.of(first, "another")).commit()
    claim = world.complain(parcel)
    assert seen_by_seller(world, claim)["number"] == second


def test_a_claim_of_before_there_were_numbers_has_one_too(world: World) -> None:
    _, claim, _ = claim_of(world)
    item = complaint_store.load(claim["id"])
    item.doc = item.doc.model_copy(update={"number": ""})
    item.save()
    number = seen_by_seller(world, claim)["number"]
    assert number == candidates(claim["id"])[0]
