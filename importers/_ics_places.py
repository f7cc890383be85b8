"""Where the meeting of an event is: its location is an address, a link, or just "Zoom"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from importers._address_text import venue_of
from importers._ics_events import Event
from importers._joining_hosts import is_for_joining
from importers._links import host, web_link, without_passcode
from importers._passcodes import without_passcodes
from importers._privacy import without_people
from importers._source import Source
from meetings.model import Online, Venue, VenueType

_LINK = re.compile(r"https?://[^\s<>\"\\]+", re.IGNORECASE)
_TELLING = "online virtual zoom internet skype webex teams video phone virtuell enlínea"
_BESIDE = """
meeting meetings via on by the web google meet microsoft telephone call conference only and link
see description in below
"""
_TELLING_WORDS = frozenset(_TELLING.split())
_ONLINE_WORDS = _TELLING_WORDS | frozenset(_BESIDE.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How one attends."""

    venue_type: VenueType
    venue: Venue | None
    online: Online | None
    page_url: str


def place_of(event: Event, source: Source) -> Place:
    """Return where *event* is. Raises ValueError if it tells neither a place nor a way to join."""
    address = without_people(_LINK.sub("", event.location)).strip(" ,;()-")
    link = next(_joining_links(event), "")
    says_online = _is_said_online(address)
    is_here = bool(address) and not says_online
    is_online = bool(link) or says_online
    if not is_here and not is_online:
        raise ValueError("LOCATION: neither a place nor a way to join online")
    if not source.publish_passcodes:
        link, address = without_passcode(link), without_passcodes(address)
    return Place(
        venue_type=_venue_type(is_here=is_here, is_online=is_online),
        venue=venue_of(address, country=source.country) if is_here else None,
        online=Online(url=link) if link else None,
        page_url="" if _is_for_joining(web_link(event.url)) else web_link(event.url),
    )


def _venue_type(*, is_here: bool, is_online: bool) -> VenueType:
    if is_here and is_online:
        return VenueType.HYBRID
    return VenueType.IN_PERSON if is_here else VenueType.ONLINE


def _joining_links(event: Event) -> Iterator[str]:
    """Yield what leads into the meeting, the surest first; in prose only links of known hosts."""
    yield from filter(None, map(web_link, event.conferences))
    yield from _links(event.location)
    for text in (event.url, event.description):
        yield from (link for link in _links(text) if _is_for_joining(link))


def _links(text: str) -> Iterator[str]:
    found = (web_link(each.rstrip(".,;:!?)'")) for each in _LINK.findall(text))
    return (link for link in found if link)


def _is_for_joining(link: str) -> bool:
    return is_for_joining(host(link))


def _is_said_online(address: str) -> bool:
    words = re.findall(r"[^\W_]+", address.casefold())
    return bool(words) and _ONLINE_WORDS.issuperset(words) and not _TELLING_WORDS.isdisjoint(words)
