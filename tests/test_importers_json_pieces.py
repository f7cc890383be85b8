import asyncio
import json
import time
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from importers._json import parse
from importers._json_pieces import MOST_PIECES_OF_A_RECORD, loads_in_pieces
from meetings.errors import UnknownFormat

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)
PIECE = 64
SEPARATORS = st.sampled_from([(",", ":"), (", ", ": "), (" ,\n\t ", " :\r\n")])


def read(text: str, *, piece_characters: int = PIECE) -> object:
    return loads_in_pieces(text, json.JSONDecoder(), piece_characters=piece_characters)


@given(VALUES, SEPARATORS, st.booleans())
@example([1e200] * 40, (",", ":"), True)
@example(["\U0001f56f" * 20] * 5, (",", ":"), True)
@example({"meetings": [12345678] * 40, "formats": [], "n": 5}, (",", ":"), False)
def test_pieces_make_the_same_whole(
    value: object, separators: tuple[str, str], ascii_only: bool
) -> None:
    text = json.dumps(value, separators=separators, ensure_ascii=ascii_only)
    if len(text) > PIECE * MOST_PIECES_OF_A_RECORD:
        return

    assert read(text) == value
    assert read(f" \n{text}\t ") == value


@given(VALUES, st.integers(0, 200), st.sampled_from(["", "x", "]", "}", ",", '"', "[", "1", "-"]))
@example(["\U0001f56f" * 100], 1, "x")  # wrong, and longer than a record may be
@example(["\U0001f56f" * 100], 2, "x")  # right, and longer than a record may be
def test_what_the_library_refuses_is_refused(value: object, at: int, slip: str) -> None:
    text = json.dumps(value)
    broken = text[:at] + slip + text[at + 1 :]
    has_room_for_all = len(broken) <= PIECE * MOST_PIECES_OF_A_RECORD

    expected, found = outcome(json.loads, broken), outcome(read, broken)

    assert found == expected or (found == "too large" and not has_room_for_all)


def outcome(reader: Callable[[str], object], text: str) -> object:
    """Tell the refusals apart: only the reader in pieces knows a record that is too large."""
    try:
        return reader(text)
    except json.JSONDecodeError:
        return "refused"
    except UnknownFormat:
        return "too large"


def test_an_error_tells_where_it_is() -> None:
    text = json.dumps([{"n": number} for number in range(100)])[:-1] + ",]"

    with pytest.raises(json.JSONDecodeError, match="Expecting value") as raised:
        read(text)

    assert raised.value.pos == len(text) - 1


def test_a_record_of_many_pieces_is_whole() -> None:
    value = ["a" * PIECE * 10, {"n": 1}, "b" * PIECE * 3]

    assert read(json.dumps(value)) == value


def test_a_record_without_end_is_refused() -> None:
    with pytest.raises(UnknownFormat, match="far too large"):
        read(json.dumps(["a" * PIECE * (MOST_PIECES_OF_A_RECORD + 1)]))


@pytest.mark.long
@pytest.mark.parametrize(
    "payload",
    [
        b"[" + b"0," * 10_000_000 + b"0]",
        b'[{"a":[' + b"0," * 10_000_000 + b"0]}]",
        b'{"meetings":[' + b'"",' * 10_000_000 + b'""]}',
        b"[" + b" " * 30_000_000 + b"]",
    ],
    ids=["zeros", "zeros within", "texts", "blanks"],
)
async def test_others_get_their_turn_while_a_large_document_is_read(payload: bytes) -> None:
    reading = asyncio.create_task(asyncio.to_thread(_outcome, payload))

    longest = 0.0
    while not reading.done():
        began, used = time.perf_counter(), time.process_time()
        await asyncio.sleep(0.001)
        longest = max(longest, min(time.perf_counter() - began, time.process_time() - used))

    assert longest < 0.2  # 0.5 s and more with one call; the 50 ms are for hostile_server


def _outcome(payload: bytes) -> str:
    try:
        return type(parse(payload)).__name__
    except UnknownFormat as problem:
        return str(problem)
