"""What is said in a complaint: by its buyer, its seller and the county, with photos."""

from collections.abc import Collection, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from .errors import Refusal
from .fields import Body, Id, Instant, Message, Model

Speaker = Literal["buyer", "seller", "county"]
LONGEST_SAID = 500
"""Characters of a further message of the buyer, as of a saved reply."""
MOST_SAID = 20
"""Further messages of the buyer. With as many answers, each as long as it may be, a record takes
half of what the store allows (400 KB); and 100 of them in one list, all filled by strangers, stay
within the 6 MB that a function answers."""
MOST_AT_ONCE = 3
"""Photos of one message."""
MOST_PHOTOS = 30
"""Of a complaint in all: as many as an hour of one parcel's."""


class NewMessage(Body):
    """More words of the buyer, while the complaint is open."""

    message: Annotated[Message, Field(max_length=LONGEST_SAID)]
    photos: Annotated[list[Id], Field(max_length=MOST_AT_ONCE)] = []


class Draft(Model):
    """What was typed and is no message yet. photos: ids of those that were sent."""

    text: str = ""
    photos: tuple[str, ...] = ()


NO_DRAFT = Draft()


class ComplaintMessage(Model):
    """One message of the conversation; `sealed` is its encrypted text, null once erased."""

    at: Instant
    by: Speaker
    sealed: str | None = Field(default=None, repr=False)


class Attached(Model):
    """A photo that came with a message, by the message's place in the conversation."""

    photo: str
    message: int


class Conversation(Model):
    """messages: oldest first. photos: all of them. attached: those that came with a later message;
    the others came with the report. It stands beside the messages, as an older release that answers
    would lose a field of theirs that it does not know. added: how many messages of the buyer came
    after the report. joined: the places of those that a second phone wrote, which knew the order's
    number and the end of the buyer's phone number.
    """

    messages: tuple[ComplaintMessage, ...] = ()
    photos: tuple[str, ...] = ()
    attached: Annotated[tuple[Attached, ...], Field(exclude_if=lambda photos: not photos)] = ()
    added: Annotated[int, Field(exclude_if=lambda times: not times)] = 0
    joined: Annotated[tuple[int, ...], Field(exclude_if=lambda places: not places)] = ()

    @property
    def is_full(self) -> bool:
        return self.added >= MOST_SAID

    @property
    def reported_photos(self) -> tuple[str, ...]:
        later = {attached.photo for attached in self.attached}
        return tuple(photo for photo in self.photos if photo not in later)

    def photos_of(self, place: int) -> tuple[str, ...]:
        """Those that came with the message at this place; none once they are erased."""
        return tuple(
            attached.photo
            for attached in self.attached
            if attached.message == place and attached.photo in self.photos
        )

    def with_more(
        self, message: ComplaintMessage, photos: Sequence[str], *, joined: bool
    ) -> dict[str, Any]:
        """The fields that one more message of the buyer changes. Raises "conversation_full"."""
        new = [photo for photo in dict.fromkeys(photos) if photo not in self.photos]
        if self.is_full or len(self.photos) + len(new) > MOST_PHOTOS:
            raise Refusal("conversation_full", messages=MOST_SAID, photos=MOST_PHOTOS)
        place = len(self.messages)
        attached = (Attached(photo=photo, message=place) for photo in new)
        return {
            "messages": (*self.messages, message),
            "photos": (*self.photos, *new),
            "attached": (*self.attached, *attached),
            "added": self.added + 1,
            "joined": (*self.joined, place) if joined else self.joined,
        }

    def only(self, shown: Collection[int]) -> dict[str, Any]:
        """The fields of a copy that holds of its messages only those at these places; photos of
        the report stay."""
        places = {place: at for at, place in enumerate(sorted(shown))}
        hidden = {attached.photo for attached in self.attached if attached.message not in places}
        return {
            "messages": tuple(self.messages[place] for place in places),
            "photos": tuple(photo for photo in self.photos if photo not in hidden),
            "attached": tuple(
                Attached(photo=attached.photo, message=places[attached.message])
                for attached in self.attached
                if attached.message in places
            ),
            "joined": tuple(places[place] for place in self.joined if place in places),
        }

    def as_joined(self) -> dict[str, Any]:
        """The fields of a copy for the second phone: its own words, and how they were answered."""
        first = min(self.joined, default=len(self.messages))
        answers = [
            place
            for place, message in enumerate(self.messages)
            if place > first and message.by != "buyer"
        ]
        own = self.only({*self.joined, *answers})
        return own | {"photos": tuple(attached.photo for attached in own["attached"])}
