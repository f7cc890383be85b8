"""Rows as JSON: encoded once, with a gap for the two distances."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from meetings.catalogue import Catalogue
from web.bmlt.distance import KILOMETRES, MILES, exact_degrees, printed
from web.bmlt.face import Face, Integers, row_fields
from web.bmlt.keys import DATA_FIELDS, meeting_keys
from web.bmlt.parameters import Circle
from web.bmlt.searching import ALL_TEXT

Fields = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which fields of a row, of which address, in which language."""

    root: str
    language: str = ""
    fields: frozenset[str] = frozenset()  # empty: all
    circle: Circle | None = None


def rows_as_json(face: Face, catalogue: Catalogue, rows: Integers, shape: Shape) -> Iterator[bytes]:
    """Yield each of *rows* as a JSON object."""
    for row in rows.tolist():
        if shape.fields:
            fields = row_as_fields(face, catalogue, row, shape)
            if fields is not None:
                yield msgspec.json.encode(fields)
        elif (pieces := _pieces(face, catalogue, row, shape)) is not None:
            km, miles = _distances(face, row, shape.circle)
            yield b'%b"%b","distance_in_miles":"%b"%b' % (
                pieces[0],
                km.encode(),
                miles.encode(),
                pieces[1],
            )


def row_as_fields(face: Face, catalogue: Catalogue, row: int, shape: Shape) -> Fields | None:
    """Return the fields of a row that *shape* asks for, in the server's order (bmlt.md 3.7)."""
    fields = row_fields(face, catalogue, row, root=shape.root, language=shape.language)
    if fields is None:
        return None
    fields["distance_in_km"], fields["distance_in_miles"] = _distances(face, row, shape.circle)
    if not shape.fields:
        return fields
    return {key: value for key, value in fields.items() if key in shape.fields - _NEVER_PICKED}


def all_fields(face: Face) -> frozenset[str]:
    return frozenset(meeting_keys(face.home.custom_keys))


def text_column(face: Face, catalogue: Catalogue, name: str, root: str) -> list[str]:
    """Return a field of every row, read once for each face. Takes CPU: seconds for the world."""
    column = face.texts.get(name)
    if column is None:
        names = DATA_FIELDS if name == ALL_TEXT else (name,)
        column = [
            _text(row_fields(face, catalogue, row, root=root) or {}, names)
            for row in range(len(face))
        ]
        if name == ALL_TEXT:
            column = [text.casefold() for text in column]
        face.texts[name] = column
    return column


def _text(fields: Fields, names: tuple[str, ...]) -> str:
    return "\n".join(filter(None, (fields.get(name, "") for name in names)))


def _pieces(face: Face, catalogue: Catalogue, row: int, shape: Shape) -> tuple[bytes, bytes] | None:
    """Return what stands before and after the distances, from what is kept where it is."""
    key = (row, f"{shape.root} {shape.language}")
    kept = face.row_bytes.get(key)
    if kept is None:
        fields = row_fields(face, catalogue, row, root=shape.root, language=shape.language)
        if fields is None:
            return None
        before, _, after = msgspec.json.encode(fields).partition(_GAP)
        kept = before + _BEFORE_GAP, after
        face.keep_row(key, kept)
    return kept


def _distances(face: Face, row: int, circle: Circle | None) -> tuple[str, str]:
    if circle is None:
        return "", ""
    latitude, longitude = float(face.latitudes[row]), float(face.longitudes[row])
    if latitude != latitude or longitude != longitude:  # nan
        return "", ""
    degrees = exact_degrees(circle.latitude, circle.longitude, latitude, longitude)
    return printed(degrees * KILOMETRES), printed(degrees * MILES)


_BEFORE_GAP = b'"distance_in_km":'
_GAP = _BEFORE_GAP + b'"","distance_in_miles":""'
# Left out as soon as fields are chosen (bmlt.md 3.7).
_NEVER_PICKED = frozenset({"shared_group_id_bigint"})
