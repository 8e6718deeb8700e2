"""Signature Version 4, by which AWS knows who asks (AWS IAM User Guide, "Create a signed AWS API
request"), for what the wire sends: a body by POST to `/`.
"""

import hashlib
import hmac
import os
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(NamedTuple):
    """token: of a session, where the keys last only for a while."""

    access_key: str
    secret_key: str
    token: str | None = None


def credentials() -> Callable[[], Credentials]:
    """Whose keys sign, asked for before each signature. Lambda puts them into the environment.

    Everything else (profiles, single sign-on, containers) is found and renewed by botocore. Raises
    its NoCredentialsError.
    """
    access_key, secret_key = map(os.environ.get, ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
    if access_key and secret_key:
        kept = Credentials(access_key, secret_key, os.environ.get("AWS_SESSION_TOKEN"))
        return lambda: kept
    from botocore.exceptions import NoCredentialsError
    from botocore.session import get_session

    chain = get_session().get_credentials()
    if chain is None:
        raise NoCredentialsError
    return lambda: Credentials(*chain.get_frozen_credentials()[:3])


class Signer:
    """Signs what one service in one region is asked."""

    def __init__(self, service: str, region: str) -> None:
        self._place = region, service
        self._kept: tuple[tuple[str, str], bytes] = (("", ""), b"")

    def sign(
        self, headers: Mapping[str, str], body: bytes, whose: Credentials, at: float
    ) -> dict[str, str]:
        """The headers, Host among them, with those that say when (epoch seconds) and by whom."""
        moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
        sent = {**headers, "X-Amz-Date": moment}
        if whose.token:
            sent["X-Amz-Security-Token"] = whose.token
        lines = sorted((name.lower(), " ".join(value.split())) for name, value in sent.items())
        names = ";".join(name for name, _ in lines)
        listed = "\n".join(f"{name}:{value}" for name, value in lines)
        asked = f"POST\n/\n\n{listed}\n\n{names}\n{hashlib.sha256(body).hexdigest()}"
        scope = "/".join((moment[:8], *self._place, "aws4_request"))
        digest = hashlib.sha256(asked.encode()).hexdigest()
        text = f"{ALGORITHM}\n{moment}\n{scope}\n{digest}"
        key = self._key(moment[:8], whose.secret_key)
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        sent["Authorization"] = (
            f"{ALGORITHM} Credential={whose.access_key}/{scope},"
            f" SignedHeaders={names}, Signature={signature}"
        )
        return sent

    def _key(self, day: str, secret_key: str) -> bytes:
        """It is the same all day."""
        made_for, key = self._kept
        if made_for != (day, secret_key):
            key = b"AWS4" + secret_key.encode()
            for part in (day, *self._place, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._kept = (day, secret_key), key
        return key
