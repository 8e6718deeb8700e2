"""Villages and producers: the official codes."""

import pytest
from pydantic import ValidationError

from chalicelib.domain.catalogue import (
    ChangedContact,
    Contact,
    NewProducer,
    NewShop,
    NewVillage,
    Shop,
)
from chalicelib.domain.errors import Refusal
from tests.domain.samples import NOW, identity


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


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("qingyang_shanhuo", "qingyang_shanhuo"),
        ("_a-b-c", "_a-b-c"),
        ("ｗｅｉ１２３４５", "wei12345"),
        ("13800000012", "13800000012"),
    ],
)
def test_a_wechat_id_is_kept_as_wechat_finds_it(typed: str, kept: str) -> None:
    assert Contact(wechat=typed).wechat == kept


@pytest.mark.parametrize(
    "typed",
    ["", "abc12", "1abcdef", "a" * 21, "微信号abcdef", "wei xin 1", "12800000012", "a@b.cd"],
)
def test_what_is_no_wechat_id_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        Contact(wechat=typed)


@pytest.mark.parametrize("phone", ["138****0012", "12345", "打我电话", "0559-1234"])
def test_a_shop_has_a_number_that_can_be_called(phone: str) -> None:
    with pytest.raises(ValidationError):
        Contact(phone=phone)


SHOP = Shop(
    id=identity(), name="店", village_ids=(identity(),), created_at=NOW, phone="05591234567"
)


def test_a_contact_is_changed_as_a_whole_and_counted() -> None:
    after = SHOP.reached_by(ChangedContact(wechat="shitan_shop", contact_version=0))
    assert (after.phone, after.wechat, after.contact_version) == (None, "shitan_shop", 1)


def test_the_same_contact_again_changes_nothing_whatever_was_seen() -> None:
    same = ChangedContact(phone=SHOP.phone, contact_version=7)
    assert SHOP.reached_by(same) is SHOP


def test_who_looked_at_an_older_contact_looks_again() -> None:
    after = SHOP.reached_by(ChangedContact(hours="每天"))
    with pytest.raises(Refusal, match="contact_changed"):
        after.reached_by(ChangedContact(hours="周末", contact_version=0))


def test_a_shop_sells_for_a_village() -> None:
    with pytest.raises(ValidationError):
        NewShop(name="店", village_ids=[])
