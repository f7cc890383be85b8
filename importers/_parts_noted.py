"""What becomes of an address with several sources in it, written down for the sources page."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from importers._parts import Part, is_part_of
from importers._source import Source
from meetings.storage.database import Database, Writer, as_reader
from meetings.storage.leases import Lease, hold
from meetings.storage.sources import SourceState, State, put_source_state, source_states


async def note_parts(
    db: Database,
    source: Source,
    parts: Sequence[Part],
    *,
    is_whole: bool,
    now: dt.datetime,
    lease: Lease,
) -> None:
    """
    Write down that *source* itself was read, and which of its parts are stale.

    *is_whole*: *parts* are all there are, so one that is known and not among them is stale too.
    Raises Leased if *lease* was taken over.
    """

    async def note(writer: Writer) -> None:
        await hold(writer, lease)
        known = {state.id: state for state in await source_states(as_reader(writer))}
        for part in parts:
            if part.stale:
                state = known.get(part.source.id) or _new(part.source)
                await put_source_state(writer, _stale(state, part.stale, now))
        if is_whole:
            await _note_whole(writer, source, parts, known, now)

    await db.change(note)


async def _note_whole(
    db: Writer,
    source: Source,
    parts: Sequence[Part],
    known: Mapping[str, SourceState],
    now: dt.datetime,
) -> None:
    present = {part.source.id for part in parts}
    for state in known.values():
        if is_part_of(state.id, source) and state.id not in present:
            gone = f"the list of {source.title or source.id} does not hold it any more"
            await put_source_state(db, _stale(state, gone, now))
    own = replace(known.get(source.id) or _new(source), title=source.title or source.id)
    await put_source_state(
        db,
        replace(own, state=State.ACCEPTED, last_tried_at=now, last_accepted_at=now, reason=""),
    )


def _new(source: Source) -> SourceState:
    return SourceState(id=source.id, title=source.title or source.id, fellowship=source.fellowship)


def _stale(state: SourceState, reason: str, now: dt.datetime) -> SourceState:
    return replace(state, state=State.STALE, last_tried_at=now, reason=reason)
