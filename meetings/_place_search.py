"""Looks places up in the gazetteer: what a person typed, what a list says, what is near."""

import contextlib
import math
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from meetings._gazetteer import GAZETTEER_VERSION, normalise
from meetings._place import Match, Place
from meetings._place_readings import Reading, RegionWords, Scope, Scopes, intersection, readings
from meetings.errors import InvalidSearch, StorageError
from meetings.geo import arc_km, ecef_km
from meetings.model import Point

EXACT_SCORE = 1500  # the scores: location.md 3.3
REGION_SCORE = 2500
COUNTRY_SCORE = 700

LONGEST_TEXT = 100  # characters
SHORTEST_PREFIX = 2  # a prefix of one letter costs 10 to 17 ms (location.md 3.3)
MOST_PREFIX_ROWS = 400
MOST_PREFIX_NAMES = 8000  # tried for a region: all, from four letters on
NEAREST_WITHIN_KM = (10.0, 50.0, 250.0)  # widening nets; beyond the last nothing is near

_KM_PER_DEGREE = 110.5  # of latitude, at least (location.md 8)

_COLUMNS = (
    "place.id, place.name, coalesce(region.name, ''), place.region_code, place.country,"
    " coalesce(country.name, ''), place.latitude, place.longitude, place.population,"
    " place.timezone, place.slug"
)
_READABLE = (
    " LEFT JOIN region ON region.country = place.country AND region.code = place.region_code"
    " LEFT JOIN country ON country.code = place.country"
)
# Queries are put together from these constants and question marks: nothing typed is in them.
_FROM_PLACE = f"SELECT {_COLUMNS}, 0, 1 FROM place {_READABLE}"  # noqa: S608
_FROM_NAME = (  # CROSS JOIN keeps the order: names first
    f"SELECT {_COLUMNS}, name.score, name.is_primary"  # noqa: S608
    f" FROM {{name}} CROSS JOIN place ON place.id = name.place {_READABLE}"
)


