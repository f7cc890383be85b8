from pathlib import Path

import pytest

from meetings._gazetteer_dump import origin_of_dump
from meetings._gazetteer_make import Origin, PostalRow, make
from meetings._gazetteer_rows import Country, PostalCode, Region, Town
from meetings._gazetteer_text import read_localities, read_postal_codes, read_towns
from meetings._osgb import wgs84
from meetings.errors import StorageError
from meetings.geo import geodesic_km
from meetings.model import Point
from meetings.places import Places, build, remake
from tests.gazetteer import a_town, silence

USA = Country(code="US", name="United States", words=("us", "usa"))
MAINE = Region(country="US", code="ME", name="Maine", words=("me", "maine"))
DUMP = Path(__file__).parent / "data" / "geonames"


def a_row(code: str = "04101", **changes: object) -> PostalRow:
    facts: dict[str, object] = {
        "country": "US",
        "town": "Harbour",
        "region": "Maine",
        "latitude": 44.0,
        "longitude": -69.0,
        "accuracy": 4,
    }
    return PostalRow(code=code, **(facts | changes))  # type: ignore[arg-type]


def an_origin(
    *rows: PostalRow,
    towns: tuple[Town, ...] = (a_town(),),
    us_points: dict[str, Point] | None = None,
    british: tuple[PostalCode, ...] = (),
) -> Origin:
    return Origin(
        countries=[USA],
        regions=[MAINE],
        towns=towns,
        postal_rows=rows,
        us_points=us_points or {},
        british=british,
    )


def codes_of(folder: Path, origin: Origin) -> list[PostalCode]:
    make(origin, folder, progress=silence)
    return list(read_postal_codes(folder))


def test_a_code_of_several_rows_lies_at_the_median_of_the_most_accurate(tmp_path: Path) -> None:
    rows = [
        a_row(latitude=44.1, accuracy=4),
        a_row(latitude=44.2, accuracy=4),
        a_row(latitude=44.3, accuracy=4),
        a_row(latitude=60.0, accuracy=1),
    ]

    codes = codes_of(tmp_path, an_origin(*rows))

    assert codes == [PostalCode("US", "04101", "Harbour", "ME", 44.2, -69.0)]


def test_beyond_25_km_the_census_decides(tmp_path: Path) -> None:
    far, near = a_row("99505", latitude=50.0), a_row("04101", latitude=44.1)
    census = {"99505": Point(61.2, -149.9), "04101": Point(44.0, -69.0)}

    codes = codes_of(tmp_path, an_origin(far, near, us_points=census))

    assert [(it.code, it.latitude) for it in codes] == [("04101", 44.1), ("99505", 61.2)]


@pytest.mark.parametrize(
    ("row", "census", "latitude"),
    [
        (44.1, 50.0, 44.1),  # 99503, 99701: GeoNames has them in their town
        (44.1, 43.85, 43.85),  # both have it there
        (50.0, 44.1, 44.1),
        (50.0, 60.0, 60.0),
    ],
)
def test_a_code_that_is_at_the_town_it_names_stays_there(
    tmp_path: Path, row: float, census: float, latitude: float
) -> None:
    origin = an_origin(a_row(latitude=row), us_points={"04101": Point(census, -69.0)})

    codes = codes_of(tmp_path, origin)

    assert [it.latitude for it in codes] == [latitude]


def test_rows_at_null_island_and_of_other_countries_are_dropped(tmp_path: Path) -> None:
    rows = a_row(latitude=0.0, longitude=0.0), a_row(country="XX"), a_row(code="-")

    assert codes_of(tmp_path, an_origin(*rows)) == []


def test_great_britains_codes_keep_their_points_and_get_names(tmp_path: Path) -> None:
    sector = PostalCode("GB", "SW1A 1", "", "", 51.502, -0.139)
    row = a_row("SW1A", country="GB", town="Westminster", latitude=51.6, longitude=0.0)

    codes = codes_of(tmp_path, an_origin(row, british=(sector, sector._replace(code="SW1A"))))

    assert [(it.code, it.name, it.latitude) for it in codes] == [
        ("SW1A", "Westminster", 51.502),
        ("SW1A 1", "Westminster", 51.502),
    ]


def test_the_place_of_an_address_that_is_no_town_is_kept(tmp_path: Path) -> None:
    town, other = a_row(town="Harbour"), a_row("04102", town="Cove")

    make(an_origin(town, other), tmp_path, progress=silence)

    assert [(it.name, it.region_code) for it in read_localities(tmp_path)] == [("Cove", "ME")]


def test_names_that_only_programs_wrote_are_left_out(tmp_path: Path) -> None:
    village = a_town(alternate_names=("Haven", "habr", "Хабр", "Hafen"), population=2000)
    city = village._replace(id=2, name="Port", population=9000)
    hamlet = village._replace(id=3, name="Pier", population=900)

    make(an_origin(towns=(village, city, hamlet)), tmp_path, progress=silence)

    kept = {town.name: town.alternate_names for town in read_towns(tmp_path)}
    assert kept == {
        "Harbour": ("hafen", "haven"),
        "Port": ("hafen", "haven", "хабр"),
        "Pier": (),
    }


def test_a_dump_of_geonames_becomes_a_gazetteer(tmp_path: Path) -> None:
    folder = remake(tmp_path, dump=DUMP, progress=silence)

    assert folder == tmp_path / "gazetteer"
    with Places(tmp_path / "places.sqlite") as places:
        assert places.find("Harbour, Maine")[0].population == 2000
        assert places.find("04101")[0].label == "04101 Harbour, Maine, United States"
        assert places.find("SW1A 1AA")[0].slug == "gb-sw1a-1"


def test_a_text_in_the_data_folder_goes_before_the_packaged_one(tmp_path: Path) -> None:
    remake(tmp_path, dump=DUMP, to=tmp_path / "gazetteer", progress=silence)
    lines: list[str] = []

    build(tmp_path / "places.sqlite", progress=lines.append)

    assert "writing 1 towns and their names" in lines


def test_a_folder_that_is_no_dump_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"dump/cities500\.txt"):
        origin_of_dump(tmp_path)


def test_the_british_grid_becomes_coordinates_to_some_metres() -> None:
    point = wgs84(651_401, 313_177)  # location.md 2

    assert geodesic_km(point, Point(52.65798, 1.71605)) < 0.012
