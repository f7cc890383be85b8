"""What a site asks of programs that read its pages: robots.txt (RFC 9309)."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from protego import Protego

from importers._limits import LONGEST_PAUSE_SECONDS
from importers._links import host
from meetings.errors import FetchFailed

PROGRAM = "OpenChair"
LARGEST_ROBOTS_BYTES = 500 * 1024  # RFC 9309, section 2.5

_LONGEST_LINE = 500
_MOST_WILDCARDS = 8  # each makes the pattern slower to compare

Ask = Callable[[str], Awaitable[bytes | None]]  # None: the site has no robots.txt


class Robots:
    """The robots.txt of each site that is asked, read once."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._rules: dict[str, Protego] = {}

    async def pause_seconds(self, url: str) -> float:
        """
        Return how long the site wants to be left alone between two requests.

        Raises:
            FetchFailed: if the site does not want *url* read, or not within reasonable time.
        """
        rules = await self._rules_for(url)
        if not rules.can_fetch(url, PROGRAM):
            raise FetchFailed(f"{host(url)} asks programs not to read {urlsplit(url).path}")
        pause = float(rules.crawl_delay(PROGRAM) or 0)
        if pause > LONGEST_PAUSE_SECONDS:
            raise FetchFailed(f"{host(url)} asks for a pause of {pause:g} s between two pages")
        return max(pause, 0.0)

    async def _rules_for(self, url: str) -> Protego:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            answer = await self._ask(f"{site}/robots.txt")
            self._rules[site] = await asyncio.to_thread(_parsed, answer or b"")
        return self._rules[site]


def _parsed(answer: bytes) -> Protego:
    lines = answer[:LARGEST_ROBOTS_BYTES].decode("utf-8-sig", "replace").splitlines()
    usable = [
        text for text in lines if len(text) <= _LONGEST_LINE and text.count("*") <= _MOST_WILDCARDS
    ]
    return Protego.parse("\n".join(usable))
