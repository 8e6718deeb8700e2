"""The Chalice app: registers every subject's routes, nothing else."""

from chalice.app import Chalice

from chalicelib.api import (
    accounts,
    batches,
    catalogue,
    certificates,
    clock,
    complaints,
    customers,
    health,
    inspections,
    offers,
    openapi,
    orders,
    parcels,
    photos,
    products,
    refunds,
    traces,
)

app = Chalice(app_name="shanhuo")
app.api.binary_types = ["image/png", "image/jpeg", "image/webp"]

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
    complaints,
    customers,
    health,
    openapi,
    clock,
):
    app.register_blueprint(subject.routes)
