"""The conversation of a complaint, in the clear, as pages show it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.complaints import Complaint
from chalicelib.pages.drawing.talk import ShownMessage
from chalicelib.repositories import photos
from chalicelib.repositories.complaints import text_of


def conversation(
    complaint: Complaint, now: datetime, *, joined: bool = False
) -> list[ShownMessage]:
    """Oldest first. It begins with the report, also where nothing was written then.

    joined: for a second phone, which sees no report, and whose words are its own.
    """
    links = photos.links_of(complaint.photos, now)

    def shown(photo_ids: Iterable[str]) -> list[tuple[str, int | None]]:
        return [links[photo] for photo in photo_ids if photo in links]

    messages = [
        ShownMessage(
            message.at,
            message.by,
            text_of(complaint, message),
            shown(complaint.photos_of(place)),
            joined=place in complaint.joined and not joined,
        )
        for place, message in enumerate(complaint.messages)
    ]
    if joined:
        return messages
    report = ShownMessage(complaint.created_at, "buyer", "", shown(complaint.reported_photos))
    if messages and (messages[0].by, messages[0].at) == (report.by, report.at):
        return [replace(messages[0], photos=report.photos), *messages[1:]]
    return [report, *messages]
