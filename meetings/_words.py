"""What a meeting's calendar entry says: title, description, place and links (calendar.md 3.2)."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from meetings._ical import clean, clean_uri, cut, one_line
from meetings._look import Look
from meetings.formats import FORMATS, fellowship
from meetings.model import Admission, Meeting, Occurrence, Status, VenueType

LONGEST_LINE = 255  # Proton cuts SUMMARY and LOCATION there
LONGEST_DESCRIPTION = 3_000
LONGEST_PLACE_NAME = 120
LONGEST_ADDRESS = LONGEST_LINE - LONGEST_PLACE_NAME - 1  # a line break stands between the two
LONGEST_URL = 1_000  # a longer one is no address for people, and a cut one is none at all
LONGEST_NOTES = 1_500
LONGEST_REMARK = 500

# Not from the calendar module, which speaks the language of the machine.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SEARCH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TELEPHONE = re.compile(r"\+?[0-9][0-9 ().,*#-]{3,60}")


@dataclass(frozen=True, slots=True)
class Place:
    """A venue in one or two lines; Apple draws a map if LOCATION is exactly these."""

    title: str
    address: str = ""  # of venues with a name and a street

    @property
    def location(self) -> str:
        return f"{self.title}\n{self.address}" if self.address else self.title


def title(meeting: Meeting, look: Look, *, is_cancelled: bool = False) -> str:
    """Return the title; it says "cancelled" itself, since Android does not strike it out."""
    start = "CANCELLED: " if is_cancelled else ""
    whose = fellowship(meeting.fellowship).short_name
    return cut(one_line(f"{start}{look.title_prefix}{whose}: {meeting.name}"), LONGEST_LINE)


def description(meeting: Meeting, look: Look, occurrence: Occurrence | None = None) -> str:
    """Return the words of the entry, the link to our page last; *occurrence* is a moved one."""
    link = page_url(meeting, look)
    lines = [line for line in map(clean, _lines(meeting, occurrence)) if line.strip()]
    return "\n".join((cut("\n".join(lines), LONGEST_DESCRIPTION - len(link) - 1), link))


def cancelled_description(meeting: Meeting, look: Look, occurrence: Occurrence) -> str:
    said = f"No meeting on {_date_in_words(occurrence.on)}{_because(occurrence)}."
    return _instead(said, meeting, look, occurrence)


def gone_description(meeting: Meeting, look: Look, occurrence: Occurrence) -> str:
    is_pause = meeting.removed_at is None and meeting.status is Status.CLOSED_FOR_NOW
    said = "This meeting is closed for now." if is_pause else "This meeting is no longer listed."
    return _instead(said, meeting, look, occurrence)


def page_url(meeting: Meeting, look: Look) -> str:
    return f"{look.base_url}/meetings/{meeting.number}"


def join_url(meeting: Meeting) -> str:
    """Return the link to the meeting's room online, or "" if there is none that can be used."""
    if meeting.online is None or not meeting.is_online:
        return ""
    url = clean_uri(meeting.online.url)
    return url if len(url) <= LONGEST_URL else ""


def telephone_url(meeting: Meeting) -> str:
    """Return a tel: link, or "" where what is given is more than a number."""
    number = _phone(meeting)
    return f"tel:{re.sub(r'[ ().]', '', number)}" if _TELEPHONE.fullmatch(number) else ""


def place(meeting: Meeting) -> Place | None:
    """Return where to go, of meetings in a room, hybrid ones too."""
    if meeting.venue is None or not meeting.is_in_person:
        return None
    venue = meeting.venue
    town = venue.town or venue.district or venue.county
    name, street = one_line(venue.name), one_line(venue.street)
    wider = [one_line(part) for part in (town, venue.region, venue.country)]
    address = ", ".join(filter(None, (street, *wider)))
    if name and street:
        return Place(cut(name, LONGEST_PLACE_NAME), cut(address, LONGEST_ADDRESS))
    line = ", ".join(filter(None, (name, address)))
    return Place(cut(line, LONGEST_LINE)) if line else None


