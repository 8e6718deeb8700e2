"""`make house`: write docs/house.md, a drawing of the rooms and of who imports whom."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "chalicelib"
PAGE = ROOT / "docs/house.md"
FLOORS = ("api", "services", "steps", "repositories", "providers", "wire", "pages", "domain")
HEADING = """\
# The house

Written by `make house` from the imports of every module: a box is a room, an arrow leads to what it
imports; between floors, to what any of its rooms imports. [CONTRIBUTING.md](../CONTRIBUTING.md)
says what each room is for.

"""


def imported(path: str, source: str) -> Iterator[str]:
    """Every module or name that is imported anywhere in the file, absolute and dotted."""
    package = path.removesuffix(".py").removesuffix("/__init__").split("/")
    if not path.endswith("__init__.py"):
        package = package[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (module.name for module in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{start}.{name.name}" for name in node.names)


def room_of(parts: list[str]) -> str | None:
    """The room that a dotted name or a path leads to: a folder of a floor, or the floor itself."""
    if len(parts) < 2 or parts[0] != PACKAGE or parts[1] not in FLOORS:
        return None
    inside = "/".join(parts[:3])
    return inside if (ROOT / inside).is_dir() else "/".join(parts[:2])


def text() -> str:
    """What the page should say."""
    rooms: set[str] = set()
    arrows: set[tuple[str, str]] = set()
    for path in sorted((ROOT / PACKAGE).rglob("[!_]*.py")):
        name = str(path.relative_to(ROOT))
        here = room_of(name.split("/"))
        if here is not None:
            rooms.add(here)
            modules = imported(name, path.read_text("utf-8"))
            known = {room_of(module.split(".")) for module in modules}
            arrows |= {(here, there) for there in known if there is not None}
    lines = ["```mermaid", "flowchart TD"]
    for floor in FLOORS:
        inside = sorted(room for room in rooms if room.split("/")[1] == floor)
        lines.append(f'  subgraph floor_{floor}["{floor}"]')
        lines += [f'    {_box(room)}["{room.split("/")[-1]}"]' for room in inside]
        lines.append("  end")
    lines += sorted(
        {f"  {_end(*arrow)} --> {_end(*arrow[::-1])}" for arrow in arrows if len(set(arrow)) > 1}
    )
    return HEADING + "\n".join([*lines, "```", ""])


def _end(room: str, other: str) -> str:
    """Where an arrow between these two ends at the first: at the room, or at its floor."""
    floor = room.split("/")[1]
    return _box(room) if floor == other.split("/")[1] else f"floor_{floor}"


def _box(room: str) -> str:
    return room.removeprefix(f"{PACKAGE}/").replace("/", "_")


if __name__ == "__main__":
    PAGE.write_text(text(), "utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")
