"""Why a request is refused: a stable code, the facts, and one sentence a person can act on
(domain/sentences.py).

The HTTP status of each code belongs to the edge (`api/edge/problems.py`).
"""

from typing import Any


class Refusal(Exception):
    """A request that the rules refuse.

    code: a key of SENTENCES. facts: JSON values that fill the sentence and are given to the client.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}"

    @property
    def content(self) -> tuple[object, ...]:
        """What it says: two refusals of one content are told alike."""
        return self.code, self.facts


class Invalid(Refusal):
    """A well-formed body with wrong content: one entry a field, each (field, zh-CN, English).

    left_out: how many more there are.
    """

    def __init__(self, *errors: tuple[str, str, str], left_out: int = 0) -> None:
        super().__init__("invalid")
        self.errors = errors
        self.count = len(errors) + left_out

    @property
    def content(self) -> tuple[object, ...]:
        return self.code, self.errors


class Outside(Refusal):
    """What an outside system did not do: looking at our own records again changes nothing."""


def not_found(what: str) -> Refusal:
    """`what` is a key of WHAT; the same answer for what does not exist and what is out of scope."""
    return Refusal("not_found", what=what)
