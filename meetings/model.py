"""What a meeting is: frozen values that refuse nonsense, without I/O."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

ASSUMED_DURATION = dt.timedelta(minutes=60)  # where the list gives none; shown as "not listed"
LONGEST_DURATION = dt.timedelta(hours=24)
_NO_TIME = dt.timedelta(0)
_ORDINALS = frozenset((1, 2, 3, 4, 5, -1))  # of a weekday in its month; -1 is the last


class VenueType(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"


class Status(StrEnum):
    ACTIVE = "active"
    CLOSED_FOR_NOW = "closed_for_now"  # the building is closed and the group does not meet
    ENDED = "ended"


class Accuracy(StrEnum):
    """How well a point is known; everything coarser than STREET is "around here"."""

    EXACT = "exact"
    STREET = "street"
    POSTCODE = "postcode"
    LOCALITY = "locality"
    REGION = "region"


class TimezoneSource(StrEnum):
    """Where the zone of a meeting comes from, best first."""

    SOURCE = "source"
    DEFAULT = "default"
    PLACE = "place"
    REGION = "region"
    UNKNOWN = "unknown"


class Admission(StrEnum):
    """Who may come; the meanings are in formats.tsv, strongest first."""

    INSTITUTION = "institution"
    RESTRICTED = "restricted"
    FAMILY_ONLY = "family_only"
    FAMILY_OPEN = "family_open"
    CLOSED = "closed"
    OPEN = "open"
    EVERYONE = "everyone"
    OWN_RECOVERY = "own_recovery"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Point:
    """A place on WGS 84, in degrees."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not -90 <= self.latitude <= 90:  # neither is what is no number
            raise ValueError(f"latitude must be -90..90, got {self.latitude}")
        if not -180 <= self.longitude <= 180:
            raise ValueError(f"longitude must be -180..180, got {self.longitude}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """A meeting place with its address, as the list gives it; "" is "not given"."""

    name: str = ""
    street: str = ""
    district: str = ""  # borough or neighbourhood
    town: str = ""
    county: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    directions: str = ""
    transit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Online:
    """How to join from elsewhere; "" is "not given". The url is http or https."""

    url: str = ""
    phone: str = ""
    notes: str = ""

    def __post_init__(self) -> None:
        if self.url and not self.url.startswith(("https://", "http://")):
            raise ValueError("url must begin with https:// or http://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    One weekday on which a meeting takes place: every week, every other, or nth of the month.

    An every-other-week rule holds the date of one real occurrence, since the words
    "every other Tuesday" do not tell which.
    """

    weekday: int  # ISO 8601: Monday is 1
    ordinals: tuple[int, ...] = ()  # 1..5, -1 is the last of the month; empty is every week
    interval_weeks: int = 1
    anchor_on: dt.date | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.weekday <= 7:
            raise ValueError(f"weekday must be 1..7, got {self.weekday}")
        if not _ORDINALS.issuperset(self.ordinals):
            raise ValueError(f"ordinals must be 1..5 or -1, got {self.ordinals}")
        if self.ordinals and len(set(self.ordinals)) != len(self.ordinals):
            raise ValueError(f"an ordinal stands twice in {self.ordinals}")
        if not 1 <= self.interval_weeks <= 52:
            raise ValueError(f"interval_weeks must be 1..52, got {self.interval_weeks}")
        if self.interval_weeks > 1 and self.ordinals:
            raise ValueError("a rule is every other week or nth of the month, not both")
        if (self.interval_weeks > 1) != (self.anchor_on is not None):
            raise ValueError("every other week needs an anchor, and nothing else has one")
        if self.anchor_on is not None and self.anchor_on.isoweekday() != self.weekday:
            raise ValueError(f"the anchor {self.anchor_on} is not on weekday {self.weekday}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleException:
    """One date that is cancelled, or moved to another date or hour when those are given."""

    on: dt.date  # the local date on which the occurrence would have started
    reason: str = ""
    moved_on: dt.date | None = None
    moved_start: dt.time | None = None

    @property
    def is_cancelled(self) -> bool:
        return self.moved_on is None and self.moved_start is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """
    When a meeting takes place, as its fellowship publishes it.

    `start` is wall-clock time in `timezone`: a 19:00 meeting stays at 19:00
    when the clocks change, so it must never be stored as UTC.
    """

    rules: tuple[Rule, ...]
    start: dt.time
    duration: dt.timedelta | None = None  # None when the source does not say
    timezone: ZoneInfo | None = None  # None when nobody knows: listed, but no feed
    timezone_source: TimezoneSource = TimezoneSource.UNKNOWN
    first_on: dt.date | None = None  # the stored first occurrence; set when first published
    until: dt.date | None = None  # the last local date that may still take place
    exceptions: tuple[ScheduleException, ...] = ()

    def __hash__(self) -> int:
        """Tell most schedules apart; by all they hold it takes three times as long."""
        return hash((self.rules[0].weekday, self.start, self.duration, self.timezone))

    def __post_init__(self) -> None:
        if not self.rules:
            raise ValueError("a schedule needs at least one rule")
        if len(self.rules) > 1 and len({rule.weekday for rule in self.rules}) != len(self.rules):
            raise ValueError("two rules for one weekday")
        if self.start.tzinfo is not None:
            raise ValueError("start is wall-clock time and has no zone of its own")
        if self.duration is not None and not _NO_TIME < self.duration <= LONGEST_DURATION:
            raise ValueError(f"duration must be over 0 and at most 24 h, got {self.duration}")
        if (self.timezone is None) != (self.timezone_source is TimezoneSource.UNKNOWN):
            raise ValueError("a zone and its source are known together or not at all")
        if self.exceptions and len({each.on for each in self.exceptions}) != len(self.exceptions):
            raise ValueError("two exceptions for one date")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherFormat:
    """A format that is in no row of our table, kept as the source words it."""

    code: str
    name: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A recurring gathering as published. "" and None are "not given", never "no"."""

    id: str  # "source:key", the key as the publisher keeps it
    number: int = 0  # the stable public integer; 0 until the storage gives it
    source: str
    fellowship: str
    name: str
    group: str = ""
    schedule: Schedule | None  # None: by appointment or no time given; listed, no feed
    status: Status = Status.ACTIVE
    venue_type: VenueType
    venue: Venue | None = None
    point: Point | None = None
    accuracy: Accuracy | None = None
    online: Online | None = None
    formats: tuple[str, ...] = ()  # codes of formats.tsv, sorted
    other_formats: tuple[OtherFormat, ...] = ()
    admission: Admission = Admission.UNKNOWN
    restriction_text: str = ""
    age_min: int | None = None
    age_max: int | None = None
    languages: tuple[str, ...] = ()  # BCP 47
    notes: str = ""
    page_url: str = ""
    feedback_url: str = ""  # where its publisher wants to hear what is wrong
    service_body: str = ""
    service_body_helpline: str = ""  # its own number, as it publishes it; never a person's
    confirmed_on: dt.date | None = None  # the source last listed it on this day
    revision: int = 0  # grows when something a person would notice changed
    changed_at: dt.datetime | None = None
    removed_at: dt.datetime | None = None  # a tombstone: told to subscribers, not listed

    def __post_init__(self) -> None:
        source, _, key = self.id.partition(":")
        if source != self.source or not key:
            raise ValueError(f"id must be '{self.source}:key', got {self.id!r}")
        if not self.name.strip():
            raise ValueError("name is empty")
        if self.admission is Admission.RESTRICTED and not self.restriction_text:
            raise ValueError("a restricted meeting needs the words of its restriction")
        if (self.point is None) != (self.accuracy is None):
            raise ValueError("a point and its accuracy are known together or not at all")
        if self.changed_at is not None and self.changed_at.tzinfo is None:
            raise ValueError("changed_at must be an instant with its zone")

    @property
    def is_in_person(self) -> bool:
        return self.venue_type is not VenueType.ONLINE

    @property
    def is_online(self) -> bool:
        return self.venue_type is not VenueType.IN_PERSON

    @property
    def is_listed(self) -> bool:
        """Whether our own lists, nearest-N and feeds show it."""
        return (
            self.status is Status.ACTIVE
            and self.removed_at is None
            and self.admission is not Admission.INSTITUTION
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One dated instance of a meeting, with both ends in the meeting's own zone."""

    on: dt.date  # the local date its rule gives, also when it was moved
    start: dt.datetime
    end: dt.datetime  # start plus the assumed duration where the list gives none
    is_cancelled: bool = False
    is_moved: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fellowship:
    """Whose meetings: NA, SMART Recovery and others."""

    code: str
    name: str
    short_name: str
    is_family: bool = False  # for relatives and friends: Al-Anon, Nar-Anon and their like
    is_twelve_step: bool = False
    finder_url: str = ""  # its own official meeting finder
