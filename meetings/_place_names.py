"""How names of places are compared (location.md 3.2), and how much a place weighs (3.3)."""

import itertools
import math
import re
import unicodedata

_JOINERS = "\u200c\u200d\u200e\u200f\u00ad\ufeff"  # ZWNJ and other marks that nobody sees
_TATWEEL = "\u0640"  # stretches an Arabic word, says nothing
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"}
    | {"ð": "d", "þ": "th", "ħ": "h", "ə": "a"}  # Iceland, the Faroes, Malta, Azerbaijan
    # Arabic and Persian keyboards write one letter with two codes
    | {"ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ٱ": "ا"}
    | dict.fromkeys("'’‘ʻʼʾʿ`." + _TATWEEL + _JOINERS)
)
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_LEADING_SAINT = re.compile(r"^sainte? (?=.)")
_ARABIC = re.compile(r"[\u0600-\u06ff]")


def normalise(text: str) -> str:
    """Return *text* as names are compared, maybe ""."""
    folded = text.casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", ascii_digits(folded))
        folded = "".join(itertools.filterfalse(unicodedata.combining, decomposed))
    if folded.isascii() and folded.isalnum():  # most names, and a first start has 300,000
        return folded
    words = _BETWEEN_WORDS.sub(" ", folded.translate(_LETTERS)).strip()
    return _LEADING_SAINT.sub("st ", words) if words.startswith("saint") else words


def spellings(name: str) -> set[str]:
    """
    Return the forms under which *name* is kept, none for a name of punctuation alone.

    People write the two words of an Arabic or Persian name apart, joined, or with a ZWNJ
    that nobody sees, so such a name is kept both apart and joined.
    """
    norms = {normalise(name)}
    if _ARABIC.search(name):
        norms.add(normalise(name.replace("\u200c", " ")))
        norms |= {norm.replace(" ", "") for norm in norms}
    return norms - {""}


def ascii_digits(text: str) -> str:
    """Return *text* with digits of every script as 0 to 9: "۹" and "٩" are 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def population_score(population: int) -> float:
    return 1000 * math.log10(max(population, 0) + 10)
