import datetime as dt

import pytest

from importers._schedule_text import ScheduleText, schedule_text

HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("days", "ordinals"),
    [
        ("First and third", (1, 3)),
        ("Second and fourth", (2, 4)),
        ("Second, third, fourth, and last", (2, 3, 4, -1)),
        ("First, third, and last", (1, 3, -1)),
        ("Third", (3,)),
        ("Second", (2,)),
        ("Fourth", (4,)),
        ("Last", (-1,)),
        ("First", (1,)),
        ("Fifth", (5,)),
    ],
)
def test_every_ordinal_form_is_read(days: str, ordinals: tuple[int, ...]) -> None:
    text = f"{days} Friday of each month, 12:00 AM to 1:00 AM"

    assert schedule_text(text) == ScheduleText(ordinals, 1, HOUR)


def test_weekly_and_every_other_week_are_read() -> None:
    assert schedule_text("Every Tuesday, 7:00 PM to 8:00 PM") == ScheduleText((), 1, HOUR)
    assert schedule_text("Every other Friday, 1:00 AM to 2:00 AM") == ScheduleText((), 2, HOUR)


@pytest.mark.parametrize(
    ("hours", "minutes"),
    [("11:30 PM to 1:00 AM", 90), ("10:30 PM to 12:00 AM", 90), ("12:00 PM to 1:15 PM", 75)],
)
def test_the_length_passes_midnight_and_noon(hours: str, minutes: int) -> None:
    length = schedule_text(f"Every Monday, {hours}").duration

    assert length == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text",
    [
        "Whenever the moon is full",
        "Sixth Monday of each month, 1:00 PM to 2:00 PM",
        "First and first Monday of each month, 1:00 PM to 2:00 PM",
        "Every Monday",
        "Every Monday, 13:00 PM to 2:00 PM",
        "Every Monday, 1:00 PM to 1:00 PM",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"understood|no hour|length of zero"):
        schedule_text(text)
