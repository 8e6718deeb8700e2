"""Accounts of the people who run the platform. Buyers have none."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from .fields import Body, Id, Instant, Model, Name

SESSION_HOURS = 12
"""A working day: a phone lost in the evening is signed out by morning."""


def _username(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,38}[a-z0-9]", value):
        raise ValueError(
            "应为 3 到 40 个字符：a-z、0-9、点、短横、下划线",
            "3 to 40 characters: a-z, 0-9, dot, hyphen, underscore",
        )
    return value


Username = Annotated[str, Field(min_length=3, max_length=40), AfterValidator(_username)]


Password = Annotated[SecretStr, Field(min_length=8, max_length=200)]


class NewPassword(Body):
    password: Password


class NewAccount(Body):
    username: Username
    password: Password
    role: Literal["county", "cadre", "seller"]
    name: Name
    village_ids: Annotated[list[Id], Field(max_length=50)] = []
    shop_id: Id | None = None

    @model_validator(mode="after")
    def _scope_fits_role(self) -> Self:
        if self.role == "cadre" and not self.village_ids:
            raise ValueError("驻村干部要有 village_ids", "a cadre needs village_ids")
        if self.role == "seller" and self.shop_id is None:
            raise ValueError("卖家要有 shop_id", "a seller needs a shop_id")
        if self.role != "cadre" and self.village_ids:
            raise ValueError("只有驻村干部有 village_ids", "only a cadre has village_ids")
        if self.role != "seller" and self.shop_id is not None:
            raise ValueError("只有卖家有 shop_id", "only a seller has a shop_id")
        return self


class Account(Model):
    """As stored; `password_hash` is an argon2id hash and never answered."""

    id: str
    username: str
    role: Literal["county", "cadre", "seller"]
    name: str
    village_ids: tuple[str, ...] = ()
    shop_id: str | None = None
    password_hash: str = Field(default="", repr=False)
    created_at: Instant


class Credentials(Body):
    username: Annotated[str, Field(max_length=200)]
    password: Annotated[SecretStr, Field(max_length=200)]
