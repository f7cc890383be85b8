"""Canadian codes that GeoNames puts far from their town."""

import pytest

from meetings._gazetteer_canada import corrected
from meetings._gazetteer_rows import PostalCode, Town
from meetings._gazetteer_text import packaged_folder, read_postal_codes, read_towns


def a_town(name: str, latitude: float, longitude: float, population: int) -> Town:
    return Town(
        id=1,
        name=name,
        country="CA",
        region_code="10",
        latitude=latitude,
        longitude=longitude,
        population=population,
        timezone="America/Toronto",
        alternate_names=(),
    )


def a_code(code: str, name: str, latitude: float, longitude: float) -> PostalCode:
    return PostalCode("CA", code, name, "10", latitude, longitude)


TOWNS = [
    a_town("Baie-Comeau", 49.22, -68.15, 21_536),
    a_town("Saint-Bruno", 48.47, -71.64, 12_636),
    a_town("Highlands", 49.2, -68.2, 2_885),
]
NEIGHBOURS = [
    a_code("G4W", "Matane", 48.85, -67.53),
    a_code("G4X", "Gaspé", 48.83, -64.48),
    a_code("J3L", "Chambly", 45.45, -73.28),
    a_code("J3Y", "Longueuil", 45.5, -73.43),
]


@pytest.mark.parametrize(
    ("code", "is_moved"),
    [
        (a_code("G4Z", "Baie-Comeau Northeast", 50.9, -69.4), True),
        (a_code("G4Z", "Baie-Comeau Northeast", 49.2, -68.1), False),  # near enough
        (a_code("J3V", "Saint-Bruno", 45.53, -73.34), False),  # a namesake far from its district
        (a_code("G4Z", "Highlands", 50.9, -69.4), False),  # a village, whose name says little
        (a_code("G4Z", "Baie-Comeau Mall", 50.9, -69.4), False),  # no direction
        (a_code("G4Z", "Baie-Comeau", 50.9, -69.4)._replace(country="US"), False),
    ],
)
def test_a_code_moves_to_its_town_where_its_district_agrees(
    code: PostalCode, is_moved: bool
) -> None:
    (found, *others) = corrected([code, *NEIGHBOURS], TOWNS, {})

    assert others == NEIGHBOURS
    at_the_town = code._replace(latitude=49.22, longitude=-68.15)
    assert found == (at_the_town if is_moved else code)


def test_the_packaged_codes_are_corrected() -> None:
    codes = list(read_postal_codes(packaged_folder()))

    assert corrected(codes, read_towns(packaged_folder()), {}) == codes


@pytest.mark.parametrize(
    ("code", "name", "is_moved"),
    [
        (a_code("G0B", "Baie-Comeau", 55.0, -78.0), "Baie-Comeau", True),
        (a_code("X0A", "Outer North", 79.62, -76.78), "Outer North (Highlands)", True),
        (a_code("X0A", "Outer North", 50.6, -68.2), "Outer North (Highlands)", False),  # near
        (a_code("X0A", "Outer North", 79.62, -76.78), "Outer North (Elsewhere)", False),
        (a_code("X1A", "Outer North", 79.62, -76.78), "Outer North (Highlands)", False),  # a town's
    ],
)
def test_a_rural_area_is_where_its_town_is_if_that_is_far(
    code: PostalCode, name: str, is_moved: bool
) -> None:
    (found,) = corrected([code], TOWNS, {code.code: name})

    assert (found != code) == is_moved
    assert (round(found.latitude), round(found.longitude)) == (49, -68) or not is_moved


def test_nobody_is_sent_to_the_ice() -> None:
    codes = {it.code: it for it in read_postal_codes(packaged_folder()) if it.country == "CA"}

    assert (codes["X0A"].latitude, codes["X0A"].region_code) == (63.747, "14")  # Iqaluit, Nunavut
    assert codes["G0B"].longitude > -62  # the Magdalen Islands
