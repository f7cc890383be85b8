"""
Meetings among results as HTML, made in Python: thirty rows from a template's macro were most of
what a page of results cost.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from html import escape
from zoneinfo import ZoneInfo

from markupsafe import Markup

from meetings.model import Admission, Meeting, Schedule, VenueType
from meetings.search import Hit
from web.words import Words

Rows = Callable[..., Markup]

# What our own words come to: they come again and again, unlike the names and streets of lists.
_said = lru_cache(maxsize=8_192)(escape)


def rows_in(words: Words) -> Rows:
    """Return what writes the meetings of a list of results in the language of *words*."""

    tick_label = _said(words.language.gettext("Put in a list"))

    def hit_rows(
        hits: Iterable[Hit],
        now: dt.datetime,
        viewer: ZoneInfo | None,
        country: str,
        chosen: Collection[int],
        *,
        tick: bool = True,
    ) -> Markup:
        rows = []
        for hit in hits:
            meeting = hit.meeting
            number, name = meeting.number, escape(meeting.name)
            rows.append(
                f'<li class="hit">\n'
                f'<h3><a href="/meetings/{number}"><bdi>{name}</bdi></a></h3>\n'
                f"{_when(words, hit, now, viewer)}"
                f"{_rule(words, meeting.schedule)}"
                f"{_where(words, hit, country) if meeting.is_in_person else ''}"
                f"{facts(words, meeting)}"
                f"{_tick(tick_label, number, name, chosen) if tick else ''}"
                "</li>\n"
            )
        return Markup("".join(rows))  # noqa: S704 - each piece is escaped where it is made

    return hit_rows


def facts(words: Words, meeting: Meeting) -> Markup:
    """Return whose meeting it is, of what kind and for whom, as a list."""
    told = [
        _fellowship(words, meeting.fellowship),
        _venue_type(words, meeting.venue_type),
        *_whom(words, meeting),
        *[_format(words, code) for code in meeting.formats],
        *[_item(_foreign(other.name or other.code)) for other in meeting.other_formats],
    ]
    label = _said(words.language.gettext("About this meeting"))
    items = "".join(told)
    return Markup(f'<ul class="facts" aria-label="{label}">\n{items}</ul>\n')  # noqa: S704


@lru_cache(maxsize=1_024)
def _fellowship(words: Words, code: str) -> str:
    return _item(escape(words.fellowship(code).short_name))


@lru_cache(maxsize=1_024)
def _venue_type(words: Words, venue_type: VenueType) -> str:
    return _item(escape(words.venue_type(venue_type)))


def _whom(words: Words, meeting: Meeting) -> list[str]:
    if meeting.restriction_text:
        return [_item(_foreign(meeting.restriction_text))]
    return [] if meeting.admission is Admission.UNKNOWN else [_format(words, meeting.admission)]


@lru_cache(maxsize=4_096)
def _format(words: Words, code: str) -> str:
    return _item(escape(words.format(code)))


def _item(told: str) -> str:
    return f"<li>{told}</li>\n"


def _when(words: Words, hit: Hit, now: dt.datetime, viewer: ZoneInfo | None) -> str:
    told = _said(words.when(hit, now=now, viewer=viewer))
    if hit.is_on_now:
        return f'<p class="when on-now">{told}</p>\n'
    if hit.occurrence is not None:
        soon = words.starts_in(hit.occurrence.start - now)
        if soon:
            told = told.replace(f"({_said(soon)})", _passing(words, soon, hit.occurrence.start))
    return f'<p class="when">{told}</p>\n'


def _passing(words: Words, soon: str, start: dt.datetime) -> str:
    """Return "(in 12 min)" so that a script can let the minutes pass."""
    minutes, hours = _waits(words)
    return (
        f'<time datetime="{start.isoformat()}" data-soon-minutes="({minutes})" '
        f'data-soon-hours="({hours})">({_said(soon)})</time>'
    )


@lru_cache(maxsize=32)
def _waits(words: Words) -> tuple[str, str]:
    gettext = words.language.gettext
    return _said(gettext("in {minutes} min")), _said(gettext("in {hours} h {minutes} min"))


def _rule(words: Words, schedule: Schedule | None) -> str:
    if schedule is None:
        return ""
    told = _said(words.rule(schedule))
    if schedule.timezone is None:
        unknown = words.language.gettext("(time as listed; its zone is not known)")
        told += f" {_said(unknown)}"
    return f'<p class="rule">{told}</p>\n'


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
