import datetime as dt

import pytest

from importers._clock import clock
from importers._naws_time import start_time
from importers._weekdays import weekday_named


@pytest.mark.parametrize(
    ("given", "hour", "minute"),
    [
        ("19:00", 19, 0),
        ("7:05", 7, 5),
        ("7:00 PM", 19, 0),
        ("11:00 AM", 11, 0),
        ("12:15 AM", 0, 15),
        ("12:15 p.m.", 12, 15),
        ("7pm", 19, 0),
        ("7 P.M.", 19, 0),
        ("18:00:00", 18, 0),
        ("7:00:00 PM", 19, 0),
        ("Noon", 12, 0),
        ("midnight", 0, 0),
        ("19:30 PM", 19, 30),
        ("0:30 AM", 0, 30),
        ("19h30", 19, 30),
        ("19.30", 19, 30),
        ("۱۹:۳۰", 19, 30),
        ("١٩:٣٠", 19, 30),
        ("7:00\u202fPM", 19, 0),
    ],
)
def test_an_hour_is_understood_as_people_write_it(given: str, hour: int, minute: int) -> None:
    assert clock(given) == dt.time(hour, minute)


@pytest.mark.parametrize(
    "given", ["", "7", "1900", "24:00", "25:00", "7:60", "13:00 AM", "19:00-20:00", "soon", "x:00"]
)
def test_what_is_no_hour_is_none(given: str) -> None:
    assert clock(given) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1930", "19:30"),
        ("0730", "07:30"),
        ("730", "07:30"),
        ("0", "00:00"),
        ("30", "00:30"),
        ("0000", "00:00"),
        ("19:30", "19:30"),
        ("7:30 PM", "19:30"),
        ("0.8125", "19:30"),
        (".5", "12:00"),
        ("۱۹۳۰", "19:30"),
    ],
)
def test_the_hours_of_a_naws_export_come_in_old_and_new_forms(given: str, expected: str) -> None:
    assert f"{start_time(given):%H:%M}" == expected


@pytest.mark.parametrize("given", ["", "7", "2400", "1960", "19300", "1.5", "late"])
def test_other_hours_of_a_naws_export_are_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r"^Time: must be HHMM"):
        start_time(given)


@pytest.mark.parametrize(
    ("name", "weekday"),
    [
        ("Sunday", 7),
        ("MONDAYS", 1),
        ("Thurs.", 4),
        ("domingo", 7),
        ("miercoles", 3),
        ("Dimanche", 7),
        ("日曜日", 7),
        ("söndag", 7),
        ("SÖNDAG", 7),
        ("nedeľa", 7),
        ("Segunda-Feira", 1),
        ("سه‌شنبه", 2),
        ("วันอาทิตย์", 7),
        ("someday", None),
        ("", None),
        ("1", None),
    ],
)
def test_days_are_known_by_name_in_many_languages(name: str, weekday: int | None) -> None:
    assert weekday_named(name) == weekday
