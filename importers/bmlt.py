"""BMLT root servers, the lists of Narcotics Anonymous (bmlt.md, section 2)."""

import datetime as dt
from collections.abc import Collection
from operator import itemgetter
from pathlib import Path

from importers import _bmlt_fields as fields
from importers import _bmlt_payloads
from importers._bmlt_bodies import ServiceBody
from importers._bmlt_export import export_parts, files_at, files_in, is_export
from importers._bmlt_formats import Resolved
from importers._bmlt_manifest import MANIFEST
from importers._bmlt_published import published as published
from importers._bmlt_server import HOURS, Server, formats_of, server_of
from importers._bmlt_texts import Texts, text, texts
from importers._bmlt_venue import Attendance, attendance
from importers._countries import country_code
from importers._frozen import frozen, thawed
from importers._links import link_in, web_link, without_passcode
from importers._parts import Part
from importers._passcodes import without_dialled_passcode, without_passcodes
from importers._privacy import without_addresses
from importers._source import Doubtful, Get, Payloads, Reading, Rejected, Source, Withdrawn
from importers._text import joined
from meetings.model import (
    Accuracy,
    Meeting,
    Online,
    Point,
    Venue,
    VenueType,
)

TITLE = "BMLT root server, or the aggregator's daily export"
SPEC = "https://github.com/bmlt-enabled/bmlt-server"
IS_WINDOWED = False

_when = itemgetter(*HOURS)
_WHERE_ONLINE = (
    "virtual_meeting_link",
    "phone_meeting_number",
    "virtual_meeting_additional_info",
)
_Meeting = thawed(Meeting)
_NO_VENUE, _NO_ONLINE, _NOBODY = Venue(), Online(), ServiceBody()
_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


async def fetch(get: Get, source: Source) -> Payloads:
    return await _bmlt_payloads.fetch(get, source.url)


def load(path: Path) -> Payloads:
    return _bmlt_payloads.load(path)


def is_divided(source: Source, path: Path | None) -> bool:
    """Say whether this is the aggregator's export, which holds a list for each root server."""
    return is_export(source.url) if path is None else (path / MANIFEST).is_file()


async def parts(
    get: Get,
    source: Source,
    path: Path | None,
    *,
    only: Collection[str],
    with_stale: bool,
) -> list[Part]:
    """Return a source for each root server of the export. Raises SourceError."""
    get_file = files_at(get, source.url) if path is None else files_in(path)
    return await export_parts(get_file, source, only=only, with_stale=with_stale)


def holds_records(payload: str) -> bool:
    return _bmlt_payloads.is_page(payload)


def read(payloads: Payloads, source: Source) -> Reading:
    answers = _bmlt_payloads.answers(payloads)
    server = server_of(answers, source)
    seen: set[str] = set()
    for position, record in enumerate(answers.meetings, 1):
        yield _read_one(record, position, server, source, seen)


def notices(payloads: Payloads, *, now: dt.datetime) -> list[str]:  # noqa: ARG001 # Noticing's
    """Return where the server's own words for a format contradict each other."""
    described = _bmlt_payloads.descriptions(payloads)
    return [
        f"{each.conflict}; the name is believed"
        for each in formats_of(described).values()
        if each.conflict
    ]


def _read_one(
    record: object, position: int, server: Server, source: Source, seen: set[str]
) -> Meeting | Doubtful | Rejected:
    if not isinstance(record, dict):
        return Rejected(f"record {position}", "is no object")
    try:
        key = fields.meeting_id(record)
    except ValueError as problem:
        return Rejected(f"record {position}", str(problem))
    if key in seen:
        return Rejected(key, "id_bigint: stands twice in the list")
    seen.add(key)
    try:
        if record.get("published") != "1" and text(record, "published") not in ("1", ""):
            return Withdrawn(key, "published: is not 1, so the list has taken it back")
        return _meeting(texts(record), key, server, source)
    except ValueError as problem:
        return Rejected(key, str(problem))


