"""Whose lists are read here, how fresh each is, and what is not listed: for pages and the API."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from meetings.fellowships import FELLOWSHIPS
from meetings.fellowships import fellowship as fellowship_of
from meetings.model import Fellowship
from meetings.sentences import Sentence, sentence
from meetings.storage.sources import EarlierCount, SourceState, State, unheard_of

STALE_AFTER = dt.timedelta(hours=72)  # reliability.md 2.1
TREND_OVER = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """A source as this installation is set up to read it: what the database does not hold."""

    id: str
    title: str
    fellowship: str
    every: dt.timedelta = dt.timedelta(hours=12)
    terms: str = ""
    is_read: bool = True
    is_divided: bool = False  # into sources of their own, as na-12 of na
    is_home: bool = False  # the list for which this installation is there


class Freshness(StrEnum):
    FRESH = "fresh"
    STALE = "stale"
    HELD = "held"
    NOT_REACHED = "not_reached"
    NOT_YET = "not_yet"  # never tried
    OFF = "off"  # known here and not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One source as a visitor sees it."""

    id: str
    title: str
    fellowship: str
    freshness: Freshness
    reason: Sentence | None = None  # in plain words; None where the state says it all
    last_tried_at: dt.datetime | None = None
    last_accepted_at: dt.datetime | None = None
    count: int = 0
    earlier: EarlierCount | None = None
    terms: str = ""
    every: dt.timedelta | None = None
    is_unheard: bool = False  # for so long that searches leave its meetings out
    parts: tuple["Listing", ...] = ()

    @property
    def trend(self) -> int | None:
        """How many meetings more than on the earlier day; None where there is none."""
        return None if self.earlier is None else self.count - self.earlier.count


def listings(
    states: Iterable[SourceState],
    publishers: Sequence[Publisher],
    earlier: Mapping[str, EarlierCount],
    *,
    now: dt.datetime,
) -> list[Listing]:
    """Return every source that is set up or was ever read, by fellowship and title."""
    known = {state.id: state for state in states}
    set_up = {publisher.id: publisher for publisher in publishers}
    parts: dict[str, list[Listing]] = {id_: [] for id_, each in set_up.items() if each.is_divided}
    found: list[Listing] = []
    for id_ in known.keys() | set_up.keys():
        whole = _whole_of(id_, set_up)
        listing = _listing(
            known.get(id_), set_up.get(id_) or whole, earlier.get(id_), id_=id_, now=now
        )
        (parts[whole.id] if whole else found).append(listing)
    return sorted((_with_parts(each, parts.get(each.id, [])) for each in found), key=_place)


def precedence(states: Iterable[SourceState], publishers: Sequence[Publisher]) -> tuple[str, ...]:
    """
    Return whose entry of a meeting is shown: home's, a publisher's own, an aggregator's.

    Only sources with meetings count, so that the order stays when one is merely set up.
    """
    set_up = {publisher.id: publisher for publisher in publishers}

    def rank(id_: str) -> tuple[bool, bool, str]:
        whole = _whole_of(id_, set_up)
        own = set_up.get(id_, whole)
        return not (own and own.is_home), whole is not None, id_

    return tuple(sorted((state.id for state in states if state.accepted_count), key=rank))


def finders(counts: Mapping[str, int]) -> list[Fellowship]:
    """Return the fellowships that are not listed here and have an official finder."""
    return [
        each for each in FELLOWSHIPS.values() if each.finder_url and not counts.get(each.code, 0)
    ]


def plain_reason(reason: str) -> Sentence | None:
    """Return why a list was not taken, in words for everybody; None for what says nothing more."""
    for pattern, words in _PLAIN:
        if re.search(pattern, reason):
            return words
    missing = re.search(r"(\d+) of (\d+) meetings are missing", reason)
    if missing:
        return sentence(
            "{missing} of {all} meetings are missing from the newest list;"
            " somebody will look at it",
            missing=int(missing[1]),
            all=int(missing[2]),
        )
    return None


# Reasons are written for the operator's log; these are the public page's words for them.
_PLAIN = (
    (
        r"aggregator has not reached",
        sentence("the collector of these lists has not reached this one"),
    ),
    (
        r"not hold it any more",
        sentence("the collector of these lists does not have this one any more"),
    ),
    (r"no usable meeting", sentence("the newest list was empty")),
    (
        r"web page|automated readers|challenge",
        sentence("its server sent a page instead of the list"),
    ),
    (r"did not answer|could not be read", sentence("its server did not answer")),
    (r"answered with status", sentence("its server answered that something is wrong there")),
    (r"robots", sentence("its publisher asks programs not to read it")),
    (r"records rejected", sentence("many of its entries could not be understood")),
    (r"changed in \d+ of", sentence("very many of its meetings changed at once")),
    (r"where the last accepted list had", sentence("its size changed very much at once")),
    (r"coordinates are", sentence("its places look wrong")),
    (r"zone changed", sentence("its hours look wrong")),
    (r"reader stopped", sentence("what came could not be read here")),
    (
        r"not JSON|cut off|bytes|checksum|must be|schema_version",
        sentence("what came was not a whole list"),
    ),
)


def _whole_of(id_: str, set_up: Mapping[str, Publisher]) -> Publisher | None:
    head, _, number = id_.rpartition("-")
    whole = set_up.get(head)
    return whole if whole is not None and whole.is_divided and number.isdecimal() else None


def _listing(
    state: SourceState | None,
    publisher: Publisher | None,
    earlier: EarlierCount | None,
    *,
    id_: str,
    now: dt.datetime,
) -> Listing:
    """Return one source; *publisher* may be the whole that it is a part of."""
    own = publisher if publisher is not None and publisher.id == id_ else None
    title = (own.title if own else "") or (state.title if state else "")
    listing = Listing(
        id=id_,
        title=title or id_,
        fellowship=state.fellowship if state else publisher.fellowship if publisher else "",
        freshness=Freshness.NOT_YET if own is None or own.is_read else Freshness.OFF,
        terms=publisher.terms if publisher else "",
        every=publisher.every if publisher else None,
    )
    if state is None or (listing.freshness is Freshness.OFF and not state.accepted_count):
        return listing
    freshness = _freshness(state, now, every=listing.every or dt.timedelta(0))
    return replace(
        listing,
        freshness=freshness,
        reason=None if freshness is Freshness.FRESH else plain_reason(state.reason),
        last_tried_at=state.last_tried_at,
        last_accepted_at=state.last_accepted_at,
        count=state.accepted_count,
        is_unheard=bool(unheard_of([state], now=now).sources),
        earlier=earlier,
    )


def _freshness(state: SourceState, now: dt.datetime, *, every: dt.timedelta) -> Freshness:
    if state.state is State.NEVER:
        return Freshness.NOT_YET
    if state.state is State.HELD:
        return Freshness.HELD
    if state.state is State.FAILED:
        return Freshness.NOT_REACHED
    accepted_at = state.last_accepted_at
    is_old = accepted_at is None or now - accepted_at > max(STALE_AFTER, 2 * every)
    return Freshness.STALE if is_old or state.state is State.STALE else Freshness.FRESH


def _with_parts(listing: Listing, parts: Sequence[Listing]) -> Listing:
    if not parts:
        return listing
    ordered = tuple(sorted(parts, key=_place))
    return replace(listing, parts=ordered, count=sum(part.count for part in ordered))


def _place(listing: Listing) -> tuple[str, str, str]:
    return fellowship_of(listing.fellowship).name, listing.title.casefold(), listing.id
