"""The edge of every route: who may, what is read, how often it is done, how it is answered.

A route is declared with its permission (a key of domain/access.py's PERMISSIONS) or "public", its
body and its answer; from the same declaration come the checks and the OpenAPI document.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from chalice.app import Request, Response
from pydantic import BaseModel, ValidationError

from chalicelib.config import ring
from chalicelib.domain.access import PERMISSIONS, PUBLIC, Actor, Call, check_permission
from chalicelib.domain.errors import Refusal
from chalicelib.domain.networks import network
from chalicelib.pages.drawing.errors import error_page
from chalicelib.pages.drawing.refill import refilled
from chalicelib.pages.drawing.render import Page, language_of
from chalicelib.pages.texts import Language
from chalicelib.repositories import deadline
from chalicelib.repositories.errors import StoreUnavailable
from chalicelib.repositories.sealing import keyed_hash
from chalicelib.services.accounts import actor_of

from . import bounds, kept, notes, sent
from .answers import html, refused_page, secured, see_other, session_of, wants_page
from .origins import is_foreign
from .problems import STATUS, in_sentences, problem, unreadable
from .queries import Query

M = TypeVar("M", bound=BaseModel)

REQUEST_SECONDS = 15.0
"""Seconds in which a request may ask the store. API Gateway waits 29 s (AWS limit), and the last
question may take 9 s: three tries of three seconds."""
_SAFE_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Route:
    """A declared route, as tests and the OpenAPI document read it."""

    method: str
    path: str
    permission: str
    subject: str
    handler: str
    summary: str
    body: type[BaseModel] | None
    answer: Any
    statuses: tuple[int, ...]
    query: type[Query]
    html: bool
    keyed: bool
    buyer_key: bool
    device_time: bool
    takes: str | None


ROUTES: list[Route] = []
"""Every route whose subject was imported, in the order of declaration; see index.declared."""
GATES: dict[tuple[str, str], "Gate"] = {}
"""What answers them, by method and path."""


@dataclass(frozen=True)
class Edge:
    """One request as a handler sees it.

    address: whose it is, as limits count; source: as it came. session: a page's cookie's token.
    """

    call: Call
    query: Any
    language: Language
    address: str
    source: str
    agent: str
    accept: str
    session: str | None
    headers: Mapping[str, str]

    @property
    def csrf(self) -> str:
        """What a page's forms send back to prove that they are ours."""
        return csrf_of(self.session or "")

    @property
    def whose(self) -> str:
        """What a page's forms say of the account that they were shown to."""
        return kept.mark_of(self.call.actor.id)


def csrf_of(session: str) -> str:
    return keyed_hash("csrf", session).hex()[:40]


