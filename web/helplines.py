"""
The helplines that pages may show: an allow-list, with the day on which a person checked each.

The country comes from what somebody searched or chose, never from an address or a language
(needs.md, section 5). Calls of treatment sales are of no kind that exists here.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

FIRST = 2
CHECKED_FOR = dt.timedelta(days=365)
COUNTRIES = {
    "US": "United States",
    "CA": "Canada",
    "GB": "United Kingdom",
    "IE": "Ireland",
    "AU": "Australia",
}


class Call(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dial: str
    display: str


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    to: str
    body: str = ""
    what: str = ""  # to be written, where that is no fixed word


class Helpline(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    country: str  # ISO 3166-1 alpha-2
    kind: Literal["crisis", "information", "fellowship", "emergency"]
    name: str
    who_answers: str
    for_whom: str
    source_url: str  # the provider's own page
    verified_on: dt.date | None  # the day on which a person read it there
    call: Call | None = None
    text: Text | None = None
    chat_url: str = ""
    tty: str = ""
    hours: str = ""
    languages: tuple[str, ...] = ()
    cost: str = ""

    def is_checked(self, today: dt.date) -> bool:
        return self.verified_on is not None and today - self.verified_on <= CHECKED_FOR


class Helplines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    helplines: tuple[Helpline, ...]
    emergency: Mapping[str, str]

    def of(self, country: str) -> list[Helpline]:
        return [each for each in self.helplines if each.country == country]


@dataclass(frozen=True, slots=True)
class Help:
    """A country's lines, those for a crisis first, and its emergency number; all may be empty."""

    first: list[Helpline]  # shown at once, where somebody is in a hurry
    rest: list[Helpline]
    emergency: str


def help_of(country: str) -> Help:
    """Return what a page for *country* shows; "" is no country."""
    known = helplines()
    listed = sorted(known.of(country), key=lambda line: line.kind != "crisis")
    return Help(listed[:FIRST], listed[FIRST:], known.emergency.get(country, ""))


@cache
def helplines() -> Helplines:
    content = (resources.files("web") / "helplines.json").read_bytes()
    return msgspec.json.decode(content, type=Helplines)
