"""`make run`: the whole system on this machine, in the foreground, until Ctrl-C or SIGTERM.

Environment: PORT, HOST, SHANHUO_DATA, SHANHUO_DEMO, SHANHUO_ACCESS_LOG, DYNAMODB_ENDPOINT, and
what `chalicelib.config` reads. Exit code 0 after an orderly end, 1 with one sentence on stderr
when the start is refused.
"""

import errno
import importlib
import io
import json
import logging
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.config import CommandRefused, make_local_secret, ring, settings
from infra import engine, memory
from infra.backup import ENGINE_FILE, FOLDERS, PLAIN, SECRETS
from infra.sandbox import FOLDER as SANDBOX
from infra.sandbox import PREFIX, Sandbox
from infra.server import HOST, Server

FREE_BYTES = 64 * 1024 * 1024
LONGEST_FOLDER = 480
"""Bytes. SQLite opens paths of 512 at most, and adds to the file's name."""
SWEEP_SECONDS = 10
DELETE_EVERY = timedelta(hours=1)  # reads the whole table
WATCH_SECONDS = 0.2
RETRY_SECONDS = 5
_ACCOUNTS_FILE = "demo-accounts.json"
ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to

log = logging.getLogger(__name__)


def main() -> int:
    """The exit code, where a signal does not end the process with 0 first."""
    os.umask(0o077)  # whatever is written from here on, the engine's files too, is its owner's
    memory.give_back()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no Chinese is no reason
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        with ExitStack() as stack:
            _serve(stack)
    except CommandRefused as refusal:
        print(f"shanhuo: {refusal}", file=sys.stderr)
        return 1
    return 0


def _end(number: int, frame: FrameType | None) -> None:
    """Unwinds the main thread; a second signal does not disturb the first one's orderly end."""
    for every in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(every, signal.SIG_IGN)
    raise SystemExit(0)


def _serve(stack: ExitStack) -> None:
    """Takes what the run needs in the order in which it is likely to be missing; never returns."""
    with_demo = _with_demo()
    server = _port()
    stack.callback(server.server_close)
    folder = Path(os.environ.get("SHANHUO_DATA") or "data")
    os.environ["SHANHUO_DATA"] = str(folder)
    os.environ.setdefault("SHANHUO_BASE_URL", _url(server))
    own = None
    if os.environ.get("SHANHUO_STAGE") != "production":
        own = _local_store(stack, folder)
    settings()  # from here on the environment is read and stays as it is
    ring()
    links = _stock(folder, with_demo)
    sandbox = _sandbox(stack, folder, _url(server))

    # Imported only now: these modules read the settings.
    app = importlib.import_module("app").app
    importlib.import_module("chalicelib.api.edge.index").declared()  # nobody's first click waits
    stack.enter_context(_sweeping())
    try:
        stack.enter_context(server.running(app, beside=sandbox.answer if sandbox else None))
    except OSError as error:
        raise _taken(server.port, error) from error
    _welcome(_url(server), folder, links, with_demo=with_demo, with_sandbox=sandbox is not None)
    while True:
        time.sleep(WATCH_SECONDS)
        if own and not own.running:
            _revive(own)


def _with_demo() -> bool:
    """Raises Refused."""
    text = os.environ.get("SHANHUO_DEMO", "1")
    if text not in {"0", "1"}:
        raise CommandRefused(
            f"SHANHUO_DEMO is {text!r}: set it to 1 for the demo data, 0 for none."
        )
    return text == "1"


def _port() -> Server:
    """Raises Refused."""
    text, host = os.environ.get("PORT", "8000"), os.environ.get("HOST", HOST)
    if not host or not host.isascii():  # to the system an empty one would mean all addresses
        raise CommandRefused(
            f"HOST is {host!r}: set it to an address of this machine, like {HOST}."
        )
    if not (text.isascii() and text.isdigit() and len(text) < 9) or int(text) > 65_535:
        raise CommandRefused(f"PORT is {text!r}: set it to a number from 1 to 65535.")
    try:
        return Server(host, int(text))
    except UnicodeError:
        raise CommandRefused(f"HOST is {host!r}: set it to an address of this machine.") from None
    except OSError as error:
        raise _taken(int(text), error) from error


