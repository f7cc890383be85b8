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
    if said := _words.description(meeting, look, moved):
        yield "DESCRIPTION", text_value(said)
    yield from _place(meeting, look, with_point=True)
    yield from _conferences(meeting, look)
    yield from _page(meeting, look)
    if not look.is_plain:
        yield "CATEGORIES", list_value(_words.categories(meeting))
    yield from _status(look, "CONFIRMED", is_busy=look.is_busy)


def called_off(meeting: Meeting, look: Look, description: str) -> Iterator[Property]:
    """Yield what stands on a date that does not take place."""
    yield "SUMMARY", text_value(_words.title(meeting, look, is_cancelled=True))
    yield "DESCRIPTION", text_value(description)
    yield from _place(meeting, look, with_point=False)
    yield from _page(meeting, look)
    yield from _status(look, "CANCELLED", is_busy=False)


def alarm(meeting: Meeting, look: Look, uid: str) -> Iterator[Property]:
    """Yield the one reminder a person chose; *uid* is its event's (RFC 9074 wants one)."""
    if look.reminder_minutes is None:
        return
    yield "UID", raw_value(f"a{look.reminder_minutes}-{uid}")
    yield "ACTION", raw_value("DISPLAY")
    yield "TRIGGER", raw_value(f"-{_duration(look.reminder_minutes)}")
    yield "DESCRIPTION", text_value(_words.title(meeting, look))


def _duration(minutes: int) -> str:
    if minutes % (24 * 60) == 0:
        return f"P{minutes // (24 * 60)}D"
    return f"PT{minutes // 60}H" if minutes % 60 == 0 else f"PT{minutes}M"


def _place(meeting: Meeting, look: Look, *, with_point: bool) -> Iterator[Property]:
    if words := _words.location(meeting, look):
        yield "LOCATION", text_value(words)
    place = _words.place(meeting, look)
    if not with_point or place is None or meeting.point is None or meeting.accuracy not in _EXACT:
        return
    latitude, longitude = f"{meeting.point.latitude:.6f}", f"{meeting.point.longitude:.6f}"
    yield "GEO", raw_value(f"{latitude};{longitude}")
    if look.is_plain:
        return
    address = {"X-ADDRESS": place.address} if place.address else {}
    parameters = {"VALUE": "URI", **address, "X-APPLE-RADIUS": "70", "X-TITLE": place.title}
    yield "X-APPLE-STRUCTURED-LOCATION", uri_value(f"geo:{latitude},{longitude}", parameters)


def _conferences(meeting: Meeting, look: Look) -> Iterator[Property]:
    """Yield the telephone, then video: Thunderbird keeps the last one (calendar.md 3.2)."""
    if telephone := _words.telephone_url(meeting):
        parameters = {"VALUE": "URI", "FEATURE": "PHONE", "LABEL": look.phrases.dial_in}
        yield "CONFERENCE", uri_value(telephone, parameters)
    if url := _words.join_url(meeting, look):
        # As a list: one text with a comma would be written as one odd value in quotes.
        label = look.phrases.join_online
        video = {"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"], "LABEL": label}
        yield "CONFERENCE", uri_value(url, video)


def _page(meeting: Meeting, look: Look) -> Iterator[Property]:
    """Yield the link to our page, which names what a plain calendar does not."""
    if not look.is_plain:
        yield "URL", uri_value(_words.page_url(meeting, look))


def _status(look: Look, status: str, *, is_busy: bool) -> Iterator[Property]:
    if look.is_private or look.is_plain:
        yield "CLASS", raw_value("PRIVATE")
    yield "STATUS", raw_value(status)
    yield "TRANSP", raw_value("OPAQUE" if is_busy else "TRANSPARENT")
    yield "X-MICROSOFT-CDO-BUSYSTATUS", raw_value("BUSY" if is_busy else "FREE")
