"""What each of the API's routes takes and answers: read by the document and by its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from web.api import changes, meetings, planning, plans, publishing
from web.api.answering import Endpoint
from web.api.shapes import (
    Changes,
    Fellowships,
    Formats,
    Meetings,
    Named,
    Places,
    PlanTold,
    PlanWish,
    Shared,
    ShareWish,
    Sources,
    Stored,
    WeekProposed,
    WeekWish,
)
from web.parameters import PARAMETERS, PLACE_PARAMETERS

Schema = Mapping[str, Any]
ONE_MEETING = "Meeting"
MEETING_WITH_ENTRIES = "MeetingWithEntries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A parameter of the query or of the headers."""

    name: str
    about: str
    schema: Schema
    place: str = "query"
    is_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What a route is for; *answers* None is an empty answer."""

    about: str
    answers: Any
    status: int = 200
    takes: tuple[Taken, ...] = ()
    body: Any = None
    problems: tuple[int, ...] = ()
    is_secret: bool = False  # needs the plan's secret


def _of_a_plan(
    about: str,
    *,
    answers: Any = PlanTold,
    status: int = 200,
    takes: tuple[Taken, ...] = (),
    body: Any = None,
    problems: tuple[int, ...] = (),
) -> Operation:
    return Operation(
        about=about,
        answers=answers,
        status=status,
        takes=takes,
        body=body,
        problems=(404, 429, 503, *problems),
        is_secret=True,
    )


_SEARCH = (
    *(
        Taken(name=name, about=about, schema=schema)
        for name, (about, schema) in PLACE_PARAMETERS.items()
    ),
    *(Taken(name=name, about=each.about, schema=each.schema) for name, each in PARAMETERS.items()),
)
_TYPED = Taken(
    name="q",
    about="the beginning of a name, or a postal code",
    schema={"type": "string", "minLength": 2, "maxLength": 100},
    is_needed=True,
)
_SINCE = (
    Taken(
        name="since",
        about="`version` of an earlier answer; 0 is everything",
        schema={"type": "integer", "minimum": 0, "maximum": 10**12 - 1},
    ),
    Taken(
        name="cursor",
        about="`next` of the page before",
        schema={"type": "string", "pattern": r"^[0-9]{1,12}\.[0-9]{1,12}$"},
    ),
)
_IF_MATCH = (
    Taken(
        name="If-Match",
        about="the ETag of the plan as it was read",
        schema={"type": "string", "pattern": '^"[0-9A-Za-z_-]+"$'},
        place="header",
        is_needed=True,
    ),
)

OPERATIONS: Mapping[Endpoint, Operation] = {
    meetings.find_meetings: Operation(
        about="Find meetings", answers=Meetings, takes=_SEARCH, problems=(400, 429, 503)
    ),
    meetings.one_meeting: Operation(
        about="One meeting, also one that is no longer listed, and who else lists it",
        answers=MEETING_WITH_ENTRIES,
        problems=(404, 429),
    ),
    meetings.find_places: Operation(
        about="Complete the name of a place",
        answers=Places,
        takes=(_TYPED,),
        problems=(400, 429, 503),
    ),
    changes.changes: Operation(
        about="Meetings changed since a version, in pages",
        answers=Changes,
        takes=_SINCE,
        problems=(400, 503),
    ),
    publishing.sources: Operation(about="The lists and how old they are", answers=Sources),
    publishing.fellowships: Operation(about="Whose meetings there are", answers=Fellowships),
    publishing.formats: Operation(about="The formats of meetings", answers=Formats),
    plans.show: _of_a_plan("Read a plan"),
    plans.make: Operation(
        about="Make a plan; the answer holds the secret that opens it",
        answers=PlanTold,
        status=201,
        body=PlanWish,
        problems=(400, 413, 429, 503),
    ),
    plans.change: _of_a_plan(
        "Change a plan", takes=_IF_MATCH, body=PlanWish, problems=(400, 409, 413)
    ),
    plans.delete: _of_a_plan(
        "Delete a plan with its links", answers=None, status=204, takes=_IF_MATCH, problems=(409,)
    ),
    plans.rotate: _of_a_plan(
        "Change the secret that opens a plan; the old one opens nothing more", problems=(409,)
    ),
    plans.shared: _of_a_plan("The meetings of a share, by the share's own secret", answers=Shared),
    planning.propose: _of_a_plan(
        "Propose a week from wishes; nothing is stored or changed",
        answers=WeekProposed,
        body=WeekWish,
        problems=(400, 409, 413),
    ),
    planning.stored: _of_a_plan("What the server knows of a plan: its actual rows", answers=Stored),
    plans.make_calendar: _of_a_plan("Make a calendar link", status=201, problems=(400, 409)),
    plans.revoke_calendar: _of_a_plan(
        "Take a calendar link back", body=Named, problems=(400, 409, 413)
    ),
    plans.make_share: _of_a_plan(
        "Share meetings of it", status=201, body=ShareWish, problems=(400, 409, 413)
    ),
    plans.change_share: _of_a_plan(
        "Change a share", takes=_IF_MATCH, body=ShareWish, problems=(400, 409, 413)
    ),
    plans.revoke_share: _of_a_plan("Take a share back", body=Named, problems=(400, 409, 413)),
}
