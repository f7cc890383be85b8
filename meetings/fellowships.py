"""Whose meetings: the fellowships by code, each with its own official meeting finder."""

from collections.abc import Mapping
from types import MappingProxyType

from meetings.model import Fellowship


def fellowship(code: str) -> Fellowship:
    """Return the fellowship of *code*; an unknown code stands for itself."""
    return FELLOWSHIPS.get(code) or Fellowship(code=code, name=code, short_name=code)


def _twelve_step(code: str, name: str, short_name: str, finder_url: str = "") -> Fellowship:
    return Fellowship(
        code=code, name=name, short_name=short_name, is_twelve_step=True, finder_url=finder_url
    )


def _twelve_step_family(code: str, name: str, finder_url: str) -> Fellowship:
    return Fellowship(
        code=code,
        name=name,
        short_name=name,
        is_family=True,
        is_twelve_step=True,
        finder_url=finder_url,
    )


def _other(code: str, name: str, finder_url: str) -> Fellowship:
    return Fellowship(code=code, name=name, short_name=name, finder_url=finder_url)


_ALL = (
    _twelve_step("aa", "Alcoholics Anonymous", "AA", "https://www.aa.org/find-aa"),
    _twelve_step(
        "aca",
        "Adult Children of Alcoholics & Dysfunctional Families",
        "ACA",
        "https://adultchildren.org/meeting-search/",
    ),
    _twelve_step_family(
        "al-anon", "Al-Anon", "https://al-anon.org/al-anon-meetings/find-an-al-anon-meeting/"
    ),
    _twelve_step_family(
        "alateen", "Alateen", "https://al-anon.org/al-anon-meetings/find-an-alateen-meeting/"
    ),
    _twelve_step("ca", "Cocaine Anonymous", "CA", "https://ca.org/meetings/"),
    _twelve_step("cea-how", "Compulsive Eaters Anonymous-HOW", "CEA-HOW"),
    _twelve_step(
        "cma",
        "Crystal Meth Anonymous",
        "CMA",
        "https://www.crystalmeth.org/cma-meeting-directory/",
    ),
    _twelve_step("coda", "Co-Dependents Anonymous", "CoDA", "https://coda.org/find-a-meeting/"),
    _twelve_step("da", "Debtors Anonymous", "DA", "https://debtorsanonymous.org/meetings/"),
    _twelve_step("daa", "Drug Addicts Anonymous", "DAA"),
    _twelve_step("eda", "Eating Disorders Anonymous", "EDA"),
    _twelve_step("ga", "Gamblers Anonymous", "GA", "https://gamblersanonymous.org/find-a-meeting/"),
    _twelve_step_family("gam-anon", "Gam-Anon", "https://www.gam-anon.org/meeting-directory"),
    _twelve_step("ha", "Heroin Anonymous", "HA", "https://heroinanonymous.org/meetings/"),
    _other("lifering", "LifeRing Secular Recovery", "https://meetings.lifering.org/"),
    _twelve_step(
        "ma",
        "Marijuana Anonymous",
        "MA",
        "https://marijuana-anonymous.org/find-a-meeting/",
    ),
    _twelve_step("na", "Narcotics Anonymous", "NA", "https://www.na.org/meetingsearch/"),
    _twelve_step_family("nar-anon", "Nar-Anon", "https://www.nar-anon.org/find-a-meeting"),
    _twelve_step("oa", "Overeaters Anonymous", "OA", "https://oa.org/find-a-meeting/"),
    _twelve_step("rca", "Recovering Couples Anonymous", "RCA"),
    _other("rd", "Recovery Dharma", "https://recoverydharma.org/meetings/"),
    _other("refuge", "Refuge Recovery", "https://www.refugerecovery.org/meetings"),
    _twelve_step("sa", "Sexaholics Anonymous", "SA"),
    _twelve_step("saa", "Sex Addicts Anonymous", "SAA"),
    _twelve_step("sca", "Sexual Compulsives Anonymous", "SCA"),
    _twelve_step("sia", "Survivors of Incest Anonymous", "SIA"),
    _twelve_step("slaa", "Sex and Love Addicts Anonymous", "SLAA", "https://slaafws.org/meetings/"),
    _other("smart", "SMART Recovery", "https://meetings.smartrecovery.org/meetings/"),
    _twelve_step("ua", "Underearners Anonymous", "UA"),
    _twelve_step("va", "Violence Anonymous", "VA"),
    _other("wfs", "Women for Sobriety", "https://womenforsobriety.org/meetings/"),
)

# By the alphabet of their codes: programmes are never ranked (needs.md 21).
FELLOWSHIPS: Mapping[str, Fellowship] = MappingProxyType({one.code: one for one in _ALL})
