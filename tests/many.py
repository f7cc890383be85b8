"""A made BMLT list as large as all of NA: 35,000 rows of some 1.1 kB in real towns, from a seed."""

import json
import random
from collections.abc import Iterator
from itertools import accumulate

from importers._source import Payloads
from meetings._gazetteer_rows import Town
from meetings._gazetteer_text import packaged_folder, read_postal_codes, read_towns

HOW_MANY = 35_000
SEED = 20261118

_COUNTRIES = {"US": "USA", "CA": "Canada", "GB": "United Kingdom", "AU": "Australia", "IE": ""}
_STREETS = ("Main Street", "Church Road", "Oak Avenue", "Elm Street", "Station Road", "Park Lane")
_VENUES = ("Church Hall", "Community Centre", "Library, Room 2", "Clubhouse", "Hospital, Annex B")
_NAMES = ("Evening Hope", "Just for Today", "Clean Start", "Morning Light", "Keep It Simple")
_INFO = ("", "", "Ring the bell at the side door", "Parking behind the building, enter by the ramp")
_NOTES = (*[""] * 6, "Please arrive ten minutes early.", "Speaker on the last week of the month")
_FORMATS = {1: "Beginners", 4: "Closed", 8: "Discussion", 17: "Open", 27: "Step", 33: "Wheelchair"}
_HOURS = ("07:00:00", "12:00:00", "18:30:00", "19:00:00", "19:30:00", "20:00:00")
_EMPTY = (
    *("shared_group_id_bigint", "distance_in_km", "distance_in_miles", "email_contact"),
    *("location_neighborhood", "zone", "train_lines", "bus_lines", "contact_phone_2"),
    *("contact_email_2", "contact_name_2", "contact_phone_1", "contact_email_1"),
    *("contact_name_1", "phone_meeting_number"),
)


def a_large_list(count: int = HOW_MANY, *, seed: int = SEED, version: int = 1) -> Payloads:
    """
    Return a list of *count* meetings, whose names another *version* changes.

    A longer list begins as a shorter one.
    """
    chance, codes = random.Random(seed), _postal_codes()
    towns = list(_towns())
    weights = list(accumulate(town.population**0.85 for town in towns))
    records = [
        _record(number, chance.choices(towns, cum_weights=weights)[0], chance, codes)
        for number in range(1, count + 1)
    ]
    if version != 1:
        for record in records:
            record["meeting_name"] += f", edition {version}"
    formats = [
        {"id": str(id_), "key_string": name[:2].upper(), "name_string": name, "lang": "en"}
        for id_, name in _FORMATS.items()
    ]
    return {
        "GetFormats.en": json.dumps(formats).encode(),
        "GetSearchResults": json.dumps(records).encode(),
    }


def _towns() -> Iterator[Town]:
    towns = read_towns(packaged_folder())
    return (town for town in towns if town.country in _COUNTRIES and town.population >= 5000)


def _postal_codes() -> dict[tuple[str, str, str], str]:
    found = read_postal_codes(packaged_folder())
    return {(each.country, each.region_code, each.name): each.code for each in found}


def _record(
    number: int, town: Town, chance: random.Random, codes: dict[tuple[str, str, str], str]
) -> dict[str, str]:
    formats = sorted(chance.sample(sorted(_FORMATS), k=chance.randrange(4)))
    is_online = chance.random() < 0.15
    in_state = town.country == "US"
    return dict.fromkeys(_EMPTY, "") | {
        "id_bigint": str(number),
        "worldid_mixed": f"G{number:08}",
        "service_body_bigint": str(1000 + number % 40),
        "service_body_name": f"Invented Area {number % 40}",
        "weekday_tinyint": str(chance.randrange(1, 8)),
        "venue_type": "2" if is_online else "1",
        "start_time": chance.choice(_HOURS),
        "duration_time": chance.choice(("01:00:00", "01:30:00")),
        "time_zone": chance.choice(("", "", "", town.timezone)),
        "formats": ",".join(_FORMATS[each][:2].upper() for each in formats),
        "lang_enum": "en",
        "longitude": f"{town.longitude + chance.gauss(0, 0.03):.7f}",
        "latitude": f"{town.latitude + chance.gauss(0, 0.02):.7f}",
        "published": "1",
        "root_server_uri": "https://bmlt.example.org/main_server",
        "format_shared_id_list": ",".join(map(str, formats)),
        "meeting_name": f"{chance.choice(_NAMES)} {number}",
        "location_text": chance.choice(_VENUES),
        "location_info": chance.choice(_INFO),
        "location_street": f"{chance.randrange(1, 9999)} {chance.choice(_STREETS)}",
        "location_city_subsection": chance.choice(("", "", "North Side")),
        "location_municipality": town.name,
        "location_sub_province": f"{town.name} County",
        "location_province": town.region_code if in_state else "",
        "location_postal_code_1": codes.get((town.country, town.region_code, town.name), ""),
        "location_nation": _COUNTRIES[town.country],
        "comments": chance.choice(_NOTES),
        "virtual_meeting_link": f"https://meet.example.org/j/{number}" if is_online else "",
        "virtual_meeting_additional_info": "Meeting ID as in the link" if is_online else "",
    }
