"""Where tests look on as the store is asked, whichever client asks it: the one call that PynamoDB
makes, and each try of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from chalicelib.config import settings
from chalicelib.repositories.connection import connection
from chalicelib.repositories.items import Item
from chalicelib.wire.client import DYNAMODB, Wire
from chalicelib.wire.signing import Credentials
from tests.waits import LONG_WAIT

Ask = Callable[[str, dict[str, Any]], dict[str, Any]]
"""An operation's name and parameters; returns the store's answer."""


@contextmanager
def asking(around: Callable[[Ask, str, dict[str, Any]], dict[str, Any]]) -> Iterator[None]:
    """`around` is called in place of each call, and makes it or not."""
    client = connection().client
    really: Ask = client._make_api_call

    def ask(operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        return around(really, operation, parameters)

    with patch.object(client, "_make_api_call", ask):
        yield


def leading_to(url: str, marks: dict[str, str] | None = None, *, patient: bool = True) -> Wire:
    """A wire like the app's, to another place, with further headers; patient: it waits as long as
    other tests do (tests/conftest.py)."""
    as_the_app = Item.Meta.connect_timeout_seconds, Item.Meta.read_timeout_seconds
    connect_seconds, read_seconds = (LONG_WAIT, LONG_WAIT) if patient else as_the_app
    return Wire(
        DYNAMODB,
        settings().region,
        lambda: Credentials("local", "local"),
        url,
        connect_seconds=connect_seconds,
        read_seconds=read_seconds,
        headers=marks,
    )
