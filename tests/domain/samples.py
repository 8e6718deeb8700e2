"""Small things for domain tests: each complete and ordinary; name what the rule is about."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.batches import Batch, NewBatch, register
from chalicelib.domain.catalogue import Producer, Village
from chalicelib.domain.certificates import BASIS_TEXT, Basis, Certificate
from chalicelib.domain.complaints import Complaint, NewComplaint, report
from chalicelib.domain.errors import Refusal
from chalicelib.domain.inspections import Inspection, Measurement
from chalicelib.domain.offers import NewOffer, Offer, open_offer
from chalicelib.domain.orders import NewOrder, Order
from chalicelib.domain.parcels import NewParcel, Parcel, pack
from chalicelib.domain.placing import line_of, place
from chalicelib.domain.products import AfterSales, InspectionPlan, Metric, Product

NOW = datetime(2026, 10, 15, 4, 0, tzinfo=UTC)
"""Noon in China."""
HOUR = timedelta(hours=1)

ADDRESS = {"province": "上海市", "city": "上海市", "district": "静安区", "detail": "玉兰路 18 弄"}

_numbers = itertools.count(1)


def identity() -> str:
    return str(uuid.UUID(int=next(_numbers)))


def refusal(code: str) -> Any:
    """Expects a Refusal with this code: `with refusal("batch_held") as refused: ...`."""
    return pytest.raises(Refusal, match=f"^{code} ")


def metric(operator: str | None = "lt", limit: object = 50, **fields: Any) -> Metric:
    given = {
        "key": "rate",
        "name": "抑制率",
        "unit": "%",
        "operator": operator,
        "limit": None if limit is None else Decimal(str(limit)),
        "method": "GB/T 5009.199",
        "source": "GB 2763",
        "kind": "screening",
        "required": True,
    }
    return Metric.model_validate(given | fields)


def product(*metrics: Metric, **fields: Any) -> Product:
    given = {
        "id": identity(),
        "name": "土鸡蛋",
        "unit": "piece",
        "inspection_plan": InspectionPlan(metrics=list(metrics) or [metric()]),
        "plan_version": 1,
        "after_sales": AfterSales(evidence_hours=48, reply_hours=24),
        "rule_version": 1,
        "created_by": "cadre",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Product.model_validate(given | fields)


def new_batch(**fields: Any) -> NewBatch:
    given = {
        "lot": "A-1",
        "product_id": identity(),
        "producer_id": identity(),
        "harvested_on": NOW.date(),
        "quantity": 1000,
    }
    return NewBatch.model_validate(given | fields)


def batch(state: str = "registered", **fields: Any) -> Batch:
    """Registered two hours ago; other states by `state`, as they are."""
    village = Village(
        id=identity(), name="容溪村", county="歙县", province="安徽省", created_at=NOW
    )
    producer = Producer(
        id=identity(),
        village_id=village.id,
        kind="farm",
        display_name="农户 12",
        household_code="H-0012",
        created_at=NOW,
    )
    made = register(
        new_batch(),
        batch_id=identity(),
        product=product(),
        producer=producer,
        village=village,
        by="cadre",
        now=NOW - 2 * HOUR,
    )
    return made.model_copy(update={"state": state, **fields})


def inspection(
    verdict: str = "pass", *, at: datetime = NOW, tested_at: datetime | None = None, **fields: Any
) -> Inspection:
    """at: when the server recorded it; tested at the same time unless told otherwise."""
    measured = Measurement(
        metric="rate",
        name="抑制率",
        value=Decimal("12.5"),
        unit="%",
        operator="lt",
        limit=Decimal(50),
        method="GB/T 5009.199",
        source="GB 2763",
        kind="screening",
        verdict="pass" if verdict == "pass" else "fail",
    )
    given = {
        "id": identity(),
        "batch_id": identity(),
        "stage": "harvest",
        "tested_at": tested_at or at,
        "measurements": (measured,),
        "verdict": verdict,
        "plan_version": 1,
        "inspector": "cadre",
        "recorded_at": at,
    }
    return Inspection.model_validate(given | fields)


def certificate(basis: Basis = "self_tested") -> Certificate:
    return Certificate(
        id=identity(),
        batch_id=identity(),
        product="土鸡蛋",
        quantity=100,
        unit="piece",
        origin="安徽省歙县容溪村",
        producer="农户 12",
        contact="0559-1234567",
        issued_at=NOW,
        basis=basis,
        basis_text=BASIS_TEXT[basis],
        issued_by="cadre",
    )


def new_offer(*batches: Batch, **fields: Any) -> NewOffer:
    given = {
        "product_id": identity(),
        "batch_ids": [batch.id for batch in batches],
        "title": "土鸡蛋 10 枚",
        "price_fen": 3000,
        "pack_quantity": 10,
        "packs_total": 20,
    }
    return NewOffer.model_validate(given | fields)


def offer(
    *batches: Batch,
    after_sales: AfterSales | None = None,
    shelf_life_days: int | None = None,
    **fields: Any,
) -> Offer:
    batches = batches or (batch("passed"),)
    promised = {"after_sales": after_sales} if after_sales else {}
    sold = product(shelf_life_days=shelf_life_days, **promised)
    return open_offer(
        new_offer(*batches, **fields),
        offer_id=identity(),
        shop_id="shop",
        product=sold,
        batches=list(batches),
        now=NOW,
    )


def order(*lines: tuple[Offer, int], state: str = "pending_payment", **fields: Any) -> Order:
    """(offer, packs); one pack of one offer if none is named."""
    lines = lines or ((offer(), 1),)
    made = place(
        NewOrder.model_validate(
            {
                "shop_id": identity(),
                "lines": [{"offer_id": sold.id, "packs": n} for sold, n in lines],
                "buyer": {"name": "顾小满", "phone": "13812340001", "address": ADDRESS},
                "channel": "direct",
            }
        ),
        tuple(line_of(sold, n, NOW) for sold, n in lines),
        order_id=identity(),
        customer_id="customer",
        buyer="sealed",
        by="public",
        pay_within=timedelta(minutes=30),
        now=NOW,
    )
    paid = {"paid_fen": made.total_fen} if state not in {"pending_payment", "expired"} else {}
    return made.model_copy(update={"state": state, **paid, **fields})


def parcel(of: Order, *allocations: tuple[int, Batch, int], state: str = "packed") -> Parcel:
    """(line, batch, packs)."""
    body = NewParcel.model_validate(
        {
            "allocations": [
                {"line": line, "batch_id": batch.id, "packs": packs}
                for line, batch, packs in allocations
            ]
        }
    )
    batches = {batch.id: batch for _, batch, _ in allocations}
    made = pack(of, body, batches, shelf_lives={}, code="K7Q2M9XW4B3CT", now=NOW)
    return made.model_copy(update={"state": state})


def complaint(
    after_sales: AfterSales | None = None,
    *,
    delivered_at: datetime | None = None,
    now: datetime = NOW,
    recalled: bool = False,
    packs: int = 1,
    **body: Any,
) -> Complaint:
    """About a parcel of `packs` packs at 30 yuan."""
    source = batch("passed")
    bought = order((offer(source, after_sales=after_sales), packs), state="delivered")
    box = parcel(bought, (0, source, packs)).model_copy(update={"delivered_at": delivered_at})
    return report(
        NewComplaint.model_validate({"reason": "rotten"} | body),
        box,
        bought,
        paid=bought,
        village_ids=(source.village_id,),
        complaint_id=identity(),
        recalled=recalled,
        message=None,
        now=now,
    )
