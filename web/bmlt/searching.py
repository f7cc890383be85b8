"""GetSearchResults: which rows, in which order (bmlt.md 3.5 and 3.6)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from web.bmlt.bodies import with_descendants
from web.bmlt.distance import (
    KILOMETRES,
    MILES,
    STAGES,
    could_be_near,
    hunted_radius,
    near_degrees,
)
from web.bmlt.face import Face, Floats, Integers, Scope
from web.bmlt.parameters import Asked, Choice, Circle, Times
from web.bmlt.rows import clock_text, seconds_of

_NEVER_MATCHES = ("formats", "format_shared_id_list", "latitude", "longitude")
Booleans = NDArray[np.bool_]
Texts = Callable[[str], Sequence[str]]  # the values of a field in every row


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of the page asked for."""

    rows: Integers
    count: int  # of all pages


def find(face: Face, scope: Scope, asked: Asked, *, texts: Texts) -> Found:
    """
    Return the rows that *asked* finds.

    Unlike the original: what ends before a time is found across midnight, a page is cut from the
    sorted whole, and a circle goes over the antimeridian (bmlt.md 4.1).
    """
    if asked.is_impossible:
        return Found(np.empty(0, dtype=np.int64), 0)
    rows, distances = _filtered(face, scope, asked, texts)
    if asked.is_by_distance and distances is not None:
        order = np.lexsort((face.ids[rows], distances))
    else:
        order = _order(face, asked, rows, distances, texts)
    rows = rows[order]
    count = len(rows)
    if asked.page_size is not None:
        start = asked.page_size * (asked.page_number - 1)
        rows = rows[start : start + asked.page_size] if start < count else rows[:0]
    return Found(rows, count)


def _filtered(
    face: Face, scope: Scope, asked: Asked, texts: Texts
) -> tuple[Integers, Floats | None]:
    circle = asked.circle
    if circle is None:
        rows = face.rows_in(scope)
        return rows[_matches(face, rows, asked, texts)], None
    if circle.width is None:
        rows = face.rows_in(scope)
        rows = rows[_matches(face, rows, asked, texts)]
        return rows, _distances(face, rows, circle)
    if circle.width >= 0:
        return _within(face, scope, asked, circle, circle.width, texts)
    return _hunt(face, scope, asked, circle, texts)


def _hunt(
    face: Face, scope: Scope, asked: Asked, circle: Circle, texts: Texts
) -> tuple[Integers, Floats]:
    """Return the rows within the smallest radius that holds enough, after all other filters."""
    wanted = int(abs(circle.width or 0))
    rows, distances = np.empty(0, dtype=np.int64), np.empty(0)
    for stage in STAGES:
        rows, distances = _within(face, scope, asked, circle, stage, texts)
        if len(rows) >= wanted:
            break
    radius = hunted_radius(distances, wanted)
    if radius is None:  # the original stops here; these are exactly the nearest (bmlt.md 4.1)
        radius = float(np.sort(distances)[min(wanted, len(rows)) - 1]) if len(rows) else 0.0
    near = distances <= radius
    return rows[near], distances[near]


def _within(
    face: Face, scope: Scope, asked: Asked, circle: Circle, radius: float, texts: Texts
) -> tuple[Integers, Floats]:
    """Return the rows within *radius* of the centre, by the latitudes first."""
    degrees = radius / (MILES if circle.is_in_miles else KILOMETRES)
    south, north = circle.latitude - degrees - _HAIR, circle.latitude + degrees + _HAIR
    first = int(np.searchsorted(face.latitudes, south, side="left"))
    last = int(np.searchsorted(face.latitudes, north, side="right"))  # nan is beyond
    rows = first + could_be_near(
        face.vectors[:, first:last], circle.latitude, circle.longitude, degrees
    )
    angles = near_degrees(face.vectors[:, rows], circle.latitude, circle.longitude)
    distances = angles * (MILES if circle.is_in_miles else KILOMETRES)
    near = distances <= radius
    rows, distances = rows[near], distances[near]
    if scope.fellowship:
        is_ours = face.fellowships[rows] == face.fellowship_codes.get(scope.fellowship, -1)
        rows, distances = rows[is_ours], distances[is_ours]
    matches = _matches(face, rows, asked, texts)
    return rows[matches], distances[matches]


def _distances(face: Face, rows: Integers, circle: Circle) -> Floats:
    angles = near_degrees(face.vectors[:, rows], circle.latitude, circle.longitude)
    return np.where(np.isnan(angles), np.inf, angles)


def _matches(face: Face, rows: Integers, asked: Asked, texts: Texts) -> Integers:
    """Return the places in *rows* of those that pass every filter but the circle."""
    passed = np.ones(len(rows), dtype=bool)
    if not asked.names_its_own:
        passed &= face.are_found[rows]
    for name, column in (
        ("meeting_ids", face.ids),
        ("weekdays", face.weekdays),
        ("root_server_ids", face.publishers),
    ):
        if asked.choices[name].is_given:
            passed &= _chosen(column[rows], asked.choices[name])
    venues = asked.choices["venue_types"]
    if venues.is_given:  # rows without one match neither include nor exclude
        passed &= _chosen(face.venues[rows], venues) & (face.venues[rows] != 0)
    if asked.choices["services"].is_given:
        passed &= _chosen(face.bodies[rows], _with_bodies_below(face, asked))
    if asked.choices["formats"].is_given:
        passed &= _has_formats(face, asked)[face.format_sets[rows]]
    if asked.times != _ANY_TIME:
        passed &= _in_time(face, rows, asked)
    for matches in (_key_matches, _word_matches):
        left = np.flatnonzero(passed)
        passed[left] &= matches(rows[left], asked, texts)
    return np.flatnonzero(passed)


