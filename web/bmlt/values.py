"""GetFieldValues: each value of a field, with the rows that hold it."""

from collections.abc import Callable, Collection, Sequence

import numpy as np

from web.bmlt.face import Face, Integers, Scope

Texts = Callable[[str], Sequence[str]]


def field_values(
    face: Face,
    scope: Scope,
    key: str,
    texts: Texts,
    formats: Collection[int],
    *,
    is_any: bool,
) -> list[dict[str, str]]:
    """Return the values in order; an empty one is "NULL", as the original says it."""
    column = texts(key)
    ids: dict[str, list[int]] = {}
    rows = face.rows_in(scope)
    for row in rows[face.are_found[rows]].tolist():
        if formats and not _has(face.sets[int(face.format_sets[row])], formats, is_any=is_any):
            continue
        ids.setdefault(column[row] or "NULL", []).append(int(face.ids[row]))
    return [
        {key: value, "ids": ",".join(map(str, sorted(numbers)))}
        for value, numbers in sorted(ids.items())
    ]


def rows_of_bodies(face: Face, scope: Scope, bodies: Collection[int]) -> Integers:
    rows = face.rows_in(scope)
    found: Integers = rows[np.isin(face.bodies[rows], list(bodies))]
    return found


def _has(ids: Collection[int], wanted: Collection[int], *, is_any: bool) -> bool:
    held = [number in ids for number in wanted]
    return any(held) if is_any else all(held)
