"""The fields of a BMLT meeting, one conversion each (bmlt.md 2.5 to 2.9)."""

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from importers._bmlt_payloads import Record
from importers._bmlt_texts import Texts, text
from importers._clock import plain
from importers._countries import country_code, state_code
from meetings.model import LONGEST_DURATION, Point
from meetings.zones import zone

_LARGEST_ID = 2**63 - 1  # what a database's integer holds
_MOST_DIGITS = 19  # of such a number
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?")
_CODE_STANDS_BEHIND = frozenset({"", "AU", "CA", "GB", "IE", "IN", "NZ", "US", "ZA"})
_CODE_AND_TOWN = re.compile(r"(\d{4,5}) +([^\W\d][^\d]*)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{2,4})?")
# Where the editor's map stands until somebody moves it (bmlt.md 2.8).
_STOCK_CENTRE = Point(34.235918, -118.563659)


def meeting_id(record: Record) -> str:
    """Return `id_bigint`, a positive integer, as text without leading zeros."""
    given = record.get("id_bigint")
    digits = given if isinstance(given, str) and given.isdecimal() else text(record, "id_bigint")
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS
    if not is_number or not 0 < (number := int(digits)) <= _LARGEST_ID:
        raise ValueError("id_bigint: is no positive integer")
    return str(number)


def weekday(record: Texts) -> int:
    """Return the ISO weekday of `weekday_tinyint`, where 1 is Sunday."""
    given = _in_digits(record, "weekday_tinyint")
    if given not in ("1", "2", "3", "4", "5", "6", "7"):
        raise ValueError("weekday_tinyint: must be 1 (Sunday) to 7 (Saturday)")
    return (int(given) + 5) % 7 + 1


def start(record: Texts) -> dt.time | None:
    """Return the wall clock time, None where none is listed."""
    given = _in_digits(record, "start_time")
    if not given:
        return None
    found = _CLOCK.fullmatch(given)
    if found is None or int(found[1]) > 23:
        raise ValueError("start_time: must be HH:MM:SS, from 00:00:00 to 23:59:59")
    return dt.time(int(found[1]), int(found[2]), int(found[3] or 0))


def duration(record: Texts) -> dt.timedelta | None:
    """Return a length; None for zero and for nothing, which both mean "not given"."""
    given = _in_digits(record, "duration_time")
    if not given:
        return None
    found = _CLOCK.fullmatch(given)
    if found is None:
        raise ValueError("duration_time: must be H:MM or H:MM:SS")
    length = dt.timedelta(hours=int(found[1]), minutes=int(found[2]), seconds=int(found[3] or 0))
    if length > LONGEST_DURATION:
        raise ValueError("duration_time: is longer than 24 hours")
    return length or None


def point(record: Texts, *, centre: Point | None) -> Point | None:
    """
    Return the coordinates, None for none and for those of an untouched map.

    *centre* is that of the server's map. 0,0 passes, since too many of those tell of a broken
    list (reliability.md 2.2); it is no place for `_locate`.
    """
    try:
        found = Point(float(record["latitude"]), float(record["longitude"]))
    except ValueError:
        return None
    if _is_near(found, _STOCK_CENTRE) or (centre is not None and _is_near(found, centre)):
        return None
    return found


def centre(server: Record) -> Point | None:
    """Return the centre of the server's map."""
    try:
        return Point(float(text(server, "centerLatitude")), float(text(server, "centerLongitude")))
    except ValueError:
        return None


def timezone(record: Texts) -> ZoneInfo | None:
    """
    Return the zone if it is an Area/Place name; anything else is as good as none.

    So "UTC" on a row in Australia is not believed, and nobody's meeting is in UTC by accident.
    """
    try:
        return zone(record["time_zone"])
    except ValueError:
        return None


def country(record: Texts) -> str:
    """Return the ISO code of `location_nation`, or its own words where they name none."""
    nation = record["location_nation"]
    return country_code(nation) or nation


def region(record: Texts, *, country: str) -> str:
    """Return `location_province`, a state of the USA by its postal code."""
    province = record["location_province"].rstrip(",")
    return (state_code(province) if country == "US" else "") or province


def code_and_town(record: Texts, *, country: str) -> tuple[str, str]:
    """
    Return postal code and town, which some editors write into one field.

    "6800 Varde" stands as a code and "2300 københavn s" as a town (bmlt.md 2.6). Where codes
    stand behind the town, digits before it are a house's.
    """
    code, town = record["location_postal_code_1"], record["location_municipality"]
    if country in _CODE_STANDS_BEHIND:
        return code, town
    if not code.isdecimal() and (found := _CODE_AND_TOWN.fullmatch(code)):
        return found[1], town or found[2]
    if not code and town[:1].isdecimal() and (found := _CODE_AND_TOWN.fullmatch(town)):
        return found[1], found[2]
    return code, town


def language(record: Texts) -> str:
    """Return the BCP 47 tag of `lang_enum`; Danish was `dk` until the end of 2025."""
    return _tag(record["lang_enum"])


@lru_cache(maxsize=256)  # a list has few
def _tag(given: str) -> str:
    if not _LANGUAGE.fullmatch(given):
        return ""
    return "da" if given == "dk" else given


def format_ids(listed: str) -> list[int]:
    """Return the shared ids of the formats; keys mean something else on every server."""
    return [int(part) for part in re.findall(r"[0-9]{1,18}", listed)]


def _in_digits(record: Texts, field: str) -> str:
    """Return a field with ASCII digits: ۱۹:۳۰ is an hour too."""
    given = record[field]
    return given if given.isascii() else plain(given)


def _is_near(one: Point, other: Point) -> bool:
    """Compare to four decimals, some 11 m (bmlt.md 2.8)."""
    if abs(one.latitude - other.latitude) > 0.001:
        return False  # nearly all, and rounding is slow
    return (round(one.latitude, 4), round(one.longitude, 4)) == (
        round(other.latitude, 4),
        round(other.longitude, 4),
    )
