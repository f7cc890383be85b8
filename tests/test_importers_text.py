import pytest

from importers._text import joined, line, paragraphs


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("  Borough Hall \t", "Borough Hall"),
        ("St Thomas  Church", "St Thomas  Church"),
        ("one\r\ntwo", "one two"),
        ("a\x00b\x1bc\x85d\u2028e", "abc d e"),
        ("\ufeffname\u202e", "name"),
        ("<b>Rise</b> &amp; Shine", "Rise & Shine"),
        ("&lt;b&gt; stays text", "<b> stays text"),
        ("Q&A, 2 < 3 & Vale &notin it", "Q&A, 2 < 3 & Vale &notin it"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("می‌روم", "می‌روم"),  # the joiner inside is how Persian is written
        (None, ""),
        (7, "7"),
    ],
)
def test_a_line_is_plain_text(given: object, cleaned: str) -> None:
    assert line(given) == cleaned


@pytest.mark.parametrize("given", [True, ["a"], {"a": 1}])
def test_what_is_no_text_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match="not text"):
        line(given)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="half a character"):
        line("\ud800")


def test_long_text_is_cut_and_says_so() -> None:
    assert line("x" * 300, longest=200) == "x" * 199 + "…"


def test_paragraphs_keep_their_breaks() -> None:
    assert paragraphs("one<br>two\r\n\r\n\r\n\r\n three ") == "one\ntwo\n\nthree"


def test_joined_leaves_empty_texts_out() -> None:
    assert joined("one", "", "two") == "one\ntwo"
