"""The quick way through a list gives what the strict reader gives, or leaves it to that."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers._json import parse
from importers._records import MOST_BYTES_DECODED_AT_ONCE, cut, decode
from meetings.errors import UnknownFormat

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(st.text(), values, max_size=4), max_size=5), st.booleans())
def test_records_are_what_the_strict_reader_reads(
    records: list[dict[str, Any]], is_ascii: bool
) -> None:
    text = json.dumps(records, ensure_ascii=is_ascii)
    pieces = cut(text.encode(errors="surrogatepass"))

    found = None if pieces is None else list(decode(pieces, json.loads))

    assert found is None or repr(found) == repr(json.loads(text))


def test_a_large_plain_list_is_read_quickly() -> None:
    pieces = cut(b'[{"a": "1"}, {"a": "x\\":y"}, {"b": {"c": 2}}]')

    assert pieces is not None
    assert list(decode(pieces, json.loads)) == [{"a": "1"}, {"a": 'x":y'}, {"b": {"c": 2}}]


@pytest.mark.parametrize(
    "payload",
    [b"", b"7", b"[0, 0]", b'[{"a": 1}, 0]', b'[{"a": 1}', b'[{"a": NaN}]', b"[" * 9999, b"<html>"],
)
def test_what_is_no_list_of_objects_is_not_cut(payload: bytes) -> None:
    assert cut(payload) is None


@pytest.mark.parametrize(
    ("record", "words"),
    [('{"a": "1", "a": "2"}', "stands twice"), ('{"a": NaN}', "NaN"), ('{"a" 1}', "not JSON")],
)
def test_a_large_list_is_refused_as_a_small_one(record: str, words: str) -> None:
    plain = json.dumps({"name": "x" * 1000})

    with pytest.raises(UnknownFormat, match=words):
        parse(f"[{', '.join([plain] * 1200)}, {record}]".encode())


def test_a_record_that_others_would_wait_for_is_left_to_the_reader_in_pieces() -> None:
    pieces = cut(b'[{"a": "%b"}]' % (b"x" * MOST_BYTES_DECODED_AT_ONCE))

    assert pieces is not None
    assert list(decode(pieces, lambda _: "left to it")) == ["left to it"]
