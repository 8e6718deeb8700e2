"""What runs, as CycloneDX 1.6: `build/sbom-lambda.json` and `build/sbom-local.json`.

From the lock files (versions, hashes) and the installed packages' own metadata (licences). The same
locks give the same bytes: no time and no random number is in it.
"""

import json
import re
import sys
import tomllib
import uuid
from base64 import b64decode
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from chalicelib.config import CommandRefused
from infra.locks import ROOT, Pin, canonical, pins

Json = dict[str, Any]

SETS = {"lambda": "requirements.lock", "local": "requirements-local.lock"}
PACKED = ("chalice",)
"""Of the local packages: its runtime is copied into the Lambda's archive."""
SPDX = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""Classifier -> identifier, where it names just one licence."""
READ = {
    "boto3": "Apache-2.0",
    "botocore": "Apache-2.0",
    "charset-normalizer": "MIT",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "python-dateutil": "BSD-3-Clause AND (Apache-2.0 OR BSD-3-Clause)",
    "qrcode": "BSD-3-Clause AND MIT",
    "rjsmin": "Apache-2.0",
    "wechatpayv3": "MIT",
}
"""Package -> what its licence file says, where the metadata is not exact."""


def sbom(which: str) -> Json:
    """The bill of materials of a set. Raises Refused for what is installed in another version."""
    components = sorted(_components(which), key=lambda component: component["purl"])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    content: Json = {
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "shanhuo",
                "name": f"shanhuo-{which}",
                "version": project["version"],
                "licenses": _licenses(project["license"]),
            }
        },
        "components": components,
    }
    serial = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(content, sort_keys=True))
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{serial}"}
    return head | {"version": 1} | content


def _components(which: str) -> Iterator[Json]:
    chosen = pins(SETS[which])
    local = pins(SETS["local"])
    yield from (_python(pin) for pin in {**{n: local[n] for n in PACKED}, **chosen}.values())
    npm = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for place, package in npm.items():
        if which == "local" and place and not package.get("dev"):
            name = place.rpartition("node_modules/")[2]
            purl = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
            digest = b64decode(package["integrity"].removeprefix("sha512-")).hex()
            hashes = [("SHA-512", digest)]
            yield _component(name, package["version"], purl, hashes, package["license"].strip("()"))


def _python(pin: Pin) -> Json:
    if metadata.version(pin.name) != pin.version:
        raise CommandRefused(
            f"{pin.name} is installed in another version than the lock's: `make clean`."
        )
    purl = f"pkg:pypi/{canonical(pin.name)}@{pin.version}"
    hashes = (("SHA-256", digest) for digest in pin.hashes)
    return _component(pin.name, pin.version, purl, hashes, _licence(pin))


def _licence(pin: Pin) -> str:
    """An SPDX expression. Raises Refused where nothing says which."""
    fields = metadata.metadata(pin.name)
    named = [classifier.rpartition(" :: ")[2] for classifier in fields.get_all("Classifier") or ()]
    expressions = [
        *(fields.get_all("License-Expression") or ()),
        *(SPDX[n] for n in named if n in SPDX),
    ]
    licence = READ.get(canonical(pin.name)) or next(iter(expressions), None)
    if licence is None:
        raise CommandRefused(f"Read the licence of {pin.name} and say it in infra/sbom.py.")
    return licence


def _component(
    name: str, version: str, purl: str, hashes: Iterable[tuple[str, str]], licence: str
) -> Json:
    """hashes: of each file that may be installed, one of which is."""
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "licenses": _licenses(licence),
        "hashes": [{"alg": kind, "content": digest} for kind, digest in sorted(hashes)],
    }


def _licenses(expression: str) -> list[Json]:
    if re.search(r"\s", expression):
        return [{"expression": expression}]
    return [{"license": {"id": expression}}]


def write(folder: Path) -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = []
    for which in SETS:
        path = folder / f"sbom-{which}.json"
        path.write_text(json.dumps(sbom(which), indent=1) + "\n")
        paths.append(path)
    return paths


if __name__ == "__main__":
    try:
        for path in write(ROOT / "build"):
            print(path.relative_to(ROOT))
    except CommandRefused as refusal:
        sys.exit(f"shanhuo: {refusal}")
