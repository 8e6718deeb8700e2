"""The OpenAPI document is valid, complete, and true: the server does what it says, for everyone."""

import importlib
import json
import re
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib.api.openapi import document
from chalicelib.api.routing import ROUTES
from chalicelib.domain.access import PERMISSIONS
from tests.api.known import Known
from tests.world import Client, World, new_id, ok

importlib.import_module("app")  # declares every route

CONTRACT = """
POST /v1/sessions
GET /v1/me
PUT /v1/accounts/{}
PUT GET /v1/villages/{}
GET /v1/villages
PUT GET /v1/producers/{}
GET /v1/producers
PUT GET /v1/products/{}
GET /v1/products
PUT GET /v1/shops/{}
PUT GET /v1/batches/{}
GET /v1/batches
PUT /v1/batches/{}/inspections/{}
GET /v1/batches/{}/inspections
PUT /v1/batches/{}/certificates/{}
POST /v1/batches/{}/hold
POST /v1/batches/{}/release
POST /v1/batches/{}/recall
GET /v1/batches/{}/parcels
GET /v1/batches/{}/changes
PUT /v1/offers/{}
GET /v1/shops/{}/offers
POST GET /v1/orders
GET /v1/orders/{}
POST /v1/orders/{}/payment
POST /v1/orders/{}/cancel
POST /v1/orders/{}/parcels
POST /v1/parcels/{}/ship
POST /v1/parcels/{}/deliver
GET /v1/parcels/{}/qr.svg
GET /v1/parcels/{}/qr.png
PUT /v1/orders/{}/refunds/{}
GET /v1/orders/{}/refunds
GET /v1/orders/{}/changes
GET /t/{}
POST /t/{}/scans
POST /t/{}/photos
POST /t/{}/complaints
GET /v1/complaints/{}
GET /v1/complaints
POST /v1/complaints/{}/answer
POST /v1/complaints/{}/settle
POST /v1/complaints/{}/reject
POST /v1/complaints/{}/reopen
GET /v1/customers
GET DELETE /v1/customers/{}
GET /healthz
"""
"""The routes of the contract (API.md) that answer JSON or a picture."""

CONTRACT_ROUTES = [
    (method, path)
    for line in CONTRACT.strip().splitlines()
    for *methods, path in [line.split()]
    for method in methods
]


def shape(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path)


# --- the document --------------------------------------------------------------------------------


def test_the_document_is_openapi_3_1(http_server: str) -> None:
    """By the JSON Schema of 3.1 that schemathesis carries."""
    served = ok(Client(http_server).get("/v1/openapi.json"), 200)
    assert served["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(served).validate()


def test_every_schema_in_it_is_a_json_schema() -> None:
    for name, schema in document()["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid(schema), name


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(document())
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert names
    assert names <= set(document()["components"]["schemas"])


@pytest.mark.parametrize(("method", "path"), CONTRACT_ROUTES)
def test_every_route_of_the_contract_is_described(method: str, path: str) -> None:
    described = {
        (method.upper(), shape(path))
        for path, methods in document()["paths"].items()
        for method in methods
    }
    assert (method, path) in described


def test_every_route_that_answers_data_is_described() -> None:
    described = {(m.upper(), p) for p, methods in document()["paths"].items() for m in methods}
    pages = {(one.method, one.path) for one in ROUTES if one.html and one.answer is None}
    assert {(one.method, one.path) for one in ROUTES} - pages == described


def test_operation_ids_are_unique() -> None:
    ids = [
        one["operationId"] for methods in document()["paths"].values() for one in methods.values()
    ]
    assert len(set(ids)) == len(ids)


def test_a_route_that_needs_an_account_says_so() -> None:
    for route in ROUTES:
        operation = document()["paths"].get(route.path, {}).get(route.method.lower())
        if operation:
            assert ("security" in operation) == (route.permission != "public")


# --- whether it is true --------------------------------------------------------------------------

SCHEMA: Any = schemathesis.openapi.from_dict(document())
OPERATIONS = {
    f"{one.ok().method.upper()} {one.ok().path}": one.ok() for one in SCHEMA.get_all_operations()
}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
WHO = ("nobody", "county", "cadre", "seller", "other_cadre", "other_seller")
HOW_OFTEN = 12


@pytest.fixture(scope="module")
def known(shared: World) -> Known:
    return Known(shared)


@pytest.mark.parametrize("wanted", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_no_answer_is_outside_the_document(
    operation: Any, wanted: GenerationMode, known: Known
) -> None:
    """What the document allows, and what it does not, as each role, about real things."""
    names = re.findall(r"{(\w+)}", operation.path)
    permission = document()["paths"][operation.path][operation.method]["x-permission"]
    allowed = PERMISSIONS.get(permission, frozenset()) & set(WHO)
    real = {name: known.ids.get(name, new_id()) for name in names}

    @settings(
        max_examples=HOW_OFTEN,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(
            operation.as_strategy(wanted, path_parameters=real),
            operation.as_strategy(wanted),
        )
        if real
        else operation.as_strategy(wanted),
        who=st.sampled_from([*sorted(allowed), *WHO]),
    )
    def run(case: Any, who: str) -> None:
        client: Client = getattr(known.world, who)
        headers = {"Authorization": f"Bearer {client.token}"} if client.token else {}
        response = case.call(base_url=known.world.url, headers=headers, allow_redirects=False)
        wrong_body = case.meta.is_negative_at(ParameterLocation.BODY)
        case.validate_response(response, checks=CHECKS + [negative_data_rejection] * wrong_body)

    run()
