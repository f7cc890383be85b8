"""How a calendar is to look: everything about it that is not the meetings."""

from dataclasses import dataclass, replace

from meetings._phrases import PHRASES, Phrases

LONGEST_UID_HOST = 150  # Proton drops an event whose UID has more than 191 characters
REMINDERS_MINUTES = (15, 60, 24 * 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The options of one feed; equal ones give equal bytes for equal meetings."""

    uid_host: str  # one neutral constant of the installation, never the request's Host
    base_url: str  # how links to our pages begin, without a slash at the end
    name: str = ""  # of the calendar, in no event; "" is "Meetings" in its language
    title_prefix: str = ""  # before every title, as in "SAMPLE "
    source_url: str = ""  # the feed's own address; of public feeds only: files get forwarded
    page_url: str = ""  # the page of this calendar, without a secret; "" is base_url
    is_busy: bool = False  # takes up the person's time: plans do, public lists do not
    is_plain: bool = False  # names no fellowship, format or venue (calendar.md 10.3)
    is_private: bool = False  # hides details where a reader shares the calendar on: plans do
    own_title: str = ""  # the person's own word in place of "Appointment", where it is plain
    reminder_minutes: int | None = None  # one of REMINDERS_MINUTES; None is no alarm
    language: str = "en"  # of the fixed words: a key of PHRASES
    is_brief: bool = False  # without notes and directions: feeds of over a megabyte are dropped

    def __post_init__(self) -> None:
        if not 0 < len(self.uid_host) <= LONGEST_UID_HOST:
            raise ValueError(f"uid_host must have 1..{LONGEST_UID_HOST} characters")
        if self.base_url.endswith("/"):
            raise ValueError("base_url must not end in a slash")
        if self.reminder_minutes is not None and self.reminder_minutes not in REMINDERS_MINUTES:
            raise ValueError(f"reminder_minutes must be one of {REMINDERS_MINUTES}")
        if self.language not in PHRASES:
            raise ValueError(f"language must be one of {', '.join(PHRASES)}")

    @property
    def phrases(self) -> Phrases:
        return PHRASES[self.language]

    def of_events(self) -> "Look":
        """Return the same without what stands in no event: what to cache the events under."""
        return replace(self, name="", source_url="", page_url="")
