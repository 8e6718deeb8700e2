"""What a link to a page shows where it is sent: Open Graph (ogp.me).

For pages that are the same for everybody; one behind a key has none. Chats keep it for long, so it
says only what stays true.
"""

from dataclasses import dataclass

from .assets import icon

MARK = "icon-512.png"
"""The project's mark, 512 x 512 pixels: above the 300 that chats ask for."""


@dataclass(frozen=True)
class Preview:
    """title, line: plain text. url: of the page without any query, image: absolute too."""

    title: str
    line: str
    url: str
    image: str


def preview(title: str, line: str, path: str, base_url: str) -> Preview:
    """path: without a key."""
    return Preview(title, line, f"{base_url}{path}", f"{base_url}{icon(MARK).path}")
