"""One text that tells an address, a way to join from elsewhere, or both."""

import re
from dataclasses import dataclass

from importers._online_words import HYBRID_WORDS, ONLINE_WORDS

_DIALLING = "phone telephone conference call teleconference dial dialin"
_HARMLESS = """
meeting meetings group via on by the a web google microsoft only and or link links see website site
for our description details in below id ids number no code access pin passcode password pw pwd
required app to join at with
"""
_BY_PHONE = frozenset(_DIALLING.split())
_BESIDE = frozenset(_HARMLESS.split())
_FEWEST_DIGITS = 7
_LETTERS = re.compile(r"[^\W\d_]+")
_PASS_CODE = re.compile(r"\b(?:pass ?code|pass ?word|pwd|pw)\W{1,3}\w+", re.IGNORECASE)
_HYBRID = re.compile(rf"(\b(?:{'|'.join(sorted(HYBRID_WORDS))})\b)\s*[:–-]\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[,;|()\n]\s*|\s+[/+&–-]\s+")
_DIALLED = re.compile(
    r"(?:\b(?:call|phone|telephone|dial|dial[ -]?in)\b[^\d+(]{0,20}|(?=\+\d))"
    r"(\+?\(?\d[\d ().-]{5,20}\d(?:,{1,6}[\d#*,]{1,30})?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What a text tells. *joining* holds the number of a meeting, or how to dial, as written."""

    address: str
    is_online: bool = False
    joining: str = ""
    phone: str = ""


def whereabouts(text: str, *, has_link: bool = False) -> Whereabouts:
    """
    Tell a way to join from a place; *text* is without its links, and *has_link* if it had some.

    It is for joining when it says so, and no other word is left that a place could have. Beside
    a place a telephone number alone may be a person's, and is none to join by.
    """
    text = text.strip(" ,;()-")
    if _is_for_joining(text, ONLINE_WORDS | HYBRID_WORDS | _BY_PHONE, has_link=has_link):
        return _joined_by(text, address="")
    parts = [part for part in _BETWEEN.split(_HYBRID.sub(r"\1, ", text)) if part]
    joining = [part for part in parts if _is_for_joining(part, ONLINE_WORDS | HYBRID_WORDS)]
    if not joining:
        return Whereabouts(address=text, is_online=has_link)
    return _joined_by(", ".join(joining), ", ".join(each for each in parts if each not in joining))


def _is_for_joining(text: str, telling: frozenset[str], *, has_link: bool = False) -> bool:
    words = {word.casefold() for word in _LETTERS.findall(_PASS_CODE.sub("", text))}
    if not words <= (telling | _BY_PHONE | _BESIDE):
        return False
    return has_link or not words.isdisjoint(telling)


def _joined_by(text: str, address: str) -> Whereabouts:
    text = _PASS_CODE.sub("", text).strip(" ,;()-")
    dialled = _DIALLED.search(text)
    phone = dialled[1].strip() if dialled else ""
    if sum(character.isdecimal() for character in phone) < _FEWEST_DIGITS:
        phone = ""
    rest = text.replace(phone, "") if phone else text
    tells_more = any(character.isdecimal() for character in rest)
    return Whereabouts(
        address=address, is_online=True, joining=text if tells_more else "", phone=phone
    )
