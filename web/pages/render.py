"""One way to make a page: a template, its context, its language, and what every page shows."""

import re
from collections.abc import Callable
from functools import lru_cache
from importlib import resources
from types import CodeType
from urllib.parse import parse_qsl, quote, urlencode

import jinja2
from jinja2.bccache import Bucket
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from web.languages import (
    Catalogue,
    Language,
    address_with_language,
    offered,
    spoken,
    with_language,
)
from web.parameters import WEEKDAYS
from web.publishers import finders
from web.service import service
from web.words import Words

_FINE = re.compile(r"-?\b\d{1,3}\.\d{3,}\b")  # a number in an address, to 0.001 or finer
_IN_PATHS = "/,:;@!$'()*~-._"


def page(request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """Return *template* filled with *context* and with what every page may show."""
    running, language = service(request), spoken(request)
    common = {
        "site": running.site,
        "now": running.now(),
        "lists_as_of": running.lists_as_of,
        "viewer": None,  # the zone that online meetings are told in, where it is known
        "country": "",  # of the place searched: decides miles or kilometres
        "chosen": [],  # numbers of the list that is being put together
        "languages": _links_to_languages(request, language, is_known=status != 404),
    }
    html = environment(language).get_template(template).render(common | context)
    if language.is_linked:
        html = with_language(html, language.code)
    return HTMLResponse(
        html,
        status_code=status,
        headers={"Content-Language": language.tag, "Vary": "Accept-Language"},
    )


def words_for(request: Request) -> Words:
    """Return the words that *request* is answered in, for texts made outside of templates."""
    return Words(spoken(request))


@lru_cache(maxsize=32)  # by language and region; a browser may name any region there is
def environment(language: Language) -> jinja2.Environment:
    """Return the templates of one language; macros keep their words, so each has its own."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(resources.files("web") / "templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_COMPILED,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension's own switch
    words = Words(language)
    made.globals.update(
        _=_said(language),
        gettext=_said(language),
        ngettext=_counted(language),
        pgettext=_said_in_context(language),
        say=language.say,
        language=language,
        words=words,
        weekday_codes=WEEKDAYS,
        fellowship=words.fellowship,
        finders=finders,
    )
    return made


class _Compiled(jinja2.BytecodeCache):
    """Templates compiled once for all languages; in memory."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def _said(language: Language) -> Callable[..., Markup]:
    """Return the templates' gettext: the message is ours, its values are escaped."""
    translated = language.catalogue.translations.gettext

    def said(message: str, /, **values: object) -> Markup:
        return Markup(translated(message)) % language.written(values)  # noqa: S704 - ours

    return said


def _said_in_context(language: Language) -> Callable[[str, str], Markup]:
    """Return the gettext of short words that mean several things, such as "free"."""
    return lambda context, message: Markup(language.pgettext(context, message))  # noqa: S704 - ours


def _counted(language: Language) -> Callable[..., Markup]:
    translated = language.catalogue.translations.ngettext

    def counted(one: str, many: str, count: int, /, **values: object) -> Markup:
        written = language.written({"num": count, **values})
        return Markup(translated(one, many, count)) % written  # noqa: S704 - ours

    return counted


def _links_to_languages(
    request: Request, language: Language, *, is_known: bool
) -> list[tuple[Catalogue, str]]:
    """
    Return the offered languages but for this one, each with this page's address in it.

    An address that is not *is_known* is not repeated: all secrets that open nothing answer alike.
    """
    address = "/"
    if is_known and request.method in ("GET", "HEAD"):
        query = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        asked = urlencode([(name, _FINE.sub(_coarse, value)) for name, value in query], safe=",:/")
        address = quote(request.scope["path"], safe=_IN_PATHS) + (asked and f"?{asked}")
    return [
        (each, address_with_language(address, each.code))
        for each in offered()
        if each.code != language.code
    ]


def _coarse(coordinate: re.Match[str]) -> str:
    """Return a coordinate to 0.01 degree: our links tell no place better (needs.md 4)."""
    return f"{float(coordinate[0]):.2f}"
