"""The columns of our sheet (smart.md 11): names, synonyms, and those that are dropped."""

import re
from collections.abc import Iterable, Mapping

from importers._tables import Row

COLUMNS = (
    "id",
    "fellowship",
    "program",
    "name",
    "audiences",
    "languages",
    "day",
    "ordinal",
    "first_date",
    "start",
    "end",
    "timezone",
    "format",
    "venue",
    "street",
    "city",
    "state",
    "zip",
    "country",
    "join_url",
    "page_url",
    "notes",
)
REQUIRED = ("id", "day", "start", "end", "format")  # in the header; the rest may lack as a whole

_SYNONYMS = {
    "id": "key meeting_id number",
    "fellowship": "organization organisation association",
    "program": "programme programa programm",
    "name": "meeting_name meeting group group_name title nombre nom",
    "audiences": "audience labels label formats types type for_whom",
    "languages": "language idioma idiomas langue langues sprache sprachen",
    "day": "days weekday weekdays day_of_week d_a dia jour tag wochentag",
    "ordinal": "ordinals repeats frequency week_of_month which_weeks",
    "first_date": "first_on first_meeting start_date",
    "start": "start_time starts begins begin time from hora inicio beginn d_but debut",
    "end": "end_time ends until to finish fin ende",
    "timezone": "time_zone tz zone",
    "format": "venue_type meeting_format attendance in_person_or_online",
    "venue": "location place venue_name building lugar lieu ort",
    "street": "address street_address direcci_n adresse strasse",
    "city": "town municipality ciudad ville stadt",
    "state": "region province county estado",
    "zip": "zip_code zipcode postcode post_code postal_code plz",
    "country": "nation pa_s pays land",
    "join_url": "join_link join link online_link zoom_link conference_url url",
    "page_url": "page website web web_page site",
    "notes": "note comment comments remarks notas bemerkungen",
}
_NAMED = {name: name for name in COLUMNS} | {
    synonym: name for name, synonyms in _SYNONYMS.items() for synonym in synonyms.split()
}
# What stands there is about a person, or secret (smart.md 11).
_PERSONAL = re.compile(
    r"facilitator|contact|phone|mobile|whatsapp|e_?mail|pass_?code|pass_?word|pwd|(?:^|_)pin(?:$|_)"
    r"|host|leader|convenor|sponsor|secretary|chair|author|person|last_name|first_name|surname"
)
_GUARD = re.compile(r"'[=+\-@]")  # written by an export against formulas


def is_header(names: frozenset[str]) -> bool:
    """Say whether these plain names head a sheet of meetings."""
    return {"day", "start"} <= {_NAMED[name] for name in names if name in _NAMED}


def missing_columns(names: Iterable[str]) -> list[str]:
    found = {_NAMED.get(name) for name in names}
    return [name for name in REQUIRED if name not in found]


def personal_columns(names: Iterable[str]) -> list[str]:
    return [name for name in names if name not in _NAMED and _PERSONAL.search(name)]


def unknown_columns(names: Iterable[str]) -> list[str]:
    return [name for name in names if name not in _NAMED and not _PERSONAL.search(name)]


def cells_of(row: Row) -> Mapping[str, str]:
    """Return the cells of our columns, under our names, without the guard against formulas."""
    cells: dict[str, str] = {}
    for name, cell in row.cells.items():
        if name in _NAMED:
            cells.setdefault(_NAMED[name], cell[1:] if _GUARD.match(cell) else cell)
    return cells
