"""
Gathers every text that pages may say into `locales/messages.pot`: `python -m web.messages`.

It finds them in the templates and in the Python that speaks to people, and adds the words that
are data: formats, fellowships, helplines, months. A translator's `messages.po` is made from it.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from meetings.fellowships import FELLOWSHIPS
from meetings.formats import FORMATS
from meetings.solar_hijri import MONTHS
from web.helplines import helplines
from web.languages import LOCALES

TEMPLATE = LOCALES / "messages.pot"
ROOT = Path(__file__).parents[1]
_PYTHON = ("**.py", "python")
_HTML = ("templates/*.html", "jinja2.ext:babel_extract")
_METHODS = {"web": [_HTML, _PYTHON], "meetings": [_PYTHON]}
_OPTIONS = {"web": {_HTML[0]: {"trimmed": "true", "silent": "false"}}, "meetings": {}}
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "marked": None,
    "sentence": None,
    "InvalidSearch": (2,),
    "InvalidPlan": (2,),
}


def template() -> Catalog:
    """Return all messages, each with the file that says it."""
    catalogue = Catalog(project="Open Chair", charset="utf-8", fuzzy=False)
    for folder, methods in _METHODS.items():
        for file, _, message, _, context in extract_from_dir(
            ROOT / folder, methods, _OPTIONS[folder], _KEYWORDS, ()
        ):
            catalogue.add(message, locations=[(f"{folder}/{file}", 0)], context=context)
    for message, context in _words_of_data():
        catalogue.add(message, context=context)
    return catalogue


def written() -> bytes:
    """Return the file as it should be: without dates and line numbers, which say nothing new."""
    file = BytesIO()
    write_po(file, template(), width=100, sort_output=True, omit_header=True, include_lineno=False)
    return file.getvalue()


def _words_of_data() -> Iterator[tuple[str, str | None]]:
    yield from ((each.name, "format") for each in FORMATS.values())
    for fellowship in FELLOWSHIPS.values():
        yield fellowship.name, "fellowship"
        yield fellowship.short_name, "fellowship"
    yield from ((month, "solar-hijri") for month in MONTHS)
    for line in helplines().helplines:
        yield from ((text, None) for text in (line.who_answers, line.for_whom, line.hours) if text)
        yield from ((text.what, None) for text in (line.text,) if text and text.what)
        yield from ((text, "cost") for text in (line.cost,) if text)


if __name__ == "__main__":
    TEMPLATE.write_bytes(written())
    sys.stdout.write(f"{len(template())} messages\n")
