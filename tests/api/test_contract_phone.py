"""What a cadre's phone asks: the time it was made, photos that come later, a batch by its code."""

from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
import zxingcpp
from PIL import Image

from chalicelib.api.edge.openapi import document
from chalicelib.config import settings
from chalicelib.domain.access import Actor, Call
from chalicelib.domain.codes import display_code
from chalicelib.domain.fields import to_text
from chalicelib.domain.photos import NewPhoto
from chalicelib.pages.drawing.qr import matrix
from chalicelib.repositories import store
from chalicelib.services import photos as photo_service
from tests.meter import meter
from tests.world import (
    PNG,
    Client,
    Json,
    World,
    inspection_body,
    instant,
    new_id,
    ok,
    photo_body,
    refused,
    stored,
)

# --- by which clock ------------------------------------------------------------------------------


def put_at(by: Client, path: str, body: Json, clock: str) -> Json:
    answer: Json = ok(by.call("PUT", path, json=body, headers={"Device-Time": clock}))
    return answer


def both(world: World, **fields: str) -> list[tuple[str, Json]]:
    """A batch and an inspection to put."""
    batch = f"/v1/batches/{new_id()}"
    inspection = f"/v1/batches/{world.batch()['id']}/inspections/{new_id()}"
    return [(batch, world.batch_body() | fields), (inspection, inspection_body() | fields)]


@pytest.mark.parametrize(("slow", "gap"), [(0, 0), (3600, 3600), (-90, -90), (86400 * 400, None)])
def test_how_far_the_phones_clock_is_off_is_kept(slow: int, gap: int | None, world: World) -> None:
    """Positive when the phone is slow; years are no reason to refuse."""
    for path, body in both(world):
        began = monotonic()
        record = put_at(world.cadre, path, body, instant(seconds=slow))
        on_its_way = monotonic() - began
        least = slow if gap is None else gap
        assert least <= record["clock_gap_seconds"] <= least + on_its_way + 1, "it is rounded"


def test_the_first_receipt_counts_and_the_header_is_no_content(world: World) -> None:
    for path, body in both(world):
        first = put_at(world.cadre, path, body, instant(minutes=20))
        for clock in (instant(), instant(hours=9), "2026-02-24t12:00:00+08:00"):
            answer = world.cadre.call("PUT", path, json=body, headers={"Device-Time": clock})
            assert (answer.status_code, answer.json()) == (200, first)
        assert ok(world.cadre.put(path, body), 200) == first


def test_when_the_phone_says_it_was_made_is_content(world: World) -> None:
    made = to_text(datetime.now(UTC) - timedelta(days=3))
    for path, body in both(world, device_at=made):
        assert ok(world.cadre.put(path, body), 201)["device_at"] == made
        refused(world.cadre.put(path, body | {"device_at": instant()}), 409, "different_content")
        refused(world.cadre.put(path, body | {"device_at": None}), 409, "different_content")
    batch = ok(world.cadre.get("/v1/batches?limit=1"))["items"][0]
    assert (batch["device_at"], batch["clock_gap_seconds"]) == (made, None)


def test_a_phone_that_says_nothing_of_its_time_is_answered_so(world: World) -> None:
    for path, body in both(world):
        record = ok(world.cadre.put(path, body), 201)
        assert (record["device_at"], record["clock_gap_seconds"]) == (None, None)


def test_a_clock_that_was_never_set_is_told_and_no_reason_to_refuse(world: World) -> None:
    """1970 is what a dead battery leaves; the county sees by how much it was off."""
    for clock in ("1970-01-01T00:00:00+08:00", "1970-01-01T00:00:00Z"):  # the first is 1969 in UTC
        for path, body in both(world, device_at=clock):
            assert ok(world.cadre.put(path, body), 201)["device_at"] == "1970-01-01T00:00:00.000Z"
    for path, body in both(world, device_at="1970-01-01T00:03:00.000Z"):
        record = put_at(world.cadre, path, body, "1970-01-01T00:05:00Z")
        assert record["device_at"] == "1970-01-01T00:03:00.000Z"
        assert record["clock_gap_seconds"] > 86400 * 365 * 50


