"""Whether a page of another site made a browser send something."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from chalicelib.config import settings

OURS = frozenset({"same-origin", "none"})
"""What Sec-Fetch-Site says of our own pages, and of an address that a person typed."""


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Whether the sender is a browser on a page that is not ours.

    New browsers say which it is (W3C Fetch Metadata), and no page can change that. Of others the
    Origin or the Referer is compared; our pages let theirs be told to ourselves, so "null" is
    another's. Programs send none of these.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in OURS
    page = headers.get("origin") or headers.get("referer")
    return page is not None and page != "" and not _is_ours(page, headers.get("host", ""))


def _is_ours(page: str, host: str) -> bool:
    """By the address that buyers have (SHANHUO_BASE_URL), or the one the browser came to, which
    a proxy may hide."""
    try:
        origin, own = urlsplit(page), urlsplit(settings().base_url)
        if (origin.scheme, origin.netloc) == (own.scheme, own.netloc):
            return True
        safe = origin.scheme == "https" or not settings().secure
        return safe and origin.scheme in {"http", "https"} and origin.netloc == host != ""
    except ValueError:
        return False
