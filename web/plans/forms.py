"""The fields of a plan's forms: text in, values out, one sentence where it cannot be."""

import datetime as dt
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from meetings.errors import InvalidPlan
from meetings.plan import Attending, Chosen
from meetings.zones import zone
from web.parameters import read_numbers

NUMBERS_MOST = 100


def text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def texts(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str)]


def numbers(form: FormData) -> list[int]:
    """Return the meetings that were ticked. Raises InvalidSearch."""
    return read_numbers(texts(form, "meetings"), most=NUMBERS_MOST)


def listed(given: str) -> list[int]:
    """Return the meetings of what was typed: numbers, or the link of a list of them."""
    _, is_link, query = given.partition("meetings=")
    typed = unquote(query.partition("&")[0]) if is_link else given.replace(" ", ",")
    return read_numbers([typed], most=NUMBERS_MOST)


def taken(form: FormData) -> list[Chosen]:
    """Return the ticked slots of a proposal, each "number.weekday" or "number.weekday.backup"."""
    return [_taken(each) for each in texts(form, "slots")[:NUMBERS_MOST]]


def _taken(slot: str) -> Chosen:
    parts = slot.split(".")
    if len(parts) not in (2, 3) or not all(
        part.isascii() and part.isdigit() and len(part) <= 12 for part in parts
    ):
        raise InvalidPlan("slots", "Please tick meetings of the proposal.")
    number, weekday, *backup = map(int, parts)
    return Chosen(number=number, weekdays=(weekday,), backup=backup[0] if backup else None)


def whole(form: FormData, name: str, *, default: int, most: int) -> int:
    given = text(form, name)
    if not given:
        return default
    if not (given.isascii() and given.isdigit() and len(given) <= 6 and int(given) <= most):
        raise InvalidPlan(name, "This must be a whole number of at most {most}.", most=most)
    return int(given)


def attending(given: str) -> Attending:
    try:
        return Attending(given or Attending.EITHER)
    except ValueError:
        raise InvalidPlan("attending", "This must be one of the choices.") from None


def time(given: str, name: str) -> dt.time:
    try:
        return dt.time.fromisoformat(given)
    except ValueError:
        raise InvalidPlan(name, "A time looks like 18:30.") from None


def date(given: str, name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise InvalidPlan(name, "A date looks like 2026-12-24.") from None


def time_zone(given: str) -> ZoneInfo:
    try:
        return zone(given)
    except ValueError:
        raise InvalidPlan("timezone", "A time zone has a name such as America/New_York.") from None
