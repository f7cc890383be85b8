import pytest

from importers._json import as_list, as_object, parse
from meetings.errors import UnknownFormat


def test_a_document_is_read_with_and_without_a_byte_order_mark() -> None:
    assert parse(b'\xef\xbb\xbf{"a": [1, null, "x"]}') == parse(b'{"a": [1, null, "x"]}')


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"[NaN]", "NaN"),
        (b"[-Infinity]", "Infinity"),
        (b'[{"a": 1, "a": 2}]', "stands twice"),
        (b"[" * 1_000_000, "nested without end"),
        (b"[1, 2", "not JSON"),
        (b"[1] text", "not JSON"),
        (b"[" + b"9" * 5000 + b"]", "too long"),
        (b"\xff\xfe[]", "not UTF-8"),
        (b"  <!DOCTYPE html><title>Just a moment</title>", "web page"),
        (b"", "not JSON"),
    ],
)
def test_anything_else_is_refused(payload: bytes, reason: str) -> None:
    with pytest.raises(UnknownFormat, match=reason):
        parse(payload)


def test_a_refusal_says_what_came_instead() -> None:
    with pytest.raises(UnknownFormat, match="meetings must be a list, got null"):
        as_list(None, "meetings")
    with pytest.raises(UnknownFormat, match="the bundle must be an object, got a list"):
        as_object([], "the bundle")
