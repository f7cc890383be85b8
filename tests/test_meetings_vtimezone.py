"""VTIMEZONEs: exact bytes of odd zones, and every zone against the zone data (calendar.md 8)."""

import datetime as dt
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest

# python-dateutil carries no types
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from dateutil.tz import tzical  # type: ignore[import-untyped]

from meetings.vtimezone import FIRST_YEAR, LAST_YEAR, vtimezone
from meetings.zones import zone, zone_names
from tests.shared import shared

BEGIN = dt.datetime(FIRST_YEAR, 1, 1, tzinfo=dt.UTC)
END = dt.datetime(LAST_YEAR + 1, 1, 1, tzinfo=dt.UTC)
MINUTES_AROUND = (-61, -60, -31, -30, -1, 0, 1, 29, 30, 31, 59, 60, 61, 90)
ODD_ZONES = (  # one for each way in which a zone is odd
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Havana",
    "America/Nuuk",
    "America/Santiago",
    "America/Toronto",
    "America/Vancouver",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Kolkata",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/Volgograd",
    "Pacific/Chatham",
    "Pacific/Norfolk",
)

Clock = tuple[dt.datetime, dt.timedelta, dt.timedelta]  # UTC instant, offset before and after


def test_toronto_is_two_yearly_rules() -> None:
    assert vtimezone("America/Toronto") == _crlf(
        """
        BEGIN:VTIMEZONE
        TZID:America/Toronto
        BEGIN:DAYLIGHT
        TZNAME:EDT
        TZOFFSETFROM:-0500
        TZOFFSETTO:-0400
        DTSTART:20070311T020000
        RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
        END:DAYLIGHT
        BEGIN:STANDARD
        TZNAME:EST
        TZOFFSETFROM:-0400
        TZOFFSETTO:-0500
        DTSTART:20071104T020000
        RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
        END:STANDARD
        END:VTIMEZONE
        """
    )


def test_dublin_goes_forward_in_summer_whatever_its_law_calls_it() -> None:
    assert _observances("Europe/Dublin") == [
        "DAYLIGHT IST +0000 +0100 19960331T010000 FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "STANDARD GMT +0100 +0000 19961027T020000 FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    ]


def test_lord_howe_changes_by_half_an_hour() -> None:
    assert _observances("Australia/Lord_Howe") == [
        "STANDARD +1030 +1100 +1030 20080406T020000 FREQ=YEARLY;BYMONTH=4;BYDAY=1SU",
        "DAYLIGHT +11 +1030 +1100 20081005T020000 FREQ=YEARLY;BYMONTH=10;BYDAY=1SU",
    ]


def test_a_zone_without_changes_is_one_standard_with_equal_offsets() -> None:
    assert vtimezone("Asia/Kolkata") == _crlf(
        """
        BEGIN:VTIMEZONE
        TZID:Asia/Kolkata
        BEGIN:STANDARD
        TZNAME:IST
        TZOFFSETFROM:+0530
        TZOFFSETTO:+0530
        DTSTART:20190101T000000
        END:STANDARD
        END:VTIMEZONE
        """
    )


def test_rules_that_begin_inside_the_years_get_an_opening() -> None:
    assert _observances("Pacific/Norfolk") == [
        "STANDARD +12 +1200 +1200 20190101T000000",
        "STANDARD +11 +1200 +1100 20200405T030000 FREQ=YEARLY;BYMONTH=4;BYDAY=1SU",
        "DAYLIGHT +12 +1100 +1200 20201004T020000 FREQ=YEARLY;BYMONTH=10;BYDAY=1SU",
    ]


def test_vancouver_is_listed_and_ends_in_a_new_name_for_the_same_offset() -> None:
    assert _observances("America/Vancouver") == [
        "STANDARD PST -0800 -0800 20190101T000000",
        "DAYLIGHT PDT -0800 -0700 20200308T020000",
        "STANDARD PST -0700 -0800 20201101T020000",
        "DAYLIGHT PDT -0800 -0700 20210314T020000",
        "STANDARD PST -0700 -0800 20211107T020000",
        "DAYLIGHT PDT -0800 -0700 20220313T020000",
        "STANDARD PST -0700 -0800 20221106T020000",
        "DAYLIGHT PDT -0800 -0700 20230312T020000",
        "STANDARD PST -0700 -0800 20231105T020000",
        "DAYLIGHT PDT -0800 -0700 20240310T020000",
        "STANDARD PST -0700 -0800 20241103T020000",
        "DAYLIGHT PDT -0800 -0700 20250309T020000",
        "STANDARD PST -0700 -0800 20251102T020000",
        "DAYLIGHT PDT -0800 -0700 20260308T020000",
        "STANDARD MST -0700 -0700 20261101T020000",
    ]


