"""
Proposes a week of meetings from wishes: exact, and the same every time for the same seed.

What is maximised, summed over the meetings chosen, in week order:

* closeness: 100 less 2 for each kilometre, at least 0; an online meeting counts as 20 km away;
* spread: less 60 where a meeting falls on the day of the one before it;
* steadiness: 25 more where it is the same group as the one before, if the wish is one home
  group; 25 less, if it is variety;
* chance: from 0 to 9 by the seed, so that equals take turns and "another proposal" differs.

No fellowship, no format and no publisher weighs more than another. Meetings never overlap,
and between two of one day there is time to travel. As many meetings as wished come before
any of this; what could not be met is said.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meetings.geo import geodesic_km
from meetings.model import ASSUMED_DURATION, Meeting, Point

PER_WEEK_MOST = 14
CANDIDATES_MOST = 500
ONLINE_COUNTS_AS_KM = 20.0
POINTS_PER_KM, POINTS_MOST = 2.0, 100.0
SAME_DAY_POINTS, SAME_GROUP_POINTS, CHANCE_POINTS = 60.0, 25.0, 9.0
BUFFER_MINUTES = 15  # between any two meetings
MINUTES_PER_KM = 2.4  # 25 km/h door to door, as in the search for what one can still reach
BACKUP_WITHIN_MINUTES = 150
DAY_MINUTES, WEEK_MINUTES = 24 * 60, 7 * 24 * 60

Floats = NDArray[np.float64]
_IMPOSSIBLE = -np.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """A time that is taken, used for the proposal and not stored."""

    weekday: int
    start: dt.time
    end: dt.time


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    per_week: int = 5
    in_person_least: int = 0
    online_least: int = 0
    busy: tuple[Busy, ...] = ()
    earliest: dt.time = dt.time.min
    latest: dt.time = dt.time.max  # of the start
    has_home_group: bool = False  # one group again and again; else variety

    def __post_init__(self) -> None:
        if not 1 <= self.per_week <= PER_WEEK_MOST:
            raise ValueError(f"per_week must be 1..{PER_WEEK_MOST}, got {self.per_week}")
        if self.in_person_least < 0 or self.online_least < 0:
            raise ValueError("what is wished at least is not below nought")
        if self.in_person_least + self.online_least > self.per_week:
            raise ValueError("more is wished in person and online than in all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One weekday of one meeting, on the clock of the week: minute 0 is Monday midnight."""

    meeting: Meeting
    weekday: int
    start_minute: int
    end_minute: int
    distance_km: float | None  # None: online

    @property
    def is_online(self) -> bool:
        return self.distance_km is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    slot: Slot
    backup: Slot | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    week: tuple[Proposed, ...]
    unmet: tuple[str, ...]  # one sentence for each wish that could not be met
    score: float


def slots_of(meetings: Iterable[Meeting], *, centre: Point | None) -> list[Slot]:
    """
    Return the weekly slots of *meetings*, each with its distance from *centre* or online.

    A meeting that is not every week, or whose time or zone is unknown, gives none: a week
    cannot count on it.
    """
    slots = []
    for meeting in meetings:
        schedule, distance_km = meeting.schedule, _distance_km(meeting, centre)
        if schedule is None or schedule.timezone is None or not meeting.is_listed:
            continue
        if distance_km is None and not meeting.is_online:
            continue
        length = int((schedule.duration or ASSUMED_DURATION).total_seconds()) // 60
        minute = schedule.start.hour * 60 + schedule.start.minute
        for rule in schedule.rules:
            if not rule.ordinals and rule.interval_weeks == 1:
                start = (rule.weekday - 1) * DAY_MINUTES + minute
                slots.append(
                    Slot(
                        meeting=meeting,
                        weekday=rule.weekday,
                        start_minute=start,
                        end_minute=start + length,
                        distance_km=distance_km,
                    )
                )
    return slots


