"""What the store was asked, and what it cost: counted at the client, as the engine reports it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from tests.seam import Ask, asking

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})
CHARGED = READS | WRITES


@dataclass
class Meter:
    """Requests in their order, and capacity units: those of the table and of the indexes apart."""

    requests: list[str] = field(default_factory=list)
    rcu: float = 0
    wcu: float = 0
    index_rcu: float = 0
    index_wcu: float = 0

    @property
    def cost(self) -> tuple[int, float, float]:
        """Requests, RCU and WCU, indexes included."""
        return len(self.requests), self.rcu + self.index_rcu, self.wcu + self.index_wcu

    @property
    def operations(self) -> Counter[str]:
        return Counter(self.requests)

    def _read(self, operation: str, answer: dict[str, Any]) -> None:
        self.requests.append(operation)
        consumed = answer.get("ConsumedCapacity", [])
        for capacity in consumed if isinstance(consumed, list) else [consumed]:
            table = capacity["Table"]["CapacityUnits"]
            indexes = sum(
                index["CapacityUnits"]
                for index in capacity.get("GlobalSecondaryIndexes", {}).values()
            )
            # The engine tells reads and writes apart only here: a repeated transaction reads.
            if operation in READS or "ReadCapacityUnits" in capacity:
                self.rcu, self.index_rcu = self.rcu + table, self.index_rcu + indexes
            else:
                self.wcu, self.index_wcu = self.wcu + table, self.index_wcu + indexes


@contextmanager
def meter() -> Iterator[Meter]:
    """Counts what this process asks of the store, in every thread, until left."""
    metered = Meter()

    def ask(really: Ask, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        wanted = {"ReturnConsumedCapacity": "INDEXES"} if operation in CHARGED else {}
        try:
            answer = really(operation, parameters | wanted)
        except ClientError:
            metered._read(operation, {})
            raise
        metered._read(operation, answer)
        return answer

    with asking(ask):
        yield metered
