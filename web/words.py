"""How times, days, distances and kinds of meetings read on a page, in one language and region."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_day_names, get_timezone_location
from babel.lists import format_list
from babel.units import format_unit

from meetings.fellowships import fellowship as fellowship_of
from meetings.formats import FORMATS
from meetings.geo import KM_PER_MILE
from meetings.model import Accuracy, Fellowship, Meeting, Rule, Schedule, VenueType
from meetings.places import Place
from meetings.search import Hit
from meetings.solar_hijri import MONTHS, solar_hijri
from web.languages import Language, marked
from web.rules import rule_in_words

MILES_ARE_USED_IN = frozenset({"US", "GB", "LR", "MM"})
VENUE_TYPES = {
    VenueType.IN_PERSON: marked("In person"),
    VenueType.ONLINE: marked("Online"),
    VenueType.HYBRID: marked("In person and online"),
}
COARSE = frozenset({Accuracy.POSTCODE, Accuracy.LOCALITY, Accuracy.REGION})


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, as templates use them."""

    language: Language

    def __hash__(self) -> int:  # it is the key of much that is kept
        return hash(self.language)

    @property
    def locale(self) -> Locale:
        return self.language.locale

    def clock(self, time: dt.time | dt.datetime) -> str:
        """Return "7:30 pm" or "19:30"; where 12 am would be misread, noon and midnight by name."""
        return _clock(self.language, time.hour, time.minute)

    def rule(self, schedule: Schedule) -> str:
        """Return "Tuesdays at 7:30 pm"."""
        return _rule(self, schedule.rules, schedule.start)

    def times(self, meeting: Meeting) -> str:
        """Return "Tuesdays at 7:30 pm by the clock of New York", or "" where no time is listed."""
        schedule = meeting.schedule
        if schedule is None:
            return ""
        rule, clock = self.rule(schedule), self.whose_clock(schedule)
        return self.language.gettext("{rule} by {clock}", rule=rule, clock=clock)

    def whose_clock(self, schedule: Schedule) -> str:
        """Return "the clock of New York", or that nobody knows whose."""
        if schedule.timezone is None:
            return self.language.gettext("a clock that the list does not name")
        return self.language.gettext("the clock of {town}", town=self.town(schedule.timezone))

    def town(self, zone: ZoneInfo) -> str:
        """Return the town that stands for a time zone: "New York", "Nueva York"."""
        return _town(self.language, zone.key)

    def opening(self, text: str) -> str:
        """Return *text* as the beginning of a sentence."""
        return text[:1].upper() + text[1:]

    def weekday(self, weekday: int) -> str:
        """Return the name of an ISO weekday."""
        return str(get_day_names("wide", locale=self.locale)[weekday - 1])

    def week(self) -> list[int]:
        """Return the ISO weekdays in the order in which a week is told."""
        first = self.language.catalogue.week_starts_on
        return [(first - 1 + ahead) % 7 + 1 for ahead in range(7)]

    def day(self, date: dt.date, *, today: dt.date) -> str:
        """Return "today", "tomorrow" or "Tuesday, November 24"."""
        return _day(self, date, today)

    def date(self, date: dt.date) -> str:
        """Return "November 24, 2026"."""
        told = self.digits(format_date(date, "long", locale=self.locale))
        return told + self.beside(date, has_year=True)

    def dated(self, date: dt.date, *, today: dt.date) -> str:
        """Return "Tuesday, November 24", of today and tomorrow too: paper is read later."""
        return _dated(self, date, date.year == today.year)

    def month_day(self, date: dt.date) -> str:
        """Return "November 24"."""
        told = format_date(date, self.pattern("MMMMd"), locale=self.locale)
        return self.digits(told) + self.beside(date)

    def moment(self, at: dt.datetime) -> str:
        """Return an instant as date and hour of the world's clock."""
        at = at.astimezone(dt.UTC)
        hour = self.digits(format_time(at.time(), "HH:mm", locale=self.locale))
        return self.language.gettext("{date}, {hour} UTC", date=self.date(at.date()), hour=hour)

    def length(self, duration: dt.timedelta) -> str:
        """Return "1 hour 30 minutes"."""
        hours, minutes = divmod(int(duration.total_seconds()) // 60, 60)
        counted = ((hours, "duration-hour"), (minutes, "duration-minute"))
        return " ".join(self._measured(count, unit) for count, unit in counted if count)

    def when(self, hit: Hit, *, now: dt.datetime, viewer: ZoneInfo | None = None) -> str:
        """
        Return when a meeting is next, always with the zone's abbreviation.

        What can be joined online is told by the *viewer*'s clock where that is known, and by its
        own beside it where the two differ.
        """
        return self.when_and_wait(hit, now=now, viewer=viewer)[0]

    def when_and_wait(
        self, hit: Hit, *, now: dt.datetime, viewer: ZoneInfo | None = None
    ) -> tuple[str, str]:
        """Return `when`, and what stands in it in brackets, as `starts_in` tells it."""
        occurrence = hit.occurrence
        if occurrence is None:
            return self.language.gettext("Time not listed: ask the group"), ""
        own = shown = occurrence.start
        if viewer is not None and hit.meeting.is_online:
            shown = own.astimezone(viewer)
        if hit.is_on_now:
            end = occurrence.end.astimezone(shown.tzinfo)
            return self.language.gettext("On now, until {time}", time=self.zoned(end)), ""
        today = now.astimezone(shown.tzinfo).date()
        wait = self.starts_in(own - now)
        day, time = self.day(shown.date(), today=today), self.zoned(shown)
        own_time = self.zoned(own) if _differ(own, shown) else ""
        return _when(self, day, time, own_time, wait), wait

    def starts_in(self, wait: dt.timedelta) -> str:
        """Return "in 1 h 5 min", or "" where that says less than the hour does."""
        minutes = -(-int(wait.total_seconds()) // 60)
        if minutes > 12 * 60:
            return ""
        return _soon(self.language, minutes)

    def distance(self, hit: Hit, *, country: str) -> str:
        """Return "2.1 miles", or "about 2 miles, …" where only the town is known."""
        if hit.distance_km is None:
            return ""
        is_coarse = hit.meeting.accuracy in COARSE
        told = self.kilometres(hit.distance_km, in_miles=self.in_miles(country), whole=is_coarse)
        if is_coarse:
            return self.language.gettext("about {length}, exact place not listed", length=told)
        return told

    def in_miles(self, country: str) -> bool:
        """Say whether the place's *country*, or else the visitor's region, measures in miles."""
        return (country or self.locale.territory) in MILES_ARE_USED_IN

    def kilometres(self, km: float, *, in_miles: bool, whole: bool = False) -> str:
        """Return a length in its unit, in tenths below a hundred."""
        number = km / KM_PER_MILE if in_miles else km
        number = round(number) if whole or number >= 100 else round(number, 1)
        return self._measured(number, "length-mile" if in_miles else "length-kilometer")

    def number(self, number: float) -> str:
        return self.language.number(number)

    def digits(self, text: str) -> str:
        return self.language.digits(text)

    def listed(self, words: Iterable[str]) -> str:
        """Return "a, b and c"."""
        return format_list(list(words), locale=self.locale)

    def format(self, code: str) -> str:
        """Return the name of a format or an admission."""
        return self.language.pgettext("format", FORMATS[code].name)

    def venue_type(self, venue_type: VenueType) -> str:
        return self.language.gettext(VENUE_TYPES[venue_type])

    def fellowship(self, code: str) -> Fellowship:
        """Return the fellowship of *code*, with the names it has in this language."""
        return _fellowship(self.language, code)

    def country(self, code: str) -> str:
        return str(self.locale.territories.get(code, code))

    def place(self, place: Place) -> str:
        """Return "Brooklyn, New York, United States", the country as the language names it."""
        if not place.country:
            return place.label
        return replace(place, country_name=self.country(place.country)).label

    def tongues(self, tags: Iterable[str]) -> str:
        """Return "English and Spanish" for the tags of languages."""
        return self.listed(str(self.locale.languages.get(tag, tag)) for tag in tags)

    def address(self, meeting: Meeting) -> str:
        return address(meeting)

    def zoned(self, at: dt.datetime) -> str:
        return _zoned(self.language, at.hour, at.minute, at.tzname() or "")

    def zone(self, at: dt.datetime) -> str:
        """Return the abbreviation of a zone, "UTC−3" where it has none."""
        return self.digits(_abbreviation(at.tzname() or ""))

    def _measured(self, number: float, unit: str) -> str:
        return _measured(self.language, number, unit)

    def pattern(self, skeleton: str) -> str:
        """Return the region's pattern of a date with the weekday in full."""
        if skeleton == "yMMMMEEEEd":
            return str(self.locale.date_formats["full"].pattern)
        found = self.locale.datetime_skeletons.get(skeleton) or "EEEE d MMMM"
        pattern = getattr(found, "pattern", found)
        return str(pattern).replace("ccc", "E").replace("EEE", "E").replace("E", "EEEE")

    def beside(self, date: dt.date, *, has_year: bool = False) -> str:
        """Return the same date in the language's second calendar, in brackets."""
        if self.language.catalogue.second_calendar != "solar-hijri":
            return ""
        there = solar_hijri(date)
        month = self.language.pgettext("solar-hijri", MONTHS[there.month - 1])
        year = f" {there.year}" if has_year else ""
        return self.digits(f" ({there.day} {month}{year})")


# Babel reads its patterns anew each time, and a page tells a hundred times and lengths.


@lru_cache(maxsize=8_192)
def _clock(language: Language, hour: int, minute: int) -> str:
    has_halves = "a" in language.locale.time_formats["short"].pattern
    if has_halves and minute == 0 and hour in (0, 12):
        gettext = language.gettext  # one message a call: that is how they are gathered
        return gettext("noon") if hour else gettext("midnight")
    told = format_time(dt.time(hour, minute), "short", locale=language.locale)
    return language.digits(told.replace("\u202f", " ").lower() if has_halves else told)


@lru_cache(maxsize=8_192)
def _zoned(language: Language, hour: int, minute: int, zone_name: str) -> str:
    told = f"{_clock(language, hour, minute)} {language.digits(_abbreviation(zone_name))}"
    # Latin letters draw the digits behind them to their side, in plain texts as on pages: of two
    # hours in a Persian sentence each would stand beside the other's zone.
    return f"\u2067{told}\u2069" if language.direction == "rtl" else told


def _abbreviation(zone_name: str) -> str:
    """Return *zone_name*; "-03" and "+0530", which stand where there is none, as "UTC−3"."""
    if not zone_name.startswith(("+", "-")):
        return zone_name
    sign, hours, minutes = zone_name[0].replace("-", "−"), zone_name[1:3], zone_name[3:]
    return f"UTC{sign}{int(hours)}{f':{minutes}' if minutes else ''}"


@lru_cache(maxsize=1_024)
def _town(language: Language, zone_key: str) -> str:
    return get_timezone_location(zone_key, locale=language.locale, return_city=True)


@lru_cache(maxsize=1_024)
def _day(words: Words, date: dt.date, today: dt.date) -> str:
    if date == today:
        return words.language.gettext("today")
    if date == today + dt.timedelta(days=1):
        return words.language.gettext("tomorrow")
    return _dated(words, date, date.year == today.year)


@lru_cache(maxsize=1_024)
def _dated(words: Words, date: dt.date, is_this_year: bool) -> str:
    pattern = words.pattern("MMMMEd" if is_this_year else "yMMMMEEEEd")
    return words.digits(format_date(date, pattern, locale=words.locale)) + words.beside(date)


@lru_cache(maxsize=4_096)
def _rule(words: Words, rules: tuple[Rule, ...], start: dt.time) -> str:
    return rule_in_words(rules, words.clock(start), words.language)


@lru_cache(maxsize=8_192)
def _when(words: Words, day: str, time: str, own_time: str, wait: str) -> str:
    gettext = words.language.gettext
    told = gettext("{day} at {time}", day=day, time=time)
    if own_time:
        told = gettext("{when}, {time} for the group", when=told, time=own_time)
    if wait:
        told = gettext("{when} ({soon})", when=told, soon=wait)
    return words.opening(told)


@lru_cache(maxsize=4_096)
def _soon(language: Language, minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if hours and not rest:
        return language.gettext("in {hours} h", hours=hours)
    if hours:
        return language.gettext("in {hours} h {minutes} min", hours=hours, minutes=rest)
    return language.gettext("in {minutes} min", minutes=rest)


@lru_cache(maxsize=8_192)
def _measured(language: Language, number: float, unit: str) -> str:
    length: Literal["short", "long"] = "short" if unit == "length-kilometer" else "long"
    told = format_unit(number, unit, length, locale=language.locale, numbering_system="default")
    return language.digits(told)


@lru_cache(maxsize=1_024)
def _fellowship(language: Language, code: str) -> Fellowship:
    found = fellowship_of(code)
    return replace(
        found,
        name=language.pgettext("fellowship", found.name),
        short_name=language.pgettext("fellowship", found.short_name),
    )


def address(meeting: Meeting) -> str:
    """Return street, town, region and postal code on one line."""
    venue = meeting.venue
    if venue is None:
        return ""
    region, code = venue.region, venue.postal_code
    wider = f"{region} {code}" if region and code else region or code
    parts = dict.fromkeys((venue.street, venue.district, venue.town, wider))
    parts.pop("", None)
    return ", ".join(parts)


def _differ(own: dt.datetime, shown: dt.datetime) -> bool:
    return own is not shown and own.replace(tzinfo=None) != shown.replace(tzinfo=None)
