"""The house: its floors, its doors and its sweeping. Every rule is also shown to fail."""

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.api.edge import index
from chalicelib.api.edge.problems import STATUS
from chalicelib.domain.access import PERMISSIONS
from chalicelib.domain.sentences import SENTENCES
from infra import house, routes
from infra.house import imported

ROUTES = index.declared()

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "chalicelib"

MAY_IMPORT = {
    "app": {"api"},
    "api": {"api", "services", "pages", "domain", "config", "repositories"},
    "services": {"steps", "repositories", "providers", "domain", "config"},
    "steps": {"steps", "repositories", "providers", "domain", "config"},
    "repositories": {"repositories", "domain", "config", "wire"},
    "providers": {"providers", "domain", "config"},
    "pages": {"pages", "domain"},
    "domain": {"domain"},
    "config": {"wire"},
    "wire": {"wire"},
}
"""floor -> the floors it may import from. The api's way down to the store is narrower still:"""

ROOMS = {
    "api": {
        "v1": {"edge"},
        "buyer": {"edge"},
        "seller": {"edge", "v1"},
        "office": {"edge"},
        "edge": set[str](),
    },
    "pages": {
        "buyer": {"drawing", "texts"},
        "seller": {"drawing", "texts"},
        "office": {"drawing", "texts"},
        "drawing": {"texts"},
        "texts": set[str](),
    },
}
"""floor -> its rooms, one for whoever uses what is in it, and the rooms that each knows."""

DOORS_TO_THE_STORE = {
    "complaints": "a complaint as its order, batches and return are now, and its messages",
    "connection": "whether the store answers",
    "deadline": "how long a request may ask the store",
    "keys": "their rotation, which AWS asks for step by step",
    "errors": "the edge answers 503 when the store is away",
    "orders": "opening the buyer's name, and the buyer's key to an order",
    "photos": "links to pictures, and where browsers may send them",
    "reading": "the type of a page of a list",
    "sealing": "the keyed hash behind CSRF tokens",
    "items": "the type of any item",
    "tables": "the types of items",
}
"""What the edge may import from the store's floor, and what for."""

FORBIDDEN_NAMES = re.compile(r"(^|_)(utils?|helpers?|common|managers?|misc|base)(_|$)")
PRIVATE_WORDS = {"one", "each", "found", "said", "told"}
"""Once names of thousands of things, with seven meanings each."""
LONGEST_MODULE = 400
TABLES_PAGE = "chalicelib/repositories/tables.py"
"""All keys on one page (DESIGN.md), so it may be longer."""
OUR_OWN_MARKUP = {
    ("drawing/base.html", "style"): "our stylesheet; its hash is in the page's policy",
    ("drawing/base.html", "script"): "our script; its hash is in the page's policy",
    (
        "drawing/label.html",
        "label.qr",
    ): "SVG that qr.py beside it drew of a code, which is checked",
    ("seller/slips.html", "slip.qr"): "the same",
    ("office/print_code.html", "shown.qr"): "the same, of a batch's own address",
}
"""What a template may print as it is, and why."""