def test_nuuk_is_listed_until_its_new_rules_and_changes_on_the_saturday_before() -> None:
    saturday = "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=24,25,26,27,28,29,30;BYDAY=SA"

    assert _observances("America/Nuuk") == [
        "STANDARD -03 -0300 -0300 20190101T000000",
        "DAYLIGHT -02 -0300 -0200 20200328T220000",
        "STANDARD -03 -0200 -0300 20201024T230000",
        "DAYLIGHT -02 -0300 -0200 20210327T220000",
        "STANDARD -03 -0200 -0300 20211030T230000",
        "DAYLIGHT -02 -0300 -0200 20220326T220000",
        "STANDARD -03 -0200 -0300 20221029T230000",
        "DAYLIGHT -02 -0300 -0200 20230325T220000",
        f"DAYLIGHT -01 -0200 -0100 20240330T230000 {saturday}",
        "STANDARD -02 -0100 -0200 20241027T000000 FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    ]


def test_cairo_has_no_rule_since_its_autumn_change_may_fall_into_november() -> None:
    observances = _observances("Africa/Cairo")

    assert observances[:3] == [
        "STANDARD EET +0200 +0200 20190101T000000",
        "DAYLIGHT EEST +0200 +0300 20230428T000000",
        "STANDARD EET +0300 +0200 20231027T000000",
    ]
    assert observances[-1] == "STANDARD EET +0300 +0200 20371030T000000"
    assert len(observances) == 1 + 2 * 15
    assert not any("FREQ" in observance for observance in observances)


def test_casablanca_is_listed_until_it_leaves_summer_time_for_good() -> None:
    assert _observances("Africa/Casablanca") == [
        "STANDARD +01 +0100 +0100 20190101T000000",
        "STANDARD +00 +0100 +0000 20200419T030000",
        "DAYLIGHT +01 +0000 +0100 20200531T020000",
        "STANDARD +00 +0100 +0000 20210411T030000",
        "DAYLIGHT +01 +0000 +0100 20210516T020000",
        "STANDARD +00 +0100 +0000 20220327T030000",
        "DAYLIGHT +01 +0000 +0100 20220508T020000",
        "STANDARD +00 +0100 +0000 20230319T030000",
        "DAYLIGHT +01 +0000 +0100 20230423T020000",
        "STANDARD +00 +0100 +0000 20240310T030000",
        "DAYLIGHT +01 +0000 +0100 20240414T020000",
        "STANDARD +00 +0100 +0000 20250223T030000",
        "DAYLIGHT +01 +0000 +0100 20250406T020000",
        "STANDARD +00 +0100 +0000 20260215T030000",
        "DAYLIGHT +01 +0000 +0100 20260322T020000",
        "STANDARD +00 +0100 +0000 20260920T020000",
    ]


def test_what_is_no_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="Area/Place"):
        vtimezone("Eastern Standard Time")


def test_every_zone_is_made_of_lines_that_all_programs_read() -> None:
    wrong = {
        name
        for name in zone_names()
        if not re.fullmatch(
            rf"BEGIN:VTIMEZONE\r\nTZID:{re.escape(name)}\r\n"
            r"(BEGIN:(STANDARD|DAYLIGHT)\r\nTZNAME:[A-Za-z0-9+-]+\r\n"
            r"TZOFFSETFROM:(?!-0000)[+-]\d{4}\r\nTZOFFSETTO:(?!-0000)[+-]\d{4}\r\n"
            r"DTSTART:\d{8}T\d{6}\r\n(RRULE:FREQ=YEARLY;[A-Z0-9=;,-]{1,62}\r\n)?END:\2\r\n)+"
            r"END:VTIMEZONE\r\n",
            vtimezone(name).decode("ascii"),
        )
    }

    assert wrong == set()


def test_daylight_is_what_goes_forward_in_every_zone() -> None:
    wrong = {
        name
        for name in zone_names()
        for kind, _, before, after, *_ in map(str.split, _observances(name))
        if (kind == "DAYLIGHT") != (_offset(after) > _offset(before))
    }

    assert wrong == set()


@pytest.mark.parametrize("name", ODD_ZONES)
def test_an_odd_zone_changes_when_the_zone_data_say(name: str) -> None:
    true = _true_changes(name)

    assert _stated_changes(name) == true
    assert _misread_times(name, true) == []


@pytest.mark.long
def test_every_zone_changes_when_the_zone_data_say() -> None:
    wrong = []
    for name in _one_name_for_each_zone_file():
        true = _true_changes(name)
        if _stated_changes(name) != true or _misread_times(name, true):
            wrong.append(name)

    assert wrong == []


