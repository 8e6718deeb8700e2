"""What can go wrong between us and the store."""


class StoreUnavailable(Exception):
    """The store throttles, is away, or a write kept colliding with others. Worth another try."""


class ConditionFailed(Exception):
    """A write was refused by its condition, so nothing of its transaction was done.

    failed: the positions, in the order given to `commit`, of the writes that were refused.
    """

    def __init__(self, failed: list[int]) -> None:
        super().__init__(f"conditions failed at {failed}")
        self.failed = failed


class Unjournalled(Exception):
    """A state would move without its journal entry: a mistake in our own code."""
