"""Foreign text, cleaned at the door: one line or several, never markup or control characters."""

import html
import re
import unicodedata

from importers._limits import LONGEST_ADDRESS, LONGEST_NOTES

_LONGEST_INPUT = 50_000  # cut before any pattern runs (reliability.md 4.2)
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,1000}>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LINE_END = re.compile("\r\n?|[\v\f\u0085\u2028\u2029]")
# C0 and C1, the byte order mark, and what reverses text for the reader after it; the joiners
# and marks that Persian and Hebrew are written with stay.
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\u202a-\u202e\u2066-\u2069]")


def line(value: object, *, longest: int = LONGEST_ADDRESS) -> str:
    """
    Return *value* as one line of plain text; None is "".

    Spaces inside stay as they are, since publishers compare their own strings byte for byte.

    Raises:
        ValueError: if *value* is neither text nor a number, or holds half a character.
    """
    if isinstance(value, str) and is_clean(value):
        return _cut(value.strip(), longest)  # most texts of most lists; ten times faster
    return _cut(" ".join(_cleaned(value).split("\n")).replace("\t", " ").strip(), longest)


def paragraphs(value: object, *, longest: int = LONGEST_NOTES) -> str:
    """Return *value* as plain text with its line breaks, at most one empty line in a row."""
    if isinstance(value, str) and is_clean(value):
        return _cut(value.strip(), longest)
    lines = [part.strip() for part in _cleaned(value).replace("\t", " ").split("\n")]
    text = re.sub("\n{3,}", "\n\n", "\n".join(lines))
    return _cut(text.strip(), longest)


def is_clean(text: str) -> bool:
    """Say whether nothing of *text* has to be cleaned, as of most texts of most lists."""
    return (
        text.isprintable()
        and "<" not in text
        and "&" not in text
        and unicodedata.is_normalized("NFC", text)
    )


def joined(*texts: str) -> str:
    """Return those *texts* that say something, each on its own line."""
    return "\n".join(filter(None, texts))


def _cleaned(value: object) -> str:
    text = _LINE_END.sub("\n", _as_text(value)[:_LONGEST_INPUT])
    text = _TAG.sub("", _BREAK.sub("\n", text))
    text = _LINE_END.sub("\n", _ENTITY.sub(lambda found: html.unescape(found[0]), text))
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", text))
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds half a character")  # it passes JSON and breaks database drivers
    return text


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"is {type(value).__name__}, not text")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
