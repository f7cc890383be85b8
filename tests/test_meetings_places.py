import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from meetings._gazetteer import GAZETTEER_VERSION, write
from meetings.errors import InvalidSearch, StorageError
from meetings.model import Point
from meetings.places import Place, Places, build, choices, ensure
from tests.gazetteer import a_town, gazetteer, silence, small_world


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with small_world(tmp_path_factory.mktemp("places")) as opened:
        yield opened


def first_slug(found: list[Place]) -> str:
    return found[0].slug if found else ""


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Brooklyn, NY", "us-ny-brooklyn"),
        ("brooklyn new york", "us-ny-brooklyn"),
        ("Brooklyn, Kings County, NY", "us-ny-brooklyn"),
        ("Paris TX", "us-tx-paris"),
        ("Paris, Texas, USA", "us-tx-paris"),
        ("Paris", "fr-paris"),
        ("Birmingham UK", "gb-birmingham"),
        ("Birmingham, AL, USA", "us-al-birmingham"),
        ("Birmingham AL USA", "us-al-birmingham"),
        ("Birmingham, England", "gb-birmingham"),
        ("Edinburgh Scotland", "gb-edinburgh"),
        ("Cardiff, Wales, GBR", "gb-cardiff"),
        ("Dublin CA", "us-ca-dublin"),
        ("Dublin", "ie-dublin"),
        ("London", "gb-london"),
        ("London, Canada", "ca-london"),
        ("London CA", "ca-london"),
        ("Toronto, Canada", "ca-toronto"),
        ("Tehran", "ir-tehran"),
        ("تهران", "ir-tehran"),
        ("São Paulo", "br-sao-paulo"),
        ("Sao Paulo", "br-sao-paulo"),
        ("NYC", "us-ny-new-york-city"),
        ("Philly", "us-pa-philadelphia"),
        ("St Louis", "us-mo-st-louis"),
        ("Saint Louis, Missouri", "us-mo-st-louis"),
        ("Washington, D.C.", "us-dc-washington"),
        ("Winston Salem", "us-nc-winston-salem"),
        ("Coeur d’Alene, Idaho", "us-id-coeur-dalene"),
        ("Mexico City", "mx-mexico-city"),
        ("Athens, Georgia", "us-ga-athens"),
        ("Tbilisi, Georgia", "ge-tbilisi"),
        ("Seat", "us-wa-seattle"),
        ("Portl, Maine", "us-me-portland"),
        ("St James Church, 12 Main St, Salem, MA", "us-ma-salem"),
        ("12 Main St, Salem MA", "us-ma-salem"),
    ],
)
def test_a_typed_text_finds_its_town_first(places: Places, text: str, slug: str) -> None:
    found = places.find(text)

    assert first_slug(found) == slug


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "-",
        "x",
        "Nowhere",
        "West Virginia",  # not the town of West
        "Toronto, Texas",  # the region is not ignored
        "Springfield, Massachusetts, Oregon",  # regions are intersected, never united
        "Buffalo Bill, New York",  # what is before the comma does not find New York City
        "London, Atlantis",
        "us " * 33,
    ],
)
def test_a_text_that_names_no_town_finds_nothing(places: Places, text: str) -> None:
    found = places.find(text)

    assert found == []


def test_a_street_in_front_never_moves_the_town_to_its_region(places: Places) -> None:
    found = places.find("Buffalo, New York, United States")

    assert [place.slug for place in found] == ["us-ny-buffalo"]


def test_one_letter_is_no_prefix_and_two_are(places: Places) -> None:
    one, two = places.find("L"), places.find("Lo", limit=1)

    assert (one, first_slug(two)) == ([], "gb-london")


def test_the_beginning_of_two_words_is_no_word_in_a_region(tmp_path: Path) -> None:
    mateo = a_town(id=1, name="San Mateo", region_code="CA", population=900)
    sandwich = a_town(id=2, name="Sandwich", region_code="MA", population=20_000)

    with gazetteer(tmp_path, mateo, sandwich) as places:
        typed, with_comma, in_a_region = map(places.find, ("San Ma", "San, MA", "Sandw MA"))

    assert [place.slug for place in typed] == ["us-ca-san-mateo"]
    assert first_slug(with_comma) == first_slug(in_a_region) == "us-ma-sandwich"