def propose(slots: Sequence[Slot], wishes: Wishes, *, seed: int = 0) -> Proposal:
    """Return the week with the highest score; see the module for what counts."""
    possible = sorted(
        (slot for slot in slots if _suits(slot, wishes)),
        key=lambda slot: (slot.start_minute, slot.meeting.number),
    )[:CANDIDATES_MOST]
    chosen, score = _best(possible, wishes, seed)
    return Proposal(
        week=tuple(
            Proposed(
                slot=slot, backup=_backup(slot, chosen, possible), reason=_reason(slot, wishes)
            )
            for slot in chosen
        ),
        unmet=tuple(_unmet(chosen, wishes)),
        score=score,
    )


def _proposed(
    slot: Slot, chosen: Sequence[Slot], possible: Sequence[Slot], wishes: Wishes
) -> Proposed:
    return Proposed(slot=slot, backup=_backup(slot, chosen, possible), reason=_reason(slot, wishes))


def _best(slots: Sequence[Slot], wishes: Wishes, seed: int) -> tuple[list[Slot], float]:
    """
    Choose by dynamic programming over the week.

    `best[in_person, online, slot]` is the highest score of so many meetings that ends with
    *slot*, the two counts stopping at what is wished; each step adds one meeting.
    """
    if not slots:
        return [], 0.0
    own, links = _own_points(slots, seed), _link_points(slots, wishes)
    shape = (wishes.in_person_least + 1, wishes.online_least + 1, len(slots))
    online = np.array([slot.is_online for slot in slots])
    best = np.full(shape, _IMPOSSIBLE)
    _put_first(best, own, online)
    layers, sources = [best], []
    for _ in range(1, wishes.per_week):
        best, source = _one_more(layers[-1], own, links, online)
        if not np.isfinite(best).any():
            break
        layers.append(best)
        sources.append(source)
    return _trace(slots, layers, sources)


def _put_first(best: Floats, own: Floats, online: NDArray[np.bool_]) -> None:
    most_in_person, most_online = best.shape[0] - 1, best.shape[1] - 1
    best[min(1, most_in_person), 0, ~online] = own[~online]
    best[0, min(1, most_online), online] = own[online]


def _one_more(
    before: Floats, own: Floats, links: Floats, online: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.int64]]:
    """Return the next layer, and for each of its cells the flat cell it came from."""
    after = np.full(before.shape, _IMPOSSIBLE)
    source = np.full(before.shape, -1, dtype=np.int64)
    rows, columns, count = before.shape
    for row in range(rows):
        for column in range(columns):
            if not np.isfinite(before[row, column]).any():
                continue
            reached = before[row, column][:, np.newaxis] + links
            last = reached.argmax(axis=0)
            value = reached[last, np.arange(count)] + own
            for kind, target in (
                (~online, (min(row + 1, rows - 1), column)),
                (online, (row, min(column + 1, columns - 1))),
            ):
                better = kind & (value > after[target])
                after[target][better] = value[better]
                source[target][better] = (row * columns + column) * count + last[better]
    return after, source


def _trace(
    slots: Sequence[Slot], layers: Sequence[Floats], sources: Sequence[NDArray[np.int64]]
) -> tuple[list[Slot], float]:
    """Walk back from the best end: most meetings first, then the wished kinds, then points."""
    final = layers[-1]
    rows, columns, count = final.shape
    met = [
        (row + column, row, float(final[row, column].max()), column)
        for row in range(rows)
        for column in range(columns)
        if np.isfinite(final[row, column]).any()
    ]
    _, row, score, column = max(met)
    cell = (row * columns + column) * count + int(final[row, column].argmax())
    chosen = [slots[cell % count]]
    for source in reversed(sources):
        cell = int(source.reshape(-1)[cell])
        chosen.append(slots[cell % count])
    return chosen[::-1], score


def _own_points(slots: Sequence[Slot], seed: int) -> Floats:
    return np.array([_closeness(slot) + _chance(slot, seed) for slot in slots])


def _closeness(slot: Slot) -> float:
    kilometres = ONLINE_COUNTS_AS_KM if slot.distance_km is None else slot.distance_km
    return max(0.0, POINTS_MOST - POINTS_PER_KM * kilometres)


def _chance(slot: Slot, seed: int) -> float:
    text = f"{seed}:{slot.meeting.number}:{slot.weekday}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:4], "big") / 2**32 * CHANCE_POINTS


