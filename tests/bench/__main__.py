"""`make bench`, or some of it: `make bench ARGS="handler imports serving intake growth"`."""

import argparse
import sys

from .measure import HEADING
from .stand import stand

SECTIONS = ("handler", "imports", "serving", "intake", "growth")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    chosen = parser.parse_args().sections or SECTIONS
    if unknown := set(chosen) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    print(HEADING)
    with stand() as built:
        for name in SECTIONS:
            if name not in chosen:
                continue
            # Imported only now: the app reads its settings from what `stand` has set.
            if name == "handler":
                from . import handler

                found = handler.rows(built)
            elif name == "imports":
                from . import imports

                found = imports.rows(built)
            elif name == "serving":
                from . import serving

                found = serving.rows(built)
            elif name == "intake":
                from . import intake

                found = intake.rows(built)
            else:
                from . import growth

                found = growth.rows(built)
            for row in found:
                print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
