"""Accounts: usernames, passwords, and the scope that goes with a role."""

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.accounts import NewAccount
from tests.domain.samples import identity


def body(**fields: Any) -> dict[str, Any]:
    return {
        "username": "li.cadre",
        "password": "correct horse",
        "role": "county",
        "name": "李",
    } | fields


@pytest.mark.parametrize("username", ["abc", "li.cadre", "a_b-c", "0559", "a" * 40])
def test_a_username_is_typed_on_any_keyboard(username: str) -> None:
    assert NewAccount.model_validate(body(username=username)).username == username


@pytest.mark.parametrize(
    "username",
    ["", "ab", "a" * 41, "Li", "li cadre", "李干部", "-abc", "abc.", "a@b", "li\n", "lі.cadre"],
)
def test_what_is_no_username_is_refused(username: str) -> None:
    with pytest.raises(ValidationError):
        NewAccount.model_validate(body(username=username))


@pytest.mark.parametrize(
    ("role", "scope", "fits"),
    [
        ("county", {}, True),
        ("county", {"village_ids": [identity()]}, False),
        ("county", {"shop_id": identity()}, False),
        ("cadre", {}, False),
        ("cadre", {"village_ids": [identity(), identity()]}, True),
        ("cadre", {"village_ids": [identity()], "shop_id": identity()}, False),
        ("seller", {}, False),
        ("seller", {"shop_id": identity()}, True),
        ("seller", {"shop_id": identity(), "village_ids": [identity()]}, False),
        ("provider", {}, False),
        ("admin", {}, False),
    ],
)
def test_a_scope_goes_with_a_role(role: str, scope: dict[str, Any], fits: bool) -> None:
    if fits:
        NewAccount.model_validate(body(role=role) | scope)
    else:
        with pytest.raises(ValidationError):
            NewAccount.model_validate(body(role=role) | scope)


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_is_long_enough_and_not_endless(password: str) -> None:
    with pytest.raises(ValidationError):
        NewAccount.model_validate(body(password=password))


def test_a_password_is_not_printed() -> None:
    assert "correct horse" not in repr(NewAccount.model_validate(body()))
    assert "correct horse" not in NewAccount.model_validate(body()).model_dump_json()
