"""Who may do what, and where."""

from typing import get_args

import pytest

from chalicelib.domain.access import (
    PERMISSIONS,
    PUBLIC,
    Actor,
    Role,
    check_permission,
    check_shop,
    check_village,
)
from tests.domain.samples import refusal

COUNTY = Actor(id="1", role="county")
CADRE = Actor(id="2", role="cadre", village_ids=("v1", "v2"))
SELLER = Actor(id="3", role="seller", village_ids=("v1",), shop_id="s1")
PROVIDER = Actor(id="4", role="provider")


def test_who_lacks_a_permission_is_forbidden() -> None:
    check_permission(CADRE, "batch:inspect")
    for other in (COUNTY, SELLER, PROVIDER, PUBLIC):
        with refusal("forbidden"):
            check_permission(other, "batch:inspect")


def test_the_table_knows_only_roles_that_exist_and_gives_none_to_the_public() -> None:
    roles = set(get_args(Role))
    assert all(given and given <= roles for given in PERMISSIONS.values())


def test_the_payment_provider_may_only_tell_of_payments() -> None:
    assert [permission for permission, roles in PERMISSIONS.items() if "provider" in roles] == [
        "order:pay"
    ]


@pytest.mark.parametrize(
    ("actor", "inside"),
    [
        (COUNTY, {"v1", "v2", "v3"}),
        (CADRE, {"v1", "v2"}),
        (SELLER, {"v1"}),
        (PROVIDER, set()),
        (PUBLIC, set()),
    ],
    ids=lambda actor: actor.role or "public" if isinstance(actor, Actor) else "",
)
def test_another_village_reads_as_not_found(actor: Actor, inside: set[str]) -> None:
    for village in ("v1", "v2", "v3"):
        if village in inside:
            check_village(actor, village, "batch")
        else:
            with refusal("not_found") as refused:
                check_village(actor, village, "batch")
            assert refused.value.facts == {"what": "batch"}, "and says no more"


@pytest.mark.parametrize(
    ("actor", "inside"),
    [
        (COUNTY, {"s1", "s2"}),
        (CADRE, set()),
        (SELLER, {"s1"}),
        (PROVIDER, {"s1", "s2"}),
        (PUBLIC, set()),
    ],
    ids=lambda actor: actor.role or "public" if isinstance(actor, Actor) else "",
)
def test_another_shop_reads_as_not_found(actor: Actor, inside: set[str]) -> None:
    for shop in ("s1", "s2"):
        if shop in inside:
            check_shop(actor, shop, "order")
        else:
            with refusal("not_found"):
                check_shop(actor, shop, "order")
