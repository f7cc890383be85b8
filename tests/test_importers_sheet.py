import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import sheet
from importers._source import Importer, Payloads, Rejected, Source
from meetings.errors import UnknownFormat
from meetings.model import Admission, Meeting, Online, Rule, TimezoneSource, VenueType
from meetings.zones import zone
from tests.make_lists import NOW, a_source
from tests.shared import shared

FILE = Path(__file__).parent / "data" / "sheet" / "clinic.csv"
SOURCE = a_source(id="clinic", importer="sheet", fellowship="na")
IMPORTER: Importer = sheet


def a_row(**changes: str) -> dict[str, str]:
    """Return Tuesdays at 19:00 in Albany, in person."""
    defaults = {
        "id": "albany-tue",
        "name": "Evening Hope",
        "day": "tue",
        "start": "19:00",
        "end": "20:30",
        "timezone": "America/New_York",
        "format": "in-person",
        "city": "Albany",
        "country": "US",
    }
    return defaults | changes


def a_sheet(*rows: dict[str, str]) -> Payloads:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return {"sheet": text.getvalue().encode()}


def read(payloads: Payloads, source: Source = SOURCE) -> list[Any]:
    return list(sheet.read(payloads, source))


def meeting_of(**changes: str) -> Meeting:
    (result,) = read(a_sheet(a_row(**changes)))
    assert isinstance(result, Meeting), result
    return result


def reason_for(**changes: str) -> str:
    (result,) = read(a_sheet(a_row(**changes)))
    assert isinstance(result, Rejected), result
    return result.reason


def test_a_forgiving_sheet_gives_its_meetings_and_exact_errors() -> None:
    results = read(sheet.load(FILE))

    assert [type(result) for result in results] == [Meeting] * 4 + [Rejected] * 6
    assert results[4] == Rejected(
        "house-5",
        "row 7, day: must be a day such as tue or Tuesday; "
        "start: must be HH:MM, 24 h, such as 19:00; "
        "timezone: must be an IANA name such as America/Chicago or Europe/London; "
        "city: is missing, and people meet there; country: is missing, and people meet there",
    )
    assert [result.reason.partition(":")[0] for result in results[5:]] == [
        "row 8, fellowship",
        "row 9, day",
        "row 10, first_date",
        "row 11, id",
        "row 12, id",
    ]


def test_words_and_digits_of_other_languages_are_understood() -> None:
    _, second, third, fourth, *_ = read(sheet.load(FILE))

    assert second.schedule.rules == (Rule(weekday=2, ordinals=(1, 3)),)
    assert (second.schedule.start, second.schedule.duration) == (
        dt.time(19, 30),
        dt.timedelta(hours=1),
    )
    assert third.schedule.rules == (Rule(weekday=1), Rule(weekday=4))
    assert third.schedule.duration == dt.timedelta(minutes=45)
    assert fourth.schedule.start == dt.time(18, 0)
    assert fourth.schedule.rules == (
        Rule(weekday=5, interval_weeks=2, anchor_on=dt.date(2026, 8, 28)),
    )


def test_each_row_has_the_fellowship_that_it_names() -> None:
    results = read(sheet.load(FILE))

    assert [(each.fellowship, each.admission) for each in results[:4]] == [
        ("na", Admission.OPEN),
        ("smart", Admission.OWN_RECOVERY),
        ("al-anon", Admission.FAMILY_OPEN),
        ("lifering", Admission.OWN_RECOVERY),
    ]


def test_people_and_secrets_are_dropped_and_counted() -> None:
    payloads = sheet.load(FILE)

    everything = repr(read(payloads))

    assert "SECRET" not in everything
    assert "555" not in everything
    assert sheet.notices(payloads, now=NOW) == [
        "dropped the column Facilitator: 2 cells of people or secrets",
        "dropped the column Phone: 1 cell of people or secrets",
        "ignored columns that are none of ours: Room colour",
    ]


def test_the_guard_against_formulas_is_taken_off_again() -> None:
    assert meeting_of(notes="'=SUM(A1)").notes == "=SUM(A1)"
    assert meeting_of(name="'Round Midnight").name == "'Round Midnight"


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("19:00", dt.time(19, 0)),
        ("7:00 PM", dt.time(19, 0)),
        ("7pm", dt.time(19, 0)),
        ("19:00:00", dt.time(19, 0)),
        ("۱۹:۰۰", dt.time(19, 0)),
        ("0.7916666666666666", dt.time(19, 0)),
        ("1899-12-30 19:00", dt.time(19, 0)),
    ],
)
def test_hours_come_in_many_forms(written: str, start: dt.time) -> None:
    schedule = meeting_of(start=written).schedule

    assert schedule is not None
    assert schedule.start == start


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"start": ""}, "row 2, start: is missing"),
        ({"end": ""}, "row 2, end: is missing"),
        ({"end": "19:00"}, "row 2, end: must differ"),
        ({"end": "03:30"}, "row 2, end: must be within 8 hours"),
        ({"timezone": ""}, "row 2, timezone: is missing"),
        ({"format": ""}, "row 2, format: must be in-person, online or hybrid"),
        ({"ordinal": "every other"}, "row 2, first_date: must be the date of one real meeting"),
        ({"ordinal": "first;first;last;no"}, "row 2, ordinal: must be empty"),
        ({"languages": "Klingon"}, "row 2, languages: must be English names"),
        ({"page_url": "javascript:alert(1)"}, "row 2, page_url: must be one http or https link"),
        ({"fellowship": "smart"}, "row 2, program: is missing"),
        ({"id": ""}, "row 2, id: is missing"),
    ],
)
def test_a_fault_is_told_by_row_and_column(changes: dict[str, str], reason: str) -> None:
    assert reason_for(**changes).startswith(reason)


