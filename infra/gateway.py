"""API Gateway on this machine: turns one HTTP request into one call of the Chalice app.

Built from the parts of `chalice.local` and corrected where HTTP clients expect something else:
an unknown address is 404 (not 403).
"""

import gzip
import uuid
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalice.app import Chalice, Response
from chalice.local import LambdaContext, LambdaEventConverter, LocalChalice, RouteMatcher

from chalicelib.api.edge import index
from chalicelib.api.edge.answers import html, secured
from chalicelib.api.edge.problems import in_sentences, problem
from chalicelib.domain.errors import Refusal
from chalicelib.pages.drawing.errors import error_page
from chalicelib.pages.drawing.render import language_of
from chalicelib.pages.texts import Language

FUNCTION = "shanhuo-local"
LEAST_PACKED = 1024
"""Bytes of text that are worth it, in production too (infra/cloud/rest.py)."""
PACKED = ("text/", "application/json", "application/problem+json", "application/manifest+json")
MEMORY_MB = 512


@dataclass(frozen=True)
class Answer:
    """`headers` may name the same header twice (Set-Cookie)."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def for_client(self, accepted: str) -> "Answer":
        """The same in gzip for whoever takes it: a page is a fifth of its size.

        accepted: what the client sent as Accept-Encoding (RFC 9110, 12.5.3).
        """
        headers = {name.lower(): value for name, value in self.headers}
        is_text = headers.get("content-type", "").startswith(PACKED)
        if len(self.body) < LEAST_PACKED or not is_text or "content-encoding" in headers:
            return self
        varying = (*self.headers, ("Vary", "Accept-Encoding"))
        if not _takes_gzip(accepted):
            return Answer(self.status, varying, self.body)
        packed = gzip.compress(self.body, compresslevel=4, mtime=0)
        return Answer(self.status, (*varying, ("Content-Encoding", "gzip")), packed)


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        coding, _, weight = part.replace(" ", "").partition(";q=")
        if coding in {"gzip", "*"}:
            return weight.strip("0.") != "" if weight else True
    return False


Beside = Callable[[str, str, Mapping[str, str], bytes], Answer | None]
"""What answers beside the app: method, target, headers and body; None for what is the app's."""


class Gateway:
    """One for the whole server: sorting the routes again for each connection costs more than
    most requests do."""

    def __init__(self, app: Chalice, beside: Beside | None = None) -> None:
        if not isinstance(app, LocalChalice):
            # A plain app keeps its current request on the instance, where threads overwrite it.
            app.__class__ = type("PerThreadChalice", (LocalChalice, app.__class__), {})
        self._app = app
        self._beside = beside
        self._events = LambdaEventConverter(RouteMatcher(list(app.routes)), app.api.binary_types)

    def answer(
        self, method: str, target: str, headers: dict[str, str], body: bytes, client: str
    ) -> Answer:
        """`target` is the path and query of the request line, `headers` have lower-case names,
        `client` is the peer's address. The body of a HEAD is still in the answer."""
        if self._beside and (beside := self._beside(method, target, headers, body)):
            return beside
        language = language_of(headers.get("accept-language"), None)
        try:
            event = self._event(method, target, headers, body)
        except ValueError:  # no route has this shape, or the target is no URL
            return plain(self._nowhere(language, headers.get("accept", "")))
        event["requestContext"]["identity"]["sourceIp"] = client
        event["requestContext"]["requestId"] = str(uuid.uuid4())
        return unpacked(self._app(event, LambdaContext(FUNCTION, MEMORY_MB)))

    def turned_away(self, method: str, target: str, headers: dict[str, str]) -> Answer | None:
        """What a request with a large body gets before that is read; None: read it."""
        language = language_of(headers.get("accept-language"), None)
        try:
            event = self._event(method, target, headers, b"")
        except ValueError:
            return plain(self._nowhere(language, headers.get("accept", "")))
        gate = index.gate(method, event["requestContext"]["resourcePath"])
        query = {
            name: values[-1]
            for name, values in (event["multiValueQueryStringParameters"] or {}).items()
        }
        refused = gate and gate.refusal_of(event["pathParameters"], query, language)
        return plain(refused) if refused else None

    def _event(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> dict[str, Any]:
        # urlparse would cut ";..." off the path and take it for the address it is not.
        path, mark, query = target.partition("?")
        event: dict[str, Any] = self._events.create_lambda_event(
            method, path.replace(";", "%3B") + mark + query, headers, body or None
        )
        if "" in event["pathParameters"].values():
            raise ValueError("an empty path segment")
        return event

    def _nowhere(self, language: Language, accept: str) -> Response:
        refusal = Refusal("not_found", what="page")
        if "text/html" not in accept:
            return problem(refusal, language)
        return html(error_page(404, in_sentences(refusal, language), language=language), 404)


def plain(response: Response) -> Answer:
    """A text response that did not pass through the app, with the headers every answer has."""
    return unpacked(secured(response).to_dict([]))


def unpacked(result: dict[str, Any]) -> Answer:
    """The Lambda proxy result as what goes over the wire."""
    body = result["body"] or ""
    # A str body is base64 exactly when the result says so.
    data = b64decode(body) if result.get("isBase64Encoded") else body
    headers = [(name, str(value)) for name, value in result["headers"].items()]
    for name, values in result["multiValueHeaders"].items():
        headers += [(name, str(value)) for value in values]
    if data and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    return Answer(
        result["statusCode"],
        tuple(headers),
        data if isinstance(data, bytes) else data.encode("utf-8"),
    )
