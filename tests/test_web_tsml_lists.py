"""Our Meeting Guide rows of real lists: against the strict profile, and read back."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

import jsonschema
import pytest

from importers import bmlt, tsml
from importers._locate import locate
from importers._source import Rejected
from meetings.model import Meeting, Point, TimezoneSource
from tests.make import NOON, numbered
from tests.make_lists import NO_PLACES, a_source
from tests.make_tsml import a_tsml_source
from tests.shared import shared
from web.tsml.rows import TsmlRow, is_exported, rows_of_meetings

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


def test_every_row_of_an_na_list_is_valid() -> None:
    source = a_source()
    read = bmlt.read(bmlt.load(shared("data/bmlt/gny-sample")), source)
    located = (locate(each, source, NO_PLACES) for each in read if isinstance(each, Meeting))

    found = rows(numbered(each for each in located if isinstance(each, Meeting)))

    assert len(found) == 1513
    assert faults(json.loads(json.dumps(found))) == []


def test_a_list_read_exported_and_read_again_is_the_same_but_for_what_rows_cannot_say() -> None:
    first = [
        each for each in meetings("us-pa-philadelphia", "aa") if is_exported(each, with_family=True)
    ]
    source = a_tsml_source(country="US")
    payload = {"meetings": json.dumps(rows(first)).encode()}

    again = [each for each in tsml.read(payload, source) if isinstance(each, Meeting)]
    located = [locate(each, source, NO_PLACES) for each in again]

    assert len(located) == len(first)
    different = {
        (before.id, name)
        for before, after in zip(map(as_expressed, first), located, strict=True)
        for name in before.__slots__
        if name not in NOT_EXPRESSIBLE and getattr(before, name) != getattr(after, name)
    }
    assert different == set()


def as_expressed(meeting: Meeting) -> Meeting:
    """Return what a row can say of *meeting*: where its words or numbers become others."""
    schedule, notes, online, point = (
        meeting.schedule,
        meeting.notes,
        meeting.online,
        meeting.point,
    )
    if schedule is not None:
        # a row's zone is the list's own word, and the first date is the reader's to find
        schedule = replace(schedule, timezone_source=TimezoneSource.SOURCE, first_on=None)
        end = dt.datetime.combine(NOON, schedule.start) + (schedule.duration or dt.timedelta(0))
        if end.date() > NOON.date():  # past midnight the end is told in words
            schedule = replace(schedule, duration=None)
            notes = f"Ends at {end:%H:%M} the next day.\n{notes}".strip()
    if online is not None:
        is_bare = urlsplit(online.url).path == "" and online.url
        phone = online.phone[:1] + online.phone[1:].replace("+", "")
        online = replace(online, url=f"{online.url}/" if is_bare else online.url, phone=phone)
    if point is not None:
        point = Point(round(point.latitude, 6), round(point.longitude, 6))
    return replace(meeting, schedule=schedule, notes=notes, online=online, point=point)
