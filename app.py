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
    coupons,
    customers,
    exports,
    field,
    health,
    imports,
    inspections,
    labels,
    login,
    offers,
    openapi,
    orders,
    packing,
    parcels,
    photos,
    products,
    refunds,
    seller,
    seller_complaints,
    seller_customers,
    seller_imports,
    seller_offers,
    seller_orders,
    seller_packing,
    storefront,
    traces,
    waybills,
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
    packing,
    refunds,
    imports,
    traces,
    photos,
    codes,
    complaints,
    customers,
    coupons,
    exports,
    field,
    health,
    login,
    cadre,
    cadre_tests,
    county,
    seller,
    seller_orders,
    seller_packing,
    seller_complaints,
    seller_customers,
    seller_offers,
    seller_imports,
    storefront,
    labels,
    waybills,
    openapi,
    clock,
):
    app.register_blueprint(subject.routes)

gc.freeze()
gc.enable()
