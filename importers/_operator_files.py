"""What operators write by hand in TOML: read strictly, refused in one sentence."""

import datetime as dt
import difflib
import tomllib
from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

from meetings.errors import SettingsError
from meetings.zones import zone

Entry = Mapping[str, object]


def parse_toml(text: str, *, file: str) -> dict[str, object]:
    """Return the document. Raises SettingsError, naming *file* and where it breaks."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise SettingsError(f"{file} is not TOML: {problem}") from problem


def refuse_unknown(entry: Entry, known: Collection[str], *, where: str) -> None:
    """Raise SettingsError for a key that is not in *known*, with the nearest that is."""
    for name in entry:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0)
            raise SettingsError(f"{where} has the unknown key {name!r}; the nearest is {near[0]!r}")


def as_table(value: object, *, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise SettingsError(f"{where} must be a table")
    return value


def as_tables(value: object, *, where: str) -> list[dict[str, object]]:
    if not isinstance(value, list):
        raise SettingsError(f"{where} must be a list of tables")
    return [as_table(item, where=where) for item in value]


def as_text(value: object, *, where: str) -> str:
    if not isinstance(value, str):
        raise SettingsError(f"{where} must be text")
    return value


def as_flag(value: object, *, where: str) -> bool:
    if not isinstance(value, bool):
        raise SettingsError(f"{where} must be true or false")
    return value


def as_date(value: object, *, where: str) -> dt.date:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise SettingsError(f"{where} must be a date such as 2026-11-18, without quotes")
    return value


def as_time(value: object, *, where: str) -> dt.time:
    if not isinstance(value, dt.time):
        raise SettingsError(f"{where} must be a time such as 19:30:00, without quotes")
    return value


def as_zone(value: object, *, where: str) -> ZoneInfo:
    try:
        return zone(as_text(value, where=where))
    except ValueError as problem:
        raise SettingsError(f"{where} must be a zone such as America/New_York") from problem
