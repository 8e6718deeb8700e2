"""What stands behind the ? of an address: bounded and read, whatever a browser sends."""

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.api.edge.index import declared
from chalicelib.api.edge.routing import Route
from chalicelib.domain.access import PERMISSIONS
from tests.api.known import Known
from tests.world import World, product_body

LONGEST = 10_000
"""Characters of the codes of many labels; all else is far shorter."""
ODD = ["", "x" * 3000, "\0", "😀", "-1"]
ASKED = [(route, name) for route in declared() for name in route.query.model_fields]


@pytest.fixture(scope="module")
def known(shared: World) -> Known:
    return Known(shared)


@pytest.mark.parametrize("query", sorted({route.query for route in declared()}, key=str))
def test_no_value_of_a_query_is_longer_than_what_it_is_for(query: type[Any]) -> None:
    for name in query.model_fields:
        try:
            taken = getattr(query.model_validate({name: "x" * 2 * LONGEST}), name)
        except ValidationError:
            continue
        assert isinstance(taken, str)
        assert len(taken) <= LONGEST, name


@pytest.mark.parametrize("path", sorted({route.path for route, _ in ASKED}))
def test_an_odd_value_is_no_fault_of_the_server(path: str, known: Known) -> None:
    for route, name in ASKED:
        if route.path != path or route.method != "GET":
            continue
        role = next(iter(PERMISSIONS.get(route.permission, {"nobody"})))
        for value in ODD:
            client = getattr(known.world, _signed_in(route, role))
            answer = client.call("GET", known.path(route), params={name: value})
            assert answer.status_code < 500, (name, value[:20], answer.text)


def _signed_in(route: Route, role: str) -> str:
    return "nobody" if route.permission == "public" else str(role)


@pytest.mark.parametrize(
    ("who", "path"), [("seller", "/seller/offers/new"), ("cadre", "/cadre/batches/new")]
)
def test_a_form_that_is_sent_asks_for_no_key_that_cannot_be(
    who: str, path: str, shared: World
) -> None:
    client = getattr(shared, who)
    for value in ("x" * 2041, "x"):
        query = {"product_id": value}
        assert client.call("GET", path, params=query).status_code == 422
        sent = client.call("POST", path, params=query, data={"title": "x"})
        assert sent.status_code == 422


def test_no_page_names_a_product_of_a_foreign_village(shared: World) -> None:
    foreign = shared.product(by=shared.other_cadre, **(product_body() | {"name": "石屋黑豆"}))
    assert foreign["village_id"] == shared.other_village_id
    query = {"product_id": foreign["id"]}
    for client, path in (
        (shared.seller, "/seller/offers/new"),
        (shared.cadre, "/cadre/batches/new"),
    ):
        shown = client.get(path, **query)
        sent = client.call("POST", path, params=query, data={"title": "x"})
        assert (shown.status_code, sent.status_code) == (404, 404)
        assert "石屋黑豆" not in shown.text + sent.text
    own = {"product_id": shared.product_id}
    assert shared.seller.get("/seller/offers/new", **own).status_code == 200
