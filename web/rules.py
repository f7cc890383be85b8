"""The rules of a schedule as a sentence of the page's language: "Tuesdays at 7:30 pm"."""

from babel.dates import get_day_names
from babel.lists import format_list

from meetings.model import Rule
from web.languages import Language, marked

EACH_WEEK = (
    marked("Mondays"),
    marked("Tuesdays"),
    marked("Wednesdays"),
    marked("Thursdays"),
    marked("Fridays"),
    marked("Saturdays"),
    marked("Sundays"),
)
ORDINALS = {
    1: marked("first"),
    2: marked("second"),
    3: marked("third"),
    4: marked("fourth"),
    5: marked("fifth"),
    -1: marked("last"),
}


def rule_in_words(rules: tuple[Rule, ...], time: str, language: Language) -> str:
    """Return *rules* with the hour, which is *time*, in words."""
    return language.gettext("{days} at {time}", days=_days(rules, language), time=time)


def _days(rules: tuple[Rule, ...], language: Language) -> str:
    first = language.catalogue.week_starts_on
    in_order = sorted(rules, key=lambda rule: (rule.weekday - first) % 7)
    if len(rules) == 7 and all(_is_every_week(rule) for rule in rules):
        days = language.gettext("every day")
    else:
        days = _listed([_phrase(rule, language) for rule in in_order], language)
    return days[:1].upper() + days[1:]


def _phrase(rule: Rule, language: Language) -> str:
    day = str(get_day_names("wide", locale=language.locale)[rule.weekday - 1])
    if rule.ordinals:
        in_order = sorted(rule.ordinals, key=lambda ordinal: ordinal % 10)  # the last at the end
        ordinals = [language.gettext(ORDINALS[ordinal]) for ordinal in in_order]
        return language.gettext(
            "{ordinals} {weekday} of the month", ordinals=_listed(ordinals, language), weekday=day
        )
    if rule.interval_weeks == 1:
        return language.gettext(EACH_WEEK[rule.weekday - 1])
    if rule.interval_weeks == 2:
        return language.gettext("every other {weekday}", weekday=day)
    return language.gettext(
        "every {weeks} weeks on {weekday}", weeks=rule.interval_weeks, weekday=day
    )


def _listed(words: list[str], language: Language) -> str:
    """Join words as the language does, in English without a comma before "and"."""
    return format_list(words, locale=language.locale).replace(", and ", " and ")


def _is_every_week(rule: Rule) -> bool:
    return not rule.ordinals and rule.interval_weeks == 1
