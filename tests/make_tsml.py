"""Builders of Meeting Guide lists with boring defaults."""

import json
from typing import Any

from importers import tsml
from importers._source import Doubtful, Payloads, Rejected, Source
from meetings.model import Meeting
from tests.make_lists import a_source


def a_tsml_record(slug: str = "hope", **changes: Any) -> dict[str, Any]:
    """Return Tuesdays at 19:30 for an hour in Brooklyn; a change to `...` leaves the key out."""
    defaults = {
        "slug": slug,
        "name": "Hope Group",
        "day": 2,
        "time": "19:30",
        "end_time": "20:30",
        "formatted_address": "12 Sample St, Brooklyn, NY 11201, USA",
        "latitude": 40.6924,
        "longitude": -73.9903,
        "types": [],
    }
    return {key: value for key, value in (defaults | changes).items() if value is not ...}


def tsml_list(*records: object) -> Payloads:
    return {"meetings": json.dumps(records).encode()}


def tsml_results(*records: object, **source: Any) -> list[Meeting | Rejected]:
    found = tsml.read(tsml_list(*records), a_tsml_source(**source))
    read = [each.meeting if isinstance(each, Doubtful) else each for each in found]
    return [each for each in read if isinstance(each, Meeting | Rejected)]


def tsml_meeting(source: dict[str, Any] | None = None, **changes: Any) -> Meeting:
    (result,) = tsml_results(a_tsml_record(**changes), **source or {})
    assert isinstance(result, Meeting), result
    return result


def a_tsml_source(**changes: Any) -> Source:
    """Return a Meeting Guide source "t" of AA, without zone or country."""
    return a_source(**{"importer": "tsml", "fellowship": "aa"} | changes)
