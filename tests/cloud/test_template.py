"""What the templates promise, and ministack cannot show: read from them, without a network."""

import importlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app import app
from chalicelib.api.edge.application import SIGN_INS
from chalicelib.api.edge.clock import CHORES
from chalicelib.repositories.tables import definition
from infra.cloud import template
from infra.cloud.functions import BESIDE_THE_API, FUNCTIONS
from infra.cloud.package import ARCHITECTURES, PYTHON

Json = dict[str, Any]
KEPT = template.kept()
RELEASE = template.release("arm64")
BOTH = {"kept": KEPT, "release": RELEASE}


def of_type(stack: Json, kind: str) -> dict[str, Json]:
    return {
        name: resource for name, resource in stack["Resources"].items() if resource["Type"] == kind
    }


def properties(stack: Json, name: str) -> Json:
    wanted: Json = stack["Resources"][name]["Properties"]
    return wanted


def statements(stack: Json) -> Iterator[tuple[str, Json]]:
    """Every statement of every policy, with its place."""
    for name, resource in stack["Resources"].items():
        given = resource["Properties"]
        for policy in [
            *(policy["PolicyDocument"] for policy in given.get("Policies", ())),
            *([given["KeyPolicy"]] if "KeyPolicy" in given else ()),
            *([given["PolicyDocument"]] if "PolicyDocument" in given else ()),
        ]:
            for statement in policy["Statement"]:
                yield name, statement


def test_the_table_is_the_one_that_the_app_and_the_engine_know() -> None:
    table = properties(KEPT, "Table")
    own = definition()
    assert {name: table[name] for name in own if name != "TableName"} == {
        name: value for name, value in own.items() if name != "TableName"
    }


def test_the_table_is_kept_protected_restorable_encrypted_and_forgets_in_time() -> None:
    table = properties(KEPT, "Table")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["SSESpecification"]["KMSMasterKeyId"] == {"Fn::GetAtt": ["Key", "Arn"]}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert properties(KEPT, "Key")["EnableKeyRotation"] is True


def test_nothing_that_is_kept_goes_with_its_stack() -> None:
    for name, resource in KEPT["Resources"].items():
        assert (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")) == (
            "Retain",
            "Retain",
        ), name


