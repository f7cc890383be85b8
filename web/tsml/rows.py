"""
A meeting as rows of Meeting Guide, one a day, typed so strictly that no reader chokes.

One bad value empties the whole page of tsml-ui; every rule here is one of tsml.md 9.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from meetings.fellowships import fellowship as fellowship_of
from meetings.formats import FAMILY_ADMISSIONS
from meetings.model import (
    Accuracy,
    Admission,
    Meeting,
    Online,
    Rule,
    Schedule,
    Status,
    Venue,
)
from meetings.recurrence import in_words
from web.tsml.types import types_of

TsmlRow = dict[str, object]
_NAME_MOST = 255
_PRECISE = (Accuracy.EXACT, Accuracy.STREET)
_ZONE = re.compile(r"UTC|[A-Za-z_]+/[A-Za-z0-9_+\-/]+")
_PHONE = re.compile(r"[+]?[0-9,*#]{10,}")
_NOT_DIALLED = re.compile(r"[^0-9,*#+]")
_NO_VENUE, _NO_ONLINE = Venue(), Online()
_MINUTES_A_DAY = 24 * 60


def rows_of_meetings(
    meetings: Iterable[Meeting], base_url: str, *, with_family: bool
) -> Iterator[TsmlRow]:
    """Yield the rows of those *meetings* that Meeting Guide can express."""
    for meeting in meetings:
        if is_exported(meeting, with_family=with_family):
            yield from rows_of(meeting, base_url)


def is_exported(meeting: Meeting, *, with_family: bool) -> bool:
    """Family meetings only where they are asked for; institutions never (formats.md 8)."""
    is_family = (
        meeting.admission in FAMILY_ADMISSIONS or fellowship_of(meeting.fellowship).is_family
    )
    return (
        meeting.removed_at is None
        and meeting.status is not Status.ENDED
        and meeting.admission is not Admission.INSTITUTION
        and (with_family or not is_family)
        and is_weekly(meeting)
    )


def is_weekly(meeting: Meeting) -> bool:
    """Say whether every rule is weekly: the format knows nothing else."""
    rules = meeting.schedule.rules if meeting.schedule else ()
    return all(not rule.ordinals and rule.interval_weeks == 1 for rule in rules)


def rows_of(meeting: Meeting, base_url: str) -> Iterator[TsmlRow]:
    """Yield a row for each weekday; a single one without day and time is "by appointment"."""
    schedule = meeting.schedule
    if schedule is None or not _zone(schedule):
        yield _row(meeting, None, base_url, slug=_slug(meeting))
        return
    is_one = len(schedule.rules) == 1
    for rule in schedule.rules:
        slug = _slug(meeting) if is_one else f"{_slug(meeting)}-{_own_day(rule)}"
        yield _row(meeting, rule, base_url, slug=slug)


def _row(meeting: Meeting, rule: Rule | None, base_url: str, *, slug: str) -> TsmlRow:
    """Return what is known; keys without a value are left out instead of null."""
    types = types_of(meeting)
    row: TsmlRow = {
        "slug": slug,
        "name": " ".join(meeting.name.split())[:_NAME_MOST],
        **_when(meeting.schedule, rule),
        **_where(meeting),
        **_joining(meeting),
        "types": list(types.codes),
        "notes": _notes(meeting, rule, types.unsaid),
        "group": meeting.group,
        "attendance_option": _attendance(meeting),
        "url": meeting.page_url or f"{base_url}/meetings/{meeting.number}",
        "feedback_url": meeting.feedback_url,
        "entity": meeting.service_body,
        "entity_phone": meeting.service_body_helpline if meeting.service_body else "",
        "updated": _updated(meeting.changed_at),
    }
    return {key: value for key, value in row.items() if value not in ("", None, [])}


def _slug(meeting: Meeting) -> str:
    """Our public number: it never changes, whatever day and name the meeting takes."""
    fellowship = re.sub(r"[^A-Za-z0-9_-]", "", meeting.fellowship)[:24]
    return f"{fellowship or 'meeting'}-{meeting.number}"


def _own_day(rule: Rule) -> int:
    return rule.weekday % 7  # Sunday is 0


def _when(schedule: Schedule | None, rule: Rule | None) -> TsmlRow:
    if schedule is None or rule is None:
        return {}
    end = _end(schedule)
    is_same_day = end is not None and end[0] == 0
    return {
        "day": _own_day(rule),
        "time": f"{schedule.start:%H:%M}",
        "end_time": end[1] if end is not None and is_same_day else "",
        "timezone": _zone(schedule),
    }


def _end(schedule: Schedule) -> tuple[int, str] | None:
    """Return how many midnights later it ends, and when; None where nobody knows."""
    if schedule.duration is None:
        return None
    minutes = schedule.start.hour * 60 + schedule.start.minute
    minutes += int(schedule.duration.total_seconds()) // 60
    days, rest = divmod(minutes, _MINUTES_A_DAY)
    return days, f"{rest // 60:02}:{rest % 60:02}"


def _zone(schedule: Schedule) -> str:
    """Return the zone by a name that browsers know; "" makes the row one by appointment."""
    key = schedule.timezone.key if schedule.timezone else ""
    return key if _ZONE.fullmatch(key) else ""


def _where(meeting: Meeting) -> TsmlRow:
    venue = meeting.venue or _NO_VENUE
    is_here = meeting.is_in_person
    is_exact = meeting.accuracy in _PRECISE
    is_precise = is_here and bool(venue.street or (venue.name and is_exact))
    # the middle of a town is no point of a meeting whose street is known
    point = meeting.point if is_here and (is_exact or not is_precise) else None
    return {
        "location": venue.name if is_here else "",
        "location_notes": "\n".join(filter(None, (venue.directions, venue.transit)))
        if is_here
        else "",
        "address": venue.street if is_here else "",
        "city": venue.town,
        "state": venue.region,
        "postal_code": venue.postal_code if is_here else "",
        "country": venue.country,
        "regions": list(dict.fromkeys(filter(None, (venue.county, venue.district)))),
        "formatted_address": _address(venue, is_here=is_here),
        "approximate": "no" if is_precise else "yes",
        "latitude": round(point.latitude, 6) if point else None,
        "longitude": round(point.longitude, 6) if point else None,
    }


def _address(venue: Venue, *, is_here: bool) -> str:
    """Return an address that is never empty, of four parts where a street is known."""
    region = " ".join(filter(None, (venue.region, venue.postal_code if is_here else "")))
    street = venue.street if is_here else ""
    parts = (street, venue.town, region, venue.country)
    return ", ".join(filter(None, parts)) or ("Address not listed" if is_here else "Online")


def _joining(meeting: Meeting) -> TsmlRow:
    """Return how to join; of a closed meeting nothing, or tsml-ui shows it as going on."""
    is_closed = meeting.status is Status.CLOSED_FOR_NOW
    online = _NO_ONLINE if is_closed else meeting.online or _NO_ONLINE
    url, phone = _link(online.url), _dialled(online.phone)
    return {
        "conference_url": url,
        "conference_url_notes": online.notes if url else "",
        "conference_phone": phone,
        "conference_phone_notes": online.notes if phone and not url else "",
    }


def _link(url: str) -> str:
    """Return an absolute link with a path: one without throws in tsml-ui."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if not parts.scheme or not parts.netloc or re.search(r"\s", url):
        return ""
    return parts._replace(path=parts.path or "/").geturl()


