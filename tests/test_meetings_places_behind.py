"""A quarter or a street before its town, and words that are cut short."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from meetings.places import Places, choices
from tests.gazetteer import a_town, gazetteer

LONDON = a_town(
    id=1,
    name="London",
    country="GB",
    region_code="ENG",
    latitude=51.51,
    longitude=-0.13,
    population=8_900_000,
)
CAMDEN = a_town(
    id=2,
    name="Camden Town",
    alternate_names=("Camden",),
    country="GB",
    region_code="ENG",
    latitude=51.54,
    longitude=-0.14,
    population=24_000,
)
CAMDEN_ABROAD = a_town(
    id=3, name="Camden", region_code="NJ", latitude=39.93, longitude=-75.12, population=76_000
)
LEEDS = a_town(
    id=4,
    name="Leeds",
    country="GB",
    region_code="ENG",
    latitude=53.8,
    longitude=-1.55,
    population=455_000,
)
YORK = a_town(
    id=5,
    name="York",
    country="GB",
    region_code="ENG",
    latitude=53.96,
    longitude=-1.08,
    population=144_000,
)
NEW_YORK = a_town(
    id=6,
    name="New York City",
    alternate_names=("New York",),
    region_code="NY",
    latitude=40.71,
    longitude=-74.0,
    population=8_000_000,
)
BUFFALO = a_town(
    id=7, name="Buffalo", region_code="NY", latitude=42.89, longitude=-78.88, population=278_000
)
VILLAGE = a_town(id=8, name="Centre", latitude=44.0, longitude=-69.0, population=900)
MOUNT_VERNON = a_town(
    id=9,
    name="Mount Vernon",
    region_code="NY",
    latitude=40.91,
    longitude=-73.84,
    population=68_000,
)
SMALL_LONDON = a_town(
    id=10, name="London", region_code="OH", latitude=39.89, longitude=-83.45, population=10_000
)
CAMDEN_BESIDE_IT = a_town(
    id=11, name="Camden", region_code="OH", latitude=39.9, longitude=-83.5, population=90_000
)
TOWNS = (
    *(LONDON, CAMDEN, CAMDEN_ABROAD, LEEDS, YORK, NEW_YORK, BUFFALO, VILLAGE, MOUNT_VERNON),
    *(SMALL_LONDON, CAMDEN_BESIDE_IT),
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


@pytest.mark.parametrize(
    "text",
    [
        "Buffalo Bill, New York",  # maybe a town of the state
        "350 5th Ave New York",  # neither that of the state, nor York
        "Community Centre",  # the village is too small to be meant
        "Toronto, New York",
    ],
)
def test_words_that_may_not_be_in_a_town_find_none(places: Places, text: str) -> None:
    assert places.find(text) == []


def test_a_town_behind_unknown_words_is_the_last_guess(places: Places) -> None:
    found = places.find_misspelt("Primrose Hill London")

    assert (places.find("Primrose Hill London"), found[0].slug) == ([], "gb-london")


def test_words_in_full_are_found_from_those_cut_short(tmp_path: Path) -> None:
    names = ("North Bend", "South Bend", "East Bend", "West Bend", "Fort Bend")
    towns = [a_town(id=number, name=name) for number, name in enumerate(names, 1)]

    with gazetteer(tmp_path, *towns) as places:
        found = [places.find(text)[0].name for text in ("N Bend", "S. Bend", "E Bend", "W Bend")]
        fort = places.find("Ft. Bend")[0].name

    assert (*found, fort) == names
