"""Links from sources: repaired when that is safe, otherwise left as the text they are."""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from importers._limits import LONGEST_LINK

_UNSAFE = re.compile(r"[\s\\<>\"\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")  # "zoom.us:443/j/1" has a port, no scheme
# Most links: nothing in them has to be repaired, and no part of them looked at.
_PLAIN = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[A-Za-z0-9._~/=&%+-]*)?(?:\?[A-Za-z0-9._~/=&%+-]+)?"
)
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+|\[[0-9A-Fa-f:.]+\]")
_IN_PROSE = re.compile(r"https?://[^\s<>\"\\]+", re.IGNORECASE)
_SECRET_KEYS = frozenset({"pwd", "password", "passcode", "pass", "pw", "passwd"})


def web_link(text: str) -> str:
    """
    Return *text* as an http or https link, or "" if it is none.

    A missing scheme becomes https. Refused are the forms that a browser reads otherwise than
    a program does: white space, backslashes, names before an @ (reliability.md 5.2).
    """
    if not text or len(text) > LONGEST_LINK:
        return ""
    if _PLAIN.fullmatch(text):
        return text
    if _UNSAFE.search(text):
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
    """Return the one web link that *prose* holds; "" if there is none, or more than one."""
    found = {link.rstrip(".,;:!?)'") for link in _IN_PROSE.findall(prose)}
    return web_link(found.pop()) if len(found) == 1 else ""


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
