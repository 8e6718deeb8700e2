"""Batches over HTTP: inspected, held, released, certified, recalled, and found again."""

from typing import Any

import pytest

from tests.world import (
    RATE,
    Json,
    World,
    inspection_body,
    instant,
    new_id,
    ok,
    product_body,
    refused,
    today,
)

GREEN, RED = 12.5, 60.0


def state(world: World, batch: Json) -> str:
    batch_state: str = ok(world.cadre.get(f"/v1/batches/{batch['id']}"), 200)["state"]
    return batch_state


# --- registering ---------------------------------------------------------------------------------


def test_a_batch_is_registered_whole(world: World) -> None:
    day = today()
    batch = world.batch(
        lot="2026-A.1", quantity=700, plot="东坡", note="雨后采收", harvested_on=day
    )
    assert batch["state"] == "registered"
    assert (batch["quantity"], batch["available_quantity"]) == (700, 700)
    assert (batch["village_id"], batch["lot"]) == (world.village_id, "2026-A.1")
    assert (batch["plot"], batch["note"], batch["unit"]) == ("东坡", "雨后采收", "piece")
    assert batch["harvested_on"] == day
    assert batch["recorded_at"]


def test_a_cadre_registers_for_own_producers_only(world: World) -> None:
    own = world.producer(by=world.other_cadre, village_id=world.other_village_id)
    body = world.batch_body(producer_id=own["id"])
    refused(world.cadre.put(f"/v1/batches/{new_id()}", body), 404, "not_found")
    made = ok(world.other_cadre.put(f"/v1/batches/{new_id()}", body), 201)
    assert made["village_id"] == world.other_village_id


# --- inspecting ----------------------------------------------------------------------------------


def test_the_verdict_is_computed_and_explained(world: World) -> None:
    inspection = world.inspect(world.batch(), rate=GREEN, lab="县检测站", sample_size="6 枚")
    assert inspection["verdict"] == "pass"
    assert inspection["plan_version"] == 1
    assert inspection["inspector"] == "cadre"
    assert inspection["recorded_at"]
    assert inspection["measurements"] == [
        {
            "metric": RATE,
            "name": "农药残留抑制率",
            "value": 12.5,
            "below_detection": False,
            "unit": "%",
            "operator": "lt",
            "limit": 50,
            "method": "GB/T 5009.199",
            "source": "GB 2763",
            "edition": "GB 2763-2026",
            "kind": "screening",
            "verdict": "pass",
        }
    ]


def test_below_detection_passes_an_upper_limit(world: World) -> None:
    given = [{"metric": RATE, "below_detection": True}]
    inspection = world.inspect(world.batch(), measurements=given)
    assert (inspection["verdict"], inspection["measurements"][0]["value"]) == ("pass", None)


@pytest.mark.parametrize(
    ("rates", "after"),
    [
        ([], "registered"),
        ([GREEN], "passed"),
        ([RED], "held"),
        ([GREEN, RED], "held"),
        ([RED, GREEN], "held"),
        ([GREEN, GREEN], "passed"),
        ([50], "held"),
        ([49.999999], "passed"),
    ],
)
def test_a_failed_inspection_holds_the_batch(rates: list[float], after: str, world: World) -> None:
    batch = world.batch()
    for rate in rates:
        world.inspect(batch, rate=rate)
    assert state(world, batch) == after


def test_a_failure_is_journalled_with_its_reason(world: World) -> None:
    batch = world.passed_batch()
    world.inspect(batch, rate=RED)
    last = world.cadre.everything(f"/v1/batches/{batch['id']}/changes")[-1]
    assert (last["old"], last["new"]) == ("passed", "held")
    assert "农药残留抑制率" in last["why"]
    assert last["by"] == ok(world.cadre.get("/v1/me"))["id"]


