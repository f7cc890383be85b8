import pytest

from importers._bmlt_bodies import service_bodies
from importers._helpline import helpline
from tests.make_tsml import tsml_meeting

LONG = "; ".join(f"Town {number}: 212-555-01{number}" for number in range(10, 15))


def in_bmlt(given: str) -> str:
    return service_bodies([{"id": "1", "name": "Area", "helpline": given}])["1"].helpline


def in_tsml(given: str) -> str:
    return tsml_meeting(entity="Intergroup", entity_phone=given).service_body_helpline


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("212-555-0100", "212-555-0100"),
        (LONG[:100], LONG[:100]),
        (LONG, ""),  # cut, its last number would be another one
        (LONG + "; " * 300, ""),
        ("ask someone@example.org", ""),
        ("ask someone@example.org or 212-555-0100", "ask [not shown] or 212-555-0100"),
        ("none", ""),
    ],
)
def test_a_helpline_is_told_whole_or_not_at_all_in_every_format(given: str, told: str) -> None:
    assert [helpline(given), in_bmlt(given), in_tsml(given)] == [told] * 3


def test_a_body_with_too_long_a_helpline_has_that_of_the_one_above() -> None:
    area = {"id": "2", "parent_id": "1", "name": "Area", "helpline": LONG}
    region = {"id": "1", "parent_id": "0", "name": "Region", "helpline": "212-555-0100"}

    assert service_bodies([area, region])["2"].helpline == "212-555-0100"