def modules(*folders: str) -> dict[str, str]:
    """path -> source, of every Python file in these folders."""
    return {
        str(path.relative_to(ROOT)): path.read_text()
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


CODE = {"app.py": (ROOT / "app.py").read_text(), **modules(PACKAGE)}
ALL = {**CODE, **modules("infra")}
PROVIDERS = {path.parent.name for path in (ROOT / PACKAGE / "providers").glob("*/__init__.py")}
TEMPLATES = {
    str(path.relative_to(ROOT)): path.read_text()
    for path in sorted((ROOT / PACKAGE / "pages/templates").rglob("*.html"))
}


# --- imports -------------------------------------------------------------------------------------


def floor(dotted: str) -> str | None:
    """The floor of one of our modules; None for what is not ours, "" for the house's door."""
    parts = dotted.split(".")
    if parts[0] == "app":
        return "app"
    if parts[0] != PACKAGE:
        return None
    return parts[1] if len(parts) > 1 else ""


def own_floor(path: str) -> str:
    return floor(path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")) or ""


def wrong_floors(path: str, source: str) -> list[str]:
    allowed = MAY_IMPORT.get(own_floor(path), set())
    return [
        f"{path} imports {name}"
        for name in imported(path, source)
        if (level := floor(name)) is not None and level not in allowed
    ]


def sideways(path: str, source: str) -> list[str]:
    """A service that imports a service: then one transaction has two authors."""
    if own_floor(path) != "services":
        return []
    return [
        f"{path} imports {name}" for name in imported(path, source) if floor(name) == "services"
    ]


def wrong_rooms(path: str, source: str) -> list[str]:
    """Within a floor: a room that knows another one which is not beside it."""
    here = path.split("/")
    if len(here) < 4 or here[1] not in ROOMS:
        return []
    allowed = {here[2], *ROOMS[here[1]].get(here[2], set())}
    there = [name.split(".") for name in imported(path, source)]
    return [
        f"{path} imports {'.'.join(parts)}"
        for parts in there
        if parts[:2] == here[:2] and len(parts) > 3 and parts[2] not in allowed
    ]


def names_a_provider(path: str, source: str) -> list[str]:
    """A module that speaks to one provider, past the interface that all of them share."""
    if own_floor(path) == "providers":
        return []
    return [
        f"{path} imports {name}"
        for name in imported(path, source)
        if floor(name) == "providers" and {*name.split(".")[2:3]} & PROVIDERS
    ]


def gathers(path: str, source: str) -> list[str]:
    """Whoever adds to a transaction is a service or one of its steps."""
    if own_floor(path) != "repositories" or path.endswith("/transaction.py"):
        return []
    name = f"{PACKAGE}.repositories.transaction.UnitOfWork"
    return [
        f"{path} imports {imported_name}"
        for imported_name in imported(path, source)
        if imported_name == name
    ]


def reaches_past_the_store(path: str, source: str) -> list[str]:
    """A service that speaks to the library below the store."""
    if own_floor(path) != "services":
        return []
    below = {"pynamodb", "botocore", "boto3"}
    return [name for name in imported(path, source) if name.split(".")[0] in below]


def side_doors(path: str, source: str) -> list[str]:
    """The edge reaching into the store by anything but the doors."""
    if own_floor(path) != "api":
        return []
    return [
        f"{path} imports {name}"
        for name in imported(path, source)
        if floor(name) == "repositories" and name.split(".")[2] not in DOORS_TO_THE_STORE
    ]


def foreign_to_the_rules(path: str, source: str) -> list[str]:
    """The rule book knows the standard library, pydantic and itself; no clock and no I/O."""
    if own_floor(path) != "domain":
        return []
    inside = (set(sys.stdlib_module_names) - {"os", "time", "socket", "pathlib", "io"}) | {
        "pydantic",
        PACKAGE,
    }
    foreign = [name for name in imported(path, source) if name.split(".")[0] not in inside]
    clocks = re.findall(r"\b(?:now|utcnow|today)\(\)|\bdatetime\.now\(|\bopen\(", source)
    return [f"{path} uses {use}" for use in [*foreign, *clocks]]


# --- sweeping ------------------------------------------------------------------------------------


def vague_names(path: str, source: str) -> list[str]:
    return [path] if FORBIDDEN_NAMES.search(Path(path).stem) else []


def private_words(path: str, source: str) -> list[str]:
    """A name that says nothing of what it names."""
    names: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append((node.lineno, node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.append((node.lineno, node.attr))
        elif isinstance(node, ast.arg):
            names.append((node.lineno, node.arg))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append((node.lineno, node.name))
    return [f"{path}:{line} {name}" for line, name in names if name.strip("_") in PRIVATE_WORDS]


def too_long(path: str, source: str) -> list[str]:
    lines = source.count("\n")
    return [f"{path}: {lines} lines"] if lines > LONGEST_MODULE and path != TABLES_PAGE else []


def left_to_do(path: str, source: str) -> list[str]:
    return [
        f"{path}:{number}"
        for number, line in enumerate(source.splitlines(), 1)
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line)
    ]


def swallowed(path: str, source: str) -> list[str]:
    """`except Exception` hides what it does not know; `print` is for programs, not for services."""
    findings = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        ):
            findings.append(f"{path}:{node.lineno} catches everything")
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            findings.append(f"{path}:{node.lineno} imports a star")
        if (
            path.startswith(PACKAGE)
            and isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"print", "eval", "exec"}
        ):
            findings.append(f"{path}:{node.lineno} calls {node.func.id}")
    return findings


def scans(path: str, source: str) -> list[str]:
    """No scan on a request path: only the local sweeper may."""
    if not path.startswith(PACKAGE) or path == "chalicelib/repositories/expiry.py":
        return []
    return [path] if re.search(r"[\"']Scan[\"']|\.scan\(", source) else []


def normalises(path: str, source: str) -> list[str]:
    """Text is normalised in one place, which bounds it first."""
    if path == "chalicelib/domain/text.py":
        return []
    uses = [name for name in imported(path, source) if name == "unicodedata.normalize"]
    return [f"{path}: {use}" for use in [*uses, *re.findall(r"\bunicodedata\.normalize", source)]]


def unescaped(path: str, source: str) -> list[str]:
    """A template that trusts what people typed."""
    findings = re.findall(r"autoescape\s+false", source)
    for printed in re.findall(r"([^{%]*)\|\s*safe\b", source):
        if ("/".join(Path(path).parts[-2:]), printed.strip()) not in OUR_OWN_MARKUP:
            findings.append(printed)
    return [f"{path}: {finding}" for finding in findings]


# --- the rules, over all files -------------------------------------------------------------------

Rule = Callable[[str, str], list[str]]

RULES: list[tuple[Rule, dict[str, str], list[tuple[str, str]]]] = [
    # the rule, the files it holds for, and snippets that break it
    (
        wrong_floors,
        CODE,
        [
            ("chalicelib/domain/x.py", "from ..services import orders"),
            ("chalicelib/domain/x.py", "def f():\n    import chalicelib.repositories.tables"),
            ("chalicelib/domain/x.py", "from ..config import settings"),
            ("chalicelib/repositories/x.py", "from ..services.orders import place"),
            ("chalicelib/repositories/x.py", "from ..api import problems"),
            ("chalicelib/repositories/x.py", "from ..steps import stock"),
            ("chalicelib/repositories/x.py", "from .. import providers"),
            ("chalicelib/providers/x.py", "from ..repositories.tables import OrderItem"),
            ("chalicelib/api/x.py", "from ..providers import Away"),
            ("chalicelib/steps/x.py", "from ..services import orders"),
            ("chalicelib/services/x.py", "from ..api.routing import Edge"),
            ("chalicelib/services/x.py", "from ..pages import trace"),
            ("chalicelib/services/x.py", "from ..services import orders"),
            ("chalicelib/pages/x.py", "from ..services import traces"),
            ("chalicelib/pages/x.py", "from ..repositories import photos"),
            ("chalicelib/pages/texts/x.py", "from ...services import traces"),
            ("chalicelib/services/x.py", "import app"),
            ("chalicelib/config.py", "from .domain import fields"),
            ("app.py", "from chalicelib.services import orders"),
        ],
    ),
    (
        sideways,
        CODE,
        [
            ("chalicelib/services/x.py", "from . import orders"),
            ("chalicelib/services/x.py", "from .orders import place"),
            ("chalicelib/services/x.py", "def f():\n    from chalicelib.services import orders"),
        ],
    ),
    (
        wrong_rooms,
        CODE,
        [
            ("chalicelib/api/edge/x.py", "from ..seller import orders"),
            ("chalicelib/api/edge/x.py", "from ..v1.orders import OrderAnswer"),
            ("chalicelib/api/buyer/x.py", "from ..v1.orders import OrderAnswer"),
            ("chalicelib/pages/drawing/x.py", "from ..seller.orders import order_page"),
            ("chalicelib/pages/office/x.py", "from chalicelib.pages.buyer import orders"),
        ],
    ),
    (
        names_a_provider,
        CODE,
        [
            ("chalicelib/services/x.py", "from ..providers import wechatpay"),
            ("chalicelib/steps/x.py", "from chalicelib.providers.wechatpay import start"),
        ],
    ),
    (
        gathers,
        CODE,
        [("chalicelib/repositories/x.py", "from .transaction import UnitOfWork")],
    ),
    (
        reaches_past_the_store,
        CODE,
        [
            ("chalicelib/services/x.py", "from pynamodb.expressions.update import Action"),
            ("chalicelib/services/x.py", "from botocore.exceptions import ClientError"),
        ],
    ),
    (
        side_doors,
        CODE,
        [
            ("chalicelib/api/x.py", "from ..repositories import stock"),
            ("chalicelib/api/x.py", "from ..repositories.transaction import UnitOfWork"),
        ],
    ),
    (
        foreign_to_the_rules,
        CODE,
        [
            ("chalicelib/domain/x.py", "import boto3"),
            ("chalicelib/domain/x.py", "from pynamodb.models import Model"),
            ("chalicelib/domain/x.py", "import os"),
            ("chalicelib/domain/x.py", "from datetime import datetime\nnow = datetime.now(UTC)"),
        ],
    ),
    (
        vague_names,
        ALL,
        [
            ("chalicelib/services/utils.py", ""),
            ("chalicelib/api/order_helpers.py", ""),
            ("infra/common.py", ""),
            ("chalicelib/repositories/stock_manager.py", ""),
        ],
    ),
    (
        private_words,
        ALL | modules("tests"),
        [
            ("chalicelib/api/x.py", "for one in orders:\n    pass"),
            ("infra/x.py", "def told(found): ..."),
            ("tests/x.py", "self.said = [each for each in x]"),
        ],
    ),
    (too_long, ALL, [("chalicelib/api/x.py", "pass\n" * (LONGEST_MODULE + 1))]),
    (left_to_do, ALL, [("infra/x.py", "x = 1  # TODO: later"), ("app.py", "# FIXME")]),
    (
        swallowed,
        ALL,
        [
            ("chalicelib/api/x.py", "try:\n    f()\nexcept Exception:\n    pass"),
            ("infra/x.py", "try:\n    f()\nexcept:\n    pass"),
            ("chalicelib/api/x.py", "from .y import *"),
            ("chalicelib/api/x.py", "print(1)"),
        ],
    ),
    (
        scans,
        CODE,
        [
            ("chalicelib/services/x.py", "store.call('Scan')"),
            ("chalicelib/services/x.py", "OrderItem.scan()"),
        ],
    ),
    (
        normalises,
        ALL,
        [
            ("chalicelib/api/x.py", "import unicodedata\nunicodedata.normalize('NFC', x)"),
            ("infra/x.py", "from unicodedata import category, normalize"),
        ],
    ),
    (
        unescaped,
        TEMPLATES,
        [
            ("x.html", "{{ name|safe }}"),
            ("drawing/base.html", "{{ title|safe }}"),
            ("x.html", "{% set a = b|tojson|safe %}"),
            ("x.html", "{{ name | safe }}"),
            ("x.html", "{% autoescape false %}"),
        ],
    ),
]


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        pytest.param(rule, path, source, id=f"{rule.__name__}-{path}")
        for rule, files, _ in RULES
        for path, source in files.items()
    ],
)
def test_the_house_is_in_order(rule: Rule, path: str, source: str) -> None:
    assert rule(path, source) == []


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        pytest.param(rule, path, source, id=f"{rule.__name__}-{number}")
        for rule, _, broken in RULES
        for number, (path, source) in enumerate(broken)
    ],
)
def test_each_rule_can_fail(rule: Rule, path: str, source: str) -> None:
    assert rule(path, source)


