"""How an address line ends in countries other than the USA and Canada, as map services write it."""

import re
from dataclasses import dataclass, replace

_CODE_FIRST = r"\d{3} ?\d{2}|\d{4}"  # "10115 Berlin", "111 20 Stockholm", "8001 Zürich"
_OTHER_CODES_FIRST = {
    "AR": r"[A-Z]\d{4}(?:[A-Z]{3})?",
    "CL": r"\d{7}",
    "NL": r"\d{4} ?[A-Z]{2}",
    "PL": r"\d{2}-\d{3}",
    "PT": r"\d{4}-\d{3}",
}
_TOWN_THEN_CODE = {
    "BD": r"\d{4}",
    "GR": r"\d{3} ?\d{2}",
    "KR": r"\d{5}",
    "NZ": r"\d{4}",
    "PE": r"\d{5}",
    "RO": r"\d{6}",
    "SA": r"\d{5}",
    "VN": r"\d{5,6}",
}
_STATE_THEN_CODE = {  # the town is the part before: "Mumbai, Maharashtra 400050"
    "ID": r"\d{5}",
    "IN": r"\d{3} ?\d{3}",
    "JP": r"\d{3}-\d{4}",
    "TH": r"\d{5}",
}
_OTHER_CODES_ALONE = {"IE": r"[A-Z]\d[\dW] ?[A-Z\d]{4}", "LV": r"LV-\d{4}"}
_CODE_ALONE = r"\d[\d -]{2,9}"
_TOWN_THEN_STATE = {  # when the code is taken off
    "BR": r"(.+?) - ([A-Z]{2})",
    "IT": r"(.+?) ([A-Z]{2})",
}
_MEXICAN_STATES = {
    "Ags": "Aguascalientes", "BC": "Baja California", "BCS": "Baja California Sur",
    "Camp": "Campeche", "Chih": "Chihuahua", "Chis": "Chiapas", "CDMX": "Ciudad de México",
    "Coah": "Coahuila", "Col": "Colima", "Dgo": "Durango", "Gro": "Guerrero", "Gto": "Guanajuato",
    "Hgo": "Hidalgo", "Jal": "Jalisco", "Méx": "México", "Mich": "Michoacán", "Mor": "Morelos",
    "Nay": "Nayarit", "NL": "Nuevo León", "Oax": "Oaxaca", "Pue": "Puebla", "QR": "Quintana Roo",
    "Qro": "Querétaro", "Sin": "Sinaloa", "SLP": "San Luis Potosí", "Son": "Sonora",
    "Tab": "Tabasco", "Tamps": "Tamaulipas", "Tlax": "Tlaxcala", "Ver": "Veracruz",
    "Yuc": "Yucatán", "Zac": "Zacatecas",
}  # fmt: skip
_COUNTY = re.compile(r"(?:Co\.?|County) .+", re.IGNORECASE)
_AU_CODE = re.compile(r"(?:(.+?)\s+)?(NSW|VIC|QLD|SA|WA|TAS|ACT|NT)\s+(\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a meeting is, as far as the record tells; the country an ISO code, or its words."""

    street: str = ""
    town: str = ""
    county: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


def foreign_end(parts: list[str], country: str) -> Address:
    """Take postal code, region and town off the end of *parts*, as *country* writes them."""
    if country == "AU" and (found := _AU_CODE.fullmatch(parts[-1])):
        parts.pop()
        return Address(town=found[1] or "", region=found[2], postal_code=found[3])
    place = _with_code(parts, country)
    if not place.town and country in ("IE", "GB") and len(parts) > 1 and _is_county(parts[-1]):
        place = replace(place, county=parts.pop())
    if not place.town and parts and country in _TOWN_THEN_STATE:
        place = replace(place, town=parts.pop())
    return _with_state(place, country)


def _with_code(parts: list[str], country: str) -> Address:
    last = parts[-1]
    if place := _code_first(last, country):
        parts.pop()
        return place
    if len(parts) > 1 and not _has_digits(last) and (place := _code_first(parts[-2], country)):
        del parts[-2:]  # "06000 Ciudad de México, CDMX"
        return replace(place, region=_region(last, country))
    if found := _ending_in(_TOWN_THEN_CODE.get(country), last):
        parts.pop()
        return Address(town=found[1], postal_code=found[2])
    if found := _ending_in(_STATE_THEN_CODE.get(country), last):
        parts.pop()
        return Address(region=found[1], postal_code=found[2])
    if re.fullmatch(f"{_CODE_ALONE}|{_OTHER_CODES_ALONE.get(country, _CODE_ALONE)}", last):
        return Address(postal_code=parts.pop())
    return Address()


def _region(words: str, country: str) -> str:
    is_short = country == "MX"  # "N.L.", as map services write states of Mexico
    return _MEXICAN_STATES.get(words.replace(".", ""), words) if is_short else words


def _code_first(part: str, country: str) -> Address | None:
    code = _OTHER_CODES_FIRST.get(country, _CODE_FIRST)
    found = re.fullmatch(rf"(?:[A-Z]{{1,2}}-)?({code}|{_CODE_FIRST})\s+(\D.*)", part)
    return Address(town=found[2], postal_code=found[1]) if found else None


def _ending_in(code: str | None, part: str) -> re.Match[str] | None:
    return re.fullmatch(rf"(\D.*?)\s+({code})", part) if code else None


def _with_state(place: Address, country: str) -> Address:
    found = re.fullmatch(_TOWN_THEN_STATE.get(country, r"(?!)"), place.town)
    return replace(place, town=found[1], region=found[2]) if found else place


def _is_county(part: str) -> bool:
    return _COUNTY.fullmatch(part) is not None


def _has_digits(part: str) -> bool:
    return any(character.isdecimal() for character in part)
