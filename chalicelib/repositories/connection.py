"""The way to the table: one connection for all kinds of item, and whether the table is there."""

import ipaddress
import threading
from functools import cache
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.connection import Connection

from chalicelib.config import Settings, settings
from chalicelib.wire.client import DYNAMODB, Wire
from chalicelib.wire.signing import Credentials, credentials

from .items import Item
from .tables import definition

if TYPE_CHECKING:
    from pynamodb.connection._botocore_private import BotocoreBaseClientPrivate

_connecting = threading.Lock()


@cache
def connection() -> Connection:
    """The one connection that all kinds of item share: each further client costs 100 ms."""
    chosen = settings()
    with _connecting:
        Item.Meta.table_name = chosen.table
        Item.Meta.region = chosen.region
        Item.Meta.host = chosen.endpoint
        if chosen.endpoint and _on_this_machine(chosen.endpoint):
            # the embedded engine asks for a signature but checks none
            Item.Meta.aws_access_key_id = Item.Meta.aws_secret_access_key = "local"  # noqa: S105
        shared: Connection = Item._get_connection().connection
        if chosen.wire == "own":
            shared._client = cast("BotocoreBaseClientPrivate", _wire(chosen))
        _ = shared.client  # made here, as making it is not safe in two threads at once
        return shared


def _wire(chosen: Settings) -> Wire:
    """In the place of botocore's client: it has the one method that PynamoDB calls."""
    key, secret = Item.Meta.aws_access_key_id, Item.Meta.aws_secret_access_key
    return Wire(
        DYNAMODB,
        chosen.region,
        (lambda: Credentials(key, secret)) if key and secret else credentials(),
        chosen.endpoint,
        connect_seconds=Item.Meta.connect_timeout_seconds,
        read_seconds=Item.Meta.read_timeout_seconds,
    )


def _on_this_machine(endpoint: str) -> bool:
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def reachable() -> bool:
    """Whether the store answers and has the table."""
    try:
        connection().dispatch("DescribeTable", {"TableName": settings().table})
    except (ClientError, BotoCoreError):
        return False
    return True


def create_table() -> None:
    """Create the table if it is not there; raises botocore errors."""
    try:
        connection().dispatch("CreateTable", definition())
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceInUseException":
            raise
