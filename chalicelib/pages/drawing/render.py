"""Templates to pages: one Jinja environment, and for each page the CSP that fits it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from markupsafe import Markup, escape

from ..texts import Language, Words

if TYPE_CHECKING:
    from jinja2 import Environment

_PAGES = Path(__file__).parent.parent
STATIC = _PAGES / "static"
COMPILED = _PAGES / "compiled"
"""The templates as Python, in a package (infra/cloud/package.py); without it they are compiled on
the first page."""


@dataclass(frozen=True)
class Page:
    """A document, and the Content-Security-Policy header it must be sent with."""

    html: str
    csp: str


def language_of(accept_language: str | None, lang_query: str | None) -> Language:
    """`?lang=` first, then Accept-Language by its q values; Chinese when neither decides."""
    named = _language(lang_query or "")
    if named:
        return named
    wishes: list[tuple[float, Language]] = []
    for part in (accept_language or "")[:500].split(","):
        tag, _, parameters = part.partition(";")
        language = _language(tag)
        weight = re.search(r"q\s*=\s*(\d(?:\.\d{1,3})?)", parameters)
        q = float(weight[1]) if weight else 1.0
        if language and q > 0:
            wishes.append((q, language))
    return max(wishes, key=lambda wish: wish[0])[1] if wishes else "zh-CN"


def _language(tag: str) -> Language | None:
    primary = tag.strip().lower().replace("_", "-").split("-")[0]
    return {"zh": "zh-CN", "en": "en"}.get(primary)  # type: ignore[return-value]


@cache
def environment() -> Environment:
    """Jinja2 is imported here, on the first page, not when the Lambda starts."""
    from jinja2 import Environment, FileSystemLoader, ModuleLoader, StrictUndefined

    class Squeezed(FileSystemLoader):
        """Indentation is for whoever reads the template; a phone on 3G need not pay for it."""

        def get_source(self, environment: Environment, template: str) -> Any:
            text, *more = super().get_source(environment, template)
            return re.sub(r"\n\s+", "\n", text), *more

    class Quick(Environment):
        """Reads `t.key` and what is in a dict at once, where Jinja tries an attribute first."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            if type(obj) is Words:
                return _escaped(obj[attribute])
            if type(obj) is dict:
                return self.getitem(obj, attribute)
            return super().getattr(obj, attribute)

    made = Quick(
        loader=ModuleLoader(COMPILED) if COMPILED.is_dir() else Squeezed(_PAGES / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        auto_reload=False,
    )
    made.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    made.globals["parts"] = made.get_template("drawing/parts.html").module
    return made


@lru_cache(2048)
def _escaped(text: str) -> Markup:
    """Of our own copy: a page holds a hundred of them, the same at each request."""
    return escape(text)


@cache
def stylesheet(*names: str) -> str:
    """static/NAME.css joined, without comments and needless spaces."""
    css = "".join((STATIC / f"{name}.css").read_text("utf-8") for name in names)
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,])\s*|:\s+", lambda m: m[1] or ":", css)
    return css.replace(";}", "}").strip()


@cache
def script(*names: str) -> str:
    """static/NAME.js joined, without comments and needless spaces."""
    from rjsmin import jsmin

    sources = ((STATIC / f"{name}.js").read_text("utf-8") for name in names)
    return str(jsmin("\n".join(sources)))


@cache
def _icon() -> str:
    """Inline, so that the browser does not ask for /favicon.ico as well."""
    return base64.b64encode((STATIC / "drawing" / "icon.png").read_bytes()).decode()


@cache
def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def policy(
    style: str,
    code: str = "",
    *,
    connect: Sequence[str] = (),
    img: Sequence[str] = (),
    leads: Sequence[str] = (),
) -> str:
    """The strictest policy under which the page works; `connect`, `img`: further origins; `leads`:
    those to which a form's answer may lead."""
    parts = ["default-src 'none'", f"style-src {_hash(style)}"]
    if code:
        parts.append(f"script-src {_hash(code)}")
    parts += [
        " ".join(["img-src 'self' data:", *img]),
        " ".join(["connect-src 'self'", *connect]),
        " ".join(["form-action 'self'", *leads]),
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
    return "; ".join(parts)


@lru_cache(256)
def _query(*pairs: tuple[str, str]) -> str:
    return "?" + urlencode(pairs)


def draw(template: str, **values: object) -> str:
    """A piece of a page: HTML."""
    return environment().get_template(template).render(**values)


def render(
    template: str,
    words: Words,
    *,
    css: Sequence[str] = (),
    js: Sequence[str] = (),
    connect: Sequence[str] = (),
    img: Sequence[str] = (),
    leads: Sequence[str] = (),
    large_text: bool = False,
    query: Mapping[str, str] | None = None,
    **values: object,
) -> Page:
    """Render `template`, which extends base.html.

    leads: origins beside ours to which a form's answer may lead.
    css, js: names in static/, inlined after base.css and hashed into the policy.
    query: what the language and text-size links must keep of the page's own query string.
    In the template: `t` the words, `q` the query string for links to other pages of ours.
    """
    style, code = stylesheet("drawing/base", *css), script(*js)
    other: Language = "zh-CN" if words.language == "en" else "en"
    text = {"text": "large"} if large_text else {}

    def link(language: str, text: Mapping[str, str]) -> str:
        return _query(*(query or {}).items(), ("lang", language), *text.items())

    html = draw(
        template,
        t=words,
        language=words.language,
        large_text=large_text,
        style=style,
        script=code,
        icon=_icon(),
        q=_query(("lang", words.language), *text.items()),
        other_language_link=link(other, text),
        other_language=other,
        text_size_link=link(words.language, {} if large_text else {"text": "large"}),
        **values,
    )
    return Page(html=html, csp=policy(style, code, connect=connect, img=img, leads=leads))
