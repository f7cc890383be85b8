import datetime as dt
from typing import Any

import pytest

from meetings.errors import InvalidSearch
from meetings.model import Point
from meetings.search import Order, Search

HERE = Point(40.65, -73.95)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("radius_km", {"centre": HERE, "radius_km": -1}),
        ("radius_km", {"centre": HERE, "radius_km": 0.05}),
        ("radius_km", {"centre": HERE, "radius_km": 10_000}),
        ("radius_km", {"centre": HERE, "radius_km": float("nan")}),
        ("nearest", {"centre": HERE, "nearest": 0}),
        ("limit", {"limit": 0}),
        ("limit", {"limit": 101}),
        ("day", {"weekdays": frozenset({8})}),
        ("text", {"text": "x" * 101}),
        ("within", {"within_minutes": 0}),
        ("near", {"radius_km": 5}),
        ("near", {"order": Order.DISTANCE}),
    ],
)
def test_a_search_that_cannot_be_names_its_field(field: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidSearch) as caught:
        Search(**given)

    assert caught.value.field == field
    assert caught.value.problem.endswith(".")


def test_near_a_place_the_nearest_come_first_and_else_what_starts_next() -> None:
    assert Search(centre=HERE).effective_order is Order.DISTANCE
    assert Search().effective_order is Order.TIME
    assert Search(centre=HERE, online=True).effective_order is Order.TIME


def test_a_window_may_wrap_midnight() -> None:
    assert Search(after=dt.time(22), before=dt.time(2)).before == dt.time(2)
