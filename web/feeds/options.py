"""What a person chose for one feed, carried by its link: reminders, busy, titles, language."""

from dataclasses import dataclass

from meetings.calendars import LANGUAGES, Look
from meetings.errors import InvalidSearch
from web.parameter_values import Parameters
from web.service import Site

REMINDERS = {"none": None, "15min": 15, "1h": 60, "1day": 24 * 60}
TITLES = ("names", "plain")
NAMES = ("busy", "remind", "titles", "words")  # none of them is a parameter of a search


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOptions:
    """The choices; a link that makes none is a public list: named, free, without reminders."""

    is_plain: bool | None = None  # None: not chosen; pages ask, feeds show names
    reminder_minutes: int | None = None
    is_busy: bool = False
    language: str = "en"  # of the fixed words

    def pairs(self) -> list[tuple[str, str]]:
        """Return what a feed's link needs to say, in the order of the names."""
        remind = next(k for k, minutes in REMINDERS.items() if minutes == self.reminder_minutes)
        said = {
            "busy": "1" if self.is_busy else "",
            "remind": remind if self.reminder_minutes is not None else "",
            "titles": "plain" if self.is_plain else "",
            "words": self.language if self.language != "en" else "",
        }
        return [(name, value) for name, value in said.items() if value]

    def look(self, site: Site, *, source_url: str = "", page_url: str = "") -> Look:
        """Return how a public feed with these choices looks."""
        return Look(
            title_prefix=site.title_prefix,
            uid_host=site.uid_host,
            base_url=site.base_url,
            source_url=source_url,
            page_url=page_url,
            is_busy=self.is_busy,
            is_plain=bool(self.is_plain),
            reminder_minutes=self.reminder_minutes,
            language=self.language,
        )


def read_options(given: Parameters) -> FeedOptions:
    """Return the choices in *given*. Raises InvalidSearch for one that is none of ours."""
    titles = _one_of(given, "titles", TITLES)
    return FeedOptions(
        is_plain=None if titles is None else titles == "plain",
        reminder_minutes=REMINDERS[_one_of(given, "remind", tuple(REMINDERS)) or "none"],
        is_busy=_one_of(given, "busy", ("0", "1")) == "1",
        language=_one_of(given, "words", LANGUAGES) or "en",
    )


def without_options(given: Parameters) -> Parameters:
    """Return what is left of *given*: the search, or the list."""
    return {name: values for name, values in given.items() if name not in NAMES}


def _one_of(given: Parameters, name: str, known: tuple[str, ...]) -> str | None:
    values = given.get(name, ())
    if not values:
        return None
    if len(values) > 1 or values[0] not in known:
        raise InvalidSearch(name, "This must be one of: {known}.", known=", ".join(known))
    return values[0]
