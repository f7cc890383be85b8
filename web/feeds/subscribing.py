"""The links by which calendar programs follow a feed (calendar.md 14)."""

from dataclasses import dataclass
from urllib.parse import quote

from web.service import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeLinks:
    """One feed's addresses; those of companies are "" where they could not reach us."""

    plain: str
    webcal: str  # Apple and desktop programs; on Android it opens nothing
    google: str
    outlook: str
    download: str


def subscribe_links(site: Site, path: str) -> SubscribeLinks:
    """Return the ways to follow the feed at *path*, which begins with a slash."""
    plain = site.base_url + path
    webcal = "webcal://" + plain.partition("://")[2]
    google = f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}"
    outlook = f"https://outlook.live.com/calendar/0/addfromweb/?url={quote(plain, safe='')}"
    return SubscribeLinks(
        plain=plain,
        webcal=webcal,
        google=google if site.is_public else "",
        outlook=outlook if site.is_public else "",
        download=path,
    )