def _dialled(phone: str) -> str:
    digits = _NOT_DIALLED.sub("", phone)
    digits = digits[:1] + digits[1:].replace("+", "")
    return digits if _PHONE.fullmatch(digits) else ""


def _notes(meeting: Meeting, rule: Rule | None, unsaid: Iterable[str]) -> str:
    """Return the notes, with what the fields of this format cannot say."""
    online = meeting.online or _NO_ONLINE
    has_fields = bool(_link(online.url) or _dialled(online.phone))
    said = [
        _end_in_words(meeting.schedule) if rule is not None else _unzoned(meeting.schedule),
        meeting.restriction_text,
        "; ".join(unsaid),
        meeting.notes,
        "" if _link(online.url) else online.url,
        "" if _dialled(online.phone) else online.phone,
        "" if has_fields else online.notes,
    ]
    return "\n".join(part for part in said if part)


def _end_in_words(schedule: Schedule | None) -> str:
    end = _end(schedule) if schedule else None
    return f"Ends at {end[1]} the next day." if end is not None and end[0] else ""


def _unzoned(schedule: Schedule | None) -> str:
    """Say the hour that no row may carry: nobody knows by which clock."""
    if schedule is None:
        return ""
    words = in_words(schedule, clock=lambda time: f"{time:%H:%M}")
    return f"{words[:1].upper()}{words[1:]}, local time."


def _attendance(meeting: Meeting) -> str:
    return "inactive" if meeting.status is Status.CLOSED_FOR_NOW else meeting.venue_type.value


def _updated(changed_at: dt.datetime | None) -> str:
    return f"{changed_at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}" if changed_at else ""
