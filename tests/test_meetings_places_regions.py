"""What is suggested when somebody types a whole region or country."""

from pathlib import Path

import pytest

from meetings.places import Place, choices
from tests.gazetteer import a_town, gazetteer, some_towns

TOWNS = some_towns(
    "New York City, New York, NY | NY US | 40.71 | -74.0 | 8000000",
    "Buffalo | NY US | 42.89 | -78.88 | 278000",
    "Los Angeles, LA | CA US | 34.05 | -118.24 | 3900000",
    "San Diego | CA US | 32.72 | -117.16 | 1390000",
    "Ontario | CA US | 34.06 | -117.65 | 175000",
    "Toronto | 08 CA | 43.70 | -79.42 | 2730000",
    "Mississauga | 08 CA | 43.58 | -79.66 | 670000",
    "New Orleans | LA US | 29.95 | -90.08 | 380000",
    "Babol, بابل | 35 IR | 36.55 | 52.68 | 250000",
    "Hillah | 06 IQ | 32.48 | 44.43 | 455000",
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
        ("بابل", ["Babol", "Hillah"]),  # a town of Iran, and a region of Iraq
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
