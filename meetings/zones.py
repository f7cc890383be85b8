"""IANA time zones, from the tzdata package and from nowhere else; the zone of a point."""

import zoneinfo
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped] # it is data and one constant
import tzfpy

from meetings.model import Point

# Python prefers the operating system's zone data, and those are often old: Debian 12 has 2025b,
# by which every winter meeting in much of Canada is an hour wrong (calendar.md 9). With an empty
# path only the package is read. Zones made before this line came from the old path: forget them.
zoneinfo.reset_tzpath(())
ZoneInfo.clear_cache()

ZONE_VERSION: str = tzdata.IANA_VERSION

_POINTS_KEPT = 4096
_ZONES_KEPT = 1024
_LONGEST_NAME = 64  # the longest zone name has 32 characters


@lru_cache(maxsize=_ZONES_KEPT)  # it is asked for each meeting that is read
def zone(name: str) -> ZoneInfo:
    """
    Return the zone with this Area/Place name.

    Raises:
        ValueError: for anything else: Windows names, offsets, abbreviations, Etc/* (calendar.md 9).
    """
    if len(name) > _LONGEST_NAME:
        raise ValueError(f"a zone name of {len(name)} characters is none of the tz database")
    if name not in zone_names():
        raise ValueError(f"zone must be an Area/Place name of the tz database, got {name!r}")
    return ZoneInfo(name)


def zone_at(point: Point) -> ZoneInfo | None:
    """
    Return the zone of a place on land, or None at sea (Etc/*) and where tzdata lacks the zone.

    Outlines are simplified by up to 111 m (location.md 7), so the far side of a nearby border
    is possible. Of several zones the alphabetically first is taken: in the one large overlap,
    Xinjiang, that is Asia/Shanghai before Asia/Urumqi, as China's lists mean it.
    """
    return _zone_at(point.longitude, point.latitude)


@lru_cache(maxsize=_POINTS_KEPT)  # a list asks twice of each, and many meetings share a house
def _zone_at(longitude: float, latitude: float) -> ZoneInfo | None:
    found, known = tzfpy.get_tzs(longitude, latitude), zone_names()
    name = min([name for name in found if name in known], default=None)
    return None if name is None else zone(name)


@cache
def zone_names() -> frozenset[str]:
    """Return the Area/Place names of the package, old spellings included."""
    names = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return frozenset(name for name in names if "/" in name and not name.startswith("Etc/"))
