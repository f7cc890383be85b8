"""Small gazetteers for tests, and a person who makes typing errors."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from meetings._gazetteer import write
from meetings._gazetteer_rows import Locality, PostalCode, Town
from meetings.places import Places
from tests.serving import towns

POSTAL_CODES = Path(__file__).parent / "data" / "postal-codes.tsv"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def silence(_: str) -> None:
    pass


def a_town(**changes: object) -> Town:
    town = Town(
        id=1,
        name="Harbour",
        country="US",
        region_code="ME",
        latitude=44.0,
        longitude=-69.0,
        population=2000,
        timezone="America/New_York",
    )
    return town._replace(**changes)  # type: ignore[arg-type]  # fields of Town


def some_towns(*rows: str) -> list[Town]:
    """Return the towns of "Name, aliases | region and country | latitude | longitude | people"."""
    towns = []
    for number, row in enumerate(rows, 1):
        names, lies_in, latitude, longitude, people = (part.strip() for part in row.split("|"))
        name, *aliases = names.split(", ")
        region_code, country = lies_in.split()
        town = a_town(id=number, name=name, alternate_names=tuple(aliases), country=country)
        towns.append(
            town._replace(
                region_code=region_code,
                latitude=float(latitude),
                longitude=float(longitude),
                population=int(people),
            )
        )
    return towns


def gazetteer(folder: Path, *some: Town, localities: Iterable[Locality] = ()) -> Places:
    write(folder / "places.sqlite", some, localities, progress=silence)
    return Places(folder / "places.sqlite")


def small_world(folder: Path) -> Places:
    """Open a gazetteer of the towns and postal codes in tests/data."""
    glen_mills = Locality(
        name="Glen Mills",
        country="US",
        region_code="PA",
        latitude=39.9,
        longitude=-75.5,
        postal_code="19342",
    )
    write(folder / "places.sqlite", towns(), [glen_mills], postal_codes(), progress=silence)
    return Places(folder / "places.sqlite")


def postal_codes() -> Iterator[PostalCode]:
    lines = POSTAL_CODES.read_text(encoding="utf-8").splitlines()[1:]
    for row in csv.DictReader(lines, delimiter="\t"):
        yield PostalCode(
            country=row["country"],
            code=row["code"],
            name=row["name"],
            region_code=row["region_code"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
        )


def with_one_error(name: str, random: Random) -> str:
    """Return *name* with a letter left out, doubled, replaced or swapped with the next."""
    at = random.choice([n for n in range(1, len(name) - 1) if name[n : n + 2].isalpha()])
    before, letter, following, rest = name[:at], name[at], name[at + 1], name[at + 2 :]
    return random.choice(
        [
            before + following + rest,
            before + letter + letter + following + rest,
            before + random.choice(LETTERS) + following + rest,
            before + following + letter + rest,
        ]
    )
