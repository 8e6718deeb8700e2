"""A conversation as pages show it: oldest first, whose word it is, when, and with what photos."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.conversations import Speaker

from ..texts import Words
from . import formats


@dataclass(frozen=True)
class ShownMessage:
    """text: None once it is erased, empty where nothing was written. photos: (address, bytes).
    joined: it came from a second phone."""

    at: datetime
    by: Speaker
    text: str | None
    photos: Sequence[tuple[str, int | None]] = ()
    joined: bool = False


def bubbles(
    conversation: Sequence[ShownMessage], words: Words, now: datetime, *, of_buyer: bool
) -> list[dict[str, object]]:
    """For the macro `talk.bubbles`. of_buyer: whether it is the buyer who reads.

    Photos are counted through, so that each can be spoken of.
    """
    drawn: list[dict[str, object]] = []
    n = 0
    for message in conversation:
        photos = []
        for address, size in message.photos:
            n += 1
            sized = "photo" if size is None else "photo_sized"
            photos.append((words(sized, n=n, size=formats.size(size or 0)), address))
        drawn.append(
            {
                "who": words["by_joined" if message.joined else f"by_{message.by}"],
                "when": formats.moment(message.at, words.language, now),
                "own": (message.by == "buyer") == of_buyer and not message.joined,
                "text": message.text,
                "photos": photos,
            }
        )
    return drawn
