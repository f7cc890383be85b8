import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import text

from meetings import plans
from meetings.errors import Conflict, InvalidPlan, LinkGone, LinkReplaced
from meetings.plan import Appointment, Chosen, Options, Plan, SharedList, plan_from, to_bytes
from meetings.plans import Kind, OpenPlan
from meetings.sealing import make_secret, spaced
from meetings.storage.database import Database
from meetings.zones import zone
from tests.make import NOON
from tests.twice import twice

DAY = dt.timedelta(days=1)
PLAN = Plan(
    chosen=(
        Chosen(number=12, weekdays=(2,), note="sentinel-note", backup=45),
        Chosen(number=78),
    ),
    appointments=(
        Appointment(
            label="sentinel-label",
            weekday=1,
            start=dt.time(10),
            end=dt.time(11),
            timezone=zone("America/New_York"),
        ),
    ),
    options=Options(
        timezone=zone("America/New_York"), horizon_weeks=4, starts_on=dt.date(2026, 11, 23)
    ),
)


async def a_plan(db: Database) -> OpenPlan:
    return await plans.make_plan(db, PLAN, now=NOON)


async def with_share(db: Database, expires_on: dt.date | None = None) -> OpenPlan:
    shared = SharedList(numbers=(12,))
    return await plans.make_share(
        db, await a_plan(db), shared, label="for J.", expires_on=expires_on, now=NOON
    )


async def opens(db: Database, kind: Kind, secret: str, *, now: dt.datetime = NOON) -> str:
    """Return "open", "replaced" or "gone"."""
    openers = {
        Kind.KEEP: plans.open_plan,
        Kind.CALENDAR: plans.open_calendar,
        Kind.SHARE: plans.open_share,
    }
    try:
        await openers[kind](db, secret, now=now)
    except LinkReplaced:
        return "replaced"
    except LinkGone:
        return "gone"
    return "open"


async def test_a_plan_comes_back_whole_by_its_keep_link(db: Database) -> None:
    made = await a_plan(db)

    again = await plans.open_plan(db, made.secret, now=NOON)
    typed = await plans.open_plan(db, spaced(made.secret).lower().replace("0", "o"), now=NOON)

    assert again == made
    assert typed.plan == PLAN


async def test_a_secret_opens_its_own_kind_and_nothing_else(db: Database) -> None:
    plan = await plans.make_calendar(db, await with_share(db), now=NOON)
    secrets = {
        Kind.KEEP: plan.secret,
        Kind.CALENDAR: plan.plan.calendars[0],
        Kind.SHARE: plan.plan.shares[0].secret,
    }

    found = {(k, o): await opens(db, k, s) for k in Kind for o, s in secrets.items()}

    assert found == {(k, o): "open" if k is o else "gone" for k in Kind for o in Kind}
    assert await opens(db, Kind.KEEP, make_secret()) == "gone"
    assert await opens(db, Kind.KEEP, plan.secret[:-1]) == "gone"


async def test_a_change_is_seen_and_a_change_of_an_old_state_is_refused(db: Database) -> None:
    before = await a_plan(db)
    after = await plans.change_plan(db, before, replace(PLAN, chosen=(Chosen(number=5),)))

    with pytest.raises(Conflict):
        await plans.change_plan(db, before, replace(PLAN, chosen=()))

    assert (await plans.open_plan(db, before.secret, now=NOON)).plan == after.plan
    assert after.stamp != before.stamp


async def test_a_calendar_link_taken_back_says_so_for_thirty_days(db: Database) -> None:
    plan = await plans.make_calendar(db, await a_plan(db), now=NOON)
    secret = plan.plan.calendars[0]

    after = await plans.revoke_calendar(db, plan, secret, now=NOON)

    assert after.plan.calendars == ()
    assert await opens(db, Kind.CALENDAR, secret) == "replaced"
    assert await opens(db, Kind.CALENDAR, secret, now=NOON + 30 * DAY) == "replaced"
    assert await opens(db, Kind.CALENDAR, secret, now=NOON + 31 * DAY) == "gone"
    assert await opens(db, Kind.KEEP, plan.secret) == "open"


