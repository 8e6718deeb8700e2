"""A sentence with its facts, in the language of whoever reads it."""

import re
from collections.abc import Mapping
from typing import Any

JOINT = "、"
"""Between what a fact lists: facts are written before anybody knows in which language they are
told."""
LISTS = frozenset({"names", "rows", "lots", "codes", "numbers"})
_BETWEEN = re.compile(f"{JOINT}(?![^“]*”)")
"""Not within a quoted name."""


def worded(sentences: tuple[str, str], place: int, facts: Mapping[str, Any]) -> str:
    """place: of the language in (zh-CN, English)."""
    return sentences[place].format(
        **{name: in_language(name, fact, place) for name, fact in facts.items()}
    )


def in_language(name: str, fact: Any, place: int) -> Any:
    """A fact of this name; what it lists is joined as that language does."""
    if place and name in LISTS and isinstance(fact, str):
        return _BETWEEN.sub(", ", fact)
    return fact
