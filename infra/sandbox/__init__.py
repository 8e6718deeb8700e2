"""A payment provider on this machine, for `make run` and tests: it signs as WeChat Pay does, and
no money moves. It lies beside the house, so that nothing of it is ever in the package."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chalicelib.api.edge.origins import is_foreign
from infra.gateway import Answer

from . import pages
from .courier import Courier, arrived, paid
from .ledger import FIRST_MERCHANT, Book, Task
from .provider import Provider, trade
from .seals import Keys

PREFIX = "/sandbox"
API = f"{PREFIX}/wechatpay"
FOLDER = "sandbox"
MOST_TIMES = 100
LONGEST_DELAY = 7 * 86_400
"""Seconds."""


class Played(BaseModel):
    """What a buyer is to do."""

    model_config = ConfigDict(extra="forbid")

    out_trade_no: str
    amount_fen: Annotated[int, Field(ge=1, strict=True)] | None = None
    times: Annotated[int, Field(ge=0, le=MOST_TIMES, strict=True)] = 1
    delay_seconds: Annotated[float, Field(ge=0, le=LONGEST_DELAY)] = 0


class Sandbox:
    """address: where buyers and the house reach it, without a slash at the end."""

    def __init__(self, folder: Path, address: str) -> None:
        self.base_url = address + API
        self.book = Book(folder)
        self._provider = Provider(self.book, address + PREFIX)
        self._courier = Courier(self.book)

    def start(self) -> None:
        self._courier.start()

    def end(self) -> None:
        self._courier.end()

    def merchant(self, mchid: str = FIRST_MERCHANT) -> Keys:
        """It is made when it is not known yet."""
        with self.book.opened() as ledger:
            if mchid not in ledger.merchants:
                ledger.merchants[mchid] = Keys.new(mchid)
            return ledger.merchants[mchid]

    def entered(self, mchid: str = FIRST_MERCHANT) -> dict[str, str]:
        """What a county enters to be paid here."""
        return {**self.merchant(mchid).entered, "base_url": self.base_url}

    def pay(
        self,
        number: str,
        amount_fen: int | None = None,
        times: int = 1,
        delay_seconds: float = 0,
    ) -> dict[str, Any] | None:
        """Play the buyer who pays, also what was closed; None of what nobody was asked for.

        amount_fen: another sum than asked. times: how often that is told, at once; 0: never.
        delay_seconds: the buyer takes that long, and is not waited for.
        """
        with self.book.opened() as ledger:
            charge = ledger.charges.get(number)
            if charge is None:
                return None
            amount = amount_fen or charge.amount_fen
            if delay_seconds:
                due = time.time() + delay_seconds
                ledger.tasks.append(Task("pay", number, due, amount, times))
            else:
                paid(ledger, number, amount, times)
            return trade(charge)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Whatever happens here happens at that moment of the past."""
        with self.book.opened() as ledger:
            ledger.behind = time.time() - moment.timestamp()
        try:
            yield
        finally:
            with self.book.opened() as ledger:
                ledger.behind = 0.0

    def give_back(self, after: timedelta) -> None:
        """Each refund that is under way has arrived so long after it was asked for, or just now."""
        with self.book.read() as ledger:
            under_way = [task.number for task in ledger.tasks if task.do == "refund"]
            made = {number: ledger.refunds[number].made_at for number in under_way}
        for number, made_at in made.items():
            arrives = min(made_at + after.total_seconds(), time.time())
            with self.at(datetime.fromtimestamp(arrives, UTC)), self.book.opened() as ledger:
                arrived(ledger, number)

    def answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Answer | None:
        """None for what is not the sandbox's. headers: by their names in small letters."""
        path, _, query = target.partition("?")
        if not f"{path}/".startswith(f"{PREFIX}/"):
            return None
        if method == "POST" and is_foreign(headers):
            return _json(403, {"code": "csrf", "detail": "sent by a page of another site"})
        if path.startswith(f"{API}/v3/"):
            return self._provider.answer(method, target.removeprefix(API), headers, body)
        if (method, path) == ("POST", f"{API}/pay"):
            return self._pay(body)
        if (method, path) == ("GET", f"{API}/merchant"):
            return _json(200, self.entered())
        fields = {name: values[-1] for name, values in parse_qs(body.decode("latin-1")).items()}
        asked = {name: values[-1] for name, values in parse_qs(query).items()}
        return pages.answer(self, method, path.removeprefix(PREFIX), asked, fields)

    def _pay(self, body: bytes) -> Answer:
        try:
            played = Played.model_validate_json(body)
        except ValidationError as error:
            errors = [
                {"field": ".".join(map(str, e["loc"])), "message": e["msg"]} for e in error.errors()
            ]
            return _json(422, {"code": "invalid", "errors": errors})
        answer = self.pay(
            played.out_trade_no, played.amount_fen, played.times, played.delay_seconds
        )
        if answer is None:
            return _json(404, {"code": "not_found", "detail": "no such out_trade_no"})
        return _json(200, answer)


def _json(status: int, content: dict[str, Any]) -> Answer:
    body = json.dumps(content, ensure_ascii=False).encode()
    return Answer(
        status, (("Content-Type", "application/json"), ("Cache-Control", "no-store")), body
    )
