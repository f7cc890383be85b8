"""Words before a place that say only that one searches there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from meetings.places import Places, choices
from tests.gazetteer import gazetteer, small_world, some_towns

TOWNS = some_towns(
    "London | ENG GB | 51.51 | -0.13 | 8900000",
    "New London | CT US | 41.36 | -72.10 | 27000",
    "Springfield | MA US | 42.10 | -72.59 | 155000",
    "Springfield | IL US | 39.80 | -89.64 | 116000",
    "Tehran, تهران | 26 IR | 35.69 | 51.42 | 7000000",
    "In Salah | IS DZ | 27.19 | 2.46 | 32000",
    "Salah | ENG GB | 51.0 | -1.0 | 90000",
    "In Buri, In | 01 TH | 15.0 | 100.3 | 6000",
    "Bangkok | 40 TH | 13.75 | 100.5 | 5100000",
    "Near North Side | IL US | 41.90 | -87.63 | 80000",
    "Chicago | IL US | 41.85 | -87.65 | 2700000",
    "Madrid | 29 ES | 40.42 | -3.70 | 3255000",
    "Zipaquirá | 33 CO | 5.03 | -74.0 | 100000",
)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with gazetteer(tmp_path_factory.mktemp("lead"), *TOWNS) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("near London", "gb-london"),
        ("Near: London", "gb-london"),
        ("near lon", "gb-london"),
        ("near l", "gb-london"),
        ("in London", "gb-london"),
        ("around London UK", "gb-london"),
        ("close to Chicago", "us-il-chicago"),
        ("NA meetings near Chicago", "us-il-chicago"),
        ("meetings in Springfield, IL", "us-il-springfield"),
        ("cerca de Madrid", "es-madrid"),
        ("نزدیک تهران", "ir-tehran"),
        ("در تهران", "ir-tehran"),
        ("near Near North Side", "us-il-near-north-side"),
        # names that begin so
        ("In Salah", "dz-is-in-salah"),
        ("In Salah, Algeria", "dz-is-in-salah"),
        ("Near North Side", "us-il-near-north-side"),
        ("Near North Side, Chicago", "us-il-near-north-side"),
        ("zip", "co-zipaquira"),
    ],
)
def test_words_before_a_place_are_passed_over_unless_a_name_begins_so(
    places: Places, text: str, slug: str
) -> None:
    found = places.find(text)

    assert [place.slug for place in choices(found)] == [slug]


def test_a_name_of_several_towns_is_a_choice_behind_such_words_too(places: Places) -> None:
    found = choices(places.find("near Springfield"))

    assert [place.region_code for place in found] == ["MA", "IL"]


def test_a_region_is_found_behind_such_words_before_a_town_of_their_name(places: Places) -> None:
    found = places.find("in Thailand")

    assert found[0].name == "Bangkok"


def test_near_me_names_no_place(places: Places) -> None:
    assert (places.find("near me"), places.find_misspelt("near me")) == ([], [])


def test_a_typing_error_is_mended_behind_such_words(places: Places) -> None:
    found = places.find_misspelt("near Chcago")

    assert [place.name for place in found] == ["Chicago"]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("near SW1A 1AA", "gb-sw1a-1"),
        ("near 11201", "us-11201"),
        ("zip 11201", "us-11201"),
        ("ZIP code 11201", "us-11201"),
        ("postcode EH1 2AB", "gb-eh1"),
        ("código postal 11201", "us-11201"),
        ("C.P. 11201", "us-11201"),
        ("C.P.11201", "us-11201"),
        ("NY 11201", "us-11201"),
    ],
)
def test_a_code_is_found_behind_such_words(tmp_path: Path, text: str, slug: str) -> None:
    with small_world(tmp_path) as places:
        found = places.find(text)

    assert (found[0].slug if found else "") == slug
