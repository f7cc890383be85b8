"""
Rows as JSON: encoded once for each catalogue, joined for each answer.

Around a row's values goes a template of the field names and of what all rows have alike. What
depends on who asks, the distances and the language of the formats, is filled in for each answer.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

import msgspec
import numpy as np

from web.bmlt.distance import KILOMETRES, MILES, exact_degrees, printed
from web.bmlt.face import Face, Integers
from web.bmlt.keys import DATA_FIELDS, DISTANCES, meeting_keys
from web.bmlt.parameters import Circle
from web.bmlt.rowvalues import RowValues
from web.bmlt.searching import ALL_TEXT

Fields = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which fields of a row, of which address, in which language."""

    root: str
    language: str = ""
    fields: frozenset[str] = frozenset()  # empty: all
    circle: Circle | None = None


def rows_as_json(face: Face, rows: Integers, shape: Shape) -> Iterator[bytes]:
    """Yield each of *rows* as a JSON object."""
    template, picked = _template(face.home.custom_keys, shape.root, shape.fields)
    values_of = _values_reader(face, shape.language)
    km_place, miles_place = (face.row_values.places[name] for name in DISTANCES)
    for row, (km, miles) in zip(rows.tolist(), _distances(face, rows, shape.circle), strict=True):
        values = values_of(row)
        values[km_place], values[miles_place] = km, miles
        yield template % tuple(values if picked is None else [values[p] for p in picked])


def row_fields(face: Face, row: int, *, root: str, language: str = "") -> Fields:
    """Return the fields of a row in the server's order (bmlt.md 3.7), without distances."""
    shape = Shape(root=root, language=language)
    (encoded,) = rows_as_json(face, np.array([row]), shape)
    fields: Fields = msgspec.json.decode(encoded)
    return fields


def all_fields(face: Face) -> frozenset[str]:
    return frozenset(meeting_keys(face.home.custom_keys))


def text_column(face: Face, name: str, root: str) -> list[str]:
    """Return a field of every row, read once for each face. Takes CPU."""
    column = face.texts.get(name)
    if column is None:
        column = _folded(face) if name == ALL_TEXT else _column(face, name, root)
        face.texts[name] = column
    return column


def _folded(face: Face) -> list[str]:
    """Return all data fields of every row together, for the search for words."""
    columns = [_column(face, name, "") for name in DATA_FIELDS]
    return ["\n".join(filter(None, texts)).casefold() for texts in zip(*columns, strict=True)]


def _column(face: Face, name: str, root: str) -> list[str]:
    place = face.row_values.places.get(name)
    if place is None:
        return [{"published": "1", "root_server_uri": root}.get(name, "")] * len(face)
    values_of = _values_reader(face, "")
    return [_plain(values_of(row)[place]) for row in range(len(face))]


def _plain(value: bytes) -> str:
    if b"\\" not in value:
        return value.decode()
    text: str = msgspec.json.decode(b'"%b"' % value)
    return text


def _values_reader(face: Face, language: str) -> Callable[[int], list[bytes]]:
    """Return what reads the values of a row, with its formats in *language*."""
    read, format_texts = face.row_values.read, face.format_texts
    places, sets = face.places.data, face.format_sets.data  # numpy is slow at one value
    keys_place, ids_place = (face.row_values.places[name] for name in _OF_ITS_SET)

    def values_of(row: int) -> list[bytes]:
        values = read(places[row])
        values[keys_place], values[ids_place] = format_texts(sets[row], language)
        return values

    return values_of


def _distances(face: Face, rows: Integers, circle: Circle | None) -> Iterable[tuple[bytes, bytes]]:
    if circle is None:
        return repeat((b"", b""), len(rows))
    angles = exact_degrees(face.steps[:, rows], circle.latitude, circle.longitude)
    return zip(printed(angles * KILOMETRES), printed(angles * MILES), strict=True)


@lru_cache(maxsize=256)
def _template(
    custom_keys: tuple[str, ...], root: str, fields: frozenset[str]
) -> tuple[bytes, tuple[int, ...] | None]:
    """Return an object with gaps for values, and which of a row's values fill them; None: all."""
    keys = RowValues(custom_keys).keys
    shown = fields - _NEVER_PICKED or frozenset(meeting_keys(custom_keys))
    constants = {"published": "1", "root_server_uri": root}
    members = [
        _member(key, None if key in keys else constants.get(key, ""))
        for key in meeting_keys(custom_keys)
        if key in shown
    ]
    picked = tuple(place for place, key in enumerate(keys) if key in shown)
    return b"{%b}" % b",".join(members), picked if fields else None


def _member(name: str, constant: str | None) -> bytes:
    quoted, text = (msgspec.json.encode(each).replace(b"%", b"%%") for each in (name, constant))
    return quoted + (b':"%b"' if constant is None else b":" + text)


_OF_ITS_SET = ("formats", "format_shared_id_list")
# Left out as soon as fields are chosen (bmlt.md 3.7).
_NEVER_PICKED = frozenset({"shared_group_id_bigint"})
