"""The labels of a sheet's row, each read by the table of its fellowship (formats.md 2)."""

from importers._labels import Labels, lifering_labels, smart_labels
from importers._privacy import without_people
from importers._text import line
from meetings.fellowships import fellowship
from meetings.formats import FORMATS, Format, by_name, strongest
from meetings.model import Admission, OtherFormat


def labels_of(code: str, programme: str, audiences: str) -> Labels:
    """Read a programme, and audiences with ";" between them. Raises ValueError."""
    labels = [label for label in (line(each) for each in audiences.split(";")) if label]
    if code == "smart":
        if not programme:
            raise ValueError("program: is missing; write 4-Point Recovery or Family & Friends")
        return smart_labels(programme, labels)
    given = [label for label in (line(programme), *labels) if label]
    return lifering_labels(given) if code == "lifering" else labels_by_name(given, code)


def labels_by_name(labels: list[str], code: str) -> Labels:
    """Read labels by the English names of our table; others stay as they are written."""
    rows = [row for label in labels if (row := _row(label)) is not None]
    others = dict.fromkeys(without_people(label) for label in labels if _row(label) is None)
    admissions = [row.admission for row in rows if row.is_admission]
    return Labels(
        admission=_admission(strongest(admissions), code),
        restriction_text="; ".join(
            row.name for row in rows if row.admission is Admission.RESTRICTED
        ),
        formats=tuple(sorted({row.code for row in rows if not row.is_admission})),
        other_formats=tuple(OtherFormat(code=each, name=each) for each in others),
    )


def _admission(stated: Admission, code: str) -> Admission:
    """Return what *stated* means in the fellowship: one of families is for them (formats.md 3)."""
    if not fellowship(code).is_family or stated in (Admission.RESTRICTED, Admission.INSTITUTION):
        return stated
    is_open = stated in (Admission.OPEN, Admission.FAMILY_OPEN)
    return Admission.FAMILY_OPEN if is_open else Admission.FAMILY_ONLY


def _row(label: str) -> Format | None:
    """Return the row of a label that is a code or a name: "Open", "Wheelchair access"."""
    return FORMATS.get("_".join(label.casefold().split())) or by_name(label)
