"""
The published meetings as columns, for what BMLT clients ask: made once for each catalogue.

Our own search leaves out closed buildings and has no place for online meetings; BMLT answers
with both (bmlt.md 3.10), and compares with the coordinates exactly as given.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from meetings.catalogue import Catalogue
from meetings.formats import comparable
from meetings.model import Admission, Meeting, Status
from web.bmlt.bodies import Body, bodies_of, publisher_number
from web.bmlt.distance import steps_of
from web.bmlt.home import Home, whole
from web.bmlt.rows import Row, degrees_of, fields_of, home_record, rows_of, times_of
from web.bmlt.rowvalues import RowValues
from web.bmlt.vocabulary import CLOSED, NA, OPEN, BmltFormat, formats_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
FormatIds = tuple[int, ...]
FormatTexts = tuple[bytes, bytes]  # the keys, the numbers
KEPT_BYTES_MOST = 48_000_000  # of answers
_VENUES = {"1": 1, "2": 2, "3": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose meetings an address answers with; *fellowship* "" is everybody's."""

    path: str
    fellowship: str = ""


ONE = Scope(path="/main_server", fellowship=NA)
ALL = Scope(path="/all/main_server")


@dataclass(slots=True, kw_only=True)
class Face:
    """All rows by latitude, those without coordinates last, then what they refer to."""

    moment: tuple[int, str]  # version and stamp of the catalogue it was made of
    home: Home
    numbers: Integers  # of the meetings
    ids: Integers
    weekdays: Integers
    starts: Integers  # seconds, -1: no time
    durations: Integers
    venues: Integers  # 0: none, which neither includes nor excludes (bmlt.md 2.7)
    bodies: Integers
    publishers: Integers
    fellowships: Integers
    format_sets: Integers
    latitudes: Floats
    longitudes: Floats
    steps: Floats  # of the exact distances
    vectors: Floats  # unit vectors of the rows with coordinates
    sets: Sequence[FormatIds]
    formats: Mapping[int, BmltFormat]  # of meetings that are not home's
    known_bodies: Mapping[int, Body]
    fellowship_codes: Mapping[str, int]
    are_found: Booleans  # whether general questions find it: no other entry stands for it
    row_values: RowValues
    places: Integers  # of the rows among the values
    texts: dict[str, list[str]] = field(default_factory=dict)  # columns asked for, by field
    answers: dict[bytes, bytes] = field(default_factory=dict)
    _answer_bytes: int = 0
    _format_keys: dict[tuple[int, str], str] = field(default_factory=dict)
    _format_texts: dict[str, list[FormatTexts]] = field(default_factory=dict)  # by language

    def __len__(self) -> int:
        return len(self.ids)

    def rows_in(self, scope: Scope) -> Integers:
        """Return the rows that *scope* answers with."""
        if not scope.fellowship:
            return np.arange(len(self), dtype=np.int64)
        code = self.fellowship_codes.get(scope.fellowship, -1)
        return np.flatnonzero(self.fellowships == code)

    def meeting_with(self, row_id: int) -> int | None:
        """Return the public number of the meeting of a row, None where there is no such row."""
        found = np.flatnonzero(self.ids == row_id)
        return int(self.numbers[found[0]]) if len(found) else None

    def format(self, number: int, language: str = "") -> BmltFormat | None:
        return self.home.format(number, language) or self.formats.get(number)

    def formats_in(self, rows: Integers) -> list[int]:
        """Return the numbers of the formats that *rows* have, ascending."""
        sets = np.unique(self.format_sets[rows]).tolist()
        return sorted({number for set_ in sets for number in self.sets[set_]})

    def format_texts_in(self, language: str) -> list[FormatTexts]:
        """Return of each set of formats its keys and its numbers, as they stand in JSON."""
        language = language if language in self.home.languages else ""
        found = self._format_texts.get(language)
        if found is None:
            found = [self._texts_of_formats(ids, language) for ids in self.sets]
            self._format_texts[language] = found
        return found

    def _texts_of_formats(self, ids: FormatIds, language: str) -> FormatTexts:
        keys = dict.fromkeys(key for id_ in ids if (key := self._format_key(id_, language)))
        numbers = ",".join(map(str, sorted(ids)))
        return msgspec.json.encode(",".join(keys))[1:-1], numbers.encode()

    def _format_key(self, number: int, language: str) -> str:
        """Return the key of a format; there are few formats, and many sets of them."""
        key = self._format_keys.get((number, language))
        if key is None:
            found = self.format(number, language)
            key = self._format_keys[number, language] = found.key if found is not None else ""
        return key

    def keep_answer(self, query: bytes, answer: bytes) -> None:
        self._answer_bytes += len(query) + len(answer) + _BYTES_EACH
        if self._answer_bytes > KEPT_BYTES_MOST:
            self.answers.clear()
            self._answer_bytes = len(query) + len(answer)
        self.answers[query] = answer


def is_shown(meeting: Meeting) -> bool:
    """Say whether BMLT clients see it: closed buildings too, institutions never (formats.md 4)."""
    return (
        meeting.removed_at is None
        and meeting.status is not Status.ENDED
        and meeting.admission is not Admission.INSTITUTION
    )


def make_face(catalogue: Catalogue, home: Home, titles: Mapping[str, str]) -> Face:
    """Return the face of *catalogue*; *titles* are the names of its sources. Takes CPU."""
    builder = _Builder(home, titles)
    for meeting in catalogue.all():
        if is_shown(meeting):
            builder.add(meeting, is_found=catalogue.is_found(meeting.number))
    face = builder.built((catalogue.version, catalogue.stamp))
    face.format_texts_in("")  # which nearly every answer needs
    return face


