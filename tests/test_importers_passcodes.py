import pytest

from importers._passcodes import without_dialled_passcode, without_passcodes


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
        ("ID 77, password (4711)", "ID 77"),
        ("Password (NA): 4711", ""),
        ("The password for the meeting is 4711", ""),
        ("Zoom opens at 7; the password will be 4711", "Zoom opens at 7"),
        ("password NAhope", ""),
        ("Dial in; the password is 1234.", "Dial in"),
        ("https://zoom.example/j/1?pwd=topsecret", "https://zoom.example/j/1"),
        ("ID: 123 4567 8901, Password; 4711", "ID: 123 4567 8901"),
        ("Password; NAhope", ""),
        ("ID: 123 4567 8901Password: 4711", "ID: 123 4567 8901"),
        ("Zoom pass: serenity", "Zoom"),
        (
            "Dial 212-555-0100, enter passcode 4711 and press # twice",
            "Dial 212-555-0100,  and press # twice",
        ),
    ],
)
def test_passcodes_are_taken_out(given: str, shown: str) -> None:
    assert without_passcodes(given) == shown


@pytest.mark.parametrize(
    "label",
    [
        "P/W:",
        "pswd:",
        "Pass-code:",
        "PASS:",
        "Enter PIN:",
        "PC:",
        "Access code:",
        "Código de acceso:",
        "Código de acesso:",
        "Clave de acceso:",
        "Senha de acesso:",
        "Kenncode:",
        "Code secret :",
        "Codice d'accesso:",
        "Toegangscode:",
        "Hasło spotkania:",
        "رمز عبور:",
    ],
)
def test_each_label_of_a_passcode_goes_with_it(label: str) -> None:
    assert without_passcodes(f"ID 123 4567 8901\n{label} 4711") == "ID 123 4567 8901"


@pytest.mark.parametrize("label", ["PC-", "and PC", "PIN", "PASS:", "/ PIN:"])
def test_what_follows_the_number_of_a_meeting_needs_no_colon(label: str) -> None:
    assert without_passcodes(f"Zoom ID 123 4567 8901 {label} 471100") == "Zoom ID 123 4567 8901"


@pytest.mark.parametrize(
    "text",
    [
        "Password required, ask the group",
        "no passcode needed",
        "No password; open to all",
        "No password; 1200 Main St",
        "Password; 7:30 pm sharp",
        "The password is sent on request",
        "Passed the ARCH - enter left",
        "- Closed on holidays",
        "Share or pass. We alternate the first 164 pages",
        "Bus pass: required",
        "Mountain pass: closed",
        "Pass: open from May",
        "Pass the church, 1200 feet on the left",
        "Hope group PC 1200 Main St",
        "Join from a PC: any browser",
        "PC: V6B 1A1",
        "Pin: https://maps.example/abc",
        "Pin: 40.7128,-74.0060",
        "Pin code: 400001",
        "Mumbai, PIN: 400001",
        "Mumbai - PIN: 400 001",
        "Code: O, Ti, WC",
        "Area code: 212",
        "Dress code: casual",
    ],
)
def test_text_without_a_passcode_stays_as_it_is(text: str) -> None:
    assert without_passcodes(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "712-555-0100, access code 123456#",
        "Access code: 123-456-789",  # of Webex and GoTo: the number of the meeting
        "Código de acceso: 123456#",
        "Participant code: 123456#",
        "+1 234-555-0100 PIN: 123 456 789#",  # of Google Meet
    ],
)
def test_what_one_dials_to_reach_a_conference_stays(text: str) -> None:
    assert without_passcodes(text) == text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("+1-646-555-0100,,1234567890#,,,,*4321#", "+1-646-555-0100,,1234567890#"),
        ("+16465550100,,1234567890#,,,,4321#", "+16465550100,,1234567890#"),
        ("+16465550123,,1234567890#,,,,,,0#,,123456#", "+16465550123,,1234567890#"),
        ("+16465550100,,1234567890#,,,,,#471100#", "+16465550100,,1234567890#"),
        ("+16465550100,,1234567890#,,#,,471100##", "+16465550100,,1234567890#"),
        ("+16465550100;1234567890#;471100#", "+16465550100;1234567890#"),
        ("+1-646-555-0100,,1234567890#", "+1-646-555-0100,,1234567890#"),
        ("+16465550100,,1234567890#,,,,,##", "+16465550100,,1234567890#,,,,,##"),
        ("6465550100,3125550100,773-555-0100", "6465550100,3125550100,773-555-0100"),
        ("646 555 0100", "646 555 0100"),
        ("646-555-0123 Passcode 1234", "646-555-0123"),
        ("712-555-0100 PIN: 1234#", "712-555-0100"),
        ("712-555-0100 access code 123456#", "712-555-0100 access code 123456#"),
    ],
)
def test_a_dial_string_loses_its_passcode(given: str, kept: str) -> None:
    assert without_dialled_passcode(given) == kept
