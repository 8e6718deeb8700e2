"""`make rehearse`: the real package goes the real way to AWS, as ministack plays it.

Not rehearsed, as ministack knows no such thing: TTL, point-in-time recovery, encryption, alarms,
access logs, that buckets take TLS alone, that the firewall stands before the API (all asserted in
test_template.py), the rotation's calendar (its function is called), API Gateway's own refusals, and
the other processor.
"""

import json
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.cloud import template
from infra.cloud.deploy import Release, Stage, made
from infra.cloud.functions import FUNCTIONS
from tests.cloud.local_aws import REGION, local_aws
from tests.stories.test_main_job import (
    test_every_page_of_the_buyers_way_opens,
    test_from_harvest_to_the_second_order_and_a_recall,
)
from tests.world import Client, Json, World, new_id, ok

__all__ = [
    "test_every_page_of_the_buyers_way_opens",
    "test_from_harvest_to_the_second_order_and_a_recall",
]

ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
COLD_SECONDS = 180
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
main_job = test_from_harvest_to_the_second_order_and_a_recall


class Deployed(World):
    """A small county at the deployed address: its people are opened by the county's account."""

    def __init__(self, url: str, county: Client) -> None:
        self.office = county
        self.mark = new_id()[:8]
        super().__init__(url)

    def account(self, role: str, username: str, **scope: Any) -> Client:
        if role == "county":
            return self.office
        name = f"{username}-{self.mark}"
        body = {"username": name, "password": "correct horse", "role": role, "name": username}
        ok(self.office.put(f"/v1/accounts/{new_id()}", body | scope), 201)
        return Client(self.url, self.token(name))


@dataclass
class Deployment:
    stage: Stage
    local_aws: str
    first: Release
    second: Release

    def run(self, release: Release) -> str:
        """Where it serves, once it does: a busy machine takes long over the first cold start."""
        api = self.stage.run(release.name, {})["ApiId"]
        url = f"{self.local_aws}/_aws/execute-api/{api}/live"
        ok(Client(url).call("GET", "/healthz", timeout=COLD_SECONDS), 200)
        return url

    def keys(self) -> list[str]:
        secret = self.stage.outputs(self.stage.kept)["SecretArn"]
        answer = self.stage.client("secretsmanager").get_secret_value(SecretId=secret)
        keys: list[str] = json.loads(answer["SecretString"])["keys"].split()
        return keys

    def rotate(self) -> None:
        """Each step twice, as AWS may call the function: ministack plays no rotation."""
        secret, version = self.stage.outputs(self.stage.kept)["SecretArn"], new_id()
        for step in ("createSecret", "setSecret", "testSecret", "finishSecret"):
            event = {"Step": step, "SecretId": secret, "ClientRequestToken": version}
            for _ in range(2 if step != "testSecret" else 1):
                self.invoke("RotateKeys", event)

    def invoke(self, function: str, event: Json) -> None:
        answer = self.stage.client("lambda").invoke(
            FunctionName=f"shanhuo-rehearsal-{function}", Payload=json.dumps(event).encode()
        )
        assert "FunctionError" not in answer, answer["Payload"].read()

    def items(self) -> dict[tuple[str, str], Json]:
        """All that is in the table but what counts requests."""
        pages = self.stage.client("dynamodb").get_paginator("scan")
        return {
            (item["pk"]["S"], item["sk"]["S"]): item
            for page in pages.paginate(TableName="shanhuo-rehearsal")
            for item in page["Items"]
            if item["kind"]["S"] != "limit"
        }


def copied(original: Json) -> Json:
    """Apart in every place: roles share their statements."""
    made: Json = json.loads(json.dumps(original))
    return made


def playable_kept() -> Json:
    """Less what refuses requests without TLS: ministack is asked on this machine, without it."""
    stack = template.kept()
    for bucket in ("Files", "Releases"):
        del stack["Resources"][f"{bucket}Policy"]
    return stack


