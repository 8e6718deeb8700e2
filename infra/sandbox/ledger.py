"""What the sandbox knows: merchants, charges, refunds, what it is about to do, and how it behaves.

All of it is in one file of the data folder, so that it outlives a restart.
"""

import json
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from .seals import Keys

Mood = Literal["well", "slow", "away", "html", "busy", "failing", "tampering", "unsigned"]
"""How the sandbox answers: busy is 429, failing 500, tampering changes what it signed."""
Refunds = Literal["return", "abnormal", "closed", "no_balance", "never"]
"""What becomes of refunds; never: they stay as they were taken in."""
FIRST_MERCHANT = "1900000109"


@dataclass
class Charge:
    """until, made_at, paid_at: seconds since 1970."""

    number: str
    mchid: str
    appid: str
    amount_fen: int
    title: str
    way: str
    notify_url: str
    until: float
    made_at: float
    state: str = "NOTPAY"
    openid: str = ""
    prepay_id: str = ""
    transaction_id: str = ""
    paid_fen: int = 0
    paid_at: float = 0


@dataclass
class Refund:
    number: str
    charge: str
    mchid: str
    amount_fen: int
    total_fen: int
    refund_id: str
    notify_url: str
    made_at: float
    status: str = "PROCESSING"
    ended_at: float = 0


@dataclass
class Task:
    """Something to do at a time. do: "pay" a charge, "refund", or tell of either."""

    do: Literal["pay", "refund", "tell_charge", "tell_refund"]
    number: str
    due: float
    amount_fen: int = 0
    times: int = 1
    tries: int = 0


@dataclass
class Ledger:
    """mood_left: of how many answers it is; None: of all. behind: seconds by which it is, while a
    story of the past is told."""

    merchants: dict[str, Keys] = field(default_factory=dict)
    charges: dict[str, Charge] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    mood: Mood = "well"
    mood_left: int | None = None
    becomes: Refunds = "return"
    refund_seconds: float = 1.0
    notifies: bool = True
    bill_ready: bool = True
    left_out: list[str] = field(default_factory=list)
    """Numbers that a bill lacks."""
    behind: float = 0.0

    @property
    def now(self) -> float:
        return time.time() - self.behind


class Book:
    """The ledger and its file; whoever changes it holds `opened`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "ledger.json"
        self._lock = threading.RLock()
        self.changed = threading.Condition(self._lock)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._ledger = _read(self._file)

    @contextmanager
    def opened(self) -> Iterator[Ledger]:
        """The ledger, for one change that is written as a whole."""
        with self._lock:
            yield self._ledger
            self._write()
            self.changed.notify_all()

    @contextmanager
    def read(self) -> Iterator[Ledger]:
        with self._lock:
            yield self._ledger

    def _write(self) -> None:
        new = self._file.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(self._ledger), file, ensure_ascii=False)
        new.replace(self._file)


def _read(file: Path) -> Ledger:
    if not file.exists():
        return Ledger()
    stored: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return Ledger(
        **stored
        | {
            "merchants": {key: Keys(**value) for key, value in stored["merchants"].items()},
            "charges": {key: Charge(**value) for key, value in stored["charges"].items()},
            "refunds": {key: Refund(**value) for key, value in stored["refunds"].items()},
            "tasks": [Task(**value) for value in stored["tasks"]],
        }
    )


def pay(ledger: Ledger, charge: Charge, amount_fen: int) -> None:
    """The buyer has paid, also what was closed: that is a payment that came late."""
    if charge.state in {"SUCCESS", "REFUND"}:
        return
    charge.state, charge.paid_fen, charge.paid_at = "SUCCESS", amount_fen, ledger.now
    charge.transaction_id = f"42000{secrets.randbelow(10**23):023}"


def left_of(ledger: Ledger, charge: Charge) -> int:
    """What of a charge was not given back, nor is about to be."""
    taken = sum(
        refund.amount_fen
        for refund in ledger.refunds.values()
        if refund.charge == charge.number and refund.status != "CLOSED"
    )
    return charge.paid_fen - taken
