"""Short names for a script that phones fetch, so that its source may say what it means.

A name is changed wherever it stands in the script, and no two become the same: whatever a name was
bound to, it still is, and scopes need not be understood. Left alone are properties, keys, and what
other scripts use. For scripts in the format of `make format`, without templates in backquotes.
`tests/test_scripts.py` compares the trees before and after, and looks for names that nothing
declares, as one of ours must not be called like one of the browser's that the script uses, too.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import product
from string import ascii_letters

_TOKEN = re.compile(
    r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"
    |(?:(?<=[(,=:\[!&|?{};\n>])|(?<=return))/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*
    |[A-Za-z_$][\w$]*|\d[\w.]*|\.\.\.|=>|\S""",
    re.X,
)
_NAME = re.compile(r"[A-Za-z_$]")
_LANGUAGE = set(
    """async await break case catch const continue default delete do else false finally for function
    get if in instanceof let new null of return set switch this throw true try typeof undefined var
    void while""".split()  # noqa: SIM905
)
_VALUE_FOLLOWS = {*"([,=:?|&!", "return", "const", "let", "var", "..."}
"""A brace after one of these is an object's or a pattern's; another one is a block's."""


def shortened(script: str, keep: Collection[str]) -> str:
    """`script` as rjsmin leaves it, with short names for its own but those in `keep`."""
    places = list(_TOKEN.finditer(script))
    tokens = ["", *(place[0] for place in places), ""]
    around, closing = _brackets(tokens)
    fixed = _LANGUAGE | set(keep)
    names: dict[int, bool] = {}
    """Where a name stands, and whether it is a key of the same name, as in {name}."""
    for at in range(1, len(tokens) - 1):
        before, token, after = tokens[at - 1 : at + 2]
        brace = around[at]
        key = tokens[brace] == "{" and tokens[brace - 1] in _VALUE_FOLLOWS and before in {"{", ","}
        if not _NAME.match(token) or before == "." or (key and after == ":"):
            continue
        if before in {"get", "set"} or (key and after == "("):
            fixed.add(token)  # a method
        names[at] = key and after in {",", "}", "="}
    uses = Counter(tokens[at] for at in names)
    ours = _declared(tokens, closing) - fixed
    free = (letters for letters in _letters() if letters not in uses and letters not in _LANGUAGE)
    short = dict(zip((name for name, _ in uses.most_common() if name in ours), free, strict=False))
    parts, end = [], 0
    for at, place in enumerate(places, 1):
        name = short.get(place[0]) if at in names else None
        parts += [script[end : place.start()], f"{place[0]}:" if name and names[at] else ""]
        parts.append(name or place[0])
        end = place.end()
    return "".join(parts) + script[end:]


def _brackets(tokens: list[str]) -> tuple[list[int], dict[int, int]]:
    """Of each token the bracket that it stands in (0: none), and of each bracket its end."""
    around: list[int] = []
    closing: dict[int, int] = {}
    stack = [0]
    for at, token in enumerate(tokens):
        if token in {")", "]", "}"}:
            closing[stack.pop()] = at
        around.append(stack[-1])
        if token in {"(", "[", "{"}:
            stack.append(at)
    return around, closing


def _declared(tokens: list[str], closing: dict[int, int]) -> set[str]:
    """The names that the script makes: of variables, functions and what is handed to them."""
    opening = {end: start for start, end in closing.items()}
    made: set[str] = set()

    def take(at: int) -> None:
        for inner in range(at, closing.get(at, at) + 1):
            ends = inner == at or tokens[inner + 1] in {",", "=", ")", "]", "}"}
            begins = inner == at or tokens[inner - 1] in {"(", "[", "{", ",", ":", "..."}
            if begins and ends and _NAME.match(tokens[inner]):
                made.add(tokens[inner])

    for at, token in enumerate(tokens):
        if token in {"const", "let", "var", "catch", "function"}:
            take(at + 1)
        if token == "function":  # noqa: S105
            take(at + (2 if _NAME.match(tokens[at + 1]) else 1))
        elif token == "=>":  # noqa: S105
            take(opening.get(at - 1, at - 1))
    return made


def _letters() -> Iterator[str]:
    for length in (1, 2, 3):
        yield from map("".join, product(ascii_letters, repeat=length))
