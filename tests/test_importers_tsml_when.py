import datetime as dt
from typing import Any

import pytest

from importers._monthly_words import ordinals_said
from importers._tsml_when import When, own_day, when


def when_of(**record: Any) -> When:
    return when({"day": 1, "time": "19:00"} | record)


@pytest.mark.parametrize(
    ("given", "days"),
    [
        (0, (7,)),
        (6, (6,)),
        ("0", (7,)),
        (" 3 ", (3,)),
        (3.0, (3,)),
        ("3.0", (3,)),
        ([1, 3], (1, 3)),
        (["0", "6", "0"], (7, 6)),
        ("1,3", (1, 3)),
        ("Sunday", (7,)),
        ("SUNDAY", (7,)),
        ("Monday, Wednesday & Friday", (1, 3, 5)),
        ("Monday and Friday", (1, 5)),
        ("söndag", (7,)),
        ("日曜日", (7,)),
        ("۰", (7,)),
        (None, ()),
        ("", ()),
        ([], ()),
        ([None], ()),
    ],
)
def test_a_day_comes_as_a_number_text_name_or_list(given: object, days: tuple[int, ...]) -> None:
    assert when_of(day=given).days == days


@pytest.mark.parametrize("given", [7, -1, "7", "8", 1.5, "soon", "daily", True, {}, [[1]], [True]])
def test_a_day_that_is_none_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match=r"^day: "):
        when_of(day=given)


def test_their_number_of_a_day_is_what_the_list_wrote() -> None:
    assert [own_day(weekday) for weekday in (7, 1, 6)] == [0, 1, 6]


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("19:00", "20:15", 75),
        ("23:00", "00:00", 60),
        ("22:30", "00:30", 120),
        ("23:30", "24:00", 30),
        ("00:00", "23:59", 23 * 60 + 59),
        ("7:00 PM", "8:00 PM", 60),
        ("12:00", "01:00", 60),
        ("12:10", "01:30", 80),
        ("11:30", "00:30", 60),
        ("10:00", "10:00", None),
        ("18:00", "09:00", 180),
        ("18:00", "17:00", None),
        ("18:00", "late", None),
        ("18:00", "", None),
    ],
)
def test_the_length_is_read_past_midnight_and_over_slips(
    start: str, end: str, minutes: int | None
) -> None:
    found = when_of(time=start, end_time=end)

    assert found.duration == (None if minutes is None else dt.timedelta(minutes=minutes))


def test_a_meeting_past_midnight_is_no_slip_and_a_slip_is_told() -> None:
    assert when_of(time="23:00", end_time="00:30").remarks == ()
    assert when_of(time="12:00", end_time="01:00").remarks == (
        "end_time: is before time, read as 12 hours later",
    )


def test_a_slip_at_noon_is_midnight_where_the_record_says_so() -> None:
    noon = when_of(time="12:00", end_time="01:00", name="Nooners")
    midnight = when_of(time="12:00", end_time="01:00", name="The Midnight Hour")
    formatted = when_of(time="12:10", end_time="01:30", time_formatted="12:10 am")

    assert noon.start == dt.time(12, 0)
    assert midnight.start == dt.time(0, 0)
    assert formatted.start == dt.time(0, 10)
    assert midnight.duration == dt.timedelta(hours=1)


def test_a_long_meeting_is_kept_and_told() -> None:
    found = when_of(time="09:00", end_time="13:00")

    assert found.duration == dt.timedelta(hours=4)
    assert found.remarks == ("end_time: is more than 3 hours after time",)


def test_the_written_out_hour_helps_where_the_hour_is_none() -> None:
    assert when_of(time=1930, time_formatted="7:30 pm").start == dt.time(19, 30)
    assert when_of(time=None, time_formatted="Noon").start == dt.time(12, 0)
    assert when_of(time=1930).remarks == (
        "time: is no HH:MM, so the meeting is listed without an hour",
    )


@pytest.mark.parametrize(
    ("notes", "ordinals"),
    [
        ("Only meets 1st Tuesday of the Month.  In the basement.", (1,)),
        ("This meeting is held on the first Tuesday of each month only.", (1,)),
        ("Meets at a residence on the last Tuesday of the month. Ring.", (-1,)),
        ("Only on 3rd Tuesday of each month", (3,)),
        ("We meet the second and fourth Tuesday of every month", (2, 4)),
        ("Meets on the first Friday of the month", ()),
        ("First Tuesday - Eating meeting", ()),
        ("Speaker meeting held on the first Tuesday of each month", ()),
        ("Business meeting on the last Tuesday of the month", ()),
        ("First Tuesday of every month is a Speaker meeting", ()),
        ("We meet every other Tuesday", ()),
        ("Meets on the second floor", ()),
        ("", ()),
    ],
)
def test_only_clear_words_make_a_meeting_monthly(notes: str, ordinals: tuple[int, ...]) -> None:
    assert ordinals_said(notes, 2) == ordinals
