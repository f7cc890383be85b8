"""Public holidays, on which a hall may be locked: a reason to ask, never a cancellation."""

import datetime as dt
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

from meetings.model import Meeting

_NONE: Mapping[dt.date, str] = MappingProxyType({})


def holiday_of(meeting: Meeting, on: dt.date) -> str | None:
    """Return the public holiday at the place of an in-person or hybrid *meeting*, in English."""
    if not meeting.is_in_person:
        return None
    venue, timezone = meeting.venue, meeting.schedule.timezone if meeting.schedule else None
    country = venue.country if venue else ""
    if len(country) != 2 and timezone is not None:
        country = _country_of(timezone)
    return holiday_on(country, venue.region if venue else "", on)


def holiday_on(country: str, region: str, on: dt.date) -> str | None:
    """
    Return the name of the public holiday *on* that date in *country*, an ISO code.

    *region* is the code of a state or province, or its name; one that nobody knows is left out.
    """
    return _of_year(country.upper(), region, on.year).get(on)


@lru_cache(maxsize=1024)
def _of_year(country: str, region: str, year: int) -> Mapping[dt.date, str]:
    for subdivision in (region, None):
        try:
            found = holidays.country_holidays(
                country, subdiv=subdivision or None, years=year, language="en_US", expand=False
            )
        except NotImplementedError:  # a country or region that the package does not have
            continue
        return MappingProxyType(dict(found))
    return _NONE


def _country_of(timezone: ZoneInfo) -> str:
    return _countries_of_zones().get(timezone.key, "")


@cache
def _countries_of_zones() -> Mapping[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}