def test_a_phone_tells_that_its_clock_was_moved_since_and_the_county_sees_it(world: World) -> None:
    test_ids = []
    for moved in (32400, -32400, 0):
        batch, test = (
            ok(world.cadre.put(path, body | {"clock_moved_seconds": moved}), 201)
            for path, body in both(world)
        )
        assert batch["clock_moved_seconds"] == test["clock_moved_seconds"] == moved
        test_ids.append(test["id"])
    ahead = world.inspect(world.batch(), device_at=instant(minutes=-11))["id"]
    items = ok(world.county.get("/v1/inspections/flagged"))["items"]
    assert [item["id"] for item in items] == [ahead, *test_ids[::-1]]


@pytest.mark.parametrize("field", ["tested_at", "sampled_at"])
def test_a_test_of_the_future_is_refused_beyond_what_clocks_differ(
    field: str, world: World
) -> None:
    batch = world.batch()
    path = f"/v1/batches/{batch['id']}/inspections/"
    soon, later = ({field: instant(minutes=-ahead)} for ahead in (9, 11))
    ok(world.cadre.put(path + new_id(), inspection_body() | soon), 201)
    answer = world.cadre.put(path + new_id(), inspection_body() | later)
    assert [error["field"] for error in refused(answer, 422, "invalid")["errors"]] == [field]


def test_a_test_long_before_the_harvest_is_kept_and_looked_at(world: World) -> None:
    batch = world.batch()
    assert not world.inspect(batch, tested_at=instant(days=6))["before_harvest"]
    assert world.inspect(batch, tested_at=instant(days=40))["before_harvest"]
    newest, _ = ok(world.county.get("/v1/inspections/flagged"))["items"]
    assert newest["before_harvest"]


@pytest.mark.parametrize(
    "clock", ["", "now", "1771934400", "2026-02-24", "2026-02-24T12:00:00", "9999-12-31T23:59:59Z"]
)
def test_a_clock_that_cannot_be_read_is_refused_by_name(clock: str, world: World) -> None:
    before = stored()
    for path, body in both(world):
        before = stored()
        for language in ("zh-CN", "en"):
            headers = {"Device-Time": clock, "Accept-Language": language}
            answer = world.cadre.call("PUT", path, json=body, headers=headers)
            refusal = refused(answer, 422, "invalid")
            assert [error["field"] for error in refusal["errors"]] == ["Device-Time"]
        assert stored() == before


def test_the_document_names_the_header_where_it_is_read() -> None:
    named = {
        path
        for path, methods in document()["paths"].items()
        for operation in methods.values()
        if any(parameter["name"] == "Device-Time" for parameter in operation["parameters"])
    }
    assert named == {"/v1/batches/{batch_id}", "/v1/batches/{batch_id}/inspections/{inspection_id}"}


# --- photos under the phone's own ids ------------------------------------------------------------


def send(world: World, photo: Json, content: bytes = PNG) -> None:
    link = photo["upload"]
    sent = world.nobody.call(link["method"], link["url"], data=content, headers=link["headers"])
    assert sent.status_code == 204, sent.text


def test_a_photo_is_registered_sent_and_known_to_be_here(world: World) -> None:
    path = f"/v1/photos/{new_id()}"
    first = ok(world.cadre.put(path, photo_body()), 201)
    assert (first["photo_id"], first["uploaded"]) == (path.rsplit("/", 1)[1], False)
    again = ok(world.cadre.put(path, photo_body()), 200)
    assert (again["uploaded"], again["upload"]["method"]) == (False, "PUT")
    send(world, again)
    done = ok(world.cadre.put(path, photo_body()), 200)
    assert done == {"photo_id": first["photo_id"], "uploaded": True, "upload": None}


def test_each_time_there_is_a_fresh_link(world: World) -> None:
    """A link works for 15 minutes; the phone asks again when it has signal."""
    photo_id, body = new_id(), NewPhoto.model_validate(photo_body())
    cadre = Actor(id="cadre", role="cadre")
    links = []
    for minutes in (40, 20, 0):
        call = Call(cadre, datetime.now(UTC) - timedelta(minutes=minutes))
        _, link, is_new = photo_service.put(call, photo_id, body)
        assert link is not None
        assert is_new == (minutes == 40)
        links.append(link)
    codes = [world.nobody.call("PUT", link.url, data=PNG).status_code for link in links]
    assert codes == [403, 403, 204]


