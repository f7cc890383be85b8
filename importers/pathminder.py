"""
Pathminder sites: SMART Recovery USA and Canada, LifeRing, Women for Sobriety (smart.md).

The reader is proved against the selectors that other programs use on these sites, and not
against captured pages, of which there are none (smart.md 2).

A sitemap with the pages it lists is the complete list. The search list shows only what takes
place within seven days, so without a sitemap absence says little: `is_windowed` tells the
refresh by the payloads which it is.
"""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

from importers._pathminder_brands import Brand, brand_of, brand_titled
from importers._pathminder_html import page_text, parsed
from importers._pathminder_listing import ListRow
from importers._pathminder_meeting import meeting_of
from importers._pathminder_page import MeetingPage, meeting_page
from importers._pathminder_pages import (
    MEETING_NAME,
    Kind,
    Pages,
    has_sitemap,
    kind_of,
    sorted_pages,
    title_of,
)
from importers._pathminder_payloads import fetch_site, load_pages, root_of
from importers._pathminder_times import ordinals_and_length, schedule_of
from importers._source import Get, Payloads, Reading, Rejected, Source, Unplaced
from meetings.errors import UnknownFormat
from meetings.model import Meeting

TITLE = "Pathminder pages (SMART Recovery, LifeRing)"
SPEC = "https://meetings.smartrecovery.org/"
IS_WINDOWED = True
READS_PAGES = True  # made for people: robots.txt is asked first

_NO_PAGE = "its own page is not here, and only that tells its rule; nothing is known"
_STRANGE = "is no page of the site, perhaps a challenge; nothing is known"
_NO_SCHEDULE = "no trustworthy time: no calendar block, and no instant in the list"
_LEFT_OUT = {
    "names of facilitators": re.compile(r"fa-user\b|>\s{0,99}Facilitators\s{0,99}<"),
    "pass codes": re.compile(r">\s{0,99}Passcode:?\s{0,99}<"),
    "e-mail addresses": re.compile(r"\[email(?:&#160;|&nbsp;|\s)protected\]|mailto:"),
}


async def fetch(get: Get, source: Source) -> Payloads:
    """Read the site politely, which is for an explicit command only: ask its owner first."""
    return await fetch_site(get, root_of(brand_of(source), source.url))


def load(path: Path) -> Payloads:
    return load_pages(path)


def read(payloads: Payloads, source: Source) -> Reading:
    brand, pages = brand_of(source), sorted_pages(payloads)
    if not pages.meetings and not pages.listed:
        raise UnknownFormat(f"none of the {len(payloads)} pages is one of a Pathminder site")
    if not pages.meetings and pages.strange:
        raise UnknownFormat("instead of the pages of meetings there are strange ones: a challenge?")
    seen: set[str] = set()
    for name in pages.meetings:
        yield _read_one(name, payloads[name], pages, brand, source, seen)
    for name in pages.strange:
        key = name.removeprefix(MEETING_NAME)
        if key not in seen:
            seen.add(key)
            yield Rejected(key, _STRANGE)
    for key in dict.fromkeys(pages.listed):
        if key not in seen:
            yield Rejected(key, _NO_PAGE)


def is_windowed(payloads: Payloads) -> bool:
    """Say whether absence from these pages says little: there is no sitemap among them."""
    return not has_sitemap(payloads)


def notices(payloads: Payloads, *, now: dt.datetime) -> list[str]:  # noqa: ARG001 # Noticing's
    """Return what is odd: fewer meetings than the brand has, and what was left out of them."""
    kinds = {name: kind_of(payload) for name, payload in payloads.items()}
    texts = [page_text(payloads[name]) for name, kind in kinds.items() if kind is not Kind.STRANGE]
    found = _few(texts, sum(kind is Kind.MEETING for kind in kinds.values()))
    for what, pattern in _LEFT_OUT.items():
        count = sum(len(pattern.findall(text)) for text in texts)
        if count:
            found.append(f"left out {what} in {count} places")
    if has_sitemap(payloads) and Kind.LIST not in kinds.values():
        found.append("the search list shows no meeting: its parameters or markup may have changed")
    return found


def _few(texts: list[str], count: int) -> list[str]:
    brand = next((brand for text in texts if (brand := brand_titled(title_of(text)))), None)
    if brand is None or count >= brand.floor:
        return []
    return [f"{count} meetings, where {brand.title} has at least {brand.floor}"]


def _read_one(
    name: str, payload: bytes, pages: Pages, brand: Brand, source: Source, seen: set[str]
) -> Meeting | Unplaced | Rejected:
    key = name.removeprefix(MEETING_NAME)
    try:
        text = page_text(payload)
        page = meeting_page(parsed(text), text)
    except ValueError as problem:
        seen.add(key)
        return Rejected(key, str(problem))
    key = page.key or key
    if not key.isdecimal():
        return Rejected(key, "title: holds no number of a meeting")
    if key in seen:
        return Rejected(key, "id: there are two pages of this meeting")
    seen.add(key)
    row = pages.rows.get(key) or ListRow(key=key, next_at=None, is_online=False)
    try:
        return _result(key, page, row, brand, source)
    except ValueError as problem:
        return Rejected(key, str(problem))


def _result(
    key: str, page: MeetingPage, row: ListRow, brand: Brand, source: Source
) -> Meeting | Unplaced:
    """Return the meeting by the trust order of smart.md 4.1."""
    if page.block is not None:
        schedule = schedule_of(page.block, page.schedule_text)
        return replace(meeting_of(key, page, row, brand, source), schedule=schedule)
    next_at = row.next_at or page.next_at
    if next_at is None:
        raise ValueError(_NO_SCHEDULE)
    when = ordinals_and_length(page.schedule_text)
    return Unplaced(
        meeting=meeting_of(key, page, row, brand, source),
        next_at=next_at,
        ordinals=when.ordinals,
        interval_weeks=when.interval_weeks,
        duration=when.duration,
    )
