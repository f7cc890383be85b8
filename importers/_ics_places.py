"""Where the meeting of an event is: its location is an address, a link, or just "Zoom"."""

from collections.abc import Iterator
from dataclasses import dataclass

from importers._address_text import venue_of
from importers._ics_events import Event
from importers._joining_text import Whereabouts, whereabouts
from importers._links import host, links_in, web_link, without_links, without_passcode
from importers._online_words import is_for_joining
from importers._passcodes import without_dialled_passcode, without_passcodes
from importers._privacy import without_addresses, without_people
from importers._source import Source
from meetings.model import Online, Venue, VenueType

_NO_ONLINE = Online()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How one attends."""

    venue_type: VenueType
    venue: Venue | None
    online: Online | None
    page_url: str


def place_of(event: Event, source: Source) -> Place:
    """Return where *event* is. Raises ValueError if it tells neither a place nor a way to join."""
    said = without_links(event.location)
    found = whereabouts(without_passcodes(said), has_link=said != event.location)
    address = without_people(found.address).strip(" ,;()-")
    link = next(_joining_links(event), "")
    is_online = bool(link) or found.is_online
    if not address and not is_online:
        raise ValueError("LOCATION: neither a place nor a way to join online")
    return Place(
        venue_type=_venue_type(is_here=bool(address), is_online=is_online),
        venue=venue_of(address, country=source.country) if address else None,
        online=_online(event, found, link, source),
        page_url="" if _is_for_joining(web_link(event.url)) else web_link(event.url),
    )


def _online(event: Event, found: Whereabouts, link: str, source: Source) -> Online | None:
    phone, notes = found.phone, _notes(event, found, source)
    if not source.publish_passcodes:
        link, phone, notes = (
            without_passcode(link),
            without_dialled_passcode(phone),
            without_passcodes(notes),
        )
    online = Online(url=link, phone=phone, notes=without_addresses(notes))
    return None if online == _NO_ONLINE else online


def _notes(event: Event, found: Whereabouts, source: Source) -> str:
    """Return what there is for joining beside link and number, or the link that was cut."""
    said = without_links(event.location)
    if source.publish_passcodes and without_passcodes(said) != said:
        return said.strip(" ,;()-")
    is_cut = said != event.location and not links_in(event.location)
    return event.location if is_cut and not found.address else found.joining


def _venue_type(*, is_here: bool, is_online: bool) -> VenueType:
    if is_here and is_online:
        return VenueType.HYBRID
    return VenueType.IN_PERSON if is_here else VenueType.ONLINE


def _joining_links(event: Event) -> Iterator[str]:
    """Yield what leads into the meeting, the surest first; in prose only links of known hosts."""
    yield from filter(None, map(web_link, event.conferences))
    yield from links_in(event.location)
    for text in (event.url, event.description):
        yield from (link for link in links_in(text) if _is_for_joining(link))


def _is_for_joining(link: str) -> bool:
    return is_for_joining(host(link))
