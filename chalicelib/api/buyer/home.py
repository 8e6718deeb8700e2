"""The first page: what buyers come for, then the way to the desks."""

from typing import Annotated

from chalice.app import Response
from pydantic import Field

from chalicelib.pages.buyer.home import home_page
from chalicelib.pages.drawing.render import Page
from chalicelib.services import catalogue

from ..edge.desks import desk_path, done
from ..edge.queries import PageQuery
from ..edge.routing import Edge, Routes

routes = Routes(__name__)


class HomeQuery(PageQuery):
    cursor: Annotated[str, Field(max_length=400)] | None = None


@routes.api("GET", "/", "public", query=HomeQuery, html=True)
def show(edge: Edge) -> Page | Response:
    """A box for a code, the shops, and the way to sign in; to the desk of whoever is signed in"""
    if desk := desk_path(edge.call.actor):
        return done(edge, desk)
    shops, next_cursor = catalogue.open_shops(edge.query.cursor)
    return home_page(
        shops,
        language=edge.language,
        large_text=edge.query.large,
        cursor=edge.query.cursor,
        next_cursor=next_cursor,
    )
