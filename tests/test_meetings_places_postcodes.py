from collections.abc import Iterator

import pytest

from meetings._place_postcodes import code_of_slug, slug_of, stored
from meetings.places import Places, choices
from tests.gazetteer import small_world


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with small_world(tmp_path_factory.mktemp("places")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("11201", "us-11201"),
        ("11201-1234", "us-11201"),
        ("۱۱۲۰۱", "us-11201"),
        ("Brooklyn, NY 11201", "us-11201"),
        ("brooklyn 11201", "us-11201"),
        ("Brooklyn, NY, 11201, USA", "us-11201"),
        ("11201 USA", "us-11201"),
        ("1 Nowhere Rd, Nowhere, NY 11201", "us-11201"),
        ("75001", "us-75001"),  # five digits alone are a ZIP code
        ("75001 Paris", "fr-75001"),
        ("75001, France", "fr-75001"),
        ("F-75001", "fr-75001"),
        ("SW1A 1AA", "gb-sw1a-1"),
        ("sw1a1aa", "gb-sw1a-1"),
        ("SW1A 1", "gb-sw1a-1"),
        ("SW1A", "gb-sw1a"),
        ("SW1A 9ZZ", "gb-sw1a"),  # no such sector
        ("London SW1A 1AA", "gb-sw1a-1"),
        ("10 Downing St, London, SW1A 1AA, UK", "gb-sw1a-1"),
        ("EH1 2AB", "gb-eh1"),
        ("M5V", "ca-m5v"),
        ("m5v 3l9", "ca-m5v"),
        ("Toronto, ON M5V 3L9", "ca-m5v"),
        ("D02 X285", "ie-d02"),
        ("1012 AB", "nl-1012"),
        ("1012AB Amsterdam", "nl-1012"),
        ("Sydney 2000", "au-2000"),
        ("2000 NSW", "au-2000"),
        ("NL-1012 AB", "nl-1012"),
        ("NL-1012AB", "nl-1012"),
        ("NY-11201", "us-11201"),  # as a state's letters stand before it
        ("SW1A-1AA", "gb-sw1a-1"),
        ("SW1A OAA", "gb-sw1a"),  # O for zero; the sector is not in tests/data
        ("1120", "us-11201"),  # a beginning
        ("28373 Main St, Salem, MA", "us-ma-salem"),  # a house number
        ("12345 Main St, Salem, MA", "us-ma-salem"),
        ("Salem, MA 99999", "us-ma-salem"),  # a code that nobody knows
        ("99999 Toronto", "ca-toronto"),
        ("5 Rue Sans Nom, 75001 Paris", "fr-75001"),  # any street, and a comma
        ("5 Rue Sans Nom, 75001 Paris, France", "fr-75001"),
        ("Church Hall, Foo Road, SW1A 1AA", "gb-sw1a-1"),  # can be no house number
        ("Church Hall, Foo Road, SW1A 1AA, UK", "gb-sw1a-1"),
        ("10 Foo St Nowhere SW1A 1AA", "gb-sw1a-1"),
        ("100 Foo St W Nowhere M5V 2N2", "ca-m5v"),
        ("5 Foo St, 99999 Toronto", "ca-toronto"),  # nobody knows the code
        ("5 Foo St Toronto M9Z 9Z9", "ca-toronto"),
        ("5 Foo St, 75001 Salem Rd, Salem, MA", "us-ma-salem"),
    ],
)
def test_a_typed_code_is_found_with_its_town_or_alone(places: Places, text: str, slug: str) -> None:
    found = places.find(text)

    assert (found[0].slug if found else "") == slug


@pytest.mark.parametrize(
    "text",
    [
        *("99999", "SW9 1AA", "1", "20", "Q5V 1A1"),
        *("LV-2000", "DE-75001", "D-75001", "CA-11201"),  # another country's, or state's
        *("MO 99999", "EH9 OAA"),  # two letters beside a code name no town
    ],
)
def test_a_code_that_nobody_knows_finds_nothing(places: Places, text: str) -> None:
    assert places.find(text) == []


def test_a_code_that_several_countries_have_is_a_choice(places: Places) -> None:
    found = places.find("2000")

    assert [place.slug for place in choices(found)] == ["au-2000", "za-2000"]


