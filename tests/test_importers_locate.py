import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from importers._locate import AddressFinder, ladder, locate, oddity
from importers._source import Rejected, Unplaced
from meetings.model import (
    Accuracy,
    Meeting,
    Point,
    Rule,
    Schedule,
    TimezoneSource,
    Venue,
    VenueType,
)
from tests.make import a_meeting, a_schedule
from tests.make_lists import NO_PLACES, APlace, Gazetteer, a_source

NEW_YORK, CHICAGO = ZoneInfo("America/New_York"), ZoneInfo("America/Chicago")
BROOKLYN, CHICAGO_LOOP = Point(40.69, -73.99), Point(41.88, -87.63)
PLACES = Gazetteer(
    Chicago_Illinois=APlace(CHICAGO_LOOP, "America/Chicago"),
    York_Pennsylvania=APlace(Point(39.96, -76.73), "America/New_York"),
)
IN_CHICAGO = Venue(town="Chicago", region="Illinois", country="US")


def unzoned(**changes: Any) -> Meeting:
    schedule = a_schedule(timezone=None, timezone_source=TimezoneSource.UNKNOWN, first_on=None)
    return a_meeting(schedule=schedule, **changes)


def zone_of(result: Meeting | Rejected) -> tuple[ZoneInfo | None, TimezoneSource]:
    assert isinstance(result, Meeting)
    assert result.schedule is not None
    return result.schedule.timezone, result.schedule.timezone_source


def point_of(meeting: Meeting) -> tuple[Point | None, Accuracy | None]:
    result = locate(meeting, a_source(), PLACES)
    assert isinstance(result, Meeting)
    return result.point, result.accuracy


def an_instant(**changes: Any) -> Unplaced:
    """Return Saturday 00:00 UTC in York, which is Friday 20:00 there: the third of August 2026."""
    venue = changes.pop("venue", Venue(town="York", region="Pennsylvania", country="US"))
    meeting = a_meeting(schedule=None, venue_type=VenueType.ONLINE, venue=venue)
    defaults: dict[str, Any] = {"next_at": dt.datetime(2026, 8, 22, tzinfo=dt.UTC)}
    return Unplaced(meeting=meeting, **defaults | changes)


def schedule_of(record: Unplaced) -> Schedule:
    result = locate(record, a_source(), PLACES)
    assert isinstance(result, Meeting)
    assert result.schedule is not None
    return result.schedule


def test_the_zone_of_the_list_goes_before_the_default() -> None:
    result = locate(a_meeting(), a_source(timezone=CHICAGO), NO_PLACES)

    assert zone_of(result) == (NEW_YORK, TimezoneSource.SOURCE)


def test_the_default_of_the_source_goes_before_coordinates() -> None:
    meeting = unzoned(point=BROOKLYN, accuracy=Accuracy.EXACT)

    result = locate(meeting, a_source(timezone=CHICAGO), NO_PLACES)

    assert zone_of(result) == (CHICAGO, TimezoneSource.DEFAULT)


def test_coordinates_go_before_the_town() -> None:
    meeting = unzoned(point=BROOKLYN, accuracy=Accuracy.EXACT, venue=IN_CHICAGO)

    assert zone_of(locate(meeting, a_source(), PLACES)) == (NEW_YORK, TimezoneSource.PLACE)


def test_rough_coordinates_decide_no_zone() -> None:
    vague = unzoned(point=BROOKLYN, accuracy=Accuracy.LOCALITY, venue=Venue(region="Texas"))

    assert zone_of(locate(vague, a_source(), PLACES)) == (None, TimezoneSource.UNKNOWN)


def test_the_zone_of_a_town_is_that_of_its_point_since_the_gazetteers_own_is_stale() -> None:
    stale = Gazetteer(Ulaanbaatar_=APlace(Point(47.91, 106.88), "Asia/Hovd"))
    meeting = unzoned(venue=Venue(town="Ulaanbaatar"))

    found = zone_of(locate(meeting, a_source(), stale))

    assert found == (ZoneInfo("Asia/Ulaanbaatar"), TimezoneSource.PLACE)


def test_coordinates_of_an_online_meeting_are_neither_kept_nor_asked_for_the_zone() -> None:
    meeting = unzoned(point=BROOKLYN, accuracy=Accuracy.EXACT, venue_type=VenueType.ONLINE)

    result = locate(meeting, a_source(), NO_PLACES)

    assert zone_of(result) == (None, TimezoneSource.UNKNOWN)
    assert isinstance(result, Meeting)
    assert result.point is None


