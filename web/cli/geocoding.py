"""
An operator's geocoder for the places that people type, with our gazetteer behind it.

Off unless OPENCHAIR_PLACE_GEOCODER names one: what is typed then leaves the server, so /privacy
says to whom. It is asked about whole texts alone, not while somebody types, and never about
coordinates. Where it knows nothing, or does not answer, the gazetteer does.
"""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from geopy.exc import GeopyError
from geopy.geocoders.base import Geocoder

from importers._geocode import open_geopy
from meetings.places import OfflineGeocoder, Places, typed_point
from meetings.settings import Settings

LEFT_ALONE_SECONDS = 30.0  # after a failure, so that nobody waits for it again and again

log = logging.getLogger("openchair")


@asynccontextmanager
async def open_geocoder(settings: Settings, places: Places) -> AsyncIterator[Geocoder]:
    """Open what looks up typed places: the operator's geocoder before ours, or ours alone."""
    if not settings.place_geocoder:
        yield OfflineGeocoder(places)
        return
    async with open_geopy(settings.place_geocoder, contact=settings.contact) as theirs:
        yield OperatorsGeocoder(theirs, places)


class OperatorsGeocoder(OfflineGeocoder):
    """Asks *theirs*, an asynchronous geocoder of geopy, before the gazetteer."""

    def __init__(self, theirs: Geocoder, places: Places) -> None:
        super().__init__(places)
        self._theirs = theirs
        self._failed_at = -LEFT_ALONE_SECONDS

    async def geocode(self, query: Any, *, country: str = "", **options: Any) -> Any:
        """Return what `OfflineGeocoder` does; its Place is in `raw` where the gazetteer knew it."""
        is_words = isinstance(query, str) and typed_point(query) is None
        if is_words and time.monotonic() >= self._failed_at + LEFT_ALONE_SECONDS:
            try:
                if found := await self._theirs.geocode(query, **options):
                    return found
            except GeopyError as problem:
                self._failed_at = time.monotonic()
                log.warning("places.not_answered problem=%s", type(problem).__name__)
        return await super().geocode(query, country=country, **options)
