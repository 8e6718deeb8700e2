"""Who is woken, and by what: alarms, the topic that tells people, and a dashboard."""

import json
from typing import Any

from chalicelib.api.edge.clock import CHORES
from chalicelib.api.edge.logs import NAMESPACE

from .functions import FUNCTIONS
from .rest import STAGE
from .storage import imported

Json = dict[str, Any]

API: list[Json] = [
    {"Name": "ApiName", "Value": {"Fn::Sub": "shanhuo-${Stage}"}},
    {"Name": "Stage", "Value": STAGE},
]
TABLE: list[Json] = [{"Name": "TableName", "Value": {"Fn::Sub": "shanhuo-${Stage}"}}]
OURS: list[Json] = [{"Name": "table", "Value": {"Fn::Sub": "shanhuo-${Stage}"}}]
BOOKS_EVERY = int(CHORES["reconcile"].every.total_seconds())
"""How often the books are looked at: what they tell holds until they are looked at again."""
SLOW_MS = 3000
"""A buyer on 3G has left by then; p99 with cold starts is under one second."""


def _of(function: str) -> list[Json]:
    return [{"Name": "FunctionName", "Value": {"Ref": function}}]


def resources() -> Json:
    parts: Json = {
        "Alarms": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"KmsMasterKeyId": imported("KeyArn")},
        },
        "AlarmsByEmail": {
            "Type": "AWS::SNS::Subscription",
            "Condition": "HasEmail",
            "Properties": {
                "TopicArn": {"Ref": "Alarms"},
                "Protocol": "email",
                "Endpoint": {"Ref": "AlarmEmail"},
            },
        },
        "ServerErrors": _alarm("AWS/ApiGateway", "5XXError", API, "Sum", 5),
        "SlowAnswers": _alarm("AWS/ApiGateway", "Latency", API, "p99", SLOW_MS, periods=3),
        "ApiThrottled": _alarm("AWS/Lambda", "Throttles", _of("Api"), "Sum", 0),
        "ApiCrashed": _alarm("AWS/Lambda", "Errors", _of("Api"), "Sum", 0),
        "TableThrottled": _alarm("AWS/DynamoDB", "ThrottledRequests", TABLE, "Sum", 10),
        "ChoresFailed": _alarm(
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["Failures", "QueueName"]}}],
            "Maximum",
            0,
        ),
        "ClockStopped": _stopped("ExpireOrders"),
        "PaymentsNotAsked": _stopped("AskPayments"),
        "BooksOpen": _alarm(NAMESPACE, "OpenBooks", OURS, "Maximum", 0, period=BOOKS_EVERY),
        "SignInsFailing": _alarm(NAMESPACE, "FailedSignIns", OURS, "Sum", 50),
        "ComplaintsOverdue": _alarm(NAMESPACE, "OverdueComplaints", OURS, "Maximum", 0),
        "KeysNotRotated": _alarm("AWS/Lambda", "Errors", _of("RotateKeys"), "Sum", 0),
        "Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {
                "DashboardName": {"Fn::Sub": "shanhuo-${Stage}"},
                "DashboardBody": {"Fn::Sub": json.dumps({"widgets": _widgets()})},
            },
        },
    }
    return parts


def _stopped(function: str) -> Json:
    """A chore of each minute that nobody has called for ten."""
    return _alarm(
        "AWS/Lambda",
        "Invocations",
        _of(function),
        "Sum",
        1,
        comparison="LessThanThreshold",
        missing="breaching",
        periods=2,
    )


def _alarm(
    namespace: str,
    metric: str,
    dimensions: list[Json],
    statistic: str,
    above: int,
    *,
    comparison: str = "GreaterThanThreshold",
    missing: str = "notBreaching",
    periods: int = 1,
    period: int = 300,
) -> Json:
    """Over five minutes, or another period in seconds; said when it begins and when it is over."""
    how = "ExtendedStatistic" if statistic.startswith("p") else "Statistic"
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": dimensions,
            how: statistic,
            "Period": period,
            "EvaluationPeriods": periods,
            "Threshold": above,
            "ComparisonOperator": comparison,
            "TreatMissingData": missing,
            "AlarmActions": [{"Ref": "Alarms"}],
            "OKActions": [{"Ref": "Alarms"}],
        },
    }


def _widgets() -> list[Json]:
    api = ["ApiName", "shanhuo-${Stage}", "Stage", STAGE]
    ours = ["table", "shanhuo-${Stage}"]
    table = ["TableName", "shanhuo-${Stage}"]
    functions = [f"shanhuo-${{Stage}}-{name}" for name in FUNCTIONS]
    rows: list[tuple[str, str, list[list[Any]]]] = [
        ("Requests", "Sum", [["AWS/ApiGateway", "Count", *api]]),
        (
            "Refused and failed",
            "Sum",
            [["AWS/ApiGateway", metric, *api] for metric in ("4XXError", "5XXError")],
        ),
        ("Milliseconds, p99", "p99", [["AWS/ApiGateway", "Latency", *api]]),
        (
            "Units of the table",
            "Sum",
            [
                ["AWS/DynamoDB", f"Consumed{kind}CapacityUnits", *table]
                for kind in ("Read", "Write")
            ],
        ),
        (
            "Errors of the functions",
            "Sum",
            [["AWS/Lambda", "Errors", "FunctionName", function] for function in functions],
        ),
        (
            "Failed sign-ins, overdue complaints, expired orders, asked payments, open books",
            "Maximum",
            [
                [NAMESPACE, metric, *ours]
                for metric in (
                    *("FailedSignIns", "OverdueComplaints", "ExpiredOrders"),
                    *("AskedPayments", "OpenBooks"),
                )
            ],
        ),
    ]
    return [
        {
            "type": "metric",
            "x": at % 2 * 12,
            "y": at // 2 * 6,
            "width": 12,
            "height": 6,
            "properties": {
                "title": title,
                "stat": statistic,
                "metrics": metrics,
                "period": 300,
                "region": "${AWS::Region}",
            },
        }
        for at, (title, statistic, metrics) in enumerate(rows)
    ]
