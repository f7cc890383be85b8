import json
from typing import Any

from importers import bmlt
from importers._own_numbers import own_records
from meetings.storage.published import RecordId
from tests.make_lists import a_bmlt_record, a_source


def published(*, passcodes: bool = False, **changes: Any) -> dict[str, str]:
    payloads = {"GetSearchResults": json.dumps([a_bmlt_record(1452, **changes)]).encode()}
    source = a_source(home=True, publish_passcodes=passcodes)
    record: dict[str, str] = json.loads(
        own_records(bmlt, payloads, source)[RecordId("meeting", "1452")]
    )
    return record


def test_a_record_is_kept_as_its_publisher_wrote_it() -> None:
    record = published(worldid_mixed="G001", latitude="40.969387158898", zone="North")

    assert record["worldid_mixed"] == "G001"
    assert record["latitude"] == "40.969387158898"
    assert record["zone"] == "North"


def test_people_and_pass_codes_are_left_out() -> None:
    record = published(
        contact_name_1="A Person",
        contact_email_1="person@example.org",
        admin_notes="call A Person",
        comments="Write to person@example.org or call 212-555-0100",
        meeting_name="Hope (212-555-0100)",
        location_text="Call 212-555-0100",
        location_street="email person@example.org",
        virtual_meeting_link="https://zoom.example/j/1?pwd=sentinel",
        virtual_meeting_additional_info="Passcode: sentinel",
        phone_meeting_number="+1-646-555-0100,,123456789#,,,,*4321#",
    )

    text = json.dumps(record)
    for leaked in ("A Person", "person@", "212-555", "sentinel", "4321"):
        assert leaked not in text


def test_a_pass_code_in_words_is_left_out_of_a_dial_in_number() -> None:
    record = published(phone_meeting_number="646-555-0123 Passcode 1234")

    assert record["phone_meeting_number"] == "646-555-0123"


def test_a_source_that_publishes_pass_codes_keeps_them() -> None:
    record = published(passcodes=True, virtual_meeting_additional_info="Passcode: 12345")

    assert record["virtual_meeting_additional_info"] == "Passcode: 12345"


def test_only_the_home_source_has_records() -> None:
    payloads = {"GetSearchResults": json.dumps([a_bmlt_record()]).encode()}

    assert own_records(bmlt, payloads, a_source()) == {}
