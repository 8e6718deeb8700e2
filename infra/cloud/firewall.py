"""What one network address may ask for before it waits: AWS WAF in front of the API.

The API's own throttle counts all callers together, so one of them could use it up for everybody.
"""

import json
from typing import Any

from chalicelib.api.edge.application import SIGN_INS

Json = dict[str, Any]

WINDOW = 300
"""Seconds over which WAF counts: of 60, 120, 300 and 600 the one it takes by itself."""
SIGN_INS_OF_ONE_ADDRESS = 100
"""Within WINDOW. A whole county office behind one address signs in far less often; each try costs
19 MiB and a tenth of a second of a processor."""
ORDERS_OF_ONE_ADDRESS = 600
"""Within WINDOW, of all shops. Behind a carrier's gateway may be a few in a hundred of the buyers
of a stream; each order takes packs out of an offer before anything is paid (domain/unpaid.py)."""
WAIT = json.dumps(
    {
        "type": "about:blank",
        "title": "Too many requests",
        "status": 429,
        "detail": "您的网络请求太多，请过几分钟再试。"
        " / Too many requests from your network; try again in some minutes.",
        "code": "too_many",
    },
    ensure_ascii=False,
)
"""WAF does not know the caller's language, so the sentence stands in both."""


def resources() -> Json:
    return {
        "Firewall": {
            "Type": "AWS::WAFv2::WebACL",
            "Properties": {
                "Scope": "REGIONAL",
                "DefaultAction": {"Allow": {}},
                "CustomResponseBodies": {
                    "wait": {"ContentType": "APPLICATION_JSON", "Content": WAIT}
                },
                "VisibilityConfig": _seen("firewall"),
                "Rules": [
                    _rate(
                        0,
                        "sign-ins",
                        SIGN_INS_OF_ONE_ADDRESS,
                        {"OrStatement": {"Statements": [_path(path) for path in sorted(SIGN_INS)]}},
                    ),
                    _rate(1, "orders", ORDERS_OF_ONE_ADDRESS, _placing()),
                    # of all requests, signed in or not: buyers behind a carrier share an address
                    _rate(2, "requests", {"Ref": "RequestsPerAddress"}),
                ],
            },
        },
        "FirewallOfApi": {
            "Type": "AWS::WAFv2::WebACLAssociation",
            "Properties": {
                "WebACLArn": {"Fn::GetAtt": ["Firewall", "Arn"]},
                "ResourceArn": {
                    "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}::"
                    "/restapis/${RestApi}/stages/${Live}"
                },
            },
        },
    }


def _rate(priority: int, name: str, limit: Any, which: Json | None = None) -> Json:
    statement: Json = {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": WINDOW,
        "Limit": limit,
    }
    if which is not None:
        statement["ScopeDownStatement"] = which
    return {
        "Name": name,
        "Priority": priority,
        "Statement": {"RateBasedStatement": statement},
        "Action": {
            "Block": {
                "CustomResponse": {
                    "ResponseCode": 429,
                    "CustomResponseBodyKey": "wait",
                    "ResponseHeaders": [{"Name": "Retry-After", "Value": str(WINDOW)}],
                }
            }
        },
        "VisibilityConfig": _seen(name),
    }


def _placing() -> Json:
    """What a form or a client sends to place an order; an offer's page stands below its shop."""
    method: Json = {
        "ByteMatchStatement": {
            "FieldToMatch": {"Method": {}},
            "PositionalConstraint": "EXACTLY",
            "SearchString": "POST",
            "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
        }
    }
    of_a_page = _path("/offers/", where="CONTAINS")
    where: Json = {"OrStatement": {"Statements": [_path("/v1/orders"), of_a_page]}}
    return {"AndStatement": {"Statements": [method, where]}}


def _path(path: str, where: str = "ENDS_WITH") -> Json:
    """By its end: the stage's name stands before it where there is no domain name."""
    return {
        "ByteMatchStatement": {
            "FieldToMatch": {"UriPath": {}},
            "PositionalConstraint": where,
            "SearchString": path,
            "TextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}],
        }
    }


def _seen(name: str) -> Json:
    """Counted; no request is kept as a sample, as its address holds buyers' keys."""
    return {
        "CloudWatchMetricsEnabled": True,
        "SampledRequestsEnabled": False,
        "MetricName": name,
    }
