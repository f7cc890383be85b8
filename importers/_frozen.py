"""
Frozen values, made and changed as dataclasses do it, in half the time.

What is frozen sets each field past its own guard. So a value is made in a class with the same
slots and without the guard, and then handed over: a list has values for each meeting.
"""

from collections.abc import Callable, Sequence
from dataclasses import MISSING, field, fields, make_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from meetings.model import Meeting, Schedule

_Value = TypeVar("_Value", Meeting, Schedule)


def frozen(value: _Value, kind: type[_Value]) -> _Value:
    """Return *value* of `thawed(kind)` as one of *kind*, which refuses nonsense."""
    new: _Value = _checked(value, kind)
    return new


def changed(value: _Value, **changes: Any) -> _Value:
    """Return *value* with *changes*, as dataclasses.replace does."""
    kind: Any = value.__class__
    copied, values = _copying(kind)
    copy = copied(*values(value))
    for name, given in changes.items():
        setattr(copy, name, given)
    new: _Value = _checked(copy, kind)
    return new


def _checked(new: Any, kind: Any) -> Any:
    new.__class__ = kind
    new.__post_init__()
    return new


def thawed(kind: type[_Value]) -> type[_Value]:
    """Return a class with the fields of *kind* and its defaults, for values to be `frozen`."""
    given = [
        (each.name, Any, field() if each.default is MISSING else field(default=each.default))
        for each in fields(kind)
    ]
    return make_dataclass(kind.__name__, given, eq=False, repr=False, kw_only=True, slots=True)


@cache
def _copying(kind: Any) -> tuple[Any, Callable[[Any], Sequence[object]]]:
    """Return a class that is given the fields of *kind* by position, and what reads them all."""
    names = [each.name for each in fields(kind)]
    copied = make_dataclass(kind.__name__, names, eq=False, repr=False, slots=True)
    return copied, attrgetter(*names)
