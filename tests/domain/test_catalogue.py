"""Villages and producers: the official codes."""

import pytest
from pydantic import ValidationError

from chalicelib.domain.catalogue import NewProducer, NewShop, NewVillage
from tests.domain.samples import identity


@pytest.mark.parametrize("code", ["341021", "341021100", "341021100201"])
def test_a_division_code_has_6_9_or_12_digits(code: str) -> None:
    village = NewVillage(name="容溪村", county="歙县", province="安徽省", division_code=code)
    assert village.division_code == code


@pytest.mark.parametrize(
    "code", ["", "34102", "3410211", "34102110020a", "３４１０２１", "341021\n"]
)
def test_what_is_no_division_code_is_refused(code: str) -> None:
    with pytest.raises(ValidationError):
        NewVillage(name="容溪村", county="歙县", province="安徽省", division_code=code)


@pytest.mark.parametrize(
    ("code", "fits"),
    [("91341021MA2TXXXX1K", True), ("91341021ma2txxxx1k", False), ("9134102", False), ("", False)],
)
def test_a_credit_code_has_18_characters(code: str, fits: bool) -> None:
    body = {
        "village_id": identity(),
        "kind": "cooperative",
        "display_name": "合作社",
        "credit_code": code,
    }
    if fits:
        assert NewProducer.model_validate(body).credit_code == code
    else:
        with pytest.raises(ValidationError):
            NewProducer.model_validate(body)


def test_a_shop_sells_for_a_village() -> None:
    with pytest.raises(ValidationError):
        NewShop(name="店", village_ids=[])
