import pytest

from importers._address_text import venue_of
from meetings.model import Venue


@pytest.mark.parametrize(
    ("address", "venue"),
    [
        (
            "4 Sample Drive, Maple Falls, CA, 95000",
            Venue(street="4 Sample Drive", town="Maple Falls", region="CA", postal_code="95000"),
        ),
        (
            "4 Sample Drive, Maple Falls, California 95000-1234, USA",
            Venue(
                street="4 Sample Drive", town="Maple Falls", region="CA", postal_code="95000-1234"
            ),
        ),
        (
            "Community House, 4 Sample Drive, Room 2, Maple Falls, CA",
            Venue(
                name="Community House",
                street="4 Sample Drive, Room 2",
                town="Maple Falls",
                region="CA",
            ),
        ),
        ("Maple Falls, CA", Venue(town="Maple Falls", region="CA")),
        ("Maple Falls, California, United States", Venue(town="Maple Falls", region="CA")),
    ],
)
def test_addresses_of_the_usa_are_taken_apart(address: str, venue: Venue) -> None:
    expected = {name: getattr(venue, name) for name in ("name", "street", "town", "region")}

    found = venue_of(address)

    assert {name: getattr(found, name) for name in expected} == expected
    assert (found.postal_code, found.country) == (venue.postal_code, "US")


@pytest.mark.parametrize(
    ("address", "venue"),
    [
        (
            "45 rue Test, Montréal, QC H2X 1Y4",
            Venue(
                street="45 rue Test",
                town="Montréal",
                region="QC",
                postal_code="H2X 1Y4",
                country="CA",
            ),
        ),
        (
            "Mill Rooms, 1 Mill Street, Leeds LS1 4AP, United Kingdom",
            Venue(
                name="Mill Rooms",
                street="1 Mill Street",
                town="Leeds",
                postal_code="LS1 4AP",
                country="GB",
            ),
        ),
        (
            "Vancouver, British Columbia",
            Venue(town="Vancouver", region="British Columbia", country="CA"),
        ),
    ],
)
def test_addresses_of_other_countries_too(address: str, venue: Venue) -> None:
    assert venue_of(address) == venue


def test_what_is_not_understood_is_not_lost() -> None:
    assert venue_of("Back room of the library") == Venue(name="Back room of the library")
    assert venue_of("") == Venue()
    assert venue_of("Hall 3, Somewhere", country="DE") == Venue(
        street="Hall 3, Somewhere", country="DE"
    )