def playable(release: Json) -> Json:
    """Less what ministack does not know, and each method by its name."""
    stack = copied(release)
    for unknown in ("KeyRotation", "FirewallOfApi"):
        del stack["Resources"][unknown]
    for operations in stack["Resources"]["RestApi"]["Properties"]["Body"]["paths"].values():
        operation = operations.pop("x-amazon-apigateway-any-method")
        operations |= dict.fromkeys(METHODS, operation)
    return stack


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Both releases are uploaded, and none runs yet."""
    log = Path(tmp_path_factory.mktemp("local_aws")) / "ministack.log"
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    with pytest.MonkeyPatch.context() as patch, local_aws(log) as address:
        for name, value in (credentials | {"AWS_DEFAULT_REGION": REGION}).items():
            patch.setenv(name, value)
        stage = Stage("rehearsal", endpoint=address, wait={"Delay": 1, "MaxAttempts": 120})
        stage.keep("*", playable_kept())
        second = made(ARCHITECTURE)
        second = Release(second.name, second.package, playable(second.template))
        first = Release("previous", second.package, second.template)
        for release in (first, second):
            stage.upload(release)
        yield Deployment(stage, address, first, second)
        if os.environ.get("REHEARSAL_LOG"):
            Path(os.environ["REHEARSAL_LOG"]).write_bytes(log.read_bytes())


@pytest.fixture(scope="module")
def url(deployment: Deployment) -> str:
    return deployment.run(deployment.first)


@pytest.fixture(scope="module")
def county(deployment: Deployment, url: str) -> Client:
    """The first account, as `make account` opens it."""
    account = deployment.stage.account("county")
    body = {"username": account["username"], "password": account["password"]}
    return Client(url, ok(Client(url).post("/v1/sessions", body), 201)["token"])


@pytest.fixture
def world(url: str, county: Client) -> World:
    return Deployed(url, county)


def test_a_second_first_account_is_the_same_with_a_new_password(
    deployment: Deployment, url: str, county: Client
) -> None:
    before = ok(county.get("/v1/accounts"), 200)["items"]
    again = deployment.stage.account("county")
    assert not again["is_new"]
    assert county.get("/v1/accounts").status_code == 401, "the old password's sessions are over"
    body = {"username": "county", "password": again["password"]}
    county._session.headers["Authorization"] = (
        f"Bearer {ok(Client(url).post('/v1/sessions', body), 201)['token']}"
    )
    assert ok(county.get("/v1/accounts"), 200)["items"] == before


def test_chores_do_their_work_with_their_own_permissions(deployment: Deployment, url: str) -> None:
    for name, function in FUNCTIONS.items():
        if function.every:
            deployment.invoke(name, {})


def test_an_update_in_place_and_a_new_key_keep_all_data(
    deployment: Deployment, url: str, world: World
) -> None:
    parcel = world.delivered(world.parcel())
    claim = world.complain(parcel, description="有三个坏了")
    before = deployment.items()
    assert len(deployment.keys()) == 1
    deployment.rotate()
    assert len(deployment.keys()) == 2

    served = deployment.run(deployment.second)
    assert deployment.items() == before
    for client in (world.county, world.cadre, world.seller, world.nobody):
        client.url = served  # ministack makes a new API where AWS changes the one there is
    order = ok(world.seller.get(f"/v1/orders/{parcel['order_id']}"), 200)
    assert order["buyer"]["name"] == "顾小满", "sealed by the first key"
    shown = ok(world.nobody.get(f"/v1/complaints/{claim['id']}", key=claim["access_key"]), 200)
    assert shown["messages"][0]["text"] == "有三个坏了"
    assert world.trace(parcel["code"])["state"] == "normal"
    main_job(Deployed(served, world.county))


def test_what_was_chosen_once_stays_chosen_at_the_next_deploy(deployment: Deployment) -> None:
    stage = deployment.stage

    def chosen() -> dict[str, str]:
        answer = stage.client("cloudformation").describe_stacks(StackName=stage.running)
        given = answer["Stacks"][0]["Parameters"]
        return {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in given}

    stage.run(deployment.second.name, {"PayMinutes": "45"})
    deployment.run(deployment.second)
    assert chosen()["PayMinutes"] == "45"


def test_destroy_keeps_the_data_and_the_next_deploy_finds_it(deployment: Deployment) -> None:
    before = deployment.items()
    assert len(before) > 50
    deployment.stage.destroy()
    assert deployment.items() == before
    deployment.run(deployment.second)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("dynamodb:UpdateItem", "/v1/sessions: 500"),  # a try to sign in is counted
        ("s3:GetObject", "photo_not_uploaded"),
    ],
)
def test_a_policy_that_lacks_one_action_fails_the_story(
    deployment: Deployment, action: str, message: str
) -> None:
    changed = copied(deployment.second.template)
    [policy] = changed["Resources"]["ApiRole"]["Properties"]["Policies"]
    for statement in policy["PolicyDocument"]["Statement"]:
        statement["Action"] = [allowed for allowed in statement["Action"] if allowed != action]
    lacking = Release(f"without-{action.replace(':', '-')}", deployment.second.package, changed)
    deployment.stage.upload(lacking)
    served = deployment.run(lacking)
    account = deployment.stage.account("county")
    body = {"username": "county", "password": account["password"]}

    def story() -> None:
        token = ok(Client(served).post("/v1/sessions", body), 201)["token"]
        main_job(Deployed(served, Client(served, token)))

    with pytest.raises(AssertionError, match=message):
        story()
