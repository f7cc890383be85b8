import datetime as dt
from pathlib import Path

import pytest

from importers import tsml
from importers._source import Rejected
from importers._tsml_records import load, records
from meetings.errors import UnknownFormat
from meetings.model import Admission, Meeting
from tests.make_lists import NOW
from tests.make_tsml import a_tsml_record, a_tsml_source, tsml_list

FOLDER = Path(__file__).parent / "data" / "tsml"


def meetings_of(body: bytes) -> list[Meeting]:
    found = list(tsml.read({"meetings": body}, a_tsml_source()))
    assert not [each for each in found if isinstance(each, Rejected)]
    return [each for each in found if isinstance(each, Meeting)]


def when(meeting: Meeting) -> tuple[int, str, dt.timedelta | None] | None:
    if meeting.schedule is None:
        return None
    (rule,) = meeting.schedule.rules
    return rule.weekday, f"{meeting.schedule.start:%H:%M}", meeting.schedule.duration


def test_the_csv_template_is_read_below_its_title() -> None:
    found = meetings_of((FOLDER / "template.csv").read_bytes())

    assert [(each.name, when(each)) for each in found] == [
        ("Invented Sunday Group", (7, "19:00", dt.timedelta(hours=1))),
        ("Invented Noon Group", (1, "12:00", None)),
        ("Invented Noon Group", (3, "12:00", None)),
        ("Invented Narrow Group", None),
    ]
    assert found[0].id == "t:sunday-group"
    assert found[0].formats == ("discussion",)
    assert (found[0].admission, found[0].languages) == (Admission.OPEN, ("es",))
    assert found[0].venue is not None
    assert (found[0].venue.town, found[0].venue.district) == ("Brooklyn", "Downtown")


def test_a_csv_of_an_old_program_is_read_too() -> None:
    body = "Name;Day;Time;AM/PM;Zip\rCafé Group;Sunday;7:00;PM;11201\r".encode("cp1252")

    (meeting,) = meetings_of(body)

    assert (meeting.name, when(meeting)) == ("Café Group", (7, "19:00", None))


def test_values_of_a_google_sheet_are_read_with_their_short_and_empty_rows() -> None:
    first, second = meetings_of((FOLDER / "values.json").read_bytes())

    assert (first.id, when(first)) == ("t:one", (2, "18:00", dt.timedelta(hours=1)))
    assert first.formats == ("women",)
    assert first.venue is not None
    assert (first.venue.street, first.venue.town) == ("12 Sample St", "Brooklyn")
    assert (second.name, when(second)) == ("Invented Short Row", (7, "09:00", None))


def test_the_answer_of_a_sheet_service_holds_its_list() -> None:
    body = b'{"meetings": [{"slug": "a", "name": "A", "day": 0, "time": "09:00"}], "warnings": []}'

    assert [each.id for each in meetings_of(body)] == ["t:a"]


def test_other_names_of_the_keys_are_understood() -> None:
    body = (
        b'[{"ID": 1, "id": 5, "meeting": "Hope", "location_name": "Hall", "start_time": "9:00 AM",'
        b' "day": "Sunday", "full_address": "1 A St, Bronx, NY, USA", "zip": 10451}]'
    )

    (meeting,) = meetings_of(body)

    assert (meeting.id, meeting.name, when(meeting)) == ("t:5", "Hope", (7, "09:00", None))
    assert meeting.venue is not None
    assert (meeting.venue.name, meeting.venue.postal_code) == ("Hall", "10451")


def test_the_usual_name_of_a_key_goes_before_the_other() -> None:
    (record,) = records(tsml_list({"name": "Hope", "meeting": "Other", "day": 1}))

    assert isinstance(record, dict)
    assert record["name"] == "Hope"


def test_contacts_of_a_table_are_counted() -> None:
    body = b"name,day,time,contact_1_name,email\nHope,Sunday,9:00,Ann,a@b.example\n"

    assert tsml.notices({"meetings": body}, now=NOW)[-1] == (
        "left out 2 cells with contacts or names of persons"
    )


@pytest.mark.parametrize(
    "given",
    ["[D,11]", "d, 11", "Discussion, 11th Step Meditation", {"0": "D", "2": 11}, ["D", None, 11]],
)
def test_types_come_as_a_list_a_text_or_what_php_makes_of_a_list_with_gaps(given: object) -> None:
    (meeting,) = meetings_of(tsml_list(a_tsml_record(types=given))["meetings"])

    assert meeting.formats == ("discussion", "eleventh_step")
    assert meeting.other_formats == ()


def test_a_byte_order_mark_does_no_harm() -> None:
    assert meetings_of(b'\xef\xbb\xbf [{"slug": "a", "name": "A"}]')[0].id == "t:a"


def test_an_empty_list_is_a_list() -> None:
    assert meetings_of(b"[]") == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"code": "feed_restricted", "message": "no"}', "closed by its owner"),
        (b'{"message": "Internal error"}', "an error message"),
        (b'{"a": 1}', "an object, not a list"),
        (b'{"values": [["Title"], ["x"]]}', "hold no header"),
        (b'[{"id_bigint": "1", "meeting_name": "x"}]', "without the keys of Meeting Guide"),
        (b"[1, 2]", "without the keys of Meeting Guide"),
        (b'[{"name": "x", "day": 1}] invalid text', "Extra data"),
        (b'[{"name": "x"', "not JSON"),
        (b'[{"name": "x", "latitude": NaN}]', "not JSON: NaN"),
        (b'[{"name": "x", "name": "y"}]', "stands twice"),
        (b"<!DOCTYPE html><p>Just a moment...", "web page"),
        (b"0", "no header"),
        (b"invalid text", "no header"),
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(UnknownFormat, match=sentence):
        meetings_of(body)


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('[{"name": "B", "slug": "b"}]')
    (tmp_path / "a.csv").write_text("Name,Slug,Day\nA,a,Sunday\n")
    (tmp_path / "readme.md").write_text("no list")

    found = list(tsml.read(load(tmp_path), a_tsml_source()))

    assert [each.id for each in found if isinstance(each, Meeting)] == ["t:a", "t:b"]


def test_a_folder_without_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match="holds no file"):
        load(tmp_path)
