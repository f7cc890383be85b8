"""Words before a place that say no more than that one searches there: "near London"."""

import re

# In the languages of the pages. "near me" names no place; "C.P." is one only before a code.
_LEAD = re.compile(
    r"\s*(?:(?:\w+\s+)?meetings?\s+)?"
    r"(?:near\s+me\s*$|(?:near(?:\s+to)?|in|around|close\s+to|zip(?:\s*code)?|post(?:al)?\s*code"
    r"|cerca\s+de|en|c[óo]digo\s+postal|نزد[یي]ک(?:\s+به)?|در|اطراف|حوال[یي])[\s:]+(?=\S)"
    r"|c\.?\s?p\.?[\s:]*(?=[0-9]))",
    re.IGNORECASE,
)


def without_lead(text: str) -> str | None:
    """Return what stands behind such words, maybe ""; None where *text* begins otherwise."""
    lead = _LEAD.match(text)
    return text[lead.end() :] if lead else None
