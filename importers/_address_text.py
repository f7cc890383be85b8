"""A place written as one text, of which nobody says where its name ends and its street begins."""

import re

from importers._countries import country_of_region, state_code
from importers._foreign_address import Address
from importers._limits import LONGEST_NAME
from importers._text import line
from importers._tsml_address import parsed
from meetings.model import Venue

_HAS_NUMBER = re.compile(r"\d")


def venue_of(address: str, *, country: str = "") -> Venue:
    """
    Take "Name, 12 Street, Town, ST 12345, Country" apart; *country* is that of the list.

    What is not understood stays in the name or the street, so nothing is lost.
    """
    text = line(address)
    found = _with_province(parsed(text, home=country))
    is_address = bool(found.country or found.postal_code or found.region)
    name, street = _name_and_street(found.street if is_address else text)
    if not is_address:
        return Venue(name=name[:LONGEST_NAME], street=street, country=country if text else "")
    return Venue(
        name=name[:LONGEST_NAME],
        street=street,
        town=found.town,
        county=found.county,
        region=found.region,
        postal_code=found.postal_code,
        country=found.country or country or _country_of(found.region),
    )


def _with_province(found: Address) -> Address:
    """Put right what ends in the full name of a province, which was taken for a town."""
    if found.region or country_of_region(found.town) != "CA":
        return found
    street, _, town = found.street.rpartition(",")
    return Address(
        street=street,
        town=town.strip(),
        region=found.town,
        postal_code=found.postal_code,
        country=found.country,
    )


def _country_of(region: str) -> str:
    """Return the country of a region that was known by itself: a state or a province."""
    if not region:
        return ""
    return "US" if state_code(region) else "CA"


def _name_and_street(text: str) -> tuple[str, str]:
    """Return the name before the first part with a house number, and the rest from there."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    first = next((n for n, part in enumerate(parts) if _HAS_NUMBER.search(part)), None)
    if first is None:
        return (parts[0], ", ".join(parts[1:])) if parts else ("", "")
    return ", ".join(parts[:first]), ", ".join(parts[first:])
