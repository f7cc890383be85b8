import itertools
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx2
import pytest

from meetings.model import Accuracy, Meeting, Point, VenueType
from meetings.outlines import packaged_outlines
from tests.make import a_meeting
from tests.serving import serving
from web.keptmaps import KeptMap, KeptMaps
from web.maplabels import Box, is_taken, with_room
from web.mappins import in_short, placed_pins
from web.mapsketch import LARGE, PHONE, Sketch, sketch
from web.pages.orientation import picture_of
from web.svgmap import draw

BROOKLYN = Point(40.65, -73.95)
NEAR, FAR = Point(40.66, -73.94), Point(40.75, -73.95)
WIDTH, HEIGHT, RING = LARGE.width, LARGE.height, LARGE.ring
PICTURE = Box(0, 0, WIDTH, HEIGHT)


def at(point: Point | None, **changes: Any) -> Meeting:
    facts: dict[str, Any] = {"point": point, "accuracy": Accuracy.EXACT if point else None}
    return a_meeting(**(facts | changes))


def sketched(*meetings: Meeting, centre: Point = BROOKLYN, in_miles: bool = False) -> Sketch:
    found = sketch(centre, meetings, in_miles=in_miles)
    assert found is not None
    return found


def test_the_outer_ring_is_the_first_round_distance_that_holds_every_pin() -> None:
    near, far = sketched(at(NEAR)), sketched(at(NEAR), at(FAR))

    assert (near.ring, far.ring) == (2, 15)
    assert sketched(at(FAR), in_miles=True).ring == 10
    x, y = far.on_picture(FAR)
    assert x == WIDTH / 2
    assert HEIGHT / 2 - RING <= y < HEIGHT / 2 - RING * 0.7


def test_a_meeting_without_a_place_counts_and_has_no_pin() -> None:
    online = at(NEAR, venue_type=VenueType.ONLINE)
    somewhere = at(NEAR, accuracy=Accuracy.REGION)

    found = sketch(BROOKLYN, [None, at(None), online, somewhere, at(NEAR)], in_miles=False)

    assert found is not None
    assert [pin.number for pin in found.pins] == [5]


@pytest.mark.parametrize(
    ("centre", "meetings"),
    [
        (BROOKLYN, []),
        (BROOKLYN, [at(None)]),
        (BROOKLYN, [at(Point(48.0, -73.95))]),
        (Point(71.0, 25.8), [at(Point(71.0, 25.8))]),
        (Point(-17.0, 179.99), [at(Point(-17.0, 179.98))]),
    ],
    ids=["nothing", "no place", "over 500 km", "far north", "over the antimeridian"],
)
def test_where_a_map_would_mislead_there_is_none(centre: Point, meetings: list[Meeting]) -> None:
    assert sketch(centre, meetings, in_miles=False) is None


def test_a_place_that_is_not_exact_is_rounded_and_its_pin_hollow() -> None:
    found = sketched(at(Point(40.661234, -73.94), accuracy=Accuracy.POSTCODE), at(FAR))

    assert found.pins[0].point == Point(40.66, -73.94)
    svg = draw(found, packaged_outlines(), [])
    assert svg.count('class="q"') == 1
    assert svg.count('class="p"') == 1


def test_pins_that_would_cover_each_other_become_one() -> None:
    found = sketched(at(NEAR), at(NEAR), at(FAR), at(NEAR))

    placed = placed_pins(found.pins, found.on_picture, found.size)
    assert [(pin.text, pin.is_exact) for pin in placed] == [
        ("1, 2, 4", True),
        ("3", True),
    ]


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([3], "3"), ([1, 2], "1, 2"), ([1, 2, 3, 7], "1–3, 7"), ([1, 3, 5, 6, 9], "1, 3 +3")],
)
def test_many_numbers_are_told_in_short(numbers: list[int], text: str) -> None:
    assert in_short(numbers) == text


def test_names_cover_neither_each_other_nor_pins_nor_the_edge() -> None:
    names = [(f"Town {n}", float(n * 37 % WIDTH), float(n * 53 % HEIGHT)) for n in range(200)]
    pin = Box(300, 200, 340, 222)

    labels = with_room(names, taken=[pin], picture=PICTURE, most=45)

    assert len(labels) == 45
    boxes = [pin, *(label.box for label in labels)]
    assert all(PICTURE.holds(box) for box in boxes)
    assert not any(is_taken(a, [b]) for a, b in itertools.combinations(boxes, 2))


def test_the_picture_is_xml_whatever_a_place_is_called() -> None:
    svg = draw(sketched(at(FAR)), packaged_outlines(), [('<script>"&', NEAR)])

    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    assert root.attrib["direction"] == "ltr"
    assert (root.attrib["width"], root.attrib["height"]) == ("640", "480")
    assert "&lt;script&gt;" in svg
    assert "prefers-color-scheme:dark" in svg


def test_a_phones_picture_is_smaller_and_its_letters_are_not() -> None:
    found = sketch(BROOKLYN, [at(FAR)], in_miles=False, size=PHONE)
    assert found is not None

    svg = draw(found, packaged_outlines(), [("Somewhere", NEAR)])

    assert 'viewBox="0 0 328 328"' in svg
    assert 'font-size="14">Somewhere' in svg


def test_maps_that_were_not_asked_for_lately_make_room() -> None:
    first, second = sketched(at(NEAR)), sketched(at(FAR))
    kept = KeptMaps(most_bytes=8_100)

    kept.put(first, KeptMap.of("x" * 100))
    kept.put(second, KeptMap.of("y" * 100))

    assert kept.get(first) is None
    assert kept.get(second) == KeptMap.of("y" * 100)


def test_a_page_names_the_place_or_coarse_coordinates_and_nothing_finer() -> None:
    meetings = [at(NEAR, number=12), at(FAR, number=7)]

    picture = picture_of(meetings, centre=Point(40.651234, -73.949876))

    assert picture is not None
    assert picture.address == "/map.svg?latitude=40.65&longitude=-73.95&meetings=12,7"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    meetings = [at(NEAR, id="t:1"), at(FAR, id="t:2")]
    async with serving(tmp_path, meetings) as opened:
        yield opened


async def test_a_map_is_a_picture_that_browsers_keep(client: httpx2.AsyncClient) -> None:
    address = "/map.svg?place=us-ny-brooklyn&meetings=99,1,2&units=mi"

    answer = await client.get(address)
    again = await client.get(address, headers={"If-None-Match": answer.headers["etag"]})

    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    texts = re.findall(r">([^<>]+)</text>", answer.text)
    assert {"10 mi", "5 mi", "2", "3", "New York City"} <= set(texts)
    assert 'width="328"' in (await client.get(f"{address}&size=phone")).text
    assert "99" not in texts
    assert (again.status_code, again.content) == (304, b"")


async def test_a_map_of_coordinates_is_kept_nowhere(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/map.svg?latitude=40.6512345&longitude=-73.95&meetings=1")

    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("place=us-ny-nowhere&meetings=1", 404),
        ("place=us-ny-brooklyn&meetings=99", 404),
        ("place=us-ny-brooklyn&meetings=x", 400),
        ("meetings=1", 400),
    ],
)
async def test_what_has_no_map_says_so(client: httpx2.AsyncClient, query: str, status: int) -> None:
    assert (await client.get(f"/map.svg?{query}")).status_code == status
