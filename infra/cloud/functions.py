"""The functions: each with its own role, which may do what it does and nothing else.

One archive serves all; chores are read from chalicelib/api/edge/clock.py, as `make run` reads them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.api.edge.clock import CHORES

from .package import PYTHON
from .storage import imported, taken_by

Json = dict[str, Any]

LOG_DAYS = 90
KEY_ROTATION_DAYS = 90
BASE_URL = {
    "Fn::If": [
        "HasDomain",
        {"Fn::Sub": "https://${DomainName}"},
        {"Fn::Sub": "https://${RestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/live"},
    ]
}
BESIDE_THE_API = 2
"""Calls at once of every other function: one that runs late, and the next."""
TABLE, FILES = imported("TableArn"), imported("FilesArn")
INDEXES = {"Fn::Sub": ["${Table}/index/*", {"Table": TABLE}]}
"""The star stands for our two indexes: they are part of the table, and end with it."""


def _under(prefix: str) -> Json:
    """Objects of the bucket of files; the star stands for their ids."""
    return {"Fn::Sub": [f"${{Files}}/{prefix}*", {"Files": FILES}]}


def _allow(*actions: str, on: Any, **more: Any) -> Json:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


READ = _allow("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", on=TABLE)
LIST = _allow("dynamodb:Query", on=INDEXES)
WRITE = _allow("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem", on=TABLE)
OPEN = _allow("secretsmanager:GetSecretValue", on=imported("SecretArn"))


def _key(*services: str) -> Json:
    """The customer key, through these services only."""
    through = [
        {"Fn::Sub": f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}"} for service in services
    ]
    return _allow(
        "kms:Decrypt",
        "kms:GenerateDataKey",
        on=imported("KeyArn"),
        Condition={"StringEquals": {"kms:ViaService": through}},
    )


@dataclass(frozen=True)
class Function:
    """memory: MB, which also buys CPU: 1,769 MB are one processor. seconds: until it is stopped.

    secret: whether it opens or seals anything. every: for chores.
    """

    handler: str
    memory: int
    seconds: int
    may: Sequence[Json]
    secret: bool = False
    every: timedelta | None = None


def _chore(name: str, memory: int, *may: Json, secret: bool = False) -> Function:
    handler, every = f"chalicelib.api.edge.clock.{name}", CHORES[name].every
    return Function(handler, memory, 60, may, secret, every)


# Measured with the unzipped package: 57 MB resident after the first pages, 19 MB more for a
# sign-in, 123 MB with the largest file that an import accepts (10,000 rows of 60 columns). So it is
# CPU that memory buys here. Of a full processor a cold start takes 320 ms, that file 7.3 s: at
# 1,024 MB (0.58 of one) 12.6 s, at 512 MB 25 s and too near to the gateway's 29. A chore's start
# takes 280 ms of CPU and nobody waits for it.
FUNCTIONS = {
    "Api": Function(
        "app.app",
        1024,
        29,  # API Gateway waits no longer
        [
            READ,
            LIST,
            WRITE,
            _allow("dynamodb:DescribeTable", on=TABLE),
            _allow("s3:GetObject", "s3:PutObject", "s3:DeleteObject", on=_under("")),
            OPEN,
            _key("dynamodb", "s3", "secretsmanager"),
        ],
        secret=True,
    ),
    "ExpireOrders": _chore(
        "expire_orders",
        512,
        READ,
        LIST,
        WRITE,
        OPEN,  # an order leaves what it is searched by, which are keyed hashes
        _key("dynamodb", "secretsmanager"),
        secret=True,
    ),
    "AskPayments": _chore(
        "ask_payments",
        512,
        READ,
        LIST,
        WRITE,
        OPEN,  # a merchant's keys; a buyer becomes a customer
        _key("dynamodb", "secretsmanager"),
        secret=True,
    ),
    "Reconcile": _chore(
        "reconcile",
        512,
        READ,
        LIST,
        WRITE,
        OPEN,  # a merchant's keys; what is asked about may pay an order
        _key("dynamodb", "secretsmanager"),
        secret=True,
    ),
    "WatchComplaints": _chore("watch_complaints", 512, LIST, _key("dynamodb")),
    "CountComplaints": _chore("count_complaints", 512, READ, LIST, WRITE, _key("dynamodb")),
    "DeleteFiles": _chore(
        "delete_files",
        512,
        _allow(
            "s3:ListBucket",
            on=FILES,
            Condition={"StringLike": {"s3:prefix": ["imports/*"]}},
        ),
        _allow("s3:DeleteObject", on=_under("imports/")),
    ),
    "OpenCountyAccount": Function(
        "chalicelib.api.edge.operations.open_county_account",
        512,
        30,
        [
            _allow("dynamodb:GetItem", "dynamodb:BatchGetItem", on=TABLE),
            WRITE,
            OPEN,
            _key("dynamodb", "secretsmanager"),
        ],
        secret=True,
    ),
    "RotateKeys": Function(
        "chalicelib.api.edge.operations.rotate_keys",
        512,
        30,
        [
            _allow(
                "secretsmanager:GetSecretValue",
                "secretsmanager:PutSecretValue",
                "secretsmanager:UpdateSecretVersionStage",
                on=imported("SecretArn"),
            ),
            _key("secretsmanager"),
        ],
    ),
}


def functions(architecture: str) -> Json:
    """All functions with roles, logs and what starts them."""
    resources: Json = {"Failures": _queue(), "FailuresPolicy": _queue_policy()}
    for name, function in FUNCTIONS.items():
        resources[f"{name}Logs"] = log_of(name)
        resources[f"{name}Role"] = _role(name, function)
        resources[name] = _function(name, function, architecture)
        if function.every:
            resources |= _schedule(name, function.every)
    return resources | _rotation()


def log_group(name: str) -> Json:
    return {"Fn::Sub": f"/shanhuo/${{Stage}}/{name}"}


def log_of(name: str) -> Json:
    """The log group of a function, or of who asked for what ("access")."""
    return {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {
            "LogGroupName": log_group(name),
            "RetentionInDays": LOG_DAYS,
            "KmsKeyId": imported("KeyArn"),
        },
    }


def _role(name: str, function: Function) -> Json:
    may = [
        *function.may,
        _allow(
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            on={"Fn::GetAtt": [f"{name}Logs", "Arn"]},
        ),
    ]
    if function.every:
        may += [
            _allow("sqs:SendMessage", on={"Fn::GetAtt": ["Failures", "Arn"]}),
            _key("sqs"),
        ]
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": taken_by("lambda.amazonaws.com"),
            "Policies": [
                {
                    "PolicyName": name,
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": may},
                }
            ],
        },
    }


def _function(name: str, function: Function, architecture: str) -> Json:
    environment: Json = {
        "SHANHUO_STAGE": "production",
        "SHANHUO_RELEASE": {"Ref": "Release"},
        "SHANHUO_TABLE": imported("TableName"),
        "SHANHUO_PHOTO_BUCKET": imported("FilesName"),
        "SHANHUO_BASE_URL": BASE_URL,
        "SHANHUO_PAY_MINUTES": {"Ref": "PayMinutes"},
        "PYDANTIC_DISABLE_PLUGINS": "1",
    }
    if function.secret:
        environment["SHANHUO_SECRET_ID"] = imported("SecretArn")
    properties: Json = {
        "FunctionName": {"Fn::Sub": f"shanhuo-${{Stage}}-{name}"},
        "Runtime": f"python{PYTHON}",
        "Architectures": [architecture],
        "Handler": function.handler,
        "MemorySize": function.memory,
        "Timeout": function.seconds,
        "Role": {"Fn::GetAtt": [f"{name}Role", "Arn"]},
        "Code": {"S3Bucket": imported("ReleasesName"), "S3Key": {"Ref": "ReleaseKey"}},
        "Environment": {"Variables": environment},
        "LoggingConfig": {"LogGroup": {"Ref": f"{name}Logs"}, "LogFormat": "Text"},
    }
    # Each within bounds of its own: a storm on the API leaves the chores their turn.
    reserved: Any = {"Ref": "ApiConcurrency"} if name == "Api" else BESIDE_THE_API
    properties["ReservedConcurrentExecutions"] = {
        "Fn::If": ["HasConcurrency", reserved, {"Ref": "AWS::NoValue"}]
    }
    if function.every:
        properties["DeadLetterConfig"] = {"TargetArn": {"Fn::GetAtt": ["Failures", "Arn"]}}
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


def _schedule(name: str, every: timedelta) -> Json:
    minutes = every // timedelta(minutes=1)
    rate = "1 minute" if minutes == 1 else f"{minutes} minutes"
    return {
        f"{name}Schedule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "ScheduleExpression": f"rate({rate})",
                "Targets": [
                    {
                        "Id": name,
                        "Arn": {"Fn::GetAtt": [name, "Arn"]},
                        "RetryPolicy": {
                            "MaximumRetryAttempts": 2,
                            "MaximumEventAgeInSeconds": 600,
                        },
                        "DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["Failures", "Arn"]}},
                    }
                ],
            },
        },
        f"{name}Permission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "FunctionName": {"Ref": name},
                "Action": "lambda:InvokeFunction",
                "Principal": "events.amazonaws.com",
                "SourceArn": {"Fn::GetAtt": [f"{name}Schedule", "Arn"]},
            },
        },
    }


def _queue() -> Json:
    """Chores that failed thrice, for a person to look at."""
    return {
        "Type": "AWS::SQS::Queue",
        "Properties": {
            "MessageRetentionPeriod": 14 * 24 * 3600,
            "KmsMasterKeyId": imported("KeyArn"),
        },
    }


def _queue_policy() -> Json:
    schedules = [
        {"Fn::GetAtt": [f"{name}Schedule", "Arn"]}
        for name, function in FUNCTIONS.items()
        if function.every
    ]
    return {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [{"Ref": "Failures"}],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "events.amazonaws.com"},
                        "Action": "sqs:SendMessage",
                        "Resource": {"Fn::GetAtt": ["Failures", "Arn"]},
                        "Condition": {"ArnEquals": {"aws:SourceArn": schedules}},
                    }
                ],
            },
        },
    }


def _rotation() -> Json:
    return {
        "RotateKeysPermission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "FunctionName": {"Ref": "RotateKeys"},
                "Action": "lambda:InvokeFunction",
                "Principal": "secretsmanager.amazonaws.com",
                "SourceArn": imported("SecretArn"),
            },
        },
        "KeyRotation": {
            "Type": "AWS::SecretsManager::RotationSchedule",
            "DependsOn": "RotateKeysPermission",
            "Properties": {
                "SecretId": imported("SecretArn"),
                "RotationLambdaARN": {"Fn::GetAtt": ["RotateKeys", "Arn"]},
                "RotationRules": {"AutomaticallyAfterDays": KEY_ROTATION_DAYS},
                "RotateImmediatelyOnUpdate": False,
            },
        },
    }
