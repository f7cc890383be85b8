import csv
import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from importers import naws
from importers._source import Importer, Rejected, Source, Withdrawn
from meetings.errors import UnknownFormat
from meetings.model import (
    Accuracy,
    Admission,
    Meeting,
    Online,
    Point,
    Rule,
    Schedule,
    Status,
    TimezoneSource,
    Venue,
    VenueType,
)
from meetings.storage.documents import encode
from meetings.zones import zone
from tests.make_lists import NOW, a_source
from tests.shared import shared

FOLDER = Path(__file__).parent / "data" / "naws"
IMPORTER: Importer = naws


def a_naws_row(**changes: object) -> dict[str, object]:
    """Return Tuesdays at 19:30 in Brooklyn, in the columns that matter."""
    defaults = {
        "Committee": "G00000001",
        "CommitteeName": "Hope Group",
        "AreaRegion": "AR1",
        "Day": "Tuesday",
        "Time": "1930",
        "Address": "1 Sample St",
        "City": "Brooklyn",
        "State": "NY",
    }
    return defaults | changes


def table(*rows: Mapping[str, object]) -> bytes:
    stream = io.StringIO()
    columns = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.DictWriter(stream, columns)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def results(body: bytes, source: Source | None = None) -> list[Meeting | Rejected]:
    found = naws.read({"naws": body}, source or a_source(importer="naws"))
    return [each for each in found if isinstance(each, Meeting | Rejected)]


def meeting_of(**changes: object) -> Meeting:
    (result,) = results(table(a_naws_row(**changes)))
    assert isinstance(result, Meeting), result
    return result


def rejection_of(**changes: object) -> Rejected:
    (result,) = results(table(a_naws_row(**changes)))
    assert isinstance(result, Rejected), result
    return result


def test_a_whole_row_becomes_a_meeting() -> None:
    assert results((FOLDER / "export.csv").read_bytes())[0] == Meeting(
        id="t:17",
        source="t",
        fellowship="na",
        name="Invented Evening Group",
        schedule=Schedule(
            rules=(Rule(weekday=2),),
            start=dt.time(19, 30),
            timezone=zone("America/New_York"),
            timezone_source=TimezoneSource.SOURCE,
        ),
        venue_type=VenueType.IN_PERSON,
        venue=Venue(
            name="Invented Hall",
            street="1 Sample St",
            district="Heights",
            town="Brooklyn",
            region="NY",
            postal_code="02139",
            country="US",
            directions="Ring twice, call [not shown]",
        ),
        point=Point(40.6924, -73.9903),
        accuracy=Accuracy.EXACT,
        formats=("ask_it_basket", "discussion", "timed_sharing", "wheelchair", "women"),
        admission=Admission.CLOSED,
        service_body="Invented Area",
    )


def test_deleted_and_unpublished_rows_are_withdrawn() -> None:
    found = results((FOLDER / "export.csv").read_bytes())

    assert [each.key for each in found if isinstance(each, Withdrawn)] == ["18", "19"]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_withdrawn_row_takes_nothing_from_a_living_one_of_its_world_id(is_first: bool) -> None:
    living, gone = a_naws_row(), a_naws_row(Day="Thursday", Delete="D")
    rows = [gone, living] if is_first else [living, gone]

    found = results(table(*({"Delete": ""} | row for row in rows)))

    keys = [each.id.partition(":")[2] for each in found if isinstance(each, Meeting)]
    withdrawn = [each.key for each in found if isinstance(each, Withdrawn)]
    assert keys == ["G00000001"]
    assert withdrawn == ["row 2" if is_first else "row 3"]


def test_all_rows_of_a_world_id_may_be_withdrawn() -> None:
    found = results(table(a_naws_row(Delete="D"), a_naws_row(Day="Thursday", Delete="D")))

    assert [each.key for each in found if isinstance(each, Withdrawn)] == [
        "G00000001",
        "G00000001-2",
    ]


def test_an_online_row_has_no_place_and_keeps_its_prose() -> None:
    meeting = results((FOLDER / "export.csv").read_bytes())[3]

    assert isinstance(meeting, Meeting)
    assert (meeting.venue_type, meeting.point) == (VenueType.ONLINE, None)
    assert meeting.online == Online(
        url="https://zoom.example/j/1",
        phone="+1-646-555-0100",
        notes="virtually on zoom - https://zoom.example/j/1",
    )
    assert meeting.schedule is not None
    assert (meeting.schedule.start, meeting.schedule.duration) == (dt.time(7, 30), None)


