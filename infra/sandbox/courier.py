"""What the sandbox does by itself: late payments, refunds that arrive, and its notifications."""

import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime
from typing import Any

from .ledger import Book, Ledger, Task, pay
from .provider import refunded, trade
from .seals import Keys, sealed, signed

WAIT_SECONDS = 5
"""For an answer to a notification, as the provider waits."""
PAUSES = (1, 2, 4, 8, 15, 30, 60, 180, 600, 1800)
"""Seconds between the tries of a notification that nobody took."""
_OUTCOMES = {"return": "SUCCESS", "abnormal": "ABNORMAL", "closed": "CLOSED"}


class Courier(threading.Thread):
    """Runs until `end`; what it has not done by then it does after the next start."""

    def __init__(self, book: Book) -> None:
        super().__init__(name="sandbox-courier", daemon=True)
        self._book = book
        self._ended = False

    def end(self) -> None:
        with self._book.changed:
            self._ended = True
            self._book.changed.notify_all()
        self.join()

    def run(self) -> None:
        while True:
            with self._book.changed:
                if self._ended:
                    return
                wait = _next_due(self._book)
                if wait > 0:
                    self._book.changed.wait(min(wait, 60))
                    continue
            for task in self._take():
                threading.Thread(target=self._tell, args=(task,), daemon=True).start()

    def _take(self) -> list[Task]:
        """Do what is due; what is to be told of it, by somebody who may wait."""
        with self._book.opened() as ledger:
            due = [task for task in ledger.tasks if task.due <= time.time()]
            ledger.tasks = [task for task in ledger.tasks if task.due > time.time()]
            for task in due:
                if task.do == "pay":
                    paid(ledger, task.number, task.amount_fen, task.times)
                elif task.do == "refund":
                    arrived(ledger, task.number)
            return [task for task in due if task.do in {"tell_charge", "tell_refund"}]

    def _tell(self, task: Task) -> None:
        with self._book.read() as ledger:
            notification = of_task(ledger, task)
        if notification is None:
            return
        url, headers, body = notification
        if not _is_taken(url, headers, body) and task.tries < len(PAUSES):
            with self._book.opened() as ledger:
                task.due, task.tries = time.time() + PAUSES[task.tries], task.tries + 1
                ledger.tasks.append(task)


def _next_due(book: Book) -> float:
    with book.read() as ledger:
        return min((task.due for task in ledger.tasks), default=time.time() + 60) - time.time()


def paid(ledger: Ledger, number: str, amount_fen: int, times: int) -> None:
    """The buyer pays now, and so many notifications go out at once."""
    charge = ledger.charges[number]
    pay(ledger, charge, amount_fen or charge.amount_fen)
    if ledger.notifies:
        ledger.tasks += [Task("tell_charge", number, time.time()) for _ in range(times)]


def arrived(ledger: Ledger, number: str) -> None:
    """A refund ends, as it is set to."""
    refund = ledger.refunds[number]
    if refund.status != "PROCESSING":
        return
    refund.status = _OUTCOMES.get(ledger.becomes, "SUCCESS")
    refund.ended_at = ledger.now
    if ledger.notifies and refund.notify_url:
        ledger.tasks.append(Task("tell_refund", number, time.time()))


def of_task(ledger: Ledger, task: Task) -> tuple[str, dict[str, str], bytes] | None:
    """Where a notification goes, its headers and its body; None of what was forgotten."""
    if task.number not in (ledger.charges if task.do == "tell_charge" else ledger.refunds):
        return None
    if task.do == "tell_charge":
        charge = ledger.charges[task.number]
        keys = ledger.merchants[charge.mchid]
        return (charge.notify_url, *notification(keys, "TRANSACTION.SUCCESS", trade(charge)))
    refund = ledger.refunds[task.number]
    keys = ledger.merchants[refund.mchid]
    answer = refunded(refund, ledger.charges[refund.charge])
    amounts = {name: fen for name, fen in answer["amount"].items() if name != "currency"}
    kept = ("refund_id", "out_refund_no", "transaction_id", "out_trade_no", "success_time")
    content = {name: answer[name] for name in kept if name in answer} | {
        "mchid": refund.mchid,
        "refund_status": refund.status,
        "user_received_account": answer["user_received_account"],
        "amount": amounts,
    }
    return (refund.notify_url, *notification(keys, f"REFUND.{refund.status}", content))


def notification(
    keys: Keys, event: str, content: dict[str, Any], *, at: float | None = None
) -> tuple[dict[str, str], bytes]:
    """Its headers and its body. at: another time than now."""
    kind = event.partition(".")[0].lower()
    body = json.dumps(
        {
            "id": str(uuid.uuid4()),
            "create_time": datetime.now(UTC).isoformat(timespec="seconds"),
            "event_type": event,
            "resource_type": "encrypt-resource",
            "summary": event,
            "resource": sealed(keys, content, kind),
        }
    ).encode()
    return {**signed(keys, body, at=at), "Content-Type": "application/json"}, body


def _is_taken(url: str, headers: dict[str, str], body: bytes) -> bool:
    request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 - checked: http
    try:
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:  # noqa: S310
            return bool(200 <= answer.status < 300)
    except (OSError, ValueError):  # also HTTPError
        return False