class _Builder:
    def __init__(self, home: Home, titles: Mapping[str, str]) -> None:
        self._home = home
        self._titles = titles
        self._whole = {name: array("q") for name in _WHOLE_COLUMNS}
        self._degrees = array("d")
        self._are_found = array("b")
        self._sets: dict[FormatIds, int] = {}
        self._formats: dict[int, BmltFormat] = {}
        self._bodies: dict[int, Body] = dict(home.bodies)
        self._fellowships: dict[str, int] = {}
        self._values = RowValues(home.custom_keys)

    def add(self, meeting: Meeting, *, is_found: bool) -> None:
        record = home_record(meeting, self._home)
        start, length = times_of(meeting, self._home)
        ids = self._format_ids(meeting, record)
        columns = {
            "numbers": meeting.number,
            "starts": start,
            "durations": length,
            "venues": self._venue(meeting, record),
            "bodies": self._body(meeting, record),
            "publishers": publisher_number(meeting.source),
            "fellowships": self._fellowships.setdefault(meeting.fellowship, len(self._fellowships)),
            "format_sets": self._sets.setdefault(ids, len(self._sets)),
        }
        for row in rows_of(meeting, self._home):
            for name, value in columns.items():
                self._whole[name].append(value)
            self._whole["ids"].append(row.id)
            self._whole["weekdays"].append(row.weekday)
            self._degrees.extend(degrees_of(meeting, self._home))
            self._are_found.append(is_found)
            self._values.add(self._fields(meeting, row, columns["bodies"]))

    def built(self, moment: tuple[int, str]) -> Face:
        degrees = np.frombuffer(self._degrees, dtype=np.float64).reshape(-1, 2)
        self._values.close()
        order = np.argsort(degrees[:, 0], kind="stable")  # nan comes last
        latitudes, longitudes = degrees[order].T.copy()
        columns = {
            name: np.frombuffer(column, dtype=np.int64)[order]
            for name, column in self._whole.items()
        }
        return Face(
            moment=moment,
            home=self._home,
            numbers=columns["numbers"],
            ids=columns["ids"],
            weekdays=columns["weekdays"],
            starts=columns["starts"],
            durations=columns["durations"],
            venues=columns["venues"],
            bodies=columns["bodies"],
            publishers=columns["publishers"],
            fellowships=columns["fellowships"],
            format_sets=columns["format_sets"],
            latitudes=latitudes,
            longitudes=longitudes,
            steps=steps_of(latitudes, longitudes),
            vectors=unit_vectors(latitudes, longitudes),
            sets=list(self._sets),
            formats=self._formats,
            known_bodies=self._bodies,
            fellowship_codes=self._fellowships,
            are_found=np.frombuffer(self._are_found, dtype=np.bool_)[order],
            row_values=self._values,
            places=order,
        )

    def _fields(self, meeting: Meeting, row: Row, body: int) -> dict[str, str]:
        name = self._bodies[body].fields["name"]
        return fields_of(meeting, row, self._home, root="", body=body, body_name=name)

    def _format_ids(self, meeting: Meeting, record: Mapping[str, str] | None) -> FormatIds:
        """Return the numbers in the order of their keys: closed and open first (bmlt.md 3.7)."""
        if record is not None:
            ids = {whole(part) for part in record.get("format_shared_id_list", "").split(",")}
            ids = {id_ for id_ in ids if self._home.format(id_) is not None}
        else:
            ids = {self._known(each) for each in formats_of(meeting)}
        return tuple(sorted(ids, key=lambda id_: (id_ not in (OPEN, CLOSED), id_)))

    def _known(self, given: BmltFormat) -> int:
        """Note a format; a number that means something else at home gives way to a free one."""
        own = beside_home(given, self._home)
        known = self._formats.get(own.id)
        if known is None or (own.world_id and not known.world_id):
            self._formats[own.id] = own
        return own.id

    def _venue(self, meeting: Meeting, record: Mapping[str, str] | None) -> int:
        if record is not None:
            return _VENUES.get(record.get("venue_type", ""), 0)
        if meeting.status is Status.CLOSED_FOR_NOW:
            return 0
        return {"in_person": 1, "online": 2, "hybrid": 3}[meeting.venue_type]

    def _body(self, meeting: Meeting, record: Mapping[str, str] | None) -> int:
        if record is not None:
            return whole(record.get("service_body_bigint", ""))
        bodies = bodies_of(meeting, self._titles)
        self._bodies.update((body.id, body) for body in bodies if body.id not in self._bodies)
        return bodies[0].id


def beside_home(given: BmltFormat, home: Home) -> BmltFormat:
    """Return *given* under a number that does not mean something else at home."""
    theirs = home.format(given.id, "en")
    if theirs is None or comparable(theirs.name) == comparable(given.name):
        return given
    return replace(given, id=given.id + _BESIDE)


def unit_vectors(latitudes: Floats, longitudes: Floats) -> Floats:
    """Return x, y, z of each point; nan where there is none."""
    north, east = np.radians(latitudes), np.radians(longitudes)
    across = np.cos(north)
    return np.stack([across * np.cos(east), across * np.sin(east), np.sin(north)])


_BESIDE = 500_000  # a stock number that means something else at home
_BYTES_EACH = 200  # of a dictionary's entry, about
_WHOLE_COLUMNS_WORDS = (
    "numbers ids weekdays starts durations venues bodies publishers fellowships format_sets"
)
_WHOLE_COLUMNS = _WHOLE_COLUMNS_WORDS.split()
