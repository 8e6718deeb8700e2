"""Passwords: argon2id, a few at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from pydantic import SecretStr

from chalicelib.domain.errors import Refusal

if TYPE_CHECKING:
    from argon2 import PasswordHasher

AT_ONCE = 4
"""In one process: 19 MiB each, and no machine of ours has more cores."""
MOST_WAITING = 60
"""For their turn, which takes some 50 ms: nobody waits longer than a second or two."""
RETRY_SECONDS = 2

_turns = BoundedSemaphore(AT_ONCE)
_places = BoundedSemaphore(AT_ONCE + MOST_WAITING)


@contextmanager
def _turn() -> Iterator[None]:
    """Raises "busy" when too many wait already."""
    if not _places.acquire(blocking=False):
        raise Refusal("busy", retry_after=RETRY_SECONDS)
    try:
        with _turns:
            yield
    finally:
        _places.release()


@cache
def _hasher() -> "PasswordHasher":
    """argon2id with OWASP's second profile: 19 MiB, 2 passes, so that many may sign in at once."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


@cache
def of_nobody() -> str:
    """Checked when the name is unknown, so that the answer takes as long."""
    return _hasher().hash("nobody has this password")


def hashed(password: SecretStr) -> str:
    """Raises "busy"."""
    with _turn():
        return _hasher().hash(password.get_secret_value())


def matches(password_hash: str, password: SecretStr) -> bool:
    """Raises "busy"."""
    from argon2.exceptions import VerifyMismatchError

    with _turn():
        try:
            return _hasher().verify(password_hash, password.get_secret_value())
        except VerifyMismatchError:
            return False