def test_a_photo_id_holds_one_photo_of_one_account(world: World) -> None:
    path, body = f"/v1/photos/{new_id()}", photo_body()
    ok(world.cadre.put(path, body), 201)
    refused(world.cadre.put(path, photo_body(PNG + b"x")), 409, "different_content")
    refused(world.cadre.put(path, body | {"content_type": "image/jpeg"}), 409, "different_content")
    for other in (world.other_cadre, world.seller):
        refused(other.put(path, body), 409, "different_content")
    buyers = world.photo(world.parcel()["code"])
    refused(world.cadre.put(f"/v1/photos/{buyers}", body), 409, "different_content")


def test_a_photo_registered_the_old_way_is_asked_after_the_new_way(world: World) -> None:
    photo = ok(world.cadre.post("/v1/photos", photo_body()), 201)
    path = f"/v1/photos/{photo['photo_id']}"
    assert not ok(world.cadre.put(path, photo_body()), 200)["uploaded"]
    send(world, photo)
    assert ok(world.cadre.put(path, photo_body()), 200)["uploaded"]


def test_the_object_store_is_asked_until_it_has_the_photo_and_then_no_more(world: World) -> None:
    """As after a direct upload to S3, of which nobody tells us."""
    path, body = f"/v1/photos/{new_id()}", photo_body()
    photo = ok(world.cadre.put(path, body), 201)
    file = settings().data / "photos" / photo["photo_id"]
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(PNG)
    with meter() as finding:
        assert ok(world.cadre.put(path, body), 200)["uploaded"]
    file.unlink()
    with meter() as knowing:
        assert ok(world.cadre.put(path, body), 200)["uploaded"]
    assert finding.operations["TransactWriteItems"] == 1
    assert knowing.operations["TransactWriteItems"] == 0


def test_photos_of_one_account_are_limited_and_asking_again_is_free(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_service, "MOST_OF_ONE_ACCOUNT", 3)
    paths = [f"/v1/photos/{new_id()}" for _ in range(4)]
    codes = [world.cadre.put(path, photo_body()).status_code for path in [*paths[:3], *paths]]
    assert codes == [201, 201, 201, 200, 200, 200, 429]


# --- tests whose photos are still on the phone ---------------------------------------------------


def waiting(world: World, batch: Json) -> list[list[str]]:
    inspections = ok(world.seller.get(f"/v1/batches/{batch['id']}/inspections"), 200)["items"]
    return [inspection["photos_waiting"] for inspection in inspections]


def test_a_test_names_the_photos_that_are_still_on_the_phone(world: World) -> None:
    ids = [new_id() for _ in range(3)]
    photos = [ok(world.cadre.put(f"/v1/photos/{photo_id}", photo_body()), 201) for photo_id in ids]
    send(world, photos[1])
    batch = world.batch()
    path = f"/v1/batches/{batch['id']}/inspections/{new_id()}"
    body = inspection_body(photos=ids)
    assert ok(world.cadre.put(path, body), 201)["photos_waiting"] == [ids[0], ids[2]]
    send(world, photos[0])
    assert ok(world.cadre.put(path, body), 200)["photos_waiting"] == [ids[2]]
    world.inspect(batch)
    assert waiting(world, batch) == [[], [ids[2]]]
    send(world, photos[2])
    assert waiting(world, batch) == [[], []]


def test_a_correction_takes_over_the_photos_of_the_test_whoever_took_them(world: World) -> None:
    photo_id = ok(world.cadre.put(f"/v1/photos/{new_id()}", photo_body()), 201)["photo_id"]
    batch = world.batch()
    wrong = world.inspect(batch, photos=[photo_id])
    colleague = world.account("cadre", "colleague", village_ids=[world.village_id])
    path = f"/v1/batches/{batch['id']}/inspections/{new_id()}"
    body = inspection_body(photos=[photo_id])
    refused(colleague.put(path, body), 422, "photo_unknown")
    assert ok(colleague.put(path, body | {"supersedes": wrong["id"]}), 201)["photos"] == [photo_id]


