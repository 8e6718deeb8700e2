"""What the lock files say: the version of every package, and the hashes its files may have.

`make lock` writes them from the reasoned requirements; a hash stands there for each file of a
release, whatever the platform, so that the same lock serves a laptop and the Lambda of any
processor.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Pin:
    """One package. hashes: SHA-256 in hex, one for each file that may be installed. text: as the
    lock has it, for pip."""

    name: str
    version: str
    hashes: tuple[str, ...]
    text: str


def pins(name: str) -> dict[str, Pin]:
    """The packages of a lock file of the project, by their names as they are compared (PEP 503)."""
    pinned = {}
    for block in re.findall(r"^\S[^\n]*==(?:.*\\\n)*.*", (ROOT / name).read_text(), re.M):
        package, version = re.split(r"==| ", block, maxsplit=2)[:2]
        hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})\b", block))
        pinned[canonical(package)] = Pin(package, version, hashes, block)
    return pinned


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
