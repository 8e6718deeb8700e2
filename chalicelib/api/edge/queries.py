"""Query parameters that several routes take."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


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
