"""
The languages of the pages: one folder each in `locales/`, and which of them a request gets.

A language is its catalogue (`LC_MESSAGES/messages.po`) and its `language.toml`; the folder is
all there is to add. A page speaks the language that its link names (`?lang=fa`, which its own
links carry on, since there are no cookies), else the one that the browser asks for.
"""

import gettext
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib import resources
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType

from babel import Locale
from babel.core import UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from starlette.requests import Request

from meetings.sentences import Sentence

LOCALES = Path(str(resources.files("web") / "locales"))
SOURCE = "en"  # the language of the messages themselves
LONGEST_HEADER = 300
_FIRST_DIGIT = {"arab": 0x0660, "arabext": 0x06F0, "beng": 0x09E6, "deva": 0x0966}
_OWN_ADDRESS = '="/'
_LINKING = (" href", " action")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A folder of `locales/`."""

    code: str  # ISO 639, the folder's name
    name: str  # as its speakers write it
    is_complete: bool  # offered to browsers and in the footer; others only by link
    is_read_by_native_speaker: bool
    week_starts_on: int  # ISO: Monday is 1
    second_calendar: str  # "solar-hijri" stands beside the Gregorian date; "" is none
    translations: gettext.NullTranslations = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A catalogue with the region whose clock, numbers and lengths it is told in."""

    catalogue: Catalogue
    locale: Locale
    is_linked: bool = field(default=False, compare=False)  # by the address, so its links do too
    tag: str = field(init=False, compare=False)  # BCP 47, for `lang` and Content-Language
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:  # both are what Babel computes each time
        object.__setattr__(self, "tag", str(self.locale).replace("_", "-"))
        object.__setattr__(self, "_hash", hash(self.locale))

    def __hash__(self) -> int:  # it is the key of much that is kept, a hundred times a page
        return self._hash

    @property
    def code(self) -> str:
        return self.catalogue.code

    @property
    def direction(self) -> str:
        return self.locale.text_direction

    def gettext(self, message: str, /, **values: object) -> str:
        """Return *message* in this language, its {names} filled, numbers as it writes."""
        said = self.catalogue.translations.gettext(message)
        return said.format(**self.written(values)) if values else said

    def ngettext(self, one: str, many: str, count: int, **values: object) -> str:
        said = self.catalogue.translations.ngettext(one, many, count)
        return said.format(**self.written({"count": count, **values}))

    def say(self, sentence: Sentence, **instead: object) -> str:
        """Return *sentence* in this language, with some of its values *instead* of its own."""
        return self.gettext(sentence.words, **(dict(sentence.values) | instead))

    def pgettext(self, context: str, message: str) -> str:
        return self.catalogue.translations.pgettext(context, message)

    def written(self, values: Mapping[str, object]) -> dict[str, object]:
        return {
            name: self.number(value) if isinstance(value, int | float) else value
            for name, value in values.items()
        }

    def number(self, number: float) -> str:
        return _number(self, number)

    def digits(self, text: str) -> str:
        """Return *text* with its digits as the language writes them, which Babel leaves."""
        own = _digits_of(self)
        return text.translate(own) if own else text


@lru_cache(maxsize=32)
def _digits_of(language: Language) -> Mapping[int, int]:
    """Return the language's digits by the codes of ours; none where they are ours."""
    first = _FIRST_DIGIT.get(language.locale.default_numbering_system)
    return {} if first is None else {ord("0") + digit: first + digit for digit in range(10)}


@lru_cache(maxsize=4_096)
def _number(language: Language, number: float) -> str:
    told = format_decimal(number, locale=language.locale, numbering_system="default")
    return language.digits(told)


def marked(message: str) -> str:
    """Return *message* as it is; the word puts it into the catalogues, to be said later."""
    return message


@cache
def catalogues() -> Mapping[str, Catalogue]:
    """Return the languages there are, by code."""
    found = sorted(LOCALES.glob("*/language.toml"))
    return MappingProxyType({path.parent.name: _catalogue(path.parent) for path in found})


def offered() -> list[Catalogue]:
    return [each for each in catalogues().values() if each.is_complete]


@lru_cache(maxsize=64)
def language_of(tag: str) -> Language | None:
    """Return the language of a BCP 47 *tag*, in its region; None where it has no folder."""
    code = tag.partition("-")[0].lower()
    if code not in catalogues():
        return None
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse(code)
    return Language(catalogue=catalogues()[code], locale=locale)


