"""A meeting's own page on a Pathminder site, in its layouts of 2026 and of 2022 (smart.md 3)."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from importers._address_text import venue_of
from importers._countries import country_code
from importers._links import host, web_link, without_passcode, without_query
from importers._pathminder_html import attribute, lines_of
from importers._pathminder_listing import instant
from importers._text import line
from meetings.formats import comparable
from meetings.model import Point, Venue

_DIRECTIONS = "https://www.google.com/maps/dir//"
_GATEWAY = re.compile(r"(?:[\w-]+\.)*pathcheck\.net")
_GATEWAY_PATH = "/j/"
_MEETING_NUMBER = re.compile(r"Meeting #:? ?([0-9]{1,18})\b(?! ?:)[ ]?(.*)")
_RUN_OUT_OF = re.compile(r"This online meeting is run out of ([^.]{1,200})\.")
_JOINABLE = "Meetings can typically be joined"
_LABEL = re.compile(
    r"(Program|(?:Specific )?Audiences|Languages spoken|Schedule) ?: ?(.*)", re.IGNORECASE
)
_BLOCK_NAME = re.compile(r"#[0-9]{1,18} - (?:.*?) - (.+)")
_COORDINATES = re.compile(
    r"myLatLng = \{ ?lat: ?(-?[0-9]{1,2}\.[0-9]{1,20}), ?lng: ?(-?[0-9]{1,3}\.[0-9]{1,20}) ?\}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarBlock:
    """The AddEvent block: wall times at the meeting, the next occurrence first (smart.md 3.4)."""

    start: str
    end: str
    timezone: str
    recurring: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPage:
    """
    What a page says. No facilitator, pass code, e-mail address or note is ever taken from it.

    The notes stay behind since they name people, and nothing tells a name from a word.
    """

    key: str
    place: str  # "Soquel, California"
    name: str  # the group's, "" if it has none
    block: CalendarBlock | None
    schedule_text: str
    next_at: dt.datetime | None  # UTC
    is_in_person: bool
    is_online: bool
    venue: Venue | None
    point: Point | None  # only on pages of 2022, in a script
    join_url: str
    programme: str
    audiences: tuple[str, ...]
    languages: tuple[str, ...]


def meeting_page(page: BeautifulSoup, text: str) -> MeetingPage:
    """Read *page*, parsed from *text*."""
    element = page.select_one(".addeventatc:has(span.start)")
    if element is not None:
        element.extract()
    lines = lines_of(page)
    title = line(page.title.get_text()) if page.title else ""
    labels = _labels([*_description(element), *lines])
    key, place = _key_and_place(title, lines)
    directions = _directions(page)
    return MeetingPage(
        key=key,
        place=place,
        name=_name(element),
        block=_block(element),
        schedule_text=labels.get("schedule", ""),
        next_at=_next_at(page),
        is_in_person=bool(directions) or "Get Directions" in lines,
        is_online=_is_online(page, lines),
        venue=_venue(page, directions),
        point=_point(text),
        join_url=_join_url(page),
        programme=labels.get("program", ""),
        audiences=_one(labels.get("audiences", "")),
        languages=_one(labels.get("languages spoken", "")),
    )


def is_gateway(link: str) -> bool:
    """Say whether *link* goes by the platform's gateway, which opens shortly before the start."""
    is_there = _GATEWAY.fullmatch(host(link)) is not None
    return is_there and urlsplit(link).path.startswith(_GATEWAY_PATH)


def _block(element: Tag | None) -> CalendarBlock | None:
    if element is None:
        return None
    found = (_span(element, name) for name in ("start", "end", "timezone", "recurring"))
    start, end, timezone, recurring = found
    return CalendarBlock(start=start, end=end, timezone=timezone, recurring=recurring)


def _span(element: Tag, name: str) -> str:
    span = element.select_one(f"span.{name}")
    return line(span.get_text()) if span else ""


def _description(element: Tag | None) -> list[str]:
    span = element.select_one("span.description") if element else None
    return lines_of(span) if span else []


