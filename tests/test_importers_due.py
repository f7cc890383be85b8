import datetime as dt

from importers._due import due_at
from tests.make_lists import NOW, a_source

HOUR = dt.timedelta(hours=1)


def waits(*, failures: int = 0, every: dt.timedelta = 12 * HOUR) -> list[dt.timedelta]:
    """Return how long sources that were tried at different minutes wait."""
    tries = [NOW + n * dt.timedelta(minutes=7, seconds=11) for n in range(200)]
    source = a_source(every=every)
    return [due_at(source, tried_at=at, failures=failures) - at for at in tries]


def test_a_source_is_read_again_after_its_interval_and_a_little_more() -> None:
    found = waits()

    assert min(found) >= 12 * HOUR
    assert max(found) <= 13.3 * HOUR
    assert len(set(found)) == 200


def test_no_source_is_read_on_the_full_hour() -> None:
    tries = [NOW + n * dt.timedelta(minutes=7) for n in range(500)]

    minutes = {due_at(a_source(), tried_at=at, failures=0).minute for at in tries}

    assert not minutes & {0, 1, 2}


def test_the_same_attempt_gives_the_same_moment() -> None:
    first, second = (due_at(a_source(), tried_at=NOW, failures=0) for _ in range(2))

    assert first == second


def test_a_source_that_is_not_reached_is_asked_ever_more_seldom_up_to_a_day() -> None:
    longest = [max(waits(failures=failures)) / HOUR for failures in (1, 2, 3, 6, 50)]

    assert [round(hours) for hours in longest[:3]] == [1, 2, 4]
    assert [24 <= hours <= 26.5 for hours in longest[3:]] == [True, True]
