"""One way to make a page: a template, its context, its language, and what every page shows."""

import re
from collections.abc import Callable, Hashable, Mapping, MutableMapping
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from types import CodeType, MappingProxyType
from urllib.parse import parse_qsl, quote, urlencode

import jinja2
from jinja2.bccache import Bucket
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from meetings.model import Meeting
from web.changed_dates import changes_in
from web.hits import doubt_in, facts_in, rows_in
from web.keptfiles import files_path
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
from web.service import Site, service
from web.telephones import dialled
from web.words import Words

PARTS_MOST = 256  # some 8 kB each, in each language
_FINE = re.compile(r"-?\b\d{1,3}\.\d{3,}\b")  # a number in an address, to 0.001 or finer
_PAIR = r"[\w.~,:/-]+=[\w.~,:/-]*"
_AS_WE_WRITE = re.compile(f"(?:{_PAIR}(?:&{_PAIR})*)?", re.ASCII)  # a query, nothing to be quoted
_IN_PATHS = "/,:;@!$'()*~-._"


def page(request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """Return *template* filled with *context* and with what every page may show."""
    running, language = service(request), spoken(request)
    # An address unknown here is not repeated: all secrets that open nothing answer alike.
    address = _own_address(request) if status != 404 else "/"
    told = {
        "now": running.now(),
        "lists_as_of": running.lists_as_of,
        "doubted": running.doubted,
        **context,
    }
    html = _written(running.site, language, template, address, told)
    return _answer(html, language, status)


def steady_page(
    request: Request, template: str, context: Mapping[str, Hashable] = MappingProxyType({})
) -> HTMLResponse:
    """Return a page that all who ask in one language get alike at any time: it is kept."""
    running, language = service(request), spoken(request)
    filled = {"lists_as_of": running.lists_as_of, **context}
    if request.scope["query_string"]:
        return page(request, template, status=200, **filled)
    about = running.site, language, language.is_linked, template, request.scope["path"]
    return _answer(_written_once(*about, tuple(sorted(filled.items()))), language, 200)


def _answer(html: str | bytes, language: Language, status: int) -> HTMLResponse:
    headers = {"Content-Language": language.tag, "Vary": "Accept-Language"}
    return HTMLResponse(html, status_code=status, headers=headers)


def _written(
    site: Site, language: Language, template: str, address: str, context: Mapping[str, object]
) -> str:
    common = {
        "site": site,
        "viewer": None,  # the zone that online meetings are told in, where it is known
        "country": "",  # of the place searched: decides miles or kilometres
        "chosen": [],  # numbers of the list that is being put together
        "languages": _links_to_languages(address, language),
    }
    html = environment(language).get_template(template).render({**common, **context})
    return with_language(html, language.code) if language.is_linked else html


@lru_cache(maxsize=64)
def _written_once(
    site: Site,
    language: Language,
    is_linked: bool,
    template: str,
    address: str,
    context: tuple[tuple[str, Hashable], ...],
) -> bytes:
    asked = replace(language, is_linked=is_linked)
    return _written(site, asked, template, address, dict(context)).encode()


def words_for(request: Request) -> Words:
    """Return the words that *request* is answered in, for texts made outside of templates."""
    return Words(spoken(request))


@lru_cache(maxsize=32)  # by language and region; a browser may name any region there is
def environment(language: Language) -> jinja2.Environment:
    """Return the templates of one language; macros keep their words, so each has its own."""
    made = _Environment(
        loader=jinja2.FileSystemLoader(str(resources.files("web") / "templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_COMPILED,
        auto_reload=False,  # a server's templates stay as they are
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
        facts=_as_markup(facts_in(words)),
        doubt=doubt_in(words),
        changes=changes_in(words),
        kept=_keeping(),
        hit_rows=rows_in(words),
        finders=finders,
        dialled=dialled,
        files=files_path(),
    )
    return made


class _Environment(jinja2.Environment):
    """Gives each template the globals themselves: a chain of them is searched key by key."""

    def make_globals(self, d: MutableMapping[str, object] | None) -> MutableMapping[str, object]:
        return super().make_globals(d) if d else self.globals


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
    kept: dict[str, Markup] = {}  # by message: there are no more than the templates hold

    def said(message: str, /, **values: object) -> Markup:
        found = kept.get(message)
        if found is None:
            found = kept[message] = Markup(translated(message))  # noqa: S704 - ours
        if values or "%" in message:
            return found % language.written(values)
        return found

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


def _as_markup(html: Callable[[Meeting], str]) -> Callable[[Meeting], Markup]:
    return lambda meeting: Markup(html(meeting))  # noqa: S704 - escaped where it is made


def _own_address(request: Request) -> str:
    """Return the address that was asked for, as links to other languages repeat it."""
    if request.method not in ("GET", "HEAD"):
        return "/"
    asked = request.scope["query_string"].decode("latin-1")
    if not _AS_WE_WRITE.fullmatch(asked) or _FINE.search(asked):
        pairs = parse_qsl(asked, keep_blank_values=True)
        asked = urlencode([(name, _FINE.sub(_coarse, value)) for name, value in pairs], safe=",:/")
    return quote(request.scope["path"], safe=_IN_PATHS) + (asked and f"?{asked}")


def _keeping() -> Callable[..., Markup]:
    """Return the templates' {% call kept(…) %}, which writes a part once for all it depends on."""
    parts: dict[tuple[Hashable, ...], Markup] = {}

    def kept(*about: Hashable, caller: Callable[[], Markup]) -> Markup:
        found = parts.get(about)
        if found is None:
            if len(parts) >= PARTS_MOST:
                parts.clear()
            found = parts[about] = caller()
        return found

    return kept


def _links_to_languages(address: str, language: Language) -> list[tuple[Catalogue, str]]:
    """Return the offered languages but for this one, each with the page's address in it."""
    return [
        (each, address_with_language(address, each.code))
        for each in offered()
        if each.code != language.code
    ]


def _coarse(coordinate: re.Match[str]) -> str:
    """Return a coordinate to 0.01 degree: our links tell no place better (needs.md 4)."""
    return f"{float(coordinate[0]):.2f}"
