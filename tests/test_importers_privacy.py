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
        ("text 212/555-0100", "text [not shown]"),
        ("Call Ann 2125550100", "Call Ann [not shown]"),
        ("on Zoom too; call 12125550100", "on Zoom too; call [not shown]"),
        ("Call Dave on 07700 900123", "Call Dave on [not shown]"),  # Ofcom's numbers for drama
        ("Ring 01632 960 001.", "Ring [not shown]."),
        ("0491 570 006", "[not shown]"),  # Australia's
        ("(02) 5550 0100", "[not shown]"),
        ("020 915 0100", "[not shown]"),  # Ireland's
        ("06 39 98 12 34", "[not shown]"),  # France's
        ("06.39.98.12.34", "[not shown]"),
        ("0171 3920001", "[not shown]"),  # Germany's
        ("0171/39 20 001", "[not shown]"),
        ("0049 171 3920001", "[not shown]"),
        ("(11) 95550-0100", "[not shown]"),
        ("0900 555 0100", "[not shown]"),
        ("0900-555 0100", "[not shown]"),
        ("09005550100", "[not shown]"),
        ("تماس: ۰۹۰۰ ۵۵۵ ۰۱۰۰", "تماس: [not shown]"),
        ("۰۹۰۰۵۵۵۰۱۰۰", "[not shown]"),
        ("write to someone@example.org.", "write to [not shown]."),
        ("write to [email\u00a0protected]", "write to [not shown]"),  # Cloudflare's own words
    ],
)
def test_numbers_and_addresses_of_people_are_taken_out(given: str, shown: str) -> None:
    assert without_people(given) == shown


@pytest.mark.parametrize(
    "text",
    [
        "@Dorchester Rd",
        "3251 Rte 112 (Bldg 9, Suite 2)",
        "41-01 Ditmars Blvd, NY 11105-1234",
        "Boston, MA 02139-4307",
        "Boston, MA 02139 4307",
        "01069 Dresden, Hauptstr. 12-14, Raum 05",
        "Room 012, floor 03",
        "00142 Roma, Via Appia 1024",
        "060-0001 Sapporo, 2-4-1",
        "Av. Paulista 1578, CEP 01310-100",
        "کد پستی ۱۲۳۴۵۶۷۸۹۰",
        "40.7127530, -74.0059728",
    ],
)
def test_addresses_of_buildings_stay(text: str) -> None:
    assert without_people(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "08:00-09:30 and 18:00-19:30",
        "0800-0930",
        "0800 - 0930, 1200 - 1330",
        "Daily 0700 1200 1900",
        "09.00-10.00 Uhr, 19.00-20.30 Uhr",
        "ab 01.02.2024 19.30 Uhr",
        "From 01/02/2024 19:30",
        "2024-01-02 09:00",
        "Closed 01-15-2024",
        "Steps 01, 02, 03, 04, 05",
        "7th tradition: venmo.example/u/5551234567",
        "https://maps.example/?cid=0123456789012",
        "© 2019-2024",
        "GSO# 000123456",
    ],
)
def test_hours_dates_and_numbers_of_other_things_stay(text: str) -> None:
    assert without_people(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Zoom ID: 845 555 0100",
        "Meeting ID 8455550100",
        "Zoom 84555501001, cameras on",
        "ID: 845 5555 0100",
        "Meeting number: 845-555-0100",
    ],
)
def test_the_number_of_an_online_meeting_stays(text: str) -> None:
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
