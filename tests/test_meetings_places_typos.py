from collections.abc import Iterator

import pytest

from meetings._place_typos import Misspelt
from meetings.places import Places
from tests.gazetteer import small_world


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with small_world(tmp_path_factory.mktemp("places")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("sprngfield il", "us-il-springfield"),
        ("Sprinfgield, Massachusetts", "us-ma-springfield"),
        ("Brooklin, NY 99999", "us-ny-brooklyn"),
        ("Torontoo", "ca-toronto"),
        ("Minich", "de-munich"),
        ("مسكوا", ""),
        ("Broklyyyn", ""),  # three letters
        ("Suvaa", "fj-suva"),
        ("", ""),
        ("xx", ""),
        ("Toront, Texas", ""),  # the region is not ignored
    ],
)
def test_a_misspelt_name_is_found_where_it_was_said_to_be(
    places: Places, text: str, slug: str
) -> None:
    found = places.find_misspelt(text)

    assert (found[0].slug if found else "") == slug


def test_a_short_name_has_one_error_and_a_longer_one_two() -> None:
    names = Misspelt([("FJ", "suva", 1, 4000), ("CA", "toronto", 2, 6000)])

    assert [near.place for near in names.near("suba")] == [1]
    assert names.near("sub") == []
    assert [near.errors for near in names.near("torotno")] == [1]
    assert [near.errors for near in names.near("toroto")] == [1]
    assert [near.errors for near in names.near("tornot")] == [2]


def test_only_the_countries_in_question_are_compared() -> None:
    names = Misspelt([("US", "london", 1, 4000), ("GB", "london", 2, 7000)])

    assert [near.place for near in names.near("lodnon", {"US"})] == [1]
    assert [near.place for near in names.near("lodnon")] == [2, 1]


def test_letters_cost_more_than_people() -> None:
    names = Misspelt([("US", "bostan", 1, 3000), ("US", "basten", 2, 4000)])

    assert [near.place for near in names.near("bostun")] == [1, 2]
