"""The cadre's page for the field: its document, its files, and what it knows without network."""

import hashlib
from datetime import timedelta
from typing import Annotated

from chalice.app import Response
from pydantic import Field

from chalicelib.domain.accounts import Training
from chalicelib.domain.batches import Batch
from chalicelib.domain.doubts import bounds
from chalicelib.domain.errors import not_found
from chalicelib.domain.fields import Instant, Model, china_date, to_text
from chalicelib.domain.plausible import LONGEST_KEPT_DAYS
from chalicelib.domain.products import InspectionPlan
from chalicelib.pages.drawing.assets import asset_at
from chalicelib.pages.office.batches import LIST
from chalicelib.pages.office.field import field_page, manifest, worker
from chalicelib.repositories import photos
from chalicelib.services import batches, catalogue, products

from ..edge.answers import html
from ..edge.desks import DeskQuery, choices, done
from ..edge.queries import Query
from ..edge.routing import Edge, Routes

routes = Routes(__name__)

BATCHES_KEPT = 100
FOR_EVER = "public, max-age=31536000, immutable"


class KnownVillage(Model):
    id: str
    name: str


class KnownProducer(Model):
    id: str
    village_id: str
    display_name: str


class KnownProduct(Model):
    """village_id: whose it is; null: the county's."""

    id: str
    village_id: str | None
    name: str
    name_en: str | None
    unit: str
    grade: str | None
    inspection_plan: InspectionPlan


class KnownBatch(Model):
    """harvested_on: as in the contract. last_verdict: null while untested."""

    id: str
    lot: str
    product_id: str
    producer_id: str
    village_id: str
    state: str
    quantity: int
    unit: str
    harvested_on: str
    recorded_at: Instant
    last_verdict: str | None
    reason: str | None
    plot: str | None
    note: str | None

    @classmethod
    def of(cls, batch: Batch) -> "KnownBatch":
        given = cls.taken_from(batch, "harvested_on")
        return cls(harvested_on=batch.harvested_on.isoformat(), **given)


class FieldData(Model):
    """All that the page needs to work without network. csrf: null for a bearer token."""

    id: str
    name: str
    username: str
    csrf: str | None
    trainings: list[Training]
    villages: list[KnownVillage]
    producers: list[KnownProducer]
    products: list[KnownProduct]
    batches: list[KnownBatch]
    usual: dict[str, tuple[int, int, int]]
    """See domain/doubts.py:bounds."""
    long_ago: str
    """A harvest before this day is asked about."""


class DataQuery(Query):
    """etag: of the data that the phone has."""

    etag: Annotated[str, Field(max_length=64)] = ""


@routes.api("GET", "/cadre", "batch:hold", query=DeskQuery, html=True)
def show(edge: Edge) -> Response:
    """The page for the field; the county, who has no field to work in, gets the list"""
    if edge.call.actor.role != "cadre":
        return done(edge, LIST)
    return html(field_page(edge.language, photos.origin()))


@routes.api("GET", "/cadre/data", "batch:register", answer=FieldData, query=DataQuery)
def data(edge: Edge) -> Response:
    """What the page for the field knows: growers, products with their plans, recent batches"""
    actor = edge.call.actor
    growers = choices(lambda limit, at: catalogue.producers(actor, None, limit, at))
    recent = batches.batches(actor, None, None, BATCHES_KEPT, None)
    usable = [item.doc for item in choices(lambda n, at: products.products(actor, n, at))]
    others = {item.doc.product_id for item in recent.items} - {product.id for product in usable}
    known = FieldData(
        id=actor.id,
        name=actor.name,
        username=actor.username,
        csrf=edge.csrf if edge.session is not None else None,
        trainings=list(actor.trainings),
        villages=[
            KnownVillage(id=village.id, name=village.name)
            for village in catalogue.named_villages(actor.village_ids)
        ],
        producers=[
            KnownProducer.model_validate(KnownProducer.taken_from(item.doc)) for item in growers
        ],
        products=[
            KnownProduct.model_validate(KnownProduct.taken_from(product))
            for product in [*usable, *(products.several(sorted(others)) if others else [])]
        ],
        batches=[KnownBatch.of(item.doc) for item in recent.items],
        usual=bounds([item.doc for item in recent.items]),
        long_ago=(china_date(edge.call.now) - timedelta(days=LONGEST_KEPT_DAYS)).isoformat(),
    ).model_dump_json()
    etag = hashlib.sha256(known.encode()).hexdigest()[:32]
    headers: dict[str, str | list[str]] = {
        "Content-Type": "application/json",
        "Server-Time": to_text(edge.call.now),
        "ETag": f'"{etag}"',
    }
    if edge.query.etag == etag:
        return Response("", status_code=204, headers=headers)
    return Response(known, headers=headers)


@routes.api("GET", "/sw.js", "public", identify=False)
def service_worker(edge: Edge) -> Response:
    """The service worker of the page for the field"""
    served = _file(worker(photos.origin()), "text/javascript", "no-cache")
    served.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    return served


@routes.api("GET", "/cadre.webmanifest", "public", identify=False)
def web_manifest(edge: Edge) -> Response:
    """The page for the field as an app: its name and icons"""
    return _file(manifest(edge.language), "application/manifest+json", "no-cache")


@routes.api("GET", "/static/{name}", "public", identify=False)
def static(edge: Edge, name: str) -> Response:
    """A file with its content's hash in its name"""
    asset = asset_at(f"/static/{name}")
    if asset is None:
        raise not_found("page")
    return _file(asset.content, asset.content_type, FOR_EVER)


def _file(content: str | bytes, content_type: str, kept: str) -> Response:
    charset = "; charset=utf-8" if isinstance(content, str) else ""
    headers: dict[str, str | list[str]] = {
        "Content-Type": content_type + charset,
        "Cache-Control": kept,
    }
    return Response(content, headers=headers)
