from typing import Any

import pytest

from importers._foreign_address import Address
from importers._tsml_address import address, parsed
from importers._tsml_place import Attendance, Place, attendance, place, without_street
from importers._tsml_types import Types
from meetings.model import Accuracy, Point, Status, Venue, VenueType

ADDRESS = "12 Sample St, Brooklyn, NY 11201, USA"


def place_of(**record: Any) -> Place:
    defaults = {"formatted_address": ADDRESS, "latitude": 40.6924, "longitude": -73.9903}
    return place(defaults | record, home="", directions="")


def venue_of(**record: Any) -> Venue:
    venue = place_of(**record).venue
    assert venue is not None
    return venue


def attended(
    option: str = "", *, types: Types | None = None, can_join: bool = False, is_precise: bool = True
) -> Attendance:
    record = {"attendance_option": option}
    return attendance(record, types or Types(), can_join=can_join, is_precise=is_precise)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", ("", "", "", "", "")),
        ("USA", ("", "", "", "", "US")),
        (
            "4953 W Addison St, Chicago, IL 60641, USA",
            ("4953 W Addison St", "Chicago", "IL", "60641", "US"),
        ),
        ("Lincoln Building, 1 E St, Anaheim, CA 92805", None),
        ("48 Sample Street, 14606, USA", ("48 Sample Street", "", "", "14606", "US")),
        ("Philadelphia, PA, USA", ("", "Philadelphia", "PA", "", "US")),
        ("1 Line Rd, Hatboro, PA, 19040, USA", ("1 Line Rd", "Hatboro", "PA", "19040", "US")),
        (
            "1 X St, West Chester, PA  19333 United States",
            ("1 X St", "West Chester", "PA", "19333", "US"),
        ),
        ("Valley Forge, PA 19460", ("", "Valley Forge", "PA", "19460", "")),
        ("Los Angeles, CA", ("", "Los Angeles", "CA", "", "")),
        ("Atlanta, Georgia", ("", "Atlanta", "GA", "", "")),
        ("2632 Sample St. Philadelphia PA", ("2632 Sample St. Philadelphia PA", "", "", "", "")),
        ("10 High St, London SW1A 1AA, UK", ("10 High St", "London", "", "SW1A 1AA", "GB")),
        ("Hauptstr. 3, 10115 Berlin, Germany", ("Hauptstr. 3", "Berlin", "", "10115", "DE")),
        ("1 Bay St, Toronto, ON M5J 2N8, Canada", ("1 Bay St", "Toronto", "ON", "M5J 2N8", "CA")),
        (
            "5 George St, Sydney NSW 2000, Australia",
            ("5 George St", "Sydney", "NSW", "2000", "AU"),
        ),
        ("12 Main St, Springfield, Jalisco, Mexico", None),
        (", , ,", ("", "", "", "", "")),
    ],
)
def test_an_address_in_one_line_is_taken_apart_from_its_end(
    line: str, expected: tuple[str, str, str, str, str] | None
) -> None:
    found = parsed(line, home="")

    if expected is None:
        assert found.town
        assert found.street
    else:
        street, town, region, code, country = expected
        assert found == Address(
            street=street, town=town, region=region, postal_code=code, country=country
        )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("12 Main St, Dublin 2, D02 X285, Ireland", "Dublin 2 |  | D02 X285 | IE"),
        ("1 Quay, Cork, T12 X285, Ireland", "Cork |  | T12 X285 | IE"),
        ("1 Quay, Galway, Co. Galway, Ireland", "Galway |  |  | IE"),
        ("1 Quay, Drogheda, Co. Louth, A92 X285, Ireland", "Drogheda |  | A92 X285 | IE"),
        ("1 Long Walk, Dublin 6W, D6W X285, Ireland", "Dublin 6W |  | D6W X285 | IE"),
        ("1 Queen St, Auckland CBD, Auckland 1010, New Zealand", "Auckland |  | 1010 | NZ"),
        (
            "St Marys, Bandra West, Mumbai, Maharashtra 400050, India",
            "Mumbai | Maharashtra | 400050 | IN",
        ),
        ("1 Rd, New Delhi, Delhi 110 001, India", "New Delhi | Delhi | 110 001 | IN"),
        ("1-1 Ginza, Chuo City, Tokyo 104-0061, Japan", "Chuo City | Tokyo | 104-0061 | JP"),
        ("1 Soi, Pathum Wan, Bangkok 10330, Thailand", "Pathum Wan | Bangkok | 10330 | TH"),
        (
            "Jl. X No.1, Kota Bandung, Jawa Barat 40115, Indonesia",
            "Kota Bandung | Jawa Barat | 40115 | ID",
        ),
        (
            "Rua X, 1 - Centro, Rio de Janeiro - RJ, 20010-000, Brazil",
            "Rio de Janeiro | RJ | 20010-000 | BR",
        ),
        ("Rua X, 1, São Paulo - SP, Brazil", "São Paulo | SP |  | BR"),
        ("Calle 1, San Juan, 00901, Puerto Rico", "San Juan | PR | 00901 | US"),
        ("Calle 1, San Juan, PR 00901, Puerto Rico", "San Juan | PR | 00901 | US"),
        ("Herengracht 1, 1015 BA Amsterdam, Netherlands", "Amsterdam |  | 1015 BA | NL"),
        ("Herengracht 1, 1015BA Amsterdam, Netherlands", "Amsterdam |  | 1015BA | NL"),
        ("Hauptstr. 3, D-10115 Berlin, Germany", "Berlin |  | 10115 | DE"),
        ("1 Rue X, 75001 Paris, France", "Paris |  | 75001 | FR"),
        ("Calle X, 1, 28001 Madrid, Spain", "Madrid |  | 28001 | ES"),
        ("C. X, 1, 41001 Sevilla, Seville, Spain", "Sevilla | Seville | 41001 | ES"),
        ("Via Roma, 1, 00184 Roma RM, Italy", "Roma | RM | 00184 | IT"),
        ("Gatan 1, 111 20 Stockholm, Sweden", "Stockholm |  | 111 20 | SE"),
        ("Gade 1, 1050 København, Denmark", "København |  | 1050 | DK"),
        ("Gate 1, 0150 Oslo, Norway", "Oslo |  | 0150 | NO"),
        ("Ulica 1, 00-001 Warszawa, Poland", "Warszawa |  | 00-001 | PL"),
        ("Rua X 1, 1100-148 Lisboa, Portugal", "Lisboa |  | 1100-148 | PT"),
        ("Gasse 1, 8001 Zürich, Switzerland", "Zürich |  | 8001 | CH"),
        ("Gasse 1, 1010 Wien, Austria", "Wien |  | 1010 | AT"),
        ("1 Long St, City Centre, Cape Town, 8001, South Africa", "Cape Town |  | 8001 | ZA"),
        (
            "Av. 12, Centro, 06000 Ciudad de México, CDMX, Mexico",
            "Ciudad de México | Ciudad de México | 06000 | MX",
        ),
        ("Av. 12, 44100 Guadalajara, Jal., Mexico", "Guadalajara | Jalisco | 44100 | MX"),
        ("1 George St, Sydney NSW 2000, Australia", "Sydney | NSW | 2000 | AU"),
        ("1 High St, Belfast BT1 1AA, UK", "Belfast |  | BT1 1AA | GB"),
        ("Dizengoff St 1, Tel Aviv-Yafo, 6433222, Israel", "Tel Aviv-Yafo |  | 6433222 | IL"),
        ("1 Sejong-daero, Jung District, Seoul 04524, South Korea", "Seoul |  | 04524 | KR"),
        ("Odos 1, Athina 105 57, Greece", "Athina |  | 105 57 | GR"),
        ("Strada X 1, București 030167, Romania", "București |  | 030167 | RO"),
        ("Av. X 123, C1043AAZ Buenos Aires, Argentina", "Buenos Aires |  | C1043AAZ | AR"),
        (
            "Av. X 1, 8320000 Santiago, Región Metropolitana, Chile",
            "Santiago | Región Metropolitana | 8320000 | CL",
        ),
        ("Iela 1, Rīga, LV-1050, Latvia", "Rīga |  | LV-1050 | LV"),
    ],
)
def test_an_address_of_another_country_keeps_town_and_code_apart(line: str, expected: str) -> None:
    found = address({"formatted_address": line}, home="")

    parts = (found.town, found.region, found.postal_code, found.country)
    assert " | ".join(parts) == expected
    assert found.street


