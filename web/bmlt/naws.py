"""GetNAWSDump: the meetings of a service body as NAWS takes them in (bmlt.md 2.16)."""

import csv
import io
from collections.abc import Iterator

from web.bmlt.face import Face, Integers
from web.bmlt.rowbytes import row_fields
from web.spreadsheets import safe_cell

_COLUMNS_WORDS = (
    "Committee CommitteeName AddDate AreaRegion ParentName ComemID ContactID ContactName "
    "CompanyName ContactAddrID ContactAddress1 ContactAddress2 ContactCity ContactState "
    "ContactZip ContactCountry ContactPhone MeetingID Room Closed WheelChr Day Time Language1 "
    "Language2 Language3 LocationId Place Address City LocBorough State Zip Country "
    "Directions Institutional Format1 Format2 Format3 Format4 Format5 Delete LastChanged "
    "Longitude Latitude ContactGP PhoneMeetingNumber VirtualMeetingLink VirtualMeetingInfo "
    "TimeZone bmlt_id unpublished"
)
COLUMNS = tuple(_COLUMNS_WORDS.split())
_FIRST = ("VM", "TC", "HYBR", "W", "M", "GL")
_NEVER = frozenset({"OPEN", "CLOSED", "WCHR"})
_DAYS = ("", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def naws_dump(face: Face, rows: Integers, root: str) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for row in rows.tolist():
        line = _line(face, row_fields(face, row, root=root))
        writer.writerow([safe_cell(line.get(column, "")) for column in COLUMNS])
    return written.getvalue().encode()


def _line(face: Face, fields: dict[str, str]) -> dict[str, str]:
    numbers = [int(text) for text in fields["format_shared_id_list"].split(",") if text]
    formats = [each for number in numbers if (each := face.format(number, "en")) is not None]
    worlds = {each.world_id for each in formats if each.world_id}
    body = face.known_bodies[int(fields["service_body_bigint"])]
    shown = list(_shown(worlds))
    lines = {f"Format{position}": world for position, world in enumerate(shown[:5], 1)}
    return lines | {
        "Committee": fields["worldid_mixed"],
        "CommitteeName": fields["meeting_name"],
        "AreaRegion": body.fields["world_id"].strip() or "WORLD_ID_MISSING",
        "ParentName": body.fields["name"],
        "Room": ", ".join(each.name for each in formats if not each.world_id),
        "Closed": "OPEN" if "OPEN" in worlds and "CLOSED" not in worlds else "CLOSED",
        "WheelChr": "TRUE" if "WCHR" in worlds else "FALSE",
        "Day": _DAYS[int(fields["weekday_tinyint"] or 0)],
        "Time": fields["start_time"].replace(":", "")[:4],
        "Place": fields["location_text"],
        "Address": fields["location_street"],
        "City": fields["location_city_subsection"]
        or fields["location_municipality"]
        or fields["location_neighborhood"],
        "LocBorough": fields["location_neighborhood"],
        "State": fields["location_province"],
        "Zip": fields["location_postal_code_1"],
        "Country": fields["location_nation"],
        "Directions": ", ".join(filter(None, (fields["location_info"], fields["comments"]))),
        "Institutional": "FALSE",
        "Longitude": fields["longitude"],
        "Latitude": fields["latitude"],
        "PhoneMeetingNumber": fields["phone_meeting_number"],
        "VirtualMeetingLink": fields["virtual_meeting_link"],
        "VirtualMeetingInfo": fields["virtual_meeting_additional_info"],
        "TimeZone": fields["time_zone"],
        "bmlt_id": fields["id_bigint"],
        "unpublished": "",
    }


def _shown(worlds: set[str]) -> Iterator[str]:
    yield from (world for world in _FIRST if world in worlds)
    yield from sorted(worlds - _NEVER - set(_FIRST))
