"""Strict JSON: what the standard library lets pass and a database does not is refused."""

import json
from collections.abc import Iterator
from typing import NoReturn

from importers._json_pieces import PIECE_CHARACTERS, loads_in_pieces
from importers._limits import LARGEST_PAYLOAD_BYTES
from importers._records import cut, decode
from meetings.errors import UnknownFormat


def parse(payload: bytes) -> object:
    """
    Return the value of a JSON document in UTF-8, with or without a byte order mark.

    Raises:
        UnknownFormat: for anything else; for NaN and Infinity, a key that stands twice in an
            object, nesting without end, and more than 64 MB (reliability.md 4.1).
    """
    records = large_list(payload)
    return _whole(payload) if records is None else list(records)


def large_list(payload: bytes) -> Iterator[object] | None:
    """
    Return the records of a large list, each decoded when it is its turn; None for all else.

    So a record is read while it is at hand: of a large list that was decoded before, each lies
    far away by then, and all that is read of it takes twice the time. Raises UnknownFormat at
    the turn of what `parse` would refuse.
    """
    if payload[:1] != b"[" or not PIECE_CHARACTERS < len(payload) <= LARGEST_PAYLOAD_BYTES:
        return None
    records = cut(payload)
    return None if records is None else decode(records, _whole)


def parse_text(text: str) -> object:
    """Return the value of the JSON document *text*, as strictly as `parse`."""
    try:
        is_large = len(text) > PIECE_CHARACTERS
        return loads_in_pieces(text, _strict()) if is_large else _strict().decode(text)
    except json.JSONDecodeError as problem:
        raise UnknownFormat(f"not JSON: {problem.msg} at character {problem.pos}") from problem
    except RecursionError as problem:
        raise UnknownFormat("not usable JSON: it is nested without end") from problem
    except ValueError as problem:  # an integer of thousands of digits
        raise UnknownFormat("not usable JSON: a number is too long") from problem


def _whole(payload: bytes) -> object:
    return parse_text(decoded(payload))


def _strict() -> json.JSONDecoder:
    return json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_object)


def decoded(payload: bytes) -> str:
    """Return the text of *payload*. Raises UnknownFormat if it is too large, or not UTF-8."""
    if len(payload) > LARGEST_PAYLOAD_BYTES:
        raise UnknownFormat(f"the document has {len(payload)} bytes, more than is taken")
    try:
        text = payload.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise UnknownFormat("the document is not UTF-8") from problem
    if text.lstrip()[:1] == "<":  # a challenge page, or the page of a dead server
        raise UnknownFormat("the document is a web page, not JSON")
    return text


def as_object(value: object, what: str) -> dict[str, object]:
    """Return *value* if it is an object. Raises UnknownFormat."""
    if not isinstance(value, dict):
        raise UnknownFormat(f"{what} must be an object, got {_kind(value)}")
    return value


def as_list(value: object, what: str) -> list[object]:
    """Return *value* if it is a list. Raises UnknownFormat."""
    if not isinstance(value, list):
        raise UnknownFormat(f"{what} must be a list, got {_kind(value)}")
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise UnknownFormat("not usable JSON: a key stands twice in one object")
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise UnknownFormat(f"not JSON: {name}")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else "a single value"