def test_the_zone_may_come_from_the_operator() -> None:
    source = a_source(id="clinic", importer="sheet", timezone=zone("America/Denver"))

    (result,) = read(a_sheet(a_row(timezone="")), source)

    assert result.schedule.timezone == zone("America/Denver")
    assert result.schedule.timezone_source is TimezoneSource.DEFAULT


def test_a_pass_code_in_a_link_stays_with_the_group() -> None:
    join = "https://meet.example.org/a?pwd=SECRET&x=1"

    meeting = meeting_of(format="Google Meet", join_url=join)

    assert meeting.online == Online(url="https://meet.example.org/a?x=1")
    assert meeting.venue_type is VenueType.ONLINE


def test_a_workbook_of_a_spreadsheet_program_is_read_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    row = a_row()
    page.append(list(row))
    page.append(list((row | {"start": dt.time(19, 0), "end": dt.time(20, 30)}).values()))
    book.save(tmp_path / "clinic.xlsx")

    assert read(sheet.load(tmp_path)) == read(a_sheet(row))


def test_a_sheet_without_a_needed_column_is_refused() -> None:
    row = a_row()
    del row["id"], row["end"]

    with pytest.raises(UnknownFormat, match="no column id and no end"):
        read(a_sheet(row))


@pytest.mark.parametrize("body", [b"", b"<html>Sign in</html>", b"a,b\n1,2\n", b"%PDF-1.4"])
def test_what_is_no_sheet_is_never_an_empty_one(body: bytes) -> None:
    with pytest.raises(UnknownFormat):
        read({"sheet": body})


def test_the_template_is_a_sheet_whose_examples_are_no_meetings() -> None:
    results = read({"sheet": sheet.template()})

    assert [result.key for result in results] == ["example-monday", "example-every-other"]
    assert all("is an example of the template" in result.reason for result in results)


def test_the_examples_of_the_template_are_right_once_they_have_a_name() -> None:
    renamed = sheet.template().replace(b"example-", b"our-")

    assert [type(result) for result in read({"sheet": renamed})] == [Meeting, Meeting]
    assert sheet.notices({"sheet": renamed}, now=NOW) == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "https://docs.google.com/spreadsheets/d/abc/edit#gid=7",
            "https://docs.google.com/spreadsheets/d/abc/export?format=csv&gid=7",
        ),
        (
            "https://docs.google.com/spreadsheets/d/e/2PACX-1/pubhtml?gid=0",
            "https://docs.google.com/spreadsheets/d/e/2PACX-1/pub?output=csv",
        ),
        ("https://clinic.example.org/sheet.csv", "https://clinic.example.org/sheet.csv"),
    ],
)
async def test_a_published_spreadsheet_is_asked_for_its_csv(url: str, expected: str) -> None:
    async def get(asked: str) -> bytes:
        return asked.encode()

    assert await sheet.fetch(get, a_source(url=url)) == {"sheet": expected.encode()}


@pytest.mark.lists
def test_every_row_of_the_documented_example_is_valid() -> None:
    results = read(sheet.load(shared("data/smart/csv-example.csv")), a_source(fellowship="smart"))

    assert [type(result) for result in results] == [Meeting] * 12
    assert [result.is_listed for result in results] == [True] * 11 + [False]


@given(
    st.dictionaries(
        st.sampled_from([*a_row(), "ordinal", "first_date", "languages", "audiences"]),
        st.text(max_size=30) | st.sampled_from(["every other", "2026-08-25", "24:00", "٩:٠٠"]),
    )
)
def test_whatever_stands_in_the_cells_each_row_is_a_meeting_or_rejected(
    cells: dict[str, str],
) -> None:
    try:
        results = read(a_sheet(a_row(**cells)))
    except UnknownFormat:
        return

    assert all(isinstance(result, Meeting | Rejected) for result in results)


@given(st.binary(max_size=300))
def test_whatever_the_file_holds_it_is_read_or_refused(body: bytes) -> None:
    header = b"id,day,start,end,format\n"
    try:
        results = read({"sheet": header + body})
    except UnknownFormat:
        return

    assert all(isinstance(result, Meeting | Rejected) for result in results)
