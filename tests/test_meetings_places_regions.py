"""What is suggested when somebody types a whole region or country."""

from pathlib import Path

import pytest

from meetings.places import Place, choices
from tests.gazetteer import a_town, gazetteer

NEW_YORK = a_town(
    id=1,
    name="New York City",
    alternate_names=("New York", "NY"),
    region_code="NY",
    latitude=40.71,
    longitude=-74.0,
    population=8_000_000,
)
BUFFALO = a_town(
    id=2, name="Buffalo", region_code="NY", latitude=42.89, longitude=-78.88, population=278_000
)
LOS_ANGELES = a_town(
    id=3,
    name="Los Angeles",
    alternate_names=("LA",),
    region_code="CA",
    latitude=34.05,
    longitude=-118.24,
    population=3_900_000,
)
SAN_DIEGO = a_town(
    id=4,
    name="San Diego",
    region_code="CA",
    latitude=32.72,
    longitude=-117.16,
    population=1_390_000,
)
ONTARIO = a_town(
    id=5, name="Ontario", region_code="CA", latitude=34.06, longitude=-117.65, population=175_000
)
TORONTO = a_town(
    id=6,
    name="Toronto",
    country="CA",
    region_code="08",
    latitude=43.7,
    longitude=-79.42,
    population=2_730_000,
)
MISSISSAUGA = a_town(
    id=7,
    name="Mississauga",
    country="CA",
    region_code="08",
    latitude=43.58,
    longitude=-79.66,
    population=670_000,
)
NEW_ORLEANS = a_town(
    id=8, name="New Orleans", region_code="LA", latitude=29.95, longitude=-90.08, population=380_000
)
TOWNS = (
    NEW_YORK,
    BUFFALO,
    LOS_ANGELES,
    SAN_DIEGO,
    ONTARIO,
    TORONTO,
    MISSISSAUGA,
    NEW_ORLEANS,
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("California", ["Los Angeles", "San Diego", "Ontario"]),
        ("Canada", ["Toronto"]),  # Mississauga is the same to a traveller
        ("USA", ["New York City", "Los Angeles", "San Diego", "New Orleans", "Buffalo", "Ontario"]),
        ("Louisiana", ["New Orleans"]),
        ("Louisiana, USA", ["New Orleans"]),
        ("Ontario, Canada", ["Toronto"]),
        ("Ontario", ["Ontario", "Toronto"]),  # a town of that name goes first
        ("Ontario CA", ["Ontario", "Toronto"]),  # California, or Canada
        ("New York", ["New York City"]),  # lies in it
        ("New York, USA", ["New York City"]),
        ("LA", ["Los Angeles"]),  # no choice in Louisiana
    ],
)
def test_a_region_is_a_choice_of_its_large_towns(
    tmp_path: Path, text: str, names: list[str]
) -> None:
    with gazetteer(tmp_path, *TOWNS) as places:
        found = places.find(text)

    assert [place.name for place in choices(found)] == names


def test_a_region_whose_towns_are_villages_does_not_make_a_town_doubtful(tmp_path: Path) -> None:
    town = a_town(id=1, name="Delaware", region_code="OH", population=41_000)
    village = a_town(id=2, name="Frankford", region_code="DE", latitude=38.5, population=900)

    with gazetteer(tmp_path, town, village) as places:
        found = places.find("Delaware")

    assert [place.name for place in found] == ["Delaware"]


def test_a_county_is_no_region_of_its_own(tmp_path: Path) -> None:
    london = a_town(id=1, name="London", country="GB", region_code="ENG", population=8_900_000)

    with gazetteer(tmp_path, london) as places:
        county, country = places.find("Kent"), places.find("England")

    assert (_names(county), _names(country)) == ([], ["London"])


def _names(found: list[Place]) -> list[str]:
    return [place.name for place in found]
