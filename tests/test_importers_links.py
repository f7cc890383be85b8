from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers import _links as links
from importers._links import link_in, web_link, without_passcode, without_query


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://zoom.example/j/1", "https://zoom.example/j/1"),
        ("HTTPS://zoom.example/j/1", "https://zoom.example/j/1"),
        ("zoom.example/j/1", "https://zoom.example/j/1"),
        ("zoom.example:8443/j/1", "https://zoom.example:8443/j/1"),
        ("//zoom.example/j/1", "https://zoom.example/j/1"),
    ],
)
def test_a_link_is_repaired(text: str, link: str) -> None:
    assert web_link(text) == link


@pytest.mark.parametrize(
    "text",
    [
        "",
        "virtually on zoom - 404031193",
        "zoom",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://files.example/x",
        "mailto:someone@example.org",
        "https:evil",
        "https://",
        r"https://zoom.example\@evil.example",
        "https://user:secret@zoom.example/",
        "https://zoom.example/j 1",
        "https://zoom.example/\u2028",
        "https://zoom.example:port/",
        "https://zoom.example/" + "x" * 2048,
    ],
)
def test_what_is_no_safe_link_is_none(text: str) -> None:
    assert web_link(text) == ""


def test_the_one_link_in_prose_is_found() -> None:
    assert link_in("Join: https://zoom.example/j/1.") == "https://zoom.example/j/1"
    assert link_in("https://a.example/ or https://b.example/") == ""


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://us02web.zoom.us/j/842 1234 5678", "https://us02web.zoom.us/j/84212345678"),
        ("https://zoom.us/j/123\u00a0456\u00a07890", "https://zoom.us/j/1234567890"),
        ("https://zoom.us/j/842 1234 5678?uname=a", "https://zoom.us/j/84212345678?uname=a"),
        ("zoom.us/j/ 123 456 789", "https://zoom.us/j/123456789"),
        ("https://zoom.us/wc/join/842 1234 5678", "https://zoom.us/wc/join/84212345678"),
    ],
)
def test_a_meeting_number_with_spaces_is_joined(text: str, link: str) -> None:
    assert web_link(text) == link
    assert link_in(f"Join at {text}") == link


@pytest.mark.parametrize(
    ("prose", "link"),
    [
        ("https://zoom.us/j/842 1234 5678 12 pm", "https://zoom.us/j/84212345678"),
        ("https://zoom.us/j/84212345678 12 pm", "https://zoom.us/j/84212345678"),
        ("https://zoom.us/j/842123456 555 123 4567", "https://zoom.us/j/842123456"),
        ("https://zoom.us/my/hope 555 123 4567", "https://zoom.us/my/hope"),
        ("Rooms, zoom.us/j/842123456, 12 pm", "https://zoom.us/j/842123456"),
        ("https://example.org/room/12, 7 pm", "https://example.org/room/12"),
    ],
)
def test_digits_of_prose_are_not_joined_to_a_link(prose: str, link: str) -> None:
    assert link_in(prose) == link


@pytest.mark.parametrize(
    "prose",
    [
        "https://zoom.us/j/123 12 pm",
        "https://zoom.us/j/842 1234",
        "https://zoom.us/j/8421 2345 678",
        "https://zoom.us/j/842 1234 56789",
        "https://zoom.us/j/ 12",
        "https://meet.example/842 1234 5678",
    ],
)
def test_a_link_that_may_have_been_cut_within_its_number_is_none(prose: str) -> None:
    assert web_link(prose) == ""
    assert link_in(prose) == ""


def test_only_a_host_by_which_one_joins_is_known_without_a_scheme() -> None:
    assert link_in("Zoom: us02web.zoom.us/j/842123456") == "https://us02web.zoom.us/j/842123456"
    assert link_in("call zoom.us or example.org/j/842123456") == ""
    assert link_in("notzoom.us/j/842123456 a@zoom.us/x") == ""


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://zoom.example/j/1?pwd=secret", "https://zoom.example/j/1"),
        ("https://zoom.example/j/1?uname=a&PWD=secret", "https://zoom.example/j/1?uname=a"),
        ("https://zoom.example/j/1#pwd=secret", "https://zoom.example/j/1"),
        ("https://zoom.example/j/1?a=%20b", "https://zoom.example/j/1?a=%20b"),
    ],
)
def test_a_link_loses_its_passcode(given: str, kept: str) -> None:
    assert without_passcode(given) == kept


def test_a_link_loses_its_query() -> None:
    assert without_query("https://a.example/j/X?smartappaction=leave#x") == "https://a.example/j/X"


@given(st.from_regex(links._PLAIN, fullmatch=True))
def test_a_link_that_is_taken_as_it_is_needs_no_repair(link: str) -> None:
    parts = urlsplit(link)

    assert urlunsplit(parts) == link
    assert links._is_web(parts)
