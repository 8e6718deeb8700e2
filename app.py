"""The Chalice app: registers every subject's routes, nothing else."""

import gc

# Nothing that an import makes is garbage: its passes were a sixth of a cold start.
gc.disable()

from chalice.app import Chalice

from chalicelib.api import (
    accounts,
    batches,
    cadre,
    cadre_tests,
    catalogue,
    certificates,
    clock,
    codes,
    complaints,
    county,
    customers,
    field,
    health,
    inspections,
    labels,
    login,
    offers,
    openapi,
    orders,
    parcels,
    photos,
    products,
    refunds,
    seller,
    seller_complaints,
    seller_offers,
    seller_orders,
    storefront,
    traces,
)

app = Chalice(app_name="shanhuo")
app.api.binary_types = ["application/octet-stream", "image/png", "image/jpeg", "image/webp"]

for subject in (
    accounts,
    catalogue,
    products,
    batches,
    inspections,
    certificates,
    offers,
    orders,
    parcels,
    refunds,
    traces,
    photos,
    codes,
    complaints,
    customers,
    field,
    health,
    login,
    cadre,
    cadre_tests,
    county,
    seller,
    seller_orders,
    seller_complaints,
    seller_offers,
    storefront,
    labels,
    openapi,
    clock,
):
    app.register_blueprint(subject.routes)

gc.freeze()
gc.enable()