def test_the_town_gives_the_zone_where_coordinates_lack() -> None:
    result = locate(unzoned(venue=IN_CHICAGO), a_source(), PLACES)

    assert zone_of(result) == (CHICAGO, TimezoneSource.PLACE)


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("IL", (CHICAGO, TimezoneSource.REGION)),
        ("Texas", (None, TimezoneSource.UNKNOWN)),
        ("Alaska", (None, TimezoneSource.UNKNOWN)),
        ("", (None, TimezoneSource.UNKNOWN)),
    ],
)
def test_a_state_decides_only_when_it_lies_in_one_zone(region: str, expected: object) -> None:
    meeting = unzoned(venue=Venue(town="Unheard Of", region=region, country="US"))

    assert zone_of(locate(meeting, a_source(), NO_PLACES)) == expected


def test_the_operator_goes_before_the_list() -> None:
    result = locate(a_meeting(), a_source(), NO_PLACES, timezone=CHICAGO)

    assert zone_of(result) == (CHICAGO, TimezoneSource.DEFAULT)


def test_a_meeting_without_a_schedule_stays_without() -> None:
    result = locate(a_meeting(schedule=None), a_source(timezone=CHICAGO), NO_PLACES)

    assert result == a_meeting(schedule=None)


@pytest.mark.parametrize("point", [None, Point(0, 0)])
def test_a_missing_point_is_the_towns_and_says_so(point: Point | None) -> None:
    meeting = unzoned(venue=IN_CHICAGO, point=point, accuracy=point and Accuracy.EXACT)

    assert point_of(meeting) == (CHICAGO_LOOP, Accuracy.LOCALITY)


@pytest.mark.parametrize(
    "wrong", [Point(-73.99, 40.69), Point(40.69, 73.99), Point(-40.69, -73.99)]
)
def test_swapped_numbers_and_lost_signs_are_repaired_by_the_country(wrong: Point) -> None:
    meeting = unzoned(venue=Venue(country="US"), point=wrong, accuracy=Accuracy.EXACT)

    assert point_of(meeting) == (BROOKLYN, Accuracy.EXACT)


def test_the_sea_off_africa_is_no_place_of_any_list() -> None:
    meeting = a_meeting(point=Point(0, 0), accuracy=Accuracy.EXACT, venue=Venue(street="1 St"))

    result = locate(meeting, a_source(), NO_PLACES)

    assert isinstance(result, Meeting)
    assert result.point is None


def test_a_point_in_another_country_gives_way_to_the_town() -> None:
    meeting = unzoned(venue=IN_CHICAGO, point=Point(48.85, 2.35), accuracy=Accuracy.EXACT)

    assert point_of(meeting) == (CHICAGO_LOOP, Accuracy.LOCALITY)


def test_a_territory_is_not_abroad() -> None:
    san_juan = Point(18.45, -66.07)
    meeting = unzoned(venue=Venue(country="USA"), point=san_juan, accuracy=Accuracy.EXACT)

    assert point_of(meeting) == (san_juan, Accuracy.EXACT)


def test_an_instant_becomes_the_wall_clock_at_its_place() -> None:
    schedule = schedule_of(an_instant(ordinals=(3,), duration=dt.timedelta(hours=1)))

    assert schedule == Schedule(
        rules=(Rule(weekday=5, ordinals=(3,)),),
        start=dt.time(20, 0),
        duration=dt.timedelta(hours=1),
        timezone=NEW_YORK,
        timezone_source=TimezoneSource.PLACE,
    )


@pytest.mark.parametrize("month", [1, 7])
def test_the_wall_clock_is_the_same_on_both_sides_of_a_clock_change(month: int) -> None:
    hour = 1 if month == 1 else 0
    next_at = dt.datetime(2026, month, 10, hour, tzinfo=dt.UTC)

    assert schedule_of(an_instant(next_at=next_at)).start == dt.time(20, 0)


def test_every_other_week_is_anchored_at_the_local_date() -> None:
    (rule,) = schedule_of(an_instant(interval_weeks=2)).rules

    assert rule == Rule(weekday=5, interval_weeks=2, anchor_on=dt.date(2026, 8, 21))


def test_a_date_outside_its_own_rule_is_rejected() -> None:
    result = locate(an_instant(ordinals=(2,)), a_source(), PLACES)

    assert result == Rejected(
        "1", "no trustworthy time: 2026-08-21 in America/New_York is not in its own rule"
    )


def test_an_instant_without_a_zone_is_rejected_and_says_of_which_place() -> None:
    nowhere = an_instant(venue=Venue(town="Waterford Township", region="Michigan", country="US"))

    result = locate(nowhere, a_source(timezone=CHICAGO), PLACES)

    assert result == Rejected(
        "1", "no trustworthy time: the zone of Waterford Township, Michigan is unknown"
    )