def test_the_deployments_country_decides_whose_code_it_is(places: Places) -> None:
    french, african = places.find("75001", country="fr"), places.find("2000", country="ZA")

    assert [place.slug for place in choices(french)] == ["fr-75001"]
    assert [place.slug for place in choices(african)] == ["za-2000"]


def test_a_code_carries_its_readable_names(places: Places) -> None:
    place = places.find("M5V 3L9")[0]

    assert place.label == "M5V Downtown Toronto, Ontario, Canada"
    assert (place.kind, place.timezone, place.country) == ("postcode", "America/Toronto", "CA")


@pytest.mark.parametrize("slug", ["us-11201", "gb-sw1a-1", "gb-sw1a", "ca-m5v", "nl-1012"])
def test_the_slug_of_a_code_leads_back_to_it(places: Places, slug: str) -> None:
    place = places.by_slug(slug)

    assert place is not None
    assert place.slug == slug


@pytest.mark.parametrize("slug", ["us-99999", "gb-sw1a-1aa", "GB-SW1A", "gb", "", "-", "gb-sw1a1"])
def test_other_slugs_of_codes_lead_nowhere(places: Places, slug: str) -> None:
    assert places.by_slug(slug) is None


@pytest.mark.parametrize(
    ("code", "country", "slug"),
    [
        ("11201", "US", "us-11201"),
        ("11201-1234", "United States", "us-11201"),
        ("SW1A 1AA", "GB", "gb-sw1a-1"),
        ("SW1A1AA", "UK", "gb-sw1a-1"),
        ("M5V 3L9", "CA", "ca-m5v"),  # Canada, in a column for countries
        ("1012 AB", "NL", "nl-1012"),
        ("F-75001", "FR", "fr-75001"),
        ("75001", "FR", "fr-75001"),
        ("1120", "US", ""),  # a beginning
        ("11201", "", ""),  # whose?
        ("11201", "Atlantis", ""),
        ("", "US", ""),
        ("Brooklyn 11201", "US", ""),
    ],
)
def test_a_list_gives_a_whole_code_of_its_country_or_gets_none(
    places: Places, code: str, country: str, slug: str
) -> None:
    point = places.postcode(code, country)

    place = places.by_slug(slug)
    assert point == (place.point if place else None)


def test_a_list_may_name_the_place_of_postal_addresses(places: Places) -> None:
    place = places.locate(town="Glen Mills", region="PA", country="US")

    assert place is not None
    assert (place.slug, place.kind) == ("us-pa-glen-mills", "locality")
    assert place.timezone == "America/New_York"


@pytest.mark.parametrize(
    ("postal_code", "slug"),
    [
        ("19010", "us-pa-bryn-mawr-5182064"),
        ("11201", ""),  # a Bryn Mawr in Brooklyn is in doubt
        ("99999", ""),
        ("", ""),  # two towns of like size, 400 km apart (location.md 4.1)
    ],
)
def test_the_postal_code_picks_among_namesakes(places: Places, postal_code: str, slug: str) -> None:
    place = places.locate(town="Bryn Mawr", region="PA", country="US", postal_code=postal_code)

    assert (place.slug if place else "") == slug


@pytest.mark.parametrize(
    ("code", "country", "forms"),
    [
        ("sw1a 1aa", "GB", ("SW1A 1", "SW1A")),
        ("W1A", "GB", ("W1A",)),
        ("W1 1", "GB", ("W1 1", "W1")),
        ("W11", "GB", ("W11",)),
        ("D6W XY00", "IE", ("D6W",)),
        ("69945-000", "BR", ("69945",)),
        ("1100-148", "PT", ("1100",)),
        ("100 00", "CZ", ("10000",)),
        ("LV-5101", "LV", ("5101",)),
        ("?", "US", ()),
    ],
)
def test_a_code_is_kept_no_finer_than_an_address_bar_may_show(
    code: str, country: str, forms: tuple[str, ...]
) -> None:
    assert stored(code, country) == forms


def test_a_slug_and_its_code_are_each_others_reverse() -> None:
    assert code_of_slug(slug_of("GB", "SW1A 1")) == ("GB", "SW1A 1")
