"""`openchair places`: making the gazetteer anew, and asking it."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from geopy.geocoders.base import Geocoder
from rich.console import Console

from meetings.errors import SettingsError
from meetings.outlines import FILE_NAME as OUTLINES
from meetings.places import (
    OfflineGeocoder,
    Place,
    choices,
    make_outlines,
    remake,
    typed_place,
)
from meetings.settings import Settings
from web.api.meetings import place_document
from web.cli.opening import console, open_places

FIND_MOST = 8

Dump = Annotated[Path | None, typer.Option("--from", help="A copy of GeoNames' export.")]
To = Annotated[Path | None, typer.Option(help="Only make the text, in this folder.")]
Lines = Annotated[
    Path | None,
    typer.Option(
        "--outlines", help="Make the map's coasts and borders instead, from node_modules."
    ),
]


def build(settings: Settings, *, dump: Path | None, to: Path | None) -> None:
    """Make the gazetteer's text from the pinned packages or *dump*, and build it from that."""
    made = remake(settings.data_dir, dump=dump, to=to, progress=console.print)
    console.print(f"made in {made}", markup=False)


def build_outlines(modules: Path, *, to: Path | None) -> None:
    """Make the map's coasts and borders from the npm packages in *modules*."""
    if to is None:
        raise SettingsError("name the folder for the outlines with --to")
    make_outlines(modules, to / OUTLINES, progress=console.print)
    console.print(f"made {to / OUTLINES}", markup=False)


async def find(settings: Settings, text: str) -> list[Place]:
    """Return the places *text* may mean, as the gazetteer reads it."""
    async with open_places(settings) as places:
        geocoder: Geocoder = OfflineGeocoder(places)
        return await typed_place(geocoder, text, limit=FIND_MOST)


def document(found: list[Place]) -> bytes:
    """Return the answer of /api/places."""
    return msgspec.json.encode({"places": [place_document(place) for place in found]})


def print_places(found: list[Place]) -> None:
    """Print the places; those a person would be asked to choose from are marked."""
    terminal = Console(highlight=False, soft_wrap=True)
    asked = choices(found)
    for place in found:
        mark = "?" if len(asked) > 1 and place in asked else " "
        at = f"{place.point.latitude:.2f}, {place.point.longitude:.2f}"
        terminal.print(f"{mark} {place.label}  {place.kind}  {at}  {place.slug}", markup=False)
