"""The index of all routes: which subject's module declares a route, before that module is imported.

routes.txt is written by `make routes` from the declarations and held to them by a test. A subject
is imported when one of its routes is first asked for: a cold start pays for what it answers only.
"""

import gc
import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chalice.app import Chalice, Response

from .routing import GATES, ROUTES, Gate, Route

API = Path(__file__).parent.parent
PACKAGE = __package__.removesuffix(".edge")
FILE = API / "routes.txt"


@dataclass(frozen=True)
class IndexEntry:
    """One line of the index. subject: a module of the api, dotted, such as buyer.traces. is_page:
    answered with a page that a browser can open."""

    method: str
    path: str
    permission: str
    subject: str
    handler: str
    is_page: bool

    @classmethod
    def of(cls, route: Route) -> "IndexEntry":
        return cls(
            route.method,
            route.path,
            route.permission,
            route.subject,
            route.handler,
            route.html and route.method == "GET",
        )

    def __str__(self) -> str:
        """The line."""
        page = "  page" if self.is_page else ""
        where = f"{self.subject}.{self.handler}"
        return f"{self.method:<6} {self.path:<52} {self.permission:<18} {where}{page}"


@cache
def entries() -> tuple[IndexEntry, ...]:
    """In the order of the file."""
    rows = []
    for line in FILE.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            method, path, permission, where, *page = line.split()
            subject, _, handler = where.rpartition(".")
            rows.append(IndexEntry(method, path, permission, subject, handler, bool(page)))
    return tuple(rows)


@cache
def gate(method: str, path: str) -> Gate | None:
    """What answers a route, its subject imported; None for what is no route of ours."""
    for entry in entries():
        if (entry.method, entry.path) == (method, path):
            load(entry.subject)
            return GATES[method, path]
    return None


def register(app: Chalice) -> None:
    """Give the app every route; none of their modules is imported yet."""
    for entry in entries():
        app.route(
            entry.path,
            methods=[entry.method],
            name=f"{entry.subject}_{entry.handler}",
            content_types=["*/*"],  # checked in the gate, which answers with a problem
        )(_view(app, entry))


def _view(app: Chalice, entry: IndexEntry) -> Callable[..., Response]:
    def view(**path_params: str) -> Response:
        load(entry.subject)
        assert app.current_request is not None
        return GATES[entry.method, entry.path].answer(app.current_request, path_params)

    view.__name__ = f"{entry.subject}_{entry.handler}"
    return view


@cache
def load(subject: str) -> None:
    """Import a subject's module, which declares its routes; who comes meanwhile waits for it."""
    with uncollected():
        importlib.import_module(f"{PACKAGE}.{subject}")


def declared() -> list[Route]:
    """Every route as its subject declares it; all subjects are imported for that."""
    for subject in {entry.subject: None for entry in entries()}:
        load(subject)
    return ROUTES


@contextmanager
def uncollected() -> Iterator[None]:
    """Nothing that an import makes is garbage: the collector's passes were a sixth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
