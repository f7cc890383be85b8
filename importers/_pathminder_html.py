"""A page of HTML, defused and parsed, and its text by lines."""

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from bs4.exceptions import ParserRejectedMarkup

from importers._text import line

LARGEST_PAGE_BYTES = 1024 * 1024
PLACE_MARK = "place-mark"  # the class of what stands where a comment `<!---` stood

_MOST_TAGS = 10_000
_DECLARATION = re.compile(r"<[!?][^>]*>?")
_UNCLOSED = re.compile(r"<(?![^<>]{0,4000}>)")
_INLINE = frozenset(
    ["a", "abbr", "b", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u"]
)


def page_text(payload: bytes) -> str:
    """Return the text of a page. Raises ValueError if it is longer than any page of a meeting."""
    if len(payload) > LARGEST_PAGE_BYTES:
        raise ValueError(f"the page has more than {LARGEST_PAGE_BYTES} bytes")
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError:
        return payload.decode("cp1252", "replace")


def parsed(text: str) -> BeautifulSoup:
    """
    Parse a page without its comments; where one begins with `<!---`, a mark stands.

    The places of a search list stand beside such comments (smart.md 3.2), and copies of a
    meeting's markup inside others (3.3). Declarations go too, and tags without an end become
    text: of such things Python's parser takes minutes, or refuses them. Raises ValueError.
    """
    if text.count("<") > _MOST_TAGS:
        raise ValueError(f"the page has more than {_MOST_TAGS} tags")
    plain = _UNCLOSED.sub("&lt;", _DECLARATION.sub("", without_comments(text)))
    try:
        return BeautifulSoup(f"<html>{plain}", "html.parser")
    except (ParserRejectedMarkup, RecursionError) as problem:
        raise ValueError("the page is no HTML") from problem


def without_comments(text: str) -> str:
    """Return *text* without comments; a mark stands where one began with `<!---`."""
    first, *rest = text.split("<!--")
    kept = [first]
    for part in rest:
        comment, end, after = part.partition("-->")
        mark = f'<i class="{PLACE_MARK}"></i>' if comment.startswith("-") else ""
        kept.append(f"{mark}{after}" if end else mark)
    return "".join(kept)


def lines_of(element: Tag) -> list[str]:
    """Return the lines of text in *element*: each break and each block begins a new one."""
    pieces: list[str] = []
    block: Tag | None = None
    for each in element.descendants:
        if isinstance(each, Tag):
            pieces.append("\n" if each.name == "br" else "")
        elif type(each) is NavigableString:  # no script, no style
            if (around := _block(each)) is not block:
                pieces.append("\n")
                block = around
            pieces.append(" ".join(each.split("\n")))
    lines = (" ".join(line(part).split()) for part in "".join(pieces).split("\n"))
    return [part.replace(" ,", ",") for part in lines if part]


def attribute(element: Tag, name: str) -> str:
    """Return an attribute as one line, "" if it is absent."""
    value = element.get(name)
    return line(" ".join(value) if isinstance(value, list) else value)


def _block(text: NavigableString) -> Tag | None:
    return next((parent for parent in text.parents if parent.name not in _INLINE), None)
