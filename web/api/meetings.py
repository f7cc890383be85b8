"""GET /api/meetings and its like: the search as JSON, the shape that `openchair search` prints."""

import datetime as dt

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from meetings.errors import InvalidSearch
from meetings.model import Meeting, Schedule, Status
from meetings.places import Place, typed_place
from meetings.recurrence import rrules
from meetings.search import Hit, Results
from web.parameters import as_parameters, one_place, read_search
from web.service import service

PLACES_MOST = 8


async def find_meetings(request: Request) -> Response:
    """GET /api/meetings?latitude=40.65&longitude=-73.95&radius_km=5&day=tue"""
    running = service(request)
    given = as_parameters(request.query_params.multi_items())
    place = await one_place(running.geocoder, given)
    search = read_search(given, centre=place.point if place else None)
    return _json(results_document(running.catalogue.find(search, now=running.now())))


async def one_meeting(request: Request) -> Response:
    """GET /api/meetings/12"""
    running = service(request)
    meeting = running.catalogue.get(request.path_params["number"])
    return _json(hit_document(running.catalogue.hit(meeting, now=running.now())))


async def find_places(request: Request) -> Response:
    """GET /api/places?q=brook"""
    text = request.query_params.get("q", "")
    if not 2 <= len(text) <= 100:
        raise InvalidSearch("q", "Please type from 2 to 100 characters.")
    found = await typed_place(service(request).geocoder, text, limit=PLACES_MOST)
    return _json({"places": [_place_document(place) for place in found]})


def results_document(results: Results) -> dict[str, object]:
    return {
        "meetings": [hit_document(hit) for hit in results.hits],
        "count": results.count,
        "next": results.next_cursor,
    }


def hit_document(hit: Hit) -> dict[str, object]:
    """Return the fields of DESIGN's "A meeting", flat where programs expect them so."""
    meeting = hit.meeting
    return (
        _facts(meeting)
        | _times(meeting.schedule)
        | {
            "next_start": hit.next_start,
            "is_on_now": hit.is_on_now,
            "distance_km": None if hit.distance_km is None else round(hit.distance_km, 3),
        }
    )


def _facts(meeting: Meeting) -> dict[str, object]:
    point = meeting.point
    return {
        "id": meeting.id,
        "number": meeting.number,
        "source": meeting.source,
        "fellowship": meeting.fellowship,
        "name": meeting.name,
        "group": meeting.group,
        "status": Status.ENDED if meeting.removed_at else meeting.status,
        "venue_type": meeting.venue_type,
        "venue": meeting.venue,
        "latitude": point.latitude if point else None,
        "longitude": point.longitude if point else None,
        "accuracy": meeting.accuracy,
        "online": meeting.online,
        "formats": meeting.formats,
        "other_formats": meeting.other_formats,
        "admission": meeting.admission,
        "restriction_text": meeting.restriction_text,
        "age_min": meeting.age_min,
        "age_max": meeting.age_max,
        "languages": meeting.languages,
        "notes": meeting.notes,
        "page_url": meeting.page_url,
        "service_body": meeting.service_body,
        "confirmed_on": meeting.confirmed_on,
        "revision": meeting.revision,
        "changed_at": meeting.changed_at,
        "removed_at": meeting.removed_at,
    }


def _times(schedule: Schedule | None) -> dict[str, object]:
    if schedule is None:
        names = ("weekday", "start", "duration_minutes", "timezone", "timezone_source")
        return dict.fromkeys(names) | {"rrule": [], "exceptions": []}
    duration = schedule.duration
    return {
        "weekday": schedule.rules[0].weekday,
        "start": f"{schedule.start:%H:%M}",
        "duration_minutes": int(duration / dt.timedelta(minutes=1)) if duration else None,
        "timezone": schedule.timezone.key if schedule.timezone else None,
        "timezone_source": schedule.timezone_source,
        "rrule": rrules(schedule),
        "exceptions": schedule.exceptions,
    }


def _place_document(place: Place) -> dict[str, object]:
    return {
        "name": place.name,
        "region": place.region,
        "country": place.country,
        "latitude": place.point.latitude,
        "longitude": place.point.longitude,
        "kind": place.kind,
        "slug": place.slug,
    }


def _json(document: object) -> Response:
    return Response(msgspec.json.encode(document), media_type="application/json")
