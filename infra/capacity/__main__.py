"""`make capacity`: play the simulations anew and write docs/capacity.md (some 20 s of CPU)."""

import json

from .report import DOCUMENT, PLAYED, document
from .runs import RUNS, summary

if __name__ == "__main__":
    played = [summary(run) for run in RUNS]
    PLAYED.write_text(json.dumps(played, ensure_ascii=False, indent=1) + "\n")
    DOCUMENT.write_text(document(played))
    print(f"wrote {DOCUMENT.name} and {PLAYED.name}")
