import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from importers._overrides import Override, apply_override, load_overrides
from meetings.errors import SettingsError
from meetings.model import Accuracy, Point, ScheduleException, Status, VenueType
from tests.make import NOON, a_meeting, a_schedule

TODAY = NOON.date()
WHOLE = """
["greater-new-york:1452"]
timezone = "America/New_York"
point = [40.9694, -72.6191]
closed_until = 2026-12-24
takedown = 2027-01-01
exceptions = [{on = 2026-12-25, reason = "holiday"}, {on = 2027-01-01, moved_start = 10:00:00}]

["t:2"]
"""


def file_with(folder: Path, text: str) -> Path:
    (folder / "overrides.toml").write_text(text, encoding="utf-8")
    return folder


def test_every_key_is_read(tmp_path: Path) -> None:
    assert load_overrides(file_with(tmp_path, WHOLE)) == {
        "greater-new-york:1452": Override(
            timezone=ZoneInfo("America/New_York"),
            point=Point(40.9694, -72.6191),
            closed_until=dt.date(2026, 12, 24),
            takedown=dt.date(2027, 1, 1),
            exceptions=(
                ScheduleException(on=dt.date(2026, 12, 25), reason="holiday"),
                ScheduleException(on=dt.date(2027, 1, 1), moved_start=dt.time(10, 0)),
            ),
        ),
        "t:2": Override(),
    }


def test_no_file_is_no_override(tmp_path: Path) -> None:
    assert load_overrides(tmp_path) == {}
    assert load_overrides(None) == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('["t:1"', "overrides.toml is not TOML"),
        ("[t1]", "\"source:key\", got 't1'"),
        ('"t:1" = 5', "t:1 must be a table"),
        ('["t:1"]\nclosed = 2026-12-24', "unknown key 'closed'; the nearest is 'closed_until'"),
        ('["t:1"]\ntimezone = "EST"', "t:1, timezone must be a zone"),
        ('["t:1"]\npoint = [40.7]', r"t:1, point must be \[latitude, longitude\]"),
        ('["t:1"]\npoint = [140.7, 0]', "t:1, point must be"),
        ('["t:1"]\npoint = "here"', "t:1, point must be"),
        ('["t:1"]\ntakedown = "soon"', "t:1, takedown must be a date"),
        ('["t:1"]\nexceptions = [{reason = "x"}]', "exceptions, on must be a date"),
        ('["t:1"]\nexceptions = "x"', "exceptions must be a list of tables"),
    ],
)
def test_a_broken_file_is_one_clear_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        load_overrides(file_with(tmp_path, text))


def test_a_point_is_the_operators_and_exact() -> None:
    corrected = apply_override(a_meeting(), Override(point=Point(40, -73)), now=NOON)

    assert corrected == a_meeting(point=Point(40, -73), accuracy=Accuracy.EXACT)


def test_an_online_meeting_gets_no_point() -> None:
    online = a_meeting(venue_type=VenueType.ONLINE)

    assert apply_override(online, Override(point=Point(40, -73)), now=NOON) == online


@pytest.mark.parametrize(("days", "status"), [(0, Status.ACTIVE), (1, Status.CLOSED_FOR_NOW)])
def test_a_meeting_is_closed_up_to_the_day_it_meets_again(days: int, status: Status) -> None:
    override = Override(closed_until=TODAY + dt.timedelta(days=days))

    assert apply_override(a_meeting(), override, now=NOON).status is status


def test_exceptions_of_the_operator_win_and_are_in_order() -> None:
    listed = ScheduleException(on=dt.date(2026, 12, 1), reason="listed")
    ours = ScheduleException(on=dt.date(2026, 12, 1), reason="ours")
    earlier = ScheduleException(on=dt.date(2026, 11, 24))
    meeting = a_meeting(schedule=a_schedule(exceptions=(listed,)))

    corrected = apply_override(meeting, Override(exceptions=(ours, earlier)), now=NOON)

    assert corrected == a_meeting(schedule=a_schedule(exceptions=(earlier, ours)))


@pytest.mark.parametrize(("days", "is_down"), [(-1, True), (0, True), (1, False)])
def test_a_takedown_begins_on_its_day(days: int, is_down: bool) -> None:
    override = Override(takedown=TODAY + dt.timedelta(days=days))

    assert override.is_taken_down(NOON) is is_down