def _taken(port: int, error: OSError) -> CommandRefused:
    if error.errno == errno.EADDRINUSE:
        return CommandRefused(
            f"Port {port} is taken 端口被占用: stop the program that uses it,"
            " or choose another one, for example `make run PORT=8001`."
        )
    return CommandRefused(
        f"Cannot serve on HOST={os.environ.get('HOST', HOST)} PORT={port}"
        f" ({error.strerror}): set HOST or PORT to an address of this machine."
    )


def _url(server: Server) -> str:
    host = str(server.server_address[0])
    if host in ANY_ADDRESS:
        host = HOST
    return f"http://[{host}]:{server.port}" if ":" in host else f"http://{host}:{server.port}"


def _local_store(stack: ExitStack, folder: Path) -> engine.Engine | None:
    """The data folder, its secret and its engine; None where DYNAMODB_ENDPOINT names another.

    Raises Refused.
    """
    given = os.environ.get("DYNAMODB_ENDPOINT")
    if not given:
        engine.binary()
    usable(folder)
    lock = stack.enter_context(engine.locked(folder))
    _close(folder)
    if not os.environ.get("SHANHUO_SECRET"):
        make_local_secret(folder)
    if given:
        return None
    own = engine.Engine(folder / ENGINE_FILE, lock=lock)
    stack.callback(own.stop)
    own.start()
    engine.use(own.endpoint)
    return own


