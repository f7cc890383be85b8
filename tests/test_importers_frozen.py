"""Values made and changed past their guard are what dataclasses would have made of them."""

import datetime as dt
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from importers._frozen import changed, frozen, thawed
from meetings.model import Meeting, VenueType
from tests.make import a_meeting

CHANGED_AT = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)


def test_a_meeting_is_made_as_its_class_makes_it() -> None:
    meeting = a_meeting()

    given = {field.name: getattr(meeting, field.name) for field in fields(meeting)}
    again = frozen(thawed(Meeting)(**given), Meeting)

    assert again == meeting
    assert type(again) is Meeting


def test_what_is_not_given_has_its_default() -> None:
    given = thawed(Meeting)(
        id="t:1",
        source="t",
        fellowship="na",
        name="Evening Hope",
        schedule=None,
        venue_type=VenueType.IN_PERSON,
    )

    assert frozen(given, Meeting) == Meeting(
        id="t:1",
        source="t",
        fellowship="na",
        name="Evening Hope",
        schedule=None,
        venue_type=VenueType.IN_PERSON,
    )


def test_a_changed_meeting_is_another_and_frozen_too() -> None:
    meeting = a_meeting()

    later = changed(meeting, changed_at=CHANGED_AT, revision=7)

    assert later == replace(meeting, changed_at=CHANGED_AT, revision=7)
    assert meeting == a_meeting()
    with pytest.raises(FrozenInstanceError):
        later.name = "Another"  # type: ignore[misc] # that is the point


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="name is empty"):
        changed(a_meeting(), name=" ")
