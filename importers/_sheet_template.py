"""The sheet that a group fills in: our columns, and two rows that show how."""

import csv
import io

from importers._sheet_columns import COLUMNS

EXAMPLE = "example-"  # begins the ids of the rows that show how; they are no meetings


def template() -> bytes:
    """Return a sheet to fill in, as CSV; the mark at its beginning tells Excel it is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(_EXAMPLES)
    return text.getvalue().encode("utf-8-sig")


_EXAMPLES = (
    {
        "id": f"{EXAMPLE}monday",
        "fellowship": "smart",
        "program": "4-Point Recovery",
        "audiences": "Adults",
        "languages": "English",
        "day": "mon",
        "start": "19:00",
        "end": "20:30",
        "timezone": "America/Chicago",
        "format": "in-person",
        "venue": "Town Library, Room 2",
        "street": "300 Example Street",
        "city": "Minneapolis",
        "state": "MN",
        "zip": "55401",
        "country": "US",
        "notes": "Ring the bell at the side door. Delete this row.",
    },
    {
        "id": f"{EXAMPLE}every-other",
        "fellowship": "na",
        "name": "Evening Hope",
        "audiences": "Open; Wheelchair",
        "languages": "English; Spanish",
        "day": "thu",
        "ordinal": "every other",
        "first_date": "2026-08-27",
        "start": "18:00",
        "end": "19:30",
        "timezone": "America/New_York",
        "format": "online",
        "country": "US",
        "join_url": "https://meet.example.org/evening-hope",
        "notes": "Delete this row too.",
    },
)
