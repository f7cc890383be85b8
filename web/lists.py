"""A fixed list of meetings, carried whole by its link: nothing is stored, it cannot change."""

from collections.abc import Sequence
from dataclasses import dataclass

from meetings.catalogue import Catalogue
from meetings.errors import NotFound
from meetings.model import Meeting
from web.parameters import read_numbers

LIST_MOST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenList:
    meetings: tuple[Meeting, ...]
    unknown: tuple[int, ...]  # numbers that no meeting has, or has any more

    @property
    def numbers(self) -> list[int]:
        return [meeting.number for meeting in self.meetings]


def read_list(catalogue: Catalogue, values: Sequence[str]) -> ChosenList:
    """Return the list that *values* name. Raises InvalidSearch for letters and for too many."""
    meetings, unknown = [], []
    for number in read_numbers(values, most=LIST_MOST):
        try:
            meetings.append(catalogue.get(number))
        except NotFound:
            unknown.append(number)
    return ChosenList(meetings=tuple(meetings), unknown=tuple(unknown))


def list_path(numbers: Sequence[int], *, calendar: bool = False) -> str:
    """Return the canonical link of a list, or of its calendar."""
    path = "/list/calendar.ics" if calendar else "/list"
    return f"{path}?meetings={','.join(map(str, numbers))}" if numbers else path
