import pytest

from importers._people import people_left_out
from importers._person_lines import without_persons
from importers._privacy import without_people


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
