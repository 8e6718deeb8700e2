"""How much may be sent is one table, and no refusal costs more than it allows.

The work is counted: errors that are built, and how often a text is gone through.
"""

import importlib
import json
import re
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, ValidationError

from chalicelib.api.edge import bounds, index, problems, routing
from chalicelib.api.edge.bounds import LARGEST_BODY, LARGEST_PUBLIC, most_in
from chalicelib.api.edge.problems import MOST_LISTED
from chalicelib.api.edge.routing import GATES, Route
from chalicelib.domain.complaints import NewComplaint
from chalicelib.domain.errors import Invalid, Refusal
from chalicelib.domain.orders import NewOrder
from chalicelib.repositories.tables import ComplaintItem
from tests.books import Books
from tests.conftest import ROOT
from tests.world import World, new_id, ok

UNITS = {"": 1, "characters": 1, "KB": 1024, "MB": 1024 * 1024}
WIDEST = "🏔"
"""12 bytes of JSON where it is escaped."""
TAKES_JSON = [route for route in index.declared() if route.body is not None]
BODIES = sorted({route.body for route in TAKES_JSON if route.body}, key=lambda body: body.__name__)


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


# --- the table ------------------------------------------------------------------------------------


def test_the_page_states_what_the_code_allows() -> None:
    page = (ROOT / "docs/security.md").read_text()
    rows = re.findall(r"\| `(\S+)\.py:([A-Z_]+)` \| (\d+) ?(\w*) \|", page)
    assert len(rows) == 11
    for module, name, number, unit in rows:
        stands = getattr(importlib.import_module(module.replace("/", ".")), name)
        assert stands == int(number) * UNITS[unit], name
    assert f"{max(map(most_in, BODIES))} of the largest, and {MOST_LISTED} |" in page


@pytest.mark.parametrize("route", TAKES_JSON, ids=name_of)
def test_json_is_as_large_as_whoever_may_send_it_may(route: Route) -> None:
    by_anybody = route.permission == "public" or route.buyer_key
    allowed = LARGEST_PUBLIC if by_anybody else LARGEST_BODY
    assert GATES[route.method, route.path].largest == allowed


def test_only_what_a_signed_link_brings_is_larger() -> None:
    larger = {path for (_, path), gate in GATES.items() if gate.largest > LARGEST_BODY}
    assert larger == {"/photos/{photo_id}", "/uploads/{import_id}"}
    assert all(GATES["PUT", path].admits is not None for path in larger)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_every_list_of_a_body_says_how_many_it_takes(body: type[BaseModel]) -> None:
    assert most_in(body) >= len(body.model_fields)


# --- what is right is taken -----------------------------------------------------------------------


def test_the_largest_order_and_complaint_fit_twice(world: World) -> None:
    """With every letter as wide as it can be sent."""
    order = world.order_body(world.offer())
    order |= dict.fromkeys(("external_ref", "campaign_id"), WIDEST * 60)
    order["lines"] = [{"offer_id": new_id(), "packs": 100_000}] * 10
    parts = dict.fromkeys(("province", "city", "district"), WIDEST * 60)
    order["buyer"] |= {
        "name": WIDEST * 60,
        "address": parts | {"detail": WIDEST * 120},
    }
    complaint = {"reason": "not_as_described", "damaged_percent": 100, "wanted": "replacement"}
    complaint |= {"description": WIDEST * 1000, "photos": [new_id() for _ in range(9)]}
    for body, fields in ((NewOrder, order), (NewComplaint, complaint)):
        raw = json.dumps(fields).encode()
        assert len(raw) < LARGEST_PUBLIC / 2
        routing.read(body, raw)


def test_commas_and_brackets_in_a_text_are_no_fields(world: World) -> None:
    text = '坏了, ["{\\' * 100
    code = world.delivered(world.parcel())["code"]
    report = {"reason": "rotten", "description": text}
    ok(world.nobody.post(f"/t/{code}/complaints", report, new_id()), 201)
    assert len(Books.read().all(ComplaintItem)) == 1


# --- what is wrong costs little -------------------------------------------------------------------


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many errors each refusal was made of."""
    counts: list[int] = []

    def counted(error: ValidationError) -> Refusal:
        counts.append(error.error_count())
        return problems.unreadable(error)

    monkeypatch.setattr(routing, "unreadable", counted)
    return counts


KEYS = ",".join(f'"{n:x}":1' for n in range(9000))
TWICE = ",".join(['"x":1'] * 9000)
NOTHING = ",".join(["{}"] * 9000)


def sprawling(body: type[BaseModel]) -> Iterator[str]:
    """JSON of far more fields, items or levels than any body has, in all or in one field."""
    yield f"{{{KEYS}}}"
    yield f"{{{TWICE}}}"
    yield f"[{NOTHING}]"
    yield "[" * 9000
    yield '{"x":' * 9000
    for name in body.model_fields:
        for inner in (f"{{{KEYS}}}", f"[{{{KEYS}}}]", f"[{NOTHING}]"):
            yield f'{{"{name}":{inner}}}'


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_of_whatever_is_sent_few_errors_are_built(body: type[BaseModel], built: list[int]) -> None:
    for raw in sprawling(body):
        with pytest.raises(Refusal) as refused:
            routing.read(body, raw.encode())
        assert isinstance(refused.value, Invalid)
        assert refused.value.count == 1
    assert built == [], "none of it was validated"


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_of_as_much_as_is_read_no_more_errors_come_than_it_has_fields(
    body: type[BaseModel], built: list[int]
) -> None:
    most = most_in(body) + MOST_LISTED
    lists = [name for name, field in body.model_fields.items() if "list" in str(field.annotation)]
    raws = [json.dumps(dict.fromkeys(map(str, range(most)), 1))]
    raws += [f'{{"{name}":[{",".join(["{}"] * (most // 2 - 1))}]}}' for name in lists]
    for raw in raws:
        with pytest.raises(Refusal):
            routing.read(body, raw.encode())
    assert len(built) == len(raws)
    assert max(built) <= most + len(body.model_fields)


def test_a_text_without_an_end_is_gone_through_once() -> None:
    for endless in (b'"' + b'\\"' * 100_000, b'"' * 99_999, b'"' + b"\\" * 99_999):
        left = bounds._TEXT.sub(b"", endless)
        assert len(left) <= 1
    assert len(bounds._TEXT.findall(b'"' + b'\\"' * 100_000)) == 1
