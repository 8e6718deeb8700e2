"""What every item of the one table is made of: its keys, its record, and where a record lies."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Generic, Self, TypeVar

from pydantic import BaseModel
from pynamodb.attributes import Attribute, DiscriminatorAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.constants import STRING
from pynamodb.models import Model

from chalicelib.domain.fields import to_text

T = TypeVar("T", bound=BaseModel)

Key = tuple[str, str]
"""An item's pk and sk."""
SCOPE, OFFICE = "scope-index", "office-index"
INDEX_KEYS = ("scope", "scope_at", "office", "office_at")
MOST_PARSED = 256
"""Batches, at some 20 KB."""


class Document(Attribute[T]):
    """A domain record as JSON text: adding a field touches the domain alone, reading is fast.

    read_often: the same text is parsed once by each process, as thousands of parcels share a batch;
    records are frozen, so whoever reads may share them.
    """

    attr_type = STRING

    def __init__(self, model: type[T], *, read_often: bool = False) -> None:
        super().__init__()
        read: Callable[[str], T] = model.model_validate_json
        self._read = lru_cache(MOST_PARSED)(read) if read_often else read

    def serialize(self, value: T | str) -> str:
        """`value`: a record, or the text of one that holds more than this release knows."""
        return value if isinstance(value, str) else value.model_dump_json(exclude_none=True)

    def deserialize(self, value: str) -> T:
        return self._read(value)


class Item(Model):
    """What every item has. `version` counts its writes; `state` repeats the record's.

    scope/office: partition keys of the two indexes, each with its sort key. fingerprint: of the
    content a client sent. expires_at: TTL in epoch seconds; readers check it too.
    """

    class Meta:
        table_name: str
        host: str | None
        region: str
        aws_access_key_id: str | None = None
        aws_secret_access_key: str | None = None
        connect_timeout_seconds = 1
        read_timeout_seconds = 3
        max_retry_attempts = 2
        max_pool_connections = 64

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = DiscriminatorAttribute()
    version = NumberAttribute(default=1)
    state = UnicodeAttribute(null=True)
    scope = UnicodeAttribute(null=True)
    scope_at = UnicodeAttribute(null=True)
    office = UnicodeAttribute(null=True)
    office_at = UnicodeAttribute(null=True)
    fingerprint = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)

    CYCLE: ClassVar[str | None] = None
    """The life cycle in domain/lifecycle.py that `state` follows."""
    written: str | None = None
    """The text of its record as it was read."""

    @property
    def key(self) -> Key:
        return self.pk, self.sk

    @property
    def journal_pk(self) -> str:
        """The partition of its journal: its own, where it has one."""
        return str(self.pk)

    @property
    def next_entry(self) -> tuple[str, int]:
        """Where its journal has the entry of what is written to it next."""
        return self.journal_pk, int(self.version) + 1


@dataclass(frozen=True)
class Layout:
    """Where a record lies: templates over its own fields.

    scope, office: its partitions in the two indexes, both sorted by `at`.
    """

    pk: str
    sk: str
    scope: str | None = None
    office: str | None = None
    at: str | None = None

    def keys(self, doc: BaseModel) -> dict[str, Any]:
        """The key attributes of one record."""
        fields = _Fields(doc)
        at = self.at and self.at.format_map(fields)
        return {
            "pk": self.pk.format_map(fields),
            "sk": self.sk.format_map(fields),
            "state": getattr(doc, "state", None),
            "scope": self.scope and self.scope.format_map(fields),
            "scope_at": at if self.scope else None,
            "office": self.office and self.office.format_map(fields),
            "office_at": at if self.office else None,
        }


class _Fields(dict[str, Any]):
    """A record's fields by name, instants as text that sorts."""

    def __init__(self, doc: BaseModel) -> None:
        super().__init__()
        self.doc = doc

    def __missing__(self, name: str) -> Any:
        value = getattr(self.doc, name)
        return to_text(value) if isinstance(value, datetime) else value


class Recorded(Item, Generic[T]):
    """An item whose `doc` is a record of the domain."""

    LAYOUT: ClassVar[Layout]
    doc: Document[T]

    @classmethod
    def of(cls, doc: T, **rest: Any) -> Self:
        return cls(**cls.LAYOUT.keys(doc), doc=doc, **rest)
