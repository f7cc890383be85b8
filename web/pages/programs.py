"""For people who make sites and programs: the API, and the lines that widgets need."""

from starlette.requests import Request
from starlette.responses import HTMLResponse

from web.api.openapi import described
from web.api.operations import Taken
from web.bmlt.bodies import top_number
from web.bmlt.vocabulary import NA
from web.pages.render import page


async def api(request: Request) -> HTMLResponse:
    """GET /api"""
    operations = list(described(request.app.routes))
    return page(request, "api.html", operations=operations, limits=_limits)


async def use_it(request: Request) -> HTMLResponse:
    """GET /use-it"""
    return page(request, "use_it.html", body=top_number(NA))


def _limits(taken: Taken) -> str:
    """Return what the values may be, in short."""
    schema = taken.schema
    choices = schema.get("enum") or schema.get("items", {}).get("enum") or []
    if len(choices) > _CHOICES_SHOWN:
        return f"{', '.join(choices[:_CHOICES_SHOWN])} …"
    if choices:
        return ", ".join(choices)
    if "minimum" in schema:
        return f"{schema['minimum']:g} to {schema['maximum']:g}"
    return f"at most {schema['maxLength']} characters" if "maxLength" in schema else ""


_CHOICES_SHOWN = 16
