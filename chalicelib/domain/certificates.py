"""承诺达标合格证, the producer's conformity certificate.

MARA Order 2025-4, in force 2026-02-01.
"""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from .fields import Body, Id, Instant, Line, Model, Quantity

Basis = Literal["self_controlled", "self_tested", "commissioned_test"]

TITLE = "承诺达标合格证"
COMMITMENT = "未使用禁用农药、兽药及其他化合物；使用的常规农药、兽药残留不超标"
"""The order's style 1, to the letter."""
BASIS_TEXT: dict[Basis, str] = {
    "self_controlled": "质量安全控制符合要求",
    "self_tested": "自行检测合格",
    "commissioned_test": "委托检测合格",
}


class NewCertificate(Body):
    basis: Basis
    quantity: Quantity
    contact: Annotated[Line, Field(description="承诺主体联系方式, printed on the certificate")]
    supersedes: Id | None = None
    """The earlier one whose goods it speaks for instead, as after a test."""


class Certificate(Model):
    """The fields the order asks for, under its own names in `fields`."""

    id: str
    batch_id: str
    title: str = TITLE
    product: str
    quantity: int
    unit: str
    origin: str
    producer: str
    contact: str
    issued_at: Instant
    commitment: str = COMMITMENT
    basis: Basis
    basis_text: str
    issued_by: str
    superseded_by: str | None = None


def covered(certificates: Iterable[Certificate]) -> int:
    """How much they speak for together; one that another took the place of speaks no more."""
    return sum(held.quantity for held in certificates if held.superseded_by is None)
