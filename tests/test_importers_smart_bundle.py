import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from importers import smart_bundle
from importers._source import Importer, Rejected, Unplaced
from meetings.errors import UnknownFormat
from meetings.model import Admission, Meeting, Online, Venue, VenueType
from tests.make_lists import NOW, a_smart_record, a_source, smart_list

FILE = Path(__file__).parent / "data" / "smart" / "bundle.json"
SOURCE = a_source(id="smart-us", importer="smart_bundle", fellowship="smart")
IMPORTER: Importer = smart_bundle


def unplaced_of(**changes: Any) -> Unplaced:
    (result,) = smart_bundle.read(smart_list(a_smart_record(**changes)), SOURCE)
    assert isinstance(result, Unplaced), result
    return result


def test_a_whole_row_becomes_a_meeting_that_waits_for_its_zone() -> None:
    first = next(smart_bundle.read(smart_bundle.load(FILE), SOURCE))

    assert first == Unplaced(
        meeting=Meeting(
            id="smart-us:1",
            source="smart-us",
            fellowship="smart",
            name="SMART 4-Point Recovery, Easton, Maryland",
            schedule=None,
            venue_type=VenueType.ONLINE,
            venue=Venue(town="Easton", region="Maryland", country="US"),
            online=Online(
                url="https://instance-us.pathcheck.net/j/X0X0X0",
                notes="The link opens 15 minutes before the start.",
            ),
            formats=("adults",),
            admission=Admission.OWN_RECOVERY,
            languages=("en",),
            page_url="https://meetings.smartrecovery.org/meetings/1/",
        ),
        next_at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
        duration=dt.timedelta(minutes=90),
    )


def test_a_folder_with_one_bundle_is_as_good_as_the_file(tmp_path: Path) -> None:
    assert smart_bundle.load(FILE.parent) == smart_bundle.load(FILE)
    with pytest.raises(UnknownFormat, match="the folder holds 0"):
        smart_bundle.load(tmp_path)
    with pytest.raises(UnknownFormat, match=r"absent\.json cannot be read"):
        smart_bundle.load(tmp_path / "absent.json")


def test_each_row_that_cannot_be_listed_says_why() -> None:
    results = smart_bundle.read(smart_bundle.load(FILE), SOURCE)

    rejected = [result for result in results if isinstance(result, Rejected)]

    assert rejected == [
        Rejected("5", "audiences: for residents of one institution, so it is never listed"),
        Rejected("6", "schedule: is not understood: 'Whenever the moon is full'"),
        Rejected("7", "utcStart: has no offset from UTC"),
    ]


def test_neither_people_nor_pass_codes_come_through() -> None:
    everything = repr(list(smart_bundle.read(smart_bundle.load(FILE), SOURCE)))

    assert "SECRET" not in everything


def test_family_meetings_and_restrictions_are_told_apart() -> None:
    family = unplaced_of(program="Family & Friends", audiences=["Adults"]).meeting
    veterans = unplaced_of(audiences=["Military, Veterans & First Responders", "Only"]).meeting

    assert family.admission is Admission.FAMILY_ONLY
    assert veterans.admission is Admission.RESTRICTED
    assert veterans.restriction_text == "Military, Veterans & First Responders Only"


def test_the_two_links_are_told_apart_by_their_paths() -> None:
    page = "https://meetings.smartrecovery.org/meetings/1/"
    join = "https://instance-us.pathcheck.net/j/X0X0X0"

    meeting = unplaced_of(detailUrl=f"{join}?smartappaction=leave", pathminderUrl=page).meeting

    assert meeting.page_url == page
    assert meeting.online is not None
    assert meeting.online.url == join


@pytest.mark.parametrize("url", ["javascript:alert(1)//meetings/", "https://other.example/x"])
def test_a_row_without_a_usable_link_is_rejected(url: str) -> None:
    record = a_smart_record(detailUrl=url, pathminderUrl="")

    (result,) = smart_bundle.read(smart_list(record), SOURCE)

    assert isinstance(result, Rejected)
    assert result.reason.startswith("detailUrl: is no link")


@pytest.mark.parametrize(
    ("place", "venue"),
    [
        (", Massachusetts", Venue(region="Massachusetts", country="US")),
        (
            "Vancouver, British Columbia",
            Venue(town="Vancouver", region="British Columbia", country="CA"),
        ),
        ("Global", Venue(region="Global")),
    ],
)
def test_the_title_alone_says_where(place: str, venue: Venue) -> None:
    assert unplaced_of(titleLocation=place).meeting.venue == venue


@pytest.mark.parametrize("field", ["program", "utcStart", "schedule", "titleLocation", "detailUrl"])
def test_a_required_field_that_lacks_rejects_the_row(field: str) -> None:
    record = a_smart_record()
    del record[field]

    results = list(smart_bundle.read(smart_list(record), SOURCE))

    assert results == [Rejected("1", f"{field}: is missing")]


def test_the_hours_and_the_weekday_of_the_text_do_not_matter() -> None:
    wrong = unplaced_of(schedule="Every Sunday, 3:00 PM to 4:30 PM")

    assert wrong == unplaced_of()


def test_the_second_of_one_id_is_rejected() -> None:
    first, second = smart_bundle.read(smart_list(a_smart_record(), a_smart_record()), SOURCE)

    assert isinstance(first, Unplaced)
    assert second == Rejected("1", "id: stands twice in the file")


@pytest.mark.parametrize("key", ["", "a b", "../x", "x" * 65, None, ["1"]])
def test_a_key_that_is_none_is_rejected(key: object) -> None:
    (result,) = smart_bundle.read(smart_list(a_smart_record(id=key)), SOURCE)

    assert isinstance(result, Rejected)
    assert result.key == "record 1"


def test_a_fresh_and_complete_file_gives_no_notice() -> None:
    assert smart_bundle.notices(smart_list(a_smart_record()), now=NOW) == []


def test_a_wrong_total_and_a_stale_file_are_noticed_and_no_reason_to_refuse() -> None:
    payloads = smart_list(a_smart_record(), total=2, fetched_at="2026-11-01T00:00:00Z")

    assert smart_bundle.notices(payloads, now=NOW) == [
        "total does not equal the 1 meetings of the file",
        "the file is more than 7 days old, or says no age",
    ]
    assert len(list(smart_bundle.read(payloads, SOURCE))) == 1


@pytest.mark.parametrize("body", [b"<html>Just a moment</html>", b"[]", b"{}", b'{"meetings": 1}'])
def test_what_is_no_bundle_is_never_an_empty_one(body: bytes) -> None:
    with pytest.raises(UnknownFormat):
        list(smart_bundle.read({"bundle": body}, SOURCE))