def test_a_correction_supersedes_and_never_overwrites(world: World) -> None:
    batch = world.batch()
    wrong = world.inspect(batch, rate=RED)
    right = world.inspect(batch, rate=GREEN, supersedes=wrong["id"])
    listed = ok(world.cadre.get(f"/v1/batches/{batch['id']}/inspections"))["items"]
    assert [inspection["id"] for inspection in listed] == [right["id"], wrong["id"]]
    assert listed[1] == wrong | {"superseded_by": right["id"]}
    again = inspection_body(supersedes=wrong["id"])
    path = f"/v1/batches/{batch['id']}/inspections/{new_id()}"
    refusal = refused(world.cadre.put(path, again), 422, "invalid")
    assert refusal["errors"][0]["field"] == "supersedes"


def test_a_batch_is_not_corrected_by_the_inspection_of_another(world: World) -> None:
    theirs = world.inspect(world.batch())
    path = f"/v1/batches/{world.batch()['id']}/inspections/{new_id()}"
    body = inspection_body(supersedes=theirs["id"])
    refused(world.cadre.put(path, body), 422, "invalid")


@pytest.mark.parametrize("over", ["recall", "close"])
def test_what_is_over_is_not_inspected(over: str, world: World) -> None:
    batch = world.passed_batch()
    world.move(batch, over)
    path = f"/v1/batches/{batch['id']}/inspections/{new_id()}"
    refusal = refused(world.cadre.put(path, inspection_body()), 409, "not_allowed_now")
    assert refusal["state"] == {"recall": "recalled", "close": "closed"}[over]


# --- release -------------------------------------------------------------------------------------


def test_a_release_needs_a_pass_newer_than_the_hold(world: World) -> None:
    batch = world.passed_batch()
    world.move(batch, "hold")
    path = f"/v1/batches/{batch['id']}/release"
    refused(world.cadre.post(path, {"reason": "没事"}), 409, "release_needs_pass")
    world.inspect(batch, rate=GREEN)
    assert state(world, batch) == "held", "a person has to say so"
    assert world.move(batch, "release")["state"] == "passed"


def test_a_late_uploaded_pass_older_than_the_failure_does_not_release(world: World) -> None:
    batch = world.batch()
    world.inspect(batch, rate=RED, tested_at=instant(hours=2))
    world.inspect(batch, rate=GREEN, tested_at=instant(hours=3))
    path = f"/v1/batches/{batch['id']}/release"
    refused(world.cadre.post(path, {"reason": "合格"}), 409, "release_needs_pass")
    world.inspect(batch, rate=GREEN, tested_at=instant(hours=1))
    assert world.move(batch, "release")["state"] == "passed"


@pytest.mark.parametrize("what", ["hold", "release", "recall", "close"])
def test_county_and_cadre_move_a_batch_and_a_seller_does_not(what: str, world: World) -> None:
    path = f"/v1/batches/{world.passed_batch()['id']}/{what}"
    refused(world.seller.post(path, {"reason": "x"}), 403, "forbidden")
    for by in (world.county, world.cadre):
        batch = world.passed_batch()
        if what == "release":
            world.inspect(batch, rate=RED)
            world.inspect(batch, rate=GREEN)
        world.move(batch, what, by=by)


# --- what is held is not sold, packed or labelled ------------------------------------------------


@pytest.mark.parametrize("what", ["hold", "recall"])
def test_a_held_or_recalled_batch_stops_everything(what: str, world: World) -> None:
    batch = world.passed_batch()
    offer = world.offer(batch)
    paid = world.paid_order(offer)
    world.move(batch, what)
    order = world.nobody.post("/v1/orders", world.order_body(offer))
    refused(order, 409, "batch_held")
    allocation = {"line": 0, "batch_id": batch["id"], "packs": 1}
    path = f"/v1/orders/{paid['id']}/parcels"
    refused(world.seller.post(path, {"allocations": [allocation]}), 409, "batch_held")
    another = world.offer_body(batch, packs_total=1)
    refused(world.seller.put(f"/v1/offers/{new_id()}", another), 409, "batch_held")
    assert ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["held"] is True