@pytest.mark.parametrize(("country", "is_shown"), [("IR", True), ("", False)])
def test_a_town_of_ones_own_country_is_found_behind_many_larger_ones(
    tmp_path: Path, country: str, is_shown: bool
) -> None:
    cities = [a_town(id=n, name=f"Kirk {n:03}", population=400_000) for n in range(1, 121)]
    smaller = a_town(id=500, name="Kirman", country="IR", region_code="29", population=100_000)

    with gazetteer(tmp_path, *cities, smaller) as places:
        found = places.find("Kir", country=country)

    assert len(found) == 8
    assert ("ir-kirman" in {place.slug for place in found}) == is_shown


def test_a_preferred_country_moves_its_towns_up_and_hides_no_other(places: Places) -> None:
    found = places.find("Portland")
    preferred = places.find("Vancouver", country="us")

    assert [place.slug for place in found] == ["us-or-portland", "us-me-portland"]
    assert [place.slug for place in preferred] == ["us-wa-vancouver", "ca-vancouver"]


def test_the_limit_cuts_the_list_at_its_end(places: Places) -> None:
    eight, two = places.find("Springfield"), places.find("Springfield", limit=2)

    assert two == eight[:2]


def test_a_text_over_the_limit_is_refused(places: Places) -> None:
    with pytest.raises(InvalidSearch) as refusal:
        places.find("a" * 101)

    assert refusal.value.field == "near"


def test_a_place_carries_its_readable_names(places: Places) -> None:
    found = places.find("Brooklyn, NY")

    assert found == [
        Place(
            name="Brooklyn",
            region="New York",
            region_code="NY",
            country="US",
            country_name="United States",
            point=Point(40.6501, -73.94958),
            population=2736074,
            timezone="America/New_York",
            slug="us-ny-brooklyn",
        )
    ]
    assert found[0].label == "Brooklyn, New York, United States"


def test_a_region_of_another_script_is_shown_by_its_name(places: Places) -> None:
    found = places.find("Tehran")

    assert (found[0].region, found[0].label) == ("Tehrān", "Tehran, Tehrān, Iran")


def test_a_label_says_no_name_twice(tmp_path: Path) -> None:
    town = a_town(name="Luxembourg", country="LU", region_code="LU")

    with gazetteer(tmp_path, town) as places:
        found = places.find("Luxembourg")

    assert found[0].label == "Luxembourg"


@pytest.mark.parametrize("text", ["Springfield", "Springfield, USA"])
def test_several_towns_of_like_size_are_choices(places: Places, text: str) -> None:
    found = places.find(text)

    assert [place.slug for place in choices(found)] == [
        "us-mo-springfield",
        "us-ma-springfield",
        "us-il-springfield",
        "us-or-springfield",
        "us-oh-springfield",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "London",
        "Portland",
        "Kansas City",  # two states, one town to a traveller
        "Springf",
        "Springfield, Illinois",
    ],
)
def test_a_clear_first_is_the_only_choice(places: Places, text: str) -> None:
    found = places.find(text)

    assert choices(found) == found[:1]


def test_nothing_found_gives_no_choice() -> None:
    assert choices([]) == []


@pytest.mark.parametrize(
    ("town", "region", "country", "slug"),
    [
        ("Indian Springs Village", "Alabama", "", "us-al-indian-springs-village"),
        ("St. Louis", "Missouri", "", "us-mo-st-louis"),
        ("Salem", "Massachusetts", "United States", "us-ma-salem"),
        ("Salem", "MA", "US", "us-ma-salem"),
        ("Buffalo", "New York", "", "us-ny-buffalo"),
        ("New York", "New York", "", "us-ny-new-york-city"),
        ("Athens", "GA", "USA", "us-ga-athens"),
        ("Dublin", "", "CA", ""),  # Canada, in a column for countries
        ("Dublin", "CA", "", "us-ca-dublin"),
        ("Birmingham", "", "England", "gb-birmingham"),
        ("Springfield", "", "US", ""),  # two of like size
        ("Portland", "", "US", "us-or-portland"),  # by far the most populous
        ("Toronto", "", "", "ca-toronto"),  # the only one
        ("Springfield", "", "", ""),
        ("London", "", "", ""),
        ("", "Massachusetts", "", ""),
        ("?", "Massachusetts", "", ""),
        ("Salem", "Massachusetts", "Canada", ""),
        ("Salem", "Atlantis", "US", ""),
        ("Seat", "WA", "US", ""),  # a beginning
        ("Seatle", "WA", "US", ""),  # a typing error
    ],
)
def test_a_list_names_its_town_exactly_or_gets_none(
    places: Places, town: str, region: str, country: str, slug: str
) -> None:
    place = places.locate(town=town, region=region, country=country)

    assert (place.slug if place else "") == slug


