"""Paging while the catalogue is swapped: what stays comes once, and none of it is missed."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from meetings.catalogue import Catalogue
from meetings.model import Accuracy, Meeting, Point, Rule, VenueType
from meetings.search import Order, Search
from tests.make import NOON, a_meeting, a_schedule

HERE = Point(40.65, -73.95)
NEAR = Search(centre=HERE, radius_km=30, limit=5)
ANYWHERE = Search(limit=5)
SEARCHES = [
    NEAR,
    replace(NEAR, order=Order.TIME),
    replace(NEAR, order=Order.SOON),
    replace(NEAR, text="hope"),
    replace(NEAR, radius_km=None, nearest=100),
    replace(NEAR, radius_km=None, online=True),
    ANYWHERE,
    replace(ANYWHERE, online=True),
    replace(ANYWHERE, text="hope"),
    replace(ANYWHERE, facets=True),
]
Choose = Callable[[random.Random, list[int], set[int]], int]


def just_shown(lots: random.Random, shown: list[int], listed: set[int]) -> int:  # noqa: ARG001 - as any
    return shown[-1]


def anyone(lots: random.Random, shown: list[int], listed: set[int]) -> int:  # noqa: ARG001 - as just_shown
    return lots.choice(sorted(listed))


@pytest.mark.parametrize("choose", [just_shown, anyone])
@pytest.mark.parametrize("search", SEARCHES)
def test_pages_across_swaps_repeat_nothing_and_miss_nothing_that_stays(
    search: Search, choose: Choose
) -> None:
    lots = random.Random(4)
    made = {number: some_meeting(lots, number) for number in lots.sample(range(1, 100), 60)}
    listed, later = set(sorted(made)[::2]), set(sorted(made)[1::2])
    stayed, shown, cursor = all_of(search, made, listed), [], ""
    while True:
        page = catalogue(made, listed).find(replace(search, cursor=cursor), now=NOON)
        shown += [hit.meeting.number for hit in page.hits]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
        gone, come = choose(lots, shown, listed), later.pop()
        listed = listed - {gone} | {come}
        stayed.discard(gone)

    assert len(shown) == len(set(shown))
    assert stayed <= set(shown)
    assert len(stayed) > search.limit


def some_meeting(lots: random.Random, number: int) -> Meeting:
    """Return one of a few hours and places, so that many share both."""
    is_online = lots.random() < 0.5
    point = Point(HERE.latitude + lots.choice([0, 0, 0.05, 0.1]), HERE.longitude)
    return a_meeting(
        id=f"t:{number}",
        number=number,
        name=lots.choice(["Evening Hope", "Hope at Noon"]),
        schedule=lots.choice([None, *(a_schedule(rules=(Rule(weekday=n),)) for n in (1, 2, 3))]),
        venue_type=VenueType.HYBRID if is_online else VenueType.IN_PERSON,
        point=point,
        accuracy=Accuracy.EXACT,
    )


def catalogue(made: dict[int, Meeting], listed: set[int]) -> Catalogue:
    return Catalogue([made[number] for number in sorted(listed)], version=1, now=NOON)


def all_of(search: Search, made: dict[int, Meeting], listed: set[int]) -> set[int]:
    whole = catalogue(made, listed).find(replace(search, limit=100), now=NOON)
    return {hit.meeting.number for hit in whole.hits}
