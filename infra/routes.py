"""`make routes`: write chalicelib/api/routes.txt from what the subjects declare."""

import sys
from pathlib import Path

from chalicelib.api.edge import index
from chalicelib.api.edge.routing import ROUTES

HEADING = """\
# Every route: method, path, who may (a permission of domain/access.py, or public), the function in
# chalicelib/api that answers it, and whether that is a page. Written by `make routes`.
"""


def text() -> str:
    """What the file should say."""
    for path in sorted(index.API.glob("*/[!_]*.py")):
        index.load(f"{path.parent.name}.{path.stem}")
    lines = sorted(map(index.IndexEntry.of, ROUTES), key=lambda entry: (entry.path, entry.method))
    return HEADING + "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    Path(index.FILE).write_text(text(), "utf-8")
    sys.stdout.write(f"{len(ROUTES)} routes\n")
