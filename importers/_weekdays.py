"""Names of weekdays in the languages that lists are written in."""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

# Monday to Sunday, full and short; a name that means another day elsewhere stands nowhere.
_NAMES = """
en monday mon | tuesday tue tues | wednesday wed weds | thursday thu thur thurs | friday fri
   | saturday sat | sunday sun
en mondays | tuesdays | wednesdays | thursdays | fridays | saturdays | sundays
es lunes lun | martes | miércoles mié | jueves jue | viernes vie | sábado sáb sábados
   | domingo dom domingos
pt segunda segunda-feira | terça terça-feira ter | quarta quarta-feira | quinta quinta-feira
   | sexta sexta-feira | sábado | domingo
fr lundi | mardi | mercredi mer | jeudi jeu | vendredi ven | samedi sam | dimanche dim
it lunedì | martedì | mercoledì | giovedì gio | venerdì | sabato | domenica
de montag | dienstag | mittwoch | donnerstag | freitag | samstag sonnabend | sonntag
nl maandag | dinsdag | woensdag | donderdag | vrijdag | zaterdag | zondag
da mandag | tirsdag | onsdag | torsdag | fredag | lørdag | søndag
sv måndag | tisdag | onsdag | torsdag | fredag | lördag | söndag
fi maanantai | tiistai | keskiviikko | torstai | perjantai | lauantai | sunnuntai
is mánudagur | þriðjudagur | miðvikudagur | fimmtudagur | föstudagur | laugardagur | sunnudagur
pl poniedziałek | wtorek | środa | czwartek | piątek | sobota | niedziela
sk pondelok | utorok | streda | štvrtok | piatok | sobota | nedeľa
cs pondělí | úterý | středa | čtvrtek | pátek | sobota | neděle
hu hétfő | kedd | szerda | csütörtök | péntek | szombat | vasárnap
tr pazartesi | salı | çarşamba | perşembe | cuma | cumartesi | pazar
ru понедельник | вторник | среда | четверг | пятница | суббота | воскресенье
uk понеділок | вівторок | середа | четвер | пʼятниця п'ятниця | субота | неділя
el δευτέρα | τρίτη | τετάρτη | πέμπτη | παρασκευή | σάββατο | κυριακή
fa دوشنبه | سهشنبه | چهارشنبه | پنجشنبه | جمعه | شنبه | یکشنبه
ja 月曜日 月曜 | 火曜日 火曜 | 水曜日 水曜 | 木曜日 木曜 | 金曜日 金曜 | 土曜日 土曜 | 日曜日 日曜
th วันจันทร์ | วันอังคาร | วันพุธ | วันพฤหัสบดี | วันศุกร์ | วันเสาร์ | วันอาทิตย์
"""


def weekday_named(text: str) -> int | None:
    """Return the ISO weekday of a name, with or without its accents, or None."""
    return _WEEKDAYS.get(_folded(text))


def _folded(text: str) -> str:
    """Return the letters of *text*, without what an old program or keyboard leaves out."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if letter.isalpha())


def _table() -> Mapping[str, int]:
    table: dict[str, int] = {}
    for row in _NAMES.replace("\n   ", " ").split("\n"):
        days = row.partition(" ")[2].split("|") if row else []
        for weekday, names in enumerate(days, 1):
            table |= {_folded(name): weekday for name in names.split()}
    return MappingProxyType(table)


_WEEKDAYS = _table()
