import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from meetings.catalogue import Catalogue
from meetings.model import Accuracy, Point, VenueType
from meetings.search import Search
from tests.make import NOON, a_meeting
from tests.serving import serving
from web.answers import KeptAnswers, confirmed_days

HERE = Point(40.65, -73.95)
CONFIRMED = confirmed_days([("t", NOON)])
LISTED = [
    a_meeting(id="t:1", number=1, point=HERE, accuracy=Accuracy.EXACT, formats=("women",)),
    a_meeting(id="t:2", number=2, venue_type=VenueType.ONLINE, languages=("fa",), schedule=None),
]


def asked(kept: KeptAnswers, catalogue: Catalogue, search: Search, now: dt.datetime) -> Any:
    return msgspec.json.decode(answered(kept, catalogue, search, now))


def answered(kept: KeptAnswers, catalogue: Catalogue, search: Search, now: dt.datetime) -> bytes:
    query = repr(search).encode()
    return kept.answer(catalogue, search, query=query, now=now, confirmed=CONFIRMED)


def test_an_answer_is_made_once_a_minute() -> None:
    kept, catalogue = KeptAnswers(), Catalogue(LISTED, version=1, now=NOON)
    later = NOON + dt.timedelta(seconds=59)

    first = answered(kept, catalogue, Search(), NOON)

    assert answered(kept, catalogue, Search(), later) is first
    later += dt.timedelta(seconds=1)
    assert answered(kept, catalogue, Search(), later) is not first


def test_an_answer_is_never_from_before_a_swap() -> None:
    kept = KeptAnswers()
    renamed = [replace(meeting, name="Renamed") for meeting in LISTED]

    asked(kept, Catalogue(LISTED, version=1, now=NOON), Search(), NOON)

    answer = asked(kept, Catalogue(renamed, version=2, now=NOON), Search(), NOON)
    assert {meeting["name"] for meeting in answer["meetings"]} == {"Renamed"}


def test_an_answer_is_never_from_before_a_meeting_began() -> None:
    kept, catalogue = KeptAnswers(), Catalogue(LISTED, version=1, now=NOON)
    begins = dt.datetime(2026, 11, 25, 0, 30, tzinfo=dt.UTC)

    before = asked(kept, catalogue, Search(now=True), begins - dt.timedelta(seconds=1))

    assert before["count"] == 0
    assert asked(kept, catalogue, Search(now=True), begins)["count"] == 1


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.answers.KEPT_BYTES_MOST", 10_000)
    kept, catalogue = KeptAnswers(), Catalogue(LISTED, version=1, now=NOON)

    for limit in range(1, 100):
        answered(kept, catalogue, Search(limit=limit), NOON)

    assert sum(len(query) + len(answer) for query, answer in kept._answers.items()) <= 10_000
    assert repr(Search(limit=99)).encode() in kept._answers  # the oldest were forgotten


async def test_facets_count_what_was_found_when_they_are_asked_for(tmp_path: Path) -> None:
    async with serving(tmp_path, LISTED) as client:
        plain = (await client.get("/api/meetings")).json()
        counted = (await client.get("/api/meetings?facets=1&limit=1")).json()

    assert "facets" not in plain
    assert counted["facets"] == {
        "fellowship": {"na": 2},
        "format": {"women": 1},
        "venue": {"in_person": 1, "online": 1},
        "day": {"tue": 1},
        "language": {"fa": 1},
    }


async def test_an_answer_holds_the_schedule_in_full(tmp_path: Path) -> None:
    async with serving(tmp_path, LISTED) as client:
        first, second = (await client.get("/api/meetings")).json()["meetings"]

    assert first["schedule"] == {
        "rules": [{"weekday": 2}],
        "start": "19:30:00",
        "duration": "PT3600S",
        "timezone": "America/New_York",
        "timezone_source": "source",
        "first_on": "2026-01-06",
    }
    assert second["schedule"] is None
    assert second["confirmed_on"] is None
