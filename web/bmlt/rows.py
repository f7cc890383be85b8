"""A meeting as rows of BMLT: every value a string, "" for what is not known (bmlt.md 3.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from meetings.model import (
    ASSUMED_DURATION,
    Meeting,
    Online,
    Rule,
    Schedule,
    Status,
    Venue,
    VenueType,
)
from meetings.recurrence import in_words
from web.bmlt.home import Home, whole
from web.bmlt.keys import ALWAYS_EMPTY, meeting_keys
from web.bmlt.numbers import row_number

VENUE_NUMBERS = {VenueType.IN_PERSON: "1", VenueType.ONLINE: "2", VenueType.HYBRID: "3"}
_NO_VENUE, _NO_ONLINE = Venue(), Online()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Which row of a meeting: its first weekday, or another one."""

    id: int
    weekday: int  # BMLT's: 1 is Sunday
    rule: Rule | None  # None: the home source says all of it


def rows_of(meeting: Meeting, home: Home) -> Iterator[Row]:
    """
    Yield a row for each weekday of *meeting*.

    None for one without a weekday: clients die of that (bmlt.md 3.9). Home's own records have one
    even where they have no time.
    """
    record = home_record(meeting, home)
    if record is not None:
        weekday = whole(record.get("weekday_tinyint", ""))
        yield Row(id=int(record["id_bigint"]), weekday=weekday, rule=None)
        return
    rules = meeting.schedule.rules if meeting.schedule else ()
    for position, rule in enumerate(rules):
        number = row_number(
            meeting.number,
            extra_weekday=rule.weekday if position else 0,
            is_beside_home=home.is_there,
        )
        yield Row(id=number, weekday=rule.weekday % 7 + 1, rule=rule)


def home_record(meeting: Meeting, home: Home) -> Mapping[str, str] | None:
    if meeting.source != home.source:
        return None
    return home.records.get(meeting.id.partition(":")[2])


def fields_of(
    meeting: Meeting, row: Row, home: Home, *, root: str, body: int, body_name: str
) -> dict[str, str]:
    """Return the fields of *row* in their order, without formats and distances."""
    record = home_record(meeting, home)
    given = dict(record) if record is not None else _own_fields(meeting, row)
    if record is not None and not given.get("time_zone"):
        given["time_zone"] = _zone(meeting.schedule)
    given |= {
        "service_body_bigint": str(body),
        "service_body_name": body_name,
        "published": "1",
        "root_server_uri": root,
        "distance_in_km": "",
        "distance_in_miles": "",
    }
    given |= dict.fromkeys(ALWAYS_EMPTY, "")
    return {key: given.get(key, "") for key in meeting_keys(home.custom_keys)}


def clock_text(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def times_of(meeting: Meeting, home: Home) -> tuple[int, int]:
    """Return start and duration in seconds; -1 is no time known."""
    record = home_record(meeting, home)
    if record is not None:
        length = seconds_of(record.get("duration_time", ""))
        return seconds_of(record.get("start_time", "")), length if length > 0 else _ASSUMED
    schedule = meeting.schedule
    if schedule is None:
        return -1, _ASSUMED
    start = schedule.start
    length = int((schedule.duration or ASSUMED_DURATION).total_seconds())
    return start.hour * 3600 + start.minute * 60 + start.second, length


def seconds_of(text: str) -> int:
    """Return the seconds of "H:M" or "H:M:S", -1 for anything else."""
    parts = text.split(":")
    if not 2 <= len(parts) <= 3 or not all(p.isascii() and p.isdecimal() for p in parts):
        return -1
    if any(len(part) > 2 for part in parts):
        return -1
    hours, minutes, seconds = (int(part) for part in (*parts, "0")[:3])
    return hours * 3600 + minutes * 60 + seconds


def degrees_of(meeting: Meeting, home: Home) -> tuple[float, float]:
    """Return latitude and longitude, nan for none; home's are those that it published."""
    record = home_record(meeting, home)
    if record is not None:
        return _degrees(record.get("latitude", "")), _degrees(record.get("longitude", ""))
    point = meeting.point
    return (point.latitude, point.longitude) if point else (_NAN, _NAN)


def _degrees(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return _NAN
    return number if abs(number) <= 360 else _NAN


def _own_fields(meeting: Meeting, row: Row) -> dict[str, str]:
    venue, online = meeting.venue or _NO_VENUE, meeting.online or _NO_ONLINE
    is_closed = meeting.status is Status.CLOSED_FOR_NOW
    start, length = times_of(meeting, _NO_HOME)
    trains, buses = _transit(venue.transit)
    point = meeting.point
    return {
        "id_bigint": str(row.id),
        "weekday_tinyint": str(row.weekday),
        "venue_type": "" if is_closed else VENUE_NUMBERS[meeting.venue_type],
        "start_time": clock_text(start) if start >= 0 else "",
        "duration_time": clock_text(length),
        "time_zone": _zone(meeting.schedule),
        "lang_enum": next(iter(meeting.languages), "en").partition("-")[0].lower(),
        "longitude": f"{point.longitude:.14G}" if point else "",
        "latitude": f"{point.latitude:.14G}" if point else "",
        "meeting_name": _line(meeting.name),
        "location_text": _line(venue.name),
        "location_info": _line(venue.directions),
        "location_street": _line(venue.street),
        "location_neighborhood": _line(venue.district),
        "location_municipality": _line(venue.town),
        "location_sub_province": _line(venue.county),
        "location_province": _line(venue.region),
        "location_postal_code_1": _line(venue.postal_code),
        "location_nation": _line(venue.country),
        "comments": "\n".join(filter(None, (_when(meeting.schedule, row), meeting.notes))),
        "train_lines": trains,
        "bus_lines": buses,
        "phone_meeting_number": online.phone,
        "virtual_meeting_link": online.url,
        "virtual_meeting_additional_info": online.notes,
    }


def _zone(schedule: Schedule | None) -> str:
    return schedule.timezone.key if schedule and schedule.timezone else ""


def _when(schedule: Schedule | None, row: Row) -> str:
    """Say in words what a weekly row cannot: BMLT knows no monthly meeting (bmlt.md 1.5)."""
    rule = row.rule
    if schedule is None or rule is None or not (rule.ordinals or rule.interval_weeks > 1):
        return ""
    words = in_words(schedule, clock=lambda time: f"{time:%H:%M}")
    return f"Not every week: {words}."


def _transit(text: str) -> tuple[str, str]:
    trains = [p.removeprefix("Train: ") for p in text.split("; ") if not p.startswith("Bus: ")]
    buses = [p.removeprefix("Bus: ") for p in text.split("; ") if p.startswith("Bus: ")]
    return _line("; ".join(trains)), _line("; ".join(buses))


def _line(text: str) -> str:
    return " ".join(text.split()) if "\n" in text else text


_NAN = float("nan")
_ASSUMED = int(ASSUMED_DURATION.total_seconds())
_NO_HOME = Home()
