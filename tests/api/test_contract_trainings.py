"""Who was trained in what, what an inspection says of it, and what the county looks at."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from chalicelib.config import settings
from chalicelib.domain.fields import CHINA
from chalicelib.repositories import store
from tests.world import (
    PASSWORD,
    Client,
    Json,
    World,
    inspection_body,
    instant,
    new_id,
    ok,
    product_body,
    refused,
    training_body,
)

RAPID = "GB/T 5009.199"


def me(world: World, who: str = "cadre") -> str:
    identity: str = ok(getattr(world, who).get("/v1/me"))["id"]
    return identity


def train(world: World, **fields: object) -> Json:
    path = f"/v1/accounts/{me(world)}/trainings/{new_id()}"
    training: Json = ok(world.county.put(path, training_body(**fields)), 201)
    return training


def day(**ago: float) -> str:
    return (datetime.now(CHINA) - timedelta(**ago)).date().isoformat()


# --- trainings -----------------------------------------------------------------------------------


def test_a_training_is_read_by_the_county_and_by_whom_it_is_of(world: World) -> None:
    older = train(world, trained_on="2025-01-10", valid_until="2026-01-09")
    newer = train(world)
    assert newer | training_body() == newer
    listed = ok(world.county.get(f"/v1/accounts/{me(world)}/trainings"), 200)
    assert listed == {"items": [newer, older], "next_cursor": None}
    assert ok(world.cadre.get("/v1/me"))["trainings"] == [older, newer]
    body = {"username": "cadre", "password": PASSWORD}
    actor = ok(world.nobody.post("/v1/sessions", body), 201)["actor"]
    assert actor["trainings"] == [older, newer]
    assert ok(world.seller.get("/v1/me"))["trainings"] == []


def test_only_the_county_records_trainings(world: World) -> None:
    path = f"/v1/accounts/{me(world)}/trainings"
    for by in (world.cadre, world.seller):
        refused(by.put(f"{path}/{new_id()}", training_body()), 403, "forbidden")
        refused(by.get(path), 403, "forbidden")
        refused(by.get("/v1/accounts"), 403, "forbidden")


def test_a_training_of_nobody_is_not_found(world: World) -> None:
    path = f"/v1/accounts/{new_id()}/trainings"
    refused(world.county.put(f"{path}/{new_id()}", training_body()), 404, "not_found")
    refused(world.county.get(path), 404, "not_found")


def test_a_training_that_ends_before_it_began_is_refused(world: World) -> None:
    path = f"/v1/accounts/{me(world)}/trainings/{new_id()}"
    body = training_body(valid_until="2026-01-14")
    refusal = refused(world.county.put(path, body), 422, "invalid")
    assert [error["field"] for error in refusal["errors"]] == ["valid_until"]


def test_the_fifty_first_training_is_refused(world: World) -> None:
    for _ in range(50):
        train(world)
    path = f"/v1/accounts/{me(world)}/trainings/{new_id()}"
    refusal = refused(world.county.put(path, training_body()), 409, "too_many_trainings")
    assert refusal["most"] == 50


def test_a_training_signs_nobody_out(world: World) -> None:
    train(world)
    ok(world.cadre.get("/v1/me"), 200)


# --- accounts ------------------------------------------------------------------------------------


def test_the_county_sees_every_account_and_no_secret(world: World) -> None:
    train(world)
    answer = world.county.get("/v1/accounts")
    names = [account["username"] for account in ok(answer, 200)["items"]]
    assert names == ["county", "cadre", "cadre2", "seller", "seller2"]
    assert [len(account["trainings"]) for account in answer.json()["items"]] == [0, 1, 0, 0, 0]
    for secret in ("password", "argon2", "hash"):
        assert secret not in answer.text


def test_an_account_from_before_there_was_a_list_joins_it_when_it_signs_in(world: World) -> None:
    store.call(
        "UpdateItem",
        TableName=settings().table,
        Key={"pk": {"S": f"ACCOUNT#{me(world)}"}, "sk": {"S": "ACCOUNT"}},
        UpdateExpression="REMOVE office, office_at",
    )

    def listed() -> bool:
        return "cadre" in {
            account["username"] for account in ok(world.county.get("/v1/accounts"))["items"]
        }

    assert not listed()
    world.token("cadre")
    assert listed()
    ok(world.cadre.get("/v1/me"), 200)


# --- what an inspection says ---------------------------------------------------------------------


def test_a_test_by_someone_untrained_counts_and_says_so(world: World) -> None:
    batch = world.batch()
    inspection = world.inspect(batch)
    assert inspection["training_gaps"] == [{"method": RAPID, "valid_until": None}]
    assert ok(world.cadre.get(f"/v1/batches/{batch['id']}"))["state"] == "passed"
    train(world)
    assert world.inspect(batch)["training_gaps"] == []


def test_a_lapsed_training_is_told_with_its_last_day(world: World) -> None:
    yesterday = datetime.now(CHINA) - timedelta(days=1)
    last_day = yesterday.date().isoformat()
    train(world, trained_on=day(days=800), valid_until=day(days=400))
    train(world, trained_on=day(days=400), valid_until=last_day)
    batch = world.batch()
    assert world.inspect(batch)["training_gaps"] == [{"method": RAPID, "valid_until": last_day}]
    assert world.inspect(batch, tested_at=yesterday.isoformat())["training_gaps"] == []


def test_weighing_needs_no_course(world: World) -> None:
    scales = {
        "key": "weight",
        "name": "单枚重",
        "method": "称重",
        "source": "不设限量",
        "kind": "measure",
        "required": True,
    }
    product = world.product(inspection_plan={"metrics": [scales]})
    batch = world.batch(product_id=product["id"])
    inspection = world.inspect(batch, measurements=[{"metric": "weight", "value": 50}])
    assert inspection["training_gaps"] == []


def test_what_was_recorded_keeps_the_gaps_of_its_moment(world: World) -> None:
    """A training recorded later explains nothing away."""
    path = f"/v1/batches/{world.batch()['id']}/inspections/{new_id()}"
    body = inspection_body()
    first = ok(world.cadre.put(path, body), 201)
    train(world)
    assert ok(world.cadre.put(path, body), 200) == first


# --- what the county looks at --------------------------------------------------------------------


def flagged(world: World) -> list[str]:
    return [
        inspection["id"]
        for inspection in ok(world.county.get("/v1/inspections/flagged"), 200)["items"]
    ]


def put(world: World, clock: str) -> str:
    path = f"/v1/batches/{world.batch()['id']}/inspections/{new_id()}"
    headers = {"Device-Time": clock}
    inspection = ok(world.cadre.call("PUT", path, json=inspection_body(), headers=headers), 201)
    identity: str = inspection["id"]
    return identity


def test_the_county_is_shown_gaps_and_wrong_clocks_newest_first(world: World) -> None:
    gap = world.inspect(world.batch())["id"]
    train(world)
    world.inspect(world.batch())
    put(world, instant(minutes=9))
    slow, fast = put(world, instant(minutes=11)), put(world, instant(minutes=-11))
    assert flagged(world) == [fast, slow, gap]
    for by in (world.cadre, world.seller):
        refused(by.get("/v1/inspections/flagged"), 403, "forbidden")


def test_what_is_corrected_is_still_looked_at(world: World) -> None:
    batch = world.batch()
    wrong = world.inspect(batch)
    train(world)
    right = world.inspect(batch, supersedes=wrong["id"])
    assert flagged(world) == [wrong["id"]]
    [shown] = ok(world.county.get("/v1/inspections/flagged"))["items"]
    assert (shown["superseded_by"], shown["batch_id"]) == (right["id"], batch["id"])
    assert shown["photos_waiting"] == []


def test_a_test_of_two_methods_names_the_one_that_lacks_a_course(world: World) -> None:
    train(world)
    rapid = product_body()["inspection_plan"]["metrics"][0]
    lead = rapid | {"key": "lead", "name": "铅", "method": "GB 5009.12", "kind": "confirmatory"}
    product = world.product(inspection_plan={"metrics": [rapid, lead]})
    measured = [{"metric": "inhibition_rate", "value": 1}, {"metric": "lead", "value": 1}]
    inspection = world.inspect(world.batch(product_id=product["id"]), measurements=measured)
    assert inspection["training_gaps"] == [{"method": "GB 5009.12", "valid_until": None}]
    assert datetime.fromisoformat(inspection["recorded_at"]) <= datetime.now(UTC)


def test_trainings_recorded_at_the_same_moment_are_all_kept(world: World) -> None:
    path = f"/v1/accounts/{me(world)}/trainings/"
    numbers = [f"NJ-{n}" for n in range(12)]

    def record(number: str) -> int:
        body = training_body(certificate_no=number)
        return Client(world.url, world.county.token).put(path + new_id(), body).status_code

    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(record, numbers)) == {201}
    held = ok(world.cadre.get("/v1/me"))["trainings"]
    assert sorted(training["certificate_no"] for training in held) == sorted(numbers)
