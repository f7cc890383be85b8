"""What the labels of SMART Recovery and LifeRing say (formats.md 2 and 3, smart.md 7 and 8)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from importers._privacy import without_people
from importers._text import line
from meetings.formats import (
    FORMATS,
    Format,
    by_lifering_label,
    by_smart_label,
    comparable,
    strongest,
)
from meetings.model import Admission, OtherFormat

_LookUp = Callable[[str], tuple[Format, ...]]

_MOST_PIECES = 1 + max(label.count(",") for row in FORMATS.values() for label in row.smart_labels)
_REMARK = re.compile(r" ?\([^()]*\)$")  # "Family and Friends Only (read the description …)"
_ENDS_IN_ONLY = re.compile(r"\bonly$", re.IGNORECASE)
_AGES = re.compile(r"(\d{1,2})\s*[-–]\s*(\d{1,2})")  # "Teens (13-17)"
_LANGUAGE_CODE = re.compile(r"([A-Za-z]{2})(?:-([A-Za-z]{2}))?")

_LANGUAGE_NAMES = """
af Afrikaans; am Amharic, አማርኛ; ar Arabic, العربية; bg Bulgarian, български; bn Bengali, বাংলা;
cs Czech, čeština; cy Welsh, Cymraeg; da Danish, dansk; de German, Deutsch; el Greek, Ελληνικά;
en English, inglés, anglais; es Spanish, español, espanol, castellano; et Estonian, eesti;
fa Persian, Farsi, فارسی; fi Finnish, suomi; fr French, français, francais; ga Irish, Gaeilge;
he Hebrew, עברית; hi Hindi, हिन्दी; hr Croatian, hrvatski; ht Haitian Creole; hu Hungarian, magyar;
hy Armenian, հայերեն; id Indonesian, Bahasa Indonesia; is Icelandic, íslenska;
it Italian, italiano; ja Japanese, 日本語; ka Georgian, ქართული; ko Korean, 한국어;
lt Lithuanian, lietuvių; lv Latvian, latviešu; ml Malayalam, മലയാളം; mt Maltese, Malti;
ne Nepali, नेपाली; nl Dutch, Nederlands; no Norwegian, norsk; pa Punjabi, Panjabi, ਪੰਜਾਬੀ;
pl Polish, polski; pt Portuguese, português, portugues; ro Romanian, română; ru Russian, русский;
sk Slovak, slovenčina; sl Slovenian, slovenščina; so Somali, Soomaali; sv Swedish, svenska;
th Thai, ไทย; tl Tagalog, Filipino; tr Turkish, Türkçe; uk Ukrainian, українська; ur Urdu, اردو;
vi Vietnamese, tiếng Việt; zh Chinese, 中文
"""
_BETWEEN_LANGUAGES = re.compile(r"[/,;&+]|\band\b|\by\b", re.IGNORECASE)
_ABOUT_LANGUAGES = re.compile(r"(?:[\s-]+(?:speaking|language|meetings?))+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What the labels of one meeting say together."""

    admission: Admission = Admission.UNKNOWN
    restriction_text: str = ""  # the words of the list; given also where another admission wins
    formats: tuple[str, ...] = ()  # sorted
    age_min: int | None = None
    age_max: int | None = None
    other_formats: tuple[OtherFormat, ...] = ()


def smart_labels(programme: str, labels: Iterable[str]) -> Labels:
    """
    Read a programme of SMART and its audience labels, each a label or several with commas.

    The programme decides before the audience: most Family & Friends meetings were once labelled
    "Adults" (smart.md 8). Only an institution, which is never listed, is stronger.
    """
    of_programme = _read(_cleaned([programme]), by_smart_label)
    together = _read([*_cleaned([programme]), *_joined(labels, by_smart_label)], by_smart_label)
    is_family = of_programme.admission is Admission.FAMILY_ONLY
    if is_family and together.admission is not Admission.INSTITUTION:
        return replace(together, admission=Admission.FAMILY_ONLY)
    return together


def lifering_labels(labels: Iterable[str]) -> Labels:
    """Read the labels of LifeRing, whose meetings are for one's own recovery by default."""
    read = _read(_joined(labels, by_lifering_label), by_lifering_label)
    return replace(read, admission=strongest([read.admission, Admission.OWN_RECOVERY]))


def smart_languages(names: Iterable[str]) -> tuple[str, ...]:
    """Return the BCP 47 tags of English or native names, or of codes; unknown ones are left out."""
    pieces = [piece.strip() for name in names for piece in re.split("[,;]", line(name))]
    tags = [tag for piece in pieces for tag in language_tags(piece) or _language_code(piece)]
    return tuple(dict.fromkeys(tags))


