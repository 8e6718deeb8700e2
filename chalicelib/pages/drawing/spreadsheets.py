"""Files that a spreadsheet opens as they are meant: as text, in Chinese, and doing nothing."""

import re
from collections.abc import Iterable, Sequence

_SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫−"
"""With which a formula begins (OWASP, CSV injection), also as Chinese keyboards type them."""
_UNSEEN = (
    "[\\s\"'`\\x00-\\x1f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]*"
)
"""What a spreadsheet may take off before it looks: blanks, quotes, and what Unicode calls ignorable
when it cannot be shown (Default_Ignorable_Code_Point)."""
_ACTS = re.compile(f"[\\t\\r\\n]|{_UNSEEN}[{_SIGNS}]")
_ACTS_WITHIN = re.compile(f"([,;\\t\\r\\n]{_UNSEEN})(?=[{_SIGNS}])")
"""Where another separator than ours would begin a cell: each country's Excel has its own."""
_LOST = re.compile(r"\d{12,}")
"""Numbers of which a spreadsheet would lose the last digits."""


def csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """With a byte order mark, without which Excel reads UTF-8 as something else."""
    lines = [",".join(_cell(cell) for cell in row) for row in (headings, *rows)]
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)


def _cell(text: str) -> str:
    text = f"'{text}" if _LOST.fullmatch(text) else harmless(text)
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",;\t\r\n]', text) else text


def harmless(text: str) -> str:
    """With a quote before whatever a spreadsheet would take for a formula."""
    text = _ACTS_WITHIN.sub(r"\1'", text)
    return f"'{text}" if _ACTS.match(text) else text