@pytest.mark.parametrize("bucket", ["Files", "Releases"])
def test_a_bucket_is_private_encrypted_and_answers_to_tls_alone(bucket: str) -> None:
    resource = properties(KEPT, bucket)
    assert set(resource["PublicAccessBlockConfiguration"].values()) == {True}
    [rule] = resource["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    [statement] = properties(KEPT, f"{bucket}Policy")["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_old_imports_and_unfinished_uploads_go_by_themselves() -> None:
    rules = properties(KEPT, "Files")["LifecycleConfiguration"]["Rules"]
    imports = next(rule for rule in rules if rule.get("Prefix") == "imports/")
    assert imports["ExpirationInDays"] == 2
    assert any("AbortIncompleteMultipartUpload" in rule for rule in rules)
    assert any("NoncurrentVersionExpiration" in rule for rule in rules), "erased is erased"


def test_every_address_of_the_app_is_in_the_api() -> None:
    body = properties(RELEASE, "RestApi")["Body"]
    assert set(body["paths"]) == set(app.routes)


def test_no_two_parameters_stand_at_one_place() -> None:
    """API Gateway knows one name for each, and 300 parts of addresses in all."""
    parts: dict[str, set[str]] = {}
    places = set()
    for path in app.routes:
        steps = path.strip("/").split("/")
        for at, step in enumerate(steps):
            above = "/".join(steps[:at])
            places.add((above, step))
            if step.startswith("{"):
                parts.setdefault(above, set()).add(step)
    assert [names for names in parts.values() if len(names) > 1] == []
    assert len(places) <= 300


def test_the_access_log_says_nothing_about_people() -> None:
    stage = properties(RELEASE, "Live")
    logged = set(re.findall(r"\$context\.([\w.]+)", stage["AccessLogSetting"]["Format"]))
    assert logged == {
        *("requestId", "requestTime", "httpMethod", "resourcePath", "status"),
        *("responseLatency", "responseLength", "error.responseType"),
    }
    [settings] = stage["MethodSettings"]
    assert (settings["DataTraceEnabled"], settings["LoggingLevel"]) == (False, "OFF")
    assert settings["ThrottlingRateLimit"]
    assert settings["ThrottlingBurstLimit"]


def test_one_address_waits_before_it_uses_up_what_is_for_all() -> None:
    """Signing in sooner than anything else; whoever waits is told so by a problem document."""
    [(_, acl)] = of_type(RELEASE, "AWS::WAFv2::WebACL").items()
    [(_, joined)] = of_type(RELEASE, "AWS::WAFv2::WebACLAssociation").items()
    assert joined["Properties"]["ResourceArn"]["Fn::Sub"].endswith(
        "/restapis/${RestApi}/stages/${Live}"
    )
    sign_ins, orders, requests = acl["Properties"]["Rules"]
    for rule in (sign_ins, orders, requests):
        assert rule["Statement"]["RateBasedStatement"]["AggregateKeyType"] == "IP"
        response = rule["Action"]["Block"]["CustomResponse"]
        assert (response["ResponseCode"], response["CustomResponseBodyKey"]) == (429, "wait")
        assert rule["VisibilityConfig"]["SampledRequestsEnabled"] is False, "buyers' keys"
    problem = json.loads(acl["Properties"]["CustomResponseBodies"]["wait"]["Content"])
    assert {"type", "title", "status", "detail", "code"} <= set(problem)
    assert "ScopeDownStatement" not in requests["Statement"]["RateBasedStatement"]
    scoped = sign_ins["Statement"]["RateBasedStatement"]["ScopeDownStatement"]
    paths = {
        part["ByteMatchStatement"]["SearchString"] for part in scoped["OrStatement"]["Statements"]
    }
    assert paths == SIGN_INS
    every = RELEASE["Parameters"]["RequestsPerAddress"]["Default"]
    assert sign_ins["Statement"]["RateBasedStatement"]["Limit"] < every
    assert orders["Statement"]["RateBasedStatement"]["Limit"] < every
    placing = json.dumps(orders["Statement"]["RateBasedStatement"]["ScopeDownStatement"])
    assert all(part in placing for part in ('"POST"', '"/v1/orders"', '"/offers/"'))


def test_no_function_can_take_what_the_others_need() -> None:
    """Unless the account is so new that it may not reserve anything."""
    for name, function in of_type(RELEASE, "AWS::Lambda::Function").items():
        condition, reserved, otherwise = function["Properties"]["ReservedConcurrentExecutions"][
            "Fn::If"
        ]
        assert (condition, otherwise) == ("HasConcurrency", {"Ref": "AWS::NoValue"})
        assert reserved == ({"Ref": "ApiConcurrency"} if name == "Api" else BESIDE_THE_API)
    most = RELEASE["Parameters"]["ApiConcurrency"]["Default"]
    assert most + BESIDE_THE_API * (len(FUNCTIONS) - 1) <= 1000 - 100, "of AWS's default 1,000"


def test_what_api_gateway_refuses_is_a_problem_document() -> None:
    responses = properties(RELEASE, "RestApi")["Body"]["x-amazon-apigateway-gateway-responses"]
    for name, refusal in responses.items():
        kind = refusal["responseParameters"]["gatewayresponse.header.Content-Type"]
        assert kind == "'application/problem+json'", name
        problem = json.loads(refusal["responseTemplates"]["application/json"])
        assert {"type", "title", "detail", "code"} <= set(problem)
    assert responses["MISSING_AUTHENTICATION_TOKEN"]["statusCode"] == "404"


def test_each_function_has_a_role_of_its_own() -> None:
    functions = of_type(RELEASE, "AWS::Lambda::Function")
    assert set(functions) == set(FUNCTIONS)
    roles = [json.dumps(function["Properties"]["Role"]) for function in functions.values()]
    assert len(set(roles)) == len(roles)


def test_every_chore_of_the_clock_runs_on_its_schedule_and_its_failures_are_kept() -> None:
    chores = {
        function.handler.rpartition(".")[2]: name
        for name, function in FUNCTIONS.items()
        if function.every
    }
    assert set(chores) == set(CHORES)
    failures = {"Fn::GetAtt": ["Failures", "Arn"]}
    for chore, name in chores.items():
        assert properties(RELEASE, name)["DeadLetterConfig"]["TargetArn"] == failures
        rule = properties(RELEASE, f"{name}Schedule")
        minutes = int(CHORES[chore].every.total_seconds() // 60)
        assert rule["ScheduleExpression"] in {f"rate({minutes} minutes)", "rate(1 minute)"}
        assert ("1 minute)" in rule["ScheduleExpression"]) == (minutes == 1)
        [target] = rule["Targets"]
        assert target["DeadLetterConfig"]["Arn"] == failures


def test_every_handler_is_there() -> None:
    for function in FUNCTIONS.values():
        module, _, name = function.handler.rpartition(".")
        assert callable(getattr(importlib.import_module(module), name))


STARS = {
    ("Key", "kms:*"): "the account's own policies decide; without it a key locks everyone out",
    ("FilesPolicy", "s3:*"): "a Deny of everything without TLS",
    ("ReleasesPolicy", "s3:*"): "the same",
}
"""Actions with a star, and why."""


def test_no_statement_allows_more_than_it_names() -> None:
    seen = set()
    for stack in BOTH.values():
        for place, statement in statements(stack):
            actions = statement["Action"]
            for action in [actions] if isinstance(actions, str) else actions:
                if "*" in action:
                    seen.add((place, action))
            if place != "Key":  # in a key's policy the star is the key itself
                assert statement.get("Resource") != "*", (place, statement)
    assert seen == set(STARS)


def test_stars_in_resources_stand_for_parts_of_what_is_ours() -> None:
    """Indexes of our table and objects of our bucket; nothing of anybody else."""
    allowed = {"${Table}/index/*", "${Files}/*", "${Files}/imports/*", "${Arn}/*"}
    texts = re.findall(
        r'"([^"]*\*[^"]*)"',
        json.dumps(
            [
                statement["Resource"]
                for f in BOTH.values()
                for _, statement in statements(f)
                if "Resource" in statement
            ]
        ),
    )
    assert set(texts) - {"*"} == allowed


@pytest.mark.parametrize("name", BOTH)
def test_a_template_names_no_partition_region_or_account(name: str) -> None:
    """AWS China is another partition with other domains."""
    text = json.dumps(BOTH[name])
    assert (
        re.findall(r"arn:aws[\w-]*:|amazonaws\.com\.cn|\b\d{12}\b|(?:cn|us|eu|ap)-\w+-\d", text)
        == []
    )
    hosts = set(re.findall(r"[\w.${}:-]*\.amazonaws\.com\b", text))
    assert hosts <= {
        f"{service}.amazonaws.com"
        for service in ("lambda", "apigateway", "events", "cloudwatch", "secretsmanager")
    }, "service principals, which are the same everywhere"


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_functions_run_on_what_the_package_was_built_for(architecture: str) -> None:
    for function in of_type(template.release(architecture), "AWS::Lambda::Function").values():
        assert function["Properties"]["Architectures"] == [architecture]
        assert function["Properties"]["Runtime"] == f"python{PYTHON}"


def test_alarms_tell_someone_and_watch_what_is_emitted() -> None:
    alarms = of_type(RELEASE, "AWS::CloudWatch::Alarm")
    watched = {alarm["Properties"]["MetricName"] for alarm in alarms.values()}
    assert watched >= {
        *("5XXError", "Latency", "Throttles", "ApproximateNumberOfMessagesVisible"),
        *("FailedSignIns", "OverdueComplaints"),
    }
    for alarm in alarms.values():
        assert alarm["Properties"]["AlarmActions"] == [{"Ref": "Alarms"}]
    latency = next(o for o in alarms.values() if o["Properties"]["MetricName"] == "Latency")
    assert latency["Properties"]["ExtendedStatistic"] == "p99"


def test_keys_are_rotated_by_the_calendar() -> None:
    rotation = properties(RELEASE, "KeyRotation")
    assert rotation["RotationRules"] == {"AutomaticallyAfterDays": 90}
    assert rotation["RotationLambdaARN"] == {"Fn::GetAtt": ["RotateKeys", "Arn"]}
