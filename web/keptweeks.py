"""How many online meetings each day of a week has: the same for everybody of one time zone."""

import datetime as dt
from dataclasses import dataclass, field, replace

from meetings.catalogue import Catalogue
from meetings.search import Search

KEPT_MOST = 500
COUNTED_ANEW_SECONDS = 3600  # a monthly meeting comes into another week


@dataclass(slots=True)
class KeptWeeks:
    """The counts of this hour and catalogue, by what was asked without a day."""

    _counts: dict[Search, tuple[int, ...]] = field(default_factory=dict)
    _moment: tuple[int, int] = (-1, 0)

    def counts(self, catalogue: Catalogue, search: Search, *, now: dt.datetime) -> tuple[int, ...]:
        """Return how many meetings *search* finds on each day, Monday first."""
        moment = (catalogue.version, int(now.timestamp()) // COUNTED_ANEW_SECONDS)
        if moment != self._moment or len(self._counts) >= KEPT_MOST:
            self._counts.clear()
            self._moment = moment
        found = self._counts.get(search)
        if found is None:
            each = [replace(search, weekdays=frozenset({day})) for day in range(1, 8)]
            found = tuple(catalogue.find(asked, now=now).count for asked in each)
            self._counts[search] = found
        return found
