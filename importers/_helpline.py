"""The telephone of a service body or an entity, under one rule for every format."""

from importers._limits import LONGEST_HELPLINE
from importers._privacy import without_addresses

_FEWEST_DIGITS = 3  # of what can be dialled


def helpline(given: str) -> str:
    """
    Return the free text that holds a number to call, without e-mail addresses; else "".

    What is too long is left out whole: a number that was cut is a wrong one.
    """
    if len(given) > LONGEST_HELPLINE:
        return ""
    told = without_addresses(given)
    return told if sum(map(str.isdecimal, told)) >= _FEWEST_DIGITS else ""
