"""GetFormats, GetServiceBodies, GetServerInfo, GetFieldKeys and GetCoverageArea (bmlt.md 3.4)."""

from dataclasses import replace

import numpy as np

from web.bmlt.bodies import Body, with_ancestors, with_descendants
from web.bmlt.face import Face, Integers, Scope
from web.bmlt.keys import described, public_keys
from web.bmlt.parameters import Question
from web.bmlt.rows import clock_text
from web.bmlt.vocabulary import ATTENDANCE, BmltFormat

VERSION, VERSION_NUMBER = "4.2.6", "4002006"  # 4*1000000 + 2*1000 + 6
Record = dict[str, str]


def formats(face: Face, scope: Scope, question: Question, root: str) -> list[Record]:
    """Return the formats in use by number; asked for by key, also those that nobody uses."""
    keys = set(question.texts("key_strings"))
    ids = question.choice("format_ids")
    languages = question.texts("lang_enum") or [face.home.native_language]
    numbers = set(face.formats_in(_rows_of_publishers(face, scope, question)))
    if question.is_on("show_all"):
        numbers |= {number for number, _ in face.home.formats} | set(ATTENDANCE)
    found = _in_languages(face, numbers, languages)
    if keys:
        numbers |= set(ATTENDANCE)
        found = [each for each in _in_languages(face, numbers, languages) if each.key in keys]
    return [each.fields(root) for each in found if ids.admits(each.id)]


def formats_by_number(face: Face, numbers: list[int], language: str, root: str) -> list[Record]:
    """Return the formats of an answer, in *language* where they have a name in it."""
    found = (_format(face, number, language) for number in numbers)
    return [each.fields(root) for each in found if each is not None]


def service_bodies(face: Face, scope: Scope, question: Question) -> list[Record]:
    """Return the bodies by number, with those below or above the ones asked for."""
    known = _known_bodies(face, _rows_of_publishers(face, scope, question))
    choice = question.choice("services")
    wanted, unwanted = set(choice.wanted), set(choice.unwanted)
    if question.is_on("recursive"):
        wanted = with_descendants(wanted, known)
        unwanted = with_descendants(unwanted, known)
    if question.is_on("parents"):
        wanted = with_ancestors(wanted, known)
    choice = replace(choice, wanted=frozenset(wanted), unwanted=frozenset(unwanted))
    return [dict(known[number].fields) for number in sorted(known) if choice.admits(number)]


def bodies_below(face: Face, scope: Scope, number: int) -> set[int]:
    """Return *number* and the bodies below it; nothing where there is no such body."""
    known = _known_bodies(face, face.rows_in(scope))
    return with_descendants([number], known) if number in known else set()


def server_info(face: Face, scope: Scope) -> list[dict[str, object]]:
    """Return one object that describes us as a root server."""
    home, area = face.home, coverage_area(face, scope)[0]
    numbers = [float(text) if text else 0.0 for text in area.values()]
    west, north, east, south = numbers
    languages = {language for _, language in home.formats} | {"en"}
    return [
        {
            "version": VERSION,
            "versionInt": VERSION_NUMBER,
            "langs": home.server.get("langs") or ",".join(sorted(languages)),
            "nativeLang": home.native_language,
            "centerLongitude": home.server.get("centerLongitude") or f"{(west + east) / 2:.14G}",
            "centerLatitude": home.server.get("centerLatitude") or f"{(north + south) / 2:.14G}",
            "centerZoom": "6",
            "defaultDuration": home.server.get("defaultDuration") or clock_text(3600),
            "regionBias": "us",
            "charSet": "UTF-8",
            "distanceUnits": "mi",
            "semanticAdmin": "0",  # nothing can be written here
            "changesPerMeeting": "1",
            "meeting_states_and_provinces": "",
            "meeting_counties_and_sub_provinces": "",
            "available_keys": ",".join(
                (*public_keys(home.custom_keys), "root_server_uri", "format_shared_id_list")
            ),
            "google_api_key": "",
            "dbVersion": "",
            "dbPrefix": "",
            "phpVersion": "",
            "auto_geocoding_enabled": False,
            "county_auto_geocoding_enabled": False,
            "zip_auto_geocoding_enabled": False,
            "commit": "",
            "default_closed_status": True,
            "aggregator_mode_enabled": False,
        }
    ]


def field_keys(face: Face) -> list[Record]:
    return [
        {"key": key, "description": described(key)} for key in public_keys(face.home.custom_keys)
    ]


def coverage_area(face: Face, scope: Scope) -> list[Record]:
    """Return the corners of all coordinates, without those that have a 0."""
    rows = face.rows_in(scope)
    latitudes, longitudes = face.latitudes[rows], face.longitudes[rows]
    real = ~np.isnan(latitudes) & ~np.isnan(longitudes) & (latitudes != 0) & (longitudes != 0)
    if not real.any():
        return [dict.fromkeys(_CORNERS, "")]
    latitudes, longitudes = latitudes[real], longitudes[real]
    corners = (longitudes.min(), latitudes.max(), longitudes.max(), latitudes.min())
    return [dict(zip(_CORNERS, (f"{each:.14G}" for each in corners), strict=True))]


def _in_languages(face: Face, numbers: set[int], languages: list[str]) -> list[BmltFormat]:
    found = (
        _format(face, number, language) for number in sorted(numbers) for language in languages
    )
    return list(dict.fromkeys(each for each in found if each is not None))


def _format(face: Face, number: int, language: str) -> BmltFormat | None:
    return face.format(number, language) or ATTENDANCE.get(number)


def _rows_of_publishers(face: Face, scope: Scope, question: Question) -> Integers:
    """Return the rows of *scope*, of those publishers that `root_server_ids` asks for."""
    rows = face.rows_in(scope)
    choice = question.choice("root_server_ids", has_commas=False)
    if not choice.is_given:
        return rows
    admitted = {number for number in set(face.publishers.tolist()) if choice.admits(number)}
    found: Integers = rows[np.isin(face.publishers[rows], list(admitted))]
    return found


def _known_bodies(face: Face, rows: Integers) -> dict[int, Body]:
    """Return the bodies that have meetings here, those above them, and all of home's."""
    used = set(face.bodies[rows].tolist())
    if used.intersection(face.home.bodies):
        used |= set(face.home.bodies)
    return {number: face.known_bodies[number] for number in with_ancestors(used, face.known_bodies)}


_CORNERS = (
    "nw_corner_longitude",
    "nw_corner_latitude",
    "se_corner_longitude",
    "se_corner_latitude",
)
