"""One way to make a page: a template, its context, its language, and what every page shows."""

from collections.abc import Callable
from functools import lru_cache
from importlib import resources
from types import CodeType
from urllib.parse import quote

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


def page(request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """Return *template* filled with *context* and with what every page may show."""
    running, language = service(request), spoken(request)
    common = {
        "site": running.site,
        "now": running.now(),
        "viewer": None,  # the zone that online meetings are told in, where it is known
        "country": "",  # of the place searched: decides miles or kilometres
        "chosen": [],  # numbers of the list that is being put together
        "languages": _links_to_languages(request, language),
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


def _counted(language: Language) -> Callable[..., Markup]:
    translated = language.catalogue.translations.ngettext

    def counted(one: str, many: str, count: int, /, **values: object) -> Markup:
        written = language.written({"num": count, **values})
        return Markup(translated(one, many, count)) % written  # noqa: S704 - ours

    return counted


def _links_to_languages(request: Request, language: Language) -> list[tuple[Catalogue, str]]:
    """Return the offered languages but for this one, each with this page's address in it."""
    address = "/"
    if request.method in ("GET", "HEAD"):
        query = request.scope["query_string"].decode("latin-1")
        address = f"{request.scope['path']}?{query}" if query else request.scope["path"]
    return [
        (each, address_with_language(quote(address, safe="/?&=%+,:;@!$'()*~-._"), each.code))
        for each in offered()
        if each.code != language.code
    ]
