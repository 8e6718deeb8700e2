"""PUT under a client's own id: 201 first, 200 with the same content, 409 with another."""

from collections.abc import Callable

import pytest

from tests.world import (
    PASSWORD,
    Client,
    Json,
    World,
    inspection_body,
    new_id,
    ok,
    product_body,
    refused,
    stored,
    training_body,
)

Put = tuple[Client, str, Json, Json]
"""By whom, where, a body, and what makes it another."""


def account(w: World) -> Put:
    body = {"username": "new.county", "password": PASSWORD, "role": "county", "name": "县办"}
    return w.county, f"/v1/accounts/{new_id()}", body, {"name": "别人"}


def password(w: World) -> Put:
    return *account(w)[:3], {"password": "another password"}


def training(w: World) -> Put:
    account_id = ok(w.cadre.get("/v1/me"))["id"]
    path = f"/v1/accounts/{account_id}/trainings/{new_id()}"
    return w.county, path, training_body(), {"certificate_no": None}


def village(w: World) -> Put:
    body = {"name": "新村", "county": "歙县", "province": "安徽省", "division_code": "341021"}
    return w.county, f"/v1/villages/{new_id()}", body, {"name": "旧村"}


def producer(w: World) -> Put:
    body = {"village_id": w.village_id, "kind": "farm", "display_name": "农户 1"}
    return w.cadre, f"/v1/producers/{new_id()}", body, {"household_code": "H-1"}


def shop(w: World) -> Put:
    body = {"name": "新店", "village_ids": [w.village_id]}
    return w.county, f"/v1/shops/{new_id()}", body, {"village_ids": [w.other_village_id]}


def saved_reply(w: World) -> Put:
    body = {"title": "抱歉", "text": "抱歉，马上处理。"}
    return w.seller, f"/v1/replies/{new_id()}", body, {"text": "请补一张照片。"}


def batch(w: World) -> Put:
    return w.cadre, f"/v1/batches/{new_id()}", w.batch_body(), {"quantity": 999}


def inspection(w: World) -> Put:
    path = f"/v1/batches/{w.batch()['id']}/inspections/{new_id()}"
    return w.cadre, path, inspection_body(), {"note": "另一份"}


def certificate(w: World) -> Put:
    path = f"/v1/batches/{w.passed_batch()['id']}/certificates/{new_id()}"
    body = {"basis": "self_tested", "quantity": 10, "contact": "0559-1"}
    return w.cadre, path, body, {"quantity": 11}


def offer(w: World) -> Put:
    path = f"/v1/offers/{new_id()}"
    return w.seller, path, w.offer_body(w.passed_batch()), {"price_fen": 1}


def refund(w: World) -> Put:
    path = f"/v1/orders/{w.paid_order(w.offer())['id']}/refunds/{new_id()}"
    return w.seller, path, {"amount_fen": 100, "reason": "坏果"}, {"amount_fen": 101}


KINDS = [
    account, password, training, village, producer, shop, batch, inspection, certificate,
    offer, refund, saved_reply,
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_same_again_is_the_same_and_another_is_refused(
    kind: Callable[[World], Put], world: World
) -> None:
    by, path, body, change = kind(world)
    first = ok(by.put(path, body), 201)
    items = stored()
    again = by.put(path, body)
    assert (again.status_code, again.json()) == (200, first)
    for language, word in (("zh-CN", "不同内容"), ("en", "different content")):
        other = by.call("PUT", path, json=body | change, headers={"Accept-Language": language})
        refusal = refused(other, 409, "different_content")
        assert word in refusal["detail"]
        assert refusal["id"] == path.rsplit("/", 1)[-1]
    assert stored() == items
    assert ok(by.put(path, body), 200) == first, "and the first stays what it was"


@pytest.mark.parametrize("kind", [village, producer, shop, batch, offer], ids=lambda k: k.__name__)
def test_what_was_put_is_what_is_read(kind: Callable[[World], Put], world: World) -> None:
    by, path, body, _ = kind(world)
    first = ok(by.put(path, body), 201)
    assert ok(by.get(path), 200) == first
    assert first["id"] == path.rsplit("/", 1)[-1]
    for name, value in body.items():
        assert first[name] == value


@pytest.mark.parametrize("spelling", [str.upper, lambda text: text.replace("-", "")])
def test_an_id_in_another_spelling_is_the_same_id(
    spelling: Callable[[str], str], world: World
) -> None:
    identity, body = new_id(), world.batch_body()
    first = ok(world.cadre.put(f"/v1/batches/{identity}", body), 201)
    assert ok(world.cadre.put(f"/v1/batches/{spelling(identity)}", body), 200) == first


def test_the_same_content_in_other_words_is_the_same(world: World) -> None:
    """Other zones, spellings, left-out nulls: a retried upload is no conflict."""
    path = f"/v1/batches/{world.batch()['id']}/inspections/{new_id()}"
    body = inspection_body(tested_at="2026-02-24T12:00:00Z", lab=None)
    ok(world.cadre.put(path, body), 201)
    same = body | {"tested_at": "2026-02-24T20:00:00.000+08:00", "photos": []}
    del same["lab"]
    same["measurements"] = [{"value": 12.50, "metric": "inhibition_rate"}]
    ok(world.cadre.put(path, same), 200)


# --- products are changed, not refused -----------------------------------------------------------


def test_a_changed_plan_is_a_new_version_and_an_old_inspection_keeps_its_own(world: World) -> None:
    product, path = world.product(), "/v1/products/"
    batch = world.batch(product_id=product["id"])
    before = world.inspect(batch, rate=45)
    assert (product["plan_version"], before["plan_version"], before["verdict"]) == (1, 1, "pass")
    stricter = product_body()
    stricter["inspection_plan"]["metrics"][0]["limit"] = 40
    changed = ok(world.cadre.put(path + product["id"], stricter), 200)
    assert changed["plan_version"] == 2
    after = world.inspect(batch, rate=45)
    assert (after["plan_version"], after["verdict"]) == (2, "fail")
    first, second = ok(world.cadre.get(f"/v1/batches/{batch['id']}/inspections"))["items"]
    assert (first["plan_version"], second["plan_version"]) == (2, 1)
    assert second["measurements"][0]["limit"] == 50


def test_only_what_changed_is_a_new_version(world: World) -> None:
    product = world.product()
    path = f"/v1/products/{product['id']}"
    renamed = ok(world.cadre.put(path, product_body(name="笨鸡蛋")), 200)
    assert (renamed["name"], renamed["plan_version"]) == ("笨鸡蛋", 1)
    rule = {"evidence_hours": 24, "reply_hours": 24}
    assert ok(world.cadre.put(path, product_body(after_sales=rule)), 200)["rule_version"] == 2
    assert ok(world.cadre.put(path, product_body(after_sales=rule)), 200)["rule_version"] == 2


def test_the_unit_of_a_product_does_not_change(world: World) -> None:
    """Quantities already recorded are in it."""
    path = f"/v1/products/{world.product_id}"
    refused(world.county.put(path, product_body(unit="g")), 409, "different_content")
