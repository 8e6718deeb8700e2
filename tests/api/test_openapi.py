"""The OpenAPI document is valid, complete, and true: the server does what it says, for everyone."""

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

from chalicelib.api.edge.index import declared
from chalicelib.api.edge.openapi import document
from chalicelib.domain.access import PERMISSIONS
from tests.api.known import Known
from tests.world import Client, World, new_id, ok

ROUTES = declared()

EVERYONE = {"county", "cadre", "seller"}
CONTRACT = """
POST /v1/sessions : public
GET /v1/me : everyone
PUT /v1/accounts/{} : county
GET /v1/accounts : county
PUT /v1/accounts/{}/trainings/{} : county
GET /v1/accounts/{}/trainings : county
PUT /v1/villages/{} : county
GET /v1/villages/{} : everyone
GET /v1/villages : everyone
PUT GET /v1/producers/{} : county cadre
GET /v1/producers : county cadre
PUT GET /v1/products/{} : county cadre
GET /v1/products : county cadre
PUT GET /v1/shops/{} : county
GET POST /v1/shops/{}/contact : county seller
PUT /v1/batches/{} : cadre
GET /v1/batches/{} : everyone
GET /v1/batches : everyone
PUT /v1/batches/{}/inspections/{} : cadre
GET /v1/batches/{}/inspections : everyone
PUT /v1/batches/{}/certificates/{} : cadre
POST /v1/batches/{}/hold : county cadre
POST /v1/batches/{}/release : county cadre
POST /v1/batches/{}/recall : county cadre
GET /v1/inspections/flagged : county
GET /v1/batches/{}/parcels : everyone
GET /v1/batches/{}/parcels/count : everyone
GET /v1/batches/{}/qr.svg : everyone
GET /v1/parcels/{}/batches : everyone
PUT /v1/photos/{} : cadre seller
POST /v1/codes : everyone
GET /v1/batches/{}/changes : everyone
PUT /v1/offers/{} : seller
GET /v1/shops/{}/offers : public
POST /v1/orders : public
GET /v1/orders : county seller
GET /v1/orders/{} : seller key
POST /v1/orders/{}/payment : seller provider
POST /v1/orders/{}/cancel : seller key
POST /v1/orders/{}/parcels : seller
GET POST /v1/packing : seller
GET /v1/packing-runs : seller
GET /v1/packing-runs/{} : seller
POST /v1/packing-runs/{}/take-back : seller
POST /v1/waybills : seller
POST /v1/deliveries : seller
POST /v1/parcels/{}/ship : seller
POST /v1/parcels/{}/deliver : seller
GET /v1/parcels/{}/qr.svg : public
GET /v1/parcels/{}/qr.png : public
GET /v1/parcels/{}/label : seller
PUT /v1/orders/{}/refunds/{} : county seller
GET /v1/orders/{}/refunds : county seller
GET /v1/orders/{}/changes : county seller
GET /t/{} : public
POST /t/{}/scans : public
POST /t/{}/photos : public
POST /t/{}/complaints : public
GET /v1/complaints/{} : county seller key
GET /v1/complaints : county seller
GET /v1/complaints/figures : county seller
GET /v1/complaints/late : county cadre
POST /v1/complaints/{}/answer : county seller
POST /v1/complaints/{}/settle : county seller
POST /v1/complaints/{}/reject : county seller
POST /v1/complaints/{}/reopen : public
POST /v1/complaints/{}/messages : public
POST /v1/complaints/{}/return : county seller key
POST /v1/complaints/{}/return/receive : county seller
POST /v1/complaints/{}/return/close : county seller
GET /v1/batches/{}/pattern : everyone
GET /v1/proposals : county cadre
POST /v1/batches/{}/proposal/dismiss : county cadre
GET /v1/replies : seller
PUT GET POST DELETE /v1/replies/{} : seller
GET /v1/customers : seller
GET /v1/customers/{} : seller
GET /v1/customers/figures : seller
GET PUT /v1/customers/{}/consent : seller
GET POST /v1/customers/{}/coupons : seller
GET POST /v1/customers/exports : seller
DELETE /v1/customers/{} : county
GET /healthz : public
"""
"""API.md, row by row: methods, path, who. `key`: also the buyer, with the key of their own."""

CONTRACT_ROUTES = [
    (method, path, who)
    for line in CONTRACT.strip().splitlines()
    for route, _, who in [line.partition(" : ")]
    for *methods, path in [route.split()]
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


@pytest.mark.parametrize(("method", "path", "who"), CONTRACT_ROUTES)
def test_every_route_of_the_contract_is_there_for_whom_it_names(
    method: str, path: str, who: str
) -> None:
    [route] = [route for route in ROUTES if (route.method, shape(route.path)) == (method, path)]
    named = set(who.split())
    assert route.buyer_key == ("key" in named)
    if route.permission == "public":
        assert named == {"public"}
    else:
        given_ = EVERYONE if "everyone" in named else named - {"key"}
        assert PERMISSIONS[route.permission] == given_


@pytest.mark.parametrize(("method", "path", "who"), CONTRACT_ROUTES)
def test_every_route_of_the_contract_is_described(method: str, path: str, who: str) -> None:
    if path.endswith("/label"):
        return  # a page
    described = {
        (method.upper(), shape(path))
        for path, methods in document()["paths"].items()
        for method in methods
    }
    assert (method, path) in described


def test_every_route_that_answers_data_is_described() -> None:
    described = {(m.upper(), p) for p, methods in document()["paths"].items() for m in methods}
    pages = {(route.method, route.path) for route in ROUTES if route.html and route.answer is None}
    pages -= {page for page in pages if page[1].startswith("/v1/")}
    assert {(route.method, route.path) for route in ROUTES} - pages == described


def test_operation_ids_are_unique() -> None:
    ids = [
        operation["operationId"]
        for methods in document()["paths"].values()
        for operation in methods.values()
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
    f"{operation.ok().method.upper()} {operation.ok().path}": operation.ok()
    for operation in SCHEMA.get_all_operations()
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
