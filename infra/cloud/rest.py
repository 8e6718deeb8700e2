"""The REST API: every address of the app, each answered by the one function behind it.

An address that is not in it never reaches the function: API Gateway refuses it, in our words.
"""

import hashlib
import importlib
import json
import re
from typing import Any

from infra.gateway import LEAST_PACKED

from .functions import log_of

Json = dict[str, Any]

STAGE = "live"
ACCESS = {
    "request": "$context.requestId",
    "at": "$context.requestTime",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "ms": "$context.responseLatency",
    "bytes": "$context.responseLength",
    "error": "$context.error.responseType",
}
"""No address, no query and no path as it was sent: those hold buyers' keys and parcels' codes."""
REFUSALS = {
    "MISSING_AUTHENTICATION_TOKEN": (404, "not_found", "There is nothing at this address."),
    "REQUEST_TOO_LARGE": (413, "body_too_large", "The request is too large."),
    "THROTTLED": (429, "too_many", "Too many requests at once; try again in a moment."),
    "INTEGRATION_FAILURE": (503, "store_unavailable", "Not available now; try again soon."),
    "INTEGRATION_TIMEOUT": (503, "store_unavailable", "It took too long; try again soon."),
    "DEFAULT_4XX": (None, "bad_request", "The request cannot be read."),
    "DEFAULT_5XX": (503, "store_unavailable", "Not available now; try again soon."),
}
"""What API Gateway itself refuses -> the problem document that it answers with."""


def api() -> Json:
    """The API with its stage, its logs and, where there is a domain name, that."""
    body = document()
    deployment = f"Deployment{_digest(body)}"  # a new one for each change, else nothing changes
    return {
        "RestApi": {
            "Type": "AWS::ApiGateway::RestApi",
            "Properties": {
                "Name": {"Fn::Sub": "shanhuo-${Stage}"},
                "EndpointConfiguration": {"Types": ["REGIONAL"]},
                "DisableExecuteApiEndpoint": {"Fn::If": ["HasDomain", True, False]},
                # Any: a picture goes out as it is, whatever the client says that it accepts.
                "BinaryMediaTypes": ["*/*"],
                "MinimumCompressionSize": LEAST_PACKED,
                "Body": body,
            },
        },
        deployment: {
            "Type": "AWS::ApiGateway::Deployment",
            "DeletionPolicy": "Retain",  # the stage still points at it while the next one is made
            "UpdateReplacePolicy": "Retain",
            "Properties": {"RestApiId": {"Ref": "RestApi"}},
        },
        "Live": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {
                "StageName": STAGE,
                "RestApiId": {"Ref": "RestApi"},
                "DeploymentId": {"Ref": deployment},
                "AccessLogSetting": {
                    "DestinationArn": {"Fn::GetAtt": ["AccessLogGroup", "Arn"]},
                    "Format": json.dumps(ACCESS),
                },
                "MethodSettings": [
                    {
                        "ResourcePath": "/*",
                        "HttpMethod": "*",
                        "ThrottlingRateLimit": {"Ref": "RequestsPerSecond"},
                        "ThrottlingBurstLimit": {"Ref": "Burst"},
                        "MetricsEnabled": False,  # one set of metrics for each address costs more
                        "DataTraceEnabled": False,  # would write buyers' names into the log
                        "LoggingLevel": "OFF",
                    }
                ],
            },
        },
        "AccessLogGroup": log_of("access"),
        "ApiPermission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "FunctionName": {"Ref": "Api"},
                "Action": "lambda:InvokeFunction",
                "Principal": "apigateway.amazonaws.com",
                "SourceArn": {
                    "Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:"
                    "${AWS::AccountId}:${RestApi}/*/*/*"
                },
            },
        },
        "Domain": {
            "Type": "AWS::ApiGateway::DomainName",
            "Condition": "HasDomain",
            "Properties": {
                "DomainName": {"Ref": "DomainName"},
                "RegionalCertificateArn": {"Ref": "CertificateArn"},
                "EndpointConfiguration": {"Types": ["REGIONAL"]},
                "SecurityPolicy": "TLS_1_2",
            },
        },
        "DomainMapping": {
            "Type": "AWS::ApiGateway::BasePathMapping",
            "Condition": "HasDomain",
            "Properties": {
                "DomainName": {"Ref": "Domain"},
                "RestApiId": {"Ref": "RestApi"},
                "Stage": {"Ref": "Live"},
            },
        },
    }


def document() -> Json:
    """The addresses as OpenAPI for API Gateway. Their methods, HEAD and OPTIONS too, are the app's
    to answer: the same code does it on a laptop."""
    integration = {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": {
            # By its name: its reference would make a circle, as the function knows the address.
            "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/"
            "functions/arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"
            "shanhuo-${Stage}-Api/invocations"
        },
    }
    paths: Json = {}
    for path in sorted(importlib.import_module("app").app.routes):
        operation: Json = {"responses": {}, "x-amazon-apigateway-integration": integration}
        if names := re.findall(r"{(\w+)}", path):
            operation["parameters"] = [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in names
            ]
        paths[path] = {"x-amazon-apigateway-any-method": operation}
    return {
        "openapi": "3.0.1",
        "info": {"title": "shanhuo", "version": "1"},
        "paths": paths,
        "x-amazon-apigateway-gateway-responses": {
            name: _refusal(status, code, detail)
            for name, (status, code, detail) in REFUSALS.items()
        },
    }


def _refusal(status: int | None, code: str, detail: str) -> Json:
    problem: Json = {"type": "about:blank", "title": detail, "detail": detail, "code": code}
    if status is not None:
        problem["status"] = status
    response: Json = {
        "responseParameters": {
            "gatewayresponse.header.Content-Type": "'application/problem+json'",
            "gatewayresponse.header.Cache-Control": "'no-store'",
        },
        "responseTemplates": {"application/json": json.dumps(problem)},
    }
    if status is not None:
        response["statusCode"] = str(status)
    if status in (429, 503):
        response["responseParameters"]["gatewayresponse.header.Retry-After"] = "'1'"
    return response


def _digest(body: Json) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:10]
