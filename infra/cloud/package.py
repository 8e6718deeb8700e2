"""The archive that runs in Lambda: the same commit gives the same bytes.

    python -m infra.cloud.package [arm64|x86_64]

Wheels only, for the chosen processor and the Python that builds, so that nothing is compiled from
source and the .pyc files fit the runtime. They are of the kind that Python loads unchecked: cold
imports cost a third. The pages' templates come as Python, too. Of botocore only the services that
are called come along.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import chalice

from chalicelib.config import CommandRefused
from chalicelib.pages.drawing.render import COMPILED
from infra.locks import pins

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"
ARCHITECTURES = {"arm64": "aarch64", "x86_64": "x86_64"}
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
GLIBC = {"3.11": 26, "3.12": 34, "3.13": 34}
"""Minor version of Python -> that of glibc in its Lambda runtime (Amazon Linux 2, then 2023)."""
INSTEAD = {
    ("3.11", "x86_64"): {
        "zxing-cpp": "zxing-cpp==2.2.0"
        " --hash=sha256:8602d7cad833007df497b8db7c1216fc7d21e077eb02206b45f4fc061b082913"
    }
}
"""The last release with a wheel for that runtime's glibc; both read the same pictures."""
LARGEST = 20 * 1024 * 1024
SERVICES = ("dynamodb", "s3", "secretsmanager")
"""What the app calls; a client of another service fails with a clear UnknownServiceError."""
WHEN = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can say."""

COMPILE = """
import py_compile, sys
for line in sys.stdin.read().splitlines():
    py_compile.compile(line, dfile="/var/task/" + line, doraise=True,
                       invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
"""

TEMPLATES = """
import sys
from chalicelib.pages.drawing.render import environment
environment().compile_templates(sys.argv[1], zip=None, ignore_errors=False)
"""


def build(architecture: str, target: Path) -> Path:
    """Write the archive and return its path. Raises Refused."""
    if architecture not in ARCHITECTURES:
        raise CommandRefused(f"ARCH is {architecture!r}: set it to {' or '.join(ARCHITECTURES)}.")
    if PYTHON not in GLIBC:
        raise CommandRefused(
            f"Lambda runs no Python {PYTHON}: build with one of {', '.join(GLIBC)}."
        )
    with tempfile.TemporaryDirectory() as folder:
        staging = Path(folder)
        _install(architecture, staging)
        _prune(staging)
        _copy_ours(staging)
        _compile(staging)
        _write(staging, target)
    if target.stat().st_size > LARGEST:
        raise CommandRefused(
            f"{target} is larger than {LARGEST // 1024**2} MB: see what came into it."
        )
    return target


def digest(path: Path) -> str:
    """SHA-256, in hex digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def requirements(architecture: str) -> str:
    """requirements.lock, with what this runtime needs in another version."""
    locked = {name: pin.text for name, pin in pins("requirements.lock").items()}
    return "\n".join((locked | INSTEAD.get((PYTHON, architecture), {})).values()) + "\n"


def _install(architecture: str, staging: Path) -> None:
    machine = ARCHITECTURES[architecture]
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(17, GLIBC[PYTHON] + 1)]
    wanted = staging.with_suffix(".txt")
    wanted.write_text(requirements(architecture))
    try:
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"),
                *(
                    "--no-input",
                    "--require-hashes",
                    "--no-deps",
                    "--no-compile",
                    "--only-binary",
                    ":all:",
                ),
                *("--implementation", "cp", "--python-version", PYTHON, "--target", str(staging)),
                *("--platform", f"manylinux2014_{machine}"),
                *(word for platform in platforms for word in ("--platform", platform)),
                *("-r", str(wanted)),
            ],
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise CommandRefused("pip could not fetch the wheels; its words stand above.") from error
    finally:
        wanted.unlink()


def _prune(staging: Path) -> None:
    """What never runs in Lambda: scripts, types, how pip installed it, services not called."""
    data = staging / "botocore/data"
    for path in sorted(staging.rglob("*"), reverse=True):
        inside = path.relative_to(staging)
        unused = (
            inside.parts[0] == "bin"
            or path.suffix in {".pyi", ".c", ".h"}
            or path.name in {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "py.typed"}
            or (data in path.parents and _is_of_another_service(path.relative_to(data)))
            or inside.parts[:2] == ("boto3", "examples")
        )
        if unused and path.is_dir():
            path.rmdir()
        elif unused:
            path.unlink()


def _is_of_another_service(path: Path) -> bool:
    return (len(path.parts) > 1 or not path.suffix) and path.parts[0] not in SERVICES


def _copy_ours(staging: Path) -> None:
    """The app, and of Chalice the two files that run: the rest is for laptops."""
    runtime = Path(chalice.__file__).parent
    ours = {f"chalice/{name}": runtime / name for name in ("__init__.py", "app.py")}
    ours |= {str(path.relative_to(ROOT)): path for path in _sources()}
    for name, path in ours.items():
        copy = staging / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())


def _sources() -> Iterator[Path]:
    yield ROOT / "app.py"
    for path in (ROOT / "chalicelib").rglob("*"):
        if path.is_file() and not {"__pycache__", "templates"} & set(path.parts):
            yield path


def _compile(staging: Path) -> None:
    """In processes of their own with a fixed hash seed, as sets lie in a .pyc in hash order."""
    seeded = {**os.environ, "PYTHONHASHSEED": "0"}
    templates = staging / COMPILED.relative_to(ROOT)
    subprocess.run(
        [sys.executable, "-c", TEMPLATES, str(templates)], cwd=ROOT, env=seeded, check=True
    )
    names = sorted(str(path.relative_to(staging)) for path in staging.rglob("*.py"))
    subprocess.run(
        [sys.executable, "-c", COMPILE],
        input="\n".join(names),
        text=True,
        cwd=staging,
        env=seeded,
        check=True,
    )


def _write(staging: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(file for file in staging.rglob("*") if file.is_file()):
            entry = zipfile.ZipInfo(str(path.relative_to(staging)), WHEN)
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3  # Unix, whatever builds it
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def main(architecture: str = "arm64") -> None:
    path = build(architecture, BUILD / f"shanhuo-{architecture}.zip")
    size = path.stat().st_size / 1024**2
    print(f"{path.relative_to(ROOT)}  {size:.1f} MB  python{PYTHON}  sha256 {digest(path)}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:2])
    except CommandRefused as refusal:
        sys.exit(f"shanhuo: {refusal}")
