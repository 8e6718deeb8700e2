"""CSV files that a spreadsheet opens as they are meant: as text, in Chinese, and doing nothing."""

import re
from collections.abc import Iterable, Sequence

_SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫−"
"""With which a formula begins (OWASP, CSV injection), also as Chinese keyboards type them."""
_UNSEEN = "[\\s\"'`\u200b-\u200f\u2060\ufeff\\x00-\\x1f]*"
"""What a spreadsheet may take off before it looks."""
_ACTS = re.compile(f"[\\t\\r\\n]|{_UNSEEN}[{_SIGNS}]")
_ACTS_WITHIN = re.compile(f"([,;\\t\\r\\n]{_UNSEEN})(?=[{_SIGNS}])")
"""Where another separator than ours would begin a cell: each country's Excel has its own."""
_LOST = re.compile(r"\d{12,}")
"""Numbers of which a spreadsheet would lose the last digits."""


def csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """With a byte order mark, without which Excel reads UTF-8 as something else."""
    lines = [",".join(_cell(one) for one in row) for row in (headings, *rows)]
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)


def _cell(text: str) -> str:
    text = _ACTS_WITHIN.sub(r"\1'", text)
    if _ACTS.match(text) or _LOST.fullmatch(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",;\t\r\n]', text) else text
