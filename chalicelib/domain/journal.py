"""What changed, from what to what, by whom, when and why."""

from .fields import Instant, Model


class Change(Model):
    """One move of one subject. `old` is null for the first entry, the subject's birth.

    request: the id by which the logs know who asked for it; null where nobody did.
    """

    old: str | None = None
    new: str
    by: str
    at: Instant
    why: str = ""
    request: str | None = None
