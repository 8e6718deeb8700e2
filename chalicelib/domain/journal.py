"""What changed, from what to what, by whom, when and why."""

from .fields import Instant, Model
from .plausible import Confirmed


class Change(Model):
    """One move of one subject. `old` is null for the first entry, the subject's birth.

    request: the id by which the logs know who asked for it; null where nobody did. old_quantity,
    new_quantity: where what changed is how much there is. confirmed: what somebody was asked about,
    as it is far from what was usual, and said to be right.
    """

    old: str | None = None
    new: str
    by: str
    at: Instant
    why: str = ""
    request: str | None = None
    old_quantity: int | None = None
    new_quantity: int | None = None
    confirmed: Confirmed | None = None
