"""A meeting of one row of a sheet, with everything that is wrong with it told at once."""

from importers import _sheet_words as words
from importers._limits import LONGEST_NAME
from importers._links import without_passcode
from importers._passcodes import without_passcodes
from importers._privacy import without_people
from importers._sheet_faults import Cells, Faults
from importers._sheet_labels import labels_of
from importers._source import Source
from importers._text import line
from meetings.fellowships import fellowship
from meetings.model import Meeting, Online, Schedule, TimezoneSource, Venue, VenueType


def meeting_of(cells: Cells, key: str, source: Source) -> Meeting:
    """Return the meeting of a row. Raises ValueError, which tells every fault of it."""
    faults = Faults()
    code = source.fellowship
    if cells.get("fellowship"):
        code = faults.take(cells, "fellowship", words.fellowship, code)
    kind = faults.take(cells, "format", words.venue_type, VenueType.ONLINE)
    schedule = _schedule(cells, source, faults)
    venue = _venue(cells, source, kind, faults)
    online = _online(cells, source, faults)
    fallback: tuple[str, ...] = (source.language,) if source.language else ()
    languages = faults.take(cells, "languages", words.languages, fallback)
    page_url = faults.take(cells, "page_url", words.link, "")
    notes = faults.take(cells, "notes", words.notes, "")
    programme = faults.take(cells, "program", words.short, "")
    audiences = faults.take(cells, "audiences", words.short, "")
    labels = faults.take_named(lambda: labels_of(code, programme, audiences))
    faults.check()
    if schedule is None or labels is None:
        raise AssertionError("a row without faults has a schedule and labels")
    return Meeting(
        id=f"{source.id}:{key}",
        source=source.id,
        fellowship=code,
        name=_name(cells, code, programme, venue),
        schedule=schedule,
        venue_type=kind,
        venue=venue,
        online=None if kind is VenueType.IN_PERSON else online,
        formats=labels.formats,
        other_formats=labels.other_formats,
        admission=labels.admission,
        restriction_text=labels.restriction_text,
        age_min=labels.age_min,
        age_max=labels.age_max,
        languages=languages or fallback,
        notes=_shown(notes, source),
        page_url=page_url,
    )


def _schedule(cells: Cells, source: Source, faults: Faults) -> Schedule | None:
    days = faults.take(cells, "day", words.weekdays, None)
    start = faults.take(cells, "start", words.hour, None)
    end = faults.take(cells, "end", words.last_hour, None)
    timezone = source.timezone
    known_from = TimezoneSource.DEFAULT
    if cells.get("timezone") or timezone is None:
        timezone = faults.take(cells, "timezone", words.timezone, None)
        known_from = TimezoneSource.SOURCE
    if days is None or start is None or end is None or timezone is None:
        return None
    ordinal, first_date = cells.get("ordinal", ""), cells.get("first_date", "")
    rules = faults.take_named(lambda: words.rules(days, ordinal, first_date))
    duration = faults.take_named(lambda: words.length(start, end))
    if rules is None or duration is None:
        return None
    return Schedule(
        rules=rules,
        start=start,
        duration=duration,
        timezone=timezone,
        timezone_source=known_from,
    )


def _venue(cells: Cells, source: Source, kind: VenueType, faults: Faults) -> Venue | None:
    country = faults.take(cells, "country", words.country, "") or source.country
    texts = {
        name: faults.take(cells, name, words.short, "")
        for name in ("venue", "street", "city", "state", "zip")
    }
    if kind is not VenueType.ONLINE:
        if not texts["city"]:
            faults.found.append("city: is missing, and people meet there")
        if not country and not cells.get("country"):
            faults.found.append("country: is missing, and people meet there")
    venue = Venue(
        name=texts["venue"][:LONGEST_NAME],
        street=texts["street"],
        town=texts["city"],
        region=texts["state"],
        postal_code=texts["zip"],
        country=country,
    )
    return None if venue == Venue() else venue


def _online(cells: Cells, source: Source, faults: Faults) -> Online | None:
    url = faults.take(cells, "join_url", words.link, "")
    if not source.publish_passcodes:
        url = without_passcode(url)
    return Online(url=url) if url else None


def _name(cells: Cells, code: str, programme: str, venue: Venue | None) -> str:
    """Return the group's name; where it has none, one of fellowship, programme and town."""
    given = without_people(line(cells.get("name"), longest=LONGEST_NAME))
    if given:
        return given
    made = ": ".join(word for word in (fellowship(code).short_name, programme) if word)
    town = venue.town if venue else ""
    return (f"{made}, {town}" if town else made)[:LONGEST_NAME]


def _shown(text: str, source: Source) -> str:
    public = without_people(text)
    return public if source.publish_passcodes else without_passcodes(public)
