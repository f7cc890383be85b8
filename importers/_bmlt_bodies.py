"""The service bodies of a root server: their names, and who answers the telephone for them."""

from collections.abc import Mapping
from dataclasses import dataclass

from importers._bmlt_payloads import Record
from importers._bmlt_texts import readable
from importers._helpline import helpline
from importers._limits import LONGEST_NAME

_MOST_PARENTS = 6  # an area, its region, its zone


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceBody:
    """*helpline* is its own, else that of the body above it; free text (bmlt.md 2.12)."""

    name: str = ""
    helpline: str = ""


def service_bodies(records: list[Record]) -> Mapping[str, ServiceBody]:
    """Return the bodies by id; one whose fields cannot be read is of no use, and no fault."""
    by_id = {id_: record for record in records if (id_ := _text(record, "id"))}
    return {
        id_: ServiceBody(name=_text(record, "name"), helpline=_helpline(record, by_id))
        for id_, record in by_id.items()
    }


def _helpline(record: Record, by_id: Mapping[str, Record]) -> str:
    """Climb to the first body that has one; a parent may lack in the list, or be its own child."""
    for _ in range(_MOST_PARENTS):
        if own := helpline(_text(record, "helpline")):
            return own
        above = by_id.get(_text(record, "parent_id"))
        if above is None:
            break
        record = above
    return ""


def _text(record: Record, field: str) -> str:
    return readable(record, field, longest=LONGEST_NAME)
