"""
The offline gazetteer: what is typed becomes a place without a request leaving the server.

`ensure` builds the file once, `Places` reads it, and `OfflineGeocoder` is its face to geopy,
so that an operator may put any other geocoder of geopy in its place.
"""

import asyncio
import contextlib
import fcntl
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, Never

import msgspec
from geopy.adapters import BaseAsyncAdapter
from geopy.exc import GeocoderQueryError, GeocoderServiceError, GeopyError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from meetings._gazetteer import GAZETTEER_VERSION
from meetings._gazetteer_dump import origin_of_dump
from meetings._gazetteer_make import make
from meetings._gazetteer_packages import origin_of_packages
from meetings._gazetteer_text import FILES, packaged_folder
from meetings._outlines_make import make_outlines
from meetings._place import Match, Place, choices
from meetings._place_search import Places
from meetings._place_store import version_of
from meetings.errors import GeocodingFailed, InvalidSearch, StorageError
from meetings.model import Point

__all__ = [
    "GAZETTEER_VERSION",
    "Match",
    "OfflineGeocoder",
    "Place",
    "Places",
    "build",
    "choices",
    "ensure",
    "make_outlines",
    "remake",
    "typed_place",
    "typed_point",
]

FILE_NAME = "places.sqlite"
TEXT_FOLDER = "gazetteer"  # in the data folder: an operator's own text, used when it is there
MOST_LOCATIONS = 20  # a geocoder's answer when nobody states a limit
LOOKUP_TIMEOUT_SECONDS = 5.0  # geopy's own default is 1 (location.md 5)

# geopy's own parser takes "my 3 4" and "https://x/@51.5,-0.1" for coordinates (location.md 5).
_COORDINATES = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[, ]\s*(-?\d{1,3}(?:\.\d+)?)\s*", re.ASCII)
_PARTS_OF_DICT = ("street", "city", "county", "state", "country")  # Nominatim's, in this order


def ensure(folder: Path, *, progress: Callable[[str], None]) -> Path:
    """Return the gazetteer in *folder*, built first if it is absent or of another version."""
    path = folder / FILE_NAME
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(path):  # the second of two processes finds it built
        if version_of(path) != GAZETTEER_VERSION:
            build(path, progress=progress)
    return path


