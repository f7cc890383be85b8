"""The place that a page is asked about, by its slug or by what was typed, and addresses of both."""

from functools import lru_cache
from urllib.parse import quote_plus

from starlette.requests import Request
from starlette.responses import HTMLResponse

from meetings.errors import NotFound
from meetings.places import Place
from web.languages import country_of
from web.pages.render import page
from web.parameter_values import Parameters
from web.parameters import Ambiguous, find_place
from web.service import service


async def place_asked(request: Request, given: Parameters) -> Place | Ambiguous | None:
    """Return the place of the path's slug, else the one that `near` names, else None."""
    running, slug = service(request), request.path_params.get("slug")
    if slug is not None:
        place = running.places.by_slug(slug)
        if place is None:
            raise NotFound(f"no place is called {slug}")
        return place
    near = " ".join(given.get("near", ()))
    if not near:
        return None
    return await find_place(running.geocoder, near, country=country_of(request))


def which_place(
    request: Request, path: str, ambiguous: Ambiguous, given: Parameters
) -> HTMLResponse:
    """Return the page with a link below *path* for each of the places that were meant, perhaps."""
    rest = {name: values for name, values in given.items() if name != "near"}
    return page(
        request,
        "which_place.html",
        text=ambiguous.text,
        is_region=ambiguous.is_region,
        links=[(place, address_of(f"{path}/{place.slug}", rest)) for place in ambiguous.places],
    )


def address_of(path: str, given: Parameters) -> str:
    query = "&".join(
        f"{_name(name)}={quote_plus(value)}" for name in sorted(given) for value in given[name]
    )
    return f"{path}?{query}" if query else path


_name = lru_cache(maxsize=256)(quote_plus)  # of a parameter: there are few, unlike values