def test_a_released_batch_is_sold_again(world: World) -> None:
    batch = world.passed_batch()
    offer = world.offer(batch)
    world.move(batch, "hold")
    world.inspect(batch)
    world.move(batch, "release")
    assert ok(world.nobody.get(f"/v1/offers/{offer['id']}"))["held"] is False
    world.pack(world.paid_order(offer))


def test_an_offer_of_two_batches_waits_for_both(world: World) -> None:
    first, two = world.passed_batch(), world.passed_batch()
    offer = world.offer(first, two)
    world.move(first, "hold")
    world.move(two, "hold")
    world.inspect(first)
    world.move(first, "release")
    refused(world.nobody.post("/v1/orders", world.order_body(offer)), 409, "batch_held")


# --- certificates --------------------------------------------------------------------------------


def test_a_certificate_has_the_fields_of_the_order(world: World) -> None:
    certificate = world.certify(world.passed_batch(), quantity=500)
    assert certificate["title"] == "承诺达标合格证"
    assert certificate["product"] == "土鸡蛋"
    assert (certificate["quantity"], certificate["unit"]) == (500, "piece")
    assert certificate["origin"] == "安徽省歙县容溪村"
    assert certificate["producer"] == "容溪合作社"
    assert certificate["contact"] == "0559-1234567"
    assert certificate["issued_at"]
    assert certificate["commitment"].startswith("未使用禁用农药")
    assert (certificate["basis"], certificate["basis_text"]) == ("self_tested", "自行检测合格")


@pytest.mark.parametrize("basis", ["self_tested", "commissioned_test"])
def test_a_tested_basis_needs_a_passed_inspection(basis: str, world: World) -> None:
    batch = world.batch()
    path = f"/v1/batches/{batch['id']}/certificates/{new_id()}"
    body: Json = {"basis": basis, "quantity": 1, "contact": "0559-1"}
    refused(world.cadre.put(path, body), 409, "certificate_needs_pass")
    ok(world.cadre.put(path, body | {"basis": "self_controlled"}), 201)
    world.inspect(batch)
    world.certify(batch, basis=basis)


@pytest.mark.parametrize(("what", "named"), [("hold", "held"), ("recall", "recalled")])
def test_a_held_or_recalled_batch_gets_no_certificate(what: str, named: str, world: World) -> None:
    batch = world.passed_batch()
    world.move(batch, what)
    path = f"/v1/batches/{batch['id']}/certificates/{new_id()}"
    body: Json = {"basis": "self_controlled", "quantity": 1, "contact": "0559-1"}
    refusal = refused(world.cadre.put(path, body), 409, "not_allowed_now")
    assert refusal["state"] == named


# --- recall --------------------------------------------------------------------------------------


def test_a_recall_finds_every_parcel_and_reaches_every_scan(world: World) -> None:
    bad, good = world.passed_batch(), world.passed_batch()
    world.certify(bad)
    offer = world.offer(bad, good)
    paid = world.paid_order(offer, packs=3)
    mixed = world.pack(paid, (0, bad, 1), (0, good, 1))
    clean = world.pack(paid, (0, good, 1))
    alone = world.pack(world.paid_order(offer), (0, bad, 1))
    assert world.move(bad, "recall", reason="农残超标", by=world.county)["state"] == "recalled"
    affected = world.county.everything(f"/v1/batches/{bad['id']}/parcels", limit=1)
    assert {entry["code"]: entry["quantity"] for entry in affected} == {
        mixed["code"]: 10,
        alone["code"]: 10,
    }
    assert all(
        set(entry) == {"code", "order_id", "shop_id", "quantity", "state"} for entry in affected
    )
    for parcel, shown in ((mixed, "recalled"), (alone, "recalled"), (clean, "normal")):
        assert world.trace(parcel["code"])["state"] == shown
    trace = world.trace(alone["code"])
    assert trace["batches"][0]["certificate"] is None
    assert trace["batches"][0]["recall_reason"] == "农残超标"
    assert "recalled" in {event["what"] for event in trace["journey"]}


