import pytest

from importers._people import people_left_out
from importers._person_lines import without_persons
from importers._privacy import (
    without_dialled_passcode,
    without_passcodes,
    without_people,
)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Meeting ID: 123, Passcode: hunter2", "Meeting ID: 123"),
        ("Passcode: hunter2\nDial in by phone", "Dial in by phone"),
        ("Pwd=abc; open to all", "open to all"),
        ("Contraseña: serenidad", ""),
        ("Senha 4455", ""),
        ("Passwort ist Frieden", ""),
        ("ID 77 (password: NA4ever)", "ID 77"),
        ("password NAhope", ""),
        ("Dial in; the password is 1234.", "Dial in"),
        ("https://zoom.example/j/1?pwd=topsecret", "https://zoom.example/j/1"),
    ],
)
def test_passcodes_are_taken_out(given: str, shown: str) -> None:
    assert without_passcodes(given) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Password required, ask the group",
        "no passcode needed",
        "The password is sent on request",
        "Passed the ARCH - enter left",
        "- Closed on holidays",
    ],
)
def test_text_without_a_passcode_stays_as_it_is(text: str) -> None:
    assert without_passcodes(text) == text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("+1-646-555-0100,,1234567890#,,,,*4321#", "+1-646-555-0100,,1234567890#"),
        ("+16465550100,,1234567890#,,,,4321#", "+16465550100,,1234567890#"),
        ("+1-646-555-0100,,1234567890#", "+1-646-555-0100,,1234567890#"),
        ("646 555 0100", "646 555 0100"),
    ],
)
def test_a_dial_string_loses_its_passcode(given: str, kept: str) -> None:
    assert without_dialled_passcode(given) == kept


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("call 212-555-0100 first", "call [not shown] first"),
        ("(212) 555-0100", "[not shown]"),
        ("+44 20 7946 0100", "[not shown]"),
        ("write to someone@example.org.", "write to [not shown]."),
        ("write to [email\u00a0protected]", "write to [not shown]"),  # Cloudflare's own words
    ],
)
def test_numbers_and_addresses_of_people_are_taken_out(given: str, shown: str) -> None:
    assert without_people(given) == shown


@pytest.mark.parametrize(
    "text",
    ["@Dorchester Rd", "3251 Rte 112 (Bldg 9, Suite 2)", "41-01 Ditmars Blvd, NY 11105-1234"],
)
def test_addresses_of_buildings_stay(text: str) -> None:
    assert without_people(text) == text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Ring twice. Contact: Ann B.", "Ring twice. [not shown]"),
        ("Secretary : Ann\nSide door", "[not shown]\nSide door"),
        ("Hosted by: Ann 212-555-0100", "[not shown]"),
        ("Wheel chair: yes. Host a meeting with us", "Wheel chair: yes. Host a meeting with us"),
        ("Contact us at the door", "Contact us at the door"),
    ],
)
def test_persons_who_are_named_as_contacts_are_taken_out(given: str, shown: str) -> None:
    assert without_persons(given) == shown


def test_pass_codes_are_counted_where_they_are_left_out() -> None:
    body = b'[{"link": "https://zoom.example/j/1?pwd=abc", "notes": "Passcode: 1", "passcode": ""}]'

    assert people_left_out({"list": body}, with_passcodes=False) == [
        "left out pass codes in 2 places"
    ]
    assert people_left_out({"list": body}, with_passcodes=True) == []
