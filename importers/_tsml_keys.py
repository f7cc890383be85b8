"""The key of each record of a Meeting Guide list, which stays as long as the publisher keeps it."""

from collections.abc import Iterable

from importers._keys import made_key, safe_key, unique_keys
from importers._tsml_records import Record, text

_LONGEST_SLUG = 1_000
_WHERE = ("formatted_address", "address", "city", "postal_code", "location")


def keys(records: Iterable[Record]) -> list[str]:
    """
    Return a key for each record, in their order, each different; "" where none can be read.

    It is the slug, else the id, else made of name and address: never of the day, the hour or
    the position (tsml.md 6).
    """
    return unique_keys(_key(record) for record in records)


def _key(record: Record) -> str:
    try:
        for field in ("slug", "id", "post_id"):
            if given := text(record, field, longest=_LONGEST_SLUG):
                return safe_key(given)
        name = text(record, "name")
        return made_key(name, of="|".join([name, *(text(record, field) for field in _WHERE)]))
    except ValueError:  # half a character
        return ""