def build(path: Path, *, progress: Callable[[str], None]) -> None:
    """
    Build the gazetteer from its text: a few seconds, some 100 MB.

    The text is that beside *path* if somebody made one, else the packaged one. It runs in a
    process of its own, since it needs memory that Python would keep.

    Raises:
        StorageError: with the last line the process said.
    """
    own = path.parent / TEXT_FOLDER
    folder = own if all((own / name).exists() for name in FILES) else packaged_folder()
    command = [sys.executable, "-m", "meetings._gazetteer", str(folder), str(path.resolve())]
    line = ""
    with subprocess.Popen(  # noqa: S603  our own interpreter and module
        command,
        cwd=Path(__file__).parents[1],  # where `-m` finds the package, installed or not
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        for line in process.stdout or ():
            progress(line.rstrip())
    if process.returncode:
        raise StorageError(f"the gazetteer was not built: {line.rstrip()}")


def remake(
    folder: Path,
    *,
    dump: Path | None = None,
    to: Path | None = None,
    progress: Callable[[str], None],
) -> Path:
    """
    Make the text anew and build the gazetteer of *folder* from it; return the text's folder.

    It comes from the packages of the extra `gazetteer-build`, or from *dump*, a copy of
    GeoNames' export. With *to* only the text is made, there: so the packaged one is.

    Raises:
        StorageError: if a package or a file of the dump is missing.
    """
    target = to or folder / TEXT_FOLDER
    with tempfile.TemporaryDirectory() as made:
        make(origin_of_dump(dump) if dump else origin_of_packages(), Path(made), progress=progress)
        target.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copy(Path(made) / name, target / name)
    if to is None:
        with _locked(folder / FILE_NAME):
            build(folder / FILE_NAME, progress=progress)
    return target


async def typed_place(
    geocoder: Geocoder, text: str, *, limit: int = 8, field: str = "near", country: str = ""
) -> list[Place]:
    """
    Return the places that *geocoder*, an asynchronous one of geopy, finds for a typed text.

    *field* is where it was typed, for whoever is told that it cannot be one. Our own gazetteer
    prefers those in *country*; no other geocoder is told of it.

    Raises:
        InvalidSearch: if the text cannot be a place.
        GeocodingFailed: if the geocoder did not answer.
    """
    own = {"country": country} if country and isinstance(geocoder, OfflineGeocoder) else {}
    try:
        locations = await geocoder.geocode(
            text, exactly_one=False, timeout=LOOKUP_TIMEOUT_SECONDS, **own
        )
    except GeocoderQueryError as problem:
        raise InvalidSearch(field, "{reason}", reason=problem) from problem
    except GeopyError as problem:
        raise GeocodingFailed(type(problem).__name__) from problem
    return [_place(location) for location in (locations or [])[:limit]]


class OfflineGeocoder(Geocoder):  # type: ignore[misc]  # geopy carries no types
    """
    The gazetteer as a geopy Geocoder, asynchronous, without a network.

    `raw` of its locations is a Place in the form of a dict. Queries are a text, typed
    "latitude, longitude", or the parts Nominatim takes (city, state, country …). Of a text
    that matches nothing the typing errors are looked for, in a thread and one at a time.
    """

    def __init__(self, places: Places, *, country: str = "") -> None:
        """Look places up in *places*, those in *country* (ISO, the deployment's) preferred."""
        super().__init__(adapter_factory=_NoNetwork)
        self._places = places
        self._country = country
        self._one_at_a_time = asyncio.Semaphore(1)  # errors cost 0.1 s, answers 1 ms

    async def geocode(
        self,
        query: str | dict[str, str],
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,  # noqa: ARG002, ASYNC109  geopy's signature
        limit: int | None = None,
        country_codes: str | Collection[str] | None = None,
        language: Any = False,  # noqa: ARG002  geopy's signature
        country: str = "",
    ) -> Location | list[Location] | None:
        """
        Return the best location, or with *exactly_one* false a list; None without any.

        Those in *country*, of whoever asks, are preferred before those in the deployment's.

        Raises:
            GeocoderQueryError: if the query is empty, too long or off the globe.
        """
        text = _text(query)
        point = typed_point(text)
        codes, near = _codes(country_codes), country or self._country
        found = [_place_of(point)] if point else await self._find(text, codes, near)
        return _answer(found[: limit or MOST_LOCATIONS], exactly_one=exactly_one)

    async def reverse(
        self,
        query: str | Any,
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,  # noqa: ARG002, ASYNC109  geopy's signature
    ) -> Location | list[Location] | None:
        """Return the town nearest to *query*, a text or a pair, latitude first."""
        text = query if isinstance(query, str) else f"{query[0]:f}, {query[1]:f}"
        point = typed_point(text)
        if point is None:
            raise GeocoderQueryError("Coordinates are a latitude and a longitude in degrees.")
        nearest = self._places.nearest_place(point)
        return _answer([nearest] if nearest else [], exactly_one=exactly_one)

    async def _find(self, text: str, codes: set[str], country: str) -> list[Place]:
        try:
            found = self._places.find(text, limit=MOST_LOCATIONS, country=country)
        except InvalidSearch as problem:
            raise GeocoderQueryError(problem.problem) from problem
        if not found:
            async with self._one_at_a_time:
                found = await asyncio.to_thread(
                    self._places.find_misspelt, text, limit=MOST_LOCATIONS, country=country
                )
        return [place for place in found if not codes or place.country in codes]


class _NoNetwork(BaseAsyncAdapter):  # type: ignore[misc]  # geopy carries no types
    """Refuses every request: a typed place never leaves the server."""

    async def get_text(self, *_: object, **__: object) -> Never:
        raise GeocoderServiceError("the offline geocoder sends no requests")

    get_json = get_text


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed, or its process dies
        yield


def _text(query: str | dict[str, str]) -> str:
    if isinstance(query, dict):
        unknown = query.keys() - {*_PARTS_OF_DICT, "postalcode"}
        if unknown:
            raise GeocoderQueryError(f"A place has no {', '.join(sorted(unknown))}.")
        parts = (*_PARTS_OF_DICT, "postalcode")
        query = ", ".join(query[part] for part in parts if query.get(part))
    if not isinstance(query, str) or not query.strip():
        raise GeocoderQueryError("Type the name of a town.")
    return query


def typed_point(text: str) -> Point | None:
    """Return the coordinates a text is, None when it is something else."""
    typed = _COORDINATES.fullmatch(text)
    if typed is None:
        return None
    try:
        return Point(float(typed[1]), float(typed[2]))
    except ValueError as problem:
        raise GeocoderQueryError(
            "A latitude is -90 to 90 degrees, a longitude -180 to 180."
        ) from problem


def _place_of(point: Point) -> Place:
    """Return a place named after its coordinates, to the 0.01 degree we show."""
    return Place(name=f"{point.latitude:.2f}, {point.longitude:.2f}", point=point, kind="point")


def _codes(country_codes: str | Collection[str] | None) -> set[str]:
    codes = country_codes.split(",") if isinstance(country_codes, str) else country_codes or ()
    return {code.strip().upper() for code in codes}


def _answer(found: list[Place], *, exactly_one: bool) -> Location | list[Location] | None:
    locations = [
        Location(
            place.label, (place.point.latitude, place.point.longitude), msgspec.to_builtins(place)
        )
        for place in found
    ]
    if not locations:
        return None
    return locations[0] if exactly_one else locations


def _place(location: Location) -> Place:
    """Rebuild a place; another geocoder's `raw` has no slug, only its address is known."""
    if "slug" in location.raw:
        return msgspec.convert(location.raw, Place)
    point = Point(location.latitude, location.longitude)
    return Place(name=location.address, point=point, kind="address")
