import datetime as dt
from pathlib import Path

from meetings.catalogue import Catalogue, CatalogueBuilder
from meetings.model import Meeting, Point, ScheduleException
from meetings.search import Search
from tests.bench.generate import generated
from tests.make import NOON, a_meeting, a_schedule

BROOKLYN = Point(40.65, -73.95)
SEARCHES = [
    Search(limit=100),
    Search(centre=BROOKLYN, nearest=50, limit=50, facets=True),
    Search(online=True, text="serenity"),
]


def written(path: Path, meetings: list[Meeting]) -> Catalogue:
    builder = CatalogueBuilder(path)
    builder.add(meetings[:100])
    builder.add(meetings[100:])
    return builder.built(version=7, stamp="then", now=NOON)


def test_a_snapshot_answers_as_the_catalogue_it_was_made_of(tmp_path: Path) -> None:
    meetings = [*generated(300), a_removed_one()]
    in_memory = Catalogue(meetings, version=7, now=NOON)
    written(tmp_path / "catalogue", meetings)

    opened = Catalogue.opened(tmp_path / "catalogue", now=NOON)

    assert opened is not None
    assert (opened.version, opened.stamp, len(opened)) == (7, "then", len(in_memory))
    assert list(opened.all()) == meetings
    assert opened.get(301) == meetings[300]
    for search in SEARCHES:
        assert opened.find(search, now=NOON) == in_memory.find(search, now=NOON)


def test_exceptions_survive_a_snapshot(tmp_path: Path) -> None:
    closed = ScheduleException(on=dt.date(2026, 11, 24), reason="the hall is closed")
    meeting = a_meeting(schedule=a_schedule(exceptions=(closed,)))

    (hit,) = written(tmp_path / "catalogue", [meeting]).find(Search(), now=NOON).hits

    assert hit.meeting == meeting
    assert hit.next_start == dt.datetime(2026, 12, 2, 0, 30, tzinfo=dt.UTC)


def test_a_catalogue_serves_on_when_its_file_is_replaced(tmp_path: Path) -> None:
    before = written(tmp_path / "catalogue", [a_meeting(name="Before")])

    after = written(tmp_path / "catalogue", [a_meeting(name="After")])

    assert [each.get(1).name for each in (before, after)] == ["Before", "After"]
    assert [path.name for path in tmp_path.iterdir()] == ["catalogue"]


def test_an_empty_catalogue_has_a_snapshot_too(tmp_path: Path) -> None:
    assert len(written(tmp_path / "catalogue", [])) == 0


def test_a_damaged_or_absent_file_is_no_snapshot(tmp_path: Path) -> None:
    written(tmp_path / "whole", [a_meeting()])
    whole = (tmp_path / "whole").read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "other").write_bytes(whole.replace(b'"made_by":"', b'"made_by":"0'))

    for name in ("absent", "half", "empty", "other"):
        assert Catalogue.opened(tmp_path / name, now=NOON) is None


def test_what_was_never_finished_leaves_no_file(tmp_path: Path) -> None:
    builder = CatalogueBuilder(tmp_path / "catalogue")
    builder.add([a_meeting()])

    del builder

    assert list(tmp_path.iterdir()) == []


def a_removed_one() -> Meeting:
    return a_meeting(id="t:301", number=301, removed_at=NOON)
