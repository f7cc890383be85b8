"""The canonical addresses of feeds and of the pages that lead to them: sorted, coarse, short."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from web.feeds.options import FeedOptions
from web.lists import list_path
from web.parameter_values import Parameters
from web.parameters import read_point

Pairs = Sequence[tuple[str, str]]


def meeting_feed_path(number: int, options: FeedOptions) -> str:
    return _address(f"/meetings/{number}/calendar.ics", options.pairs())


def list_feed_path(numbers: Sequence[int], options: FeedOptions) -> str:
    path = list_path(numbers, calendar=True)
    chosen = urlencode(options.pairs())
    return f"{path}{'&' if '?' in path else '?'}{chosen}" if chosen else path


def search_feed_path(given: Parameters, options: FeedOptions) -> str:
    """Return the one address of a search's feed, so that neighbours share it."""
    return _address("/calendar.ics", sorted([*search_pairs(given), *options.pairs()]))


def find_path(given: Parameters) -> str:
    return _address("/find", search_pairs(given))


def search_pairs(given: Parameters) -> Pairs:
    """Return a search as sorted pairs, its coordinates to 0.01 degree (calendar.md 2)."""
    point = read_point(given)
    coarse = (
        {"latitude": [f"{point.latitude:.2f}"], "longitude": [f"{point.longitude:.2f}"]}
        if point is not None
        else {}
    )
    return sorted(
        (name, value) for name, values in (dict(given) | coarse).items() for value in values
    )


def _address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    query = urlencode(list(pairs), safe=",:")
    return f"{path}?{query}" if query else path
