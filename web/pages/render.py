"""One way to make a page: a template, its context, and what every page shows."""

from importlib import resources

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse

from meetings.fellowships import fellowship
from meetings.formats import FORMATS
from web import words
from web.publishers import finders
from web.service import service

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(str(resources.files("web") / "templates")),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals.update(words=words, fellowship=fellowship, FORMATS=FORMATS, finders=finders)


def page(request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """Return *template* filled with *context* and with what every page may show."""
    running = service(request)
    common = {
        "site": running.site,
        "now": running.now(),
        "viewer": None,  # the zone that online meetings are told in, where it is known
        "country": "",  # of the place searched: decides miles or kilometres
        "chosen": [],  # numbers of the list that is being put together
    }
    return HTMLResponse(
        _TEMPLATES.get_template(template).render(common | context), status_code=status
    )
