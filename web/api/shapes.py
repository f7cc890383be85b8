"""The shapes of the API's answers: what is encoded is described, and nothing is written twice."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from meetings.formats import FormatKind
from meetings.model import Meeting, ScheduleException, TimezoneSource
from meetings.plan import APPOINTMENTS_MOST, Appointment, Chosen, Options
from meetings.planner import PER_WEEK_MOST
from web.publishers import Freshness

SEED_MOST = 10_000
Count = Annotated[int, Meta(ge=0)]
Weekday = Annotated[int, Meta(ge=1, le=7)]  # ISO: Monday is 1
ClockText = Annotated[str, Meta(pattern=r"^\d\d:\d\d$")]
WallClock = Annotated[dt.time, Meta(tz=False)]


class MeetingTimes(msgspec.Struct, kw_only=True):
    """What an answer tells of a meeting beside the fields of `Meeting`."""

    latitude: float | None
    longitude: float | None
    weekday: Weekday | None
    start: ClockText | None
    duration_minutes: int | None
    timezone: str | None
    timezone_source: TimezoneSource | None
    rrule: list[str]
    exceptions: list[ScheduleException]
    next_start: dt.datetime | None
    is_on_now: bool
    distance_km: float | None


class AlsoListed(msgspec.Struct, kw_only=True):
    """The entry of one meeting in another list; searches find the one that is shown."""

    number: Annotated[int, Meta(ge=1)]
    source: str
    is_shown: bool


class Entries(msgspec.Struct, kw_only=True):
    """What the answer for one meeting tells beside it."""

    also_listed: list[AlsoListed]


class Meetings(msgspec.Struct, kw_only=True):
    """A page of a search; *next* is the cursor of the one after it."""

    meetings: list[Meeting]
    count: Count
    next: str | None
    facets: dict[str, dict[str, int]] | UnsetType = UNSET


class Changes(msgspec.Struct, kw_only=True):
    """Meetings changed since a version, the removed ones too; *next* is the cursor of the rest."""

    meetings: list[Meeting]
    version: Count
    next: str | None


class PlaceFound(msgspec.Struct, kw_only=True):
    name: str
    region: str
    country: str
    latitude: float
    longitude: float
    kind: str
    slug: str


class Places(msgspec.Struct, kw_only=True):
    places: list[PlaceFound]


class FellowshipListed(msgspec.Struct, kw_only=True):
    code: str
    name: str
    short_name: str
    is_family: bool
    is_twelve_step: bool
    finder_url: str
    count: Count
    sources: list[str]


class Fellowships(msgspec.Struct, kw_only=True):
    fellowships: list[FellowshipListed]


class FormatListed(msgspec.Struct, kw_only=True):
    code: str
    kind: FormatKind
    name: str
    count: Count


class Formats(msgspec.Struct, kw_only=True):
    formats: list[FormatListed]


class SourceListed(msgspec.Struct, kw_only=True):
    id: str
    title: str
    fellowship: str
    state: Freshness
    reason: str
    last_tried_at: dt.datetime | None
    last_accepted_at: dt.datetime | None
    count: Count
    trend: int | None
    trend_since: dt.datetime | None
    terms: str
    every_hours: float | None
    is_unheard: bool  # not confirmed for 180 days: searches leave its meetings out
    parts: list[str]


class Sources(msgspec.Struct, kw_only=True):
    sources: list[SourceListed]


class CalendarLink(msgspec.Struct, kw_only=True):
    secret: str
    feed: str


class ShareLink(msgspec.Struct, kw_only=True):
    secret: str
    page: str
    label: str
    expires_on: dt.date | None


class Shared(msgspec.Struct, kw_only=True):
    """What a share shows, and nothing of the plan beside it."""

    page: str
    feed: str
    count: Count
    meetings: list[Meeting]


class PlanWish(msgspec.Struct, kw_only=True):
    """What a plan holds, without its links."""

    chosen: Sequence[Chosen] = ()
    appointments: Sequence[Appointment] = ()
    options: Options = Options()


class PlanTold(msgspec.Struct, kw_only=True):
    """A plan with its links. *secret* opens and changes it; keep it as one keeps a key."""

    chosen: Sequence[Chosen]
    appointments: Sequence[Appointment]
    options: Options
    secret: str
    page: str
    calendars: list[CalendarLink]
    shares: list[ShareLink]


class ShareWish(msgspec.Struct, forbid_unknown_fields=True):
    """What a share shows; *secret* names the one to change."""

    meetings: list[int]
    label: str = ""
    expires_on: dt.date | None = None
    secret: str = ""


class BusyWish(msgspec.Struct, forbid_unknown_fields=True):
    """A time that is taken, by the clock of the place; an end not after the start is next day's."""

    weekday: Weekday
    start: WallClock
    end: WallClock


class WeekWish(msgspec.Struct, forbid_unknown_fields=True):
    """What a week should hold; *near* empty is online only, another *seed* another proposal."""

    near: Annotated[str, Meta(max_length=100)] = ""
    radius_km: Annotated[float, Meta(ge=0.1, le=500)] = 10.0
    fellowship: list[str] = []
    language: list[str] = []
    per_week: Annotated[int, Meta(ge=1, le=PER_WEEK_MOST)] = 5
    in_person: Annotated[int, Meta(ge=0, le=PER_WEEK_MOST)] = 0
    online: Annotated[int, Meta(ge=0, le=PER_WEEK_MOST)] = 0
    earliest: WallClock = dt.time.min
    latest: WallClock = dt.time(23, 59)
    home_group: bool = False
    busy: Annotated[list[BusyWish], Meta(max_length=APPOINTMENTS_MOST)] = []
    seed: Annotated[int, Meta(ge=0, le=SEED_MOST)] = 0


class SlotProposed(msgspec.Struct, kw_only=True):
    """A meeting on a day. *weekday* and *start* are the person's, *rule_weekday* the meeting's."""

    number: Annotated[int, Meta(ge=1)]
    name: str
    weekday: Weekday
    start: ClockText
    rule_weekday: Weekday
    is_online: bool
    distance_km: float | None
    backup: int | None
    reason: str


class WeekProposed(msgspec.Struct, kw_only=True):
    week: list[SlotProposed]
    unmet: list[str]
    next_seed: Count


class StoredLink(msgspec.Struct, kw_only=True):
    """The row of the keep link; *sealed* is hexadecimal."""

    hash: str
    kind: str
    used_month: str
    sealed: str


class PlanRow(msgspec.Struct, kw_only=True):
    """The row of the plan; *sealed* is hexadecimal."""

    locator: str
    made_month: str
    used_month: str
    sealed: str


class Stored(msgspec.Struct, kw_only=True):
    """What the server knows."""

    link: StoredLink
    plan: PlanRow


class Named(msgspec.Struct, forbid_unknown_fields=True):
    """A link of the plan, by its secret."""

    secret: str


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What went wrong, in one sentence (RFC 9457); *field* is what to change, where that helps."""

    title: str
    status: int
    field: str = ""


Document = dict[str, Any]
