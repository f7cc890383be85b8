"""What the records of one BMLT server refer to, made once for all that share it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from importers import _bmlt_fields as fields
from importers._bmlt_bodies import ServiceBody, service_bodies
from importers._bmlt_formats import Resolved, ServerFormat, resolve, server_formats
from importers._bmlt_payloads import Answers, Record
from importers._bmlt_texts import Texts, text
from importers._monthly_words import ordinals_said
from importers._person_lines import for_everybody
from importers._source import Source
from meetings.model import Point, Rule, Schedule, TimezoneSource

HOURS = ("weekday_tinyint", "start_time", "duration_time", "time_zone")  # the fields that say when


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """
    What the records of one server refer to.

    Its functions remember what they made: most meetings share hours, formats and notes with
    others.
    """

    formats: Callable[[str], Resolved]
    schedule: Callable[[tuple[str, ...], str], Schedule | None]
    service_bodies: Mapping[str, ServiceBody]
    shown: Callable[[str], str]
    centre: Point | None


def server_of(answers: Answers, source: Source) -> Server:
    """Return what the records of *answers* refer to."""
    formats = formats_of(answers)
    duration = _default_duration(answers.server)
    return Server(
        formats=cache(lambda ids: resolve(fields.format_ids(ids), formats)),
        schedule=cache(
            lambda when, words: _schedule(Texts(zip(HOURS, when, strict=True)), duration, words)
        ),
        service_bodies=service_bodies(answers.service_bodies),
        shown=cache(lambda text: for_everybody(text, source)),
        centre=fields.centre(answers.server),
    )


def formats_of(answers: Answers) -> Mapping[int, ServerFormat]:
    """Return the server's formats by their number."""
    return server_formats(
        answers.formats,
        has_stock_ids=answers.server.get("aggregator_mode_enabled") is not True,
    )


def _default_duration(server: Record) -> dt.timedelta | None:
    try:
        return fields.duration(Texts(duration_time=text(server, "defaultDuration")))
    except ValueError:
        return None


def _schedule(record: Texts, default_duration: dt.timedelta | None, words: str) -> Schedule | None:
    weekday, start, duration = (
        fields.weekday(record),
        fields.start(record),
        fields.duration(record),
    )
    if start is None:
        return None
    timezone = fields.timezone(record)
    return Schedule(
        rules=(Rule(weekday=weekday, ordinals=ordinals_said(words, weekday)),),
        start=start,
        duration=duration or default_duration,
        timezone=timezone,
        timezone_source=TimezoneSource.SOURCE if timezone else TimezoneSource.UNKNOWN,
    )
