"""
What becomes of a driver's errors: ours, which say whether to try again, and hold no values.

Only this module knows the codes of SQLite and PostgreSQL.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from meetings.errors import Away, Busy, StorageError

BUSY_CODES = frozenset(
    {
        "SQLITE_BUSY",
        "SQLITE_BUSY_RECOVERY",
        "SQLITE_BUSY_SNAPSHOT",
        "SQLITE_BUSY_TIMEOUT",
        "SQLITE_LOCKED",
        "40001",  # PostgreSQL: could not serialise
        "40P01",  # deadlock
        "55P03",  # lock not available
    }
)
AWAY_CLASSES = ("08", "57P0")  # of PostgreSQL: connection exceptions, and its own shutdown
AWAY_CODES = frozenset({"25006"})  # it became a standby, which only reads
NO_CODE = "without a code"
UNREACHED = ("OperationalError", "ConnectionTimeout")  # psycopg's
FULL_CODES = frozenset({"SQLITE_FULL", "53100"})  # the second is PostgreSQL's


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise ours in place of the driver's, in a block or a function."""
    # "from None": psycopg's DETAIL holds the values of a key, and whoever logs this error logs
    # its cause too (reliability.md 7)
    try:
        yield
    except PoolTimeout:
        raise Busy("every connection to the database is in use") from None
    except DBAPIError as problem:
        raise _translation(problem) from None


def _translation(problem: DBAPIError) -> StorageError:
    code = _code(problem.orig)
    if code in FULL_CODES:
        return StorageError("the disk that holds the database is full; nothing was changed")
    doing = " ".join((problem.statement or "connect").split())[:60]
    kind = StorageError
    if code in BUSY_CODES:
        kind = Busy
    elif _is_away(problem, code):
        kind = Away
    return kind(f"{type(problem.orig).__name__} {code} at: {doing}")


def _is_away(problem: DBAPIError, code: str) -> bool:
    # a driver that never got through to a server has no code to tell
    never_reached = type(problem.orig).__name__ in UNREACHED and code == NO_CODE
    is_told = code.startswith(AWAY_CLASSES) or code in AWAY_CODES
    return problem.connection_invalidated or never_reached or is_told


def _code(error: object) -> str:
    # sqlite3 names its codes, psycopg has the five characters of the SQL standard
    code = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    return str(code or NO_CODE)
