"""
Meetings among results as HTML, made in Python: thirty rows from a template's macro were most of
what a page of results cost.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from html import escape
from typing import TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from markupsafe import Markup

from meetings.model import Admission, Meeting, VenueType
from meetings.search import Hit
from web.changed_dates import changes_in
from web.words import Words

Rows = Callable[..., Markup]
Facts = Callable[[Meeting], str]
Doubt = Callable[[Meeting, Collection[str]], str]
Code = TypeVar("Code", bound=str)

# What our own words come to: they come again and again, unlike the names and streets of lists.
_said = lru_cache(maxsize=8_192)(escape)


def rows_in(words: Words) -> Rows:
    """Return what writes the meetings of a list of results in the language of *words*."""
    tick_label = escape(words.language.gettext("Put in a list"))
    facts, doubt, changes = facts_in(words), doubt_in(words), changes_in(words)

    def hit_rows(
        hits: Iterable[Hit],
        now: dt.datetime,
        viewer: ZoneInfo | None,
        country: str,
        chosen: Collection[int],
        doubted: Collection[str],
        *,
        tick: bool = True,
    ) -> Markup:
        rows = []
        by_clock = f"?timezone={quote(viewer.key)}" if viewer else ""
        for hit in hits:
            meeting = hit.meeting
            number, name, schedule = meeting.number, escape(meeting.name), meeting.schedule
            rows.append(
                f'<li class="hit">\n'
                f'<h3><a href="/meetings/{number}{by_clock if meeting.is_online else ""}">'
                f"<bdi>{name}</bdi></a></h3>\n"
                f"{_when(words, hit, now, viewer)}"
                f"{_rule(words, meeting, viewer)}"
                f"{_changes(changes(meeting, now)) if schedule and schedule.exceptions else ''}"
                f"{_where(words, hit, country) if meeting.is_in_person else ''}"
                f"{_hint(doubt(meeting, doubted))}"
                f"{facts(meeting)}"
                f"{_tick(tick_label, number, name, chosen) if tick else ''}"
                "</li>\n"
            )
        return Markup("".join(rows))  # noqa: S704 - each piece is escaped where it is made

    return hit_rows


def doubt_in(words: Words) -> Doubt:
    """Return what says of a meeting that newer lists lack it, or that it has had none for long."""
    gettext = words.language.gettext
    missing = gettext("Not in the newest list: ask before you go.")
    old = gettext("Not confirmed for more than 30 days: ask before you go.")

    def doubt(meeting: Meeting, doubted: Collection[str]) -> str:
        if meeting.confirmed_on:  # it knows its own day
            return missing
        return old if meeting.source in doubted else ""

    return doubt


def _hint(text: str) -> str:
    return f'<p class="hint">{escape(text)}</p>\n' if text else ""


def facts_in(words: Words) -> Facts:
    """Return what tells whose meeting it is, of what kind and for whom, as a list in HTML."""
    label = escape(words.language.gettext("About this meeting"))
    whose = _items(lambda code: words.fellowship(code).short_name)
    how, format_of = _items(words.venue_type), _items(words.format)

    def facts(meeting: Meeting) -> str:
        items = [whose(meeting.fellowship), how(meeting.venue_type)]
        if meeting.restriction_text:
            items.append(f"<li>{_foreign(meeting.restriction_text)}</li>\n")
        elif meeting.admission is not Admission.UNKNOWN:
            items.append(format_of(meeting.admission))
        items += map(format_of, meeting.formats)
        for other in meeting.other_formats:
            items.append(f"<li>{_foreign(other.name or other.code)}</li>\n")
        return f'<ul class="facts" aria-label="{label}">\n{"".join(items)}</ul>\n'

    return facts


def _items(said: Callable[[Code], str]) -> Callable[[Code], str]:
    """Return what makes an item of what is *said* of a code, once for each: there are few."""
    return lru_cache(maxsize=1_024)(lambda code: f"<li>{escape(said(code))}</li>\n")


def _when(words: Words, hit: Hit, now: dt.datetime, viewer: ZoneInfo | None) -> str:
    told, wait = words.when_and_wait(hit, now=now, viewer=viewer)
    html = _said(told)
    if wait and hit.occurrence is not None:
        passing = _passing(words, wait, hit.occurrence.start)
        html = html.replace(f"({_said(wait)})", passing)
    return f'<p class="when{" on-now" if hit.is_on_now else ""}">{html}</p>\n'


def _passing(words: Words, soon: str, start: dt.datetime) -> str:
    """Return "(in 12 min)" so that a script can let the minutes pass."""
    minutes, whole_hours, hours = _waits(words)
    return (
        f'<time datetime="{start.isoformat()}" data-soon-minutes="({minutes})" '
        f'data-soon-whole-hours="({whole_hours})" data-soon-hours="({hours})">'
        f"({_said(soon)})</time>"
    )


@lru_cache(maxsize=32)
def _waits(words: Words) -> tuple[str, str, str]:
    gettext = words.language.gettext
    minutes, hours = gettext("in {minutes} min"), gettext("in {hours} h")
    return _said(minutes), _said(hours), _said(gettext("in {hours} h {minutes} min"))


def _rule(words: Words, meeting: Meeting, viewer: ZoneInfo | None) -> str:
    schedule = meeting.schedule
    if schedule is None:
        return ""
    told = _said(words.rule(schedule))
    if schedule.timezone is None:
        unknown = words.language.gettext("(time as listed; its zone is not known)")
        told += f" {_said(unknown)}"
    elif _is_elsewhere(meeting, schedule.timezone, viewer):
        told = _said(words.times(meeting))
    return f'<p class="rule">{told}</p>\n'


def _is_elsewhere(meeting: Meeting, timezone: ZoneInfo, viewer: ZoneInfo | None) -> bool:
    """Say whether its hours may be read by another clock than its own."""
    if meeting.venue_type is VenueType.ONLINE:
        return True
    return meeting.is_online if viewer is None else timezone.key != viewer.key


def _changes(told: Markup) -> str:
    return f"<p><strong>{told}</strong></p>\n" if told else ""


def _where(words: Words, hit: Hit, country: str) -> str:
    venue, address = hit.meeting.venue, words.address(hit.meeting)
    name = venue.name if venue else ""
    line = f"{name}, {address}" if name and address else name or address
    told = _foreign(line)  # as one: a page from right to left would swap two
    if hit.distance_km is not None:
        told += f' <span class="distance">{_said(words.distance(hit, country=country))}</span>'
    return f'<p class="where">{told}</p>\n'


def _tick(label: str, number: int, name: str, chosen: Collection[int]) -> str:
    return (
        f'<label class="tick"><input type="checkbox" name="meetings" value="{number}" '
        f'form="list-form"{" checked" if number in chosen else ""}> {label}'
        f'<span class="visually-hidden">: {name}</span></label>\n'
    )


def _foreign(text: str) -> str:
    """Return *text* of a list, kept apart from the direction that surrounds it."""
    return f"<bdi>{escape(text)}</bdi>"
