"""A record that is plain all over is read as any other, only sooner."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import _bmlt_fields as fields

WORDS = st.sampled_from(
    [
        "Main St ",
        " é",
        "e\u0301",
        "a | b",
        "<b>x</b>",
        "AT&T",
        "Prompt#@-@#y",
        "a\nb",
        "\u200c",
        "#@-@",
    ]
)
VALUES = st.lists(WORDS | st.text(max_size=8), max_size=4).map("".join) | st.just("x " * 300)


def read(record: Mapping[str, object]) -> list[str]:
    try:
        return [
            fields.text(record, "a"),
            fields.text(record, "b", longest=5),
            fields.long_text(record, "c"),
        ]
    except ValueError as problem:
        return [str(problem)]


@given(st.fixed_dictionaries({"a": VALUES, "b": VALUES, "c": VALUES}))
def test_a_plain_record_says_what_it_said(record: dict[str, str]) -> None:
    plain = fields.plainly(record)

    assert read(plain) == read(record)


@pytest.mark.parametrize(
    ("value", "is_plain"),
    [("Søndag 19:30 ", True), ("a\nb", False), ("a&b", False), ("x#@-@#y", False), (7, False)],
)
def test_only_texts_that_need_no_cleaning_are_plain(value: object, *, is_plain: bool) -> None:
    assert isinstance(fields.plainly({"a": "b", "c": value}), fields.Plain) is is_plain
