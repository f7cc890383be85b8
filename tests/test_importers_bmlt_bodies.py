import pytest

from importers import bmlt
from importers._bmlt_bodies import ServiceBody, service_bodies
from importers._source import Payloads
from meetings.model import Meeting
from tests.make_lists import a_bmlt_record, a_source, bmlt_list

REGION = {"id": "1", "parent_id": "0", "name": "Region", "helpline": "212-555-0100"}
AREA = {"id": "2", "parent_id": "1", "name": "Area", "helpline": ""}


def test_a_body_without_a_helpline_has_that_of_the_one_above() -> None:
    assert service_bodies([AREA, REGION]) == {
        "1": ServiceBody(name="Region", helpline="212-555-0100"),
        "2": ServiceBody(name="Area", helpline="212-555-0100"),
    }


@pytest.mark.parametrize(
    ("record", "helpline"),
    [
        (
            {"helpline": "516-555-0101 (English), 516-555-0102"},
            "516-555-0101 (English), 516-555-0102",
        ),
        (
            {"helpline": "call 516-555-0101 or someone@example.org"},
            "call 516-555-0101 or [not shown]",
        ),
        ({"helpline": "none", "parent_id": "77"}, ""),
        ({"helpline": None, "parent_id": "2"}, ""),
        ({"helpline": ["212"], "parent_id": {}}, ""),
    ],
)
def test_a_helpline_is_free_text_that_holds_a_number(
    record: dict[str, object], helpline: str
) -> None:
    assert service_bodies([AREA | record])["2"].helpline == helpline


def test_a_meeting_has_name_and_helpline_of_its_service_body() -> None:
    payloads: Payloads = {
        **bmlt_list(
            a_bmlt_record(1, service_body_bigint="2"),
            a_bmlt_record(2, service_body_bigint="2", service_body_name="Area, renamed"),
            a_bmlt_record(3, service_body_bigint="9", service_body_name="Unknown"),
        ),
        "GetServiceBodies": b'[{"id": "2", "name": "Area", "helpline": "212-555-0100"}]',
    }

    found = [each for each in bmlt.read(payloads, a_source()) if isinstance(each, Meeting)]

    assert [(each.service_body, each.service_body_helpline) for each in found] == [
        ("Area", "212-555-0100"),
        ("Area, renamed", "212-555-0100"),
        ("Unknown", ""),
    ]
