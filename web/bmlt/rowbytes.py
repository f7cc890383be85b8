"""
Rows as JSON: encoded once for each catalogue, joined for each answer.

Around a row's values goes a template of the field names and of what all rows have alike. What
depends on who asks, the distances and the language of the formats, is filled in for each answer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

import msgspec
import numpy as np

from web.bmlt.distance import KILOMETRES, MILES, exact_degrees, printed
from web.bmlt.face import Face, Integers
from web.bmlt.keys import DATA_FIELDS, meeting_keys
from web.bmlt.parameters import Circle
from web.bmlt.rowvalues import FILLED_IN
from web.bmlt.searching import ALL_TEXT

Fields = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which fields of a row, of which address, in which language."""

    root: str
    language: str = ""
    fields: frozenset[str] = frozenset()  # empty: all
    circle: Circle | None = None


@dataclass(frozen=True, slots=True)
class _Layout:
    """How rows of one shape are written: around which gaps, filled with which values."""

    pieces: tuple[bytes, ...]  # every second one is a gap
    picked: tuple[int, ...]
    keys: int  # the places of what each answer fills in
    numbers: int
    km: int
    miles: int


def rows_as_json(face: Face, rows: Integers, shape: Shape) -> Iterator[bytes]:
    """Yield each of *rows* as a JSON object."""
    layouts: dict[int, _Layout] = {}
    read, format_texts = face.row_values.read, face.format_texts_in(shape.language)
    places, sets = face.places[rows].tolist(), face.format_sets[rows].tolist()
    distances = _distances(face, rows, shape.circle)
    for place, set_, (km, miles) in zip(places, sets, distances, strict=True):
        number, values = read(place)
        layout = layouts.get(number) or layouts.setdefault(number, _layout_of(face, number, shape))
        values[layout.keys], values[layout.numbers] = format_texts[set_]
        values[layout.km], values[layout.miles] = km, miles
        if shape.fields:
            values = [values[each] for each in layout.picked]
        pieces = list(layout.pieces)
        pieces[1::2] = values
        yield b"".join(pieces)


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
    values = face.row_values
    if name in _IS_IDS:
        texts = [each[_IS_IDS[name]].decode() for each in face.format_texts_in("")]
        return [texts[set_] for set_ in face.format_sets.tolist()]
    if name not in values.keys:
        return [{"published": "1", "root_server_uri": root}.get(name, "")] * len(face)
    at = [shape.index(name) if name in shape else None for shape in values.shapes]
    column = []
    for place in face.places.tolist():
        number, found = values.read(place)
        position = at[number]
        column.append("" if position is None else _plain(found[position]))
    return column


def _plain(value: bytes) -> str:
    if b"\\" not in value:
        return value.decode()
    text: str = msgspec.json.decode(b'"%b"' % value)
    return text


def _distances(face: Face, rows: Integers, circle: Circle | None) -> Iterable[tuple[bytes, bytes]]:
    if circle is None:
        return repeat((b"", b""), len(rows))
    angles = exact_degrees(face.steps[:, rows], circle.latitude, circle.longitude)
    return zip(printed(angles * KILOMETRES), printed(angles * MILES), strict=True)


def _layout_of(face: Face, number: int, shape: Shape) -> _Layout:
    return _layout(face.home.custom_keys, face.row_values.shapes[number], shape.root, shape.fields)


@lru_cache(maxsize=4096)
def _layout(
    custom_keys: tuple[str, ...], keys: tuple[str, ...], root: str, fields: frozenset[str]
) -> _Layout:
    shown = fields - _NEVER_PICKED or frozenset(meeting_keys(custom_keys))
    constants = {"published": "1", "root_server_uri": root}
    members = [
        _member(key, None if key in keys else constants.get(key, ""))
        for key in meeting_keys(custom_keys)
        if key in shown
    ]
    return _Layout(
        tuple(_with_gaps(b"{%b}" % b",".join(members))),
        tuple(place for place, key in enumerate(keys) if key in shown),
        *map(keys.index, FILLED_IN),
    )


def _member(name: str, constant: str | None) -> bytes:
    text = b'"%b"' % _GAP if constant is None else msgspec.json.encode(constant)
    return msgspec.json.encode(name) + b":" + text


def _with_gaps(template: bytes) -> Iterator[bytes]:
    """Yield the texts between the gaps of *template*, and each gap as nothing."""
    first, *others = template.split(_GAP)
    yield first
    for text in others:
        yield b""
        yield text


_GAP = b"\0"  # which JSON has to escape
_IS_IDS = {"formats": 0, "format_shared_id_list": 1}
# Left out as soon as fields are chosen (bmlt.md 3.7).
_NEVER_PICKED = frozenset({"shared_group_id_bigint"})
