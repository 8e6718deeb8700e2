"""Who bought is nobody else's business: not in the table, not in public answers, not after erasure.

The whole table is read as it is stored, every time, and searched for what the buyer typed.
"""

import base64
import hashlib
import json
import re
from typing import Any

import pytest

from chalicelib.config import ring, settings
from chalicelib.repositories.imports import outcomes as outcomes_of
from chalicelib.repositories.tables import ProducerItem
from tests.books import Books
from tests.platform_files import (
    PLACE,
    TITLES,
    as_csv,
    import_body,
    imported,
    mapped,
    pinduoduo,
    qunjielong,
    uploaded,
)
from tests.visitor import Visitor
from tests.world import BUYER, PNG, Client, Json, World, new_id, ok, photo_body, raw_items, refused

NAME, PHONE, PLACES = "顾小满", "13812340001", ("上海市", "静安区", "玉兰路")
WHO = [NAME, PHONE, "138-1234-0001", *PLACES]
SECRETS = [*WHO, "蛋壳都碎了", "抱歉小满", "退给小满"]
"""What a buyer, or whoever answered them, typed."""
TAIL = '"phone_tail":"0001"'


def everything() -> str:
    """The table as text: plain, and with whatever in it is base64 decoded."""
    texts = [json.dumps(item, ensure_ascii=False) for item in raw_items()]
    for word in re.findall(r"[A-Za-z0-9+/=_-]{16,}", "\n".join(texts)):
        try:
            texts.append(base64.b64decode(word + "==").decode("utf-8", "ignore"))
        except ValueError:
            continue
    return "\n".join(texts)


def plain_text_of(secrets: list[str]) -> list[str]:
    text = everything()
    return [secret for secret in secrets if secret in text]