class Routes:
    """A subject's routes. subject: its module, dotted, as from the api's folder."""

    def __init__(self, module: str) -> None:
        self.subject = ".".join(module.split(".")[-2:])

    def api(
        self,
        method: str,
        path: str,
        permission: str,
        *,
        body: type[BaseModel] | None = None,
        answer: Any = None,
        status: int = 200,
        query: type[Query] = Query,
        html: bool = False,
        keyed: bool = False,
        buyer_key: bool = False,
        device_time: bool = False,
        takes: str | None = None,
        identify: bool = True,
        largest: int | None = None,
        admits: Callable[..., None] | None = None,
        unproven: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a route.

        answer: a pydantic model; None for what is not JSON. The handler of a PUT returns
        (answer, is_new): it answers 201 at first and 200 when it is repeated.
        html: a page, whose refusals are pages too; else data.
        keyed: takes an Idempotency-Key.
        buyer_key: open also to whoever holds `?key=`, which the handler checks.
        device_time: takes a Device-Time, the phone's clock when it sends.
        takes: the content type of a raw body, if only one is taken.
        identify: False for a public route that does not look at who calls.
        largest: bytes of a body, where the usual bound is too small.
        admits: of a signed link; called with its ids, its signature and now before a large body
        is read, and raises Refusal.
        unproven: takes forms of an earlier session, and writes nothing.
        """
        if permission != "public" and permission not in PERMISSIONS:
            raise ValueError(f"{method} {path}: no such permission {permission!r}")

        def declare(handler: Callable[..., Any]) -> Callable[..., Any]:
            route = Route(
                method=method,
                path=path,
                permission=permission,
                subject=self.subject,
                handler=handler.__name__,
                summary=(handler.__doc__ or "").strip().split("\n")[0],
                body=body,
                answer=answer,
                statuses=(201, 200) if method == "PUT" else (status,),
                query=query,
                html=html,
                keyed=keyed,
                buyer_key=buyer_key,
                device_time=device_time,
                takes=sent.JSON if body is not None else takes,
            )
            ROUTES.append(route)
            by_anybody = permission == "public" or buyer_key
            most = largest or bounds.largest(is_form=html, by_anybody=by_anybody)
            GATES[method, path] = Gate(route, handler, identify, most, admits, unproven)
            return handler

        return declare


class Gate:
    """What stands between a request and its handler."""

    def __init__(
        self,
        route: Route,
        handler: Callable[..., Any],
        identify: bool,
        largest: int,
        admits: Callable[..., None] | None,
        unproven: bool,
    ) -> None:
        self.route = route
        self.handler = handler
        self.identify = identify
        self.largest = largest
        self.admits = admits
        self.unproven = unproven

    def refusal_of(
        self, path_params: Mapping[str, str], given: Mapping[str, str], language: Language
    ) -> Response | None:
        """The refusal that a request gets by its address alone, before its body is read; else
        None."""
        if self.admits is None:
            return None
        try:
            ids = self._ids(path_params)
            self.admits(*ids.values(), given.get("signature", ""), datetime.now(UTC))
        except Refusal as refusal:
            return problem(refusal, language)
        return None

    def _ids(self, path_params: Mapping[str, str]) -> dict[str, str]:
        return {
            name: sent.path_param(name, text, self.route.method)
            for name, text in path_params.items()
        }

    def answer(self, request: Request, path_params: dict[str, str]) -> Response:
        """The handler's answer, or its refusal in the caller's language."""
        given = dict(request.query_params or {})
        if self.route.html and self.route.permission != "public":
            given = notes.with_done(
                given, request.headers if self.route.method in _SAFE_METHODS else {}
            )
        language = language_of(request.headers.get("accept-language"), given.get("lang"))
        try:
            with deadline.within(REQUEST_SECONDS):
                response = self._handled(request, path_params, given, language)
        except Refusal as refusal:
            response = self._refused(refusal, language, request)
        except StoreUnavailable:
            response = self._refused(Refusal("store_unavailable"), language, request)
        return secured(response)

    def _handled(
        self,
        request: Request,
        path_params: dict[str, str],
        given: dict[str, str],
        language: Language,
    ) -> Response:
        now = datetime.now(UTC)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)  # as it is stored
        actor, session = self._who(request, now)
        route = self.route
        gate, again = self, None
        most = self.largest if session else bounds.LARGEST_FORM
        form = self._form_of_a_desk(request, most)
        if form is not None:
            proof = csrf_of(session) if session else None
            again = kept.again(request, form, actor.id, proof, now.timestamp())
            gate = GATES["GET", route.path] if again else self
        if again and again.elsewhere:
            return again.elsewhere
        actor = gate._permitted(actor, given)
        params = gate._ids(path_params)
        key = sent.idempotency_key(request) if route.keyed else None
        device_now = sent.device_time(request) if route.device_time else None
        source = request.context.get("identity", {}).get("sourceIp", "")
        edge = Edge(
            call=Call(
                actor,
                now,
                key,
                device_now=device_now,
                request=request.context.get("requestId"),
            ),
            query=read(gate.route.query, given),
            language=language,
            address=network(source),
            source=source,
            agent=request.headers.get("user-agent", "")[:200],
            accept=request.headers.get("accept", ""),
            session=session,
            headers=request.headers,
        )
        if again:
            page = gate.handler(edge, **params)
            if isinstance(page, Page):
                page = html(refilled(page, again.typed, language), again.status)
            return gate._response(edge, page)
        if route.method in _SAFE_METHODS:
            response = self._response(edge, self.handler(edge, **params))
            is_told = given.get(notes.DONE) and route.permission != "public"
            return notes.taken(response, request.context["path"]) if is_told else response
        if "authorization" not in request.headers and is_foreign(request.headers):
            raise Refusal("csrf")
        raw = sent.raw_body(request, self.largest)
        if form is None:
            form = sent.form_fields(request, raw) if route.html else {}
        if session is not None and not self.unproven:
            proof = form.get("csrf") or request.headers.get("x-csrf-token", "")
            if not hmac.compare_digest(proof.encode(), csrf_of(session).encode()):
                raise Refusal("csrf")
        if route.html:
            return self._response(edge, self.handler(edge, form=form, **params))
        if route.takes:
            sent.check_kind(request, raw, route.takes)
        if route.body is None:
            return self._response(edge, self.handler(edge, raw=raw, **params))
        body = read(route.body, raw or b"{}")
        return self._response(edge, self.handler(edge, body, **params))

    def _form_of_a_desk(self, request: Request, most: int) -> dict[str, str] | None:
        """What a page of a desk sent, which is not lost with a session; None of all else."""
        route, raw = self.route, request.raw_body
        assert isinstance(raw, bytes)  # as sent.raw_body knows
        is_ours = (
            route.method == "POST"
            and route.permission != "public"
            and ("GET", route.path) in GATES
            and "authorization" not in request.headers
            and self._wants_page(request)
            and not is_foreign(request.headers)
        )
        return sent.form_fields(request, raw) if is_ours and len(raw) <= most else None

    # --- who -------------------------------------------------------------------------------------

    def _who(self, request: Request, now: datetime) -> tuple[Actor, str | None]:
        """The actor, and the session token if it came by cookie.

        Raises "unauthenticated" for a wrong bearer token, even on a public route: its sender
        thinks to be someone.
        """
        if self.route.permission == "public" and not self.identify:
            return PUBLIC, None
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme:
            if scheme.lower() != "bearer":
                raise Refusal("unauthenticated")
            return self._bearer(token.strip(), now), None
        session = session_of(request.headers)
        if session:
            try:
                return actor_of(session, now.timestamp()), session
            except Refusal:  # an old cookie is no reason to refuse what anyone may see
                return PUBLIC, None
        return PUBLIC, None

    def _bearer(self, token: str, now: datetime) -> Actor:
        expected = ring().payment_token
        if expected and hmac.compare_digest(token.encode(), expected.encode()):
            return Actor(id="payment-provider", role="provider")
        return actor_of(token, now.timestamp())

    def _permitted(self, actor: Actor, given: Mapping[str, str]) -> Actor:
        """The actor that the handler sees. A caller without the permission who sends a buyer's key
        is treated as the public; the handler then checks the key.

        Raises "unauthenticated", "forbidden".
        """
        permission = self.route.permission
        if permission == "public":
            return actor
        if self.route.buyer_key and "key" in given and actor.role not in PERMISSIONS[permission]:
            return PUBLIC
        if actor.role is None:
            raise Refusal("unauthenticated")
        check_permission(actor, permission)
        return actor

    # --- the answer ------------------------------------------------------------------------------

    def _response(self, edge: Edge, result: Any) -> Response:
        if isinstance(result, Page):
            result = html(result)
        if isinstance(result, Response):
            return result
        status = self.route.statuses[0]
        if self.route.method == "PUT":
            result, is_new = result
            status = 201 if is_new else 200
        headers: dict[str, str | list[str]] = {"Content-Type": "application/json"}
        if edge.call.replayed:
            headers["Idempotent-Replayed"] = "true"
        if result is None:
            return Response(body="", status_code=status, headers=headers)
        return Response(body=result.model_dump_json(), status_code=status, headers=headers)

    def _wants_page(self, request: Request) -> bool:
        return self.route.html and wants_page(self.route.path, request.headers.get("accept", ""))

    def _refused(self, refusal: Refusal, language: Language, request: Request) -> Response:
        if not self._wants_page(request):
            return problem(refusal, language)
        if refusal.code == "unauthenticated":
            return see_other(kept.sign_in_address(request))
        page = error_page(
            STATUS[refusal.code],
            in_sentences(refusal, language),
            language=language,
            code=refusal.code,
        )
        return refused_page(page, refusal)


def read(model: type[M], given: bytes | Mapping[str, Any]) -> M:
    """What a client sent, as JSON text or as fields. Raises Refusal for what cannot be read."""
    try:
        if isinstance(given, bytes):
            bounds.refuse_more_than_fits(model, given)
            return model.model_validate_json(given)
        return model.model_validate(given)
    except ValidationError as error:
        raise unreadable(error) from error
