"""The names and orders of fields that BMLT clients expect (bmlt.md 3.4 and 3.7)."""

_HEAD_WORDS = (
    "id_bigint worldid_mixed shared_group_id_bigint service_body_bigint service_body_name "
    "weekday_tinyint venue_type start_time duration_time time_zone formats lang_enum "
    "longitude latitude distance_in_km distance_in_miles email_contact published "
    "root_server_uri format_shared_id_list"
)
_HEAD = tuple(_HEAD_WORDS.split())
_PLACE_WORDS = (
    "meeting_name location_text location_info location_street location_city_subsection "
    "location_neighborhood location_municipality location_sub_province location_province "
    "location_postal_code_1 location_nation comments"
)
_PLACE = tuple(_PLACE_WORDS.split())
_JOINING = (
    "phone_meeting_number",
    "virtual_meeting_link",
    "virtual_meeting_additional_info",
)
_PEOPLE_WORDS = (
    "contact_phone_2 contact_email_2 contact_name_2 contact_phone_1 contact_email_1 contact_name_1"
)
_PEOPLE = tuple(_PEOPLE_WORDS.split())
_TRANSIT = ("train_lines", "bus_lines")

DISTANCES = ("distance_in_km", "distance_in_miles")
ALWAYS_EMPTY = frozenset({"shared_group_id_bigint", "email_contact", "admin_notes", *_PEOPLE})
KNOWN = frozenset({*_HEAD, *_PLACE, *_TRANSIT, *_PEOPLE, *_JOINING, "admin_notes"})
DATA_FIELDS = (*_PLACE, *_TRANSIT, *_JOINING)  # what a text search looks through
_COLUMNS_WORDS = (
    "id_bigint worldid_mixed service_body_bigint weekday_tinyint venue_type start_time "
    "duration_time time_zone formats lang_enum longitude latitude"
)
_COLUMNS = _COLUMNS_WORDS.split()

# By the alias `sort_key` (bmlt.md 3.5).
SORT_ALIASES = {
    "weekday": "weekday_tinyint location_municipality location_city_subsection start_time "
    "location_neighborhood",
    "time": "weekday_tinyint start_time location_municipality location_city_subsection "
    "location_neighborhood",
    "town": "location_municipality location_city_subsection location_neighborhood "
    "weekday_tinyint start_time",
    "state": "location_province location_municipality location_city_subsection weekday_tinyint "
    "start_time",
    "weekday_state": "weekday_tinyint location_province location_municipality start_time "
    "location_city_subsection",
}
SORT_DEFAULT = ("weekday_tinyint", "start_time", "duration_time")

# The 58 radii of the hunt, the same numbers for miles and kilometres (bmlt.md 3.6).
RADII = (
    *(0.0625, 0.125, 0.1875, 0.25, 0.4375, 0.5, 0.5625, 0.75, 0.8125, 1, 1.25, 1.5, 1.75, 2, 2.25),
    *(2.5, 2.75, 3, 3.25, 3.5, 3.75, 4, 4.25, 4.5, 4.75, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5),
    *(10, 11, 12, 13, 14, 15, 17.5, 20, 22.5, 25, 27.5, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100),
    *(150, 200),
)


def meeting_keys(custom: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the fields of a meeting in order, with the *custom* ones of the home source."""
    return (*_HEAD, *_PLACE, *custom, *_TRANSIT, *_PEOPLE, *_JOINING, "admin_notes")


def public_keys(custom: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the fields that GetFieldKeys lists."""
    return (*_COLUMNS, *_PLACE, *custom, *_TRANSIT, *_JOINING)


def described(key: str) -> str:
    """Return what GetFieldKeys says of a field."""
    return _DESCRIPTIONS.get(key) or key.removeprefix("location_").replace("_", " ").capitalize()


_DESCRIPTIONS = {
    "id_bigint": "ID",
    "worldid_mixed": "World ID",
    "service_body_bigint": "Service Body ID",
    "weekday_tinyint": "Weekday",
    "venue_type": "Venue Type",
    "start_time": "Start Time",
    "duration_time": "Duration",
    "time_zone": "Time Zone",
    "lang_enum": "Language",
    "meeting_name": "Meeting Name",
    "location_text": "Location Name",
    "location_info": "Additional Location Information",
    "location_street": "Street Address",
    "location_city_subsection": "Borough",
    "location_municipality": "Town",
    "location_sub_province": "County",
    "location_province": "State",
    "location_postal_code_1": "Zip Code",
    "location_nation": "Nation",
}