def test_aliases_of_a_zone_differ_in_their_name_only() -> None:
    halifax, canada = vtimezone("America/Halifax"), vtimezone("Canada/Atlantic")

    assert canada == halifax.replace(b"America/Halifax", b"Canada/Atlantic")


@pytest.mark.lists
def test_the_shared_judge_finds_every_zone_right() -> None:
    judge = shared("tools/check_vtimezone.py")
    repository = Path(__file__).resolve().parents[1]

    run = subprocess.run(  # noqa: S603 # our own tool
        [sys.executable, str(judge), "--call", "meetings.vtimezone:vtimezone"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stderr) == (0, "")
    assert f"{len(zone_names())} VTIMEZONEs" in run.stdout
    assert run.stdout.rstrip().endswith(": 0 wrong")


def _crlf(text: str) -> bytes:
    return "".join(f"{line.strip()}\r\n" for line in text.strip().splitlines()).encode()


def _observances(name: str) -> list[str]:
    """Return "KIND NAME FROM TO DTSTART [RRULE]" of each observance."""
    blocks = re.findall(r"BEGIN:([SD].+?)\r\n(.+?)END:", vtimezone(name).decode(), re.DOTALL)
    return [
        " ".join([kind, *(line.partition(":")[2] for line in block.splitlines())])
        for kind, block in blocks
    ]


def _stated_changes(name: str) -> list[Clock]:
    """Return the changes of offset that our bytes state, as dateutil's rules count them."""
    stated = []
    for observance in _observances(name):
        _, _, before_text, after_text, start_text, *rrule = observance.split()
        before, after = _offset(before_text), _offset(after_text)
        start = dt.datetime.fromisoformat(start_text)  # no zone: dateutil counts in wall clock
        last = (END + before).replace(tzinfo=None)
        onsets = rrulestr(rrule[0], dtstart=start).between(start, last, inc=True) if rrule else []
        for onset in onsets or [start]:
            at = (onset - before).replace(tzinfo=dt.UTC)
            if before != after and BEGIN <= at < END:
                stated.append((at, before, after))
    return sorted(stated)


def _true_changes(name: str) -> list[Clock]:
    """Return the changes of offset of the zone data, found day by day, then minute by minute."""
    info, day, minute = zone(name), dt.timedelta(days=1), dt.timedelta(minutes=1)
    days = [BEGIN + count * day for count in range((END - BEGIN).days + 1)]
    offsets = [_true_offset(info, at) for at in days]
    changes = []
    for index, (before, after) in enumerate(pairwise(offsets)):
        if before != after:
            minutes = (days[index] + count * minute for count in range(24 * 60 + 1))
            first = next(at for at in minutes if _true_offset(info, at) == after)
            changes.append((first, before, after))
    return changes


def _true_offset(info: dt.tzinfo, at: dt.datetime) -> dt.timedelta:
    return at.astimezone(info).utcoffset() or dt.timedelta(0)


def _misread_times(name: str, changes: list[Clock]) -> list[dt.datetime]:
    """Return the local times near changes, and in each season, which dateutil reads otherwise."""
    info, reader = zone(name), tzical(io.StringIO(vtimezone(name).decode())).get()
    times = _times_that_exist_once(info, changes)
    return [
        time
        for time in times
        if time.replace(tzinfo=reader).utcoffset() != time.replace(tzinfo=info).utcoffset()
    ]


def _times_that_exist_once(info: dt.tzinfo, changes: list[Clock]) -> Iterator[dt.datetime]:
    for time in _local_times(changes):
        first, second = time.replace(tzinfo=info), time.replace(tzinfo=info, fold=1)
        if first.utcoffset() == second.utcoffset():
            yield time


def _local_times(changes: list[Clock]) -> Iterator[dt.datetime]:
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for month, day in ((1, 1), (1, 15), (4, 15), (7, 15), (10, 15), (12, 31)):
            yield dt.datetime(year, month, day, 12)  # noqa: DTZ001 # wall clock
    for at, before, after in changes:
        for offset in (before, after):
            wall = (at + offset).replace(tzinfo=None)
            yield from (wall + dt.timedelta(minutes=minutes) for minutes in MINUTES_AROUND)


def _one_name_for_each_zone_file() -> list[str]:
    root = resources.files("tzdata.zoneinfo")
    files = {root.joinpath(*name.split("/")).read_bytes(): name for name in sorted(zone_names())}
    return list(files.values())


def _offset(text: str) -> dt.timedelta:
    size = dt.timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return -size if text.startswith("-") else size
