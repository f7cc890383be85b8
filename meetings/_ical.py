"""The one door to the icalendar library: clean text, values, folded lines (calendar.md 4)."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from icalendar import Alarm, Calendar, Component, Event, vCategory, vDDDTypes, vText, vUri
from icalendar.prop import vInline

LONGEST_LINE = 75  # octets, without its line break

Value = vText | vUri | vInline | vCategory | vDDDTypes
Property = tuple[str, Value]

# C0 but tab and line break, DEL, C1, and the two line separators that JavaScript knows.
_DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class _Text(vText):
    r"""Text whose backslash before an N stays one: the library makes a line break of `\N`."""

    def to_ical(self) -> bytes:
        return re.sub(r"[\\;,]", r"\\\g<0>", self).replace("\n", r"\n").encode()


def clean(text: str) -> str:
    """Return *text* with line breaks as LF and without what no calendar line may hold."""
    return _DROPPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def cut(text: str, most: int) -> str:
    """Return *text*, with an ellipsis at its end if it had more than *most* characters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def clean_uri(text: str) -> str:
    """Return a URI as one word: the library raises at CR and LF, and unescapes backslashes."""
    return "".join(clean(text).split()).replace("\\", "%5C")


def is_usable_url(url: str) -> bool:
    """Say whether *url* leads to a host: one that does not makes Home Assistant drop the feed."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def text_value(text: str) -> Value:
    return _Text(clean(text))


def uri_value(uri: str, parameters: Mapping[str, str | Sequence[str]] | None = None) -> Value:
    return vUri(clean_uri(uri), params=dict(parameters or {}))


def raw_value(value: str, parameters: dict[str, str] | None = None) -> Value:
    """Return what is no text and needs no escaping. Never for foreign words."""
    return vInline(value, params=parameters)


def time_value(moment: dt.datetime | dt.date) -> Value:
    """Return a date, or a time with its TZID; a time in UTC ends in Z."""
    return vDDDTypes(moment)


def list_value(texts: Iterable[str]) -> Value:
    return vCategory([_Text(clean(text)) for text in texts])


def vevent(properties: Iterable[Property], alarm: Iterable[Property] = ()) -> bytes:
    """Return a VEVENT with its lines in the order given; a name may come twice."""
    event = Event()
    for name, value in properties:
        event.add(name, value, encode=False)
    if told := list(alarm):
        inner = Alarm()
        for name, value in told:
            inner.add(name, value, encode=False)
        event.add_component(inner)
    return _bytes(event)


def calendar(properties: Iterable[Property], components: Iterable[bytes]) -> bytes:
    """Return a VCALENDAR round components that are bytes already."""
    head = Calendar()
    for name, value in properties:
        head.add(name, value, encode=False)
    end = b"END:VCALENDAR\r\n"
    return b"".join((_bytes(head).removesuffix(end), *components, end))


def _bytes(component: Component) -> bytes:
    lines = [line.encode() for line in component.content_lines(sorted=False) if line]
    return b"".join(b"%b\r\n" % _folded(line) for line in lines)


def _folded(line: bytes) -> bytes:
    r"""
    Fold at 75 octets, inside no character and no escape (calendar.md 4).

    The library's own folding cuts through one of the pairs in a run such as \\\\.
    """
    rows, most = [], LONGEST_LINE
    while len(line) > most:
        end = most
        while line[end] & 0xC0 == 0x80:  # not the first octet of a character
            end -= 1
        while _opens_escape(line[:end]):
            end -= 1
        rows.append(line[:end])
        line, most = line[end:], LONGEST_LINE - 1  # a folded line begins with a space
    return b"\r\n ".join((*rows, line))


def _opens_escape(row: bytes) -> bool:
    """Say whether *row* ends in half an escape: \\ in text, ^ in parameters."""
    return any((len(row) - len(row.rstrip(sign))) % 2 for sign in (b"\\", b"^"))
