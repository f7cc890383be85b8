"""What a calendar entry shows: the properties that are the same on every date (calendar.md 3.2)."""

from collections.abc import Iterator

from meetings import _words
from meetings._ical import Property, list_value, raw_value, text_value, uri_value
from meetings._look import Look
from meetings.model import Accuracy, Meeting, Occurrence

# A pin for anything coarser would send people to a place that is not the meeting's.
_EXACT = (Accuracy.EXACT, Accuracy.STREET)


def shown(meeting: Meeting, look: Look, moved: Occurrence | None = None) -> Iterator[Property]:
    """Yield what stands on a date that takes place, *moved* or as ever."""
    yield "SUMMARY", text_value(_words.title(meeting, look))
    yield "DESCRIPTION", text_value(_words.description(meeting, look, moved))
    yield from _place(meeting, look, with_point=True)
    yield from _conferences(meeting)
    yield "URL", uri_value(_words.page_url(meeting, look))
    yield "CATEGORIES", list_value(_words.categories(meeting))
    yield from _status("CONFIRMED", is_busy=look.is_busy)


def called_off(meeting: Meeting, look: Look, description: str) -> Iterator[Property]:
    """Yield what stands on a date that does not take place."""
    yield "SUMMARY", text_value(_words.title(meeting, look, is_cancelled=True))
    yield "DESCRIPTION", text_value(description)
    yield from _place(meeting, look, with_point=False)
    yield "URL", uri_value(_words.page_url(meeting, look))
    yield from _status("CANCELLED", is_busy=False)


def _place(meeting: Meeting, look: Look, *, with_point: bool) -> Iterator[Property]:
    if words := _words.location(meeting, look):
        yield "LOCATION", text_value(words)
    place = _words.place(meeting)
    if not with_point or place is None or meeting.point is None or meeting.accuracy not in _EXACT:
        return
    latitude, longitude = f"{meeting.point.latitude:.6f}", f"{meeting.point.longitude:.6f}"
    yield "GEO", raw_value(f"{latitude};{longitude}")
    address = {"X-ADDRESS": place.address} if place.address else {}
    parameters = {"VALUE": "URI", **address, "X-APPLE-RADIUS": "70", "X-TITLE": place.title}
    yield "X-APPLE-STRUCTURED-LOCATION", uri_value(f"geo:{latitude},{longitude}", parameters)


def _conferences(meeting: Meeting) -> Iterator[Property]:
    """Yield the telephone, then video: Thunderbird keeps the last one (calendar.md 3.2)."""
    if telephone := _words.telephone_url(meeting):
        parameters = {"VALUE": "URI", "FEATURE": "PHONE", "LABEL": "Dial in"}
        yield "CONFERENCE", uri_value(telephone, parameters)
    if url := _words.join_url(meeting):
        # As a list: one text with a comma would be written as one odd value in quotes.
        video = {"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"], "LABEL": "Join online"}
        yield "CONFERENCE", uri_value(url, video)


def _status(status: str, *, is_busy: bool) -> Iterator[Property]:
    yield "STATUS", raw_value(status)
    yield "TRANSP", raw_value("OPAQUE" if is_busy else "TRANSPARENT")
    yield "X-MICROSOFT-CDO-BUSYSTATUS", raw_value("BUSY" if is_busy else "FREE")
