"""MariaDB with the distance query of BMLT's root server, rebuilt from bmlt.md 5 in our words."""

import itertools
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable
from math import cos, radians
from pathlib import Path

from meetings.model import Point
from meetings.search import Search
from tests.bench.peer_rows import Answer, NotInstalled, Row, cpu_seconds_of

# The same numbers for miles and kilometres; the last is taken when it holds too few.
RADII_KM = [
    *(0.0625, 0.125, 0.1875, 0.25, 0.4375, 0.5, 0.5625, 0.75, 0.8125, 1, 1.25, 1.5, 1.75),
    *(2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 3.75, 4, 4.25, 4.5, 4.75, 5, 5.5, 6, 6.5, 7, 7.5, 8),
    *(8.5, 9, 9.5, 10, 11, 12, 13, 14, 15, 17.5, 20, 22.5, 25, 27.5, 30, 35, 40, 45, 50, 60),
    *(70, 80, 90, 100, 150, 200),
]
START_SECONDS = 30.0
CHUNK = 2_000


class Mariadb:
    is_exact = False  # a sphere
    looks_km = float(RADII_KM[-1])

    def __init__(self, rows: Iterable[Row], folder: Path) -> None:  # noqa: ARG002 - as every peer
        if not shutil.which("mariadbd") or not shutil.which("mariadb-install-db"):
            raise NotInstalled("there is no mariadbd")
        self._folder = Path(tempfile.mkdtemp(prefix="openchair-mariadb-"))
        self._socket = self._folder / "socket"
        data = self._folder / "data"
        _run(
            [
                "mariadb-install-db",
                f"--datadir={data}",
                "--user=root",
                "--auth-root-authentication-method=normal",
            ]
        )
        self._server = subprocess.Popen(  # noqa: S603 - our own words
            [
                "/usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}", "--user=root",
                f"--socket={self._socket}", "--skip-networking", "--skip-log-bin",
                "--innodb-buffer-pool-size=512M", "--innodb-flush-log-at-trx-commit=0",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._wait()
        self._fill(rows)

    def can_answer(self, search: Search) -> bool:
        """Say whether bmlt.md tells the query: near a place, by weekday and fellowship."""
        return bool(search.centre and not search.text and not search.after)

    async def answer(self, search: Search) -> Answer:
        assert search.centre is not None
        radius_km = search.radius_km or self._hunted(search, search.centre)
        distance, filters = _distance(search.centre), _filters(search)
        found = self._lines(
            f"select id, {distance} as km, {distance} / 1.609344 as miles, m.* from m"  # noqa: S608 - our own numbers
            f" where published = 1{filters} and {distance} <= {radius_km} order by km, id"
        )
        numbers = [int(line.split("\t")[0]) for line in found]
        if numbers:
            self._lines(_details(numbers))
        return Answer(numbers, len(numbers))

    async def close(self) -> None:
        self._server.terminate()
        self._server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def cpu_seconds(self) -> float:
        return cpu_seconds_of(self._server.pid)

    def _hunted(self, search: Search, centre: Point) -> float:
        """Return the smallest of the radii that holds enough, by binary search, as BMLT does."""
        low, high = 0, len(RADII_KM) - 1
        while low < high:
            middle = (low + high) // 2
            sql = (
                f"select count(*) from m where published = 1{_filters(search)}"  # noqa: S608 - our own numbers
                f"{_box(centre, RADII_KM[middle])} and {_distance(centre)} <= {RADII_KM[middle]}"
            )
            is_enough = int(self._lines(sql)[0]) >= (search.nearest or 1)
            low, high = (low, middle) if is_enough else (middle + 1, high)
        return RADII_KM[low]

    def _fill(self, rows: Iterable[Row]) -> None:
        self._lines(
            "create table m(id int primary key, published int, latitude double, longitude double,"
            " weekday int, fellowship varchar(20), body int, formats varchar(255),"
            " world_id varchar(30), venue_type int, start_time time, duration_time time,"
            " time_zone varchar(40), language varchar(7), email varchar(255), root_server int,"
            " index(latitude), index(longitude), index(weekday), index(published), index(body),"
            " index(venue_type), index(start_time), index(duration_time)) engine=InnoDB;"
            "create table attribute(id int, name varchar(40), value text, index(id)) engine=InnoDB;"
            "create table long_text(id int, name varchar(40), value text, index(id)) engine=InnoDB;"
            "create table body(id int primary key, name varchar(255)) engine=InnoDB;"
            "insert into body select seq, 'an area' from seq_1_to_100;"
            "create table format(shared_id int, language varchar(7), name varchar(255),"
            " index(shared_id)) engine=InnoDB;"
            "insert into format select seq, 'en', 'a format' from seq_1_to_60"
        )
        placed = (row for row in rows if row.latitude is not None)
        while chunk := list(itertools.islice(placed, CHUNK)):
            values = ",".join(
                f"({r.number},1,{r.latitude},{r.longitude},{r.weekday},'{r.fellowship}',"
                f"{1 + r.number % 100},'{FORMATS}','',1,'{r.minute // 60}:{r.minute % 60}:00',"
                "'1:00:00','','en','',1)"
                for r in chunk
            )
            texts = ",".join(
                f"({r.number},'{name}','a value of some length')" for r in chunk for name in NAMES
            )
            self._lines(f"insert into m values {values}; insert into attribute values {texts}")  # noqa: S608 - as above
        self._lines("analyze table m, attribute")

    def _lines(self, sql: str) -> list[str]:
        command = [
            "mariadb",
            "--no-defaults",
            f"--socket={self._socket}",
            "-uroot",
            "-N",
            "-B",
            "test",
        ]
        return _run(command, sql).splitlines()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._lines("select 1")
                return
            except NotInstalled:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)


FORMATS = "4,17,33,54"  # a list with commas, as in BMLT's table
# Nine to fourteen rows a meeting in BMLT's key/value table.
NAMES = (
    "meeting_name", "location_text", "location_street", "location_municipality",
    "location_province", "location_postal_code_1", "location_nation", "location_info",
    "virtual_meeting_link", "comments",
)  # fmt: skip


def _run(command: list[str], text: str = "") -> str:
    ended = subprocess.run(command, input=text, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if ended.returncode:
        raise NotInstalled(f"{command[0]}: {ended.stderr.strip()[-200:]}")
    return ended.stdout


def _distance(centre: Point) -> str:
    """Return the law of cosines, as it stands three or four times in the query."""
    return (
        f"(6370.993 * acos(least(1, sin(radians({centre.latitude})) * sin(radians(latitude)) +"
        f" cos(radians({centre.latitude})) * cos(radians(latitude)) *"
        f" cos(radians({centre.longitude} - longitude)))))"
    )


def _details(numbers: list[int]) -> str:
    """Return what follows the main query: three tables, then a query for each service body."""
    ids = ",".join(map(str, numbers))
    bodies = ";".join(f"select * from body where id = {1 + number % 100}" for number in numbers)  # noqa: S608 - our own numbers
    return (
        f"select id, name, value from attribute where id in ({ids});"  # noqa: S608 - as above
        f"select id, name, value from long_text where id in ({ids});"
        f"select * from format where shared_id in ({FORMATS}) and language = 'en';{bodies}"
    )


def _box(centre: Point, radius_km: float) -> str:
    north = radius_km / 110.5
    east = north / max(cos(radians(centre.latitude)), 0.02) * 1.02
    return (
        f" and latitude between {centre.latitude - north} and {centre.latitude + north}"
        f" and longitude between {centre.longitude - east} and {centre.longitude + east}"
    )


def _filters(search: Search) -> str:
    filters = ""
    if search.fellowships:
        filters += " and fellowship in ('" + "','".join(sorted(search.fellowships)) + "')"
    if search.weekdays:
        filters += f" and weekday in ({','.join(map(str, sorted(search.weekdays)))})"
    return filters
