"""
What a root server publishes under its own numbers, cleaned of what is not for everybody.

The BMLT face answers with it for the home source, so that a site configured with the server's
numbers goes on working (bmlt.md 3.10). Texts are treated as the meeting's own are.
"""

from collections.abc import Iterator, Mapping

import msgspec

from importers import _bmlt_payloads
from importers._bmlt_payloads import Record
from importers._bmlt_texts import readable
from importers._limits import LONGEST_NOTES
from importers._links import web_link, without_passcode
from importers._names_and_places import name_without_people
from importers._passcodes import without_dialled_passcode, without_passcodes
from importers._person_lines import without_persons
from importers._privacy import without_addresses
from importers._source import Payloads, Source

# Of people, or of an administrator (bmlt.md 2.5); and what an answer fills in for itself.
_LEFT_OUT_WORDS = (
    "contact_name_1 contact_name_2 contact_phone_1 contact_phone_2 contact_email_1 "
    "contact_email_2 email_contact contact_email admin_notes distance_in_km distance_in_miles "
    "published root_server_uri root_server_id shared_group_id_bigint"
)
_LEFT_OUT = frozenset(_LEFT_OUT_WORDS.split())
# Values of one word or number, in which nothing has to be looked for.
_PLAIN_WORDS = (
    "id_bigint worldid_mixed service_body_bigint service_body_name weekday_tinyint venue_type "
    "start_time duration_time time_zone formats lang_enum longitude latitude "
    "format_shared_id_list location_city_subsection location_neighborhood location_municipality "
    "location_sub_province location_province location_postal_code_1 location_nation"
)
_PLAIN = frozenset(_PLAIN_WORDS.split())
_NAMES = frozenset({"meeting_name", "location_text", "location_street"})
_KEPT = _PLAIN | _NAMES
_SERVER = ("langs", "nativeLang", "defaultDuration", "centerLongitude", "centerLatitude")
_FORMAT_WORDS = "key_string name_string description_string lang id world_id format_type_enum"
_FORMAT = _FORMAT_WORDS.split()
_BODY_WORDS = "id parent_id name description type url helpline world_id"
_BODY = _BODY_WORDS.split()


def published(payloads: Payloads, source: Source) -> dict[tuple[str, str], str]:
    """Return JSON by kind and key: "meeting" and "1452", "format" and "4/en"."""
    answers = _bmlt_payloads.answers(payloads)
    found: dict[tuple[str, str], str] = {}
    for record in answers.meetings:
        if isinstance(record, dict):
            _keep(found, "meeting", "id_bigint", _meeting(record, source))
    for record in answers.formats:
        given = _only(record, _FORMAT)
        found["format", f"{given.get('id')}/{given.get('lang')}"] = _json(given)
    for record in answers.service_bodies:
        _keep(found, "service_body", "id", _only(record, _BODY))
    if answers.server:
        found["server", "1"] = _json(_only(answers.server, _SERVER))
    return found


def _keep(
    found: dict[tuple[str, str], str], kind: str, id_field: str, record: Mapping[str, str]
) -> None:
    number = record.get(id_field, "")
    if number.isascii() and number.isdecimal() and len(number) <= 18:
        found[kind, number] = _json(record)


def _only(record: Record, names: list[str] | tuple[str, ...]) -> dict[str, str]:
    return {name: _text(record, name) for name in names}


def _meeting(record: Record, source: Source) -> dict[str, str]:
    return dict(_meeting_fields(record, source))


def _meeting_fields(record: Record, source: Source) -> Iterator[tuple[str, str]]:
    for name in record:
        if name in _LEFT_OUT or not isinstance(name, str):
            continue
        text = _text(record, name)
        if name in _NAMES:
            text = name_without_people(text, is_online=record.get("venue_type") in ("2", 2))
        yield name, text if name in _KEPT or not text else _shown(name, text, source)


def _shown(name: str, text: str, source: Source) -> str:
    if name == "virtual_meeting_link":
        link = web_link(text)
        return text if source.publish_passcodes or not link else without_passcode(link)
    if name == "phone_meeting_number":
        return text if source.publish_passcodes else without_dialled_passcode(text)
    is_for_joining = name == "virtual_meeting_additional_info"
    public = without_addresses(text) if is_for_joining else without_persons(text)
    return public if source.publish_passcodes else without_passcodes(public)


def _text(record: Record, name: str) -> str:
    return readable(record, name, longest=LONGEST_NOTES)


def _json(record: Mapping[str, str]) -> str:
    return msgspec.json.encode(record).decode()