async def test_a_rotated_keep_link_opens_nothing_and_the_new_one_all(db: Database) -> None:
    before = await a_plan(db)

    after = await plans.rotate_keep(db, before, now=NOON)

    assert await opens(db, Kind.KEEP, before.secret) == "replaced"
    assert (await plans.open_plan(db, after.secret, now=NOON)).plan == PLAN


async def test_a_share_shows_its_own_list_and_nothing_of_the_plan(db: Database) -> None:
    plan = await with_share(db)
    (share,) = plan.plan.shares

    shown = await plans.open_share(db, share.secret, now=NOON)

    assert shown == SharedList(numbers=(12,))
    assert b"sentinel" not in to_bytes(shown)
    assert b"for J." not in to_bytes(shown)


async def test_a_share_follows_its_maker_and_ends_when_they_say(db: Database) -> None:
    plan = await with_share(db, expires_on=NOON.date() + 10 * DAY)
    secret = plan.plan.shares[0].secret
    changed = await plans.change_share(
        db,
        plan,
        secret,
        SharedList(numbers=(12, 78)),
        label="for J.",
        expires_on=NOON.date() + 20 * DAY,
    )

    assert (await plans.open_share(db, secret, now=NOON)).numbers == (12, 78)
    assert await opens(db, Kind.SHARE, secret, now=NOON + 19 * DAY) == "open"
    assert await opens(db, Kind.SHARE, secret, now=NOON + 20 * DAY) == "replaced"
    assert await opens(db, Kind.SHARE, secret, now=NOON + 51 * DAY) == "gone"

    after = await plans.revoke_share(db, changed, secret, now=NOON)

    assert after.plan.shares == ()
    assert await opens(db, Kind.SHARE, secret) == "replaced"


async def test_a_share_of_another_plan_cannot_be_changed(db: Database) -> None:
    mine, other = await a_plan(db), await with_share(db)
    secret = other.plan.shares[0].secret

    with pytest.raises(LinkGone):
        await plans.revoke_share(db, mine, secret, now=NOON)
    with pytest.raises(LinkGone):
        await plans.revoke_calendar(db, mine, secret, now=NOON)

    assert await opens(db, Kind.SHARE, secret) == "open"


async def test_deleting_a_plan_closes_every_link_of_it(db: Database) -> None:
    plan = await plans.make_calendar(db, await with_share(db), now=NOON)

    await plans.delete_plan(db, plan, now=NOON)

    assert await opens(db, Kind.KEEP, plan.secret) == "replaced"
    assert await opens(db, Kind.CALENDAR, plan.plan.calendars[0]) == "replaced"
    assert await opens(db, Kind.SHARE, plan.plan.shares[0].secret) == "replaced"
    async with db.read() as reader:
        left = (await reader.execute(text("select count(*) from sealed_plan"))).scalar_one()
        seals = await reader.execute(text("select count(*) from link where sealed is not null"))
    assert (left, seals.scalar_one()) == (0, 0)


async def test_what_is_used_stays_and_what_is_not_is_forgotten(db: Database) -> None:
    used, unused = await a_plan(db), await a_plan(db)
    later = NOON + 300 * DAY
    await plans.note_use(db, used.secret, Kind.KEEP, now=later)

    await plans.forget_unused(db, now=later + 200 * DAY)

    assert await opens(db, Kind.KEEP, used.secret, now=later) == "open"
    assert await opens(db, Kind.KEEP, unused.secret, now=later) == "gone"


async def test_a_plan_that_only_its_calendar_reads_can_still_be_changed(db: Database) -> None:
    made = await plans.make_calendar(
        db, await plans.rotate_keep(db, await a_plan(db), now=NOON), now=NOON
    )
    (calendar,) = made.plan.calendars
    for month in range(1, 20):
        now = NOON + month * 30 * DAY
        await plans.note_use(db, calendar, Kind.CALENDAR, now=now)
        await plans.forget_unused(db, now=now)

    assert await opens(db, Kind.KEEP, made.secret, now=now) == "open"


