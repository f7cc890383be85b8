"""An operator's geocoder, on a real socket: asked once, about venues, for the next refresh."""

from collections.abc import Iterator
from typing import Any

import pytest

from importers import bmlt
from importers._geocode import Addresses, GeocoderService, address_of, open_geocoder
from importers._refresh import refresh
from meetings.errors import SettingsError
from meetings.model import Accuracy, Meeting, Point, Venue
from meetings.storage.database import Database
from meetings.storage.geocoded import answers
from meetings.storage.meetings import all_meetings
from tests.make_lists import NO_PLACES, NOW, a_bmlt_record, a_source, bmlt_list
from tests.nominatim import Nominatim, nominatim

HOUSE = Point(40.7012345, -73.9876543)
ADDRESS = "1 sample st, brooklyn, ny, us"
UNPLACED: dict[str, Any] = {"latitude": "", "longitude": ""}


@pytest.fixture
def server() -> Iterator[Nominatim]:
    with nominatim({ADDRESS: HOUSE}) as running:
        yield running


async def refreshed(
    db: Database, *records: dict[str, Any], geocoder: GeocoderService | None, **options: Any
) -> dict[str, Meeting]:
    await refresh(
        db,
        a_source(),
        bmlt_list(*records),
        importer=bmlt,
        places=NO_PLACES,
        overrides={},
        now=NOW,
        geocoder=geocoder,
        **options,
    )
    async with db.read() as reader:
        return {meeting.id: meeting for meeting in await all_meetings(reader)}


async def test_an_address_is_asked_for_once_and_placed_by_the_next_refresh(
    db: Database, server: Nominatim
) -> None:
    records = [a_bmlt_record(1, **UNPLACED), a_bmlt_record(2, **UNPLACED), a_bmlt_record(3)]
    setting = f"nominatim {server.url}"

    async with open_geocoder(setting, contact="https://a.example", pause_seconds=0) as geocoder:
        first = await refreshed(db, *records, geocoder=geocoder)
        second = await refreshed(db, *records, geocoder=geocoder)
        third = await refreshed(db, *records, geocoder=geocoder)

    assert first["t:1"].point is None
    assert (second["t:1"].point, second["t:1"].accuracy) == (HOUSE, Accuracy.STREET)
    assert second["t:2"].point is None
    assert third == second
    assert server.questions == [ADDRESS, "2 sample st, brooklyn, ny, us"]
    assert server.agents == {"OpenChair/0.1 (+https://a.example)"}


async def test_answers_stay_when_the_geocoder_is_another(db: Database, server: Nominatim) -> None:
    async with open_geocoder(f"nominatim {server.url}", pause_seconds=0) as geocoder:
        await refreshed(db, a_bmlt_record(1, **UNPLACED), geocoder=geocoder)

    async with db.read() as reader:
        assert await answers(reader) == {ADDRESS: HOUSE}


async def test_online_meetings_and_dry_runs_ask_nothing(db: Database, server: Nominatim) -> None:
    online = a_bmlt_record(1, venue_type="2", virtual_meeting_link="https://x.example", **UNPLACED)

    async with open_geocoder(f"nominatim {server.url}", pause_seconds=0) as geocoder:
        await refreshed(db, online, geocoder=geocoder)
        await refreshed(db, a_bmlt_record(2, **UNPLACED), geocoder=geocoder, dry_run=True)

    assert server.questions == []


@pytest.mark.parametrize("status", [302, 429, 500])
async def test_a_service_that_fails_is_left_alone_until_the_next_refresh(
    db: Database, server: Nominatim, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    server.status = status
    records = [a_bmlt_record(number, **UNPLACED) for number in (1, 2, 3)]

    async with open_geocoder(f"nominatim {server.url}", pause_seconds=0) as geocoder:
        await refreshed(db, *records, geocoder=geocoder)

    async with db.read() as reader:
        assert await answers(reader) == {}
    assert len(server.questions) == 1
    assert "sample st" not in caplog.text


async def test_no_setting_is_no_geocoder() -> None:
    async with open_geocoder("") as geocoder:
        assert geocoder is None


@pytest.mark.parametrize("service", ["photon", "pelias"])
async def test_the_others_are_known_by_name(service: str) -> None:
    async with open_geocoder(f"{service} https://geocoder.example") as geocoder:
        assert geocoder is not None


@pytest.mark.parametrize("setting", ["google", "pelias", "nominatim ftp://a.example"])
async def test_a_setting_that_cannot_be_is_one_sentence(setting: str) -> None:
    with pytest.raises(SettingsError, match="OPENCHAIR_GEOCODER"):
        async with open_geocoder(setting):
            pass


@pytest.mark.parametrize(
    ("venue", "address"),
    [
        (Venue(street="1  Sample St", town="Brooklyn", region="NY"), "1 sample st, brooklyn, ny"),
        (Venue(street="1 Sample St", postal_code="11201"), "1 sample st, 11201"),
        (Venue(name="A Church", town="Brooklyn"), ""),
        (Venue(street="1 Sample St"), ""),
    ],
)
def test_only_a_whole_address_is_asked_for(venue: Venue, address: str) -> None:
    addresses = Addresses({})

    assert addresses(venue, "") == (None, None)
    assert address_of(venue, "") == address
    assert list(addresses.wanted) == ([address] if address else [])
