"""The five steps from an empty installation to the first sale. What is there is read from the
store, so that setting up can be left and taken up again by anybody of the county."""

from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.domain.accounts import Account
from chalicelib.pages.drawing.render import Page
from chalicelib.pages.office.catalogue import PATHS, Step, setup_page
from chalicelib.pages.office.county import PEOPLE
from chalicelib.repositories.reading import ListPage
from chalicelib.services import accounts, catalogue, products

from ..edge.desks import DeskQuery, desk_of
from ..edge.routing import Edge, Routes

routes = Routes(__name__)

LOOKED_AT = 20
"""Of each kind of thing."""


def _step(
    key: str,
    page: ListPage[Any],
    name: Callable[[Any], str],
    path: str,
    missing: Sequence[str] = (),
) -> Step:
    return Step(
        key=key,
        names=[name(item.doc) for item in page.items],
        more=page.next_cursor is not None,
        missing=missing,
        path=path,
        add=f"{path}/new",
    )


def _lacking(page: ListPage[Any]) -> list[str]:
    """Roles that nobody has yet, as far as was looked."""
    open_ones: list[Account] = [item.doc for item in page.items if item.doc.closed_at is None]
    roles = {account.role for account in open_ones}
    if page.next_cursor is not None:
        return []
    return [f"missing_{role}" for role in ("cadre", "seller") if role not in roles]


@routes.api("GET", "/county/setup", "account:write", query=DeskQuery, html=True)
def setup(edge: Edge) -> Page:
    """The five steps, with what is there of each"""
    actor = edge.call.actor
    people = accounts.accounts(LOOKED_AT, None)
    steps = [
        _step(
            "villages",
            catalogue.villages(LOOKED_AT, None),
            lambda village: village.name,
            PATHS["villages"],
        ),
        _step(
            "products",
            products.products(actor, LOOKED_AT, None),
            lambda product: product.name,
            PATHS["products"],
        ),
        _step(
            "producers",
            catalogue.producers(actor, None, LOOKED_AT, None),
            lambda producer: producer.display_name,
            PATHS["producers"],
        ),
        _step("shops", catalogue.shops(LOOKED_AT, None), lambda shop: shop.name, PATHS["shops"]),
        _step("accounts", people, lambda account: account.name, PEOPLE, _lacking(people)),
    ]
    return setup_page(desk_of(edge), steps, done=edge.query.done)
