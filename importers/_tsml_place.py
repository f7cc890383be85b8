"""Where a Meeting Guide meeting is, and how one attends it (tsml.md 4.2 and 5)."""

import re
from dataclasses import dataclass

from importers._foreign_address import Address
from importers._limits import LONGEST_NAME
from importers._tsml_address import address
from importers._tsml_records import Record, text, texts
from importers._tsml_types import Types
from meetings.formats import comparable
from meetings.model import Accuracy, Point, Status, Venue, VenueType

_YES = ("yes", "true", "1")
_NO = ("no", "false", "0")
_NUMBER = re.compile(r"-?\d{1,3}(?:\.\d{1,20})?")
_NOWHERE_DEGREES = 0.5  # about 0,0 there is only sea
_OPTIONS = {kind.value: kind for kind in VenueType}
_INACTIVE = "inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place as listed. *is_precise*: one can go there by what is said of it."""

    venue: Venue | None
    point: Point | None
    accuracy: Accuracy | None
    is_precise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """How one attends. *is_moved_online*: in person again when the place opens."""

    venue_type: VenueType
    status: Status = Status.ACTIVE
    is_moved_online: bool = False
    remark: str = ""  # the record contradicts itself


def place(record: Record, *, home: str, directions: str) -> Place:
    """Return where a record says it is; *home* is the country of the source."""
    where = address(record, home=home)
    name = text(record, "location", longest=LONGEST_NAME)
    point, is_box = _point(record)
    venue = _venue(record, where, name, directions)
    said = _flag(record, "approximate")
    is_vague = is_box or (said if said is not None else not where.street)
    is_precise = not is_vague and bool(where.street or (name and point))
    return Place(
        venue=None if venue == Venue() else venue,
        point=point,
        accuracy=None if point is None else Accuracy.EXACT if is_precise else Accuracy.LOCALITY,
        is_precise=is_precise,
    )


def attendance(record: Record, types: Types, *, can_join: bool, is_precise: bool) -> Attendance:
    """
    Take the word of attendance_option, else judge by link, place and the codes TC and ONL.

    A closed building without a link is always closed. What one can attend neither way is kept,
    and not listed (tsml.md 4.2).
    """
    is_online = can_join or types.is_online
    is_in_person = is_precise and not types.is_closed_for_now
    option = text(record, "attendance_option").casefold()
    seen = _kind(is_online=is_online, is_in_person=is_in_person)
    said = _OPTIONS.get(option, seen)
    remark = _conflict(option, seen)
    if not remark and types.is_closed_for_now and types.is_online and not can_join:
        remark = "types: say TC and ONL, and there is no link or phone: listed as online"
    if option == _INACTIVE or said is None or (types.is_closed_for_now and not is_online):
        kind = said or VenueType.IN_PERSON
        return Attendance(venue_type=kind, status=Status.CLOSED_FOR_NOW, remark=remark)
    is_moved = types.is_closed_for_now and said is VenueType.ONLINE
    return Attendance(venue_type=said, is_moved_online=is_moved, remark=remark)


def without_street(venue: Venue | None) -> Venue | None:
    """
    Return the surroundings alone.

    Many lists keep the old street address on meetings that are online by now (tsml.md 4.2).
    """
    if venue is None:
        return None
    around = Venue(town=venue.town, region=venue.region, country=venue.country)
    return None if around == Venue() else around


def _kind(*, is_online: bool, is_in_person: bool) -> VenueType | None:
    if is_online:
        return VenueType.HYBRID if is_in_person else VenueType.ONLINE
    return VenueType.IN_PERSON if is_in_person else None


def _conflict(option: str, seen: VenueType | None) -> str:
    evident = seen.value if seen else _INACTIVE
    if option in ("", evident) or (option not in _OPTIONS and option != _INACTIVE):
        return ""
    return f"attendance_option: says {option}, but link, place and types say {evident}"


def _venue(record: Record, where: Address, name: str, directions: str) -> Venue:
    street, at, crossing = where.street.partition("@")  # "12 Main St @ Elm"
    street = street.strip()
    regions = _regions(record)
    county = next((part for part in regions if part.casefold().endswith(" county")), "")
    corner = f"At {crossing.strip()}." if at and street and crossing.strip() else ""
    return Venue(
        name=name,
        street=street or where.street,
        district=_district(regions, where, county),
        town=where.town,
        county=county or where.county,
        region=where.region,
        postal_code=where.postal_code,
        country=where.country,
        directions="\n".join(part for part in (corner, directions) if part),
    )


def _district(regions: list[str], where: Address, county: str) -> str:
    """Return the part of the town that the last of *regions* names, if it is none of the rest."""
    if not regions:
        return ""
    known = (where.town, where.region, where.country, county)
    last = regions[-1]
    return "" if comparable(last) in map(comparable, known) else last


def _regions(record: Record) -> list[str]:
    """Return the regions of a list's own making, from general to specific."""
    if given := texts(record, "regions", separator=">"):
        return given
    nested = texts(record, "region", separator=">")
    deeper = (text(record, key) for key in ("sub_region", "sub_sub_region"))
    return [*nested, *(region for region in deeper if region)]


def _point(record: Record) -> tuple[Point | None, bool]:
    """Return the coordinates, and whether they are the middle of a box."""
    numbers = _NUMBER.findall(text(record, "coordinates"))
    if len(numbers) == 4:
        south, west, north, east = map(float, numbers)
        return _checked((south + north) / 2, (west + east) / 2), True
    pair = (text(record, "latitude"), text(record, "longitude"))
    if not all(pair) and len(numbers) == 2:
        pair = (numbers[0], numbers[1])
    try:
        return _checked(float(pair[0]), float(pair[1])), False
    except ValueError:
        return None, False


def _checked(latitude: float, longitude: float) -> Point | None:
    """
    Return a point, exactly 0,0 for all that is about there.

    It is no place, but too many of those tell of a broken list (reliability.md 2.2).
    """
    if abs(latitude) < _NOWHERE_DEGREES and abs(longitude) < _NOWHERE_DEGREES:
        return Point(0, 0)
    try:
        return Point(latitude, longitude)
    except ValueError:
        return None


def _flag(record: Record, field: str) -> bool | None:
    value = record.get(field)
    said = str(value).casefold() if isinstance(value, bool) else text(record, field).casefold()
    return said in _YES if said in _YES + _NO else None
