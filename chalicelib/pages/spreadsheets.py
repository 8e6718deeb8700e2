"""CSV files that a spreadsheet opens as they are meant: as text, in Chinese, and doing nothing."""

import re
from collections.abc import Iterable, Sequence

_ACTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""
_LOST = re.compile(r"\d{12,}")
"""Numbers of which a spreadsheet would lose the last digits."""


def csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """With a byte order mark, without which Excel reads UTF-8 as something else."""
    lines = [",".join(_cell(one) for one in row) for row in (headings, *rows)]
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)


def _cell(text: str) -> str:
    if text.startswith(_ACTS) or _LOST.fullmatch(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",\r\n]', text) else text