def test_every_door_to_the_store_is_used() -> None:
    used = {
        name.split(".")[2]
        for path, source in CODE.items()
        if own_floor(path) == "api"
        for name in imported(path, source)
        if floor(name) == "repositories"
    }
    assert used == set(DOORS_TO_THE_STORE)


def test_there_is_something_to_check() -> None:
    assert {own_floor(path) for path in CODE} == {*MAY_IMPORT, ""}
    assert len(TEMPLATES) > 3
    assert len(ROUTES) > 50


# --- the doors -----------------------------------------------------------------------------------


def test_every_permission_opens_a_route() -> None:
    assert set(PERMISSIONS) - {route.permission for route in ROUTES} == set()


def test_a_route_with_an_unknown_permission_cannot_be_declared() -> None:
    from chalicelib.api.edge.routing import Routes

    with pytest.raises(ValueError, match="no such permission"):
        Routes("x").api("GET", "/x", "order:steal")


def test_every_route_has_a_summary() -> None:
    assert [route.path for route in ROUTES if not route.summary] == []


def test_every_route_is_declared_once() -> None:
    declared = [(route.method, route.path) for route in ROUTES]
    assert len(set(declared)) == len(declared)


def test_what_moves_money_or_stock_takes_an_idempotency_key() -> None:
    """A POST of data; a page's form carries its own key."""
    free = {
        "/v1/accounts/{account_id}/password",
        "/v1/sessions",
        "/t/{code}/scans",
        "/t/{code}/photos",
        "/v1/photos",
        "/v1/replies/{reply_id}",
        "/v1/shops/{shop_id}/contact",
        "/v1/codes",
        "/codes",
        "/v1/imports/{import_id}/read",
        "/v1/waybills/read",
        "/v1/deliveries/read",
        # the order, the refund and the provider's own number tell what was done before
        "/v1/orders/{order_id}/pay",
        "/v1/orders/{order_id}/refunds/{refund_id}/retry",
        "/v1/payments/wechatpay/notify",
        "/v1/payments/wechatpay/refund-notify",
        "/v1/orders/{order_id}/send-anyway",
        "/v1/months/{provider}/{month}/close",
        "/v1/months/{provider}/{month}/reopen",
    }
    unkeyed = {
        route.path
        for route in ROUTES
        if route.method == "POST" and not route.html and not route.keyed
    }
    assert unkeyed == free


def test_app_py_registers_and_does_nothing_else() -> None:
    source = CODE["app.py"]
    assert source.count("\n") <= 40
    kinds = {type(node) for node in ast.parse(source).body}
    assert kinds <= {ast.Expr, ast.Import, ast.ImportFrom, ast.Assign}


def test_the_index_of_routes_says_what_is_declared() -> None:
    assert index.FILE.read_text("utf-8") == routes.text(), "write it anew: make routes"


def test_the_drawing_of_the_house_is_as_the_code_is() -> None:
    assert house.PAGE.read_text("utf-8") == house.text(), "draw it anew: make house"


def test_every_refusal_has_a_status_and_both_languages() -> None:
    assert set(STATUS) == set(SENTENCES)
    assert all(400 <= status < 600 and status != 500 for status in STATUS.values())
    assert all(chinese and english for chinese, english in SENTENCES.values())


def test_every_code_that_is_raised_is_a_code_we_know() -> None:
    raised = {
        code for source in CODE.values() for code in re.findall(r"Refusal\(\s*\"(\w+)\"", source)
    }
    assert raised <= set(SENTENCES)
    assert len(raised) > 20


def test_templates_are_escaped() -> None:
    from chalicelib.pages.drawing.render import environment

    assert environment().autoescape is True
