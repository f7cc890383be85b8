import json

import pytest

from importers import bmlt, naws, sheet, tsml
from importers._listed import Listed, read_list
from importers._names_and_places import without_people_in_places
from importers._source import Importer, Payloads
from meetings.model import Meeting, Venue, VenueType
from tests.make import a_meeting
from tests.make_lists import NO_PLACES, NOW, a_bmlt_record, a_source, bmlt_list


def listed(importer: Importer, payloads: Payloads) -> tuple[Meeting, Listed]:
    source = a_source(country="US")
    found = read_list(source, payloads, importer=importer, places=NO_PLACES, overrides={}, now=NOW)
    (meeting,) = found.meetings.values()
    return meeting, found


def test_persons_in_the_places_of_a_bmlt_record_are_left_out_and_counted() -> None:
    record = a_bmlt_record(
        meeting_name="Hope (Bob 212-555-0100)",
        location_text="Call Bob S. 212-555-0100 for the address",
        location_street="email bob@example.org",
        train_lines="text 212-555-0100",
    )

    meeting, found = listed(bmlt, bmlt_list(record))

    assert meeting.name == "Hope (Bob [not shown])"
    assert meeting.venue is not None
    assert meeting.venue.name == "Call Bob S. [not shown] for the address"
    assert meeting.venue.street == "email [not shown]"
    assert meeting.venue.transit == "Train: text [not shown]"
    assert "left 4 persons, telephone numbers or e-mail addresses out of texts" in found.warnings


def test_they_are_of_a_meeting_guide_entry_too() -> None:
    record = {
        "slug": "hope",
        "name": "Hope",
        "day": 1,
        "time": "19:00",
        "location": "Call Bob 212-555-0100",
        "group": "Bob 212-555-0100",
        "formatted_address": "call 212-555-0100, Chicago, IL, USA",
        "timezone": "America/Chicago",
    }

    meeting, found = listed(tsml, {"meetings": json.dumps([record]).encode()})

    assert meeting.group == "Bob [not shown]"
    assert meeting.venue is not None
    assert (meeting.venue.name, meeting.venue.street) == (
        "Call Bob [not shown]",
        "call [not shown]",
    )
    assert "left 3 persons, telephone numbers or e-mail addresses out of texts" in found.warnings


def test_they_are_of_a_naws_row_too() -> None:
    table = (
        "Committee,CommitteeName,AreaRegion,Day,Time,Place,Address,City,State\n"
        "G1,Hope,AR1,Monday,1900,Call Bob 212-555-0100,bob@example.org,Albany,NY\n"
    )

    meeting, _ = listed(naws, {"naws": table.encode()})

    assert meeting.venue is not None
    assert (meeting.venue.name, meeting.venue.street) == ("Call Bob [not shown]", "[not shown]")


def test_they_are_of_a_sheet_too() -> None:
    table = (
        "id,day,start,end,timezone,format,venue,street,city,country\n"
        "a,mon,19:00,20:00,America/Chicago,in-person,Call Bob 312-555-0100,bob@example.org,"
        "Chicago,US\n"
    )

    meeting, _ = listed(sheet, {"sheet": table.encode()})

    assert meeting.venue is not None
    assert (meeting.venue.name, meeting.venue.street) == ("Call Bob [not shown]", "[not shown]")


@pytest.mark.parametrize(
    "venue",
    [
        Venue(name="Church 2000", street="143-22 109th Avenue", transit="Bus: 7, 12, 60, 112, 143"),
        Venue(name="The 12 & 12 & 12 Club", street="100-59 196th Street"),
        Venue(name="Hall 1908", street="2596 VT-113", postal_code="05075-1234"),
        Venue(name="Raum 0.12", street="01069 Dresden, Hauptstr. 12-14"),
        Venue(name="@ The Hope", street="12 Main St @ Elm St"),
    ],
)
def test_numbers_of_buildings_and_lines_stay(venue: Venue) -> None:
    meeting = a_meeting(name="Group 164, 7:30-8:30", venue=venue)

    assert without_people_in_places(meeting) == meeting


def test_an_online_meeting_keeps_the_number_by_which_one_joins() -> None:
    meeting = a_meeting(
        name="Zoom 845 555 0100",
        venue_type=VenueType.ONLINE,
        venue=Venue(name="Phone line 712-555-0100", street="Bob 212-555-0100"),
    )

    public = without_people_in_places(meeting)

    assert public.name == meeting.name
    assert public.venue == Venue(name="Phone line 712-555-0100", street="Bob [not shown]")
