"""What is asked before anything goes into a calendar, and what a lock screen would then say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from meetings.calendars import Look, title
from meetings.model import Meeting
from web.feeds.addresses import Pairs
from web.feeds.options import REMINDERS, FeedOptions
from web.languages import SOURCE, Language, marked
from web.service import Site

REMINDER_WORDS = {
    "none": marked("no reminder"),
    "15min": marked("15 minutes before"),
    "1h": marked("1 hour before"),
    "1day": marked("1 day before"),
}
LANGUAGE_WORDS = {"en": "English", "es": "Español", "fa": "فارسی"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A form that works without JavaScript; neither title is chosen beforehand."""

    action: str
    hidden: Pairs  # what the calendar is of, where the action does not say it
    named: str  # the lock screen with names
    plain: str  # and without
    options: FeedOptions

    @property
    def reminders(self) -> Mapping[str, str]:
        return REMINDER_WORDS

    @property
    def languages(self) -> Mapping[str, str]:
        return LANGUAGE_WORDS

    @property
    def remind(self) -> str:
        minutes = self.options.reminder_minutes
        return next(name for name, each in REMINDERS.items() if each == minutes)


def asking(
    site: Site,
    meetings: Sequence[Meeting],
    action: str,
    *,
    hidden: Pairs = (),
    options: FeedOptions,
) -> Asking | None:
    """Return the question for a calendar of *meetings*; None where none of them has a feed."""
    first = next((meeting for meeting in meetings if has_feed(meeting)), None)
    if first is None:
        return None
    named, plain = _looks(site, options)
    return Asking(
        action=action,
        hidden=hidden,
        named=title(first, named),
        plain=title(first, plain),
        options=options,
    )


def unchosen(language: Language) -> FeedOptions:
    """Return what a form holds before anybody chose: the calendar speaks as the page does."""
    return FeedOptions(language=language.code if language.code in LANGUAGE_WORDS else SOURCE)


@lru_cache(maxsize=256)
def _looks(site: Site, options: FeedOptions) -> tuple[Look, Look]:
    """Return how a calendar looks with names and without."""
    return replace(options, is_plain=False).look(site), replace(options, is_plain=True).look(site)


def has_feed(meeting: Meeting) -> bool:
    schedule = meeting.schedule
    return meeting.is_listed and schedule is not None and schedule.timezone is not None
