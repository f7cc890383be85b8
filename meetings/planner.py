"""
Proposes a week of meetings from wishes: exact, and the same every time for the same seed.

What is maximised, summed over the meetings chosen, in week order:

* closeness: 100 less 2 for each kilometre, at least 0; an online meeting counts as 20 km away;
* spread: less 60 where a meeting falls on the day of the one before it;
* steadiness: 25 more where it is the same group as the one before, if the wish is one home
  group; 25 less, if it is variety;
* chance: from 0 to 9 by the seed, so that equals take turns and "another proposal" differs.

No fellowship, no format and no publisher weighs more than another. Meetings never overlap,
and between two of one day there is time to travel: in every week of the coming year, by the
clock of the person, whatever clocks the meetings follow. As many meetings as wished come before
any of this; what could not be met is said. Of more than CANDIDATES_MOST slots each day keeps
those with the most points of their own.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meetings.sentences import Sentence, sentence
from meetings.slots import Busy, Slot, Spans, busy_spans, minute_of, slots_of
from meetings.weeks import DAY_MINUTES, WEEK_MINUTES, Weeks

__all__ = ["Busy", "Proposal", "Proposed", "Slot", "Wishes", "propose", "slots_of"]

PER_WEEK_MOST = 14
CANDIDATES_MOST = 500
ONLINE_COUNTS_AS_KM = 20.0
POINTS_PER_KM, POINTS_MOST = 2.0, 100.0
SAME_DAY_POINTS, SAME_GROUP_POINTS, CHANCE_POINTS = 60.0, 25.0, 9.0
BUFFER_MINUTES = 15  # between any two meetings
MINUTES_PER_KM = 2.4  # 25 km/h door to door, as in the search for what one can still reach
BACKUP_WITHIN_MINUTES = 150

Floats = NDArray[np.float64]
_IMPOSSIBLE = -np.inf


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
class Proposed:
    slot: Slot
    backup: Slot | None
    reason: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    week: tuple[Proposed, ...]
    unmet: tuple[Sentence, ...]  # one sentence for each wish that could not be met
    score: float


def propose(
    slots: Sequence[Slot], wishes: Wishes, *, seed: int = 0, weeks: Weeks | None = None
) -> Proposal:
    """Return the week with the highest score; see the module for what counts."""
    busy = [busy_spans(each, weeks) for each in wishes.busy]
    possible = _foremost([slot for slot in slots if _suits(slot, wishes, busy, weeks)], seed)
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


def _foremost(slots: Sequence[Slot], seed: int) -> list[Slot]:
    """Return in the order of the week at most CANDIDATES_MOST, of each day the same number."""
    kept: list[Slot] = []
    for weekday in range(1, 8):
        of_day = [slot for slot in slots if slot.weekday == weekday]
        of_day.sort(key=lambda slot: (-_closeness(slot) - _chance(slot, seed), slot.meeting.number))
        kept += of_day if len(slots) <= CANDIDATES_MOST else of_day[: CANDIDATES_MOST // 7]
    return sorted(kept, key=lambda slot: (slot.start_minute, slot.meeting.number))


def _best(slots: Sequence[Slot], wishes: Wishes, seed: int) -> tuple[list[Slot], float]:
    """
    Choose the best week that also goes round: its last night leaves time for its first morning.

    Where it does not, the best is either without that first meeting, or without all that it
    cannot follow.
    """
    chosen, score = _best_in_order(slots, wishes, seed)
    if len(chosen) < 2 or _goes_round(chosen[-1], chosen[0]):
        return chosen, score
    first = chosen[0]
    without_first = [slot for slot in slots if slot is not first]
    around_first = [slot for slot in slots if slot is first or _goes_round(slot, first)]
    ways = [_best(each, wishes, seed) for each in (without_first, around_first)]
    return max(ways, key=lambda way: _rank(way, wishes))


def _rank(way: tuple[list[Slot], float], wishes: Wishes) -> tuple[int, int, int, float]:
    """Return what comes first: most meetings, then the wished kinds, then points."""
    chosen, score = way
    online = sum(slot.is_online for slot in chosen)
    there = min(len(chosen) - online, wishes.in_person_least)
    return len(chosen), there + min(online, wishes.online_least), there, score


def _goes_round(last: Slot, first: Slot) -> bool:
    """Say whether from *last*, at the end of each week, one comes to *first* of the next."""
    need = BUFFER_MINUTES + _travel_minutes([last, first])[0, 1]
    gap = np.add(first.shifts, first.start_minute + WEEK_MINUTES) - np.add(
        last.shifts, last.end_minute
    )
    return last is first or bool((gap >= need).all())


def _best_in_order(slots: Sequence[Slot], wishes: Wishes, seed: int) -> tuple[list[Slot], float]:
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
    days = np.array([slot.weekday for slot in slots])
    groups = np.array([_group(slot) for slot in slots])
    points = np.where(days[:, np.newaxis] == days[np.newaxis, :], -SAME_DAY_POINTS, 0.0)
    same = SAME_GROUP_POINTS if wishes.has_home_group else -SAME_GROUP_POINTS
    points += np.where(groups[:, np.newaxis] == groups[np.newaxis, :], same, 0.0)
    points[_gaps(slots) < BUFFER_MINUTES + _travel_minutes(slots)] = _IMPOSSIBLE
    return points


def _gaps(slots: Sequence[Slot]) -> NDArray[np.int64]:
    """Return the fewest minutes between the end of each and the start of each, in any week."""
    lengths = np.array([slot.end_minute - slot.start_minute for slot in slots])
    starts = np.array([np.add(slot.shifts, slot.start_minute) for slot in slots])
    weeks = np.unique(starts - starts[:1], axis=1)  # each way they lie to each other, once
    gaps = [week[np.newaxis, :] - (week + lengths)[:, np.newaxis] for week in weeks.T]
    fewest: NDArray[np.int64] = np.minimum.reduce(gaps)
    return fewest


def _travel_minutes(slots: Sequence[Slot]) -> Floats:
    """Return the minutes between each two slots: from door to door, or home where one is online."""
    from_home = np.array([slot.distance_km or 0.0 for slot in slots])
    both_out = from_home[:, np.newaxis] * from_home[np.newaxis, :] > 0
    via_home = from_home[:, np.newaxis] + from_home[np.newaxis, :]
    same_place = np.array([_place(slot) for slot in slots])
    stays = both_out & (same_place[:, np.newaxis] == same_place[np.newaxis, :])
    return np.where(stays, 0.0, via_home) * MINUTES_PER_KM


def _suits(slot: Slot, wishes: Wishes, busy: Sequence[Spans], weeks: Weeks | None) -> bool:
    shifts = set(slot.shifts[: weeks.steady] if weeks else slot.shifts)
    clocks = {(slot.start_minute + shift) % DAY_MINUTES for shift in shifts}
    if min(clocks) < minute_of(wishes.earliest) or max(clocks) > minute_of(wishes.latest):
        return False
    travel = int((slot.distance_km or 0.0) * MINUTES_PER_KM)
    return not any(_collides(slot, spans, travel) for spans in busy)


def _collides(slot: Slot, busy: Spans, travel: int) -> bool:
    starts, ends = busy
    begins = np.add(slot.shifts, slot.start_minute)
    over = begins + slot.end_minute - slot.start_minute
    return any(
        bool(((begins - travel < ends + week) & (starts + week < over + travel)).any())
        for week in (-WEEK_MINUTES, 0, WEEK_MINUTES)  # a night from Sunday to Monday
    )


def _backup(slot: Slot, chosen: Sequence[Slot], slots: Sequence[Slot]) -> Slot | None:
    """
    Return another meeting soon after: online first, then the soonest.

    It begins no earlier, in any week: that this one is off is found out at its door.
    """
    taken = {each.meeting.number for each in chosen}
    others = [
        each
        for each in slots
        if each.meeting.number not in taken
        and 0 <= each.start_minute - slot.start_minute <= BACKUP_WITHIN_MINUTES
        and _never_begins_before(each, slot)
    ]
    return min(
        others,
        key=lambda each: (not each.is_online, each.start_minute, each.meeting.number),
        default=None,
    )


def _never_begins_before(slot: Slot, other: Slot) -> bool:
    starts = np.add(slot.shifts, slot.start_minute)
    return bool((starts >= np.add(other.shifts, other.start_minute)).all())


def _reason(slot: Slot, wishes: Wishes) -> Sentence:
    if slot.distance_km is None:
        return sentence("online, so there is no way to travel")
    length = f"{round(slot.distance_km, 1)} km"  # a page says it in the units of the place
    if wishes.busy:
        return sentence("{length} away, and free of your other times", length=length)
    return sentence("{length} away", length=length)


def _unmet(chosen: Sequence[Slot], wishes: Wishes) -> Iterable[Sentence]:
    in_person = sum(not slot.is_online for slot in chosen)
    online = len(chosen) - in_person
    asked, least_there, least_online = wishes.per_week, wishes.in_person_least, wishes.online_least
    if len(chosen) < asked:
        yield sentence(
            "{wished} a week in all were wished, and {found} fit.", wished=asked, found=len(chosen)
        )
    if in_person < least_there:
        yield sentence(
            "{wished} a week in person were wished, and {found} fit.",
            wished=least_there,
            found=in_person,
        )
    if online < least_online:
        yield sentence(
            "{wished} a week online were wished, and {found} fit.",
            wished=least_online,
            found=online,
        )


def _group(slot: Slot) -> str:
    return slot.meeting.group or slot.meeting.name


def _place(slot: Slot) -> str:
    point = slot.meeting.point
    return f"{point.latitude:.4f},{point.longitude:.4f}" if point else slot.meeting.id