class Story:
    """A buyer who does all that can be done."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.answer_key, self.complain_key = new_id(), new_id()
        offer = world.offer(limit_per_customer=10)
        self.unpaid = world.order(offer)
        self.order = world.order(offer, packs=2, channel="wechat_group")
        self.parcel = world.delivered(world.pack(world.pay(self.order)))
        self.photo = world.photo(self.parcel["code"])
        path = f"/t/{self.parcel['code']}/complaints"
        self.claim = {"reason": "damaged", "description": "我是顾小满，蛋壳都碎了 13812340001"}
        body = self.claim | {"photos": [self.photo]}
        self.complaint = ok(world.nobody.post(path, body, self.complain_key), 201)
        self.answer = f"/v1/complaints/{self.complaint['id']}/answer"
        ok(world.seller.post(self.answer, {"message": "抱歉小满"}, self.answer_key), 200)
        world.settle(self.complaint, refund_fen=300, message="退给小满")
        world.scan(self.parcel["code"], "device-0001")
        [self.customer] = ok(world.seller.get("/v1/customers"), 200)["items"]

    def erase(self) -> None:
        path = f"/v1/customers/{self.customer['id']}"
        assert self.world.county.delete(path).status_code == 204


@pytest.fixture
def story(world: World) -> Story:
    return Story(world)


# --- in the store --------------------------------------------------------------------------------


def test_nothing_a_buyer_typed_is_stored_in_the_clear(story: Story) -> None:
    assert plain_text_of(SECRETS) == []


def test_the_tail_of_a_phone_stands_in_the_customers_record_only(story: Story) -> None:
    assert [
        item["kind"]["S"] for item in raw_items() if TAIL in item.get("doc", {}).get("S", "")
    ] == ["customer"]


def test_an_order_is_not_found_by_guessing_what_was_typed(story: Story) -> None:
    """A plain hash of a name and a phone is as good as the name and the phone."""
    text = everything()
    phone = BUYER["phone"]
    for guess in (phone, f"+86{phone}", BUYER["name"], json.dumps(BUYER, ensure_ascii=False)):
        for algorithm in ("md5", "sha1", "sha256"):
            digest = hashlib.new(algorithm, guess.encode()).hexdigest()
            assert digest not in text
            assert digest[:32] not in text


def test_the_fingerprint_of_an_order_cannot_be_recomputed_without_the_secret(
    story: Story,
) -> None:
    from chalicelib.domain.orders import NewOrder

    world = story.world
    body = world.order_body(world.offer())
    ok(world.nobody.post("/v1/orders", body, new_id()), 201)
    typed = NewOrder.model_validate_json(json.dumps(body)).model_dump_json()
    assert hashlib.sha256(typed.encode()).hexdigest()[:32] not in everything()


def test_a_password_is_stored_as_a_slow_hash(world: World) -> None:
    accounts = [json.loads(i["doc"]["S"]) for i in raw_items() if i["kind"]["S"] == "account"]
    assert accounts
    assert all(account["password_hash"].startswith("$argon2id$") for account in accounts)
    assert "correct horse" not in everything()


def test_keys_and_tokens_are_not_stored(story: Story) -> None:
    text = everything()
    for secret in (
        story.order["access_key"],
        story.complaint["access_key"],
        story.answer_key,
        story.complain_key,
        story.world.seller.token or "",
        "device-0001",
        base64.b64encode(ring().keys[0]).decode(),
    ):
        assert secret
        assert secret not in text


# --- in public -----------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_trace_says_nothing_of_the_buyer_or_the_household(accept: str, world: World) -> None:
    producer = world.producer(household_code="H-0012")
    batch = world.passed_batch(producer_id=producer["id"], note="内部备注")
    parcel = world.delivered(world.pack(world.paid_order(world.offer(batch))))
    world.complain(parcel, description="蛋壳都碎了")
    page = world.nobody.call("GET", f"/t/{parcel['code']}", headers={"Accept": accept}).text
    account = ok(world.cadre.get("/v1/me"))["id"]
    for private in [*WHO, "蛋壳都碎了", "H-0012", "内部备注", account, "SF0000"]:
        assert private not in page


def test_public_answers_say_nothing_of_the_buyer(story: Story) -> None:
    nobody, world = story.world.nobody, story.world
    for path in (
        f"/v1/shops/{world.shop_id}/offers",
        f"/v1/offers/{ok(nobody.get(f'/v1/shops/{world.shop_id}/offers'))['items'][0]['id']}",
        f"/t/{story.parcel['code']}",
    ):
        text = nobody.get(path).text
        assert not [secret for secret in WHO if secret in text]


def test_a_household_is_private_to_county_and_cadres(world: World) -> None:
    producer = world.producer(household_code="H-0012")
    path = f"/v1/producers/{producer['id']}"
    assert ok(world.cadre.get(path), 200)["household_code"] == "H-0012"
    assert world.seller.get(path).status_code == 403
    batch = world.passed_batch(producer_id=producer["id"])
    assert "H-0012" not in world.seller.get(f"/v1/batches/{batch['id']}").text


def test_a_household_is_sealed_in_the_store(world: World) -> None:
    """And read where an older release stored it in the clear."""
    producer = world.producer(household_code="H-0012")
    path = f"/v1/producers/{producer['id']}"
    assert not [raw for raw in raw_items() if "H-0012" in json.dumps(raw)]
    assert producer["household_code"] == "H-0012"
    body = {
        field: producer[field] for field in ("village_id", "kind", "display_name", "household_code")
    }
    assert ok(world.county.put(path, body), 200) == producer, "and the same again is the same"
    [item] = [
        producer_item
        for producer_item in Books.read().all(ProducerItem)
        if producer_item.doc.id == producer["id"]
    ]
    plain = {"sealed_household": None, "household_code": "H-0013"}
    after = ProducerItem.of(item.doc.model_copy(update=plain))
    after.version = item.version
    after.save()
    assert ok(world.cadre.get(path))["household_code"] == "H-0013"
    listed = ok(world.county.get("/v1/producers", village_id=producer["village_id"]))["items"]
    assert "H-0013" in [listed_producer["household_code"] for listed_producer in listed]
    assert all("sealed_household" not in listed_producer for listed_producer in listed)


def test_a_recall_list_names_no_buyer(story: Story) -> None:
    world = story.world
    [line] = ok(world.seller.get(f"/v1/orders/{story.order['id']}"))["lines"]
    for by in (world.cadre, world.county):
        text = by.get(f"/v1/batches/{line['batch_ids'][0]}/parcels").text
        assert not [secret for secret in WHO if secret in text]


def test_a_refusal_does_not_repeat_what_was_typed(world: World) -> None:
    body = world.order_body(world.offer())
    body["buyer"] = BUYER | {"phone": "13812340001x", "wechat": "gu_xiaoman"}
    text = world.nobody.post("/v1/orders", body).text
    assert not [secret for secret in [*WHO, "gu_xiaoman"] if secret in text]


# --- erased --------------------------------------------------------------------------------------


def answers_about(story: Story) -> list[Any]:
    world, case = story.world, f"/v1/complaints/{story.complaint['id']}"
    order, key = f"/v1/orders/{story.order['id']}", story.order["access_key"]
    return [
        world.seller.get(order),
        world.nobody.get(order, key=key),
        world.seller.get("/v1/orders"),
        world.county.get("/v1/orders"),
        world.seller.get(f"{order}/changes"),
        world.seller.get(f"{order}/refunds"),
        world.seller.get(case),
        world.county.get(case),
        world.nobody.get(case, key=story.complaint["access_key"]),
        world.seller.get("/v1/complaints"),
        world.seller.get("/v1/customers"),
        world.seller.get(f"/v1/customers/{story.customer['id']}"),
        world.nobody.get(f"/t/{story.parcel['code']}"),
    ]


def test_after_an_erasure_no_answer_knows_the_person(story: Story) -> None:
    before = " ".join(answer.text for answer in answers_about(story))
    assert "顾小满" in before
    assert "蛋壳都碎了" in before
    story.erase()
    after = " ".join(answer.text for answer in answers_about(story))
    assert TAIL in before.replace(" ", "")
    assert not [secret for secret in [*SECRETS, TAIL] if secret in after.replace(" ", "")]


def test_after_an_erasure_nothing_is_left_under_the_number_with_an_extension(world: World) -> None:
    """Who has a link, or the number, writes one behind it: the unpaid order ends, and of one that
    was paid, whose it may be, no link orders again."""
    offer = world.offer()
    world.paid_order(offer)
    customer = world.customer()
    with_extension = [
        world.order(offer, buyer=BUYER | extended)
        for extended in ({"phone": f"{BUYER['phone']}-1"}, {"name": "顾小满[1111]"})
    ]
    paid = world.order(offer, buyer=BUYER | {"phone": f"{BUYER['phone']}-2"})
    world.pay(paid)
    browser = Visitor(world.url)
    browser.get(f"/orders/{paid['id']}?key={paid['access_key']}")
    form = f"/shops/{world.shop_id}/offers/{offer['id']}"
    assert browser.get(form).form("form").fields["name"] == BUYER["name"]
    ok(world.county.delete(f"/v1/customers/{customer['id']}"), 204)
    for order in with_extension:
        seen = ok(world.nobody.get(f"/v1/orders/{order['id']}", key=order["access_key"]))
        assert (seen["state"], seen["buyer"]) == ("cancelled", None)
    assert browser.get(form).form("form").fields["name"] == ""


def test_after_an_erasure_the_pictures_are_gone(story: Story) -> None:
    file = settings().data / "photos" / story.photo
    assert file.read_bytes() == PNG
    story.erase()
    assert not file.exists()


def test_after_an_erasure_no_record_holds_anything_sealed(story: Story) -> None:
    """But for the first answers to keyed requests, which are forgotten after two days."""
    story.erase()
    docs = [item.get("doc", {}).get("S", "") for item in raw_items()]
    assert not [doc for doc in docs if re.search(r'"(?:sealed|buyer)":"', doc)]


def test_after_an_erasure_no_repeat_tells_the_words_again(story: Story) -> None:
    story.erase()
    again = story.world.seller.post(story.answer, {"message": "抱歉小满"}, story.answer_key)
    assert again.status_code == 200
    assert not [secret for secret in SECRETS if secret in again.text]


def test_a_buyer_who_cancels_leaves_no_name_in_the_reason(world: World) -> None:
    """What a buyer writes is theirs, also in the journal and the ledger."""
    order = world.order(world.offer())
    world.pay(order)
    path = f"/v1/orders/{order['id']}/cancel?key={order['access_key']}"
    ok(world.nobody.post(path, {"reason": "我是顾小满，地址写错了"}, new_id()), 200)
    assert plain_text_of(["顾小满", "地址写错了"]) == []


def test_a_photo_is_found_only_by_a_signed_link(world: World) -> None:
    code = world.parcel()["code"]
    answer: Json = ok(world.nobody.post(f"/t/{code}/photos", photo_body()), 201)
    for by in (world.nobody, world.seller, world.county):
        assert by.get(f"/photos/{answer['photo_id']}").status_code == 403


def test_after_an_erasure_no_platforms_file_names_the_person(world: World) -> None:
    """Neither the rows that were refused nor a file that waits to be run."""
    table = pinduoduo(3)
    table[1][table[0].index("商品数量(件)")] = "0"
    offers = {table[2][table[0].index("商品")]: world.offer()}
    done = imported(world, table, offers)["id"]
    assert world.seller.get(f"/v1/imports/{done}/refused.csv").status_code == 200
    waiting = uploaded(world.seller, as_csv(pinduoduo(4)))
    mapped(world.seller, waiting, offers)
    [customer, *_] = world.seller.everything("/v1/customers")
    world.county.delete(f"/v1/customers/{customer['id']}")
    refused(world.seller.get(f"/v1/imports/{done}/refused.csv"), 410, "file_gone")
    refused(world.seller.post(f"/v1/imports/{waiting}/run", {}), 410, "file_gone")
    assert list((settings().data / "imports").glob(f"{done}.*")) == []
    assert list((settings().data / "imports").glob(f"{waiting}.*")) == []


def test_after_an_erasure_a_return_says_nothing_the_buyer_wrote(world: World) -> None:
    complaint = world.complain(world.delivered(world.parcel()))
    world.settle(complaint, remedy="return")
    path = f"/v1/complaints/{complaint['id']}"
    path_back = f"{path}/return?key={complaint['access_key']}"
    refused(world.nobody.post(path_back, {"carrier": NAME, "waybill": "SF1"}), 422, "invalid")
    sent = {"carrier": "顺丰", "waybill": f"SF {PHONE}"}  # in the shape of one
    ok(world.nobody.post(path_back, sent, new_id()), 200)
    assert plain_text_of([NAME, PHONE]) == [PHONE]
    ok(world.county.delete(f"/v1/customers/{world.customer()['id']}"), 204)
    assert plain_text_of([NAME, PHONE]) == []
    assert PHONE not in world.seller.get(path).text


FIRST_WAYBILL, LATER_WAYBILL = (
    {"carrier": "顺丰", "waybill": waybill} for waybill in ("SF-1", "SF-2")
)


def way_back(world: World) -> str:
    """Where a buyer who is to send a box back enters its waybill."""
    complaint = world.complain(world.delivered(world.parcel()))
    world.settle(complaint, remedy="return")
    return f"/v1/complaints/{complaint['id']}/return?key={complaint['access_key']}"


def test_a_waybill_entered_after_an_erasure_brings_none_of_before_back(world: World) -> None:
    """Neither in the return nor in the first answer under which it was entered."""
    path, first_key = way_back(world), new_id()
    first_answer = ok(world.nobody.post(path, FIRST_WAYBILL, first_key))
    ok(world.county.delete(f"/v1/customers/{world.customer()['id']}"), 204)
    ok(world.nobody.post(path, LATER_WAYBILL, new_id()))
    again = ok(world.nobody.post(path, FIRST_WAYBILL, first_key))
    assert again == first_answer | {"carrier": None, "waybill": None}


def test_a_first_answer_still_tells_the_waybill_that_was_corrected_since(world: World) -> None:
    path, first_key = way_back(world), new_id()
    first_answer = ok(world.nobody.post(path, FIRST_WAYBILL, first_key))
    ok(world.nobody.post(path, LATER_WAYBILL, new_id()))
    assert ok(world.nobody.post(path, FIRST_WAYBILL, first_key)) == first_answer


# --- everything that can be typed ----------------------------------------------------------------

MARK = "痕迹乙13912345678"
WAYBILL = "HENJI-"


def test_after_an_erasure_nothing_typed_by_or_about_the_buyer_is_left(world: World) -> None:
    """One mark in every field that takes words, by buyer and seller, twice wherever something can
    be typed again, in the place of what was typed before or beside it; first answers are asked for
    once more. A carrier, a parcel's waybill, a payment's reference stay, as docs/security.md says:
    the first two have a shape that the mark does not fit."""
    buyer = {
        "name": MARK,
        "phone": MARK[-11:],
        "address": dict.fromkeys(("province", "city", "district", "detail"), MARK),
    }
    who: Json = {"buyer": buyer, "external_ref": MARK, "campaign_id": MARK}
    replays: list[tuple[Client, str, Json, str]] = []

    def post(by: Client, path: str, body: Json, status: int = 200) -> Json:
        key = new_id()
        replays.append((by, path, body, key))
        answer: Json = ok(by.post(path, body, key), status)
        return answer

    seller, nobody = world.seller, world.nobody
    offer = world.offer(packs_total=90)
    why = {"reason": MARK}
    unpaid, by_buyer, by_seller = (world.order(offer, **who) for _ in range(3))
    world.order(offer, **who)
    for placed in (by_buyer, by_seller):
        world.pay(placed)
    for placed in (unpaid, by_buyer):
        post(nobody, f"/v1/orders/{placed['id']}/cancel?key={placed['access_key']}", why)
    post(seller, f"/v1/orders/{by_seller['id']}/cancel", why)
    parcels = []
    for _ in range(2):
        order = world.order(offer, **who)
        paid = {"paid_fen": order["total_fen"], "method": "wechat", "reference": new_id()}
        paid_order = post(seller, f"/v1/orders/{order['id']}/payment", paid)
        parcels.append(world.pack(paid_order))
    refund = f"/v1/orders/{parcels[0]['order_id']}/refunds/{new_id()}"
    ok(seller.put(refund, {"amount_fen": 100, "reason": MARK}), 201)
    ship = f"/v1/parcels/{parcels[0]['code']}/ship"
    for field in ("carrier", "waybill"):
        wrong = {"carrier": "顺丰", "waybill": "SF1"} | {field: MARK}
        refused(seller.post(ship, wrong), 422, "invalid")

    def reported(parcel: Json) -> tuple[str, str]:
        """The complaint's path, and the query that opens it."""
        photo = world.photo(parcel["code"], PNG + MARK.encode())
        report = {"reason": "rotten", "description": MARK, "photos": [photo]}
        case = post(nobody, f"/t/{parcel['code']}/complaints", report, 201)
        path = f"/v1/complaints/{case['id']}"
        post(seller, f"{path}/answer", {"message": MARK})
        more = {"message": MARK, "photos": [world.photo(parcel["code"], PNG + MARK.encode())]}
        post(nobody, f"{path}/messages?key={case['access_key']}", more)
        return path, f"?key={case['access_key']}"

    def sent_back(path: str, key: str) -> None:
        settlement = {"remedy": "return", "message": MARK, "refund_fen": 1}
        post(seller, f"{path}/settle", settlement)
        for _ in ("entered", "corrected"):
            back = {"carrier": "顺丰", "waybill": f"{WAYBILL}{len(replays)}"}
            post(nobody, f"{path}/return{key}", back)

    for parcel in map(world.delivered, parcels):
        for _ in range(2):
            rejected, key = reported(parcel)
            post(seller, f"{rejected}/reject", {"message": MARK})
            post(nobody, f"{rejected}/reopen{key}", {"message": MARK})
            post(seller, f"{rejected}/answer", {"message": MARK})
            post(seller, f"{rejected}/reject", {"message": MARK})
        for _ in range(2):
            returned, key = reported(parcel)
            sent_back(returned, key)
            post(seller, f"{returned}/return/close", {})
            post(nobody, f"{returned}/reopen{key}", {"message": MARK})
            sent_back(returned, key)
            post(seller, f"{returned}/return/close", {})
        replaced, key = reported(parcel)
        post(seller, f"{replaced}/settle", {"remedy": "replacement", "message": MARK})
        [again] = ok(seller.get(replaced))["replacements"]
        sent_back(*reported(world.delivered(world.pack(ok(seller.get(f"/v1/orders/{again}"))))))

    table = qunjielong(2)
    for row in table[1:]:
        for heading in ("接龙人", "收货人", "收货地址"):
            row[table[0].index(heading)] = MARK + "".join(PLACE)
        row[table[0].index("手机号")] = MARK[-11:]
    table[2][table[0].index("商品数量")] = MARK
    ids = []
    for n in range(2):
        body = import_body(as_csv(table), f"{MARK}{n}.csv")
        answer = post(seller, "/v1/imports", body, 201)
        ids.append(answer["id"])
        upload = answer["upload"]
        sent = seller.call("PUT", upload["url"], data=as_csv(table), headers=upload["headers"])
        assert sent.status_code == 204
        for _ in range(2):
            mapped(seller, ids[-1], dict.fromkeys(TITLES, offer))
    post(seller, f"/v1/imports/{ids[0]}/run", {})

    def leaks() -> list[str]:
        """Where the mark still is: in stored text, in files, in answers, in sealed outcomes."""
        places = [mark for mark in (MARK, MARK[:3], WAYBILL) if mark in everything()]
        files = [file for file in settings().data.rglob("*") if file.is_file()]
        places += [str(file) for file in files if MARK.encode() in file.read_bytes()]
        for by, path, body, key in replays:
            again = by.post(path, body, key)
            assert again.headers.get("Idempotent-Replayed"), (path, again.text)
            places += [path] * (MARK in again.text or WAYBILL in again.text)
        paths = [f"/v1/imports/{import_id}" for import_id in ids]
        paths += [refund.rpartition("/")[0], returned, f"/v1/orders/{by_seller['id']}/changes"]
        places += [path for path in paths if MARK in seller.get(path).text]
        for import_id in ids:
            some = outcomes_of(import_id, 0, 9)
            places += [import_id for outcome in some if MARK in outcome.model_dump_json()]
        return places

    assert len(leaks()) > 12
    customer = world.customer(name=MARK)
    ok(world.county.delete(f"/v1/customers/{customer['id']}"), 204)
    assert leaks() == []
    assert [
        import_id for import_id in ids for _ in (settings().data / "imports").glob(f"{import_id}.*")
    ] == []