def test_contact_columns_are_dropped() -> None:
    found = results((FOLDER / "export.csv").read_bytes())
    documents = [encode(each) for each in found if isinstance(each, Meeting)]

    assert not [text for text in documents if "SECRET" in text or "0199" in text or "4711" in text]


def test_cells_of_contacts_are_counted_and_a_dial_in_is_none() -> None:
    row = a_naws_row(ContactName="Ann", ContactPhone="1", PhoneMeetingNumber="+1-646-555-0100")

    assert naws.notices({"naws": table(row)}, now=NOW) == [
        "left out 2 cells with contacts or names of persons"
    ]


def test_an_older_file_has_fewer_columns_another_encoding_and_backslashes() -> None:
    (meeting,) = results((FOLDER / "older.csv").read_bytes())

    assert isinstance(meeting, Meeting)
    assert (meeting.id, meeting.name) == ("t:G00000005", 'Invented "Old" Group')
    assert meeting.service_body == "Café Area"
    assert meeting.venue is not None
    assert meeting.venue.name == 'St "Sample", downstairs'
    assert (meeting.point, meeting.admission) == (Point(42.65, -73.75), Admission.OPEN)
    assert meeting.formats == ("basic_text",)


def test_a_workbook_brings_booleans_numbers_and_days_of_excel() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    row = a_naws_row(Time=730, WheelChr=True, Institutional=False, LastChanged=44357, Zip=2139)
    clock = a_naws_row(Committee="G2", Time=dt.time(19, 30), LastChanged=dt.date(2021, 6, 10))
    for cells in (list(row), list(row.values()), [clock.get(column) for column in row]):
        book.active.append(cells)
    stream = io.BytesIO()
    book.save(stream)

    first, second = results(stream.getvalue())

    assert isinstance(first, Meeting)
    assert isinstance(second, Meeting)
    assert first.formats == ("wheelchair",)
    assert first.schedule is not None
    assert second.schedule is not None
    assert (first.schedule.start, second.schedule.start) == (dt.time(7, 30), dt.time(19, 30))


def test_the_column_closed_counts_only_where_no_format_says_it_and_is_told() -> None:
    weak = a_naws_row(Closed="CLOSED", Format1="")
    strong = a_naws_row(Committee="G2", Closed="CLOSED", Format1="OPEN")

    first, second = results(table(weak, strong))

    assert isinstance(first, Meeting)
    assert isinstance(second, Meeting)
    assert (first.admission, second.admission) == (Admission.CLOSED, Admission.OPEN)
    assert naws.notices({"naws": table(weak, strong)}, now=NOW) == [
        "Closed: for 1 meetings, first in row 2, it may be a server's default"
    ]
    assert naws.notices({"naws": table(strong)}, now=NOW) == []


def test_a_meeting_in_an_institution_is_not_listed() -> None:
    assert not meeting_of(Institutional="TRUE").is_listed


def test_the_room_names_formats_and_unknown_ones_are_kept() -> None:
    meeting = meeting_of(Room="Round Robin, Upstairs", Format1="XYZ")

    assert meeting.formats == ("round_robin",)
    assert [each.code for each in meeting.other_formats] == ["XYZ", "Upstairs"]


@pytest.mark.parametrize(
    ("codes", "kind", "status"),
    [
        ("", VenueType.IN_PERSON, Status.ACTIVE),
        ("VM", VenueType.ONLINE, Status.ACTIVE),
        ("HYBR", VenueType.HYBRID, Status.ACTIVE),
        ("TC", VenueType.IN_PERSON, Status.CLOSED_FOR_NOW),
        ("VM TC", VenueType.ONLINE, Status.ACTIVE),
    ],
)
def test_codes_say_how_one_attends(codes: str, kind: VenueType, status: Status) -> None:
    first, second = (*codes.split(), "", "")[:2]
    meeting = meeting_of(Format1=first, Format2=second)

    assert (meeting.venue_type, meeting.status) == (kind, status)
    assert bool(meeting.notes) == (codes == "VM TC")


