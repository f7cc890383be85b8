"""Links from sources: repaired when that is safe, otherwise left as the text they are."""

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from importers._limits import LONGEST_LINK
from importers._online_words import JOINING_HOSTS

_UNSAFE = re.compile(r"[\s\\<>\"\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")  # "zoom.us:443/j/1" has a port, no scheme
# Most links: nothing in them has to be repaired, and no part of them looked at.
_PLAIN = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[A-Za-z0-9._~/=&%+-]*)?(?:\?[A-Za-z0-9._~/=&%+-]+)?"
)
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+|\[[0-9A-Fa-f:.]+\]")
_JOINING_HOST = r"(?:[a-z0-9-]{1,63}\.){0,3}(?:" + "|".join(map(re.escape, JOINING_HOSTS)) + ")"
_IN_PROSE = re.compile(
    rf"(?:https?://|(?<![\w@./-])(?={_JOINING_HOST}/\w))[^\s<>\"\\]+", re.IGNORECASE
)
# "https://us02web.zoom.us/j/842 1234 5678": as services group the digits, and no other digits.
_SPACED_NUMBER = re.compile(
    rf"((?<![\w@.-]){_JOINING_HOST}(?:/[\w-]{{1,40}}){{0,3}}/)"
    r"(?:(?<=/j/)\s)?(\d{3})\s(\d{3,4})\s(\d{3,4})(?![\w-])",
    re.IGNORECASE,
)
_BEFORE_A_CUT = re.compile(r"/(?:\d{1,8}|j/)")  # meeting numbers have nine digits and more
_AFTER_A_CUT = re.compile(r"\s+\d")
_SECRET_KEYS = frozenset({"pwd", "password", "passcode", "pass", "pw", "passwd"})


def web_link(text: str) -> str:
    """
    Return *text* as an http or https link, or "" if it is none.

    A missing scheme becomes https, and a meeting number with spaces is joined. Refused are the
    forms that a browser reads otherwise than a program does: other white space, backslashes,
    names before an @ (reliability.md 5.2).
    """
    if not text or len(text) > LONGEST_LINK:
        return ""
    if _PLAIN.fullmatch(text):
        return text
    if _UNSAFE.search(text) and _UNSAFE.search(text := _with_whole_numbers(text)):
        return ""
    if not _SCHEME.match(text):
        text = "https://" + text.removeprefix("//")
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises for "https://a.example:port"
    except ValueError:
        return ""
    return urlunsplit(parts._replace(scheme=parts.scheme.lower())) if _is_web(parts) else ""


def link_in(prose: str) -> str:
    """
    Return the one web link that *prose* holds; "" if there is none, or more than one.

    Hosts by which one joins are known without a scheme. A link that may have been cut at a space
    within its number would lead into another meeting, and is none.
    """
    found = set(_as_written(prose))
    return web_link(found.pop()) if len(found) == 1 else ""


def links_in(prose: str) -> list[str]:
    """Return the web links that *prose* holds, as `link_in` knows them."""
    return list(filter(None, map(web_link, _as_written(prose))))


def without_links(prose: str) -> str:
    """Return *prose* without its links, those that are cut too."""
    return _IN_PROSE.sub("", _with_whole_numbers(prose))


def without_passcode(link: str) -> str:
    """Return *link* without the parameters, in query or fragment, that hold a pass code."""
    if "?" not in link and "#" not in link:
        return link
    parts = urlsplit(link)
    return urlunsplit(
        parts._replace(query=_harmless(parts.query), fragment=_harmless(parts.fragment))
    )


def without_query(link: str) -> str:
    """Return *link* up to its query."""
    return urlunsplit(urlsplit(link)._replace(query="", fragment=""))


def host(link: str) -> str:
    """Return the host of *link*, lower case, or ""."""
    return urlsplit(link).hostname or ""


def _as_written(prose: str) -> Iterator[str]:
    """Yield the links in *prose* as they are written, "" for one that may have been cut."""
    text = _with_whole_numbers(prose)
    for found in _IN_PROSE.finditer(text):
        link = found[0].rstrip(".,;:!?)'")
        yield "" if _is_cut(found[0], text[found.end() :]) else link


def _with_whole_numbers(text: str) -> str:
    return _SPACED_NUMBER.sub(r"\1\2\3\4", text)


def _is_cut(link: str, rest: str) -> bool:
    tail = link[link.rfind("/", 0, -1) :]
    return bool(_BEFORE_A_CUT.fullmatch(tail) and _AFTER_A_CUT.match(rest))


def _is_web(parts: SplitResult) -> bool:
    return (
        parts.scheme.lower() in ("http", "https")
        and "@" not in parts.netloc
        and _HOST.fullmatch(parts.hostname or "") is not None
    )


def _harmless(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(key, value) for key, value in pairs if key.lower() not in _SECRET_KEYS]
    return query if len(kept) == len(pairs) else urlencode(kept)
