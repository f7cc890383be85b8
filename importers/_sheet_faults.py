"""What is wrong with one row of a sheet, all of it, so that its owner hears of it at once."""

from collections.abc import Callable, Mapping
from typing import TypeVar

Cells = Mapping[str, str]
_Value = TypeVar("_Value")


class Faults:
    """Collects the faults of a row while its cells are read."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def take(
        self, cells: Cells, column: str, read: Callable[[str], _Value], instead: _Value
    ) -> _Value:
        try:
            return read(cells.get(column, ""))
        except ValueError as problem:
            self.found.append(f"{column}: {problem}")
            return instead

    def take_named(self, read: Callable[[], _Value]) -> _Value | None:
        """Return what *read* gives; its errors begin with the column at fault by themselves."""
        try:
            return read()
        except ValueError as problem:
            self.found.append(str(problem))
            return None

    def check(self) -> None:
        if self.found:
            raise ValueError("; ".join(self.found))
