"""Numbers as lists write them, with the tones that open an online meeting, as links to dial."""

import re

_NUMBER = re.compile(r"(\+?[\d\s().\-/]{3,30})((?:[,;x*#][\s]*[\d,;*#\s]*)?)", re.ASCII)
_FEWEST_DIGITS = 3


def dialled(text: str) -> str:
    """Return the `tel:` link of "+1-646-555-0100,,123#", "" for what is more than a number."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None or len(re.sub(r"\D", "", found[1])) < _FEWEST_DIGITS:
        return ""
    number = re.sub(r"[^\d+]", "", found[1])
    tones = re.sub(r"[^\d,*#]", "", re.sub("[;x]", ",", found[2]))
    return f"tel:{number}{tones}".replace("#", "%23")
