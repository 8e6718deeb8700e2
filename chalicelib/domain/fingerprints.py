"""The text that a body's fingerprint is of: the same in every release for the same content.

A phone may send a body under one release and again under the next, and during a deploy two
releases answer at once. So what a client did not give is never in the text, and a field that comes
later changes no fingerprint that was made before it.
"""

from typing import Any

from pydantic import BaseModel, TypeAdapter

ALWAYS = {
    "NewAccount": "username password role name village_ids shop_id",
    "NewVillage": "name county province division_code",
    "NewProducer": "village_id kind display_name credit_code household_code",
    "Metric": "key name unit operator limit method source kind required",
    "InspectionPlan": "sample_size metrics",
    "NewProduct": "name name_en unit grade gtin shelf_life_days inspection_plan after_sales",
    "NewMeasurement": "metric value below_detection",
    "NewInspection": "stage tested_at sampled_at sample_size quantity_covered measurements lab note"
    " photos supersedes",
    "NewBatch": "lot product_id producer_id harvested_on quantity plot note",
    "NewCoupon": "off_fen percent min_total_fen expires_on",
    "NewOffer": "product_id batch_ids title price_fen pack_quantity packs_total campaign_id"
    " opens_at closes_at limit_per_customer",
    "NewOrder": "shop_id lines buyer channel campaign_id external_ref",
    "NewRefund": "amount_fen reason complaint_id cause",
    "NewComplaint": "reason damaged_percent description photos wanted",
    "Settlement": "remedy refund_fen message cause",
    "NewExport": "purpose segment",
}
"""Body -> the fields that are in its text even when nobody gave them, as they were when texts held
every field; and the store holds fingerprints of such texts. Nothing is ever added here."""

_ANY: TypeAdapter[Any] = TypeAdapter(Any)


def text_of(body: BaseModel) -> str:
    """What was sent, as JSON; passwords are masked in it.

    A field is left out when it is null or at its default, save those of ALWAYS.
    """
    return _ANY.dump_json(_given(body, body.model_dump(mode="json"))).decode()


def _given(value: Any, dumped: Any) -> Any:
    """Of a value and its JSON, the JSON of what was given."""
    if isinstance(value, BaseModel):
        always = ALWAYS.get(type(value).__name__, "").split()
        return {
            name: _given(getattr(value, name), dumped[name])
            for name, field in type(value).model_fields.items()
            if name in always
            or getattr(value, name) not in (None, field.get_default(call_default_factory=True))
        }
    if isinstance(value, list | tuple):
        return [_given(*pair) for pair in zip(value, dumped, strict=True)]
    if isinstance(value, dict):
        return {key: _given(inner, dumped[key]) for key, inner in value.items()}
    return dumped
