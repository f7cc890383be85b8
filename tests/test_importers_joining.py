from typing import Any

from importers._joining import joining
from meetings.model import Online


def joined(**changes: Any) -> Online | None:
    defaults: dict[str, Any] = {"link": "", "phone": "", "notes": "", "publish_passcodes": False}
    return joining(**defaults | changes)


def test_nothing_at_all_is_none() -> None:
    assert joined() is None


def test_a_link_of_an_unknown_host_stays_and_loses_its_pass_code() -> None:
    assert joined(link="meet.example/j/1?pwd=x") == Online(url="https://meet.example/j/1")


def test_prose_in_the_link_field_becomes_a_note_and_gives_its_one_link() -> None:
    prose = "on zoom - https://zoom.example/j/1"

    assert joined(link=prose) == Online(url="https://zoom.example/j/1", notes=prose)
    assert joined(link="zoom - 404031193") == Online(notes="zoom - 404031193")


def test_a_link_with_spaces_in_its_number_leads_to_this_meeting_or_is_a_note() -> None:
    cut = "https://zoom.us/j/842 1234"

    assert joined(link=f"{cut} 5678") == Online(url="https://zoom.us/j/84212345678")
    assert joined(link=cut) == Online(notes=cut)


def test_a_link_that_is_none_of_the_web_is_only_a_note() -> None:
    assert joined(link="javascript:alert(1)") == Online(notes="javascript:alert(1)")


def test_a_number_that_nobody_can_dial_is_only_a_note() -> None:
    assert joined(phone="ask us") == Online(notes="ask us")


def test_a_dial_in_number_stays_in_the_notes_and_an_address_does_not() -> None:
    online = joined(phone="+16465550100,,1234567890#,,,,*4711#", notes="646-555-0100, a@b.example")

    assert online == Online(phone="+16465550100,,1234567890#", notes="646-555-0100, [not shown]")


def test_a_publisher_may_mean_its_pass_codes_for_everybody() -> None:
    online = joined(
        link="https://zoom.example/j/1?pwd=x", notes="Passcode: 4711", publish_passcodes=True
    )

    assert online == Online(url="https://zoom.example/j/1?pwd=x", notes="Passcode: 4711")


def test_a_passcode_in_words_leaves_the_number_that_one_dials() -> None:
    assert joined(phone="646-555-0123 Passcode 1234") == Online(phone="646-555-0123")
