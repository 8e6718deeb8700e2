"""The app as an HTTP server should be, behind API Gateway as behind the local one.

Chalice would answer 400 to a picture without a fitting Accept, and 405 in its own words to HEAD.
"""

import time
from typing import Any

from chalice.app import Chalice, Response

from chalicelib.domain.errors import Refusal
from chalicelib.pages.drawing.render import language_of

from . import logs
from .answers import secured
from .problems import problem

ANYTHING_AT_LAST = "*/*;q=0.001"
"""The lowest possible weight satisfies Chalice's check and outranks nothing that was asked for."""
SIGN_INS = frozenset({"/v1/sessions", "/login"})
FAILED = frozenset({401, 429})


class Application(Chalice):
    """One call is one request: an event of API Gateway's Lambda proxy, and its result."""

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        began = time.perf_counter()
        asked = event["requestContext"]
        method, route = asked["httpMethod"], asked["resourcePath"]
        with logs.about(asked.get("requestId")):
            result = self._answer(event, context, method, route)
            failed = method == "POST" and route in SIGN_INS and result["statusCode"] in FAILED
            logs.line(
                {
                    "method": method,
                    "route": route,
                    "status": result["statusCode"],
                    "ms": round((time.perf_counter() - began) * 1000),
                },
                {"FailedSignIns": 1} if failed else {},
            )
        return result

    def _answer(self, event: Any, context: Any, method: str, route: str) -> dict[str, Any]:
        headers = {name.lower(): text for name, text in (event["headers"] or {}).items()}
        views = self.routes[route]
        if method in views:
            return self._called(event, context, headers, method)
        if method == "HEAD" and "GET" in views:  # whoever sends it leaves the body out
            return self._called(event, context, headers, "GET")
        allowed = sorted({*views, "OPTIONS"} | ({"HEAD"} if "GET" in views else set()))
        allow = ", ".join(allowed)
        if method == "OPTIONS":
            return _plain(Response(body="", status_code=204, headers={"Allow": allow}))
        refusal = Refusal("method_not_allowed", method=method, allowed=allowed)
        language = language_of(headers.get("accept-language"), None)
        return _plain(problem(refusal, language, {"Allow": allow}))

    def _called(
        self, event: Any, context: Any, headers: dict[str, str], method: str
    ) -> dict[str, Any]:
        accept = headers.get("accept")
        if accept is None or "*/*" not in accept:
            accept = f"{accept}, {ANYTHING_AT_LAST}" if accept else "*/*"
        asked = event["requestContext"] | {"httpMethod": method}
        event = event | {"headers": headers | {"accept": accept}, "requestContext": asked}
        result: dict[str, Any] = super().__call__(event, context)
        if isinstance(result["body"], bytes):
            # Lambda cannot hand it on; said on every machine, or it would work on this one alone
            raise TypeError(
                f"{asked['resourcePath']}: its content type is not in app.api.binary_types"
            )
        return result


def _plain(response: Response) -> dict[str, Any]:
    """A text answer that no view gave, with the headers every answer has."""
    result: dict[str, Any] = secured(response).to_dict([])
    return result
