"""Our Meeting Guide rows of real lists: against the strict profile, and read back."""

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

import jsonschema
import pytest

from importers import bmlt, tsml
from importers._locate import locate
from importers._source import Rejected
from meetings.formats import FORMATS
from meetings.model import Meeting, Online, Point, Schedule, TimezoneSource, Venue
from meetings.recurrence import in_words
from tests.make import NOON, numbered
from tests.make_lists import NO_PLACES, a_source
from tests.make_tsml import a_tsml_source
from tests.shared import shared
from web.tsml.rows import TsmlRow, is_exported, rows_of_meetings
from web.tsml.types import types_of

pytestmark = pytest.mark.lists

BASE = "https://meetings.example"
LISTS = ("us-ca-orange-county", "us-pa-philadelphia", "us-ca-sf-marin", "us-al-anon", "us-wa-nwta")
# Fields that no row holds, and why; `as_expressed` tells of the others what a row changes.
NOT_EXPRESSIBLE = {
    "id": "the slug is our own number, which stays when a publisher's slug does not",
    "page_url": "a row always has a page: ours where the list gave none",
    "number": "is given by whoever reads it",
    "changed_at": "is when the reader saw it change",
}
NOT_EXPRESSIBLE_OF_NA = {
    "languages": "NA's table of codes has no languages",
    "formats": "NA's table has fewer codes: some formats share a broader one, some have none",
}
NA_SAMPLE = "gny-sample"


def meetings(name: str, fellowship: str) -> list[Meeting]:
    source = a_tsml_source(fellowship=fellowship, country="US")
    read = tsml.read(tsml.load(shared(f"data/tsml/{name}.json")), source)
    located = (locate(each, source, NO_PLACES) for each in read if isinstance(each, Meeting))
    return numbered(each for each in located if not isinstance(each, Rejected))


def rows(given: Iterable[Meeting]) -> list[TsmlRow]:
    return list(rows_of_meetings(given, BASE, with_family=True))


def faults(given: list[TsmlRow]) -> list[str]:
    schema = json.loads(shared("data/tsml/meeting-guide.schema.json").read_bytes())
    validator = jsonschema.Draft202012Validator(schema)
    return [f"{list(each.path)}: {each.message}" for each in validator.iter_errors(given)][:5]


@pytest.mark.parametrize("name", LISTS)
def test_every_row_of_a_list_is_valid(name: str) -> None:
    found = rows(meetings(name, "al-anon" if name == "us-al-anon" else "aa"))

    assert len(found) > 300
    assert len({row["slug"] for row in found}) == len(found)
    assert faults(json.loads(json.dumps(found))) == []


def na_meetings() -> list[Meeting]:
    source = a_source()
    read = bmlt.read(bmlt.load(shared("data/bmlt/gny-sample")), source)
    located = (locate(each, source, NO_PLACES) for each in read if isinstance(each, Meeting))
    return numbered(each for each in located if isinstance(each, Meeting))


def test_every_row_of_an_na_list_is_valid() -> None:
    found = rows(na_meetings())

    assert len(found) == 1513
    assert faults(json.loads(json.dumps(found))) == []


@pytest.mark.parametrize("name", [*LISTS, NA_SAMPLE])
def test_a_list_read_exported_and_read_again_is_the_same_but_for_what_rows_cannot_say(
    name: str,
) -> None:
    first = [each for each in of_list(name) if is_exported(each, with_family=True)]

    again = read_again(name, first)

    different = {
        (before.id, field)
        for before, after in zip(map(as_expressed, first), again, strict=True)
        for field in before.__slots__
        if field not in not_expressible(name) and getattr(before, field) != getattr(after, field)
    }
    assert different == set()


def test_formats_that_have_a_code_of_na_come_back_and_those_of_no_code_stand_in_the_notes() -> None:
    first = [each for each in of_list(NA_SAMPLE) if is_exported(each, with_family=True)]

    again = read_again(NA_SAMPLE, first)

    own = {code for code, row in FORMATS.items() if "na" in row.tsml_codes}
    lost = [
        each.id
        for each, after in zip(first, again, strict=True)
        if isinstance(after, Rejected) or not own & set(each.formats) <= set(after.formats)
    ]
    assert lost == []


