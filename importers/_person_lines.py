"""The parts of a note that name a person, whom nothing else tells from other words (smart.md 9)."""

import re

from importers._passcodes import without_passcodes
from importers._privacy import NOT_SHOWN, without_people
from importers._source import Source

_PERSON = re.compile(
    r"\b(?:contacts?|facilitators?|host(?:ed by)?|convenor|led by|(?<!wheel[ -])chair|secretary)"
    r"\s?:[^\n]*",
    re.IGNORECASE,
)


def without_person_lines(text: str) -> str:
    """Return *text* without what follows "Contact:", "Facilitator:" and the like in a line."""
    return _PERSON.sub(NOT_SHOWN, text) if ":" in text else text


def without_persons(text: str) -> str:
    """Return *text* without persons, their telephone numbers and their e-mail addresses."""
    return without_people(without_person_lines(text))


def for_everybody(text: str, source: Source) -> str:
    """Return what of a free text about a meeting is shown: no person, and no secret pass code."""
    public = without_persons(text)
    return public if source.publish_passcodes else without_passcodes(public)
