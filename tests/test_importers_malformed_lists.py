"""Whatever a list holds, a reader gives meetings and reasons, or refuses the whole."""

import io
import json
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers import naws, tsml
from importers._source import Doubtful, Payloads, Rejected, Unplaced
from meetings.errors import UnknownFormat
from meetings.model import Meeting
from meetings.storage.documents import encode
from tests.make_lists import NOW, a_source

SETTINGS = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))

FIELDS = [
    *("slug", "id", "name", "meeting", "day", "time", "end_time", "time_formatted", "timezone"),
    *("types", "formatted_address", "address", "city", "state", "postal_code", "country"),
    *("latitude", "longitude", "coordinates", "approximate", "attendance_option", "regions"),
    *("region", "sub_region", "location", "location_notes", "notes", "group", "group_notes"),
    *("conference_url", "conference_url_notes", "conference_phone", "url", "website", "entity"),
]
COLUMNS = [
    *("Committee", "CommitteeName", "AreaRegion", "ParentName", "Room", "Closed", "WheelChr"),
    *("Day", "Time", "Language1", "Place", "Address", "City", "State", "Zip", "Country"),
    *("Directions", "Institutional", "Format1", "Delete", "LastChanged", "Longitude", "Latitude"),
    *("PhoneMeetingNumber", "VirtualMeetingLink", "VirtualMeetingInfo", "TimeZone", "bmlt_id"),
]
ALMOST_RIGHT = st.sampled_from(
    [
        *("Sunday", "0", "7", "19:00", "7:00 PM", "24:00", "00:00", "1930", "Noon", "12:00"),
        *("America/New_York", "Europe", "yes", "no", "inactive", "hybrid", "O,C,TC", "[open]"),
        *("12 Sample St, Brooklyn, NY 11201, USA", "CA", "USA", "PA 19460", "40.7,-74.0"),
        *("https://zoom.example/j/1?pwd=x", "http://[", "https://a:b@c", "javascript:x", "##"),
        *("1e999", "nan", "-0", "٣", "\ud800", "\x00", "\u2028", "<br>", "&#x110000;", '""'),
        *("a@b.example", "+1 646 555 0100", "D", "x" * 5000, "," * 600, "-" * 600, " " * 600),
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40),
    ALMOST_RIGHT,
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
RECORDS = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=len(FIELDS))
CELLS = st.one_of(st.text(max_size=20), ALMOST_RIGHT.filter(lambda cell: "\ud800" not in cell))


def read(importer: ModuleType, payloads: Payloads, fellowship: str = "aa") -> None:
    """Read a list as a refresh does; whatever else than the five outcomes is raised or fails."""
    try:
        found = list(importer.read(payloads, a_source(fellowship=fellowship)))
    except UnknownFormat:
        return
    assert all(isinstance(each, Meeting | Unplaced | Doubtful | Rejected) for each in found)
    meetings = [each for each in found if isinstance(each, Meeting)]
    assert len({each.id for each in meetings}) == len(meetings)
    assert all(encode(each) for each in meetings)
    assert all(each.key and each.reason for each in found if isinstance(each, Rejected))
    importer.notices(payloads, now=NOW)


def csv_of(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    quoted = [[cell.replace('"', '""') for cell in row] for row in [header, *rows]]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in quoted).encode()


@SETTINGS
@given(
    st.lists(RECORDS | VALUES, max_size=4), st.sampled_from(["aa", "al-anon", "refuge", "smart"])
)
def test_malformed_meeting_guide_records(records: list[object], fellowship: str) -> None:
    good = {"slug": "good", "name": "Good", "day": 1, "time": "19:00"}

    read(tsml, {"meetings": json.dumps([good, *records]).encode()}, fellowship)


@SETTINGS
@given(VALUES)
def test_a_malformed_meeting_guide_document(document: object) -> None:
    read(tsml, {"meetings": json.dumps(document).encode()})
    read(tsml, {"meetings": json.dumps({"meetings": document}).encode()})
    read(tsml, {"meetings": json.dumps({"values": document}).encode()})
    read(tsml, {"meetings": json.dumps({"values": [["Name", "Day"], document]}).encode()})


@SETTINGS
@given(st.binary(max_size=200), st.integers(0, 60))
def test_bytes_that_are_no_list(body: bytes, length: int) -> None:
    for importer in (tsml, naws):
        read(importer, {"list": body})
        read(importer, {"list": b'[{"name": "Hope", "slug": "a", "day": 1}]'[:length]})
        read(importer, {"list": b"\xff\xfe" + body})


@SETTINGS
@given(st.lists(st.lists(CELLS, max_size=len(FIELDS)), max_size=4))
def test_malformed_rows_of_a_meeting_guide_sheet(rows: list[list[str]]) -> None:
    read(tsml, {"list": csv_of(FIELDS, rows)})


@SETTINGS
@given(st.lists(st.lists(CELLS, max_size=len(COLUMNS)), max_size=4))
def test_malformed_rows_of_a_naws_export(rows: list[list[str]]) -> None:
    read(naws, {"list": csv_of(COLUMNS, rows)}, "na")


@settings(SETTINGS, max_examples=30)
@given(st.lists(st.lists(st.none() | st.booleans() | st.floats() | st.dates(), max_size=24)))
def test_malformed_cells_of_a_naws_workbook(rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [COLUMNS, *rows[:5]]:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)

    read(naws, {"list": stream.getvalue()}, "na")


@settings(SETTINGS, max_examples=100)
@given(st.integers(0, 4_000), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_damaged_bytes(position: int, damage: bytes) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(COLUMNS)
    book.active.append(["G1", "Hope", "AR1", "", "", "", "", "Sunday", "1930"])
    stream = io.BytesIO()
    book.save(stream)
    body = bytearray(stream.getvalue())
    body[position : position + len(damage)] = damage

    read(naws, {"list": bytes(body)}, "na")