def test_a_recall_is_final(world: World) -> None:
    batch = world.passed_batch()
    world.move(batch, "recall")
    for what in ("hold", "release", "recall", "close"):
        answer = world.county.post(f"/v1/batches/{batch['id']}/{what}", {"reason": "x"})
        assert refused(answer, 409, "not_allowed_now")["allowed"] == []


def test_what_is_sold_out_and_closed_can_still_be_called_back(world: World) -> None:
    batch = world.passed_batch()
    parcel = world.pack(world.paid_order(world.offer(batch)))
    world.move(batch, "close")
    assert world.trace(parcel["code"])["state"] == "normal"
    world.move(batch, "recall")
    assert world.trace(parcel["code"])["state"] == "recalled"


@pytest.mark.parametrize("by_test", [True, False])
def test_what_was_closed_is_still_held_and_its_offer_stops(by_test: bool, world: World) -> None:
    batch = world.passed_batch()
    offer = world.offer(batch)
    world.move(batch, "close")
    if by_test:
        world.inspect(batch, rate=RED)
    else:
        world.move(batch, "hold", by=world.county)
    assert state(world, batch) == "held"
    refused(world.nobody.post("/v1/orders", world.order_body(offer), new_id()), 409, "batch_held")


def test_the_pass_that_was_withdrawn_does_not_release(world: World) -> None:
    batch = world.batch()
    world.inspect(batch, rate=RED, tested_at=instant(hours=2))
    wrong = world.inspect(batch, rate=GREEN)
    world.inspect(batch, rate=GREEN, tested_at=instant(hours=24), supersedes=wrong["id"])
    path = f"/v1/batches/{batch['id']}/release"
    refused(world.cadre.post(path, {"reason": "合格"}), 409, "release_needs_pass")


def test_the_history_of_a_batch_is_complete(world: World) -> None:
    batch = world.batch()
    world.inspect(batch)
    world.move(batch, "hold", reason="有投诉")
    world.inspect(batch)
    world.move(batch, "release", reason="复检合格", by=world.county)
    world.move(batch, "recall", reason="召回")
    changes = world.cadre.everything(f"/v1/batches/{batch['id']}/changes", limit=2)
    moves: list[tuple[Any, ...]] = [
        (change["old"], change["new"], change["why"]) for change in changes
    ]
    assert moves == [
        (None, "registered", ""),
        ("registered", "passed", "检测合格"),
        ("passed", "held", "有投诉"),
        ("held", "passed", "复检合格"),
        ("passed", "recalled", "召回"),
    ]
    cadre, county = (ok(by.get("/v1/me"))["id"] for by in (world.cadre, world.county))
    assert [change["by"] for change in changes] == [cadre, cadre, cadre, county, cadre]


def test_the_journal_tells_who_changed_a_products_plan(world: World) -> None:
    product = world.product()
    stricter = product_body()
    stricter["inspection_plan"]["metrics"][0]["limit"] = 30
    ok(world.cadre.put(f"/v1/products/{product['id']}", stricter), 200)
    changes = world.cadre.everything(f"/v1/products/{product['id']}/changes")
    assert [(change["old"], change["new"]) for change in changes] == [
        (None, "plan 1, rule 1"),
        ("plan 1, rule 1", "plan 2, rule 1"),
    ]
    assert {change["by"] for change in changes} == {ok(world.cadre.get("/v1/me"), 200)["id"]}


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-CN", "这批货已召回，不再收检测"), ("en", "This batch is recalled: no more tests")],
)
def test_a_recalled_batch_says_in_plain_words_that_it_takes_no_more(
    language: str, words: str, world: World
) -> None:
    batch = world.passed_batch()
    world.move(batch, "recall", "县里抽检不合格")
    path, headers = f"/v1/batches/{batch['id']}", {"Accept-Language": language}
    for method, way, body in (
        ("PUT", f"{path}/inspections/{new_id()}", inspection_body()),
        ("POST", f"{path}/hold", {"reason": "待查"}),
        ("POST", f"{path}/release", {"reason": "没事"}),
    ):
        answer = world.cadre.call(method, way, json=body, headers=headers)
        assert refused(answer, 409, "not_allowed_now")["detail"].startswith(words)
