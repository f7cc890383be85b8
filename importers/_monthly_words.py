"""Meetings of a weekly list that are monthly by their own clear words (tsml.md 5)."""

import re

from importers._weekdays import weekday_named

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_ORDINALS |= {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5}
_ORDINAL = "|".join(_ORDINALS)
_SENTENCE_END = re.compile(r"[.!;|\n]")
# The whole sentence must say it: "First Saturday - Eating meeting" is the theme of a weekly one.
_MONTHLY = re.compile(
    r"(?:(?:(?:this|the|our) )?(?:(?:meeting|group) )?(?:only )?(?:meets|is held)(?: only)?"
    r"|we (?:only )?meet(?: only)?|only)"
    r"(?: at (?:a |the )?\w{1,30})?(?: on)?(?: the)?"
    rf" ((?:{_ORDINAL})(?:(?:, and|,| and| &) (?:{_ORDINAL}))*) (\w{{6,10}})"
    r" (?:of|in) (?:the|each|every) month(?: only)?"
)


def ordinals_said(notes: str, weekday: int) -> tuple[int, ...]:
    """Return the weeks of the month that *notes* clearly name with *weekday*, () for weekly."""
    said = notes.casefold()
    if "month" not in said:
        return ()  # nearly all
    for sentence in _SENTENCE_END.split(said):
        found = _MONTHLY.fullmatch(" ".join(sentence.split()))
        if found and weekday_named(found[2]) == weekday:
            words = re.findall(_ORDINAL, found[1])
            return tuple(dict.fromkeys(_ORDINALS[word] for word in words))
    return ()
