"""Dates that are off or moved are told wherever the rule is: people go by what stands there."""

import datetime as dt
import re
from pathlib import Path

import pytest

from meetings.model import Accuracy, Meeting, Point, Rule, ScheduleException
from tests.make import a_meeting, a_schedule
from tests.serving import serving
from tests.test_web_pages import words
from web.changed_dates import changes_as_text, changes_in
from web.languages import language_of, source_language
from web.words import Words

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
NOVEMBER, DECEMBER = dt.date(2026, 11, 29), dt.date(2026, 12, 6)
PAINTED = "the hall is being painted"
SUNDAYS = (Rule(weekday=7),)
ENGLISH = Words(source_language())


def off(on: dt.date, **changes: object) -> ScheduleException:
    return ScheduleException(on=on, **{"reason": PAINTED, **changes})  # type: ignore[arg-type]


def a_sunday(*exceptions: ScheduleException, rules: tuple[Rule, ...] = SUNDAYS) -> Meeting:
    schedule = a_schedule(rules=rules, start=dt.time(10, 15), exceptions=exceptions)
    near = {"point": Point(40.65, -73.95), "accuracy": Accuracy.EXACT}
    return a_meeting(name="Sunrise Group", schedule=schedule, **near)


def told(meeting: Meeting, tag: str = "en") -> str:
    language = language_of(tag)
    assert language is not None
    return changes_as_text(Words(language), meeting, NOW)


async def test_every_page_that_tells_the_rule_tells_the_dates_that_are_off(tmp_path: Path) -> None:
    both = a_sunday(off(NOVEMBER), off(DECEMBER))

    async with serving(tmp_path, [both, a_meeting(id="t:2")], now=NOW) as client:
        keeper = await client.post("/plans/shares", data={"meetings": ["1", "2"]})
        plan = keeper.headers["location"].partition("#")[0]
        (share,) = set(
            re.findall(r"https://meetings\.example(/s/[^\"<]*)", (await client.get(plan)).text)
        )
        found = ["/find/us-ny-brooklyn", "/find/us-ny-brooklyn?embed", "/list?meetings=1,2"]
        paths = [*found, plan, f"{plan}/paper", share, f"{share}/sheet"]
        pages = {path: words(await client.get(path)) for path in paths}

    for path, page in pages.items():
        assert f"Not on November 29 and December 6: {PAINTED} ." in page.replace("  ", " "), path
        assert "tomorrow" not in page.partition("Not on November")[2][:80], path


@pytest.mark.parametrize(
    ("exceptions", "sentence"),
    [
        ((), ""),
        ((off(NOVEMBER, reason=""),), "Not on November 29."),
        (
            (off(NOVEMBER), off(DECEMBER, reason="")),
            f"Not on November 29: {PAINTED}. Not on December 6.",
        ),
        (
            (off(NOVEMBER, moved_start=dt.time(18)),),
            f"On November 29 at 6:00 pm instead of 10:15 am: {PAINTED}.",
        ),
        (
            (off(NOVEMBER, moved_on=dt.date(2026, 11, 30)),),
            f"Not on November 29 but on November 30 at 10:15 am: {PAINTED}.",
        ),
        ((off(dt.date(2026, 11, 22)),), ""),  # it is over
        (
            (off(dt.date(2026, 11, 22), moved_on=NOVEMBER, reason=""),),
            "Not on November 22 but on November 29 at 10:15 am.",
        ),
        ((off(dt.date(2027, 1, 3), reason=""),), ""),  # later than is told
        ((off(dt.date(2026, 12, 1)),), ""),  # no date of its rule
    ],
)
def test_what_is_told(exceptions: tuple[ScheduleException, ...], sentence: str) -> None:
    assert told(a_sunday(*exceptions)) == sentence


def test_dates_of_the_next_year_name_it() -> None:
    late = NOW + dt.timedelta(days=30)
    changes = changes_as_text(ENGLISH, a_sunday(off(dt.date(2027, 1, 3))), late)

    assert changes == f"Not on January 3, 2027: {PAINTED}."


def test_a_day_of_a_week_tells_its_own_dates_only() -> None:
    twice = a_sunday(off(NOVEMBER), rules=(*SUNDAYS, Rule(weekday=2)))
    changes = changes_in(ENGLISH)

    assert [str(changes(twice, NOW, day))[:18] for day in (7, 2)] == ["Not on November 29", ""]


def test_the_words_of_a_list_are_escaped() -> None:
    changes = changes_in(ENGLISH)(a_sunday(off(NOVEMBER, reason="<script>")), NOW)

    assert str(changes) == "Not on November 29: <bdi>&lt;script&gt;</bdi>."


@pytest.mark.parametrize(
    ("tag", "sentence"),
    [
        ("es", f"Sin reunión el 29 de noviembre y 6 de diciembre: {PAINTED}."),
        ("fa", f"در ۲۹ نوامبر (۸ آذر) و ۶ دسامبر (۱۵ آذر) جلسه‌ای نیست: {PAINTED}."),
    ],
)
def test_other_languages_tell_it_too(tag: str, sentence: str) -> None:
    assert told(a_sunday(off(NOVEMBER), off(DECEMBER)), tag) == sentence


async def test_the_text_for_a_message_tells_it(tmp_path: Path) -> None:
    async with serving(tmp_path, [a_sunday(off(NOVEMBER))], now=NOW) as client:
        page = await client.get("/list?meetings=1")

    (message,) = re.findall(r'<textarea id="message"[^>]*>(.*?)</textarea>', page.text, re.S)
    assert f"Not on November 29: {PAINTED}." in message
