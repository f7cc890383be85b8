"""What a meeting's calendar entry says: title, description, place and links (calendar.md 3.2)."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from meetings._ical import clean, clean_uri, cut, is_usable_url, one_line
from meetings._look import Look
from meetings._plain import is_nameless, without_venue_name
from meetings.formats import FORMATS, fellowship
from meetings.model import Admission, Meeting, Occurrence, Status, VenueType

LONGEST_LINE = 255  # Proton cuts SUMMARY and LOCATION there
LONGEST_DESCRIPTION = 3_000
LONGEST_PLACE_NAME = 120
LONGEST_ADDRESS = LONGEST_LINE - LONGEST_PLACE_NAME - 1  # a line break stands between the two
LONGEST_URL = 1_000  # a longer one is no address for people, and a cut one is none at all
LONGEST_NOTES = 1_500
LONGEST_REMARK = 500
EVENING_FROM = dt.time(17)

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
    start = f"{look.phrases.cancelled} " if is_cancelled else ""
    return cut(one_line(f"{start}{look.title_prefix}{_name(meeting, look)}"), LONGEST_LINE)


def description(meeting: Meeting, look: Look, occurrence: Occurrence | None = None) -> str:
    """Return the words of the entry, the link to our page last; *occurrence* is a moved one."""
    if look.is_plain:
        return _joined(_plain_lines(meeting, look, occurrence), LONGEST_DESCRIPTION)
    link = page_url(meeting, look)
    said = _joined(_lines(meeting, look, occurrence), LONGEST_DESCRIPTION - len(link) - 1)
    return f"{said}\n{link}"


def cancelled_description(meeting: Meeting, look: Look, occurrence: Occurrence) -> str:
    date = look.phrases.day(occurrence.on)
    if look.is_plain:
        return _instead(look.phrases.not_then.format(date=date), meeting, look, occurrence)
    said = look.phrases.no_meeting.format(date=date, reason=_because(occurrence))
    return _instead(said, meeting, look, occurrence)


def gone_description(meeting: Meeting, look: Look, occurrence: Occurrence) -> str:
    phrases = look.phrases
    is_pause = meeting.removed_at is None and meeting.status is Status.CLOSED_FOR_NOW
    said = phrases.closed_for_now if is_pause else phrases.no_longer_listed
    return _instead(phrases.not_now if look.is_plain else said, meeting, look, occurrence)


def page_url(meeting: Meeting, look: Look) -> str:
    return f"{look.base_url}/meetings/{meeting.number}"


def join_url(meeting: Meeting, look: Look) -> str:
    """Return the link to the meeting's room online, or "" if there is none that can be used."""
    if meeting.online is None or not meeting.is_online:
        return ""
    url = clean_uri(meeting.online.url)
    if len(url) > LONGEST_URL or not is_usable_url(url):
        return ""
    if look.is_plain and not is_nameless(url, meeting):
        return page_url(meeting, look)  # which leads on to it
    return url


def telephone_url(meeting: Meeting) -> str:
    """Return a tel: link, or "" where what is given is more than a number."""
    number = _phone(meeting)
    return f"tel:{re.sub(r'[ ().]', '', number)}" if _TELEPHONE.fullmatch(number) else ""


def place(meeting: Meeting, look: Look) -> Place | None:
    """Return where to go, of meetings in a room, hybrid ones too; plainly, the address alone."""
    if meeting.venue is None or not meeting.is_in_person:
        return None
    venue = meeting.venue
    town = venue.town or venue.district or venue.county
    name, street = one_line(venue.name), one_line(venue.street)
    if look.is_plain:
        name, street = "", one_line(without_venue_name(street, meeting))
    wider = [one_line(part) for part in (town, venue.region, venue.country)]
    address = ", ".join(filter(None, (street, *wider)))
    if name and street:
        return Place(cut(name, LONGEST_PLACE_NAME), cut(address, LONGEST_ADDRESS))
    line = ", ".join(filter(None, (name, address)))
    return Place(cut(line, LONGEST_LINE)) if line else None


def location(meeting: Meeting, look: Look) -> str:
    """Return the address, or the link to join: programs look there for the button."""
    found = place(meeting, look)
    if found is not None:
        return found.location
    if not meeting.is_online:
        return ""
    url = join_url(meeting, look)
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


def _name(meeting: Meeting, look: Look) -> str:
    if look.is_plain:
        return look.own_title or look.phrases.appointment
    return f"{fellowship(meeting.fellowship).short_name}: {meeting.name}"