def test_an_irish_county_is_a_county() -> None:
    venue = venue_of(formatted_address="1 Quay, Galway, Co. Galway, Ireland")

    assert venue == Venue(street="1 Quay", town="Galway", county="Co. Galway", country="IE")


def test_parts_with_keys_of_their_own_go_before_the_line() -> None:
    record = {"formatted_address": ADDRESS, "address": "9 Other St", "city": "Queens"}

    found = address(record, home="")

    assert (found.street, found.town, found.postal_code) == ("9 Other St", "Queens", "11201")


def test_a_missing_or_mangled_country_is_that_of_the_state() -> None:
    def country(home: str = "", **record: object) -> str:
        return address(record, home=home).country

    assert country(state="CA", country="PA 19460") == "US"
    assert country(state="Ontario", country="Canada") == "CA"
    assert country(state="ON") == "CA"
    assert country(state="CA", home="IT") == ""
    assert country(state="TX", country="USA") == "US"


def test_states_and_postal_codes_of_the_usa_have_one_form() -> None:
    found = address({"state": "Massachusetts", "postal_code": 2139, "country": "US"}, home="")

    assert (found.region, found.postal_code) == ("MA", "02139")


def test_coordinates_come_as_numbers_text_or_a_pair() -> None:
    point = Point(40.6924, -73.9903)

    assert place_of(latitude="40.6924", longitude="-73.9903").point == point
    pair = place_of(latitude=None, longitude="", coordinates="40.6924, -73.9903")
    assert (pair.point, pair.accuracy) == (point, Accuracy.EXACT)


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (0, 0, Point(0, 0)),
        ("0.01", "-0.2", Point(0, 0)),
        (None, -122.4, None),
        ("", "", None),
        (91, 0, None),
        ("north", "west", None),
        ("nan", "1", None),
        (True, 1, None),
    ],
)
def test_junk_coordinates_are_none_and_those_near_null_are_counted_as_null(
    latitude: object, longitude: object, expected: Point | None
) -> None:
    assert place_of(latitude=latitude, longitude=longitude).point == expected


