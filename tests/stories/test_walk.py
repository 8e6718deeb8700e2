"""docs/walk.md is run as it stands, against a fresh start without demo data."""

import re
import subprocess
from pathlib import Path

from tests.conftest import ROOT


def test_the_walk_in_the_documentation_works_line_by_line(tmp_path: Path, run) -> None:  # type: ignore[no-untyped-def]
    served = run()
    url = served.url()
    script = "\n".join(
        re.findall(r"```bash\n(.*?)```", (ROOT / "docs/walk.md").read_text("utf-8"), re.S)
    )
    here, files = tmp_path / "here", tmp_path / "files"
    here.mkdir()
    files.mkdir()
    walked = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=here,
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "URL": url,
            "ACCOUNTS": str(served.folder / "demo-accounts.json"),
            "FILES": str(files),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert walked.returncode == 0, f"{walked.stdout[-2000:]}\n{walked.stderr}"
    assert walked.stdout.rstrip().endswith("recalled")
    assert "承诺达标合格证" in (files / "label.html").read_text("utf-8")
    assert (files / "qr.png").read_bytes().startswith(b"\x89PNG")
    assert not list(here.iterdir()), "a clone stays clean"