def test_what_waits_is_found_out_and_never_stored(world: World) -> None:
    photo_id = ok(world.cadre.put(f"/v1/photos/{new_id()}", photo_body()), 201)["photo_id"]
    batch = world.batch()
    wrong = world.inspect(batch, photos=[photo_id])
    world.inspect(batch, supersedes=wrong["id"])
    key = {"pk": {"S": f"BATCH#{batch['id']}"}, "sk": {"S": f"INSPECTION#{wrong['id']}"}}
    item = store.call("GetItem", TableName=settings().table, Key=key)["Item"]
    assert "superseded_by" in item["doc"]["S"]
    assert "waiting" not in item["doc"]["S"]


def test_photos_cost_a_list_one_request_and_their_absence_none(world: World) -> None:
    batch = world.batch()
    path = f"/v1/batches/{batch['id']}/inspections"
    world.inspect(batch)
    with meter() as without:
        ok(world.cadre.get(path))
    ids = [new_id() for _ in range(9)]
    for photo_id in ids:
        ok(world.cadre.put(f"/v1/photos/{photo_id}", photo_body()), 201)
    world.inspect(batch, photos=ids)
    with meter() as with_photos:
        ok(world.cadre.get(path))
    assert with_photos.operations - without.operations == {"BatchGetItem": 1}


def test_a_scan_links_to_a_photo_on_its_way_and_the_link_says_so(world: World) -> None:
    """The scan itself costs what it always did: tests/api/test_costs.py."""
    photo = ok(world.cadre.put(f"/v1/photos/{new_id()}", photo_body()), 201)
    batch = world.batch()
    world.inspect(batch, photos=[photo["photo_id"]])
    code = world.pack(world.paid_order(world.offer(batch)))["code"]
    path = f"/t/{code}/photos/{photo['photo_id']}"
    for language, words in (("zh-CN", "照片还没传到"), ("en", "The photo is not here yet")):
        headers = {"Accept": "text/html", "Accept-Language": language}
        page = world.nobody.call("GET", path, headers=headers)
        assert (page.status_code, words in page.text) == (404, True)
    headers = {"Accept": "application/json"}
    refused(world.nobody.call("GET", path, headers=headers), 404, "photo_on_its_way")
    send(world, photo)
    assert world.nobody.get(path).status_code == 303


# --- a batch by the code on a box, and on a phone ------------------------------------------------


def lower(code: str) -> str:
    return display_code(code).lower()


def test_the_code_on_a_box_leads_to_its_batches_in_any_spelling(world: World) -> None:
    first, second = world.passed_batch(), world.passed_batch()
    order = world.paid_order(world.offer(first, second), packs=2)
    code = world.pack(order, (0, first, 1), (0, second, 1))["code"]
    wanted = [ok(world.cadre.get(f"/v1/batches/{batch['id']}")) for batch in (first, second)]
    for spelling in (code, code.lower(), display_code(code), lower(code)):
        for by in (world.cadre, world.county, world.seller):
            answer = ok(by.get(f"/v1/parcels/{spelling}/batches"), 200)
            assert answer == {"items": wanted, "next_cursor": None}


def test_a_cadre_finds_what_is_theirs_in_a_mixed_box(world: World) -> None:
    grower = world.producer(by=world.other_cadre, village_id=world.other_village_id)
    theirs = world.batch(by=world.other_cadre, producer_id=grower["id"])
    ok(
        world.other_cadre.put(
            f"/v1/batches/{theirs['id']}/inspections/{new_id()}", inspection_body()
        )
    )
    own = world.passed_batch()
    shop_id = new_id()
    villages = [world.village_id, world.other_village_id]
    ok(world.county.put(f"/v1/shops/{shop_id}", {"name": "两村店", "village_ids": villages}))
    seller = world.account("seller", "both", shop_id=shop_id)
    offer = world.offer(own, theirs, by=seller)
    order = world.order(offer, packs=2)
    payment = {"paid_fen": order["total_fen"], "method": "wechat", "reference": "1"}
    ok(seller.post(f"/v1/orders/{order['id']}/payment", payment))
    packed = [{"line": 0, "batch_id": batch["id"], "packs": 1} for batch in (own, theirs)]
    path = f"/v1/orders/{order['id']}/parcels"
    code = ok(seller.post(path, {"allocations": packed}))["code"]

    def seen(by: Client) -> list[str]:
        return [batch["id"] for batch in ok(by.get(f"/v1/parcels/{code}/batches"))["items"]]

    assert seen(world.cadre) == [own["id"]]
    assert seen(world.other_cadre) == [theirs["id"]]
    assert seen(world.county) == [own["id"], theirs["id"]]