def test_four_coordinates_are_a_box_and_one_cannot_go_there() -> None:
    found = place_of(latitude=None, longitude=None, coordinates="40,-74,42,-72")

    assert (found.point, found.accuracy) == (Point(41, -73), Accuracy.LOCALITY)
    assert not found.is_precise


@pytest.mark.parametrize(
    ("record", "is_precise"),
    [
        ({"approximate": "no"}, True),
        ({"approximate": "yes"}, False),
        ({"approximate": True}, False),
        ({"approximate": False}, True),
        ({"approximate": 1}, False),
        ({}, True),
        ({"formatted_address": "10 High St, London SW1A 1AA, UK"}, True),
        ({"formatted_address": "Philadelphia, PA, USA"}, False),
        ({"formatted_address": "Philadelphia, PA, USA", "approximate": "no"}, False),
        (
            {"formatted_address": "Bronx, NY, USA", "approximate": "no", "location": "Hall"},
            True,
        ),
    ],
)
def test_a_place_is_precise_by_its_words_and_not_by_counting_commas(
    record: dict[str, object], is_precise: bool
) -> None:
    assert place_of(**record).is_precise is is_precise


def test_regions_give_the_part_of_the_town_and_the_county() -> None:
    assert venue_of(regions=["Kings County", "Brooklyn", "Downtown"]) == Venue(
        street="12 Sample St",
        district="Downtown",
        town="Brooklyn",
        county="Kings County",
        region="NY",
        postal_code="11201",
        country="US",
    )
    assert venue_of(region="New York > Brooklyn").district == ""
    assert venue_of(region="Brooklyn", sub_region="Heights").district == "Heights"


