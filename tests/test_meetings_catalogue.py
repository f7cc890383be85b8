import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from meetings.catalogue import Catalogue
from meetings.errors import InvalidSearch, NotFound
from meetings.geo import geodesic_km
from meetings.model import (
    Accuracy,
    Admission,
    Meeting,
    Point,
    Rule,
    ScheduleException,
    Status,
    TimezoneSource,
    Venue,
    VenueType,
)
from meetings.search import Order, Search
from meetings.zones import zone
from tests.make import a_meeting, a_schedule

HERE = Point(40.65, -73.95)
MONDAY_EVENING = dt.datetime(2026, 11, 23, 23, 45, tzinfo=dt.UTC)  # 18:45 in New York


def placed(number: int, *, north_km: float = 0.0, **changes: Any) -> Meeting:
    """Return a meeting so many kilometres north of HERE."""
    defaults: dict[str, Any] = {
        "id": f"t:{number}",
        "number": number,
        "point": Point(HERE.latitude + north_km / 111.05, HERE.longitude),
        "accuracy": Accuracy.EXACT,
    }
    return a_meeting(**defaults | changes)


def online(number: int, **changes: Any) -> Meeting:
    return a_meeting(id=f"t:{number}", number=number, venue_type=VenueType.ONLINE, **changes)


def found(*meetings: Meeting, now: dt.datetime = MONDAY_EVENING, **asked: Any) -> list[int]:
    catalogue = Catalogue(meetings, version=1, now=now)
    return [hit.meeting.number for hit in catalogue.find(Search(**asked), now=now).hits]


def test_the_nearest_come_first_and_what_is_outside_the_radius_does_not_come() -> None:
    numbers = found(
        placed(1, north_km=8),
        placed(2, north_km=2),
        placed(3, north_km=30),
        centre=HERE,
        radius_km=10,
    )

    assert numbers == [2, 1]


def test_a_search_without_radius_looks_25_km_around() -> None:
    assert found(placed(1, north_km=24), placed(2, north_km=26), centre=HERE) == [1]


def test_shown_distances_are_the_geodesic() -> None:
    meeting = placed(1, north_km=8)
    catalogue = Catalogue([meeting], version=1, now=MONDAY_EVENING)
    assert meeting.point is not None

    (hit,) = catalogue.find(Search(centre=HERE), now=MONDAY_EVENING).hits

    assert hit.distance_km == pytest.approx(geodesic_km(HERE, meeting.point), rel=1e-6)


def test_nearest_reaches_over_any_distance() -> None:
    sydney = placed(1, point=Point(-33.87, 151.21))

    assert found(sydney, placed(2, north_km=400), centre=HERE, nearest=2) == [2, 1]


def test_beyond_leaves_out_my_own_town() -> None:
    assert found(placed(1, north_km=3), placed(2, north_km=12), centre=HERE, beyond_km=5) == [2]


def test_a_search_reaches_across_the_antimeridian_and_the_pole() -> None:
    fiji, pole = placed(1, point=Point(-17, 179.95)), placed(2, point=Point(89.9, 180))

    assert found(fiji, pole, centre=Point(-17, -179.95), radius_km=20) == [1]
    assert found(fiji, pole, centre=Point(89.9, 0), radius_km=30) == [2]


def test_equal_distances_and_times_are_settled_by_number() -> None:
    meetings = [placed(3), placed(1), placed(2)]

    assert found(*meetings, centre=HERE) == [1, 2, 3]
    assert found(*meetings) == [1, 2, 3]


def test_online_finds_hybrid_meetings_too_and_a_place_finds_them_as_well() -> None:
    hybrid = placed(1, venue_type=VenueType.HYBRID)

    assert found(hybrid, online(2), placed(3), online=True) == [1, 2]
    assert found(hybrid, online(2), placed(3), centre=HERE) == [1, 3]


def test_the_coordinates_of_an_online_meeting_place_it_nowhere() -> None:
    lake = online(1, point=HERE, accuracy=Accuracy.EXACT)

    assert found(lake, centre=HERE) == []


def test_weekday_and_time_window_follow_the_meeting_s_clock() -> None:
    late = a_schedule(start=dt.time(23, 30))
    early_wednesday = a_schedule(start=dt.time(0, 15), rules=(Rule(weekday=3),))
    meetings = [placed(1), placed(2, schedule=late), placed(3, schedule=early_wednesday)]

    assert found(*meetings, weekdays=frozenset({2})) == [1, 2]
    assert found(*meetings, after=dt.time(18), before=dt.time(20)) == [1]
    assert found(*meetings, after=dt.time(23), before=dt.time(1)) == [2, 3]


def test_an_online_meeting_falls_on_the_viewer_s_day() -> None:
    tuesday_in_new_york = online(1)  # 19:30 there is 00:30 on Wednesday in London

    def in_london(**asked: Any) -> list[int]:
        return found(tuesday_in_new_york, online=True, timezone=zone("Europe/London"), **asked)

    assert in_london(weekdays=frozenset({2})) == []
    assert in_london(weekdays=frozenset({3}), before=dt.time(1)) == [1]


