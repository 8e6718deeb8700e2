"""The measured costs: the rows of docs/access-patterns.md, which tests prove."""

from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/access-patterns.md"

Costs = tuple[int, str, str]
"""Requests, RCU, WCU, as the table words them."""


def stated() -> dict[str, Costs]:
    """The table: pattern -> costs."""
    lines = [line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines()]
    cells = [[cell.strip() for cell in line] for line in lines]
    return {
        line[0]: (int(line[3]), line[4], line[5])
        for line in cells
        if len(line) == 6 and line[3].isdigit()
    }


def units(cell: str, n: int) -> float:
    """The sum that a cell like "0.5 + 2n" comes to for n items; a hyphen is nothing."""
    total = 0.0
    for term in cell.split(" + "):
        factor = term.removesuffix("n")
        number = 0.0 if factor == "-" else float(factor or 1)
        total += number * (n if term.endswith("n") else 1)
    return total
