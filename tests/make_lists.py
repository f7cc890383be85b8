"""Builders of payloads, sources and places for the tests of importers, all with boring defaults."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from importers._locate import Located
from importers._source import Payloads, Source
from meetings.model import Point

NOW = dt.datetime(2026, 11, 18, 12, 0, tzinfo=dt.UTC)


def a_source(**changes: Any) -> Source:
    """Return a BMLT source "t" of NA, without zone or country."""
    return Source(**{"id": "t", "importer": "bmlt", "fellowship": "na"} | changes)


def a_bmlt_record(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return Tuesdays at 19:30 for an hour in Brooklyn, the point different for each *number*."""
    defaults = {
        "id_bigint": str(number),
        "weekday_tinyint": "3",
        "venue_type": "1",
        "start_time": "19:30:00",
        "duration_time": "01:00:00",
        "time_zone": "",
        "formats": "",
        "format_shared_id_list": "",
        "lang_enum": "en",
        "latitude": f"40.{6000 + number}",
        "longitude": "-73.9903",
        "published": "1",
        "meeting_name": f"Group {number}",
        "location_street": f"{number} Sample St",
        "location_municipality": "Brooklyn",
        "location_province": "NY",
        "location_nation": "USA",
    }
    return defaults | changes


def bmlt_list(*records: object) -> Payloads:
    return {"GetSearchResults": json.dumps(records).encode()}


def a_smart_record(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a weekly online meeting in Easton, Maryland, Mondays at 19:00 there."""
    defaults = {
        "id": str(number),
        "name": "4-Point Recovery — SECRET PERSON",
        "facilitator": "SECRET PERSON",
        "program": "4-Point Recovery",
        "audiences": ["Adults"],
        "languages": ["English"],
        "utcStart": "2026-11-24T00:00:00+00:00",
        "hostCity": "SECRET PERSON",
        "hostState": "",
        "titleLocation": "Easton, Maryland",
        "schedule": "Every Tuesday, 12:00 AM to 1:30 AM",
        "passcode": "SECRET CODE",
        "pathminderUrl": "https://instance-us.pathcheck.net/j/X0X0X0?smartappaction=leave",
        "detailUrl": f"https://meetings.smartrecovery.org/meetings/{number}/",
    }
    return defaults | changes


def smart_list(*records: object, **changes: Any) -> Payloads:
    bundle = {"fetched_at": "2026-11-18T09:00:00Z", "total": len(records), "meetings": records}
    return {"bundle": json.dumps(bundle | changes).encode()}


@dataclass(frozen=True, slots=True)
class APlace:
    """A place of a made gazetteer."""

    point: Point
    timezone: str


class Gazetteer:
    """A made gazetteer that knows towns by name and region, as written."""

    def __init__(self, **towns: APlace) -> None:
        self._towns = towns

    def locate(self, *, town: str, region: str, country: str) -> Located | None:
        return self._towns.get(f"{town}_{region}") if country != "nowhere" else None


NO_PLACES = Gazetteer()
