"""Codes read from pictures."""

from typing import Annotated

from pydantic import Field

from chalicelib.domain.fields import Model
from chalicelib.services import codes as service

from ..edge.queries import Query
from ..edge.routing import Edge, Routes
from ..edge.sent import BYTES

routes = Routes(__name__)

Side = Annotated[int, Field(ge=1, le=1600)]


class PictureQuery(Query):
    """In pixels; the body has one grey byte for each, row by row, black 0."""

    width: Side
    height: Side


class CodeAnswer(Model):
    text: str


@routes.api("POST", "/v1/codes", "batch:read", answer=CodeAnswer, query=PictureQuery, takes=BYTES)
def read_code(edge: Edge, raw: bytes) -> CodeAnswer:
    """What the QR code in a grey picture says"""
    return CodeAnswer(text=service.read(raw, edge.query.width, edge.query.height))
