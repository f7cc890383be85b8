"""Addresses of Meeting Guide, in parts or in one line as map services format it."""

import re
from dataclasses import replace

from importers._countries import country_code, state_code
from importers._foreign_address import Address, foreign_end
from importers._tsml_records import Record, text

_PROVINCES = ("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT")
_SHORT_COUNTRIES = ("US", "UK", "GB")  # other pairs of letters are states: CA, DE, IN
_US_ZIP = re.compile(r"(?:(\D+?)\s+)?(\d{5}(?:-\d{4})?)")
_CA_CODE = re.compile(r"(?:(\D+?)\s+)?([A-Z]\d[A-Z] ?\d[A-Z]\d)", re.IGNORECASE)
_GB_CODE = re.compile(r"(?:(.+?)\s+)?([A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})", re.IGNORECASE)
_ENDS_IN_COUNTRY = re.compile(r"(.+?)[\s.]+(United States|USA|Canada)", re.IGNORECASE)


def address(record: Record, *, home: str) -> Address:
    """
    Return the parts of an address, those with keys of their own before those of the line.

    *home* is the country of the source, by which a state is known: "CA" ends an address in
    California, and in another list is Canada.
    """
    line = parsed(text(record, "formatted_address"), home=home)
    found = Address(
        street=text(record, "address") or line.street,
        town=text(record, "city") or line.town,
        county=line.county,
        region=text(record, "state") or line.region,
        postal_code=text(record, "postal_code") or line.postal_code,
        country=country_code(text(record, "country")) or line.country,
    )
    return _tidied(found, home)


def parsed(line: str, *, home: str) -> Address:
    """Take "4953 W Addison St, Chicago, IL 60641, USA" apart, from its end."""
    parts = [part for part in (each.strip(" .") for each in line.split(",")) if part]
    country = _pop_country(parts, home)
    place = _pop_region(parts, country or home) if parts else Address()
    if parts and not place.town and not _is_street_alone(parts):
        place = replace(place, town=parts.pop())
    return replace(place, street=", ".join(parts), country=country)


def _pop_country(parts: list[str], home: str) -> str:
    """Take the country off the last part, or "" where that is a state, or no country at all."""
    if not parts:
        return ""
    if found := _ENDS_IN_COUNTRY.fullmatch(parts[-1]):
        parts[-1] = found[1].strip()
        return country_code(found[2])
    last = parts[-1].upper()
    is_state = bool(state_code(last)) and home in ("", "US")  # Georgia
    if is_state or (len(last) <= 2 and last not in _SHORT_COUNTRIES) or not country_code(last):
        return ""
    return country_code(parts.pop())


def _pop_region(parts: list[str], country: str) -> Address:
    """Take postal code, region and sometimes the town off the last parts."""
    last = parts[-1]
    if country in ("", "US") and (place := _american(parts, last)):
        return place
    if country == "US" and (found := _US_ZIP.fullmatch(last)) and not found[1]:
        return Address(postal_code=parts.pop())  # of a line without a town
    if country in ("", "CA") and (place := _canadian(parts, last)):
        return place
    if country in ("", "GB") and (found := _GB_CODE.fullmatch(last)):
        parts.pop()
        return Address(town=found[1] or "", postal_code=found[2])
    return Address() if country in ("", "US", "CA") else foreign_end(parts, country)


def _american(parts: list[str], last: str) -> Address | None:
    found = _US_ZIP.fullmatch(last)
    code = found[2] if found else ""
    state = state_code((found[1] or "") if found else last)
    if state:
        parts.pop()
        return Address(region=state, postal_code=code or _pop_zip(parts, state))
    if found and not found[1] and len(parts) > 1 and state_code(parts[-2]):  # "PA, 19040"
        parts.pop()
        return Address(region=state_code(parts.pop()), postal_code=code)
    return None


def _pop_zip(parts: list[str], state: str) -> str:
    """Take the code off that stands before its state: "00901, Puerto Rico"."""
    found = _US_ZIP.fullmatch(parts[-1]) if len(parts) > 1 else None
    if found is None or (found[1] and state_code(found[1]) != state):
        return ""
    parts.pop()
    return found[2]


def _canadian(parts: list[str], last: str) -> Address | None:
    found = _CA_CODE.fullmatch(last)
    region = ((found[1] or "") if found else last).upper()
    if region not in _PROVINCES:
        return None
    parts.pop()
    return Address(region=region, postal_code=found[2] if found else "")


def _is_street_alone(parts: list[str]) -> bool:
    return len(parts) == 1 and parts[0][0].isdecimal()


def _tidied(found: Address, home: str) -> Address:
    """Return *found* with its country inferred, and states by their postal codes."""
    country = found.country
    state = state_code(found.region) if country in ("", "US") else ""
    if not country and state and home in ("", "US"):
        country = "US"
    elif not country and found.region.upper() in _PROVINCES and home in ("", "CA"):
        country = "CA"
    is_american = country == "US" or (not country and home == "US")
    code = found.postal_code
    return replace(
        found,
        region=(state if is_american else "") or found.region,
        postal_code=code.zfill(5) if is_american and code.isdecimal() else code,  # 2139 in numbers
        country=country,
    )
