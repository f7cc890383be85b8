"""A meeting of its page and its row in the search list; when it takes place comes later."""

import re
from dataclasses import replace

from importers._countries import country_of_region
from importers._labels import Labels, lifering_labels, smart_labels, smart_languages
from importers._limits import LONGEST_NAME
from importers._pathminder_brands import Brand
from importers._pathminder_listing import ListRow
from importers._pathminder_page import MeetingPage, is_gateway
from importers._privacy import without_people
from importers._source import Source
from meetings.formats import comparable
from meetings.model import Accuracy, Admission, Meeting, Online, OtherFormat, Venue, VenueType

_OPENS = "The link opens 15 minutes before the start."  # smart.md 6
_NO_LINK = "The list gives no link to join; the meeting's own page says how."
_ENDS_IN_MEETING = re.compile(r" meeting$", re.IGNORECASE)


def meeting_of(key: str, page: MeetingPage, row: ListRow, brand: Brand, source: Source) -> Meeting:
    """Return the meeting, without a schedule. Raises ValueError, which names the field."""
    labels = _labels(page, row, brand)
    if labels.admission is Admission.INSTITUTION:
        raise ValueError("audiences: for residents of one institution, so it is never listed")
    venue_type = _venue_type(page, row)
    point = None if venue_type is VenueType.ONLINE else page.point
    fallback = (source.language,) if source.language else ()
    return Meeting(
        id=f"{source.id}:{key}",
        source=source.id,
        fellowship=source.fellowship,
        name=_name(page, row, brand),
        schedule=None,
        venue_type=venue_type,
        venue=_venue(page, row, source, venue_type),
        point=point,
        accuracy=Accuracy.EXACT if point else None,
        online=None if venue_type is VenueType.IN_PERSON else _online(page),
        formats=labels.formats,
        other_formats=labels.other_formats,
        admission=labels.admission,
        restriction_text=labels.restriction_text,
        age_min=labels.age_min,
        age_max=labels.age_max,
        languages=smart_languages(page.languages or row.languages) or fallback,
        page_url=f"https://{brand.host}/meetings/{key}/",
    )


def _venue_type(page: MeetingPage, row: ListRow) -> VenueType:
    is_online = page.is_online or row.is_online
    if page.is_in_person:
        return VenueType.HYBRID if is_online else VenueType.IN_PERSON
    if not is_online:
        raise ValueError("location: neither an address nor a way to join online")
    return VenueType.ONLINE


def _labels(page: MeetingPage, row: ListRow, brand: Brand) -> Labels:
    """Read the labels of the brand: one of another brand means something else (formats.md 2)."""
    programme = page.programme or row.programme
    audiences = page.audiences or row.audiences
    if brand.fellowship == "smart":
        if not programme:
            # "Adults" is said of family groups too (smart.md 8)
            raise ValueError("program: is missing, and it decides who may come")
        return smart_labels(programme, audiences)
    labels = [label for label in (programme, *audiences) if label]
    if brand.fellowship == "lifering":
        return lifering_labels(_ENDS_IN_MEETING.sub("", label) for label in labels)
    others = dict.fromkeys(without_people(label) for label in labels)
    return Labels(other_formats=tuple(OtherFormat(code=each, name=each) for each in others))


def _name(page: MeetingPage, row: ListRow, brand: Brand) -> str:
    """Return the group's name; where it has none, one of programme and place."""
    name = without_people(page.name)
    if name and comparable(name) not in brand.generic_names:
        return name[:LONGEST_NAME]
    made = " ".join(word for word in (brand.prefix, page.programme or row.programme) if word)
    return f"{made}, {_place(page, row)}".rstrip(", ")[:LONGEST_NAME]


def _place(page: MeetingPage, row: ListRow) -> str:
    """Return "Soquel, California"; the town may lack (smart.md 4.2)."""
    return (page.place or row.place).lstrip(", ")


def _venue(page: MeetingPage, row: ListRow, source: Source, kind: VenueType) -> Venue | None:
    """Return the address, or of an online meeting the town whose clock it keeps."""
    address = Venue() if kind is VenueType.ONLINE or page.venue is None else page.venue
    town, _, region = (part.strip() for part in _place(page, row).rpartition(","))
    found = address if address.town else replace(address, town=town, region=region)
    country = found.country or country_of_region(found.region) or source.country
    return None if found == Venue() else replace(found, country=country)


def _online(page: MeetingPage) -> Online:
    if not page.join_url:
        return Online(notes=_NO_LINK)
    return Online(url=page.join_url, notes=_OPENS if is_gateway(page.join_url) else "")