def of_list(name: str) -> list[Meeting]:
    return na_meetings() if name == NA_SAMPLE else meetings(name, fellowship_of(name))


def read_again(name: str, given: list[Meeting]) -> list[Meeting | Rejected]:
    source = a_tsml_source(fellowship=fellowship_of(name), country="US")
    payload = {"meetings": json.dumps(rows(given)).encode()}
    read = [each for each in tsml.read(payload, source) if isinstance(each, Meeting)]
    return [locate(each, source, NO_PLACES) for each in read]


def fellowship_of(name: str) -> str:
    return {"us-al-anon": "al-anon", NA_SAMPLE: "na"}.get(name, "aa")


def not_expressible(name: str) -> Mapping[str, str]:
    return NOT_EXPRESSIBLE | (NOT_EXPRESSIBLE_OF_NA if name == NA_SAMPLE else {})


def as_expressed(meeting: Meeting) -> Meeting:
    """Return what a row can say of *meeting*: where its words or numbers become others."""
    point = meeting.point
    if point is not None:
        point = Point(round(point.latitude, 6), round(point.longitude, 6))
    schedule, when = _schedule_as_expressed(meeting.schedule)
    online, joining = _online_as_expressed(meeting.online)
    said = (when, "; ".join(types_of(meeting).unsaid), meeting.notes, joining)
    return replace(
        meeting,
        name=" ".join(meeting.name.split()),
        schedule=schedule,
        notes="\n".join(filter(None, said)),
        online=online,
        venue=_venue_as_expressed(meeting.venue),
        point=point,
    )


def _schedule_as_expressed(schedule: Schedule | None) -> tuple[Schedule | None, str]:
    """Return the schedule of a row, and what its notes say instead."""
    if schedule is None:
        return None, ""
    if schedule.timezone is None:  # no row may tell an hour by nobody's clock
        words = in_words(schedule, clock=lambda time: f"{time:%H:%M}")
        return None, f"{words[:1].upper()}{words[1:]}, local time."
    # a row's zone is the list's own word, and the first date is the reader's to find
    schedule = replace(schedule, timezone_source=TimezoneSource.SOURCE, first_on=None)
    end = dt.datetime.combine(NOON, schedule.start) + (schedule.duration or dt.timedelta(0))
    if end.date() > NOON.date():  # past midnight the end is told in words
        return replace(schedule, duration=None), f"Ends at {end:%H:%M} the next day."
    return schedule, ""


def _online_as_expressed(online: Online | None) -> tuple[Online | None, str]:
    """Return the link and telephone of a row; notes without either stand among the notes."""
    if online is None or not (online.url or online.phone):
        return None, online.notes if online else ""
    is_bare = urlsplit(online.url).path == "" and online.url
    phone = online.phone[:1] + re.sub(r"[^0-9,*#]", "", online.phone[1:])  # as it is dialled
    return replace(online, url=f"{online.url}/" if is_bare else online.url, phone=phone), ""


def _venue_as_expressed(venue: Venue | None) -> Venue | None:
    if venue is None:
        return None
    if venue.county and "county" not in venue.county.casefold():  # known by that word only
        venue = replace(venue, county="", district=venue.district or venue.county)
    street, _, crossing = venue.street.partition("@")  # a reader takes "@ Oak St" for directions
    told = (f"At {crossing.strip()}." if crossing else "", venue.directions, venue.transit)
    return replace(
        venue,
        name=" ".join(venue.name.split()),
        street=" ".join(street.split()),
        district="" if venue.district == venue.town else venue.district,  # told twice
        country=venue.country or ("US" if venue.region else ""),  # which is the reader's to know
        directions="\n".join(filter(None, told)),
        transit="",
    )