def test_keys_are_the_servers_ids_else_world_ids_else_made_of_name_and_place() -> None:
    assert meeting_of(bmlt_id="17").id == "t:17"
    assert meeting_of().id == "t:G00000001"
    assert meeting_of(Committee="").id == meeting_of(Committee="", Day="Friday", Time="800").id
    assert meeting_of(Committee="").id != meeting_of(Committee="", Address="2 Other St").id


def test_a_group_with_two_meetings_has_two_keys() -> None:
    found = results(table(a_naws_row(), a_naws_row(Day="Friday")))

    assert [each.id for each in found if isinstance(each, Meeting)] == [
        "t:G00000001",
        "t:G00000001-2",
    ]


def test_a_zone_that_is_none_is_unknown() -> None:
    schedule = meeting_of(TimeZone="EST").schedule

    assert schedule is not None
    assert schedule.timezone is None


def test_languages_are_those_of_the_row_else_of_the_source() -> None:
    (meeting,) = results(table(a_naws_row()), a_source(importer="naws", language="en"))

    assert isinstance(meeting, Meeting)
    assert meeting.languages == ("en",)
    assert meeting_of(Language1="Spanish", Language2="en").languages == ("es", "en")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"CommitteeName": ""}, "row 2, committeename: must not be empty"),
        ({"AreaRegion": "", "Time": " "}, "row 2, arearegion, time: must not be empty"),
        ({"Day": "Someday"}, "row 2, Day: must be the name of a weekday such as Sunday"),
        ({"Time": "2500"}, "row 2, Time: must be HHMM such as 1930, or HH:MM"),
    ],
)
def test_a_row_that_is_no_meeting_is_rejected_by_its_row(
    changes: dict[str, object], reason: str
) -> None:
    assert rejection_of(**changes) == Rejected("G00000001", reason)


def test_prompts_of_old_servers_go_wherever_they_stand() -> None:
    meeting = meeting_of(
        Place="Hall#@-@#Hall#@-@#Sample Hall", Directions="Info#@-@#Ring twice, Notes#@-@#Bring tea"
    )

    assert meeting.venue is not None
    assert (meeting.venue.name, meeting.venue.directions) == (
        "Sample Hall",
        "Ring twice, Bring tea",
    )


def test_a_service_body_without_a_world_id_has_no_name_made_of_that() -> None:
    assert meeting_of(AreaRegion="WORLD_ID_MISSING").service_body == ""
    assert meeting_of(AreaRegion="WORLD_ID_MISSING", ParentName="Hope Area").service_body == (
        "Hope Area"
    )


@pytest.mark.parametrize(
    ("directions", "ordinals"),
    [
        ("Ring twice, Meets the last Tuesday of the month", (-1,)),
        ("Only the first, third Tuesday of each month", ()),
        ("Ring twice, First Tuesday of the month is a Speaker meeting", ()),
    ],
)
def test_a_row_is_monthly_where_its_comments_say_so(
    directions: str, ordinals: tuple[int, ...]
) -> None:
    schedule = meeting_of(Directions=directions).schedule

    assert schedule is not None
    assert schedule.rules == (Rule(weekday=2, ordinals=ordinals),)


@pytest.mark.parametrize("body", [b"", b"<html>", b"Name,Day\nHope,Sunday\n", b"PK\x03\x04zip"])
def test_another_file_is_refused(body: bytes) -> None:
    with pytest.raises(UnknownFormat):
        results(body)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match="one file"):
        naws.load(tmp_path)


async def test_an_export_is_one_download() -> None:
    async def get(url: str) -> bytes:
        return f"of {url}".encode()

    assert await naws.fetch(get, a_source(url="https://na.example/csv")) == {
        "naws": b"of https://na.example/csv"
    }


@pytest.mark.lists
def test_the_example_of_the_field_is_imported() -> None:
    payloads = naws.load(shared("data/bmlt/BMLT_Export_Example.xlsx"))

    online, closed = naws.read(payloads, a_source(importer="naws"))

    assert isinstance(online, Meeting)
    assert isinstance(closed, Meeting)
    assert (online.id, online.venue_type) == ("t:OLM792", VenueType.ONLINE)
    assert (closed.id, closed.status) == ("t:G00091078", Status.CLOSED_FOR_NOW)
    assert closed.schedule is not None
    assert closed.schedule.start == dt.time(17, 0)
