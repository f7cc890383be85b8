"""Telephone numbers and e-mail addresses that stand in free text, and their removal."""

import re

NOT_SHOWN = "[not shown]"  # what stands in place of a number or address; the report counts it

# "zoom.us\@host" is no address, but a link that leads to another host than people read.
_EMAIL = re.compile(r"(?:[\w.+-]{1,64}|\\)@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|\[email.protected\]")
_DIGIT = re.compile(r"\d")
_TELEPHONE = re.compile(
    r"(?<![\w/=.-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"
    r"|(?<![\w/=])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}\d(?!\w)"
)


def without_people(text: str) -> str:
    """Return *text* with e-mail addresses and telephone numbers taken out (reliability.md 7)."""
    text = without_addresses(text)
    return _TELEPHONE.sub(NOT_SHOWN, text) if _DIGIT.search(text) else text


def without_addresses(text: str) -> str:
    """Return *text* with e-mail addresses taken out; dial-in numbers of an online meeting stay."""
    return _EMAIL.sub(NOT_SHOWN, text) if "@" in text or "[email" in text else text
