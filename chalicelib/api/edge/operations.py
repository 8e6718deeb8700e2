"""What an operator, or AWS itself, asks of production beside HTTP: each a function of its own."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.repositories import keys
from chalicelib.services.accounts import open_county

from . import logs


def open_county_account(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A county account by its user name, new or as it was, with a new password.

    The password is in the answer and nowhere else.
    """
    logs.listen()
    name = str(event.get("username") or "county")
    password, is_new = open_county(name, datetime.now(UTC))
    return {"username": name, "password": password, "is_new": is_new}


def rotate_keys(event: dict[str, Any], context: Any) -> None:
    """One step of AWS Secrets Manager's rotation."""
    logs.listen()
    keys.rotate(event["Step"], event["SecretId"], event["ClientRequestToken"])