def test_a_towns_own_name_goes_before_a_citys_alternate_name(tmp_path: Path) -> None:
    city = a_town(id=1, name="Big City", alternate_names=("Haven",), population=1_000_000)
    suburb = a_town(id=2, name="Haven", population=900)

    with gazetteer(tmp_path, city, suburb) as places:
        place = places.locate(town="Haven", region="Maine", country="US")

    assert place is not None
    assert place.slug == "us-me-haven"


def test_a_slug_leads_back_to_its_place(places: Places) -> None:
    place = places.by_slug("us-ny-brooklyn")

    assert place == places.find("Brooklyn, NY")[0]
    assert places.by_slug("us-ny-nowhere") is None


def test_the_most_populous_namesake_keeps_the_plain_slug(tmp_path: Path) -> None:
    small, large = a_town(id=7, population=800), a_town(id=9, population=5000)

    with gazetteer(tmp_path, small, large) as places:
        slugs = {place.population: place.slug for place in places.find("Harbour")}

    assert slugs == {5000: "us-me-harbour", 800: "us-me-harbour-7"}


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"country": "IE", "region_code": "L"}, "ie-harbour"),
        ({"country": "CH", "region_code": "ZH", "name": "Zürich"}, "ch-zh-zurich"),
        ({"country": "IS", "region_code": "39", "name": "Hafnarfjörður"}, "is-hafnarfjordur"),
        ({"country": "JP", "region_code": "40", "name": "東京"}, "jp-1"),
    ],
)
def test_a_slug_is_plain_ascii(tmp_path: Path, changes: dict[str, str], slug: str) -> None:
    town = a_town(**changes)

    with gazetteer(tmp_path, town) as places:
        found = places.find(town.name)

    assert first_slug(found) == slug


def test_a_name_of_punctuation_alone_is_dropped(tmp_path: Path) -> None:
    town = a_town(alternate_names=("???", "", "Haven"))

    with gazetteer(tmp_path, town):
        database = sqlite3.connect(tmp_path / "places.sqlite")
        names = [norm for (norm,) in database.execute("SELECT norm FROM name ORDER BY norm")]
        database.close()

    assert names == ["harbour", "haven"]


@pytest.mark.parametrize(
    ("point", "slug"),
    [
        (Point(40.65, -73.95), "us-ny-brooklyn"),
        (Point(51.4, -0.3), "gb-london"),
        (Point(-16.5, -179.9), "fj-labasa"),  # over the antimeridian
        (Point(79.5, 20.0), "sj-longyearbyen"),  # the net is as wide as it gets up there
        (Point(89.9, 0.0), ""),
        (Point(-40.0, -120.0), ""),
    ],
)
def test_a_point_becomes_its_nearest_town(places: Places, point: Point, slug: str) -> None:
    nearest = places.nearest_place(point)

    assert (nearest.slug if nearest else "") == slug


def test_several_threads_may_read_at_once(places: Places) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(first_slug(places.find("Salem, MA"))))
        for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == ["us-ma-salem"] * 8


def test_a_file_that_is_no_gazetteer_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.sqlite").touch()
    (tmp_path / "junk.sqlite").write_text("no database at all, but some text")

    for name in ("absent", "old.sqlite", "junk.sqlite"):
        with pytest.raises(StorageError):
            Places(tmp_path / name)


def test_a_broken_build_leaves_the_old_file_and_no_crumbs(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    write(path, [a_town()], progress=silence)
    before = path.read_bytes()

    with pytest.raises(sqlite3.IntegrityError):
        write(path, [a_town(name="New"), a_town(name="Newer")], progress=silence)  # one id

    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["places.sqlite"]


def test_a_current_gazetteer_is_not_built_again(tmp_path: Path) -> None:
    write(tmp_path / "places.sqlite", [a_town()], progress=silence)
    lines: list[str] = []

    path = ensure(tmp_path, progress=lines.append)

    assert lines == []
    with Places(path) as places:
        assert first_slug(places.find("Harbour")) == "us-me-harbour"


def test_a_build_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="unable to open database file"):
        build(tmp_path / "absent" / "places.sqlite", progress=silence)


def test_the_file_says_its_version(tmp_path: Path) -> None:
    write(tmp_path / "places.sqlite", [], progress=silence)

    database = sqlite3.connect(tmp_path / "places.sqlite")
    version = database.execute("PRAGMA user_version").fetchone()
    database.close()

    assert version == (GAZETTEER_VERSION,)
