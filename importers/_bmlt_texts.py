"""The texts of a BMLT record, cleaned once, before anything is made of them (bmlt.md 2.5)."""

from collections.abc import Callable
from typing import Any

from importers._bmlt_payloads import Record
from importers._limits import LONGEST_ADDRESS, LONGEST_NAME, LONGEST_NOTES
from importers._text import is_clean, line, paragraphs

_PROMPT_ENDS = "#@-@#"
_LINES = (
    "weekday_tinyint start_time duration_time time_zone venue_type latitude longitude "
    "format_shared_id_list lang_enum meeting_name location_text location_street "
    "location_city_subsection location_neighborhood location_municipality location_sub_province "
    "location_province location_postal_code_1 location_nation location_info train_lines bus_lines "
    "virtual_meeting_link phone_meeting_number service_body_bigint service_body_name"
)
_PARAGRAPHS = frozenset({"comments", "virtual_meeting_additional_info"})
# How many characters of each field are kept.
_LONGEST = (
    dict.fromkeys(_LINES.split(), LONGEST_ADDRESS)
    | dict.fromkeys(("meeting_name", "location_text", "service_body_name"), LONGEST_NAME)
    | dict.fromkeys((*_PARAGRAPHS, "virtual_meeting_link"), LONGEST_NOTES)  # a link amid prose
)


class Texts(dict[str, str]):
    """What a record says, by field; of a field that it lacks that is nothing."""

    def __missing__(self, field: str) -> str:
        return ""


def texts(record: Record) -> Texts:
    """
    Return the fields that a meeting is made of, each clean and not too long.

    Raises:
        ValueError: if one is no text and no number, or holds half a character.
    """
    if _is_plain(record):
        return Texts(record)  # type: ignore[arg-type] # all are texts
    return Texts(
        {
            name: _clean(given, name, paragraphs if name in _PARAGRAPHS else line, _LONGEST[name])
            for name, given in record.items()
            if name in _LONGEST
        }
    )


def text(record: Record, field: str, *, longest: int = LONGEST_ADDRESS) -> str:
    """Return a field as one line. Raises ValueError as `texts` does."""
    return _clean(record.get(field), field, line, longest)


def readable(record: Record, field: str, *, longest: int) -> str:
    """Return what `text` does, "" where it raises."""
    try:
        return text(record, field, longest=longest)
    except ValueError:
        return ""


def _is_plain(record: Record) -> bool:
    """Say whether all of it can be taken as it is, as most of most lists: one look tells."""
    values: Any = record.values()
    try:
        whole = f"|{'|'.join(values)}|"
    except TypeError:
        return False  # there are numbers in it
    return (
        "| " not in whole
        and " |" not in whole
        and is_clean(whole)
        and _PROMPT_ENDS not in whole
        and max(map(len, values)) <= LONGEST_NAME
    )


def _clean(given: object, field: str, cleaned: Callable[..., str], longest: int) -> str:
    """
    Return one value clean.

    Old servers put "Prompt#@-@#" before a value, sometimes twice: what follows the last counts.
    """
    if given is None or given == "":
        return ""
    try:
        value = cleaned(given, longest=longest)
    except ValueError as problem:
        raise ValueError(f"{field}: {problem}") from problem
    return value.rpartition(_PROMPT_ENDS)[2].strip() if _PROMPT_ENDS in value else value
