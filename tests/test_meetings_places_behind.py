"""A quarter or a street before its town, and words that are cut short."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from meetings.places import Places, choices
from tests.gazetteer import a_town, gazetteer, some_towns

TOWNS = some_towns(
    "London | ENG GB | 51.51 | -0.13 | 8900000",
    "Camden Town, Camden | ENG GB | 51.54 | -0.14 | 24000",
    "Camden | NJ US | 39.93 | -75.12 | 76000",
    "London | OH US | 39.89 | -83.45 | 10000",
    "Camden | OH US | 39.90 | -83.50 | 90000",
    "Leeds | ENG GB | 53.80 | -1.55 | 455000",
    "York | ENG GB | 53.96 | -1.08 | 144000",
    "New York City, New York | NY US | 40.71 | -74.0 | 8000000",
    "Mount Vernon | NY US | 40.91 | -73.84 | 68000",
    "Buffalo | NY US | 42.89 | -78.88 | 278000",
    "San Jose | CA US | 37.34 | -121.89 | 1000000",  # a region of Costa Rica too
    "Los Angeles | CA US | 34.05 | -118.24 | 3900000",
    "Lake Los Angeles | CA US | 34.61 | -117.83 | 13000",
    "San José | 08 CR | 9.93 | -84.08 | 340000",
    "Italy | TX US | 32.18 | -96.88 | 1900",
    "Centre | ME US | 44.0 | -69.0 | 900",
    "Almaty, Alabam | 02 KZ | 43.25 | 76.95 | 1977000",
    "Delhi, Dela | 07 IN | 28.65 | 77.23 | 11034000",
    "Colora | IA US | 42.0 | -93.3 | 800",
    "Victoria | BC CA | 48.43 | -123.37 | 289000",
    "Ontario | CA US | 34.06 | -117.65 | 175000",
    "Mississauga | 08 CA | 43.58 | -79.66 | 668000",
    "Scarborough | ENG GB | 54.28 | -0.4 | 61000",
)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with gazetteer(tmp_path_factory.mktemp("behind"), *TOWNS) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        # not that of New Jersey, nor the larger one near another London
        ("Camden, London", "gb-camden-town"),
        ("camden london", "gb-camden-town"),
        ("221b Baker Street, London", "gb-london"),
        ("12 high street london", "gb-london"),
        ("St Mary's Church, Leeds", "gb-leeds"),  # which is a county's name too
        ("12 Main St, New York", "us-ny-new-york-city"),
        ("12 Main St Buffalo New York", "us-ny-buffalo"),
        ("12 Main St Buffalo NY", "us-ny-buffalo"),
        ("1200 Silver Lake Los Angeles", "us-ca-los-angeles"),
        ("Mt Vernon", "us-ny-mount-vernon"),
        ("mt. vernon, ny", "us-ny-mount-vernon"),
        ("Mt Ver", "us-ny-mount-vernon"),
    ],
)
def test_a_town_or_its_quarter_is_found_behind_other_words(
    places: Places, text: str, slug: str
) -> None:
    found = places.find(text)

    assert [place.slug for place in choices(found)] == [slug]


def test_namesakes_behind_other_words_are_a_choice(places: Places) -> None:
    found = choices(places.find("Downtown, San Jose"))

    assert [place.slug for place in found] == ["us-ca-san-jose", "cr-san-jose"]


@pytest.mark.parametrize(
    "text",
    [
        "Buffalo Bill, New York",  # maybe a town of the state
        "350 5th Ave New York",  # neither that of the state, nor York
        "Community Centre",  # the village is too small to be meant
        "Toronto, New York",
        "Cassino, Italy",  # not that of Texas
        "Port Credit, Ontario",  # nor that of California
    ],
)
def test_words_that_may_not_be_in_a_town_find_none(places: Places, text: str) -> None:
    assert places.find(text) == []


def test_a_region_with_a_larger_town_than_its_namesake_is_meant_behind_words(
    places: Places,
) -> None:
    found = places.find_misspelt("Missisauga, Ontario")
    others = [*places.find_misspelt("Port Credit, Ontario"), *places.find_misspelt("Foo Ontario")]

    assert ([place.slug for place in found], others) == (["ca-mississauga"], [])


def test_a_town_that_has_a_regions_name_is_meant_behind_a_street(places: Places) -> None:
    found = [places.find(text)[0].slug for text in ("5 Foo St, Ontario", "5 Foo St Ontario")]

    assert found == ["us-ca-ontario", "us-ca-ontario"]


def test_a_town_behind_unknown_words_is_the_last_guess(places: Places) -> None:
    found = places.find_misspelt("Primrose Hill London")

    assert (places.find("Primrose Hill London"), found[0].slug) == ([], "gb-london")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("London, Engl", "gb-london"),
        ("Buffalo, Dela.", "us-ny-buffalo"),  # a short alias of a city far away
        ("Los Angeles, Colora", "us-ca-los-angeles"),  # a village
        ("London, Scarborough", "gb-london"),
    ],
)
def test_a_large_town_is_guessed_before_words_that_nobody_knows(
    places: Places, text: str, slug: str
) -> None:
    found = places.find_misspelt(text)

    assert (places.find(text), found[0].slug) == ([], slug)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Victoria, London", "gb-london"),  # a railway station there
        ("Buffalo, Leeds", "gb-leeds"),
        ("Centre, Colora", "us-ia-colora"),  # no large town is before the comma
        ("12 Buffalo, Colora", "us-ia-colora"),
    ],
)
def test_a_town_behind_a_comma_goes_before_one_that_is_not_much_larger(
    places: Places, text: str, slug: str
) -> None:
    found = places.find(text)

    assert [place.slug for place in choices(found)] == [slug]


def test_words_in_full_are_found_from_those_cut_short(tmp_path: Path) -> None:
    names = ("North Bend", "South Bend", "East Bend", "West Bend", "Fort Bend")
    towns = [a_town(id=number, name=name) for number, name in enumerate(names, 1)]

    with gazetteer(tmp_path, *towns) as places:
        found = [places.find(text)[0].name for text in ("N Bend", "S. Bend", "E Bend", "W Bend")]
        fort = places.find("Ft. Bend")[0].name

    assert (*found, fort) == names
