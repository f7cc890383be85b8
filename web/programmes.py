"""
What each fellowship's meetings are, in a few plain sentences: who comes, what happens, who may.

Written from what each says of itself, without praise and in one form for all (needs.md 21).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from meetings.fellowships import fellowship
from web.languages import marked

TWELVE_STEPS = marked(
    "People take turns to speak about themselves and listen to each other, and often read aloud"
    " from the fellowship's books. The Twelve Steps speak of a higher power, which each may"
    " understand in their own way. Nobody has to speak."
)
OPEN_OR_CLOSED = marked(
    "Closed meetings are for people who have, or think they have, the problem; open ones are for"
    " visitors too."
)
FAMILIES_ONLY = marked("Most meetings are only for families and friends; an open one says so.")
EACH_SAYS = marked("Each meeting says whom it is for; many welcome everybody.")
BUDDHIST = marked(
    "A meditation, a reading and time to share, drawn from Buddhist teaching. Nobody has to be a"
    " Buddhist, and nobody has to speak."
)


@dataclass(frozen=True, slots=True)
class Programme:
    """Sentences to be translated where they are shown."""

    who: str
    what: str
    admission: str


_WHO = {
    "aa": marked("For people who want to stop drinking."),
    "aca": marked("For adults who grew up in a family with drinking or other distress."),
    "al-anon": marked("For families and friends of people who drink."),
    "alateen": marked("For teenagers in families where somebody drinks."),
    "ca": marked("For people who want to stop using cocaine and other drugs."),
    "cea-how": marked("For people who want to stop eating compulsively."),
    "cma": marked("For people who want to stop using crystal meth."),
    "coda": marked("For people who want healthier relationships."),
    "da": marked("For people who want to stop running up debts."),
    "daa": marked("For people who want to stop using drugs."),
    "eda": marked("For people who live with an eating disorder and want to recover."),
    "ga": marked("For people who want to stop gambling."),
    "gam-anon": marked("For families and friends of people who gamble."),
    "ha": marked("For people who want to stop using heroin."),
    "lifering": marked("For people who want to live without alcohol and drugs."),
    "ma": marked("For people who want to stop using marijuana."),
    "na": marked("For people who want to stop using drugs of any kind, alcohol included."),
    "nar-anon": marked("For families and friends of people who use drugs."),
    "oa": marked("For people who want to stop eating in ways that harm them."),
    "rca": marked("For couples who want to restore their relationship."),
    "rd": marked("For people who want to recover from drinking, drugs or any other habit."),
    "refuge": marked("For people who want to recover from drinking, drugs or any other habit."),
    "sa": marked("For people who want to stop sexual behaviour that they cannot stop alone."),
    "saa": marked("For people who want to stop sexual behaviour that they cannot stop alone."),
    "sca": marked("For people who want to stop sexual behaviour that they cannot stop alone."),
    "sia": marked("For adults who lived through sexual violence as children."),
    "slaa": marked("For people who want to change patterns in sex and love that harm them."),
    "smart": marked("For people who want to change any habit: drinking, drugs, gambling, others."),
    "ua": marked("For people who earn less than they need and want to change that."),
    "va": marked("For people who want to live without violence."),
    "wfs": marked("For women who want to live without alcohol and drugs."),
}
_WHAT = {
    "lifering": marked(
        "People talk about the week behind and the week ahead, and may ask and answer each other."
        " It is secular and has no steps."
    ),
    "rd": BUDDHIST,
    "refuge": BUDDHIST,
    "smart": marked(
        "Somebody trained leads a conversation about tools: staying motivated, coping with urges,"
        " handling thoughts and feelings, living a balanced life. It is secular. Nobody has to"
        " speak."
    ),
    "wfs": marked("Women talk together, guided by statements about a new life. It has no steps."),
}


def _programme(code: str, who: str) -> Programme:
    known = fellowship(code)
    if known.is_family:
        return Programme(who, TWELVE_STEPS, FAMILIES_ONLY)
    if known.is_twelve_step:
        return Programme(who, TWELVE_STEPS, OPEN_OR_CLOSED)
    return Programme(who, _WHAT[code], EACH_SAYS)


PROGRAMMES: Mapping[str, Programme] = MappingProxyType(
    {code: _programme(code, who) for code, who in _WHO.items()}
)
