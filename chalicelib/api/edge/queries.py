"""Query parameters that several routes take, and the page of a list that they ask for."""

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.domain.fields import Model
from chalicelib.repositories.reading import Kind, ListPage

T = TypeVar("T")


class Query(BaseModel):
    """Query parameters: text that becomes what it should be; unknown ones are ignored."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    lang: Annotated[str, Field(max_length=10)] | None = None


class ListQuery(Query):
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=400)] | None = None


class KeyQuery(Query):
    """key: a buyer's, to one order or complaint; the handler checks it."""

    key: Annotated[str, Field(max_length=100)] | None = None


class PageQuery(Query):
    """text: large, for letters a quarter larger."""

    text: Annotated[str, Field(max_length=10)] | None = None

    @property
    def large(self) -> bool:
        return self.text == "large"


class Listing(Model, Generic[T]):
    """A page of a list; `next_cursor` is null on the last."""

    items: list[T]
    next_cursor: str | None

    @classmethod
    def of(cls, page: ListPage[Kind], answer: Callable[[Kind], T]) -> "Listing[T]":
        """Each item of the page as it is answered."""
        return Listing(items=list(map(answer, page.items)), next_cursor=page.next_cursor)
