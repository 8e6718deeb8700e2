"""The OpenAPI 3.1 document, made from the declared routes."""

import re
from functools import cache
from typing import Any, Literal

from chalice.app import Response
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from pydantic_core import to_json

from chalicelib.domain.fields import Model

from .index import declared
from .routing import Edge, Route, Routes

routes = Routes(__name__)

REF = "#/components/schemas/{model}"


class FieldError(Model):
    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457. `code` is stable; `detail` is one sentence a person can act on."""

    model_config = {"extra": "allow"}

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] | None = None
    errors_left_out: int | None = None


def _models() -> list[tuple[type[BaseModel], Literal["validation", "serialization"]]]:
    bodies = {route.body for route in declared() if route.body is not None}
    answers = {route.answer for route in declared() if route.answer is not None}
    return [(body, "validation") for body in sorted(bodies, key=lambda m: m.__name__)] + [
        (answer, "serialization")
        for answer in [*sorted(answers, key=lambda m: m.__name__), Problem]
    ]


def _of_query(schema: dict[str, Any]) -> dict[str, Any]:
    """Without null: an address can only leave a parameter out."""
    for variant in schema.pop("anyOf", []):
        schema |= variant if variant != {"type": "null"} else {}
    return {
        name: value
        for name, value in schema.items()
        if name != "title" and (name, value) != ("default", None)
    }


def _parameters(route: Route) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = []
    for name in re.findall(r"{(\w+)}", route.path):
        schema = {"type": "string"} | ({"format": "uuid"} if name.endswith("_id") else {})
        parameters.append({"name": name, "in": "path", "required": True, "schema": schema})
    query = route.query.model_json_schema()
    for name, schema in query["properties"].items():
        required = name in query.get("required", [])
        schema = _of_query(schema)
        parameters.append({"name": name, "in": "query", "required": required, "schema": schema})
    if route.keyed:
        schema = {"type": "string", "pattern": "^[!-~]{1,255}$"}
        parameters.append(
            {"name": "Idempotency-Key", "in": "header", "required": False, "schema": schema}
        )
    if route.device_time:
        schema = {"type": "string", "format": "date-time"}
        parameters.append(
            {"name": "Device-Time", "in": "header", "required": False, "schema": schema}
        )
    return parameters


def _problem_response(what: str) -> dict[str, Any]:
    schema = {"$ref": REF.format(model="Problem")}
    return {"description": what, "content": {"application/problem+json": {"schema": schema}}}


def _responses(route: Route, refs: dict[Any, str]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if route.answer is not None:
        schema = {"$ref": refs[route.answer, "serialization"]}
        content["application/json"] = {"schema": schema}
    if route.html:
        content["text/html"] = {"schema": {"type": "string"}}
    for ending, kind in ((".svg", "image/svg+xml"), (".png", "image/png")):
        if route.path.endswith(ending):
            content[kind] = {"schema": {"type": "string"}}
    done = {"description": route.summary} | ({"content": content} if content else {})
    responses = {str(status): done for status in route.statuses}
    refused = _problem_response("Refused: see `code`")
    busy = _problem_response("The store is busy or away: send the same again")
    if route.html:
        for response in (refused, busy):
            response["content"]["text/html"] = {"schema": {"type": "string"}}
    return responses | {"4XX": refused, "503": busy}


def _operation(route: Route, refs: dict[Any, str]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{route.subject.rpartition('.')[2]}_{route.handler}",
        "summary": route.summary,
        "parameters": _parameters(route),
        "responses": _responses(route, refs),
        "x-permission": route.permission,
    }
    if route.body is not None:
        schema = {"$ref": refs[route.body, "validation"]}
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    elif route.takes is not None:
        operation["requestBody"] = {"required": True, "content": {route.takes: {}}}
    if route.permission != "public":
        operation["security"] = [{"bearer": []}]
    return operation


@cache
def document() -> dict[str, Any]:
    """The whole document; made on the first request for it."""
    models = _models()
    refs, schemas = models_json_schema(models, ref_template=REF)
    paths: dict[str, Any] = {}
    for route in declared():
        if not route.html or route.answer is not None or route.path.startswith("/v1/"):
            paths.setdefault(route.path, {})[route.method.lower()] = _operation(
                route, {key: value["$ref"] for key, value in refs.items()}
            )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Shanhuo 山货",
            "version": "1",
            "description": "Orders, traceability and quality of village produce.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


@routes.api("GET", "/v1/openapi.json", "public", identify=False)
def openapi(edge: Edge) -> Response:
    """This document"""
    return Response(to_json(document()).decode(), headers={"Content-Type": "application/json"})