def test_a_hybrid_meeting_is_at_the_viewer_s_hour_where_one_attends_online() -> None:
    tuesday_in_new_york = placed(1, venue_type=VenueType.HYBRID)  # 09:30 on Wednesday in Tokyo
    tokyo = zone("Asia/Tokyo")
    tuesday, wednesday = frozenset({2}), frozenset({3})

    def joined(**asked: Any) -> list[int]:
        return found(tuesday_in_new_york, online=True, timezone=tokyo, **asked)

    assert joined(after=dt.time(18), before=dt.time(22)) == joined(weekdays=tuesday) == []
    assert joined(after=dt.time(9), before=dt.time(10), weekdays=wednesday) == [1]
    for walked_in in ({"centre": HERE}, {}):
        asked: dict[str, Any] = {"timezone": tokyo, "after": dt.time(19), **walked_in}
        assert found(tuesday_in_new_york, weekdays=tuesday, **asked) == [1]


def test_the_two_ways_to_attend_a_hybrid_meeting_are_told_apart_in_one_catalogue() -> None:
    catalogue = Catalogue([placed(1, venue_type=VenueType.HYBRID)], version=1, now=MONDAY_EVENING)

    def count(**asked: Any) -> int:
        search = Search(timezone=zone("Asia/Tokyo"), after=dt.time(19), **asked)
        return catalogue.find(search, now=MONDAY_EVENING).count

    assert [count(), count(online=True), count()] == [1, 0, 1]


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    def at(hour: int, minute: int, weekday: int) -> Any:
        return a_schedule(start=dt.time(hour, minute), rules=(Rule(weekday=weekday),))

    nights = [at(22, 30, 5), at(0, 30, 5), at(0, 30, 6), at(22, 30, 6), at(3, 0, 6), at(0, 30, 1)]
    walked_in = [placed(number, schedule=night) for number, night in enumerate(nights, 1)]
    joined = [online(number, schedule=night) for number, night in enumerate(nights, 1)]
    night: dict[str, Any] = {"after": dt.time(22), "before": dt.time(2)}
    new_york = zone("America/New_York")

    for day, numbers in ((5, {1, 3}), (6, {4}), (7, {6}), (4, {2})):
        days = frozenset({day})
        assert set(found(*walked_in, weekdays=days, **night)) == numbers
        assert set(found(*joined, weekdays=days, timezone=new_york, **night)) == numbers
    assert set(found(*walked_in, **night)) == {1, 2, 3, 4, 6}


def test_what_is_on_now_comes_before_what_comes_next_across_zones() -> None:
    def monday(start: dt.time, name: str) -> Any:
        return a_schedule(rules=(Rule(weekday=1),), start=start, timezone=zone(name))

    running = online(1, schedule=monday(dt.time(18, 30), "America/New_York"))
    next_hour = online(2, schedule=monday(dt.time(19), "America/New_York"))
    in_half_an_hour = online(3, schedule=monday(dt.time(16, 15), "America/Los_Angeles"))
    over = online(4, schedule=monday(dt.time(17), "America/New_York"))
    meetings = [over, in_half_an_hour, next_hour, running]

    assert found(*meetings, online=True) == [1, 2, 3, 4]
    assert found(*meetings, online=True, now=MONDAY_EVENING, within_minutes=20) == [1, 2]
    catalogue = Catalogue(meetings, version=1, now=MONDAY_EVENING)
    on_now = catalogue.find(Search(now=True), now=MONDAY_EVENING)
    assert [(hit.meeting.number, hit.is_on_now) for hit in on_now.hits] == [(1, True)]


def test_while_a_meeting_runs_its_next_start_is_a_week_later() -> None:
    meeting = online(1, schedule=a_schedule(rules=(Rule(weekday=1),), start=dt.time(18, 30)))
    catalogue = Catalogue([meeting], version=1, now=MONDAY_EVENING)

    (hit,) = catalogue.find(Search(), now=MONDAY_EVENING).hits

    assert hit.is_on_now
    assert hit.next_start == dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC)


def test_the_next_occurrence_moves_on_with_the_clock_and_back_again() -> None:
    catalogue = Catalogue([online(1)], version=1, now=MONDAY_EVENING)

    def next_on(now: dt.datetime) -> dt.date | None:
        occurrence = catalogue.find(Search(), now=now).hits[0].occurrence
        return None if occurrence is None else occurrence.on

    assert next_on(MONDAY_EVENING) == dt.date(2026, 11, 24)
    assert next_on(MONDAY_EVENING + dt.timedelta(days=3)) == dt.date(2026, 12, 1)
    assert next_on(MONDAY_EVENING) == dt.date(2026, 11, 24)