def language_tags(text: str) -> tuple[str, ...]:
    """
    Return the BCP 47 tags that *text* names, in its order: "Lithuanian/Russian" is lt and ru.

    Nothing is guessed: () when any part of it is no name of a language, in English or its own.
    """
    parts = [_ABOUT_LANGUAGES.sub("", part.strip()) for part in _BETWEEN_LANGUAGES.split(text)]
    tags = [_TAG_BY_NAME.get(comparable(part), "") for part in parts]
    return tuple(dict.fromkeys(tags)) if all(tags) else ()


def _joined(labels: Iterable[str], look_up: _LookUp) -> list[str]:
    """Return whole labels of what stands between commas, some of which are part of a label."""
    pieces = [piece for label in _cleaned(labels) for piece in re.split(" ?, ?", label) if piece]
    found: list[str] = []
    first = 0
    while first < len(pieces):
        candidates = pieces[first : first + _MOST_PIECES]
        size = _known_size(candidates, look_up)
        label = ", ".join(candidates[:size])
        if label.casefold() == "only" and found:
            label = f"{found.pop()} {label}"
        found.append(label)
        first += size
    return _with_whole_restrictions(found, look_up)


def _known_size(pieces: list[str], look_up: _LookUp) -> int:
    """Return how many of the first *pieces* make the longest known label; 1 for an unknown one."""
    sizes = range(len(pieces), 0, -1)
    return next((size for size in sizes if look_up(", ".join(pieces[:size]))), 1)


def _with_whole_restrictions(labels: list[str], look_up: _LookUp) -> list[str]:
    """
    Put "Nurses", "Doctors only" together again.

    Where an unknown restriction with commas begins nobody can tell, so it is shown from the
    last known label on, word for word.
    """
    found: list[str] = []
    for label in labels:
        whole = [label]
        if _says_only(label) and not _rows(label, look_up):
            while found and not look_up(found[-1]) and not _says_only(found[-1]):
                whole.insert(0, found.pop())
        found.append(", ".join(whole))
    return found


def _read(labels: list[str], look_up: _LookUp) -> Labels:
    rows: list[Format] = []
    admissions: list[Admission] = []
    restrictions: list[str] = []
    others: list[str] = []
    for label in labels:
        found = _rows(label, look_up)
        admission = _admission(label, found)
        admissions.append(admission)
        rows += found
        if admission is Admission.RESTRICTED:
            restrictions.append(without_people(label))
        elif not found:
            others.append(without_people(label))
    ages = [ages for label in labels if (ages := _ages(label, look_up))]
    return Labels(
        admission=strongest(admissions),
        restriction_text="; ".join(dict.fromkeys(restrictions)),
        formats=tuple(sorted({row.code for row in rows if not row.is_admission})),
        age_min=min((youngest for youngest, _ in ages), default=None),
        age_max=max((oldest for _, oldest in ages), default=None),
        other_formats=tuple(OtherFormat(code=o, name=o) for o in dict.fromkeys(others)),
    )


def _rows(label: str, look_up: _LookUp) -> tuple[Format, ...]:
    """Return the rows of *label*, without its remark or its "only" where it is else unknown."""
    plain = _without_remark(label)
    return look_up(label) or look_up(plain) or look_up(_ENDS_IN_ONLY.sub("", plain).strip())


def _admission(label: str, rows: tuple[Format, ...]) -> Admission:
    """Return what *label* admits; an unknown one that ends in "only" restricts (smart.md 8)."""
    stated = strongest(row.admission for row in rows)
    is_stronger = stated in (Admission.INSTITUTION, Admission.FAMILY_ONLY)
    return Admission.RESTRICTED if _says_only(label) and not is_stronger else stated


def _ages(label: str, look_up: _LookUp) -> tuple[int, int] | None:
    found = _AGES.search(label)
    return (int(found[1]), int(found[2])) if found and look_up(label) else None


def _says_only(label: str) -> bool:
    return bool(_ENDS_IN_ONLY.search(_without_remark(label)))


def _without_remark(label: str) -> str:
    return _REMARK.sub("", label)


def _cleaned(labels: Iterable[str]) -> list[str]:
    cleaned = (" ".join(line(label).split()) for label in labels)
    return [label for label in cleaned if label]


def _language_code(text: str) -> tuple[str, ...]:
    found = _LANGUAGE_CODE.fullmatch(text)
    if found is None:
        return ()
    return (found[1].lower() + (f"-{found[2].upper()}" if found[2] else ""),)


def _tags_by_name() -> Mapping[str, str]:
    entries = (entry.strip().partition(" ") for entry in _LANGUAGE_NAMES.split(";"))
    return {comparable(name): tag for tag, _, names in entries for name in names.split(",")}


_TAG_BY_NAME = _tags_by_name()
