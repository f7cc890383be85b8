"""
Every error this product raises on purpose.

MeetingsError
├── NotFound              nothing has that number or name
├── Invalid               what somebody asked for cannot be; knows its field
│   ├── InvalidSearch     a search parameter
│   └── InvalidPlan       a plan
├── LinkGone              a secret link that opens nothing: wrong, revoked or expired
│   └── LinkReplaced      lately revoked or expired: its calendar still says so
├── Conflict              somebody else changed the same plan meanwhile
├── GeocodingFailed       a typed place that could not be looked up
├── SourceError           a publisher's list could not be used
│   ├── FetchFailed       no usable answer came
│   ├── UnknownFormat     an answer came, and it is not the format it should be
│   └── Held              a readable list that looks wrong; the last good one stays
├── SettingsError         a setting that cannot be
└── StorageError          the database did not do it
    ├── SchemaTooNew      written by a newer version of this program
    ├── SchemaTooOld      waits for `openchair migrate`
    ├── Leased            another process reads the same source
    │   └── LeaseLost     it took over meanwhile: nothing of this run may be published
    ├── Away              it cannot be reached, or the connection was lost
    └── Busy              locked by another process for too long
"""

import datetime as dt

from meetings.sentences import sentence


class MeetingsError(Exception):
    """The root of the tree."""


class NotFound(MeetingsError):
    """Nothing has that number or name."""


class Invalid(MeetingsError):
    """
    What somebody asked for cannot be. *problem* is one sentence for the person who asked.

    Its words are a constant with {names}, which *values* fill, so that pages can say it in
    another language.
    """

    def __init__(self, field: str, problem: str, **values: object) -> None:
        self.field = field
        self.sentence = sentence(problem, **values)
        super().__init__(f"{field}: {self.problem}")

    @property
    def problem(self) -> str:
        return str(self.sentence)


class InvalidSearch(Invalid):
    """A search parameter that cannot be."""


class InvalidPlan(Invalid):
    """A plan that cannot be."""


class LinkGone(MeetingsError):
    """A secret link opens nothing: it is wrong, revoked or expired, and nobody learns which."""


class LinkReplaced(LinkGone):
    """A link ended lately, *on* a day: pages answer as to any other, its calendar says so."""

    def __init__(self, on: dt.date) -> None:
        super().__init__("the link was replaced")
        self.on = on


class Conflict(MeetingsError):
    """Somebody else changed the same plan meanwhile; nothing of theirs was overwritten."""


class GeocodingFailed(MeetingsError):
    """A typed place could not be looked up, which is not the same as being unknown."""


class SourceError(MeetingsError):
    """A publisher's list could not be used."""


class FetchFailed(SourceError):
    """No usable answer came."""


class UnknownFormat(SourceError):
    """An answer came, and it is not the format it should be."""


class Held(SourceError):
    """A readable list that looks wrong; the last accepted one stays."""


class SettingsError(MeetingsError):
    """A setting that cannot be. The message names it and what it should be."""


class StorageError(MeetingsError):
    """The database did not do it."""


class SchemaTooNew(StorageError):
    """The database was written by a newer version of this program."""


class SchemaTooOld(StorageError):
    """The database waits for `openchair migrate`."""


class Leased(StorageError):
    """Another process holds the lease of a source."""


class LeaseLost(Leased):
    """Another process took the lease over, since this one had not renewed it."""


class Away(StorageError):
    """The database cannot be reached; what was being changed may be done or not."""


class Busy(StorageError):
    """Another process held the database for too long."""
