"""A form that was sent before leads to the claim it made, whatever it says now; nothing is lost."""

from urllib.parse import parse_qs, urlsplit

from tests.visitor import PageForm, Visitor
from tests.world import Json, World, new_id, ok


def opened(world: World) -> tuple[Visitor, Json, PageForm]:
    parcel = world.delivered(world.parcel())
    buyer = Visitor(world.url)
    return buyer, parcel, buyer.get(f"/t/{parcel['code']}/complaint").form("form")


def claims(world: World) -> list[Json]:
    listed: list[Json] = ok(world.seller.get("/v1/complaints"), 200)["items"]
    return listed


def test_the_same_form_twice_is_one_claim(world: World) -> None:
    buyer, _, form = opened(world)
    values = {"reason": "rotten", "description": "坏了"}
    first, again = (buyer.post(form, values, follow=False) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["Location"] == again.headers["Location"]
    assert len(claims(world)) == 1


def test_going_back_and_sending_something_else_leads_to_the_claim(world: World) -> None:
    buyer, parcel, form = opened(world)
    buyer.post(form, {"reason": "rotten", "description": "坏了三个"})
    photo = world.photo(parcel["code"])
    changed = {
        "reason": "damaged",
        "damaged_percent": "50",
        "description": "坏了五个\n<b>全在底下",
        "photos": photo,
    }
    answer = buyer.post(form, changed, follow=False)
    assert answer.status_code == 303
    [claim] = claims(world)
    address = urlsplit(answer.headers["Location"])
    assert address.path == f"/complaints/{claim['id']}"
    assert "五个" not in answer.headers["Location"]
    page = buyer.get(answer.headers["Location"])
    assert "没有再交一件" in page.words
    assert "Idempotency" not in page.source
    typed = page.form("form").fields
    assert typed["message"].split("\n")[-2:] == ["坏了五个", "<b>全在底下"]
    assert "50%" in typed["message"]
    assert typed["photos"] == photo
    buyer.send(page.form("form"))
    [claim] = claims(world)
    assert [len(message["photos"]) for message in claim["messages"]] == [0, 1]
    assert "坏了五个" in claim["messages"][1]["text"]


def test_what_was_typed_is_shown_to_nobody_else(world: World) -> None:
    """Its name is of one claim, and opens nothing without that claim's key."""
    buyer, _, form = opened(world)
    buyer.post(form, {"reason": "rotten"})
    answer = buyer.post(form, {"reason": "rotten", "description": "悄悄话"}, follow=False)
    draft = parse_qs(urlsplit(answer.headers["Location"]).query)["draft"][0]
    other = world.complain(world.delivered(world.parcel()))
    page = buyer.get(f"/complaints/{other['id']}?key={other['access_key']}&draft={draft}")
    assert (page.status, "悄悄话" in page.source) == (200, False)


def test_the_buyers_other_form_leads_to_the_claim_they_have_open(world: World) -> None:
    placed = world.order(world.offer())
    parcel = world.delivered(world.pack(world.pay(placed)))
    key = placed["access_key"]
    buyer = Visitor(world.url)
    path = f"/t/{parcel['code']}/complaint?key={key}"
    two = [buyer.get(path).form("form") for _ in range(2)]
    buyer.post(two[0], {"reason": "rotten"})
    page = buyer.send(two[1], reason="rotten", description="从另一个窗口")
    assert page.url.split("?")[0].endswith(f"/complaints/{claims(world)[0]['id']}")
    assert page.form("form").fields["message"] == "从另一个窗口"


def test_after_the_claim_has_ended_the_words_wait_in_the_box_that_reopens_it(world: World) -> None:
    buyer, _, form = opened(world)
    buyer.post(form, {"reason": "rotten"})
    [claim] = claims(world)
    ok(world.seller.post(f"/v1/complaints/{claim['id']}/reject", {"message": "x"}, new_id()), 200)
    page = buyer.send(form, reason="rotten", description="再看看")
    assert "没有再交一件" in page.words
    assert page.form("reopen").fields["message"] == "再看看"


def test_sending_again_and_again_is_limited(world: World) -> None:
    buyer, _, form = opened(world)
    codes = [
        buyer.post(form, {"reason": "rotten", "description": f"{n}"}, follow=False).status_code
        for n in range(62)
    ]
    assert codes == [303] * 61 + [429]


def test_data_is_told_of_its_key_as_before(world: World) -> None:
    parcel = world.delivered(world.parcel())
    path, key = f"/t/{parcel['code']}/complaints", new_id()
    ok(world.nobody.post(path, {"reason": "rotten"}, key), 201)
    answer = world.nobody.post(path, {"reason": "damaged"}, key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