def _joined(lines: Iterator[str], most: int) -> str:
    return cut("\n".join(line for line in map(clean, lines) if line.strip()), most)


def _plain_lines(meeting: Meeting, look: Look, occurrence: Occurrence | None) -> Iterator[str]:
    """Yield what helps to get in and names nothing; no link to our page, which names it all."""
    if url := join_url(meeting, look):
        yield f"{look.phrases.join}: {url}"
    if telephone_url(meeting):  # a number and nothing more
        yield f"{look.phrases.by_telephone}: {_phone(meeting)}"
    if occurrence is not None:
        yield look.phrases.moved.format(date=look.phrases.day(occurrence.on), reason="")
    if _is_without_end(meeting):
        yield look.phrases.no_end


def _lines(meeting: Meeting, look: Look, occurrence: Occurrence | None) -> Iterator[str]:
    phrases = look.phrases
    if meeting.venue_type is VenueType.ONLINE:
        yield from _how_to_join(meeting, look)
    if occurrence is not None:
        date = look.phrases.day(occurrence.on)
        yield phrases.moved.format(date=date, reason=_because(occurrence))
    yield " ".join(f"{one_line(said)}." for said in _kinds(meeting))
    if meeting.venue_type is VenueType.HYBRID:
        yield phrases.hybrid
        yield from _how_to_join(meeting, look)
    if _is_without_end(meeting):
        yield phrases.no_end
    if not look.is_brief:
        yield cut(meeting.notes.strip(), LONGEST_NOTES)
        yield from _ways_in(meeting)
    # Some join links work for minutes only: the list's own page stands beside them (smart.md 1).
    if meeting.page_url and len(meeting.page_url) <= LONGEST_URL:
        yield f"{phrases.in_its_list}: {clean_uri(meeting.page_url)}"


def _is_without_end(meeting: Meeting) -> bool:
    return meeting.schedule is not None and meeting.schedule.duration is None


def _ways_in(meeting: Meeting) -> Iterator[str]:
    if meeting.venue is not None and meeting.is_in_person:
        yield cut(meeting.venue.directions.strip(), LONGEST_REMARK)
        yield cut(meeting.venue.transit.strip(), LONGEST_REMARK)


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


def _how_to_join(meeting: Meeting, look: Look) -> Iterator[str]:
    if url := join_url(meeting, look):
        yield f"{look.phrases.join}: {url}"
    if phone := _phone(meeting):
        yield f"{look.phrases.by_telephone}: {phone}"
    if meeting.online is not None:
        yield cut(meeting.online.notes.strip(), LONGEST_REMARK)


def _phone(meeting: Meeting) -> str:
    is_given = meeting.online is not None and meeting.is_online
    return cut(one_line(meeting.online.phone), LONGEST_LINE) if meeting.online and is_given else ""


def _instead(said: str, meeting: Meeting, look: Look, occurrence: Occurrence) -> str:
    """Return *said* and a way on: at a closed door a person needs another meeting."""
    is_evening = meeting.schedule is not None and meeting.schedule.start >= EVENING_FROM
    others = look.phrases.others_that_evening if is_evening else look.phrases.others_that_day
    query = urlencode(_search(meeting, occurrence, is_evening=is_evening))
    link = f"{look.base_url}/find?{query}"
    if look.is_plain:
        return f"{said}\n{link}"
    return f"{said}\n{others}: {link}\n{page_url(meeting, look)}"


def _search(meeting: Meeting, occurrence: Occurrence, *, is_evening: bool) -> dict[str, str]:
    """Return a search near the meeting; links hold no finer place than 0.01 degree (DESIGN 9)."""
    found = {"after": f"{EVENING_FROM:%H:%M}"} if is_evening else {}
    found["day"] = _SEARCH_DAYS[occurrence.on.weekday()]
    point = meeting.point
    if meeting.is_in_person and point is not None:
        found |= {"latitude": f"{point.latitude:.2f}", "longitude": f"{point.longitude:.2f}"}
    elif meeting.is_online:
        found["online"] = "1"
        if meeting.schedule is not None and meeting.schedule.timezone is not None:
            found["timezone"] = meeting.schedule.timezone.key  # whose evening it is
    return found


def _because(occurrence: Occurrence) -> str:
    reason = cut(one_line(occurrence.reason).rstrip("."), LONGEST_REMARK)
    return f": {reason}" if reason else ""
