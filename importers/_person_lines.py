"""The parts of a note that name a person, whom nothing else tells from other words (smart.md 9)."""

import re

_PERSON = re.compile(
    r"\b(?:contacts?|facilitators?|host(?:ed by)?|convenor|led by|chair|secretary)\s?:[^\n]*",
    re.IGNORECASE,
)


def without_person_lines(text: str) -> str:
    """Return *text* without what follows "Contact:", "Facilitator:" and the like in a line."""
    return _PERSON.sub("", text)