def test_a_code_of_nothing_or_of_others_is_not_found(world: World) -> None:
    code = world.parcel()["code"]
    nowhere = world.other_cadre.get("/v1/parcels/0000000000000/batches")
    theirs = world.other_cadre.get(f"/v1/parcels/{code}/batches")
    assert refused(nowhere, 404, "not_found") == refused(theirs, 404, "not_found")
    for wrong in ("x", code[:-1], "%00"):
        refused(world.cadre.get(f"/v1/parcels/{wrong}/batches"), 404, "not_found")


def test_a_voided_box_leads_nowhere(world: World) -> None:
    order = world.paid_order(world.offer())
    code = world.pack(order)["code"]
    ok(world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "不要了"}, new_id()))
    refused(world.cadre.get(f"/v1/parcels/{code}/batches"), 404, "not_found")


def read_by_phone(url: str) -> str:
    rows = matrix(url)
    picture = Image.new("L", (len(rows), len(rows)), 255)
    picture.putdata([0 if dark else 255 for row in rows for dark in row])
    [barcode] = zxingcpp.read_barcodes(picture.resize((len(rows) * 4, len(rows) * 4), 0))
    return str(barcode.text)


def test_the_qr_of_a_batch_opens_it_on_a_phone(world: World) -> None:
    batch = world.batch()
    answer = world.cadre.get(f"/v1/batches/{batch['id']}/qr.svg")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    url = f"{settings().base_url}/cadre#/batches/{batch['id']}"
    assert read_by_phone(url) == url
    from chalicelib.pages.drawing.qr import qr_svg

    assert answer.text == qr_svg(url)
    refused(world.other_cadre.get(f"/v1/batches/{batch['id']}/qr.svg"), 404, "not_found")


# --- what a hold or recall touches ---------------------------------------------------------------


def test_parcels_and_orders_of_a_batch_are_counted(world: World) -> None:
    batch = world.passed_batch()
    offer = world.offer(batch)
    path = f"/v1/batches/{batch['id']}/parcels/count"
    assert ok(world.cadre.get(path), 200) == {"parcels": 0, "orders": 0}
    two = world.paid_order(offer, packs=2)
    for _ in range(2):
        world.pack(two, (0, batch, 1))
    world.pack(world.paid_order(offer))
    for by in (world.cadre, world.county, world.seller):
        assert ok(by.get(path), 200) == {"parcels": 3, "orders": 2}


def test_a_seller_counts_their_own(world: World) -> None:
    batch = world.passed_batch()
    world.pack(world.paid_order(world.offer(batch)))
    shop_id = new_id()
    shop = {"name": "二店", "village_ids": [world.village_id]}
    ok(world.county.put(f"/v1/shops/{shop_id}", shop))
    neighbour = world.account("seller", "neighbour", shop_id=shop_id)
    path = f"/v1/batches/{batch['id']}/parcels/count"
    assert ok(neighbour.get(path), 200) == {"parcels": 0, "orders": 0}
    refused(world.other_cadre.get(path), 404, "not_found")


def test_a_parcel_packed_before_allocations_named_their_order_is_counted(world: World) -> None:
    batch = world.passed_batch()
    parcel = world.pack(world.paid_order(world.offer(batch)))
    place = f"PARCEL#{parcel['shop_id']}#{parcel['code']}"
    store.call(
        "UpdateItem",
        TableName=settings().table,
        Key={"pk": {"S": f"BATCH#{batch['id']}"}, "sk": {"S": place}},
        UpdateExpression="REMOVE order_id",
    )
    path = f"/v1/batches/{batch['id']}/parcels/count"
    assert ok(world.cadre.get(path), 200) == {"parcels": 1, "orders": 1}
