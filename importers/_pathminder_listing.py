"""The search list and the sitemap of a Pathminder site (smart.md 3 and 3.2)."""

import datetime as dt
import re
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from importers._labels import smart_languages
from importers._limits import LONGEST_KEY
from importers._pathminder_html import PLACE_MARK, attribute, lines_of

_MEETING_PATH = re.compile(rf"/meetings/([0-9]{{1,{LONGEST_KEY}}})/?(?:[?#]|$)")
_LOCATION = re.compile(r"<loc>\s{0,100}([^<>\s]{1,2048})\s{0,100}</loc>")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """What the search list says of a meeting. It tells the next start, and not how often."""

    key: str
    next_at: dt.datetime | None  # UTC
    is_online: bool
    place: str = ""
    programme: str = ""
    audiences: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


def list_rows(page: BeautifulSoup) -> list[ListRow]:
    """Return the rows that name a meeting, whichever attribute holds the link."""
    found = [(_key(row), row) for row in page.select(".row.meetinglistrow")]
    return [_row(key, row) for key, row in found if key]


def sitemap_keys(text: str) -> list[str]:
    """Return the ids of the meetings that a sitemap lists."""
    found = (_MEETING_PATH.search(url) for url in _LOCATION.findall(text))
    return list(dict.fromkeys(match[1] for match in found if match))


def nested_sitemaps(text: str) -> list[str]:
    """Return the addresses of the sitemaps that a sitemap index lists."""
    return _LOCATION.findall(text) if "<sitemapindex" in text else []


def key_in(address: str) -> str:
    """Return the id of the meeting to which *address* leads, or ""."""
    found = _MEETING_PATH.search(address)
    return found[1] if found else ""


def instant(element: Tag) -> dt.datetime | None:
    """Return the `data-utc` of *element*, None if it is no instant with its offset."""
    try:
        found = dt.datetime.fromisoformat(attribute(element, "data-utc"))
        return found.astimezone(dt.UTC) if found.tzinfo and 1970 < found.year < 2200 else None
    except ValueError:
        return None


def _key(row: Tag) -> str:
    linked = [row, *row.select("[data-href], a[href]")]
    links = [attribute(tag, name) for tag in linked for name in ("data-href", "href")]
    return next((key for link in links if (key := key_in(link))), "")


def _row(key: str, row: Tag) -> ListRow:
    time = row.select_one(".meeting-time[data-utc]")
    labels = row.select_one("span.d-none.d-md-block.text-center")
    programme, audiences, languages = _labels(lines_of(labels) if labels else [])
    return ListRow(
        key=key,
        next_at=instant(time) if time else None,
        is_online=row.select_one("i.fa-video.meetingtypeicon") is not None,
        place=_place(row),
        programme=programme,
        audiences=audiences,
        languages=languages,
    )


def _place(row: Tag) -> str:
    """
    Return the text of the block with the `<!---` comment.

    Guessing "City, Word" instead picks up facilitators, whose block looks alike (smart.md 3.2).
    """
    mark = row.select_one(f"span.d-none.d-md-block > .{PLACE_MARK}")
    block = mark.parent if mark else None
    return " ".join(lines_of(block)) if block else ""


def _labels(lines: list[str]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return programme, audiences, languages, which stand below each other in this order."""
    programme, *rest = lines or [""]
    if rest and smart_languages([rest[-1]]):
        return programme, tuple(rest[:-1]), (rest[-1],)
    return programme, tuple(rest), ()
