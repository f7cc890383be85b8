"""The fixed words of a calendar, in each language that a feed can be asked for."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from meetings.solar_hijri import solar_hijri


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Everything a feed says that no list and no operator wrote."""

    calendar: str  # the name of a calendar that is to say nothing
    meetings: str
    told: str  # of the calendar as a whole
    told_plainly: str
    appointment: str
    cancelled: str  # before a title, with its colon
    no_meeting: str  # {date}{reason}
    not_then: str  # the same where nobody is to read "meeting"
    moved: str  # {date}{reason}
    closed_for_now: str
    no_longer_listed: str
    not_now: str  # both of them, plainly
    others_that_evening: str
    others_that_day: str
    join: str
    join_online: str
    dial_in: str
    by_telephone: str
    hybrid: str
    no_end: str
    in_its_list: str
    empty: str
    choose: str
    replaced: str
    replaced_told: str
    milestone: str  # {weeks}
    date: str  # {day} {month}
    months: tuple[str, ...]  # the calendar module speaks the language of the machine
    zero: str = "0"  # the first of the ten digits, which follow each other
    solar_hijri_months: tuple[str, ...] = ()  # where that calendar's date stands beside

    def day(self, on: dt.date) -> str:
        """Return "24 November", in Persian the Solar Hijri date beside it."""
        told = self.date.format(day=on.day, month=self.months[on.month - 1])
        if self.solar_hijri_months:
            there = solar_hijri(on)
            told += f" ({there.day} {self.solar_hijri_months[there.month - 1]})"
        return self._digits(told)

    def weeks(self, count: int) -> str:
        """Return "4 weeks of this plan"."""
        return self._digits(self.milestone.format(weeks=count))

    def _digits(self, told: str) -> str:
        return told.translate({ord("0") + n: ord(self.zero) + n for n in range(10)})


_ENGLISH = Phrases(
    calendar="Calendar",
    meetings="Meetings",
    told="Meetings as their lists give them. Changes reach you within a day.",
    told_plainly="Changes reach you within a day.",
    appointment="Appointment",
    cancelled="CANCELLED:",
    no_meeting="No meeting on {date}{reason}.",
    not_then="Not on {date}.",
    moved="Moved from {date}{reason}.",
    closed_for_now="This meeting is closed for now.",
    no_longer_listed="This meeting is no longer listed.",
    not_now="This does not take place any more.",
    others_that_evening="Other meetings that evening",
    others_that_day="Other meetings that day",
    join="Join",
    join_online="Join online",
    dial_in="Dial in",
    by_telephone="By telephone",
    hybrid="In the room and online.",
    no_end="End time not listed.",
    in_its_list="In its list",
    empty="No meetings in this calendar",
    choose="Choose meetings",
    replaced="This calendar link was replaced",
    replaced_told="The link was changed by its owner and shows no meetings any more.",
    milestone="{weeks} weeks of this plan",
    date="{day} {month}",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
)
_SPANISH = Phrases(
    calendar="Calendario",
    meetings="Reuniones",
    told="Reuniones según sus listas. Los cambios llegan en un día.",
    told_plainly="Los cambios llegan en un día.",
    appointment="Cita",
    cancelled="CANCELADA:",
    no_meeting="No hay reunión el {date}{reason}.",
    not_then="El {date} no se celebra.",
    moved="Cambió de fecha: antes, el {date}{reason}.",
    closed_for_now="Esta reunión está cerrada por ahora.",
    no_longer_listed="Esta reunión ya no está en la lista.",
    not_now="Esto ya no se celebra.",
    others_that_evening="Otras reuniones esa noche",
    others_that_day="Otras reuniones ese día",
    join="Unirse",
    join_online="Unirse en línea",
    dial_in="Llamar por teléfono",
    by_telephone="Por teléfono",
    hybrid="En la sala y en línea.",
    no_end="La lista no da la hora de fin.",
    in_its_list="En su lista",
    empty="No hay reuniones en este calendario",
    choose="Elegir reuniones",
    replaced="Este enlace de calendario se cambió por otro",
    replaced_told="Quien tiene el calendario cambió el enlace, que ya no muestra reuniones.",
    milestone="{weeks} semanas de este plan",
    date="{day} de {month}",
    months=(
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
)
_PERSIAN = Phrases(
    calendar="تقویم",
    meetings="جلسه‌ها",
    told="جلسه‌ها همان‌گونه که در فهرستشان آمده است. تغییرها تا یک روز به شما می‌رسد.",
    told_plainly="تغییرها تا یک روز به شما می‌رسد.",
    appointment="قرار",
    cancelled="لغو شد:",
    no_meeting="در {date} جلسه برگزار نمی‌شود{reason}.",
    not_then="در {date} برگزار نمی‌شود.",
    moved="جابه‌جا شده از {date}{reason}.",
    closed_for_now="این جلسه فعلاً تعطیل است.",
    no_longer_listed="این جلسه دیگر در فهرست نیست.",
    not_now="این دیگر برگزار نمی‌شود.",
    others_that_evening="جلسه‌های دیگر در همان شب",
    others_that_day="جلسه‌های دیگر در همان روز",
    join="پیوستن",
    join_online="پیوستن آنلاین",
    dial_in="تماس تلفنی",
    by_telephone="با تلفن",
    hybrid="حضوری و آنلاین.",
    no_end="ساعت پایان در فهرست نیست.",
    in_its_list="در فهرست خودش",
    empty="در این تقویم جلسه‌ای نیست",
    choose="انتخاب جلسه",
    replaced="این پیوند تقویم عوض شده است",
    replaced_told="صاحب پیوند آن را عوض کرده است و دیگر جلسه‌ای نشان نمی‌دهد.",
    milestone="{weeks} هفته از این برنامه",
    date="{day} {month}",
    months=(
        "ژانویه",
        "فوریه",
        "مارس",
        "آوریل",
        "مه",
        "ژوئن",
        "ژوئیه",
        "اوت",
        "سپتامبر",
        "اکتبر",
        "نوامبر",
        "دسامبر",
    ),
    zero="۰",
    solar_hijri_months=(
        "فروردین",
        "اردیبهشت",
        "خرداد",
        "تیر",
        "مرداد",
        "شهریور",
        "مهر",
        "آبان",
        "آذر",
        "دی",
        "بهمن",
        "اسفند",
    ),
)

PHRASES: Mapping[str, Phrases] = MappingProxyType(
    {"en": _ENGLISH, "es": _SPANISH, "fa": _PERSIAN}  # BCP 47
)
