"""Villages, producers and shops: who grows and who sells."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from . import phones
from .errors import Refusal
from .fields import Body, Id, Instant, Line, Model, Name, clean_lines
from .text import half_width


def _division_code(value: str) -> str:
    if not re.fullmatch(r"[0-9]{12}|[0-9]{9}|[0-9]{6}", value):
        raise ValueError("应为 6、9 或 12 位数字", "6, 9 or 12 digits")
    return value


class NewVillage(Body):
    name: Name
    county: Name
    province: Name
    division_code: Annotated[str, Field(max_length=12), AfterValidator(_division_code)] | None = (
        None
    )
    """Administrative division code (GB/T 2260, GB/T 10114): 6, 9 or 12 digits."""


class Village(Model):
    id: str
    name: str
    county: str
    province: str
    division_code: str | None = None
    created_at: Instant


class NewProducer(Body):
    village_id: Id
    kind: Literal["cooperative", "household", "farm"]
    display_name: Name
    """What buyers see: a cooperative's name or "农户 12", never a private person's name."""
    credit_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{18}$")] | None = None
    """Unified social credit code (GB 32100): 18 characters."""
    household_code: Line | None = None


class Producer(Model):
    """household_code is private: for county and cadres only, never on a trace page. It is stored as
    `sealed_household`; in plain only by releases before 0.2."""

    id: str
    village_id: str
    kind: Literal["cooperative", "household", "farm"]
    display_name: str
    credit_code: str | None = None
    household_code: str | None = Field(default=None, repr=False)
    sealed_household: str | None = Field(default=None, repr=False)
    created_at: Instant


_WECHAT = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{5,19}|1[3-9][0-9]{9}")
"""An id of WeChat, or the mobile's number by which WeChat finds whoever has no other."""
LONGEST_ADDRESS = 200
"""Characters: with the name and the number that a parcel goes to."""


def _wechat(value: str) -> str:
    wechat = half_width(value, 60).strip()
    if not _WECHAT.fullmatch(wechat):
        raise ValueError(
            "应为微信号：6 到 20 个字母、数字、下划线或减号，以字母或下划线开头；"
            "或微信绑定的手机号",
            "must be a WeChat id: 6 to 20 letters, digits, _ or -, beginning with a letter or _;"
            " or the mobile number that WeChat finds",
        )
    return wechat


class Contact(Body):
    """How buyers reach a shop: it is shown to everybody, the address for returns to whoever holds
    the key of an order or a complaint. What is left out is not known."""

    phone: Annotated[str, Field(max_length=30), AfterValidator(phones.kept)] | None = None
    """Also a landline or a 400 number, with its extension."""
    wechat: Annotated[str, Field(max_length=60), AfterValidator(_wechat)] | None = None
    return_address: (
        Annotated[
            str,
            StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_ADDRESS),
            AfterValidator(clean_lines),
        ]
        | None
    ) = None
    hours: Name | None = None
    """When somebody answers, in the shop's own words."""


LabelName = Literal["none", "masked"]
"""Whether a parcel's label says whom it is for: the order's end and the masked surname."""


class ChangedContact(Contact):
    """All of it, as it shall be. contact_version: of what was looked at, if that matters.
    label_name: left as it is where nothing is said."""

    contact_version: Annotated[int, Field(ge=0)] | None = None
    label_name: LabelName | None = None


CONTACT = tuple(Contact.model_fields)
SETTINGS = (*CONTACT, "label_name")
"""What a seller changes of the shop."""


class NewShop(Contact):
    name: Name
    village_ids: Annotated[list[Id], Field(min_length=1, max_length=50)]


class Shop(Model):
    """A seller's desk. It may offer the batches of its villages.

    contact_version: how often its contact, or what its labels say, was changed since the shop was
    opened.
    """

    id: str
    name: str
    village_ids: tuple[str, ...]
    created_at: Instant
    phone: str | None = None
    wechat: str | None = None
    return_address: str | None = None
    hours: str | None = None
    contact_version: int = 0
    label_name: LabelName = "none"

    @property
    def contact(self) -> dict[str, str | None]:
        return {name: getattr(self, name) for name in CONTACT}

    @property
    def settings(self) -> dict[str, str | None]:
        return {name: getattr(self, name) for name in SETTINGS}

    def reached_by(self, body: ChangedContact) -> "Shop":
        """The shop with these settings; the same shop where it has them already.

        Raises "contact_changed" for a change of another version than the present one.
        """
        after = {name: getattr(body, name) for name in CONTACT}
        after["label_name"] = body.label_name or self.label_name
        if after == self.settings:
            return self
        if body.contact_version not in {None, self.contact_version}:
            raise Refusal("contact_changed")
        return self.model_copy(update={**after, "contact_version": self.contact_version + 1})

    def changed(self, body: NewShop) -> "Shop":
        """The shop as this says, its contact included."""
        given = {**dict(body), "village_ids": tuple(body.village_ids)}
        after = self.model_copy(update=given)
        version = self.contact_version + (after.contact != self.contact)
        return after.model_copy(update={"contact_version": version})