def test_a_crossing_behind_the_street_is_a_direction() -> None:
    venue = venue_of(formatted_address="", address="12 Sample St @ Elm")

    assert (venue.street, venue.directions) == ("12 Sample St", "At Elm.")


def test_only_the_surroundings_of_an_online_meeting_stay() -> None:
    venue = venue_of(location="Hall")

    assert without_street(venue) == Venue(town="Brooklyn", region="NY", country="US")
    assert without_street(Venue(name="Online")) is without_street(None) is None


@pytest.mark.parametrize(
    ("types", "can_join", "is_precise", "kind", "status"),
    [
        (Types(), False, True, VenueType.IN_PERSON, Status.ACTIVE),
        (Types(), True, True, VenueType.HYBRID, Status.ACTIVE),
        (Types(), True, False, VenueType.ONLINE, Status.ACTIVE),
        (Types(), False, False, VenueType.IN_PERSON, Status.CLOSED_FOR_NOW),
        (Types(is_online=True), False, False, VenueType.ONLINE, Status.ACTIVE),
        (Types(is_closed_for_now=True), True, True, VenueType.ONLINE, Status.ACTIVE),
        (Types(is_closed_for_now=True), False, True, VenueType.IN_PERSON, Status.CLOSED_FOR_NOW),
    ],
)
def test_without_a_word_on_attendance_link_place_and_codes_decide(
    types: Types, can_join: bool, is_precise: bool, kind: VenueType, status: Status
) -> None:
    found = attended(types=types, can_join=can_join, is_precise=is_precise)

    assert (found.venue_type, found.status, found.remark) == (kind, status, "")


@pytest.mark.parametrize("option", ["online", "hybrid", "in_person"])
def test_the_lists_own_word_on_attendance_goes_before(option: str) -> None:
    found = attended(option)

    assert (found.venue_type, found.status) == (VenueType(option), Status.ACTIVE)
    assert bool(found.remark) == (option != "in_person")


def test_an_inactive_meeting_is_kept_and_not_listed() -> None:
    assert attended("inactive").status is Status.CLOSED_FOR_NOW
    assert attended("inactive", is_precise=False).remark == ""


def test_a_closed_building_without_a_link_is_closed_whatever_the_list_says() -> None:
    found = attended("in_person", types=Types(is_closed_for_now=True))

    assert found.status is Status.CLOSED_FOR_NOW
    assert found.remark == (
        "attendance_option: says in_person, but link, place and types say inactive"
    )


def test_a_closed_building_with_a_link_is_online_for_now() -> None:
    assert attended(types=Types(is_closed_for_now=True), can_join=True).is_moved_online
    assert not attended(can_join=True, is_precise=False).is_moved_online


def test_a_closed_building_that_is_online_by_code_alone_is_told() -> None:
    found = attended(types=Types(is_closed_for_now=True, is_online=True))

    assert (found.venue_type, found.status) == (VenueType.ONLINE, Status.ACTIVE)
    assert found.remark == "types: say TC and ONL, and there is no link or phone: listed as online"


def test_an_unknown_word_on_attendance_is_no_word() -> None:
    assert attended("maybe").venue_type is VenueType.IN_PERSON
    assert attended("maybe").remark == ""
