"""Meetings in the visitor's own language: online, where the town has none."""

from dataclasses import dataclass

from babel.languages import get_official_languages

from meetings.places import Place
from meetings.search import Results, Search
from web.autonyms import autonym
from web.languages import Language
from web.pages.coverage import Week
from web.service import Service

SHOWN = 3


@dataclass(frozen=True, slots=True)
class OwnLanguage:
    code: str
    name: str  # as its speakers write it
    results: Results


def own_language(
    running: Service, language: Language, place: Place, week: Week, search: Search
) -> OwnLanguage | None:
    """
    Return online meetings in *language*, where none near *place* is listed as held in it.

    Lists seldom name the language that everybody there speaks, so it is not asked after.
    """
    code = language.code
    if search.languages or code in get_official_languages(place.country, de_facto=True):
        return None
    if any(tag.partition("-")[0] == code for tag in week.languages):
        return None
    asked = Search(
        online=True,
        languages=_tags(running, code),
        fellowships=search.fellowships,
        admissions=search.admissions,
        timezone=search.timezone,
        limit=SHOWN,
    )
    found = running.catalogue.find(asked, now=running.now()) if asked.languages else None
    return OwnLanguage(code, autonym(code), found) if found and found.hits else None


def _tags(running: Service, code: str) -> frozenset[str]:
    """Return the tags of *code* that lists use, with whatever region."""
    known = running.catalogue.count_by("language")
    return frozenset(tag for tag in known if tag.partition("-")[0] == code)
