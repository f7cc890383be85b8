"""`openchair search`: the search of the pages and the API, on the terminal."""

from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console

from meetings.catalogue import Catalogue
from meetings.errors import InvalidSearch
from meetings.search import Results
from meetings.settings import Settings
from meetings.storage.meetings import all_meetings, version
from meetings.storage.sources import SourceState, confirmed_on, source_states, unheard_of
from web.api.meetings import results_document
from web.cli.geocoding import open_geocoder
from web.cli.opening import open_checked, open_places, publishers, sources_told
from web.languages import source_language
from web.parameters import one_place, read_search
from web.publishers import precedence
from web.service import utc_now
from web.words import Words, address


def document(results: Results) -> dict[str, object]:
    return results_document(results, sources=())


def parameters(
    *,
    at: str,
    radius: str,
    beyond: str,
    **options: str | bool | Sequence[str] | None,
) -> dict[str, list[str]]:
    """Return the options as the parameters that pages and API take."""
    given: dict[str, list[str]] = {}
    for name, value in options.items():
        if isinstance(value, bool):
            given |= {name: ["1"]} if value else {}
        elif value:
            given[name] = [value] if isinstance(value, str) else list(value)
    if at:
        latitude, _, longitude = at.partition(",")
        given |= {"latitude": [latitude.strip()], "longitude": [longitude.strip()]}
    if radius:
        number, unit = _length(radius, "radius")
        given[f"radius_{unit}"] = [number]
    if beyond:
        number, unit = _length(beyond, "beyond")
        if unit != "km":
            raise InvalidSearch("beyond", "Please give this in km.")
        given["beyond_km"] = [number]
    return given


async def search(settings: Settings, given: dict[str, list[str]]) -> Results:
    """Answer a search from the configured database."""
    async with (
        open_places(settings) as places,
        open_geocoder(settings, places) as geocoder,
        open_checked(settings) as database,
    ):
        place = await one_place(geocoder, given)
        async with database.read() as reader:
            meetings, number = await all_meetings(reader), await version(reader)
            sources = await source_states(reader)
    now, order = utc_now(), precedence(sources, publishers(sources_told(settings)))
    unheard = unheard_of(sources, now=now)
    catalogue = Catalogue(meetings, version=number, now=now, precedence=order, unheard=unheard)
    listed = catalogue.count_by("fellowship")
    asked = read_search(given, centre=place.point if place else None, listed=listed)
    return _confirmed(catalogue.find(asked, now=now), sources)


def print_results(results: Results) -> None:
    console, now, words = Console(highlight=False), utc_now(), Words(source_language())
    for hit in results.hits:
        meeting = hit.meeting
        console.print(meeting.name, style="bold", markup=False)
        rule = words.rule(meeting.schedule) if meeting.schedule else "no time listed"
        console.print(f"  {words.when(hit, now=now)}; {rule}", markup=False)
        where = address(meeting) if meeting.is_in_person else "online"
        distance = words.distance(hit, country="")
        console.print(f"  {where}" + (f", {distance}" if distance else ""), markup=False)
    console.print(f"{len(results.hits)} of {results.count:,}")


def _confirmed(results: Results, sources: Sequence[SourceState]) -> Results:
    days = [confirmed_on(hit.meeting, sources) for hit in results.hits]
    hits = [
        replace(hit, meeting=replace(hit.meeting, confirmed_on=day))
        for hit, day in zip(results.hits, days, strict=True)
    ]
    return replace(results, hits=tuple(hits))


def _length(text: str, field: str) -> tuple[str, str]:
    for unit in ("km", "mi"):
        if text.endswith(unit):
            return text.removesuffix(unit).strip(), unit
    raise InvalidSearch(field, "A length looks like 25km or 15mi.")
