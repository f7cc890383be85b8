"""A record by which the source itself takes a meeting back."""

from dataclasses import dataclass

from importers._source import Rejected


@dataclass(frozen=True, slots=True)
class Withdrawn(Rejected):
    """
    A record that says its meeting is over: `published` "0", "Delete" = D.

    Its meeting becomes a tombstone at once, without the grace that a silent absence gets
    (reliability.md 2.4).
    """
