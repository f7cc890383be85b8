import pytest

from web.telephones import dialled


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("+1-646-876-9923,,1234567890#", "tel:+16468769923,,1234567890%23"),
        ("(212) 555-0100", "tel:2125550100"),
        ("+44 20 7946 0100 x 12", "tel:+442079460100,12"),
        ("988", "tel:988"),
        ("516-555-0101 (English), 516-555-0102", ""),
        ("ask the group", ""),
        ("+1 212 555 0100 javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_number_becomes_a_link_and_anything_more_stays_text(written: str, link: str) -> None:
    assert dialled(written) == link