async def test_the_database_holds_no_secret_no_note_and_no_meeting(db: Database) -> None:
    plan = await plans.make_calendar(db, await with_share(db), now=NOON)

    link, content = await plans.stored_rows(db, plan)
    async with db.read() as reader:
        links = (await reader.execute(text("select * from link"))).all()
        contents = (await reader.execute(text("select * from sealed_plan"))).all()

    stored = repr([link, content, *links, *contents])
    sealed_words = (
        plan.secret,
        plan.plan.calendars[0],
        plan.plan.shares[0].secret,
        "sentinel",
        "for J.",
        "America/New_York",
        "number",
    )
    assert (len(links), len(contents)) == (3, 2)
    assert [word for word in sealed_words if word in stored] == []
    assert all(word in repr(plan.plan) for word in sealed_words[1:])  # the unsealed twin has them


async def test_a_plan_with_more_text_than_it_can_hold_is_one_sentence(db: Database) -> None:
    before = await a_plan(db)
    long = tuple(Chosen(number=n, note="x" * 300) for n in range(1, 101))
    appointments = tuple(
        replace(PLAN.appointments[0], label="é" * 80, start=dt.time(n % 23)) for n in range(12, 20)
    )

    fits = await plans.change_plan(db, before, Plan(chosen=long, appointments=appointments))

    assert fits.plan.chosen == long
    with pytest.raises(InvalidPlan, match="at most 100 meetings"):
        Plan(chosen=(*long, Chosen(number=101)))
    with pytest.raises(InvalidPlan, match="at most 300 characters"):
        Chosen(number=1, note="x" * 1_000_000)


@pytest.mark.parametrize("content", [b"", b"{}x", b"[]", b'{"chosen": 5}', b"\xff"])
def test_a_file_that_is_no_plan_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidPlan, match="not a plan"):
        plan_from(content)


def test_a_plan_is_the_same_after_saving_and_reading() -> None:
    assert plan_from(to_bytes(PLAN)) == PLAN


async def test_every_change_may_be_done_twice(db: Database) -> None:
    unsure = twice(db)

    plan = await plans.make_plan(unsure, Plan(chosen=(Chosen(number=1),)), now=NOON)
    plan = await plans.make_calendar(unsure, plan, now=NOON)
    plan = await plans.make_calendar(unsure, plan, now=NOON)
    gone, kept = plan.plan.calendars
    plan = await plans.revoke_calendar(unsure, plan, gone, now=NOON)
    for number in (2, 3):
        plan = await plans.make_share(
            unsure,
            plan,
            SharedList(numbers=(number,)),
            label="for a friend",
            expires_on=None,
            now=NOON,
        )
    first, second = (share.secret for share in plan.plan.shares)
    plan = await plans.revoke_share(unsure, plan, first, now=NOON)
    plan = await plans.change_share(
        unsure, plan, second, SharedList(numbers=(4,)), label="", expires_on=None
    )
    old = plan.secret
    plan = await plans.rotate_keep(unsure, plan, now=NOON)
    plan = await plans.change_plan(unsure, plan, replace(plan.plan, chosen=(Chosen(number=5),)))

    assert (await plans.open_plan(db, plan.secret, now=NOON)).plan == plan.plan
    assert plan.plan.calendars == (kept,)
    assert (await plans.open_share(db, second, now=NOON)).numbers == (4,)
    for opener, secret in (
        (plans.open_plan, old),
        (plans.open_calendar, gone),
        (plans.open_share, first),
    ):
        with pytest.raises(LinkGone):
            await opener(db, secret, now=NOON)

    await plans.delete_plan(unsure, plan, now=NOON)

    assert (await plans.count_kept(db)) == Counter(plan=0)
