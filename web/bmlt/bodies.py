"""Service bodies: the home source's own, and beside them one for each publisher (bmlt.md 3.10)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from meetings.fellowships import fellowship as fellowship_of
from meetings.model import Meeting
from web.bmlt.numbers import stable_number

KEYS = ("id", "parent_id", "name", "description", "type", "url", "helpline", "world_id")
TOP = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A service body with the fields that GetServiceBodies answers."""

    id: int
    parent_id: int
    fields: Mapping[str, str]


def published_body(record: Mapping[str, str]) -> Body:
    """Return a body of the home source as it published it."""
    parent = record.get("parent_id", "")
    return Body(
        id=int(record["id"]),
        parent_id=int(parent) if parent.isdecimal() else TOP,
        fields={key: record.get(key, "") for key in KEYS},
    )


def unknown_body(number: int, name: str) -> Body:
    """Return a body that meetings name and no list describes: clients need one (bmlt.md 3.9)."""
    return _body(number, TOP, name or f"Service body {number}", type_="AS")


def bodies_of(meeting: Meeting, titles: Mapping[str, str]) -> tuple[Body, ...]:
    """Return the body of a meeting that is not home's, then those above it."""
    whose = fellowship_of(meeting.fellowship)
    top = _body(top_number(meeting.fellowship), TOP, whose.name, whose.finder_url)
    publisher = _body(
        publisher_number(meeting.source),
        top.id,
        titles.get(meeting.source) or meeting.source,
        type_="AS",
    )
    if not meeting.service_body:
        return publisher, top
    own = _body(
        stable_number("body", meeting.source, meeting.service_body),
        publisher.id,
        meeting.service_body,
        type_="AS",
        helpline=meeting.service_body_helpline,
    )
    return own, publisher, top


def publisher_number(source: str) -> int:
    """Return the number of a source, as service body and in `root_server_ids`."""
    return stable_number(source)


def top_number(fellowship: str) -> int:
    """Return the number of the body above all publishers of a fellowship."""
    return stable_number("body", "", fellowship)


def with_descendants(ids: Iterable[int], bodies: Mapping[int, Body]) -> set[int]:
    """Return *ids* and every body below one of them; circles do no harm."""
    children: dict[int, list[int]] = {}
    for body in bodies.values():
        children.setdefault(body.parent_id, []).append(body.id)
    found: set[int] = set()
    waiting = list(ids)
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += children.get(number, ())
    return found


def with_ancestors(ids: Collection[int], bodies: Mapping[int, Body]) -> set[int]:
    """Return *ids* and every body above one of them."""
    found = set(ids)
    for number in ids:
        body = bodies.get(number)
        while body is not None and body.parent_id not in found and body.parent_id in bodies:
            found.add(body.parent_id)
            body = bodies[body.parent_id]
    return found


def _body(
    number: int,
    parent: int,
    name: str,
    url: str = "",
    *,
    type_: str = "RS",
    helpline: str = "",
) -> Body:
    fields = dict.fromkeys(KEYS, "") | {
        "id": str(number),
        "parent_id": str(parent),
        "name": name,
        "type": type_,
        "url": url,
        "helpline": helpline,
    }
    return Body(id=number, parent_id=parent, fields=fields)
