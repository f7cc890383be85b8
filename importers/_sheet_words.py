"""The words of a sheet's cells, read forgivingly; a fault is told exactly (smart.md 11)."""

import datetime as dt
import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from importers._clock import clock, plain
from importers._countries import country_code
from importers._labels import smart_languages
from importers._links import web_link
from importers._online_words import HYBRID_WORDS, ONLINE_WORDS
from importers._person_lines import without_person_lines
from importers._text import line, paragraphs
from meetings.fellowships import FELLOWSHIPS
from meetings.formats import comparable
from meetings.model import Rule, VenueType
from meetings.zones import zone, zone_names

_LONGEST_MEETING = dt.timedelta(hours=8)
_DAY = 24 * 60
_DAYS_OF_LANGUAGES = """
monday tuesday wednesday thursday friday saturday sunday
mondays tuesdays wednesdays thursdays fridays saturdays sundays
mon tue wed thu fri sat sun
mo tu we th fr sa su
m tues weds thur f s u
lunes martes miércoles jueves viernes sábado domingo
lunes martes miercoles jueves viernes sabado domingo
lundi mardi mercredi jeudi vendredi samedi dimanche
montag dienstag mittwoch donnerstag freitag samstag sonntag
segunda terça quarta quinta sexta sábado domingo
lunedì martedì mercoledì giovedì venerdì sabato domenica
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
poniedziałek wtorek środa czwartek piątek sobota niedziela
دوشنبه سهشنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه
الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد
"""
_DAYS: Mapping[str, int] = {
    word: number
    for row in _DAYS_OF_LANGUAGES.strip().split("\n")
    for number, word in enumerate(row.split(), 1)
    if len(word) > 1
} | {"thurs": 4}
_EVERY_DAY = ("daily", "every day", "everyday")
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ORDINALS = {
    word: number
    for number, words in {
        1: "first 1st 1",
        2: "second 2nd 2",
        3: "third 3rd 3",
        4: "fourth 4th 4",
        5: "fifth 5th 5",
        -1: "last -1",
    }.items()
    for word in words.split()
}
_WEEKLY = frozenset({"", "every", "every week", "weekly", "each week"})
_EVERY_OTHER = frozenset(
    {"every other", "every other week", "every second week", "every 2 weeks", "every two weeks"}
    | {"biweekly", "bi-weekly", "fortnightly", "2 weeks"}
)
_IN_PERSON = "inperson f2f facetoface onsite presencial room live offline"
_VENUE_TYPES = {
    VenueType.IN_PERSON: frozenset(_IN_PERSON.split()),
    VenueType.ONLINE: ONLINE_WORDS | {"remote", "web", "googlemeet", "microsoftteams"},
    VenueType.HYBRID: HYBRID_WORDS | {"both", "inpersonandonline", "onlineandinperson"},
}
_AND = re.compile(r"[;,/&]|\band\b|\by\b|\bund\b|\bet\b")
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_FRACTION = re.compile(r"0?\.[0-9]{1,20}")  # an hour of a cell without a clock's format
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} (.+)")  # of a cell with a date before the hour


def key(text: str) -> str:
    if not text:
        raise ValueError("is missing; any short name that you keep will do, such as riverside-mon")
    if not _ID.fullmatch(text):
        raise ValueError("must be 1 to 40 letters, digits, '-' or '_'")
    return text


def fellowship(text: str) -> str:
    """Return the code of a fellowship that is given by its code or one of its names."""
    wanted = comparable(text)
    for code, known in FELLOWSHIPS.items():
        if wanted in (comparable(code), comparable(known.name), comparable(known.short_name)):
            return code
    raise ValueError("is none that we know; write a code such as na, smart or lifering")


def weekdays(text: str) -> list[int]:
    """Return the ISO weekdays; several may stand in a cell."""
    words = [word.strip(" .") for word in _AND.split(plain(text).casefold())]
    if " ".join(words) in _EVERY_DAY:
        return list(range(1, 8))
    words = [word.replace("\u200c", "").replace(" ", "") for word in words if word]
    if not words:
        raise ValueError("is missing")
    if any(word.isdecimal() for word in words):
        raise ValueError("must be a word such as tue, since weeks begin on different days")
    if not all(word in _DAYS for word in words):
        raise ValueError("must be a day such as tue or Tuesday")
    return sorted({_DAYS[word] for word in words})


