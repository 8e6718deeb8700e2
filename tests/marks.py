"""Text that is dear to normalise, and a count of the work that it asks for."""

from collections.abc import Callable
from itertools import groupby
from typing import Literal, Self
from unicodedata import combining, normalize

import pytest

from chalicelib.domain import text

ROWS_OF_MARKS: dict[str, Callable[[int], str]] = {
    "marks in the wrong order": lambda n: ("a" + "\u0301\u0316" * n)[:n],
    "marks that come apart into marks": lambda n: ("a" + "\u0344\u0316" * n)[:n],
    "marks that do not say so": lambda n: "\u0f73" * n,
    "half-width voicing signs and marks": lambda n: ("ｶ" + "\uff9e\u0334" * n)[:n],
    "letters with marks of their own, then marks": lambda n: ("ᾂ" + "\u0316\u0301" * n)[:n],
}
"""name -> such a text of n characters."""


class Sorting:
    """What the interpreter would do: each mark is moved past those before it in its row."""

    def __init__(self) -> None:
        self.calls = self.steps = self.longest = 0

    @classmethod
    def watched(cls, monkeypatch: pytest.MonkeyPatch) -> Self:
        """Counts from now on whatever reaches the normaliser."""
        found = cls()

        def counted(form: Literal["NFC", "NFKC"], given: str) -> str:
            found.calls += 1
            found.longest = max(found.longest, len(given))
            for marks, row in groupby(map(combining, apart(given)), bool):
                n = sum(1 for _ in row)
                found.steps += n * n if marks else n
            return normalize(form, given)

        monkeypatch.setattr(text, "normalize", counted)
        return found


def apart(given: str) -> str:
    """Taken apart letter by letter, so that nothing is sorted."""
    return "".join(normalize("NFKD", char) for char in given)
