"""
Dates on which a meeting is not held as its rule says, told wherever the rule is told.

They are written as dates, never as "tomorrow": paper is read later, and so are links.
"""

import datetime as dt
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

from meetings.model import Meeting, Schedule, ScheduleException
from meetings.recurrence import dates
from web.words import Words

TOLD_AHEAD = dt.timedelta(days=35)

Changes = Callable[..., Markup]
Told = tuple[str, str]  # what is so, and why in the words of the list, if it says


def changes_in(words: Words) -> Changes:
    """Return what tells in HTML the changed dates of a meeting, or of one *weekday* of it."""

    def changes(meeting: Meeting, now: dt.datetime, weekday: int | None = None) -> Markup:
        return Markup(" ").join(map(_html, changes_told(words, meeting, now, weekday)))

    return changes


def changes_as_text(words: Words, meeting: Meeting, now: dt.datetime) -> str:
    told = changes_told(words, meeting, now)
    return " ".join(f"{what}: {why}." if why else f"{what}." for what, why in told)


def changes_told(
    words: Words, meeting: Meeting, now: dt.datetime, weekday: int | None = None
) -> list[Told]:
    """Return a sentence for each reason why dates are cancelled, and for each that is moved."""
    schedule = meeting.schedule
    if schedule is None or not schedule.exceptions or not meeting.is_listed:
        return []
    today = now.astimezone(schedule.timezone or dt.UTC).date()
    coming = sorted(_coming(schedule, today), key=lambda each: each.on)
    ours = [each for each in coming if weekday in (None, each.on.isoweekday())]
    moved = [each for each in ours if not each.is_cancelled]
    return [
        *_cancelled(words, [each for each in ours if each.is_cancelled], today),
        *((_moved(words, each, schedule, today), each.reason) for each in moved),
    ]


def _coming(schedule: Schedule, today: dt.date) -> Iterator[ScheduleException]:
    """Yield the exceptions to dates that the rules give, from *today* on."""
    for each in schedule.exceptions:
        days = each.on, each.moved_on or each.on
        if max(days) < today or min(days) > today + TOLD_AHEAD:
            continue
        if any(dates(schedule, since=each.on, until=each.on)):
            yield each


def _cancelled(words: Words, cancelled: list[ScheduleException], today: dt.date) -> Iterator[Told]:
    by_reason: dict[str, list[str]] = {}
    for each in cancelled:
        by_reason.setdefault(each.reason, []).append(_date(words, each.on, today))
    for reason, days in by_reason.items():
        yield words.language.gettext("Not on {days}", days=words.listed(days)), reason


def _moved(words: Words, moved: ScheduleException, schedule: Schedule, today: dt.date) -> str:
    gettext = words.language.gettext
    day, time = _date(words, moved.on, today), words.clock(moved.moved_start or schedule.start)
    if moved.moved_on is None or moved.moved_on == moved.on:
        usual = words.clock(schedule.start)
        return gettext("On {day} at {time} instead of {usual}", day=day, time=time, usual=usual)
    other = _date(words, moved.moved_on, today)
    return gettext("Not on {day} but on {other} at {time}", day=day, other=other, time=time)


def _date(words: Words, date: dt.date, today: dt.date) -> str:
    """Return "November 29", and the year where it is another."""
    return words.month_day(date) if date.year == today.year else words.date(date)


def _html(told: Told) -> Markup:
    what, why = told
    return escape(what) + (Markup(": <bdi>{}</bdi>.").format(why) if why else Markup("."))