def _meeting(record: Texts, key: str, server: Server, source: Source) -> Meeting | Doubtful:
    formats = server.formats(record["format_shared_id_list"])
    schedule = server.schedule(_when(record), _of_the_month(record))
    venue = _venue(record, server, source)
    online = _online(record, source)
    how = attendance(
        record["venue_type"],
        formats,
        can_join=online is not None and bool(online.url or online.phone),
        has_street=bool(venue and venue.street),
    )
    point = _point(record, server, how)
    body, helpline = _service_body(record, server)
    meeting = _Meeting(
        id=f"{source.id}:{key}",
        source=source.id,
        fellowship=source.fellowship,
        name=_name(record),
        schedule=schedule,
        status=how.status,
        venue_type=how.venue_type,
        venue=venue,
        point=point,
        accuracy=None if point is None else _accuracy(venue),
        online=online,
        formats=formats.formats,
        other_formats=formats.other_formats,
        admission=formats.admission,
        languages=_languages(record, formats, source),
        notes=_notes(record, how, server, is_timed=schedule is not None),
        service_body=body,
        service_body_helpline=helpline,
    )
    meeting = frozen(meeting, Meeting)
    return Doubtful(meeting, how.remark) if how.remark else meeting


def _name(record: Texts) -> str:
    name = record["meeting_name"]
    if not name:
        raise ValueError("meeting_name: is missing")
    return name


def _of_the_month(record: Texts) -> str:
    """Return the words that may make a weekly record monthly, "" for nearly all (bmlt.md 2.6)."""
    comments = record["comments"]
    return comments if "month" in comments.casefold() else ""


def _venue(record: Texts, server: Server, source: Source) -> Venue | None:
    country = fields.country(record)
    code, town = fields.code_and_town(record, country=country_code(country or source.country))
    venue = Venue(
        name=record["location_text"],
        street=record["location_street"],
        district=record["location_city_subsection"] or record["location_neighborhood"],
        town=town,
        county=record["location_sub_province"],
        region=fields.region(record, country=country or source.country),
        postal_code=code,
        country=country,
        directions=server.shown(record["location_info"]),
        transit=_transit(record),
    )
    return venue if venue.street or venue != _NO_VENUE else None


def _transit(record: Texts) -> str:
    trains, buses = record["train_lines"], record["bus_lines"]
    if not trains and not buses:
        return ""  # nearly always
    lines = [f"Train: {trains}" if trains else "", f"Bus: {buses}" if buses else ""]
    return "; ".join(filter(None, lines))


def _online(record: Texts, source: Source) -> Online | None:
    if not any(map(record.get, _WHERE_ONLINE)):
        return None
    link = record["virtual_meeting_link"]
    whole = web_link(link)
    url = whole or link_in(link)
    prose = "" if url == link or whole else link
    phone = record["phone_meeting_number"]
    notes = joined(prose, record["virtual_meeting_additional_info"])
    if not source.publish_passcodes:
        url, phone = without_passcode(url), without_dialled_passcode(phone)
        notes = without_passcodes(notes)
    # Telephone numbers stay here: one dials in by them.
    online = Online(url=url, phone=phone, notes=without_addresses(notes))
    return None if online == _NO_ONLINE else online


def _point(record: Texts, server: Server, how: Attendance) -> Point | None:
    """Return coordinates of a place; those of online meetings are wherever a map stood (2.8)."""
    is_online = how.venue_type is VenueType.ONLINE
    return None if is_online else fields.point(record, centre=server.centre)


def _accuracy(venue: Venue | None) -> Accuracy:
    is_address = venue is not None and bool(venue.street or venue.name)
    return Accuracy.EXACT if is_address else Accuracy.LOCALITY


def _languages(record: Texts, formats: Resolved, source: Source) -> tuple[str, ...]:
    """Return those of the formats, else that of the record, else the source's (formats.md 5)."""
    if formats.languages:
        return formats.languages
    fallback = fields.language(record) or source.language
    return (fallback,) if fallback else ()


def _notes(record: Texts, how: Attendance, server: Server, *, is_timed: bool) -> str:
    return joined(
        "Temporarily meeting online." if how.is_moved_online else "",
        "" if is_timed else f"Listed on {_DAYS[fields.weekday(record) - 1]}, without a time.",
        server.shown(record["comments"]),
    )


def _service_body(record: Texts, server: Server) -> tuple[str, str]:
    """Return the name of the body that answers for a meeting, and its helpline."""
    known = server.service_bodies.get(record["service_body_bigint"], _NOBODY)
    name = record["service_body_name"]
    return name or known.name, known.helpline
