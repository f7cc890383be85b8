"""The publishers: the list that is shipped, with the operator's own list laid over it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from importers._countries import country_code
from importers._links import web_link
from importers._operator_files import (
    Entry,
    as_flag,
    as_tables,
    as_text,
    as_zone,
    parse_toml,
    refuse_unknown,
)
from importers._parts import Divided, is_part_of
from importers._registry import get_importer, importer_names
from importers._source import Source
from meetings.errors import SettingsError

FILE = "sources.toml"

_TEXTS = ("id", "importer", "fellowship", "title", "language", "terms", "contact")
_FLAGS = ("home", "enabled", "publish_passcodes")
_KEYS = (*_TEXTS, *_FLAGS, "url", "country", "timezone", "every")
_REQUIRED = ("id", "importer", "fellowship")


def load_sources(folder: Path | None) -> list[Source]:
    """
    Return the sources, the shipped ones first; the operator's file in *folder* adds or changes.

    Raises:
        SettingsError: for a file that cannot be used, in one sentence.
    """
    shipped = resources.files("importers").joinpath(FILE).read_text(encoding="utf-8")
    entries = _entries(shipped, file=FILE)
    path = None if folder is None else folder / FILE
    if path is not None and path.exists():
        for id_, entry in read_entries(path).items():
            entries[id_] = entries.get(id_, {}) | entry
    return _checked(_source(entry) for entry in entries.values())


def read_sources(path: Path) -> list[Source]:
    """Return the sources of one file alone, such as the demo's. Raises SettingsError."""
    return _checked(_source(entry) for entry in read_entries(path).values())


def read_entries(path: Path) -> dict[str, dict[str, object]]:
    """Return the entries of a file by their ids. Raises SettingsError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{path.name} cannot be read as text") from problem
    return _entries(text, file=path.name)


def _entries(text: str, *, file: str) -> dict[str, dict[str, object]]:
    document = parse_toml(text, file=file)
    refuse_unknown(document, ("sources",), where=file)
    entries: dict[str, dict[str, object]] = {}
    for entry in as_tables(document.get("sources", []), where=f"{file}, sources"):
        id_ = as_text(entry.get("id"), where=f"{file}, the id of a source")
        refuse_unknown(entry, _KEYS, where=f"{file}, source {id_}")
        if id_ in entries:
            raise SettingsError(f"{file} has the source {id_} twice")
        entries[id_] = entry
    return entries


def as_told(part: Source, entries: Iterable[Source]) -> Source:
    """Return *part* of a divided source as the operator changed it in an entry of its id."""
    told = next((entry for entry in entries if entry.id == part.id), None)
    if told is None:
        return part
    return replace(
        part,
        title=told.title or part.title,
        country=told.country or part.country,
        timezone=told.timezone or part.timezone,
        language=told.language or part.language,
        terms=told.terms or part.terms,
        contact=told.contact or part.contact,
        home=told.home,
        enabled=told.enabled,
        publish_passcodes=told.publish_passcodes or part.publish_passcodes,
    )


def whole_of(id_: str, sources: Iterable[Source]) -> Source | None:
    """Return the divided source of which *id_* names a part, such as na of na-12."""
    return next((each for each in sources if is_part_of(id_, each) and is_divided(each)), None)


def is_divided(source: Source) -> bool:
    """Say whether *source* stands for several; an importer that does not exist divides nothing."""
    if source.importer not in importer_names():
        return False
    importer = get_importer(source.importer)
    return isinstance(importer, Divided) and importer.is_divided(source, None)


def _checked(sources: Iterable[Source]) -> list[Source]:
    found = list(sources)
    homes = [source.id for source in found if source.home]
    if len(homes) > 1:
        raise SettingsError(f"only one source may be the home, not {' and '.join(homes)}")
    for source in found:
        if source.url and whole_of(source.id, found) is not None:
            raise SettingsError(
                f"{FILE}, source {source.id}: an id like this is for changing a part of another"
                " source and has no url; a list of its own needs another id, since its meetings"
                " have other numbers"
            )
    return found


def _source(entry: Entry) -> Source:
    where = f"{FILE}, source {entry['id']}"
    for name in _REQUIRED:
        if not entry.get(name):
            raise SettingsError(f"{where} needs the key {name!r}")
    # Any: the keys are fields of Source, each made by the function that knows its type
    fields: dict[str, Any] = {
        name: _value(name, value, where=f"{where}, {name}") for name, value in entry.items()
    }
    try:
        return Source(**fields)
    except ValueError as problem:
        raise SettingsError(f"{where}: {problem}") from problem


def _value(name: str, value: object, *, where: str) -> object:
    if name == "timezone":
        return as_zone(value, where=where)
    if name == "every":
        return _every(value, where=where)
    if name in _FLAGS:
        return as_flag(value, where=where)
    text = as_text(value, where=where)
    if name == "url" and web_link(text) != text:
        raise SettingsError(f"{where} must be an http or https link")
    if name == "country" and country_code(text) != text:
        raise SettingsError(f"{where} must be an ISO code of two letters such as US")
    return text


def _every(value: object, *, where: str) -> dt.timedelta:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 24 * 7:
        raise SettingsError(f"{where} must be a number of hours from 1 to 168")
    return dt.timedelta(hours=value)