def test_meetings_without_time_or_zone_are_listed_last() -> None:
    no_zone = a_schedule(timezone=None, timezone_source=TimezoneSource.UNKNOWN)

    assert found(online(1, schedule=None), online(2, schedule=no_zone), online(3)) == [3, 1, 2]


def test_soon_leaves_out_what_cannot_be_reached_in_time() -> None:
    at_seven = a_schedule(rules=(Rule(weekday=1),), start=dt.time(19))
    near, far = placed(1, north_km=3, schedule=at_seven), placed(2, north_km=20, schedule=at_seven)

    numbers = found(near, far, centre=HERE, order=Order.SOON, within_minutes=60)

    assert numbers == [1]


def test_formats_must_all_be_there_and_languages_any() -> None:
    both = placed(1, formats=("wheelchair", "women"), languages=("es",))
    one = placed(2, formats=("women",), languages=("fa",))

    assert found(both, one, formats=frozenset({"women", "wheelchair"})) == [1]
    assert found(both, one, languages=frozenset({"es", "fa"})) == [1, 2]


def test_a_language_of_a_country_finds_the_language_and_not_the_reverse() -> None:
    meetings = [
        placed(number, languages=(tag,)) for number, tag in enumerate(["en", "pt-BR", "eng"], 1)
    ]

    assert found(*meetings, languages=frozenset({"en-US"})) == [1]
    assert found(*meetings, languages=frozenset({"pt-BR"})) == [2]
    assert found(*meetings, languages=frozenset({"pt"})) == []


def test_a_search_for_lgbtq_finds_its_parts() -> None:
    assert found(placed(1, formats=("lesbian",)), formats=frozenset({"lgbtq"})) == [1]


def test_fellowship_and_venue_type_filter() -> None:
    smart = online(1, fellowship="smart")

    assert found(smart, placed(2), fellowships=frozenset({"smart"})) == [1]
    assert found(smart, placed(2), venue_types=frozenset({VenueType.IN_PERSON})) == [2]


def test_family_groups_come_only_when_they_are_asked_for() -> None:
    family = online(1, admission=Admission.FAMILY_ONLY)
    al_anon = online(2, fellowship="al-anon", admission=Admission.UNKNOWN)
    asked = frozenset({Admission.FAMILY_ONLY})

    assert found(family, al_anon, online(3)) == [3]
    assert found(family, al_anon, online(3), admissions=asked) == [1]


def test_what_is_closed_removed_or_inside_an_institution_is_never_found() -> None:
    closed = online(1, status=Status.CLOSED_FOR_NOW)
    gone = online(2, removed_at=MONDAY_EVENING)
    inside = online(3, admission=Admission.INSTITUTION)
    catalogue = Catalogue([closed, gone, inside], version=1, now=MONDAY_EVENING)

    assert catalogue.find(Search(), now=MONDAY_EVENING).count == 0
    assert catalogue.get(2) == gone


def test_text_is_found_without_case_and_accents() -> None:
    meeting = online(1, name="Réunion du Port", venue=Venue(town="Montréal"))

    assert found(meeting, online(2), text="reunion MONTREAL") == [1]


@pytest.mark.parametrize("north_km", [0.0, 5.0, 5.2])
def test_pages_follow_each_other_without_gap_or_repeat(north_km: float) -> None:
    meetings = [placed(n, north_km=north_km) for n in range(1, 8)]
    catalogue = Catalogue(meetings, version=1, now=MONDAY_EVENING)
    search, seen = Search(centre=HERE, limit=3), []

    while True:
        results = catalogue.find(search, now=MONDAY_EVENING)
        seen += [hit.meeting.number for hit in results.hits]
        if results.next_cursor is None:
            break
        search = replace(search, cursor=results.next_cursor)

    assert seen == [1, 2, 3, 4, 5, 6, 7]
    assert results.count == 7


@pytest.mark.parametrize("cursor", ["%%%", "bm9wZQ", "MTIzNA", "é"])
def test_a_damaged_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidSearch, match="cursor"):
        found(placed(1), cursor=cursor)


def test_an_empty_catalogue_finds_nothing() -> None:
    assert found(centre=HERE) == []
    with pytest.raises(NotFound):
        Catalogue([], version=1, now=MONDAY_EVENING).get(1)


@pytest.mark.parametrize(
    "meeting",
    [
        a_meeting(notes='","schedule":null}', schedule=a_schedule(until=dt.date(2027, 1, 1))),
        a_meeting(
            schedule=a_schedule(
                exceptions=(ScheduleException(on=dt.date(2026, 11, 24), reason=',"schedule":'),)
            )
        ),
        a_meeting(schedule=None, notes=',"schedule":'),
    ],
    ids=["in the notes", "in a reason", "without one"],
)
def test_a_meeting_is_given_back_as_it_was_whatever_its_texts_hold(meeting: Meeting) -> None:
    catalogue = Catalogue([meeting], version=1, now=MONDAY_EVENING)

    assert catalogue.get(meeting.number) == meeting
