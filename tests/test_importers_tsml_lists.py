"""The Meeting Guide reader on the real lists."""

import json
from collections import Counter

import pytest

from importers import tsml
from importers._refresh import refresh
from importers._source import Rejected
from importers._tsml_types import read_types
from meetings.errors import UnknownFormat
from meetings.formats import comparable
from meetings.model import Admission, Meeting, VenueType
from meetings.storage.database import Database
from meetings.storage.documents import encode
from meetings.storage.sources import Outcome
from tests.make_lists import NO_PLACES, NOW
from tests.make_tsml import a_tsml_source
from tests.shared import shared

# As the README of the lists counts them.
ROWS = {
    "us-ca-orange-county": 1967,
    "us-pa-philadelphia": 2098,
    "us-ca-sf-marin": 658,
    "us-al-anon": 360,
    "us-wa-nwta": 613,
    "edge-times": 9,
    "edge-timezones": 2,
}

pytestmark = pytest.mark.lists


def results(name: str) -> list[Meeting | Rejected]:
    payloads = tsml.load(shared(f"data/tsml/{name}.json"))
    fellowship = "al-anon" if name == "us-al-anon" else "aa"
    found = tsml.read(payloads, a_tsml_source(fellowship=fellowship, country="US"))
    return [each for each in found if isinstance(each, Meeting | Rejected)]


def meetings(name: str) -> list[Meeting]:
    return [each for each in results(name) if isinstance(each, Meeting)]


@pytest.mark.parametrize("name", ROWS)
def test_every_row_of_a_whole_list_is_a_meeting(name: str) -> None:
    found = results(name)

    added = {each.id for each in found if isinstance(each, Meeting)}
    reasons = [each.reason for each in found if isinstance(each, Rejected)]
    assert reasons == []
    assert len(found) == len(added) == ROWS[name]


def test_a_list_with_text_behind_it_is_refused_in_one_sentence() -> None:
    payloads = tsml.load(shared("data/tsml/edge-invalid.json"))

    with pytest.raises(UnknownFormat, match=r"^not JSON: Extra data at character \d+$"):
        list(tsml.read(payloads, a_tsml_source()))


def test_attendance_is_what_the_list_says_of_it() -> None:
    assert Counter(each.venue_type for each in meetings("us-ca-orange-county")) == {
        VenueType.IN_PERSON: 1432 + 2,  # and two that are inactive
        VenueType.ONLINE: 385,
        VenueType.HYBRID: 148,
    }
    assert sum(not each.is_listed for each in meetings("us-ca-orange-county")) == 2
    assert sum(not each.is_listed for each in meetings("us-al-anon")) == 31


def test_online_meetings_are_nowhere_on_the_map() -> None:
    online = [each for name in ROWS for each in meetings(name) if not each.is_in_person]

    assert len(online) > 1000
    assert not [each.id for each in online if each.point or (each.venue and each.venue.street)]


def test_types_written_as_one_text_are_understood() -> None:
    assert Counter(each.admission for each in meetings("us-wa-nwta")) == {
        Admission.OPEN: 407,
        Admission.CLOSED: 206,
    }


def test_every_meeting_of_a_family_fellowship_is_for_families() -> None:
    assert Counter(each.admission for each in meetings("us-al-anon")) == {
        Admission.FAMILY_OPEN: 271,
        Admission.FAMILY_ONLY: 89,
    }


def test_slips_and_double_slugs_are_told() -> None:
    payloads = tsml.load(shared("data/tsml/us-pa-philadelphia.json"))

    found = " | ".join(tsml.notices(payloads, now=NOW))

    assert "slug: stands twice in the list (11 times" in found
    assert "end_time: is before time, read as 12 hours later (4 times" in found
    assert "end_time: equals time, so the length is unknown (1 times" in found


def test_people_that_were_taken_out_of_the_lists_are_not_missed() -> None:
    found = [encode(each) for name in ROWS for each in meetings(name)]

    assert not [text for text in found if "redacted@example.org" in text or "@redacted" in text]


def test_every_name_of_a_type_means_what_its_code_means() -> None:
    programs = json.loads(shared("data/tsml/plugin-program-types.json").read_bytes())
    different = [
        (key, code, name)
        for key, program in programs.items()
        for code, name in program["types"].items()
        if said(code, key) != said(name, key)
    ]

    assert different == []


def test_names_of_the_specification_are_understood_in_its_languages() -> None:
    spec = json.loads(shared("data/tsml/spec-types.json").read_bytes())
    different = [
        (code, language, name)
        for code, names in spec.items()
        for language, name in names.items()
        if not read_types([code], fellowship_code="aa", hosts=[]).languages
        and comparable(name)
        and said(code, "aa") != said(name, "aa")
    ]

    assert different == []


def said(word: str, key: str) -> tuple[tuple[str, ...], Admission]:
    found = read_types([word], fellowship_code="refuge" if key == "rr" else key, hosts=[])
    return found.formats, found.admission


@pytest.mark.parametrize("name", ROWS)
async def test_a_list_is_published_and_read_again_changes_nothing(db: Database, name: str) -> None:
    payloads = tsml.load(shared(f"data/tsml/{name}.json"))
    source = a_tsml_source(fellowship="al-anon" if name == "us-al-anon" else "aa", country="US")

    first, again = [
        await refresh(db, source, payloads, importer=tsml, places=NO_PLACES, overrides={}, now=NOW)
        for _ in range(2)
    ]

    assert (first.outcome, first.read, first.rejected) == (Outcome.ACCEPTED, ROWS[name], 0)
    assert first.added == ROWS[name]
    assert (again.added, again.changed, again.unchanged) == (0, 0, ROWS[name])
