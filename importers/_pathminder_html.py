"""A page of HTML, defused and parsed, and its text by lines."""

import re

from bs4 import BeautifulSoup, Tag
from bs4.exceptions import ParserRejectedMarkup

from importers._text import line

LARGEST_PAGE_BYTES = 1024 * 1024
PLACE_MARK = "place-mark"  # the class of what stands where a comment `<!---` stood

_MOST_TAGS = 20_000
_PLACE_COMMENT = re.compile(r"<!---")
_DECLARATION = re.compile(r"<[!?][^>]*>?")
_LINE_ENDS = ["br", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "title"]


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
    meeting's markup inside others (3.3). Declarations go too: Python's parser takes a minute
    for a page of unclosed comments, and refuses some declarations. Raises ValueError.
    """
    if text.count("<") > _MOST_TAGS:
        raise ValueError(f"the page has more than {_MOST_TAGS} tags")
    plain = _DECLARATION.sub("", _without_comments(text))
    try:
        return BeautifulSoup(f"<html>{plain}", "html.parser")
    except (ParserRejectedMarkup, RecursionError) as problem:
        raise ValueError("the page is no HTML") from problem


def lines_of(element: Tag) -> list[str]:
    """Return the lines of text in *element*, as its breaks, paragraphs and blocks make them."""
    for tag in element.find_all(_LINE_ENDS):
        tag.insert_before("\n")
        tag.insert_after("\n")
    lines = (" ".join(line(part).split()) for part in element.get_text().split("\n"))
    return [part.replace(" ,", ",") for part in lines if part]


def attribute(element: Tag, name: str) -> str:
    """Return an attribute as one line, "" if it is absent."""
    value = element.get(name)
    return line(" ".join(value) if isinstance(value, list) else value)


def _without_comments(text: str) -> str:
    first, *rest = text.split("<!--")
    kept = [first]
    for part in rest:
        comment, end, after = part.partition("-->")
        mark = f'<i class="{PLACE_MARK}"></i>' if comment.startswith("-") else ""
        kept.append(f"{mark}{after}" if end else mark)
    return "".join(kept)
