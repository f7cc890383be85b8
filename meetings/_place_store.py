"""The gazetteer's file: each function asks it one question, and ranks nothing."""

import contextlib
import heapq
import math
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meetings._gazetteer import FAMOUS_SCORE, GAZETTEER_VERSION, POPULAR_SCORE, POPULOUS
from meetings._place import Place
from meetings._place_postcodes import slug_of
from meetings._place_readings import Reading, RegionWords, Scope, Scopes
from meetings.errors import StorageError
from meetings.model import Point
from meetings.zones import zone_at

ALL_TOWNS_WITHIN_KM = 80.0  # further out only those of POPULOUS are looked at
MOST_BEGINNINGS = 100  # names; several may be of one place

_NOWHERE = (-1, -1)
_KM_PER_DEGREE = 110.5  # of latitude, at least (location.md 8)

# Queries are put together from these constants and question marks: nothing typed is in them.
_PLACE = (
    "SELECT place.id, place.name, coalesce(region.name, ''), place.region_code, place.country,"
    " coalesce(country.name, ''), place.latitude, place.longitude, place.population,"
    " place.timezone, place.slug FROM place"
    " LEFT JOIN region ON region.country = place.country AND region.code = place.region_code"
    " LEFT JOIN country ON country.code = place.country"
)
_NAME = "SELECT place, score, is_primary, area FROM name"
_POSTAL = (
    "SELECT postal.code, postal.country, postal.name, postal.region_code, postal.latitude,"
    " postal.longitude, coalesce(region.name, ''), coalesce(country.name, '') FROM postal"
    " LEFT JOIN region ON region.country = postal.country AND region.code = postal.region_code"
    " LEFT JOIN country ON country.code = postal.country"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A place that has the name in question."""

    id: int
    score: int
    is_primary: bool
    country: str


def version_of(path: Path) -> int:
    """Return the GAZETTEER_VERSION that *path* was built with, 0 when it is no gazetteer."""
    try:
        with contextlib.closing(_connected(path)) as db:
            return int(db.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.DatabaseError:  # absent, or another kind of file
        return 0


class Store:
    """May be used from several threads. A file that is replaced meanwhile reads on as it was."""

    def __init__(self, path: Path) -> None:
        """Raise StorageError when *path* is no gazetteer of this version."""
        if version_of(path) != GAZETTEER_VERSION:
            raise StorageError(f"{path} is no gazetteer of version {GAZETTEER_VERSION}")
        self._db = _connected(path)
        areas = self._db.execute("SELECT country, region_code FROM area ORDER BY id").fetchall()
        self._countries = [country for country, _ in areas]
        self._areas: dict[Scope, tuple[int, int]] = {}  # the first and the last
        for number, (country, region_code) in enumerate(areas):
            first, _ = self._areas.setdefault(Scope(country), (number, number))
            self._areas[Scope(country)] = first, number
            if region_code:
                self._areas[Scope(country, region_code)] = number, number

    def close(self) -> None:
        self._db.close()

    def region_words(self) -> tuple[RegionWords, RegionWords]:
        """Return the words for regions, and those of them that name no county, a part of one."""
        words: dict[str, frozenset[Scope]] = {}
        own: dict[str, frozenset[Scope]] = {}
        query = "SELECT norm, country, region_code, is_own FROM region_word"
        for norm, country, region_code, is_own in self._db.execute(query):
            scope = Scope(country, region_code)
            for kept in (words, own) if is_own else (words,):
                kept[norm] = kept.get(norm, frozenset()) | {scope}
        return words, own

    def largest_in(self, scopes: Iterable[Scope], *, most: int) -> list[int]:
        """Return the numbers of the towns of the most people in any of *scopes*."""
        rows: list[tuple[int, int]] = []
        query = "SELECT population, place FROM largest WHERE area BETWEEN ? AND ?"
        for scope in scopes:
            if scope in self._areas:
                rows += self._db.execute(query, self._areas[scope])
        return [place for _, place in heapq.nlargest(most, rows)]

    def named(self, reading: Reading) -> list[Named]:
        """Return the places of that whole name."""
        where, values = self._within(reading.scopes)
        return self._named(f"{_NAME} WHERE norm = ? AND {where}", reading.name, *values)

    def beginning(self, reading: Reading, *, country: str, bonus: int, most: int) -> list[Named]:
        """
        Return names that begin so, the best first, *bonus* for a country.

        Among them are those of the *most* best places, for which few names need be read.
        """
        where, values = self._within(reading.scopes)
        query = (
            f"{_NAME} WHERE norm > ? AND norm < ? AND {where} {{}}"
            " ORDER BY score + ? * (area BETWEEN ? AND ?) DESC LIMIT ?"
        )
        last = reading.name + chr(0x10FFFF)
        near = self._areas.get(Scope(country), _NOWHERE)
        given: tuple[str | int, ...] = (reading.name, last, *values, bonus, *near, MOST_BEGINNINGS)
        for least in (FAMOUS_SCORE, POPULAR_SCORE):  # two letters begin 23,000 names
            found = self._named(query.format(f"AND score >= {least}"), *given)
            unseen = least + bonus * (near != _NOWHERE)  # other names have less
            certain = {
                it.id for it in found if it.score + bonus * (it.country == country) >= unseen
            }
            if len(certain) >= most:
                return found
        return self._named(query.format(""), *given)

    def places(self, ids: Iterable[int]) -> dict[int, Place]:
        wanted = tuple(ids)
        marks = ",".join("?" * len(wanted))
        rows = self._db.execute(f"{_PLACE} WHERE place.id IN ({marks})", wanted)
        return {row[0]: _place(row) for row in rows}

    def by_slug(self, slug: str) -> Place | None:
        row = self._db.execute(f"{_PLACE} WHERE place.slug = ?", (slug,)).fetchone()
        return _place(row) if row else None

    def around(self, point: Point, radius_km: float) -> list[Place]:
        """Return the towns in a box, a net that holds every point within *radius_km*."""
        high = radius_km / _KM_PER_DEGREE
        wide = _half_width_degrees(point.latitude, high)
        apart = "abs(place.longitude - ?)"
        rows = self._db.execute(
            f"{_PLACE} WHERE place.id > 0 AND place.latitude BETWEEN ? AND ?"
            f" AND min({apart}, 360 - {apart}) <= ?",  # the short way, over the antimeridian too
            (point.latitude - high, point.latitude + high, point.longitude, point.longitude, wide),
        )
        return [_place(row) for row in rows]

    def largest_around(self, point: Point, radius_km: float, *, most: int) -> list[Place]:
        """Return the towns of the most people in a box that does not reach the antimeridian."""
        high = radius_km / _KM_PER_DEGREE
        wide = _half_width_degrees(point.latitude, high)
        least = f" AND population >= {POPULOUS}" if radius_km > ALL_TOWNS_WITHIN_KM else ""
        rows = self._db.execute(
            f"{_PLACE} WHERE place.id IN (SELECT id FROM place WHERE id > 0"  # noqa: S608 - constants
            f" AND latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ?{least}"
            " ORDER BY population DESC LIMIT ?) ORDER BY place.population DESC, place.id",
            (
                point.latitude - high,
                point.latitude + high,
                point.longitude - wide,
                point.longitude + wide,
                most,
            ),
        )
        return [_place(row) for row in rows]

    def postal(self, code: str, countries: Iterable[str] = ()) -> list[Place]:
        """Return what *code* names, in *countries* or anywhere."""
        rows = self._db.execute(f"{_POSTAL} WHERE postal.code = ?", (code,))
        wanted = frozenset(countries)
        return [_postal_place(row) for row in rows if not wanted or row[1] in wanted]

    def postal_point(self, code: str, countries: Collection[str]) -> Point | None:
        """Return where the first of *countries* has *code*: a list asks for thousands of them."""
        marks = ",".join("?" * len(countries))
        row = self._db.execute(
            "SELECT latitude, longitude FROM postal"  # noqa: S608 - marks
            f" WHERE code = ? AND country IN ({marks}) ORDER BY country",
            (code, *countries),
        ).fetchone()
        return Point(*row) if row else None

    def postal_beginning(self, code: str, *, most: int) -> list[Place]:
        rows = self._db.execute(
            f"{_POSTAL} WHERE postal.code >= ? AND postal.code < ? LIMIT ?",
            (code, code + chr(0x10FFFF), most),
        )
        return [_postal_place(row) for row in rows]

    def names_to_misspell(self, *, smallest_score: int) -> Iterable[tuple[str, str, int, int]]:
        """Yield country, name, place and score of primary names, and of others that count."""
        query = "SELECT area, norm, place, score FROM name WHERE is_primary OR score >= ?"
        for area, norm, place, score in self._db.execute(query, (smallest_score,)):
            yield self._countries[area], norm, place, score

    def _named(self, query: str, *values: str | int) -> list[Named]:
        return [
            Named(id_, score, bool(is_primary), self._countries[area])
            for id_, score, is_primary, area in self._db.execute(query, values)
        ]

    def _within(self, scopes: Scopes) -> tuple[str, list[int]]:
        """Return a condition on the name's place, and its values."""
        if scopes is None:
            return "1", []
        areas = [self._areas[scope] for scope in scopes if scope in self._areas]
        conditions = ["0", *["area BETWEEN ? AND ?"] * len(areas)]
        return f"({' OR '.join(conditions)})", [number for area in areas for number in area]


def _connected(path: Path) -> sqlite3.Connection:
    # The file is replaced whole and never written again: immutable, it needs no locks.
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(address, uri=True, check_same_thread=False)


def _place(row: Any) -> Place:
    is_town = row[0] > 0
    point = Point(row[6], row[7])
    return Place(
        name=row[1],
        region=row[2],
        region_code=row[3],
        country=row[4],
        country_name=row[5],
        point=point,
        population=row[8],
        timezone=row[9] if is_town else _timezone(point),
        slug=row[10],
        kind="town" if is_town else "locality",
    )


def _postal_place(row: Any) -> Place:
    code, country, name, region_code, latitude, longitude, region, country_name = row
    point = Point(latitude, longitude)
    return Place(
        name=f"{code} {name}".strip(),
        region=region,
        region_code=region_code,
        country=country,
        country_name=country_name,
        point=point,
        timezone=_timezone(point),
        slug=slug_of(country, code),
        kind="postcode",
    )


def _timezone(point: Point) -> str:
    found = zone_at(point)
    return found.key if found else ""


def _half_width_degrees(latitude: float, height_degrees: float) -> float:
    """Return half the width of a box in degrees of longitude; over a pole it is all of them."""
    if abs(latitude) + height_degrees >= 90:
        return 180.0
    sine = math.sin(math.radians(height_degrees)) / math.cos(math.radians(latitude))
    return math.degrees(math.asin(sine))
