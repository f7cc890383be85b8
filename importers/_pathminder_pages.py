"""Which kind of page each payload is: a cheap look before anything is parsed (smart.md 3)."""

import re
from dataclasses import dataclass, field
from enum import Enum

from importers._pathminder_html import page_text, parsed, without_comments
from importers._pathminder_listing import ListRow, list_rows, sitemap_keys
from importers._source import Payloads
from importers._text import line

MEETING_NAME = "meetings/"  # begins the names of the payloads of which the meeting is known

_BEGINNING = 3_000
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<>]{0,500})</title>", re.IGNORECASE)
_MEETING_TITLE = re.compile(r"Meeting #[0-9]")


class Kind(Enum):
    SITEMAP = "sitemap"
    LIST = "list"
    MEETING = "meeting"
    OTHER = "other"  # of the site, such as a list without rows
    STRANGE = "strange"  # a challenge page, or no page of the site at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The payloads of one site, sorted. Keys are meeting ids, names those of payloads."""

    meetings: list[str] = field(default_factory=list)
    rows: dict[str, ListRow] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)  # keys of sitemap and list
    strange: list[str] = field(default_factory=list)
    has_sitemap: bool = False


def sorted_pages(payloads: Payloads) -> Pages:
    pages = Pages(has_sitemap=has_sitemap(payloads))
    for name, payload in payloads.items():
        kind = kind_of(payload)
        if kind is Kind.MEETING:
            pages.meetings.append(name)
        elif kind is Kind.SITEMAP:
            pages.listed.extend(sitemap_keys(page_text(payload)))
        elif kind is Kind.LIST:
            _add_rows(pages, payload)
        elif kind is Kind.STRANGE:
            pages.strange.append(name)
    return pages


def has_sitemap(payloads: Payloads) -> bool:
    return any(kind_of(payload) is Kind.SITEMAP for payload in payloads.values())


def kind_of(payload: bytes) -> Kind:
    """
    Return what *payload* is.

    A meeting's page without a calendar block is real only if it says "Pathminder" (smart.md
    3.4); the pages of 2022 say "Start Time" in a card instead.
    """
    try:
        text = without_comments(page_text(payload))
    except ValueError:
        return Kind.STRANGE
    if "<urlset" in text[:_BEGINNING] or "<sitemapindex" in text[:_BEGINNING]:
        return Kind.SITEMAP
    if "addeventatc" in text:
        return Kind.MEETING
    is_of_site = "pathminder" in text.casefold()
    if is_of_site and _MEETING_TITLE.search(title_of(text)):
        return Kind.MEETING
    if "meetinglistrow" in text:
        return Kind.LIST
    if "card-header" in text and "Start Time" in text:
        return Kind.MEETING
    return Kind.OTHER if is_of_site else Kind.STRANGE


def title_of(text: str) -> str:
    found = _TITLE.search(text)
    return line(found[1]) if found else ""


def _add_rows(pages: Pages, payload: bytes) -> None:
    try:
        rows = list_rows(parsed(page_text(payload)))
    except ValueError:
        return  # more tags than any list; its meetings are told by the sitemap
    for row in rows:
        pages.rows.setdefault(row.key, row)
        pages.listed.append(row.key)
