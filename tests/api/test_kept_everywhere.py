"""Every form of the desks comes back after signing in, with what was typed into it."""

import pytest

from chalicelib.api.edge.index import declared
from chalicelib.api.edge.kept import is_secret
from chalicelib.api.edge.routing import Route
from chalicelib.domain.access import PERMISSIONS
from tests.api.known import Known
from tests.platform_files import imported, pinduoduo
from tests.visitor import AnswerPage, PageForm, Visitor
from tests.world import PASSWORD, World

DESK_FORMS = [
    route
    for route in declared()
    if route.html and route.method == "POST" and route.permission != "public"
]
NOTHING_TO_TYPE = {
    "/seller/labels",
    "/seller/labels/printed",
    "/cadre/batches/{batch_id}/confirm",
}
"""What only takes presses of a button, for which one is led back to the page."""


CHOSEN = {"/county/people/new": "role=cadre", "/cadre/products/new": "starter=blank"}
"""What is chosen before there is a form."""


@pytest.fixture(scope="module")
def known(shared: World) -> Known:
    return Known(shared)


def addresses(known: Known, route: Route) -> list[str]:
    """Pages on which all forms of the route stand."""
    world, path = known.world, known.path(route)
    if route.path == "/seller/orders/{order_id}":
        offer = world.offer(world.passed_batch(), packs_total=9)
        placed = [world.order(offer) for _ in range(3)]
        world.pay(placed[1])
        world.pack(world.pay(placed[2]))
        return [path, *(f"/seller/orders/{order['id']}" for order in placed)]
    if route.path == "/seller/complaints/{complaint_id}":
        return [path, f"/seller/complaints/{known.returned}"]
    if route.path == "/cadre/batches/{batch_id}/{move}":
        other = world.batch()["id"]
        return [f"/cadre/batches/{other}/{move}" for move in ("hold", "recall", "close")]
    if query := CHOSEN.get(route.path):
        return [f"{path}?{query}"]
    if route.path.endswith("/new"):
        return [f"{path}?product_id={world.product_id}"]
    if route.path == "/seller/batches/{batch_id}/recall":
        world.move({"id": known.ids["batch_id"]}, "hold")
    if route.path == "/seller/imports/goods":
        imported(world, pinduoduo(1), {"土鸡蛋": world.offer()})
        return [Visitor(world.url).signed_in("seller").get(path).link("goods=")]
    if route.path == "/seller/packing":
        world.paid_order(world.offer(world.passed_batch()))
    return [path]


def who(route: Route) -> str:
    """Who the form is for; a product without a village is the county's."""
    allowed = PERMISSIONS[route.permission]
    if route.path == "/cadre/products/{product_id}":
        return "county"
    return next(role for role in ("seller", "cadre", "county") if role in allowed)


def same_form(page: AnswerPage, form: PageForm) -> PageForm:
    """The form of the page that does the same."""
    hidden = [
        name
        for name, kind in form.kinds.items()
        if kind == "hidden" and name not in {"csrf", "form_key"}
    ]
    return next(
        other
        for other in page.forms
        if other.kinds == form.kinds
        and all(other.fields[name] == form.fields[name] for name in hidden)
    )


@pytest.mark.parametrize(
    "route",
    [route for route in DESK_FORMS if route.path not in NOTHING_TO_TYPE],
    ids=lambda route: route.path,
)
def test_what_was_typed_into_any_form_comes_back_after_signing_in(
    route: Route, known: Known
) -> None:
    tried = 0
    for address in addresses(known, route):
        page = Visitor(known.world.url).signed_in(who(route)).get(address)
        for form in page.forms:
            path = form.address.partition("?")[0]
            if "whose" not in form.fields or path != page.url.partition("?")[0]:
                continue
            visitor = Visitor(known.world.url)
            values = form.filled()
            asked = visitor.send(form, **values)
            assert asked.status == 401, form.fields
            assert "您填的内容还在" in asked.words
            back = visitor.send(asked.form("login"), username=who(route), password=PASSWORD)
            assert (back.status, back.url.partition("?")[0]) == (200, path)
            assert "这是您登录前填的内容" in back.words
            again = same_form(back, form)
            shown = {name: text for name, text in values.items() if not is_secret(name)}
            assert again.fields | {"csrf": ""} == form.fields | shown | {"csrf": ""}
            assert again.fields["csrf"] != form.fields["csrf"]
            tried += 1
    assert tried, "no form of the route was on its page"


def test_every_desk_form_is_on_a_page_of_its_own_address() -> None:
    """There it comes back."""
    pages = {route.path for route in declared() if route.html and route.method == "GET"}
    assert {route.path for route in DESK_FORMS} - pages <= NOTHING_TO_TYPE