def usable(folder: Path) -> None:
    """Raises Refused unless files can be written there, with some room to spare."""
    probe = folder / f"probe.{os.getpid()}"
    if len(os.fsencode(folder.absolute())) > LONGEST_FOLDER:
        raise CommandRefused(
            f"The data folder's path is longer than the {LONGEST_FOLDER} bytes that the engine can"
            " open: set SHANHUO_DATA to a shorter one."
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with probe.open("wb") as file:
            file.write(bytes(4096))
            os.fsync(file.fileno())
        probe.unlink()
        full = shutil.disk_usage(folder).free < FREE_BYTES
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise CommandRefused(
                f"The data folder {folder} cannot be written 数据文件夹不可写 ({error.strerror}):"
                " set SHANHUO_DATA to a folder of yours."
            ) from error
        full = True
    if full:
        raise CommandRefused(
            f"The disk of the data folder {folder} is full 磁盘已满: free at least"
            f" {FREE_BYTES // 1024**2} MB, or set SHANHUO_DATA to a folder on another disk."
        )


def _close(folder: Path) -> None:
    """Nobody else looks into the folder. Where other things lie too (a home, an older run's /tmp),
    its mode stays as its owner chose: every file of ours is closed by itself."""
    ours = {"lock", ENGINE_FILE, *engine.beside(ENGINE_FILE), *SECRETS, *PLAIN, *FOLDERS, SANDBOX}
    with suppress(PermissionError):  # another user's folder, which we may write to
        if {path.name for path in folder.iterdir()} <= ours:
            folder.chmod(0o700)


def _stock(folder: Path, with_demo: bool) -> list[tuple[str, str]]:
    """The table, and the demo data once; returns the demo's links as (label, path)."""
    from chalicelib.repositories import connection
    from infra import demo

    if settings().stage == "production":
        return []
    try:
        connection.create_table()
    except (BotoCoreError, ClientError) as error:
        raise CommandRefused(
            f"No table can be made at {settings().endpoint} ({error}): start an engine there,"
            " or unset DYNAMODB_ENDPOINT to use the embedded one."
        ) from error
    # Written only after all of it is there; until then each start runs the loader again, and
    # what it finds of an interrupted run it keeps.
    marker = folder / "demo-loaded"
    if not with_demo:
        demo.first_account(datetime.now(UTC))
    elif not marker.exists():
        _load_demo(folder)
        marker.touch()
    return _demo_links(folder) if marker.exists() else []


def _load_demo(folder: Path) -> None:
    """Its buyers pay by the sandbox, on a port of its own, as nothing else is served yet."""
    from infra import demo

    app = importlib.import_module("app").app
    server = Server(HOST, 0)
    sandbox = Sandbox(folder / SANDBOX, _url(server))
    with server.running(app, beside=sandbox.answer):
        demo.load(_progress, sandbox)


def _sandbox(stack: ExitStack, folder: Path, url: str) -> Sandbox | None:
    """The payment provider of this machine, by which the demo's shop is paid; none in production.

    Where this server is reached it is asked, too, so another port is entered anew.
    """
    from infra import demo

    if settings().stage == "production":
        return None
    sandbox = Sandbox(folder / SANDBOX, url)
    if (folder / "demo-loaded").exists():
        demo.be_paid_by(sandbox.entered(), datetime.now(UTC))
    sandbox.start()
    stack.callback(sandbox.end)
    return sandbox


def _progress(done: int, total: int) -> None:
    """One line that grows on a terminal, ten lines in a log."""
    share = done * 100 // max(total, 1)
    if sys.stdout.isatty():
        bar = "#" * (share * 30 // 100)
        end = "\n" if done >= total else ""
        print(f"\rDemo data 演示数据 [{bar:<30}] {share:3} %", end=end, flush=True)
    elif share // 10 != (done - 1) * 100 // max(total, 1) // 10:
        print(f"Demo data 演示数据 {share} %", flush=True)


def _demo_links(folder: Path) -> list[tuple[str, str]]:
    """The pages worth a look, as the demo's loader chose them."""
    links = json.loads((folder / "demo-links.json").read_text(encoding="utf-8"))
    return [(link["label"], link["path"]) for link in [*links["trace"], links["shop"]]]


@contextmanager
def _sweeping() -> Iterator[None]:
    """Does in a thread what a schedule does in production: the embedded engine expires nothing."""
    from chalicelib.api.edge.clock import CHORES, Chore
    from chalicelib.repositories.errors import StoreUnavailable
    from chalicelib.repositories.expiry import delete_expired

    ended = threading.Event()
    chores = [*CHORES.values(), Chore(DELETE_EVERY, delete_expired, "DeletedItems")]

    def sweep() -> None:
        due = dict.fromkeys(chores, 0.0)
        while not ended.wait(SWEEP_SECONDS):
            for chore in chores:
                if time.monotonic() < due[chore]:
                    continue
                try:
                    chore.do(datetime.now(UTC))
                    due[chore] = time.monotonic() + chore.every.total_seconds()
                except StoreUnavailable:
                    log.warning("The store is away; expired things wait for the next sweep.")

    thread = threading.Thread(target=sweep, name="sweeper", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _revive(own: engine.Engine) -> None:
    print("shanhuo: the engine has ended; starting it again.", file=sys.stderr, flush=True)
    try:
        own.start()
    except CommandRefused as refusal:
        print(f"shanhuo: {refusal} Trying again soon.", file=sys.stderr, flush=True)
        time.sleep(RETRY_SECONDS)


def _welcome(
    url: str,
    folder: Path,
    links: list[tuple[str, str]],
    *,
    with_demo: bool,
    with_sandbox: bool,
) -> None:
    """Without the demo it says how a county begins."""
    pages = [] if with_demo else [("Set up in five steps 五步开通", "/county/setup")]
    pages += [*links, ("County 县办", "/county"), ("Cadre 驻村干部", "/cadre")]
    pages += [("Seller 店铺", "/seller"), ("API", "/v1/openapi.json")]
    if with_sandbox:
        pages.append(("Payment sandbox 支付沙箱", PREFIX))
    print(f"\nShanhuo 山货 is serving on {url}")
    widest = max(len(path) for _, path in pages)
    for label, path in pages:
        print(f"  {url}{path:<{widest}}  {label}")
    if (folder / _ACCOUNTS_FILE).exists():
        print(f"  Accounts and their passwords 账号和密码: {folder / _ACCOUNTS_FILE}")
    if not with_demo:
        print(
            "  Sign in as `county` with the password in that file; open all other accounts on the"
            " set-up page. 用上面文件里的 county 登录，其余账号在开通页里建。"
        )
    print("Ctrl-C ends it.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
