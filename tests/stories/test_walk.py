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
    walked = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "URL": url,
            "ACCOUNTS": str(served.folder / "demo-accounts.json"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert walked.returncode == 0, f"{walked.stdout[-2000:]}\n{walked.stderr}"
    assert walked.stdout.rstrip().endswith("recalled")
    assert "承诺达标合格证" in (tmp_path / "label.html").read_text("utf-8")
    assert (tmp_path / "qr.png").read_bytes().startswith(b"\x89PNG")
