"""The home source's own records, as its publisher numbers and words them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from meetings.storage.published import Records
from web.bmlt.bodies import Body, published_body, unknown_body
from web.bmlt.keys import KNOWN
from web.bmlt.vocabulary import BmltFormat

Record = Mapping[str, str]
ENGLISH = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What the home source published; of no home source, nothing."""

    source: str = ""
    records: Mapping[str, Record] = field(default_factory=dict)  # meetings by their key
    formats: Mapping[tuple[int, str], BmltFormat] = field(default_factory=dict)  # id, language
    bodies: Mapping[int, Body] = field(default_factory=dict)
    server: Record = field(default_factory=dict)
    custom_keys: tuple[str, ...] = ()  # fields that only this server has
    languages: frozenset[str] = frozenset()  # that some format has a name in

    @property
    def is_there(self) -> bool:
        return bool(self.records)

    @property
    def native_language(self) -> str:
        return self.server.get("nativeLang", "") or ENGLISH

    def format(self, number: int, language: str = "") -> BmltFormat | None:
        """Return the format in *language*, else in the server's, in English, in any."""
        for wanted in (language, self.native_language, ENGLISH):
            if (found := self.formats.get((number, wanted))) is not None:
                return found
        return next((found for (id_, _), found in self.formats.items() if id_ == number), None)


NOT_THERE = Home()


def read_home(published: Mapping[str, Records]) -> Home:
    """Return the home source; of several the first by its id."""
    if not published:
        return NOT_THERE
    source = min(published)
    by_kind: dict[str, dict[str, Record]] = {}
    decoder = msgspec.json.Decoder(dict[str, str])
    for id_, document in published[source].items():
        by_kind.setdefault(id_.kind, {})[id_.key] = decoder.decode(document)
    meetings = by_kind.get("meeting", {})
    bodies = {
        int(key): published_body(body) for key, body in by_kind.get("service_body", {}).items()
    }
    for record in meetings.values():
        number = whole(record.get("service_body_bigint", ""))
        if number not in bodies:
            bodies[number] = unknown_body(number, record.get("service_body_name", ""))
    formats = dict(_formats(by_kind.get("format", {}).values()))
    return Home(
        source=source,
        records=meetings,
        formats=formats,
        languages=frozenset(language for _, language in formats),
        bodies=bodies,
        server=next(iter(by_kind.get("server", {}).values()), {}),
        custom_keys=_custom_keys(meetings),
    )


def whole(text: str) -> int:
    """Return a whole number that is written in digits, else 0."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= 18
    return int(text) if is_number else 0


def _formats(records: Iterable[Record]) -> Iterator[tuple[tuple[int, str], BmltFormat]]:
    for record in records:
        number, language = whole(record.get("id", "")), record.get("lang", "") or ENGLISH
        if number:
            yield (number, language), _format(record, number, language)


def _format(record: Record, number: int, language: str) -> BmltFormat:
    return BmltFormat(
        id=number,
        key=record.get("key_string", ""),
        name=record.get("name_string", ""),
        description=record.get("description_string", ""),
        world_id=record.get("world_id", ""),
        type=record.get("format_type_enum", ""),
        language=language,
    )


def _custom_keys(meetings: Mapping[str, Record]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for record in meetings.values():
        found.update(dict.fromkeys(key for key in record if key not in KNOWN))
    return tuple(found)
