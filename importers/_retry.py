"""When to ask a busy publisher again: back-off, and Retry-After within bounds."""

import datetime as dt
import random
from email.utils import parsedate_to_datetime

from importers._limits import BACK_OFF_SECONDS, LONGEST_RETRY_AFTER
from meetings.errors import FetchFailed

BUSY = (429, 502, 503, 504)  # statuses that pass (bmlt.md 2.17)

_JITTER = 0.25


class TryLater(FetchFailed):
    """A publisher is busy; *after* is how long it asks to be left alone, None if it does not."""

    def __init__(self, message: str, *, after: dt.timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


def left_alone_until(error: Exception, now: dt.datetime) -> dt.datetime | None:
    """Return until when a publisher that answered with *error* asks to be left alone."""
    after = error.after if isinstance(error, TryLater) else None
    return None if after is None else now + after


def asked_wait(header: str, *, now: dt.datetime) -> dt.timedelta | None:
    """
    Return what a Retry-After asks for, a day at most.

    None where it is neither a number of seconds nor a date, or lies in the past.
    """
    text = header.strip()
    if text.isascii() and text.isdecimal():
        return min(dt.timedelta(seconds=int(text[:9])), LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
        wait = moment.replace(tzinfo=moment.tzinfo or dt.UTC) - now
    except (ValueError, OverflowError):
        return None
    return min(wait, LONGEST_RETRY_AFTER) if wait > dt.timedelta(0) else None


def back_off_seconds(tried: int, *, first_seconds: float = BACK_OFF_SECONDS) -> float:
    """Return the pause after the *tried*-th try: twice as long each time, never quite the same."""
    jitter = random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - spreads load, no secret
    return first_seconds * 2.0 ** (tried - 1) * jitter
