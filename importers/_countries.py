"""Countries as publishers spell them, the country of a point, and states that lie in one zone."""

from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from meetings import countries
from meetings.model import Point
from meetings.zones import zone, zone_at

_OTHER_SPELLINGS = {
    "us of a": "US",
    "united states of america": "US",
    "the united states": "US",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "uk": "GB",
    "republic of ireland": "IE",
    "eire": "IE",
    "deutschland": "DE",
    "danmark": "DK",
    "sverige": "SE",
    "norge": "NO",
    "suomi": "FI",
    "españa": "ES",
    "italia": "IT",
    "brasil": "BR",
    "méxico": "MX",
    "österreich": "AT",
    "schweiz": "CH",
    "suisse": "CH",
    "polska": "PL",
    "nederland": "NL",
    "holland": "NL",
    "the netherlands": "NL",
    "czech republic": "CZ",
    "aotearoa": "NZ",
}
# A list that says "US" means these too, and its zones and points are theirs.
_TERRITORIES = {
    "US": {"AS", "GU", "MP", "PR", "UM", "VI"},
    "GB": {"GG", "GI", "IM", "JE"},
    "FR": {"BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "WF", "YT"},
    "NL": {"AW", "BQ", "CW", "SX"},
    "DK": {"FO", "GL"},
    "FI": {"AX"},
    "NO": {"SJ"},
    "CN": {"HK", "MO", "TW"},
}
# The states of which every place lies in one zone; smart.md 4.1 names the others, Alaska too.
_ZONES_OF_STATES = {
    "America/New_York": "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AR IA IL LA MN MO MS OK WI",
    "America/Denver": "CO MT NM UT WY",
    "America/Los_Angeles": "CA WA",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR",
}
_PROVINCES = {
    "alberta": "AB",
    "british columbia": "BC",
    "manitoba": "MB",
    "new brunswick": "NB",
    "newfoundland and labrador": "NL",
    "newfoundland": "NL",
    "northwest territories": "NT",
    "nova scotia": "NS",
    "nunavut": "NU",
    "ontario": "ON",
    "prince edward island": "PE",
    "quebec": "QC",
    "québec": "QC",
    "saskatchewan": "SK",
    "yukon": "YT",
}

_OTHER_STATES = {"pr": "PR", "puerto rico": "PR", "washington dc": "DC", "washington, dc": "DC"}


@lru_cache(maxsize=1024)
def country_code(text: str) -> str:
    """Return the ISO 3166-1 alpha-2 code of a country in any usual spelling, or ""."""
    spelling = text.replace(".", "").strip().casefold()
    return _OTHER_SPELLINGS.get(spelling, "") or countries.country_code(text)


@lru_cache(maxsize=1024)
def state_code(text: str) -> str:
    """Return the postal code of a state of the USA, "NY" for "New York" and "N.Y.", or ""."""
    spelling = text.replace(".", "").strip().casefold()
    return _OTHER_STATES.get(spelling, "") or countries.state_code(text)


def country_of_region(region: str) -> str:
    """Return "US" or "CA" for the full name of a state or province of theirs, else ""."""
    if len(region) > 2 and state_code(region):
        return "US"
    return "CA" if region.casefold() in _PROVINCES else ""


def zone_of_state(region: str) -> ZoneInfo | None:
    """Return the zone of a state of the USA if all of the state lies in one."""
    code = state_code(region)
    names = (name for name, codes in _ZONES_OF_STATES.items() if code in codes.split())
    found = next(names, None) if code else None
    return None if found is None else zone(found)


def is_outside(point: Point, country: str) -> bool:
    """
    Say whether *point* lies in another country than *country* (an ISO code), or at sea.

    The country is that of the point's zone, which is exact to some 100 m (location.md 7).
    """
    found = zone_at(point)
    if found is None:
        return True
    there = _countries_of_zones().get(found.key)
    return there is not None and there != country and there not in _TERRITORIES.get(country, ())


@cache
def _countries_of_zones() -> dict[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}
