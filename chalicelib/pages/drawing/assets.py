"""Files that browsers and service workers fetch by themselves: each has its content's hash in its
name, so that it may be kept for ever and a new release is never mixed with an old one."""

import hashlib
from dataclasses import dataclass
from functools import cache

from .names import shortened
from .render import STATIC, script, stylesheet

FIELD_CSS = ("drawing/base", "drawing/forms", "drawing/desk", "office/field/field")
_FIELD = """
queue hanging times settling sync disk store pieces formats state clock account batches tests
finding records photos drafts amending loading server sending
later forms/form forms/household forms/batch forms/shots forms/measuring forms/test
screens/parts screens/home screens/choosing screens/batch screens/queue
taps bar page routes start
"""
FIELD_JS = tuple(f"office/field/{name}" for name in _FIELD.split())
"""In this order, as one script: a file may use what stands before it while it loads, and all of it
when something is called. The last one starts."""
SHARED = ("Camera", "Queue", "Store", "h", "sha256", "shrink")
"""Names that stay: what the tests ask."""
LATER_JS = (
    *("drawing/sha256", "drawing/shrink", "office/field/camera"),
    *(
        f"office/field/{name}"
        for name in ("forms/added", "forms/move", "screens/record", "screens/find", "screens/out")
    ),
)
"""Fetched once the page stands, which needs none of it to open: the camera, and what is seldom
opened. It is kept with the page."""
_SEAM = ";'seam';"
ICONS = ("icon-192.png", "icon-512.png")


@dataclass(frozen=True)
class Asset:
    """path: where it is served, with the first 10 hex digits of its SHA-256."""

    path: str
    content_type: str
    content: str | bytes


def _asset(name: str, content_type: str, content: str | bytes) -> Asset:
    stem, _, ending = name.rpartition(".")
    raw = content.encode() if isinstance(content, str) else content
    digest = hashlib.sha256(raw).hexdigest()[:10]
    return Asset(f"/static/{stem}.{digest}.{ending}", content_type, content)


@cache
def icon(name: str) -> Asset:
    """One of ICONS."""
    return _asset(name, "image/png", (STATIC / "drawing" / name).read_bytes())


def _scripts() -> list[str]:
    """The first and the later one. Each uses the other's names, so they are shortened as one."""
    whole = f"{script(*FIELD_JS)}\n{_SEAM}\n{script(*LATER_JS)}"
    return [part.strip() for part in shortened(whole, SHARED).split(_SEAM)]


@cache
def assets() -> dict[str, Asset]:
    """By their plain names: field.css, field.js, later.js, the icons."""
    first, later = _scripts()
    by_name = {
        "field.css": _asset("field.css", "text/css", stylesheet(*FIELD_CSS)),
        "field.js": _asset("field.js", "text/javascript", first),
        "later.js": _asset("later.js", "text/javascript", later),
    }
    for name in ICONS:
        by_name[name] = icon(name)
    return by_name


def asset_at(path: str) -> Asset | None:
    """The asset served at `path`, if it is one of this release."""
    return next((asset for asset in assets().values() if asset.path == path), None)
