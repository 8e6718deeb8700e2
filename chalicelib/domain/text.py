"""The one place where text is brought to a normal form, in work that grows with its length alone.

Normalising sorts the marks that follow a letter by their class, and the interpreter does so in a
time that grows with the square of their number: one letter with 80,000 marks held the process for
seconds. So text is cut to what its place can mean, and marks past MOST_MARKS in a row are dropped,
before anything is sorted. No writing of the world needs a tenth of them.
"""

import re
from functools import lru_cache
from typing import Literal
from unicodedata import combining, normalize

MOST_MARKS = 30
"""In a row: what the stream-safe text format allows (Unicode UAX 15, section 13)."""

_PLAIN = re.compile("[\x00-\x7f一-鿿]*")
"""ASCII and the common Chinese characters: the same in each normal form."""
_MAY_BE_MARKS = re.compile(f"[^\x00-\x7f一-鿿]{{{MOST_MARKS + 1}}}")
"""So many in a row that more than MOST_MARKS of them may be marks."""
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+")


def composed(text: str, longest: int) -> str:
    """NFC of the first `longest` characters. Who must not lose the others refuses them first."""
    return _normal("NFC", text[:longest])


def half_width(text: str, longest: int) -> str:
    """NFKC of the first `longest` characters: full-width digits and letters as everybody types
    them. One character can become eighteen. Who must not lose the others refuses them first."""
    return _normal("NFKC", text[:longest])


def _normal(form: Literal["NFC", "NFKC"], text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    # a letter may come apart into itself and marks, so there can be more of them afterwards
    return _bounded(normalize(form, _bounded(text)))


def _bounded(text: str) -> str:
    """Without the marks past MOST_MARKS in a row."""
    if not _MAY_BE_MARKS.search(text):
        return text
    marks = "".join(char for char in set(text) if _is_mark(char))
    if not marks:
        return text
    row = f"([{re.escape(marks)}]{{{MOST_MARKS}}})[{re.escape(marks)}]+"
    return re.sub(row, r"\1", text)


@lru_cache(maxsize=4096)
def _is_mark(char: str) -> bool:
    """Whether nothing of it stays in its place when it is taken apart. U+0F73 and the half-width
    voicing sign do not say so themselves."""
    return not char.isascii() and all(combining(part) for part in normalize("NFKD", char))


def without_text_sign(text: str) -> str:
    """Without the quote mark that tells a spreadsheet to leave a number as it was typed."""
    return re.sub(r"^['`‘’]+", "", text).strip()


def without_marks(heading: str) -> str:
    """A heading without what templates put around it to say that it must be filled in."""
    return re.sub(
        r"[(\[【{<](?:必填|选填|必须)项?[)\]】}>]|[*＊]|必填项?|选填项?|必须", "", heading
    )


def is_scientific(text: str) -> bool:
    """Whether a number came through a spreadsheet as 1.23E+17: the digits behind are lost."""
    return _SCIENTIFIC.fullmatch(text) is not None
