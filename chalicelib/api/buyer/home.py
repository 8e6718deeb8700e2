"""The first page: what buyers come for, then the way to the desks."""

from typing import Annotated

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.fields import Model
from chalicelib.pages.buyer.home import home_page
from chalicelib.pages.drawing.render import Page
from chalicelib.services import catalogue, codes

from ..edge.desks import desk_path, done
from ..edge.queries import PageQuery, Query
from ..edge.routing import Edge, Routes
from ..edge.sent import BYTES

routes = Routes(__name__)


LONGEST_SIDE = 640
"""Pixels of a picture that anybody may have read: enough for a code that fills a third of it."""


class HomeQuery(PageQuery):
    cursor: Annotated[str, Field(max_length=400)] | None = None


class PictureQuery(Query):
    """In pixels; the body has one grey byte for each, row by row, black 0."""

    width: Annotated[int, Field(ge=1, le=LONGEST_SIDE)]
    height: Annotated[int, Field(ge=1, le=LONGEST_SIDE)]


class ScannedCode(Model):
    text: str


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


@routes.api(
    "POST",
    "/codes",
    "public",
    answer=ScannedCode,
    query=PictureQuery,
    takes=BYTES,
    identify=False,
    largest=LONGEST_SIDE**2,
)
def read_code(edge: Edge, raw: bytes) -> ScannedCode:
    """What the QR code in a buyer's grey picture says, where their browser cannot tell"""
    query = edge.query
    text = codes.read_for_anybody(edge.call, raw, query.width, query.height, edge.address)
    return ScannedCode(text=text)
