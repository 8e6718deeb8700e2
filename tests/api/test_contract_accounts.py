"""Accounts, sessions, and the answers every caller gets: languages, headers, health."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.world import PASSWORD, Json, World, new_id, ok, refused

WRONG = {"username": "seller", "password": "wrong password"}


def test_signing_in_gives_a_token_its_end_and_who_one_is(world: World) -> None:
    body = {"username": "seller", "password": PASSWORD}
    answer = ok(world.nobody.post("/v1/sessions", body), 201)
    assert set(answer) == {"token", "expires_at", "actor"}
    left = datetime.fromisoformat(answer["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)
    assert answer["actor"] == ok(world.seller.get("/v1/me"), 200)
    assert set(answer["actor"]) >= {"id", "username", "role", "village_ids", "shop_id"}


def test_a_username_is_typed_in_any_case(world: World) -> None:
    body = {"username": " Seller ", "password": PASSWORD}
    ok(world.nobody.post("/v1/sessions", body), 201)


@pytest.mark.parametrize(
    "body", [WRONG, {"username": "nobody", "password": PASSWORD}, {"username": "", "password": ""}]
)
def test_a_wrong_name_and_a_wrong_password_read_the_same(body: Json, world: World) -> None:
    answer = world.nobody.post("/v1/sessions", body)
    refusal = refused(answer, 401, "bad_credentials")
    assert refusal == refused(world.nobody.post("/v1/sessions", WRONG), 401, "bad_credentials")


def test_too_many_wrong_passwords_wait(world: World) -> None:
    codes = [world.nobody.post("/v1/sessions", WRONG).status_code for _ in range(9)]
    assert codes == [401] * 8 + [429]
    waiting = world.nobody.post("/v1/sessions", {"username": "seller", "password": PASSWORD})
    refusal = refused(waiting, 429, "too_many")
    assert 0 < int(waiting.headers["Retry-After"]) <= 900
    assert refusal["retry_after"] == int(waiting.headers["Retry-After"])
    other = {"username": "cadre", "password": PASSWORD}
    ok(world.nobody.post("/v1/sessions", other), 201)


def test_right_passwords_do_not_count(world: World) -> None:
    for _ in range(12):
        world.token("seller")


def test_a_username_belongs_to_one_account(world: World) -> None:
    body = {"username": "seller", "password": PASSWORD, "role": "county", "name": "x"}
    refusal = refused(world.county.put(f"/v1/accounts/{new_id()}", body), 409, "taken")
    assert refusal["value"] == "seller"


def test_an_account_never_answers_its_password(world: World) -> None:
    body = {"username": "new.one", "password": PASSWORD, "role": "county", "name": "x"}
    answer = world.county.put(f"/v1/accounts/{new_id()}", body)
    ok(answer, 201)
    assert "password" not in answer.text
    assert "argon2" not in answer.text


# --- every answer --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "phrase"),
    [
        (None, "请先登录"),
        ("zh-CN", "请先登录"),
        ("zh-TW,zh;q=0.9", "请先登录"),
        ("en", "Sign in"),
        ("en-US,en;q=0.9,zh;q=0.8", "Sign in"),
        ("fr,en;q=0.5,zh;q=0.4", "Sign in"),
        ("fr", "请先登录"),
    ],
)
def test_a_refusal_speaks_the_callers_language(
    wanted: str | None, phrase: str, world: World
) -> None:
    headers = {"Accept-Language": wanted} if wanted else {}
    answer = world.nobody.call("GET", "/v1/me", headers=headers)
    assert refused(answer, 401, "unauthenticated")["detail"].startswith(phrase)


def test_a_refused_move_carries_the_state_and_what_is_allowed(world: World) -> None:
    batch = world.move(world.passed_batch(), "recall")
    for language, word in (("zh-CN", "已召回"), ("en", "recalled")):
        answer = world.cadre.call(
            "POST",
            f"/v1/batches/{batch['id']}/hold",
            json={"reason": "x"},
            headers={"Accept-Language": language},
        )
        refusal = refused(answer, 409, "not_allowed_now")
        assert (refusal["subject"], refusal["state"], refusal["wanted"]) == (
            "batch",
            "recalled",
            "held",
        )
        assert refusal["allowed"] == []
        assert word in refusal["detail"]
    offer = world.offer()
    order = world.order(offer)
    answer = world.seller.post(
        f"/v1/orders/{order['id']}/parcels",
        {"allocations": [{"line": 0, "batch_id": offer["batch_ids"][0], "packs": 1}]},
    )
    refusal = refused(answer, 409, "not_allowed_now")
    assert refusal["allowed"] == ["cancelled", "expired", "paid"]


@pytest.mark.parametrize("path", ["/healthz", "/v1/me", "/v1/openapi.json", "/nothing", "/t/x"])
def test_every_answer_is_sent_safely(path: str, world: World) -> None:
    headers = world.nobody.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers


def test_health_says_that_the_store_is_reached(world: World) -> None:
    assert ok(world.nobody.get("/healthz"), 200) == {"status": "ok"}


def test_times_are_utc_and_money_is_whole(world: World) -> None:
    order = world.paid_order(world.offer())
    for name in ("created_at", "pay_by", "paid_at"):
        assert order[name].endswith("Z")
        assert datetime.fromisoformat(order[name]).utcoffset() == timedelta(0)
    for name in ("total_fen", "paid_fen", "refunded_fen"):
        assert isinstance(order[name], int)


@pytest.mark.parametrize("path", ["/v1/batches/{}", "/v1/batches", "/v1/me"])
def test_head_is_get_without_a_body(path: str, world: World) -> None:
    where = path.format(world.batch()["id"])
    answer = world.cadre.call("HEAD", where)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(world.cadre.get(where).content)


def test_a_new_password_ends_the_sessions_of_the_old_one(world: World) -> None:
    path = f"/v1/accounts/{ok(world.seller.get('/v1/me'), 200)['id']}/password"
    refused(world.seller.post(path, {"password": "another one altogether"}), 403, "forbidden")
    ok(world.county.post(path, {"password": "another one altogether"}), 200)
    refused(world.seller.get("/v1/me"), 401, "unauthenticated")
    old, new = ({"username": "seller", "password": p} for p in (PASSWORD, "another one altogether"))
    refused(world.nobody.post("/v1/sessions", old), 401, "bad_credentials")
    ok(world.nobody.post("/v1/sessions", new), 201)


def test_one_address_does_not_try_one_password_on_everyone(world: World) -> None:
    answers = [
        world.nobody.post("/v1/sessions", {"username": f"name{n}", "password": "password1"})
        for n in range(101)
    ]
    assert [answer.status_code for answer in answers] == [401] * 100 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