def location(meeting: Meeting, look: Look) -> str:
    """Return the address, or the link to join: programs look there for the button."""
    found = place(meeting)
    if found is not None:
        return found.location
    if not meeting.is_online:
        return ""
    url = join_url(meeting)
    return url if 0 < len(url) <= LONGEST_LINE else page_url(meeting, look)


def categories(meeting: Meeting) -> list[str]:
    admissions = {Admission.OPEN: "Open", Admission.CLOSED: "Closed"}
    venues = {VenueType.ONLINE: "Online", VenueType.HYBRID: "Hybrid"}
    words = (
        one_line(fellowship(meeting.fellowship).short_name),
        admissions.get(meeting.admission, ""),
        venues.get(meeting.venue_type, ""),
    )
    return [word for word in words if word]


def _lines(meeting: Meeting, occurrence: Occurrence | None) -> Iterator[str]:
    if meeting.venue_type is VenueType.ONLINE:
        yield from _how_to_join(meeting)
    if occurrence is not None:
        yield f"Moved from {_date_in_words(occurrence.on)}{_because(occurrence)}."
    yield " ".join(f"{one_line(said)}." for said in _kinds(meeting))
    if meeting.venue_type is VenueType.HYBRID:
        yield "In the room and online."
        yield from _how_to_join(meeting)
    if meeting.schedule is not None and meeting.schedule.duration is None:
        yield "End time not listed."
    yield cut(meeting.notes.strip(), LONGEST_NOTES)
    if meeting.venue is not None and meeting.is_in_person:
        yield cut(meeting.venue.directions.strip(), LONGEST_REMARK)
        yield cut(meeting.venue.transit.strip(), LONGEST_REMARK)
    # Some join links work for minutes only: the list's own page stands beside them (smart.md 1).
    if meeting.page_url and len(meeting.page_url) <= LONGEST_URL:
        yield f"In its list: {clean_uri(meeting.page_url)}"


def _kinds(meeting: Meeting) -> Iterator[str]:
    yield fellowship(meeting.fellowship).name
    if meeting.restriction_text.strip():
        yield cut(one_line(meeting.restriction_text), LONGEST_LINE).rstrip(".")
    elif meeting.admission is not Admission.UNKNOWN:
        yield FORMATS[meeting.admission].name
    formats = [FORMATS[code].name for code in meeting.formats if code in FORMATS]
    others = [one_line(other.name or other.code) for other in meeting.other_formats]
    if formats or others:
        yield cut(", ".join((*formats, *others)), LONGEST_REMARK)


def _how_to_join(meeting: Meeting) -> Iterator[str]:
    if url := join_url(meeting):
        yield f"Join: {url}"
    if phone := _phone(meeting):
        yield f"By telephone: {phone}"
    if meeting.online is not None:
        yield cut(meeting.online.notes.strip(), LONGEST_REMARK)


def _phone(meeting: Meeting) -> str:
    is_given = meeting.online is not None and meeting.is_online
    return cut(one_line(meeting.online.phone), LONGEST_LINE) if meeting.online and is_given else ""


def _instead(said: str, meeting: Meeting, look: Look, occurrence: Occurrence) -> str:
    """Return *said* and a way on: at a closed door a person needs another meeting."""
    others = f"{look.base_url}/find?{urlencode(_search(meeting, occurrence))}"
    return f"{said}\nOther meetings that day: {others}\n{page_url(meeting, look)}"


def _search(meeting: Meeting, occurrence: Occurrence) -> dict[str, str]:
    """Return a search near the meeting; links hold no finer place than 0.01 degree (DESIGN 9)."""
    day = {"day": _SEARCH_DAYS[occurrence.on.weekday()]}
    if not meeting.is_in_person or meeting.point is None:
        return day | ({"online": "1"} if meeting.is_online else {})
    point = meeting.point
    return day | {"latitude": f"{point.latitude:.2f}", "longitude": f"{point.longitude:.2f}"}


def _because(occurrence: Occurrence) -> str:
    reason = cut(one_line(occurrence.reason).rstrip("."), LONGEST_REMARK)
    return f": {reason}" if reason else ""


def _date_in_words(on: dt.date) -> str:
    return f"{on.day} {_MONTHS[on.month - 1]}"
