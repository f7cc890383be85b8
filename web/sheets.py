"""The sheet that a group fills in by hand, as the page for groups checks it (smart.md 11)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

LARGEST_UPLOAD_BYTES = 512 * 1024  # thousands of rows; an upload of up to 1 MB never touches a disk
PROBLEMS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that is no meeting yet: its id or number, and what to change."""

    row: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCheck:
    """What a sheet would bring; nothing of it is stored. *refusal*: it cannot be read at all."""

    meetings: int = 0
    problems: tuple[RowProblem, ...] = ()
    notices: tuple[str, ...] = ()  # about the sheet as a whole: columns that are left out
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """The template, and the check that `web.cli` makes of the reader of sheets."""

    template: bytes
    check: Callable[[bytes], Awaitable[SheetCheck]]
