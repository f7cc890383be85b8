"""What is suggested when somebody types a whole region or country."""

from pathlib import Path

import pytest

from meetings._gazetteer_abbreviations import abbreviations
from meetings._gazetteer_text import packaged_folder, read_regions
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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Buffalo, N. Y.", "Buffalo"),
        ("San Diego, Calif.", "San Diego"),
        ("Toronto Ont", "Toronto"),
        ("Nueva York, EE.UU.", "New York City"),
        ("Buffalo, Estados Unidos", "Buffalo"),
        ("Toronto, Kanada", "Toronto"),
        ("نیویورک، آمریکا", "New York City"),
        ("بابل، ایران", "Babol"),
        ("多倫多，加拿大", "Toronto"),
        ("Leeds, W Yorks", "Leeds"),
        ("Newry, Co. Down", "Newry"),
        ("León, Gto.", "León"),
        ("Saint-Denis, La Réunion", "Saint-Denis"),
        ("لندن، انگلستان", "London"),
    ],
)
def test_what_people_write_behind_a_town_says_where_it_is(
    tmp_path: Path, text: str, name: str
) -> None:
    others = some_towns(
        "Buffalo, San Diego, Toronto, Leeds, Newry, León, Saint-Denis | 24 BR | 1 | 2 | 9000000",
        "Leeds | ENG GB | 53.79 | -1.55 | 455000",
        "Newry | NIR GB | 54.18 | -6.34 | 28000",
        "León | 11 MX | 21.12 | -101.68 | 1500000",
        "Saint-Denis | RE RE | -20.88 | 55.45 | 154000",
        "London, لندن | ENG GB | 51.5 | -0.12 | 8900000",
    )
    names = {"New York City": ("Nueva York", "نیویورک"), "Toronto": ("多倫多",)}
    towns = [town._replace(id=town.id + len(others)) for town in TOWNS]
    aliased = [it._replace(alternate_names=names.get(it.name, it.alternate_names)) for it in towns]

    with gazetteer(tmp_path, *others, *aliased) as places:
        found = places.find(text)

    assert [place.name for place in found] == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Del", "Delhi"),  # no choice in Delaware
        ("Oma", "Omaha"),  # Oman, in Portuguese
        ("Granada", "Granada"),  # Grenada, in Spanish
        ("Ghent, Norfolk", "Norfolk"),  # an unknown quarter
    ],
)
def test_a_word_that_means_a_region_behind_a_town_is_a_beginning_alone(
    tmp_path: Path, text: str, name: str
) -> None:
    towns = some_towns(
        "Delhi | 07 IN | 28.65 | 77.23 | 11000000",
        "Wilmington | DE US | 39.75 | -75.55 | 71000",
        "Omaha | NE US | 41.26 | -95.94 | 486000",
        "Muscat | 06 OM | 23.58 | 58.41 | 797000",
        "Granada | 06 NI | 11.93 | -85.96 | 89000",
        "Saint George's | 03 GD | 12.05 | -61.75 | 33500",
        "Norfolk | VA US | 36.85 | -76.29 | 238000",
    )

    with gazetteer(tmp_path, *towns) as places:
        found = places.find(text)

    assert [place.name for place in found] == [name]


def test_every_abbreviation_belongs_to_a_region_that_exists() -> None:
    packaged = {(it.country, it.code) for it in read_regions(packaged_folder()) if it.name}

    assert {(it.country, it.code) for it in abbreviations()} <= packaged
