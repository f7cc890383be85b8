"""
A meeting among results as HTML, made in Python: thirty rows from a template's macro were most of
what a page of results cost.
"""

import datetime as dt
from collections.abc import Callable, Collection
from functools import lru_cache
from html import escape as escaped
from zoneinfo import ZoneInfo

from markupsafe import Markup

from meetings.model import Admission, Meeting, OtherFormat, VenueType
from meetings.search import Hit
from web.words import Words

Row = Callable[..., Markup]

# Names, streets and words come again and again; escaping one anew costs twenty times as much.
escape = lru_cache(maxsize=8_192)(escaped)  # bounded: a hostile name may be long


def row_in(words: Words) -> Row:
    """Return what writes a meeting of a list of results in the language of *words*."""

    tick_label = escape(words.language.gettext("Put in a list"))

    def hit_row(
        hit: Hit,
        now: dt.datetime,
        viewer: ZoneInfo | None,
        country: str,
        chosen: Collection[int],
        *,
        tick: bool = True,
    ) -> Markup:
        meeting = hit.meeting
        pieces = (
            _heading(meeting),
            _when(words, hit, now, viewer),
            _rule(words, meeting),
            _where(words, hit, country) if meeting.is_in_person else "",
            facts(words, meeting),
            _tick(tick_label, meeting, is_chosen=meeting.number in chosen) if tick else "",
            "</li>\n",
        )
        return Markup("".join(pieces))  # noqa: S704 - each piece is escaped where it is made

    return hit_row


def _heading(meeting: Meeting) -> str:
    name = _foreign(meeting.name)
    return f'<li class="hit">\n<h3><a href="/meetings/{meeting.number}">{name}</a></h3>\n'


def facts(words: Words, meeting: Meeting) -> Markup:
    """Return whose meeting it is, of what kind and for whom, as a list."""
    return _facts(
        words,
        meeting.fellowship,
        meeting.venue_type,
        meeting.admission,
        meeting.restriction_text,
        meeting.formats,
        meeting.other_formats,
    )


@lru_cache(maxsize=16_384)  # there are few kinds
def _facts(
    words: Words,
    fellowship: str,
    venue_type: VenueType,
    admission: Admission,
    restriction: str,
    formats: tuple[str, ...],
    others: tuple[OtherFormat, ...],
) -> Markup:
    told = [escape(words.fellowship(fellowship).short_name), escape(words.venue_type(venue_type))]
    if restriction:
        told.append(_foreign(restriction))
    elif admission is not Admission.UNKNOWN:
        told.append(escape(words.format(admission)))
    told += [escape(words.format(code)) for code in formats]
    told += [_foreign(other.name or other.code) for other in others]
    label = escape(words.language.gettext("About this meeting"))
    items = "".join(f"<li>{each}</li>\n" for each in told)
    return Markup(f'<ul class="facts" aria-label="{label}">\n{items}</ul>\n')  # noqa: S704


def _when(words: Words, hit: Hit, now: dt.datetime, viewer: ZoneInfo | None) -> str:
    told = escape(words.when(hit, now=now, viewer=viewer))
    if hit.occurrence is not None and not hit.is_on_now:
        soon = words.starts_in(hit.occurrence.start - now)
        if soon:
            told = told.replace(f"({escape(soon)})", _passing(words, soon, hit.occurrence.start))
    return f'<p class="when{" on-now" if hit.is_on_now else ""}">{told}</p>\n'


def _passing(words: Words, soon: str, start: dt.datetime) -> str:
    """Return "(in 12 min)" so that a script can let the minutes pass."""
    gettext = words.language.gettext
    minutes, hours = gettext("in {minutes} min"), gettext("in {hours} h {minutes} min")
    return (
        f'<time datetime="{start.isoformat()}" data-soon-minutes="({escape(minutes)})" '
        f'data-soon-hours="({escape(hours)})">({escape(soon)})</time>'
    )


def _rule(words: Words, meeting: Meeting) -> str:
    schedule = meeting.schedule
    if schedule is None:
        return ""
    told = escape(words.rule(schedule))
    if schedule.timezone is None:
        unknown = words.language.gettext("(time as listed; its zone is not known)")
        told += f" {escape(unknown)}"
    return f'<p class="rule">{told}</p>\n'


def _where(words: Words, hit: Hit, country: str) -> str:
    venue, address = hit.meeting.venue, words.address(hit.meeting)
    lines = [part for part in (venue.name if venue else "", address) if part]
    told = _foreign(", ".join(lines))  # as one: a page from right to left would swap two
    if hit.distance_km is not None:
        told += f' <span class="distance">{escape(words.distance(hit, country=country))}</span>'
    return f'<p class="where">{told}</p>\n'


def _tick(label: str, meeting: Meeting, *, is_chosen: bool) -> str:
    return (
        f'<label class="tick"><input type="checkbox" name="meetings" value="{meeting.number}" '
        f'form="list-form"{" checked" if is_chosen else ""}> {label}'
        f'<span class="visually-hidden">: {escape(meeting.name)}</span></label>\n'
    )


def _foreign(text: str) -> str:
    """Return *text* of a list, kept apart from the direction that surrounds it."""
    return f"<bdi>{escape(text)}</bdi>"
