"""`make bench`, or some of it, such as `make bench ARGS="handler earlier"`."""

import argparse
import sys

from .measure import HEADING
from .measured import measured

SECTIONS = ("handler", "imports", "serving", "intake", "growth", "earlier")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    chosen = parser.parse_args().sections or SECTIONS
    if unknown := set(chosen) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    print(HEADING, flush=True)
    with measured() as built:
        for name in SECTIONS:
            if name not in chosen or name == "earlier":
                continue
            # Imported only now: the app reads its settings from what `measured` has set.
            if name == "handler":
                from . import handler

                rows = handler.rows(built)
            elif name == "imports":
                from . import imports

                rows = imports.rows(built)
            elif name == "serving":
                from . import serving

                rows = serving.rows(built)
            elif name == "intake":
                from . import intake

                rows = intake.rows(built)
            else:
                from . import growth

                rows = growth.rows(built)
            for row in rows:
                print(row, flush=True)
    if "earlier" in chosen:
        from . import earlier

        for row in earlier.rows():
            print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
