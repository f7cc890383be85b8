from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.catalogue import Catalogue
from meetings.duplicates import hidden_duplicates, shown_instead
from meetings.model import Accuracy, Meeting, Online, Point, Rule, Status, Venue, VenueType
from meetings.search import Search
from tests.make import NOON, a_meeting, a_schedule

HALL = Point(40.6900, -73.9900)
NEXT_DOOR = Point(40.6905, -73.9903)  # 60 m
ANOTHER_HALL = Point(40.6950, -73.9900)  # 560 m


def at_hall(id_: str, **changes: Any) -> Meeting:
    defaults: dict[str, Any] = {"point": HALL, "accuracy": Accuracy.EXACT}
    return a_meeting(id=id_, **defaults | changes)


def online(id_: str, url: str, **changes: Any) -> Meeting:
    return a_meeting(id=id_, venue_type=VenueType.ONLINE, online=Online(url=url), **changes)


def test_of_one_meeting_in_two_lists_one_is_shown() -> None:
    ours, theirs = at_hall("a:1"), at_hall("b:77", point=NEXT_DOOR)

    assert shown_instead([theirs, ours]) == {"b:77": "a:1"}


def test_the_operator_says_which_list_is_shown() -> None:
    meetings = [at_hall("a:1"), at_hall("b:77")]

    assert hidden_duplicates(meetings, precedence=["b"]) == {"a:1"}


@pytest.mark.parametrize(
    "changes",
    [
        {"fellowship": "aa"},
        {"point": ANOTHER_HALL},
        {"name": "Quite Other Words"},
        {"schedule": a_schedule(rules=(Rule(weekday=3),))},
        {"schedule": a_schedule(rules=(Rule(weekday=2, ordinals=(1,)),))},
        {"schedule": None},
        {"status": Status.CLOSED_FOR_NOW},
        {"removed_at": NOON},
        {"venue_type": VenueType.HYBRID},
    ],
)
def test_what_differs_stays_two(changes: dict[str, Any]) -> None:
    assert hidden_duplicates([at_hall("a:1"), at_hall("b:1", **changes)]) == set()


def test_two_of_one_list_are_two_meetings() -> None:
    assert hidden_duplicates([at_hall("a:1"), at_hall("a:2")]) == set()


def test_two_rooms_of_a_house_stay_two() -> None:
    meetings = [at_hall("a:1"), at_hall("b:1"), at_hall("b:2")]

    assert hidden_duplicates(meetings) == {"b:1"}


def test_names_agree_without_the_words_that_say_nothing() -> None:
    meetings = [at_hall("a:1", name="Evening Hope"), at_hall("b:1", name="The Evening Hope Group")]

    assert hidden_duplicates(meetings) == {"b:1"}


def test_half_of_a_name_is_not_enough() -> None:
    meetings = [at_hall("a:1", name="Morning Light"), at_hall("b:1", name="Morning Hope")]

    assert hidden_duplicates(meetings) == set()


def test_without_coordinates_the_address_tells() -> None:
    venue = Venue(street="12 Sample St.", town="Brooklyn", postal_code="11201")
    by_address = [
        at_hall("a:1", venue=venue),
        a_meeting(id="b:1", venue=replace(venue, street="12 SAMPLE ST")),
    ]

    assert hidden_duplicates(by_address) == {"b:1"}


def test_online_the_link_tells_without_its_pass_code() -> None:
    meetings = [
        online("a:1", "https://meet.example.org/j/5?pwd=x"),
        online("b:1", "https://meet.example.org/j/5/"),
        online("b:2", "https://meet.example.org/j/6"),
    ]

    assert hidden_duplicates(meetings) == {"b:1"}


some_meetings = st.lists(
    st.builds(
        lambda source, key, point, name, day: at_hall(
            f"{source}:{key}",
            point=point,
            name=name,
            schedule=a_schedule(rules=(Rule(weekday=day),)),
        ),
        st.sampled_from("abc"),
        st.integers(1, 9),
        st.sampled_from([HALL, NEXT_DOOR, ANOTHER_HALL]),
        st.sampled_from(["Evening Hope", "Hope Group", "Clean Start"]),
        st.sampled_from([2, 3]),
    ),
    max_size=12,
    unique_by=lambda meeting: meeting.id,
)


@given(some_meetings, st.randoms(use_true_random=False))
def test_the_order_of_imports_does_not_matter(meetings: list[Meeting], chance: Any) -> None:
    shuffled = chance.sample(meetings, k=len(meetings))
    renumbered = [replace(m, number=number) for number, m in enumerate(shuffled, 1)]

    assert shown_instead(renumbered) == shown_instead(meetings)


@given(some_meetings, st.permutations("abc"))
@settings(deadline=None)
def test_a_catalogue_finds_those_that_are_shown(meetings: list[Meeting], order: list[str]) -> None:
    numbered = [replace(m, number=number) for number, m in enumerate(meetings, 1)]
    number_of = {m.id: m.number for m in numbered}
    instead = shown_instead(numbered, precedence=order)

    catalogue = Catalogue(numbered, version=1, now=NOON, precedence=order)

    hits = catalogue.find(Search(limit=100), now=NOON).hits
    assert {hit.meeting.id for hit in hits} == number_of.keys() - instead.keys()
    for hidden, shown in instead.items():
        assert catalogue.also_listed(number_of[hidden])[0].id == shown
        assert hidden in {each.id for each in catalogue.also_listed(number_of[shown])}


@given(some_meetings)
def test_whoever_is_hidden_has_one_who_is_shown(meetings: list[Meeting]) -> None:
    instead = shown_instead(meetings)

    assert not instead.keys() & set(instead.values())
    by_id = {meeting.id: meeting for meeting in meetings}
    assert all(by_id[hidden].source != by_id[shown].source for hidden, shown in instead.items())