def spoken(request: Request) -> Language:
    """Return the language to answer *request* in."""
    accepted = _accepted(request.headers.get("Accept-Language", ""))
    linked = request.scope.get("lang", "")
    if linked and (named := _linked(linked, accepted)) is not None:
        return named
    for tag in accepted:
        found = language_of(tag)
        if found is not None and found.catalogue.is_complete:
            return found
    return source_language()


def country_of(request: Request) -> str:
    """Return the country (ISO) of the language that a browser likes best; "" where it has none."""
    accepted = _accepted(request.headers.get("Accept-Language", ""))
    return _country_in(accepted[0]) if accepted else ""


def _country_in(tag: str) -> str:
    parts = takewhile(lambda part: len(part) > 1, tag.upper().split("-")[1:])  # extensions follow
    return next((part for part in parts if len(part) == 2), "")


@cache
def source_language() -> Language:
    return Language(catalogue=catalogues()[SOURCE], locale=Locale.parse(SOURCE))


def with_language(html: str, code: str) -> str:
    """Return a page whose own links and forms name the language *code*."""
    return _with_named_forms(_with_named_links(html, code), code)


def address_with_language(address: str, code: str) -> str:
    """Return an address of ours that names the language."""
    start, mark, fragment = address.partition("#")
    return f"{start}{'&' if '?' in start else '?'}lang={code}{mark}{fragment}"


def _with_named_links(html: str, code: str) -> str:
    pieces = html.split(_OWN_ADDRESS)  # a long page is cut faster than it is looked through
    before = pieces[0]
    for number, piece in enumerate(pieces):
        if number and before.endswith(_LINKING):
            end = piece.index('"')
            pieces[number] = _named(piece[:end], code) + piece[end:]
        before = piece
    return _OWN_ADDRESS.join(pieces)


@lru_cache(maxsize=4_096)  # each page has some forty that all have
def _named(address: str, code: str) -> str:
    """Return an address of ours, without its first slash, as it leads to the same language."""
    start, mark, fragment = address.partition("#")
    path, _, query = start.partition("?")
    is_file = "." in path.rpartition("/")[2] or path.startswith(("static/", "api/"))
    if is_file or "lang=" in query:
        return address
    return f"{start}{'&amp;' if '?' in start else '?'}lang={code}{mark}{fragment}"


def _with_named_forms(html: str, code: str) -> str:
    """Return a page whose forms that make an address of their fields have the language too."""
    pieces = html.split("<form ")
    for number, piece in enumerate(pieces):
        tag, end, rest = piece.partition(">")
        if number and 'method="get"' in tag:
            pieces[number] = f'{tag}{end}<input type="hidden" name="lang" value="{code}">{rest}'
    return "<form ".join(pieces)


@lru_cache(maxsize=512)
def _linked(linked: str, accepted: tuple[str, ...]) -> Language | None:
    """Return the language that a link names, in the region the browser says it is in."""
    named = _in_region(linked, accepted)
    return named and replace(named, is_linked=True)


def _in_region(linked: str, accepted: tuple[str, ...]) -> Language | None:
    named = language_of(linked)
    if named is None or "-" in linked:
        return named
    regional = next((tag for tag in accepted if tag.lower().startswith(f"{named.code}-")), linked)
    return language_of(regional)


@lru_cache(maxsize=512)
def _accepted(header: str) -> tuple[str, ...]:
    """Return the tags of an Accept-Language header, the dearest first."""
    weighed = []
    for place, part in enumerate(header[:LONGEST_HEADER].split(",")):
        tag, _, parameters = part.partition(";")
        weighed.append((-_quality(parameters), place, tag.strip()))
    return tuple(tag for quality, _, tag in sorted(weighed) if tag and quality < 0)


def _quality(parameters: str) -> float:
    _, _, value = parameters.partition("q=")
    try:
        return float(value) if value else 1.0
    except ValueError:
        return 0.0


def _catalogue(folder: Path) -> Catalogue:
    said = tomllib.loads((folder / "language.toml").read_text(encoding="utf-8"))
    return Catalogue(
        code=folder.name,
        name=said["name"],
        is_complete=said["is_complete"],
        is_read_by_native_speaker=said["is_read_by_native_speaker"],
        week_starts_on=said.get("week_starts_on", 1),
        second_calendar=said.get("second_calendar", ""),
        translations=_translations(folder / "LC_MESSAGES" / "messages.po"),
    )


def _translations(path: Path) -> gettext.NullTranslations:
    """Return the catalogue at *path*, made in memory: what is compiled need not be kept in step."""
    if not path.exists():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=path.parents[1].name))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