def _chosen(values: Integers, choice: Choice) -> Booleans:
    passed = np.ones(len(values), dtype=bool)
    if choice.wanted:
        passed &= np.isin(values, _array(choice.wanted))
    if choice.unwanted:
        passed &= ~np.isin(values, _array(choice.unwanted))
    return passed


def _with_bodies_below(face: Face, asked: Asked) -> Choice:
    choice = asked.choices["services"]
    if not asked.is_recursive:
        return choice
    return Choice(
        wanted=frozenset(with_descendants(choice.wanted, face.known_bodies)),
        unwanted=frozenset(with_descendants(choice.unwanted, face.known_bodies)),
        is_given=True,
    )


def _has_formats(face: Face, asked: Asked) -> Booleans:
    """Return for each set of formats whether it passes: all of them, or with OR any."""
    choice = asked.choices["formats"]
    enough = 1 if asked.is_any_format else len(choice.wanted)
    return np.array(
        [
            (not choice.wanted or len(choice.wanted.intersection(ids)) >= enough)
            and choice.unwanted.isdisjoint(ids)
            for ids in face.sets
        ],
        dtype=bool,
    )


def _in_time(face: Face, rows: Integers, asked: Asked) -> Booleans:
    times, starts, lengths = asked.times, face.starts[rows], face.durations[rows]
    passed = np.ones(len(rows), dtype=bool)
    if (times.after, times.before, times.ends) != (None, None, None):
        passed &= starts >= 0
    if times.after is not None:
        passed &= starts > times.after
    if times.before is not None:
        passed &= starts < times.before
    if times.ends is not None:
        passed &= _has_ended(starts + lengths, times.ends)
    if times.shortest is not None:
        passed &= lengths >= times.shortest
    if times.longest is not None:
        passed &= lengths <= times.longest
    return passed


def _has_ended(ends: Integers, limit: int) -> Booleans:
    """A limit before noon is also the morning after: 23:30 to 00:30 ends before 01:00."""
    is_over: Booleans = ends <= limit
    if limit <= _NOON:
        is_over = is_over | ((ends >= _DAY) & (ends - _DAY <= limit))
    return is_over


def _key_matches(rows: Integers, asked: Asked, texts: Texts) -> Booleans:
    if not asked.key:
        return np.ones(len(rows), dtype=bool)
    if asked.key in _NEVER_MATCHES:
        return np.zeros(len(rows), dtype=bool)
    wanted = {_as_printed(asked.key, value) for value in asked.key_values}
    column = texts(asked.key)
    return np.array([column[row] in wanted for row in rows.tolist()], dtype=bool)


def _as_printed(key: str, value: str) -> str:
    seconds = seconds_of(value) if key in ("start_time", "duration_time") else -1
    return clock_text(seconds) if seconds >= 0 else value


def _word_matches(rows: Integers, asked: Asked, texts: Texts) -> Booleans:
    if not asked.words:
        return np.ones(len(rows), dtype=bool)
    words, column = asked.words.split(), texts(ALL_TEXT)
    return np.array([all(w in column[row] for w in words) for row in rows.tolist()], dtype=bool)


def _order(
    face: Face, asked: Asked, rows: Integers, distances: Floats | None, texts: Texts
) -> Integers:
    """Return the order by the keys asked for, empty values last, then by the id."""
    columns = [_sort_column(face, name, rows, distances, texts) for name in asked.sort_keys]
    return np.lexsort([face.ids[rows], *reversed(columns)])


def _sort_column(
    face: Face, name: str, rows: Integers, distances: Floats | None, texts: Texts
) -> Integers | Floats:
    numbers = {
        "id_bigint": face.ids,
        "weekday_tinyint": face.weekdays,
        "start_time": face.starts,
        "duration_time": face.durations,
        "venue_type": face.venues,
        "service_body_bigint": face.bodies,
    }
    if name in numbers:
        values = numbers[name][rows]
        return np.where(values < (1 if name == "venue_type" else 0), _LAST, values)
    if name in ("latitude", "longitude"):
        degrees = (face.latitudes if name == "latitude" else face.longitudes)[rows]
        return np.where(np.isnan(degrees), np.inf, degrees)
    if name.startswith("distance_in_"):
        return distances if distances is not None else np.zeros(len(rows))
    column = texts(name)
    found = [column[row].casefold() for row in rows.tolist()]
    places = {text: place for place, text in enumerate(sorted(set(found)))}
    return np.array([places[text] if text else _LAST for text in found], dtype=np.int64)


def _array(numbers: frozenset[int]) -> Integers:
    return np.fromiter(numbers, dtype=np.int64, count=len(numbers))


ALL_TEXT = "*"  # the column of all data fields together, in lower case
_ANY_TIME = Times()
_HAIR = 1e-6
_LAST = 2**62
_NOON, _DAY = 12 * 3600, 24 * 3600
