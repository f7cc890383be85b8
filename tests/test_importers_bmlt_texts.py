"""A record that needs no cleaning is read as any other, only sooner."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers._bmlt_texts import text, texts

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
FIELDS = ("meeting_name", "location_street", "comments", "virtual_meeting_link", "unread")


def said(record: Mapping[str, object]) -> list[str]:
    try:
        found = texts(record)
    except ValueError as problem:
        return [str(problem)]
    return [found[field] for field in FIELDS[:-1]]


@given(st.fixed_dictionaries(dict.fromkeys(FIELDS, VALUES)))
def test_a_plain_record_says_what_it_said(record: dict[str, str]) -> None:
    with_a_number = {**record, "duplicates": 7}

    assert said(record) == said(with_a_number)


def test_a_field_that_lacks_says_nothing() -> None:
    assert texts({"meeting_name": "Evening Hope"})["comments"] == ""


def test_a_field_that_is_not_read_may_hold_anything() -> None:
    assert texts({"meeting_name": "Evening Hope", "unread": {"a": []}})["unread"] == ""


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_value_says_nothing(nothing: object) -> None:
    assert texts({"location_street": nothing})["location_street"] == ""


def test_what_is_no_text_is_refused_by_the_name_of_its_field() -> None:
    with pytest.raises(ValueError, match="location_street: is list, not text"):
        texts({"location_street": ["1 Main St"]})


def test_what_follows_the_last_prompt_counts() -> None:
    assert text({"train_lines": "Train#@-@#Line#@-@# Q "}, "train_lines") == "Q"
