"""What a BMLT client asks, read as the original reads it (bmlt.md 3.5): text in, values out."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from web.bmlt.keys import DISTANCES, SORT_ALIASES, SORT_DEFAULT

FIELDS_MOST = 2000  # crouton names each service body of a result in a query of its own
_ARRAY = re.compile(r"(.+?)\[[^\]]*\]")
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_LEADING = re.compile(r"[+-]?[0-9]{1,15}")


class Question:
    """A query with PHP's arrays: `x[]=1&x[]=2`, `x[0]=1`; of a plain name the last counts."""

    def __init__(self, query: bytes) -> None:
        """Raise ValueError where a query has more fields than anybody asks."""
        self._plain: dict[str, str] = {}
        self._arrays: dict[str, list[str]] = {}
        pairs = parse_qsl(
            query.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_MOST
        )
        for name, value in pairs:
            if array := _ARRAY.fullmatch(name):
                self._arrays.setdefault(array[1], []).append(value)
            else:
                self._plain[name] = value

    def has(self, name: str) -> bool:
        """Say whether the name stands in the query, with whatever value or none."""
        return name in self._plain or name in self._arrays

    def text(self, name: str) -> str:
        return self._plain.get(name, "").strip()

    def texts(self, name: str) -> list[str]:
        """Return the values that are not empty, of an array or a plain name."""
        given = self._arrays.get(name) or [self._plain.get(name, "")]
        return [value.strip() for value in given if value.strip()]

    def is_on(self, name: str) -> bool:
        return self.text(name) == "1"

    def number(self, name: str) -> float | None:
        try:
            found = float(self.text(name))
        except ValueError:
            return None
        return found if math.isfinite(found) else None

    def whole(self, name: str) -> int | None:
        text = self.text(name)
        return int(text) if _WHOLE.fullmatch(text) else None

    def choice(self, name: str, *, has_commas: bool = True) -> "Choice":
        """Return the numbers to include and, written negative, to exclude."""
        texts = self.texts(name)
        if has_commas:
            texts = [part.strip() for text in texts for part in text.split(",") if part.strip()]
        numbers = [int(found[0]) if (found := _LEADING.match(t)) else None for t in texts]
        return Choice(
            wanted=frozenset(n for n in numbers if n is not None and n >= 0),
            unwanted=frozenset(-n for n in numbers if n is not None and n < 0),
            is_given=bool(texts),
            is_broken=None in numbers,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Numbers to include, or all but those to exclude."""

    wanted: frozenset[int] = frozenset()
    unwanted: frozenset[int] = frozenset()
    is_given: bool = False
    is_broken: bool = False  # something in it is no number: that finds nothing

    def admits(self, number: int) -> bool:
        is_included = number in self.wanted or not (self.wanted or self.is_broken)
        return is_included and number not in self.unwanted

    def beside(self, other: "Choice") -> "Choice":
        """Return the choice of what both admit; this one excludes nothing."""
        wanted = frozenset(number for number in self.wanted if other.admits(number))
        is_broken = other.is_broken or not wanted
        return replace(self, wanted=wanted, is_broken=is_broken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A place to search around; *width* None asks for distances only, negative is a hunt."""

    latitude: float
    longitude: float
    width: float | None
    is_in_miles: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Limits in seconds; None is none. Starts are strict, ends and lengths inclusive."""

    after: int | None = None
    before: int | None = None
    ends: int | None = None
    shortest: int | None = None
    longest: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search: GetSearchResults read, whatever the answer's shape."""

    choices: Mapping[str, Choice]
    is_recursive: bool
    is_any_format: bool
    key: str
    key_values: Sequence[str]
    times: Times
    circle: Circle | None
    is_impossible: bool  # half-given or broken values: they find nothing
    words: str
    sort_keys: Sequence[str]
    is_by_distance: bool
    page_size: int | None
    page_number: int
    fields: frozenset[str]  # empty: all
    language: str

    @property
    def names_its_own(self) -> bool:
        """Whether it asks one list, or rows by number: those are all there, see `duplicates`."""
        return self.key in _KEYS_OF_ITS_OWN or any(
            self.choices[name].wanted for name in ("meeting_ids", "services", "root_server_ids")
        )


_KEYS_OF_ITS_OWN = ("id_bigint", "service_body_bigint")
CHOICES = ("meeting_ids", "weekdays", "venue_types", "services", "formats")


def read_search(
    question: Question, known: frozenset[str], *, place: tuple[float, float] | None = None
) -> Asked:
    """Return the search; *known* are the field names, *place* is SearchString looked up."""
    choices = {name: question.choice(name) for name in CHOICES}
    choices["root_server_ids"] = question.choice("root_server_ids", has_commas=False)
    fields = frozenset(_listed(question, "data_field_key")) & known
    circle, is_half = _circle(question, fields, place)
    words = "" if question.is_on("StringSearchIsAnAddress") else question.text("SearchString")
    if words and re.fullmatch(r"[0-9, ]+", words):
        named = Question(f"x={words.replace(' ', '')}".encode()).choice("x")
        choices["meeting_ids"] = named.beside(choices["meeting_ids"])
        words = ""
    elif len(words) <= 2:
        words = ""
    key, values = question.text("meeting_key"), question.texts("meeting_key_value")
    return Asked(
        choices=choices,
        is_recursive=question.is_on("recursive"),
        is_any_format=question.text("formats_comparison_operator").upper() == "OR",
        key=key,
        key_values=values,
        times=_times(question),
        circle=circle,
        is_impossible=is_half
        or any(choice.is_broken for choice in choices.values())
        or bool(key and not values)
        or bool(key and key not in known),
        words=words.casefold(),
        sort_keys=_sort_keys(question, known),
        is_by_distance=question.is_on("sort_results_by_distance") and circle is not None,
        page_size=_positive(question.whole("page_size")),
        page_number=_positive(question.whole("page_num")) or 1,
        fields=fields,
        language=question.text("lang_enum"),
    )


def _circle(
    question: Question, fields: frozenset[str], place: tuple[float, float] | None
) -> tuple[Circle | None, bool]:
    """Return where to search, and whether that is half-given."""
    if place is not None:
        radius = question.number("SearchStringRadius") or -10.0
        return Circle(latitude=place[0], longitude=place[1], width=radius, is_in_miles=True), False
    given = [bool(question.text(name)) for name in ("lat_val", "long_val")]
    latitude, longitude = question.number("lat_val"), question.number("long_val")
    if not any(given):
        return None, False
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 360:
        return None, True
    miles, kilometres = question.number("geo_width"), question.number("geo_width_km")
    width = miles if miles is not None else kilometres
    circle = Circle(
        latitude=latitude,
        longitude=longitude,
        width=width,
        is_in_miles=miles is not None or kilometres is None,
    )
    return circle, width is None and not fields.intersection(DISTANCES)


def _times(question: Question) -> Times:
    return Times(
        after=_clock(question, "StartsAfter"),
        before=_clock(question, "StartsBefore"),
        ends=_clock(question, "EndsBefore"),
        shortest=_clock(question, "MinDuration"),
        longest=_clock(question, "MaxDuration"),
    )


def _clock(question: Question, name: str) -> int | None:
    """Return hour and minute in seconds; one of the two is enough, and both are clamped."""
    hour, minute = question.whole(f"{name}H"), question.whole(f"{name}M")
    if hour is None and minute is None:
        return None
    return min(max(hour or 0, 0), 23) * 3600 + min(max(minute or 0, 0), 59) * 60


def _sort_keys(question: Question, known: frozenset[str]) -> Sequence[str]:
    keys = [key for key in _listed(question, "sort_keys") if key in known]
    if not keys:
        keys = SORT_ALIASES.get(question.text("sort_key"), "").split()
    return keys or list(SORT_DEFAULT)


def _listed(question: Question, name: str) -> list[str]:
    return [part.strip() for text in question.texts(name) for part in text.split(",")]


def _positive(number: int | None) -> int | None:
    return number if number is not None and number > 0 else None
