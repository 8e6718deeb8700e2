"""The settings of docs/deploy.md: each starts with its extremes, and nonsense is refused."""

import base64
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from chalicelib import config
from chalicelib.config import CommandRefused
from infra import run as program
from infra.server import HOST
from tests.waits import LONG_WAIT

from .conftest import ROOT, Run

Start = Callable[..., Run]

LONG = "x" * 5_000
KEY = base64.b64encode(bytes(range(32))).decode()
SMALLEST = {
    "PORT": "0",
    "HOST": "127.0.0.1",
    "SHANHUO_DEMO": "1",
    "SHANHUO_BASE_URL": "http://a",
    "SHANHUO_PAY_MINUTES": "1",
    "SHANHUO_PAYMENT_TOKEN": "t",
    "SHANHUO_SECRET": KEY,
    "SHANHUO_STAGE": "local",
    "DYNAMODB_ENDPOINT": "",
    "SHANHUO_PHOTO_BUCKET": "",
    "SHANHUO_SECRET_ID": "",
    "SHANHUO_WIRE": "own",
}
LARGEST = SMALLEST | {
    "HOST": "0.0.0.0",  # noqa: S104 - what a setting may be
    "SHANHUO_BASE_URL": f"https://{'a' * 50}.example:65535/{'b' * 100}",
    "SHANHUO_PAY_MINUTES": "1440",
    "SHANHUO_WIRE": "botocore",
    "SHANHUO_PAYMENT_TOKEN": LONG,
    "SHANHUO_SECRET": " ".join(base64.b64encode(os.urandom(500)).decode() for _ in range(20)),
}
NONSENSE = {
    "PORT": ["", " ", "http", "-1", "65536", "8O00", "８０００", "80.5", "1" * 5_000],
    "HOST": ["", " ", "a b", "999.1.1.1", "http://127.0.0.1", "127.0.0.1:8000", "山" * 70, LONG],
    "SHANHUO_DATA": ["/proc/shanhuo", "/dev/null", f"/tmp/{LONG}", f"/tmp{'/深' * 120}"],  # noqa: S108 - not made
    "SHANHUO_DEMO": ["", "2", "no", "false", "０", LONG],
    "SHANHUO_BASE_URL": [
        *("", "example.org", "ftp://a", "http://", "https:///t", "http://a b", "http://a?b"),
        *("http://a#b", "http://a@b", "http://a:port", "http://a:0", "http://a:99999"),
        *("http://[a", "http://山货.cn", "javascript:alert(1)", f"http://{LONG}"),
    ],
    "SHANHUO_PAY_MINUTES": ["", "0", "-1", "1441", "1.5", "thirty", "²", "３０", "9" * 5_000],
    "SHANHUO_PAYMENT_TOKEN": ["a b", "词", "a\tb", " "],
    "SHANHUO_WIRE": ["", "Own", "boto3", " own", LONG],
    "DYNAMODB_ENDPOINT": ["localhost:8001", "8001", "ftp://a", "http://", "http://a b", " ", LONG],
    "SHANHUO_STAGE": ["", "Production", "prod", "test", LONG],
    "SHANHUO_SECRET_ID": [],  # a name that AWS knows or not: asked for in production alone
    "SHANHUO_PHOTO_BUCKET": ["a", "A-Bucket", "a/b", "桶", "-ab", LONG],
    "SHANHUO_SECRET": [
        "x",
        "not base64!",
        "钥匙",
        base64.b64encode(bytes(31)).decode(),
        f"{KEY} x",
    ],
}


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Settings of one's own; those of the other tests come back."""
    for name in NONSENSE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("SHANHUO_DATA", str(tmp_path / "data"))
    return monkeypatch


def start() -> None:
    """What a start reads of the settings, in its order. Raises Refused."""
    program._with_demo()
    program._port().server_close()
    if os.environ.get("SHANHUO_STAGE") != "production":
        program.usable(Path(os.environ["SHANHUO_DATA"]))
    chosen = config.settings.__wrapped__()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "settings", lambda: chosen)
        if os.environ.get("SHANHUO_SECRET") or os.environ.get("SHANHUO_PAYMENT_TOKEN"):
            config.ring.__wrapped__()


@pytest.mark.parametrize("page", ["docs/deploy.md", "docs/deploy.zh-CN.md"])
def test_every_documented_setting_is_tried_here(page: str) -> None:
    rows = re.findall(r"^\| (`[A-Z].*?) \|", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert documented == NONSENSE.keys() == SMALLEST.keys() | {"SHANHUO_DATA"}


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, values in NONSENSE.items() for value in values],
    ids=lambda text: text[:20].encode("unicode_escape").decode(),
)
def test_nonsense_is_refused_in_one_sentence_that_names_the_setting(
    alone: pytest.MonkeyPatch, name: str, value: str
) -> None:
    start()
    alone.setenv(name, value)
    with pytest.raises(CommandRefused) as refusal:
        start()
    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("chosen", [SMALLEST, LARGEST], ids=["smallest", "largest"])
def test_it_starts_with_its_demo_whatever_the_settings(
    run: Start, tmp_path: Path, chosen: dict[str, str]
) -> None:
    """The story of the demo does not hang on how long an order may stay unpaid."""
    folder = tmp_path / ("d" if chosen is SMALLEST else "/".join(["深" * 50] * 2))
    started = run(folder, **chosen)
    url = started.url(500)  # with all cores busy
    here = url.replace("0.0.0.0", HOST)  # noqa: S104
    assert requests.get(f"{here}/healthz", timeout=LONG_WAIT).status_code == 200
    assert "Traceback" not in started.printed
    assert (folder / "demo-loaded").exists()
    assert started.end() == 0
