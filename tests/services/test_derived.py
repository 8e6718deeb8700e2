"""What is derived with the lasting key is the same in every release, and nobody can aim at it.

The values were made by release 0.1.0 or when their use began; the store holds them for good.
"""

from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.edge.routing import csrf_of
from chalicelib.domain.imports import Import
from chalicelib.domain.orders import PlatformBuyer
from chalicelib.repositories import customers
from chalicelib.repositories.once import fingerprint
from chalicelib.repositories.sealing import access_key, derived_id, keyed_hash
from chalicelib.steps.import_orders import order_id_of

ADDRESS = {"province": "安徽省", "city": "黄山市", "district": "徽州区", "detail": "测试路 1 号"}


def buyer(phone: str, name: str = "农户 12", detail: str = "测试路 1 号") -> PlatformBuyer:
    home = {**ADDRESS, "detail": detail}
    return PlatformBuyer.model_validate({"name": name, "phone": phone, "address": home})


def at_platform(phone: str, nick: str = "", **fields: str) -> str:
    return customers.id_at_platform("shop", "taobao", buyer(phone, **fields), nick, "1")


def test_customers_are_found_again() -> None:
    assert customers.id_of("shop", buyer("13800000012")) == "cdca61fb-b6c6-8dbe-8a43-7528cd3d3179"
    assert at_platform("13800000012", nick="n") == "cdca61fb-b6c6-8dbe-8a43-7528cd3d3179"
    assert at_platform("138****0012", nick="nick") == "02a6e6e2-54b1-8da1-809c-83f7b392d450"
    assert at_platform("138****0012") == "07c6ba13-b280-85aa-9610-3f53b7a664a6"
    hidden = at_platform("*" * 11, name="农**", detail="***", nick="t***8")
    assert hidden == "e9144ce3-e7e1-8121-a04d-5f9ab9de2c98"


def test_imported_orders_are_found_again() -> None:
    doc = cast(Import, SimpleNamespace(shop_id="shop", platform="taobao"))
    assert order_id_of(doc, "12345") == "af91df4d-2729-886a-bf19-f8e49a31aa0a"


@pytest.mark.parametrize(
    ("parts", "made"),
    [
        (("order", "public 13800000012", "key"), "dfa19128-8606-88f7-9952-b7b06589cd59"),
        (("order", "account", "key"), "2685ec94-53b6-8b61-bd52-12c52c6a4c2f"),
        (("complaint", "CODE", "0"), "2bcebea8-d011-8682-af51-0a68202c6312"),
        (("refund", "complaint", "1"), "6644704a-1ab0-88f1-aab4-e33f85801cef"),
        (("refund", "cancel", "order"), "b83d4b96-3410-8692-bb52-501b88f1bf53"),
        (("return", "complaint", "1"), "cf2bbbb6-09ca-802a-a917-60f6e2a3b0e0"),
        (("replacement", "complaint", "0"), "281e50f1-b3bd-88e1-8863-ae9af33b94ac"),
        (("export", "account", "key"), "34c39373-cd86-86e1-9bde-e44ee1a7e590"),
    ],
)
def test_derived_ids_stay(parts: tuple[str, ...], made: str) -> None:
    assert derived_id(*parts) == made


def test_buyers_keys_stay() -> None:
    assert access_key("order", "o") == "iradjcxwtyf2dbwo52bov4exq7"
    assert access_key("complaint", "c") == "7lwg6w25an5jb7b4lm3fihs36n"


def test_fingerprints_and_kept_answers_are_found_again() -> None:
    assert fingerprint("settle", "complaint", "{}") == "79515772e2056aa8b436170edda92f37"
    assert keyed_hash("once", "account", "key").hex() == (
        "c2af07b4360de3aed628556805137180f635e88f0c6cfe92ca7f19f3a3c5a850"
    )


def test_tokens_of_pages_that_are_open_stay() -> None:
    assert csrf_of("token") == "91f880691ed7b25c5ebb924db5c857c4fe9cc770"


PARTS = st.lists(st.text("a:1\x1f", max_size=4), min_size=1, max_size=3)


@given(PARTS, PARTS)
def test_other_parts_are_another_hash(parts: list[str], other: list[str]) -> None:
    assert (keyed_hash("x", *parts) == keyed_hash("x", *other)) == (parts == other)
