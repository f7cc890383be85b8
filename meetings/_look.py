"""How a calendar is to look: everything about it that is not the meetings."""

from dataclasses import dataclass

LONGEST_UID_HOST = 150  # Proton drops an event whose UID has more than 191 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The options of one feed; equal ones give equal bytes for equal meetings."""

    name: str  # of the calendar; in no event
    uid_host: str  # one neutral constant of the installation, never the request's Host
    base_url: str  # how links to our pages begin, without a slash at the end
    title_prefix: str = ""  # before every title, as in "SAMPLE "
    source_url: str = ""  # the feed's own address; of public feeds only: files get forwarded
    is_busy: bool = False  # takes up the person's time: plans do, public lists do not

    def __post_init__(self) -> None:
        if not 0 < len(self.uid_host) <= LONGEST_UID_HOST:
            raise ValueError(f"uid_host must have 1..{LONGEST_UID_HOST} characters")
        if self.base_url.endswith("/"):
            raise ValueError("base_url must not end in a slash")
