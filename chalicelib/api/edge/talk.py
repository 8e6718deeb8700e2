"""The conversation of a complaint, in the clear, as pages show it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.complaints import Complaint
from chalicelib.pages.drawing.talk import Said
from chalicelib.repositories import photos
from chalicelib.repositories.complaints import text_of


def conversation(complaint: Complaint, now: datetime) -> list[Said]:
    """Oldest first. It begins with the report, also where nothing was written then."""
    links = photos.links_of(complaint.photos, now)

    def shown(photo_ids: Iterable[str]) -> list[tuple[str, int | None]]:
        return [links[photo] for photo in photo_ids if photo in links]

    said = [
        Said(
            message.at,
            message.by,
            text_of(complaint, message),
            shown(complaint.photos_of(place)),
        )
        for place, message in enumerate(complaint.messages)
    ]
    report = Said(complaint.created_at, "buyer", "", shown(complaint.reported_photos))
    if said and (said[0].by, said[0].at) == (report.by, report.at):
        return [replace(said[0], photos=report.photos), *said[1:]]
    return [report, *said]
