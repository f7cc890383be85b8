"""Countries, and the states of the USA, as they are written: from the packaged gazetteer."""

from collections.abc import Mapping
from functools import cache

from meetings._gazetteer_text import packaged_folder, read_countries, read_regions
from meetings._place_names import normalise


def country_code(text: str) -> str:
    """Return the ISO 3166-1 alpha-2 code of a country by its codes or names, or ""."""
    return _countries().get(normalise(text), "")


def state_code(text: str) -> str:
    """Return the postal code of a state of the USA by that code or its name, or ""."""
    return _states().get(normalise(text), "")


@cache
def _countries() -> Mapping[str, str]:
    countries = read_countries(packaged_folder())
    return {word: country.code for country in countries for word in country.words}


@cache
def _states() -> Mapping[str, str]:
    regions = read_regions(packaged_folder())
    states = [region for region in regions if region.country == "US" and region.name]
    names = {normalise(state.name): state.code for state in states}
    return names | {normalise(state.code): state.code for state in states}
