"""What a buyer sees by the code: the trace, the count of scans, and photos."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import requests

from chalicelib.domain.access import PUBLIC, Call
from chalicelib.services import traces
from tests.world import (
    PNG,
    RATE,
    Json,
    World,
    inspection_body,
    new_id,
    ok,
    photo_body,
    raw_items,
    refused,
    stored,
    today,
)


def as_json(world: World, code: str) -> requests.Response:
    return world.nobody.call("GET", f"/t/{code}", headers={"Accept": "application/json"})


def everything() -> list[str]:
    return sorted(json.dumps(item, sort_keys=True) for item in raw_items())


def test_a_trace_tells_where_it_comes_from_and_how_it_was_tested(world: World) -> None:
    batch = world.passed_batch(lot="B-7")
    world.certify(batch)
    parcel = world.delivered(world.pack(world.paid_order(world.offer(batch))))
    trace = ok(as_json(world, parcel["code"]), 200)
    assert (trace["code"], trace["state"]) == (parcel["code"], "normal")
    assert trace["product"]["name"] == "土鸡蛋"
    [traced_batch] = trace["batches"]
    assert (traced_batch["lot"], traced_batch["harvested_on"], traced_batch["state"]) == (
        "B-7",
        today(),
        "passed",
    )
    assert (traced_batch["village"], traced_batch["producer"]) == ("容溪村", "容溪合作社")
    [inspection] = traced_batch["inspections"]
    assert inspection["verdict"] == "pass"
    assert inspection["measurements"][0]["metric"] == RATE
    assert traced_batch["certificate"]["title"] == "承诺达标合格证"
    assert [event["what"] for event in trace["journey"]] == [
        "harvested",
        "inspected",
        "certified",
        "packed",
        "shipped",
        "delivered",
    ]
    assert trace["scans"] == {"count": 0, "first_at": None, "level": "normal"}


def test_a_trace_is_a_page_for_people(world: World) -> None:
    code = world.parcel()["code"]
    for accept in (None, "text/html", "text/html,application/json;q=0.9", "*/*"):
        page = world.nobody.call("GET", f"/t/{code}", headers={"Accept": accept} if accept else {})
        assert page.status_code == 200
        assert page.headers["Content-Type"].startswith("text/html")
        assert "容溪合作社" in page.text


def test_a_code_is_read_in_any_spelling(world: World) -> None:
    parcel = world.parcel()
    code = parcel["code"]
    typed = code.replace("0", "o").replace("1", "l").lower()
    for spelling in (code.lower(), parcel["display_code"], "-".join(code), typed):
        assert ok(as_json(world, spelling), 200)["code"] == code


def test_looking_changes_nothing(world: World) -> None:
    code = world.parcel()["code"]
    before = everything()
    for _ in range(3):
        as_json(world, code)
        world.nobody.get(f"/t/{code}")
        world.nobody.call("HEAD", f"/t/{code}")
    assert everything() == before


def test_an_unknown_code_is_a_page_that_says_so(world: World) -> None:
    page = world.nobody.call("GET", "/t/K7Q2M9XW4B3CT", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "没有查到这个码" in page.text
    refused(as_json(world, "K7Q2M9XW4B3CT"), 404, "not_found")


def test_a_corrected_inspection_is_not_shown(world: World) -> None:
    batch = world.batch()
    wrong = world.inspect(batch, rate=49)
    right = world.inspect(batch, rate=9, supersedes=wrong["id"])
    code = world.pack(world.paid_order(world.offer(batch)))["code"]
    [shown] = world.trace(code)["batches"][0]["inspections"]
    assert (shown["id"], shown["corrects"]) == (right["id"], True)


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_what_people_typed_is_text_and_never_markup(world: World) -> None:
    product = world.product(name=EVIL[:60], name_en=EVIL[:60], grade="<b>特级")
    producer = world.producer(display_name=EVIL[:60])
    batch = world.batch(
        product_id=product["id"], producer_id=producer["id"], plot="<i>东坡", lot="<A>&'\""
    )
    world.inspect(batch, lab=EVIL, sample_size="<u>6")
    parcel = world.delivered(world.pack(world.paid_order(world.offer(batch, title=EVIL))))
    world.move(batch, "recall", reason=EVIL)
    complaint = world.complain(parcel, description=EVIL)
    pages = [
        world.nobody.get(f"/t/{parcel['code']}", lang=language) for language in ("zh-CN", "en")
    ]
    pages.append(world.nobody.get(f"/complaints/{complaint['id']}", key=complaint["access_key"]))
    for page in pages:
        assert page.status_code == 200
        for raw in ("<script>alert", "<img src=x", "<b>特级", "<i>东坡", "<u>6", "<A>&'"):
            assert raw not in page.text
        assert "unsafe-inline" not in page.headers["Content-Security-Policy"]


# --- scans ---------------------------------------------------------------------------------------


def test_one_device_counts_once(world: World) -> None:
    code = world.parcel()["code"]
    first = world.scan(code, "device-0001")
    assert (first["count"], first["level"]) == (1, "normal")
    assert world.scan(code.lower(), "device-0001") == first
    assert world.scan(code, "device-0002")["count"] == 2
    shown = world.trace(code)["scans"]
    assert (shown["count"], shown["first_at"]) == (2, first["first_at"])


def test_one_device_counts_again_after_a_day(world: World) -> None:
    code = world.parcel()["code"]
    now = datetime.now(UTC)
    hours = (0, 23.9, 24.1, 24.2, 48.3)
    counts = [
        traces.count(
            Call(PUBLIC, now + timedelta(hours=n)), code, "device-0001", "1.2.3.4", ""
        ).count
        for n in hours
    ]
    assert counts == [1, 1, 2, 2, 3]


def test_two_parcels_are_two_counts(world: World) -> None:
    offer = world.offer()
    first, two = (world.pack(world.paid_order(offer))["code"] for _ in range(2))
    world.scan(first, "device-0001")
    assert world.scan(two, "device-0001")["count"] == 1


def test_many_devices_warn_in_grades(world: World) -> None:
    code = world.parcel()["code"]
    levels = [world.scan(code, f"device-{n:04d}")["level"] for n in range(17)]
    assert levels == ["normal"] * 5 + ["notice"] * 10 + ["suspect"] * 2


def test_a_browser_without_a_device_id_is_one_device(world: World) -> None:
    code = world.parcel()["code"]
    for agent, count in (("MicroMessenger", 1), ("MicroMessenger", 1), ("Chrome", 2)):
        headers = {"User-Agent": agent}
        answer = world.nobody.call("POST", f"/t/{code}/scans", json={}, headers=headers)
        assert ok(answer, 200)["count"] == count


def test_a_script_does_not_make_a_parcel_look_copied(world: World) -> None:
    code = world.parcel()["code"]
    answers = [world.nobody.post(f"/t/{code}/scans", {"device": f"d-{n:08d}"}) for n in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {200}
    refused(answers[60], 429, "too_many")
    assert int(answers[60].headers["Retry-After"]) > 0


# --- photos --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/png", PNG),
        ("image/jpeg", b"\xff\xd8\xff\xe0" + bytes(60)),
        ("image/webp", b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(60)),
    ],
)
def test_a_photo_is_sent_and_comes_back_as_it_was(kind: str, content: bytes, world: World) -> None:
    parcel = world.delivered(world.parcel())
    answer = ok(world.nobody.post(f"/t/{parcel['code']}/photos", photo_body(content, kind)), 201)
    link = answer["upload"]
    assert (link["method"], link["headers"]) == ("PUT", {"Content-Type": kind})
    sent = world.nobody.call("PUT", link["url"], data=content, headers=link["headers"])
    assert sent.status_code == 204
    complaint = world.complain(parcel, photos=[answer["photo_id"]])
    [shown] = ok(world.seller.get(f"/v1/complaints/{complaint['id']}"), 200)["photos"]
    assert shown["size"] == len(content)
    back = world.nobody.get(shown["url"])
    assert (back.status_code, back.content) == (200, content)
    assert back.headers["Content-Type"] == kind


def test_a_photo_sent_twice_is_one(world: World) -> None:
    code = world.parcel()["code"]
    answer = ok(world.nobody.post(f"/t/{code}/photos", photo_body()), 201)
    items = stored()
    for _ in range(2):
        assert world.nobody.call("PUT", answer["upload"]["url"], data=PNG).status_code == 204
    assert stored() == items


def inspected_with_photo(world: World) -> tuple[Json, str]:
    answer = ok(world.cadre.post("/v1/photos", photo_body()), 201)
    assert world.nobody.call("PUT", answer["upload"]["url"], data=PNG).status_code == 204
    batch = world.batch()
    world.inspect(batch, photos=[answer["photo_id"]])
    return batch, answer["photo_id"]


def test_a_photo_of_an_inspection_is_shown_with_the_trace(world: World) -> None:
    batch, photo_id = inspected_with_photo(world)
    code = world.pack(world.paid_order(world.offer(batch)))["code"]
    link = world.nobody.get(f"/t/{code}/photos/{photo_id}")
    assert link.status_code == 303
    assert world.nobody.get(link.headers["Location"]).content == PNG
    other = world.parcel()["code"]
    assert world.nobody.get(f"/t/{other}/photos/{photo_id}").status_code == 404


def test_a_cadre_does_not_use_the_photo_of_another(world: World) -> None:
    answer = ok(world.other_cadre.post("/v1/photos", photo_body()), 201)
    path = f"/v1/batches/{world.batch()['id']}/inspections/{new_id()}"
    body = inspection_body(photos=[answer["photo_id"]])
    refused(world.cadre.put(path, body), 422, "photo_unknown")


def test_photos_of_one_parcel_are_limited(world: World) -> None:
    path = f"/t/{world.parcel()['code']}/photos"
    codes = [world.nobody.post(path, photo_body()).status_code for _ in range(31)]
    assert codes == [201] * 30 + [429]


def test_a_gs1_link_leads_to_the_trace_of_its_parcel(world: World) -> None:
    product = world.product(gtin="95200002")
    batch = world.batch(product_id=product["id"], lot="A-1024")
    world.inspect(batch)
    order = world.paid_order(world.offer(batch, product_id=product["id"]))
    code = world.pack(order)["code"]
    link = world.nobody.get(f"/01/95200002/10/A-1024/21/{code.lower()}")
    assert link.status_code == 303
    assert link.headers["Location"].startswith(f"/t/{code}")
    for wrong in (f"/01/95200019/10/A-1024/21/{code}", f"/01/95200002/10/A-1025/21/{code}"):
        assert world.nobody.get(wrong).status_code == 404


@pytest.mark.parametrize("stopped", ["hold", "recall"])
def test_a_cancelled_box_is_shown_while_its_batch_is_stopped(stopped: str, world: World) -> None:
    """It may have been handed over before; nothing can be claimed for it."""
    batch = world.passed_batch()
    order = world.paid_order(world.offer(batch))
    path = f"/t/{world.pack(order)['code']}"
    ok(world.seller.post(f"/v1/orders/{order['id']}/cancel", {"reason": "缺货"}, new_id()), 200)
    asks = {"Accept": "application/json"}
    refused(world.nobody.call("GET", path, headers=asks), 404, "not_found")
    world.move(batch, stopped, reason="待复检")
    shown = ok(world.nobody.call("GET", path, headers=asks), 200)
    assert shown["voided"]
    assert shown["batches"][0]["state"] == {"hold": "held", "recall": "recalled"}[stopped]
    assert "它的订单已取消" in world.nobody.get(path).text
    refused(world.nobody.post(f"{path}/complaints", {"reason": "rotten"}), 404, "not_found")