def rules(days: list[int], ordinal: str, first_date: str) -> tuple[Rule, ...]:
    """Return the rules of *days*. Raises ValueError, which begins with the column at fault."""
    words = plain(ordinal).casefold()
    if words in _WEEKLY:
        return tuple(Rule(weekday=day) for day in days)
    if words in _EVERY_OTHER:
        return (_every_other(days, first_date),)
    found = [word.strip(" .") for word in _AND.split(words) if word.strip(" .")]
    if not found or not all(word in _ORDINALS for word in found):
        raise ValueError(
            "ordinal: must be empty, 'every other', or first to fifth or last, separated by ';'"
        )
    ordinals = tuple(dict.fromkeys(_ORDINALS[word] for word in found))
    return tuple(Rule(weekday=day, ordinals=ordinals) for day in days)


def hour(text: str) -> dt.time:
    """Return a clock time: 19:00, 7:00 PM, ۱۹:۳۰, Excel's 0.75, or the hour of a dated cell."""
    if not text:
        raise ValueError("is missing")
    dated = _DATED.fullmatch(plain(text))
    written = dated[1] if dated else plain(text)
    if _FRACTION.fullmatch(written):
        return _of_minutes(round(float(written) * _DAY))
    found = clock(written)
    if found is None:
        raise ValueError("must be HH:MM, 24 h, such as 19:00")
    return found.replace(second=0)


def last_hour(text: str) -> dt.time:
    """Return the hour of an end, which may be written 24:00."""
    return dt.time() if plain(text) in ("24:00", "24:00:00") else hour(text)


def length(start: dt.time, end: dt.time) -> dt.timedelta:
    """Return the length up to *end*, which may lie past midnight. The error names the column."""
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    found = dt.timedelta(minutes=minutes % _DAY)
    if not found:
        raise ValueError("end: must differ from the start")
    if found > _LONGEST_MEETING:
        raise ValueError("end: must be within 8 hours of the start")
    return found


def timezone(text: str) -> ZoneInfo:
    wanted = "_".join(text.split()).casefold()
    found = next((name for name in zone_names() if name.casefold() == wanted), None)
    if found is None:
        what = "must be" if text else "is missing; write"
        raise ValueError(f"{what} an IANA name such as America/Chicago or Europe/London")
    return zone(found)


def venue_type(text: str) -> VenueType:
    wanted = comparable(text)
    for kind, words in _VENUE_TYPES.items():
        if wanted in words:
            return kind
    raise ValueError("must be in-person, online or hybrid")


def country(text: str) -> str:
    found = country_code(text)
    if text and not found:
        raise ValueError("must be an ISO code of two letters such as US, or a country's name")
    return found


def languages(text: str) -> tuple[str, ...]:
    pieces = [piece for piece in (each.strip() for each in text.split(";")) if piece]
    unknown = [piece for piece in pieces if not smart_languages([piece])]
    if unknown:
        raise ValueError("must be English names or codes such as es, separated by ';'")
    return smart_languages(pieces)


def link(text: str) -> str:
    found = web_link(text)
    if text and not found:
        raise ValueError("must be one http or https link")
    return found


def notes(text: str) -> str:
    """Return a note without the lines that name a person (smart.md 9.1)."""
    return paragraphs(without_person_lines(paragraphs(text)))


def short(text: str) -> str:
    return line(text)


def _every_other(days: list[int], first_date: str) -> Rule:
    if len(days) > 1:
        raise ValueError("day: of 'every other' must be one day a row")
    try:
        on = dt.date.fromisoformat(plain(first_date).partition(" ")[0])
    except ValueError as problem:
        raise ValueError(
            "first_date: must be the date of one real meeting such as 2026-08-27, "
            "since 'every other' does not tell which weeks"
        ) from problem
    if on.isoweekday() != days[0]:
        raise ValueError(f"first_date: is a {_DAY_NAMES[on.isoweekday() - 1]}, unlike the day")
    return Rule(weekday=days[0], interval_weeks=2, anchor_on=on)


def _of_minutes(minutes: int) -> dt.time:
    return dt.time(minutes // 60 % 24, minutes % 60)
