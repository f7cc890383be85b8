"""IANA zones: the package's data, its names only, and the zone of a point."""

import datetime as dt
import zoneinfo

import pytest
import tzdata  # type: ignore[import-untyped] # it is data and one constant

from meetings.model import Point
from meetings.zones import ZONE_VERSION, zone, zone_at, zone_names


def test_the_zone_data_in_use_are_the_packages() -> None:
    vancouver = zone("America/Vancouver")

    offset = dt.datetime(2026, 12, 1, 12, tzinfo=vancouver).utcoffset()

    assert ZONE_VERSION == tzdata.IANA_VERSION
    assert zoneinfo.TZPATH == ()
    assert offset == dt.timedelta(hours=-7)  # the tz database before 2026 says -8


def test_a_zone_made_directly_is_the_same_object() -> None:
    assert zoneinfo.ZoneInfo("Europe/Dublin") is zone("Europe/Dublin")


def test_every_name_is_a_zone() -> None:
    made = {name: zone(name).key for name in zone_names()}

    assert made == {name: name for name in zone_names()}


def test_zone_names_are_of_places() -> None:
    names = zone_names()

    assert {"America/New_York", "America/Argentina/Buenos_Aires", "US/Eastern"} <= names
    assert not {"UTC", "EST5EDT", "Etc/GMT+5", "Etc/UTC", "Factory"} & names
    assert len(names) > 500


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "Europe",
        "Europe/",
        "europe/dublin",
        " Europe/Dublin",
        "Europe/Dublin\n",
        "Europe//Dublin",
        "Europe/../Europe/Dublin",
        "/etc/localtime",
        "tzdata.zi",
        "UTC",
        "EST",
        "EST5EDT",
        "Etc/GMT+5",
        "Etc/UTC",
        "posix/Europe/Dublin",
        "Eastern Standard Time",
        "UTC-05:00",
        "-05:00",
        "Europe/Dublin\0",
        "Europe/\ud800",
    ],
)
def test_what_is_no_area_and_place_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="Area/Place name of the tz database"):
        zone(name)


def test_a_long_name_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValueError, match="10000 characters") as refusal:
        zone("A/" * 5_000)

    assert "A/A/" not in str(refusal.value)


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [
        (40.68, -73.94, "America/New_York"),
        (53.35, -6.26, "Europe/Dublin"),
        (-33.87, 151.21, "Australia/Sydney"),
        (49.28, -123.12, "America/Vancouver"),
        (43.8, 87.6, "Asia/Shanghai"),  # Ürümqi, where both zones are found
        (-90.0, 0.0, "Antarctica/McMurdo"),
        (65.5, 180.0, "Asia/Anadyr"),
        (65.5, -180.0, "Asia/Anadyr"),
    ],
)
def test_the_zone_of_a_place(latitude: float, longitude: float, name: str) -> None:
    assert zone_at(Point(latitude, longitude)) is zone(name)


@pytest.mark.parametrize(("latitude", "longitude"), [(0, 0), (20, -150), (90, 0), (0, 180)])
def test_the_sea_has_no_zone(latitude: float, longitude: float) -> None:
    assert zone_at(Point(latitude, longitude)) is None