def test_an_instant_takes_the_zone_of_its_state_as_a_guess() -> None:
    result = locate(
        an_instant(venue=Venue(region="Massachusetts", country="US")), a_source(), PLACES
    )

    assert zone_of(result) == (NEW_YORK, TimezoneSource.REGION)


def test_the_operator_knows_the_zone_of_an_instant_better() -> None:
    result = locate(an_instant(), a_source(), PLACES, timezone=CHICAGO)

    assert isinstance(result, Meeting)
    assert result.schedule is not None
    assert (result.schedule.start, result.schedule.timezone) == (dt.time(19, 0), CHICAGO)


class Codes(Gazetteer):
    """A made gazetteer that knows postal codes too."""

    def postcode(self, code: str, country: str) -> Point | None:
        return {
            ("11201", "US"): Point(40.694, -73.990),
            ("60601", "US"): CHICAGO_LOOP,
            ("T0A", "CA"): Point(54.5, -111.9),
        }.get((code, country))


CODES = Codes(Brooklyn_NY=APlace(Point(40.65, -73.95), "America/New_York"))


def placed(**venue: str) -> tuple[Meeting, Meeting]:
    """Return a meeting at BROOKLYN with a venue, and what `locate` makes of it."""
    meeting = a_meeting(point=BROOKLYN, accuracy=Accuracy.EXACT, venue=Venue(**venue))
    result = locate(meeting, a_source(), CODES)
    assert isinstance(result, Meeting)
    return meeting, result


def test_a_coordinate_near_its_postal_code_stays() -> None:
    meeting, result = placed(postal_code="11201", country="US")

    assert result == meeting
    assert oddity(meeting, result) == ""


def test_a_coordinate_far_from_its_postal_code_gives_way_to_it() -> None:
    meeting, result = placed(postal_code="60601", country="US")

    assert (result.point, result.accuracy) == (CHICAGO_LOOP, Accuracy.POSTCODE)
    assert oddity(meeting, result) == "lie more than 25 km from their postal code"


def test_a_coordinate_that_its_town_confirms_stays_whatever_the_code() -> None:
    meeting, result = placed(postal_code="60601", town="Brooklyn", region="NY", country="US")

    assert result == meeting


@pytest.mark.parametrize(
    ("venue", "expected"),
    [
        (Venue(postal_code="11201", country="US"), Accuracy.POSTCODE),
        (Venue(postal_code="11201", town="Brooklyn", region="NY", country="US"), Accuracy.POSTCODE),
        (Venue(postal_code="99999", town="Brooklyn", region="NY", country="US"), Accuracy.LOCALITY),
        (Venue(postal_code="11201"), None),
        (Venue(postal_code="T0A", country="CA"), None),  # hundreds of kilometres wide
    ],
)
def test_the_postal_code_goes_before_the_town(venue: Venue, expected: Accuracy | None) -> None:
    result = locate(a_meeting(venue=venue), a_source(), CODES)

    assert isinstance(result, Meeting)
    assert result.accuracy is expected


def test_a_gazetteer_without_postal_codes_is_asked_for_none() -> None:
    meeting = a_meeting(venue=Venue(postal_code="11201", country="US"))

    assert locate(meeting, a_source(), NO_PLACES) == meeting


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Point(-73.99, 40.69), "have latitude and longitude swapped, or a sign lost"),
        (Point(40.69, 73.99), "have latitude and longitude swapped, or a sign lost"),
        (Point(0, 0), "cannot be right"),
        (Point(48.2, 16.37), "cannot be right"),
    ],
)
def test_what_was_wrong_with_a_coordinate_is_told(given: Point, words: str) -> None:
    meeting = a_meeting(point=given, accuracy=Accuracy.EXACT, venue=Venue(country="US"))

    result = locate(meeting, a_source(), NO_PLACES)

    assert isinstance(result, Meeting)
    assert oddity(meeting, result) == words


def test_a_geocoder_goes_before_the_postal_code_but_not_far_from_it() -> None:
    venue = Venue(street="1 Sample St", postal_code="11201", country="US")

    def answering(point: Point) -> AddressFinder:
        return lambda _venue, _country: (point, Accuracy.STREET)

    results = [
        locate(a_meeting(venue=venue), a_source(), ladder(CODES, answering(point)))
        for point in (Point(40.70, -73.98), Point(41.0, -73.0))
    ]

    assert [each.accuracy for each in results if isinstance(each, Meeting)] == [
        Accuracy.STREET,
        Accuracy.POSTCODE,
    ]