def version_of(path: Path) -> int:
    """Return the GAZETTEER_VERSION that *path* was built with, 0 when it is no gazetteer."""
    try:
        with contextlib.closing(_connected(path)) as db:
            return int(db.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.DatabaseError:  # absent, or another kind of file
        return 0


class Places:
    """
    The gazetteer, opened for reading. Close it, or use it in a `with`.

    May be used from several threads. A file that is replaced meanwhile reads on as it was.
    """

    def __init__(self, path: Path) -> None:
        """Raise StorageError when *path* is no gazetteer of this version."""
        if version_of(path) != GAZETTEER_VERSION:
            raise StorageError(f"{path} is no gazetteer of version {GAZETTEER_VERSION}")
        self._db = _connected(path)
        self._region_words = _region_words(self._db)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    def find(self, text: str, *, limit: int = 8, country: str = "") -> list[Place]:
        """
        Return the places *text* may mean, best first; those in *country* (ISO) are preferred.

        Raises:
            InvalidSearch: if *text* is too long.
        """
        if len(text) > LONGEST_TEXT:
            raise InvalidSearch("near", f"A place has at most {LONGEST_TEXT} characters.")
        best: dict[int, tuple[float, Place]] = {}
        for reading, is_exact, row in self._hits(readings(text, self._region_words)):
            match = _match(row, reading, is_exact=is_exact, country=country.upper())
            if row.id not in best or best[row.id][0] < match.score:
                best[row.id] = (match.score, replace(row.place, match=match))
        ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
        return [place for _, (_, place) in ranked[:limit]]

    def locate(self, *, town: str, region: str, country: str) -> Place | None:
        """
        Return the town a list names, by its whole name only, or None when that is in doubt.

        *region* and *country* are names or codes; one that nobody knows gives None. With
        neither the name must be unique, else the most populous is meant. A primary name goes
        before an alternate one, since a city's alternate name may be a suburb's own.
        """
        name = normalise(town)
        scopes = intersection(self._scopes(region), _whole_countries(self._scopes(country)))
        rows = self._exact(Reading(name, scopes)) if name else []
        if not rows or (scopes is None and len(rows) > 1):
            return None
        primary = [row for row in rows if row.is_primary]
        return max(primary or rows, key=lambda row: (row.place.population, -row.id)).place

    def by_slug(self, slug: str) -> Place | None:
        rows = self._rows(f"{_FROM_PLACE} WHERE place.slug = ?", slug)
        return rows[0].place if rows else None

    def nearest_place(self, point: Point) -> Place | None:
        """Return the town closest to *point*, or None when within 250 km there is none."""
        for radius_km in NEAREST_WITHIN_KM:
            if not (rows := self._around(point, radius_km)):
                continue
            arcs = arc_km(point, ecef_km([row.place.point for row in rows]))
            closest = int(arcs.argmin())
            if arcs[closest] <= radius_km:
                return rows[closest].place
        return None

    def _hits(self, groups: list[list[Reading]]) -> Iterator[tuple[Reading, bool, "_Row"]]:
        """Yield whole names, then the beginnings of names that may be meant too."""
        exact = self._first_exact(groups)
        yield from ((reading, True, row) for reading, row in exact)
        for reading in groups[0] if groups else ():
            if reading.scopes is None or not exact:
                yield from ((reading, False, row) for row in self._beginning(reading))

    def _first_exact(self, groups: list[list[Reading]]) -> list[tuple[Reading, "_Row"]]:
        for group in groups:
            if hits := [(reading, row) for reading in group for row in self._exact(reading)]:
                return hits
        return []

    def _exact(self, reading: Reading) -> list["_Row"]:
        where, values = _within(reading.scopes)
        query = f"{_FROM_NAME} WHERE name.norm = ? AND {where}".format(name="name")
        return self._rows(query, reading.name, *values)

    def _beginning(self, reading: Reading) -> list["_Row"]:
        if len(reading.name) < SHORTEST_PREFIX:
            return []
        where, values = _within(reading.scopes)
        last = reading.name + chr(0x10FFFF)
        most = MOST_PREFIX_NAMES if values else MOST_PREFIX_ROWS
        names = (  # chosen before anything is joined to them: two letters begin 23,000 names
            "SELECT * FROM name WHERE norm > ? AND norm < ?"  # noqa: S608
            f" ORDER BY score DESC LIMIT {most}"
        )
        query = (
            f"{_FROM_NAME} WHERE {where} ORDER BY name.score DESC LIMIT {MOST_PREFIX_ROWS}"
        ).format(name=f"({names}) AS name")
        return self._rows(query, reading.name, last, *values)

    def _around(self, point: Point, radius_km: float) -> list["_Row"]:
        """Return the towns in a box, a net that holds every point within *radius_km*."""
        high = radius_km / _KM_PER_DEGREE
        wide = _half_width_degrees(point.latitude, high)
        apart = "abs(place.longitude - ?)"
        return self._rows(
            f"{_FROM_PLACE} WHERE place.latitude BETWEEN ? AND ?"
            f" AND min({apart}, 360 - {apart}) <= ?",  # the short way, over the antimeridian too
            *(point.latitude - high, point.latitude + high),
            *(point.longitude, point.longitude, wide),
        )

    def _scopes(self, words: str) -> Scopes:
        """Return what the name of a region means: None without a name, nowhere if unknown."""
        norm = normalise(words)
        return self._region_words.get(norm, frozenset()) if norm else None

    def _rows(self, query: str, *values: str | float) -> list["_Row"]:
        return [_row(values) for values in self._db.execute(query, values)]


@dataclass(frozen=True, slots=True)
class _Row:
    """A place, and the name of it that was found."""

    id: int
    place: Place
    score: int
    is_primary: bool


def _row(values: Any) -> _Row:
    place = Place(
        name=values[1],
        region=values[2],
        region_code=values[3],
        country=values[4],
        country_name=values[5],
        point=Point(values[6], values[7]),
        population=values[8],
        timezone=values[9],
        slug=values[10],
    )
    return _Row(values[0], place, values[11], bool(values[12]))


def _connected(path: Path) -> sqlite3.Connection:
    # The file is replaced whole and never written again: immutable, it needs no locks.
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(address, uri=True, check_same_thread=False)


def _region_words(db: sqlite3.Connection) -> RegionWords:
    words: dict[str, frozenset[Scope]] = {}
    for norm, country, region_code in db.execute(
        "SELECT norm, country, region_code FROM region_word"
    ):
        words[norm] = words.get(norm, frozenset()) | {Scope(country, region_code)}
    return words


def _within(scopes: Scopes) -> tuple[str, list[str]]:
    """Return a condition on the place, and its values."""
    if scopes is None:
        return "1", []
    conditions, values = ["0"], list[str]()
    for scope in scopes:
        conditions.append(
            "place.country = ?" + " AND place.region_code = ?" * bool(scope.region_code)
        )
        values += filter(None, (scope.country, scope.region_code))
    return f"({' OR '.join(conditions)})", values


def _whole_countries(scopes: Scopes) -> Scopes:
    """Read the word in a column for countries: "CA" is Canada there. England stays England."""
    if scopes is None:
        return None
    return frozenset(scope for scope in scopes if not scope.region_code) or scopes


def _match(row: _Row, reading: Reading, *, is_exact: bool, country: str) -> Match:
    score = row.score + EXACT_SCORE * is_exact
    score += REGION_SCORE * (reading.scopes is not None)
    score += COUNTRY_SCORE * (row.place.country == country)
    return Match(score=score, is_exact=is_exact, names_region=reading.scopes is not None)


def _half_width_degrees(latitude: float, height_degrees: float) -> float:
    """Return half the width of a box in degrees of longitude; over a pole it is all of them."""
    if abs(latitude) + height_degrees >= 90:
        return 180.0
    sine = math.sin(math.radians(height_degrees)) / math.cos(math.radians(latitude))
    return math.degrees(math.asin(sine))