def _link_points(slots: Sequence[Slot], wishes: Wishes) -> Floats:
    """Return the points of going to one slot after another, impossible where one cannot."""
    starts = np.array([slot.start_minute for slot in slots])
    ends = np.array([slot.end_minute for slot in slots])
    days = np.array([slot.weekday for slot in slots])
    groups = np.array([_group(slot) for slot in slots])
    gap = starts[np.newaxis, :] - ends[:, np.newaxis]
    points = np.where(days[:, np.newaxis] == days[np.newaxis, :], -SAME_DAY_POINTS, 0.0)
    same = SAME_GROUP_POINTS if wishes.has_home_group else -SAME_GROUP_POINTS
    points += np.where(groups[:, np.newaxis] == groups[np.newaxis, :], same, 0.0)
    points[gap < BUFFER_MINUTES + _travel_minutes(slots)] = _IMPOSSIBLE
    return points


def _travel_minutes(slots: Sequence[Slot]) -> Floats:
    """Return the minutes between each two slots: from door to door, or home where one is online."""
    from_home = np.array([slot.distance_km or 0.0 for slot in slots])
    both_out = from_home[:, np.newaxis] * from_home[np.newaxis, :] > 0
    via_home = from_home[:, np.newaxis] + from_home[np.newaxis, :]
    same_place = np.array([_place(slot) for slot in slots])
    stays = both_out & (same_place[:, np.newaxis] == same_place[np.newaxis, :])
    return np.where(stays, 0.0, via_home) * MINUTES_PER_KM


def _suits(slot: Slot, wishes: Wishes) -> bool:
    start = slot.start_minute % DAY_MINUTES
    if not _minute(wishes.earliest) <= start <= _minute(wishes.latest):
        return False
    travel = int((slot.distance_km or 0.0) * MINUTES_PER_KM)
    return not any(_collides(slot, busy, travel) for busy in wishes.busy)


def _collides(slot: Slot, busy: Busy, travel: int) -> bool:
    start = (busy.weekday - 1) * DAY_MINUTES + _minute(busy.start)
    length = (_minute(busy.end) - _minute(busy.start)) % DAY_MINUTES or DAY_MINUTES
    return any(
        slot.start_minute - travel < start + length + week
        and start + week < slot.end_minute + travel
        for week in (-WEEK_MINUTES, 0, WEEK_MINUTES)  # a night from Sunday to Monday
    )


def _backup(slot: Slot, chosen: Sequence[Slot], slots: Sequence[Slot]) -> Slot | None:
    """Return another meeting around the same hour: online first, then the nearest in time."""
    taken = {each.meeting.number for each in chosen}
    others = [
        each
        for each in slots
        if each.meeting.number not in taken
        and abs(each.start_minute - slot.start_minute) <= BACKUP_WITHIN_MINUTES
    ]
    return min(
        others,
        key=lambda each: (
            not each.is_online,
            abs(each.start_minute - slot.start_minute),
            each.meeting.number,
        ),
        default=None,
    )


def _reason(slot: Slot, wishes: Wishes) -> str:
    if slot.distance_km is None:
        return "online, so there is no way to travel"
    near = f"{slot.distance_km:.1f} km away"
    return f"{near}, and free of your other times" if wishes.busy else near


def _unmet(chosen: Sequence[Slot], wishes: Wishes) -> Iterable[str]:
    in_person = sum(not slot.is_online for slot in chosen)
    online = len(chosen) - in_person
    for wished, found, kind in (
        (wishes.per_week, len(chosen), "in all"),
        (wishes.in_person_least, in_person, "in person"),
        (wishes.online_least, online, "online"),
    ):
        if found < wished:
            yield f"{wished} a week {kind} were wished, and {found} fit."


def _distance_km(meeting: Meeting, centre: Point | None) -> float | None:
    if centre is None or not meeting.is_in_person or meeting.point is None:
        return None
    return geodesic_km(centre, meeting.point)


def _group(slot: Slot) -> str:
    return slot.meeting.group or slot.meeting.name


def _place(slot: Slot) -> str:
    point = slot.meeting.point
    return f"{point.latitude:.4f},{point.longitude:.4f}" if point else slot.meeting.id


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute
