"""The JSON bundle of SMART Recovery's online meetings, made by a third party (smart.md 10)."""

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

from importers._countries import country_of_region
from importers._files import file_bytes
from importers._json import as_list, as_object, parse
from importers._labels import smart_labels, smart_languages
from importers._limits import LONGEST_KEY, LONGEST_NAME, STALE_FILE_AFTER
from importers._links import web_link, without_query
from importers._schedule_text import ScheduleText, schedule_text
from importers._source import Get, Payloads, Reading, Rejected, Source, Unplaced
from importers._text import line
from meetings.errors import UnknownFormat
from meetings.model import Admission, Meeting, Online, Venue, VenueType

TITLE = "SMART Recovery bundle (JSON)"
SPEC = "https://github.com/quitting7oh/quitting7oh.org"
IS_WINDOWED = True

_BUNDLE = "bundle"
_PAGE_PATH = "/meetings/"
_GATEWAY_PATH = "/j/"
_OPENS = "The link opens 15 minutes before the start."  # smart.md 6
_KEY = re.compile(rf"[\w-][\w.-]{{0,{LONGEST_KEY - 1}}}", re.ASCII)


async def fetch(get: Get, source: Source) -> Payloads:
    return {_BUNDLE: await get(source.url)}


def load(path: Path) -> Payloads:
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if len(files) != 1:
        raise UnknownFormat(f"a bundle is one JSON file, and the folder holds {len(files)}")
    return {_BUNDLE: file_bytes(files[0])}


def read(payloads: Payloads, source: Source) -> Reading:
    seen: set[str] = set()
    for position, record in enumerate(_records(_bundle(payloads)), 1):
        yield _read_one(record, position, source, seen)


def notices(payloads: Payloads, *, now: dt.datetime) -> list[str]:
    """Return what is odd about the file and still no reason to refuse it."""
    bundle = _bundle(payloads)
    found = []
    count, total = len(_records(bundle)), bundle.get("total")
    if total != count:
        found.append(f"total does not equal the {count} meetings of the file")
    fetched_at = _fetched_at(bundle)
    if fetched_at is None or now - fetched_at > STALE_FILE_AFTER:
        found.append(f"the file is more than {STALE_FILE_AFTER.days} days old, or says no age")
    return found


def _bundle(payloads: Payloads) -> dict[str, object]:
    if _BUNDLE not in payloads:
        raise UnknownFormat("there is no bundle")
    return as_object(parse(payloads[_BUNDLE]), "the bundle")


def _records(bundle: Mapping[str, object]) -> list[object]:
    return as_list(bundle.get("meetings"), "meetings")


def _fetched_at(bundle: Mapping[str, object]) -> dt.datetime | None:
    try:
        return _instant(bundle, "fetched_at")
    except ValueError:
        return None


def _read_one(record: object, position: int, source: Source, seen: set[str]) -> Unplaced | Rejected:
    if not isinstance(record, dict):
        return Rejected(f"record {position}", "is no object")
    try:
        key = _key(record)
    except ValueError as problem:
        return Rejected(f"record {position}", str(problem))
    if key in seen:
        return Rejected(key, "id: stands twice in the file")
    seen.add(key)
    try:
        return _unplaced(record, key, source)
    except ValueError as problem:
        return Rejected(key, str(problem))


def _unplaced(record: Mapping[str, object], key: str, source: Source) -> Unplaced:
    when = _schedule(record)
    return Unplaced(
        meeting=_meeting(record, key, source),
        next_at=_instant(record, "utcStart"),
        ordinals=when.ordinals,
        interval_weeks=when.interval_weeks,
        duration=when.duration,
    )


def _meeting(record: Mapping[str, object], key: str, source: Source) -> Meeting:
    programme = _text(record, "program")
    labels = smart_labels(programme, _texts(record, "audiences"))
    if labels.admission is Admission.INSTITUTION:
        raise ValueError("audiences: for residents of one institution, so it is never listed")
    place = _text(record, "titleLocation")
    return Meeting(
        id=f"{source.id}:{key}",
        source=source.id,
        fellowship=source.fellowship,
        name=_name(programme, place),
        schedule=None,
        venue_type=VenueType.ONLINE,
        venue=_venue(place, source),
        online=Online(url=_join_link(record), notes=_OPENS),
        formats=labels.formats,
        other_formats=labels.other_formats,
        admission=labels.admission,
        restriction_text=labels.restriction_text,
        age_min=labels.age_min,
        age_max=labels.age_max,
        languages=_languages(record, source),
        page_url=_page_link(record),
    )


def _name(programme: str, place: str) -> str:
    """Make a name of programme and town, since `name` holds the facilitator's (smart.md 10)."""
    return f"SMART {programme}, {place.lstrip(', ')}"[:LONGEST_NAME]


def _venue(place: str, source: Source) -> Venue:
    """
    Return the town and region of `titleLocation`: the only place of the bundle to use.

    `hostCity` holds a person's name on some rows (smart.md 9.2). The town may lack.
    """
    town, _, region = (part.strip() for part in place.rpartition(","))
    return Venue(town=town, region=region, country=country_of_region(region) or source.country)


def _schedule(record: Mapping[str, object]) -> ScheduleText:
    text = _text(record, "schedule")
    try:
        return schedule_text(text)
    except ValueError as problem:
        raise _named("schedule", problem) from problem


def _languages(record: Mapping[str, object], source: Source) -> tuple[str, ...]:
    fallback = (source.language,) if source.language else ()
    return smart_languages(_texts(record, "languages")) or fallback


def _join_link(record: Mapping[str, object]) -> str:
    """Return the gateway's link, without `?smartappaction=leave` (smart.md 6)."""
    return next((link for link in _links(record) if _GATEWAY_PATH in link), "")


def _page_link(record: Mapping[str, object]) -> str:
    return next((link for link in _links(record) if _PAGE_PATH in link), "")


def _links(record: Mapping[str, object]) -> list[str]:
    """Return the page and the gateway in any order: their paths tell which is which."""
    given = (_text(record, "detailUrl"), line(record.get("pathminderUrl")))
    links = [without_query(web_link(text)) for text in given]
    known = [link for link in links if _PAGE_PATH in link or _GATEWAY_PATH in link]
    if not known:
        raise ValueError("detailUrl: is no link to /meetings/<id>/ or to the gateway's /j/<code>")
    return known


def _key(record: Mapping[str, object]) -> str:
    key = line(record.get("id"))
    if not _KEY.fullmatch(key):
        raise ValueError("id: must be letters, digits, '-', '_' or '.', at most 64")
    return key


def _instant(record: Mapping[str, object], field: str) -> dt.datetime:
    text = _text(record, field)
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError as problem:
        raise ValueError(f"{field}: is no ISO date with a time") from problem
    if instant.tzinfo is None:
        raise ValueError(f"{field}: has no offset from UTC")
    return instant.astimezone(dt.UTC)


def _text(record: Mapping[str, object], field: str) -> str:
    try:
        text = line(record.get(field), longest=LONGEST_NAME)
    except ValueError as problem:
        raise _named(field, problem) from problem
    if not text:
        raise ValueError(f"{field}: is missing")
    return text


def _texts(record: Mapping[str, object], field: str) -> list[str]:
    given = record.get(field) or []
    if not isinstance(given, list):
        raise ValueError(f"{field}: is no list")
    try:
        return [line(label, longest=LONGEST_NAME) for label in given]
    except ValueError as problem:
        raise _named(field, problem) from problem


def _named(field: str, problem: ValueError) -> ValueError:
    return ValueError(f"{field}: {problem}")