def _name(element: Tag | None) -> str:
    """Return the part of the block's title after number and place."""
    found = _BLOCK_NAME.search(_span(element, "title")) if element else None
    return found[1].strip() if found else ""


def _labels(lines: list[str]) -> Mapping[str, str]:
    """Return the values of the labels, the first of each; a value may stand on the next line."""
    labels: dict[str, str] = {}
    for number, each in enumerate(lines):
        if found := _LABEL.fullmatch(each):
            key = found[1].lower().removeprefix("specific ")
            following = lines[number + 1] if number + 1 < len(lines) else ""
            value = found[2] or ("" if _LABEL.fullmatch(following) else following)
            labels.setdefault(key, value)
    return labels


def _one(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _key_and_place(title: str, lines: list[str]) -> tuple[str, str]:
    """Return the number and place of the title, else those that stand in the page of 2022."""
    if found := _MEETING_NUMBER.search(title):
        return found[1], found[2].strip()
    numbers = (match[1] for each in lines if (match := _MEETING_NUMBER.fullmatch(each)))
    places = (match[1] for each in lines if (match := _RUN_OUT_OF.match(each)))
    return next(numbers, ""), _without_country(next(places, ""))


def _without_country(place: str) -> str:
    """Return "Easton, Maryland" of "Easton, Maryland, United States"."""
    head, _, country = place.rpartition(",")
    return head if "," in head and country_code(country) else place


def _next_at(page: BeautifulSoup) -> dt.datetime | None:
    """Return the next start if the page gives one, and only one."""
    times = page.select(".meeting-time[data-utc]")
    found = {instant(tag) for tag in times if tag.find_parent(class_="meetinglistrow") is None}
    return found.pop() if len(found) == 1 else None


def _is_online(page: BeautifulSoup, lines: list[str]) -> bool:
    told = any(_JOINABLE in each or _RUN_OUT_OF.search(each) for each in lines)
    return told or _card(page, "Online Meeting") is not None


def _card(page: BeautifulSoup, title: str) -> Tag | None:
    """Return the card whose header says *title*."""
    headers = page.select(".card > .card-header")
    found = (header.parent for header in headers if " ".join(lines_of(header)) == title)
    return next(found, None)


def _directions(page: BeautifulSoup) -> str:
    """Return the address to which the link "Get Directions" leads, as one text."""
    link = page.select_one(f'a[href^="{_DIRECTIONS}"]')
    if link is None:
        return ""
    path = attribute(link, "href").removeprefix(_DIRECTIONS)
    return line(unquote(path.partition("?")[0])).strip(" ,/") or "-"


def _venue(page: BeautifulSoup, directions: str) -> Venue | None:
    card = _card(page, "Location")
    body = card.select_one("p.card-text") if card else None
    lines = lines_of(body) if body else []
    if lines and _RUN_OUT_OF.match(lines[0]):
        lines = []
    if not directions.strip("-"):
        return venue_of(", ".join(lines)) if lines else None
    venue = venue_of(directions)
    name = lines[0] if len(lines) > 1 else ""
    is_address = comparable(name) in comparable(directions)
    return venue if is_address or venue.name else _named(venue, name)


def _named(venue: Venue, name: str) -> Venue:
    return Venue(
        name=name,
        street=venue.street,
        town=venue.town,
        region=venue.region,
        postal_code=venue.postal_code,
        country=venue.country,
    )


def _point(text: str) -> Point | None:
    found = _COORDINATES.search(text)
    try:
        return Point(float(found[1]), float(found[2])) if found else None
    except ValueError:
        return None


def _join_url(page: BeautifulSoup) -> str:
    """
    Return the gateway's link without `?smartappaction=leave` (smart.md 6).

    Where there is none, as in 2022, the link of the card "Online Meeting".
    """
    links = [web_link(attribute(tag, "href")) for tag in page.find_all("a", href=True)]
    for link in links:
        if is_gateway(link):
            return without_query(link)
    card = _card(page, "Online Meeting")
    tags = card.find_all("a", href=re.compile("^https?://")) if card else []
    own = (web_link(attribute(tag, "href")) for tag in tags)
    return next((without_passcode(link) for link in own if link), "")
