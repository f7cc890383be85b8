"""GET /api/meetings and its like: the search as JSON, the shape that `openchair search` prints."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from meetings.catalogue import Answer, Catalogue, listing_of
from meetings.errors import InvalidSearch
from meetings.model import Status
from meetings.places import Place, typed_place
from meetings.search import Results, Search
from meetings.storage.sources import SourceState
from web.answers import Confirmed, answer_bytes, confirmed_days, listing_bytes
from web.api.answering import by_country, encoded, json_answer
from web.api.shapes import AlsoListed, Entries, PlaceFound, Places
from web.languages import country_of
from web.parameter_values import Parameters
from web.parameters import one_place, read_query, read_search
from web.service import Service, service

PLACES_MOST = 8


async def find_meetings(request: Request) -> Response:
    """GET /api/meetings?latitude=40.65&longitude=-73.95&radius_km=5&day=tue"""
    running = service(request)
    query: bytes = request.scope["query_string"]
    search = running.answers.read.get(query)
    if search is not None:
        return json_answer(_answer(running, search, query))
    given = read_query(query)
    if "near" not in given:
        return json_answer(_answer(running, await _read(running, query, given), query))
    country = country_of(request)
    search = await _read(running, query, given, country=country)
    return by_country(json_answer(_answer(running, search, b"%b %b" % (query, country.encode()))))


def _answer(running: Service, search: Search, key: bytes) -> bytes:
    return running.answers.answer(
        running.catalogue, search, query=key, now=running.now(), confirmed=running.confirmed
    )


async def one_meeting(request: Request) -> Response:
    """GET /api/meetings/12"""
    running = service(request)
    return json_answer(meeting_with_entries(running, request.path_params["number"]))


def meeting_with_entries(running: Service, number: int) -> bytes:
    """Return the JSON of one meeting, a tombstone too, and of who else lists it."""
    meeting = running.catalogue.get(number)
    hit = running.catalogue.hit(meeting, now=running.now())
    if meeting.removed_at:
        hit = replace(hit, meeting=replace(meeting, status=Status.ENDED))
    body = listing_bytes(listing_of(hit), running.confirmed)
    entries = msgspec.json.encode(_entries(running.catalogue, number))
    return body.removesuffix(b"}") + b"," + entries.removeprefix(b"{")


async def find_places(request: Request) -> Response:
    """GET /api/places?q=brook"""
    text = request.query_params.get("q", "")
    if not 2 <= len(text) <= 100:
        raise InvalidSearch("q", "Please type from 2 to 100 characters.")
    running = service(request)
    geocoder = running.gazetteer or running.geocoder
    found = await typed_place(
        geocoder, text, limit=PLACES_MOST, field="q", country=country_of(request)
    )
    return by_country(encoded(Places(places=[place_document(place) for place in found])))


def _entries(catalogue: Catalogue, number: int) -> Entries:
    return Entries(
        also_listed=[
            AlsoListed(
                number=each.number, source=each.source, is_shown=catalogue.is_found(each.number)
            )
            for each in catalogue.also_listed(number)
        ]
    )


def results_document(results: Results, sources: Sequence[SourceState]) -> dict[str, object]:
    """Return what the API answers, as values."""
    answer = Answer(
        [listing_of(hit) for hit in results.hits],
        results.count,
        results.next_cursor,
        results.facets,
    )
    confirmed = confirmed_of(sources)
    document: dict[str, object] = msgspec.json.decode(answer_bytes(answer, confirmed))
    return document


def confirmed_of(sources: Sequence[SourceState]) -> Confirmed:
    return confirmed_days((source.id, source.last_accepted_at) for source in sources)


async def _read(running: Service, query: bytes, given: Parameters, *, country: str = "") -> Search:
    """Return what *query* asks; one without a place to look up means the same ever after."""
    place = await one_place(running.geocoder, given, country=country)
    listed = running.catalogue.count_by("fellowship")
    search = read_search(given, centre=place.point if place else None, listed=listed)
    if place is None:
        running.answers.keep_reading(query, search)
    return search


def place_document(place: Place) -> PlaceFound:
    return PlaceFound(
        name=place.name,
        region=place.region,
        country=place.country,
        latitude=place.point.latitude,
        longitude=place.point.longitude,
        kind=place.kind,
        slug=place.slug,
    )
