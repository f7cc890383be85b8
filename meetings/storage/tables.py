"""
The tables, in types that SQLite's STRICT tables and PostgreSQL both have: integers, text, bytes.

Integer, Text, LargeBinary and the types below are all that is used: STRICT refuses String, Boolean,
Date, DateTime and JSON (reliability.md 8.2).
"""

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[dt.datetime]):
    """
    An instant in UTC as text, 2026-01-31T19:00:00.000000Z.

    The fraction is always there, so that text sorts as time does and nothing is lost.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(
        self,
        value: dt.datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature, here and below
    ) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        utc = value.astimezone(dt.UTC).replace(tzinfo=None)
        return f"{utc.isoformat(timespec='microseconds')}Z"

    def process_result_value(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> dt.datetime | None:
        return None if value is None else dt.datetime.fromisoformat(value)


class Day(TypeDecorator[dt.date]):
    """A date as text, 2026-01-31."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self,
        value: dt.date | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> dt.date | None:
        return None if value is None else dt.date.fromisoformat(value)


# Seconds since 1970, past 2038; a STRICT table's INTEGER has eight bytes anyway.
Seconds = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# The one row that every node watches.
catalogue = Table(
    "catalogue",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True),
    Column("version", Integer, nullable=False),  # grows by one with each publish
    Column("changed_at", Instant),  # of the last publish; null before the first
    # The highest meeting number ever given. A counter and not a sequence: it moves with the
    # data from one database to another, and a rollback takes it back (reliability.md 9.5).
    Column("last_number", Integer, nullable=False),
    sqlite_strict=True,
)

meeting = Table(
    "meeting",
    metadata,
    # The public integer: stable, never given twice.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),  # "source:key"
    Column("source", Text, nullable=False, index=True),
    Column("fellowship", Text, nullable=False),
    Column("document", Text, nullable=False),  # the meeting without what columns hold: documents.py
    Column("digest", Text, nullable=False),  # of the document, sha256 in hexadecimal
    Column("revision", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),  # when the revision last moved
    Column("first_seen_on", Day, nullable=False),
    Column("missing_since", Instant),  # the first accepted list without it; null: it was listed
    Column("missing_lists", Integer, nullable=False),  # accepted lists without it, in a row
    Column("listed_on", Day),  # the last accepted list with it; null: the source's last one
    Column("removed_at", Instant),  # a tombstone since then
    Column("version", Integer, nullable=False),  # of the catalogue, at the last change
    # Of the raw record, and of all else that its reading depends on; null: read it each time.
    Column("raw_digest", Text),
    sqlite_strict=True,
)

source = Table(
    "source",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("fellowship", Text, nullable=False),
    Column("state", Text, nullable=False),  # never, accepted, held, failed: of the last run
    Column("last_tried_at", Instant),
    Column("last_accepted_at", Instant),
    Column("accepted_count", Integer, nullable=False),  # meetings in the last accepted list
    Column("reason", Text, nullable=False),  # why the last run was held or failed, else ""
    Column("not_before", Instant),  # the publisher asks to be left alone until then
    sqlite_strict=True,
)

import_run = Table(
    "import_run",
    metadata,
    Column("id", Text, primary_key=True),  # made by the client, so that a retry is no second run
    Column("source", Text, nullable=False, index=True),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
    Column("outcome", Text, nullable=False),  # accepted, held, failed
    Column("reason", Text, nullable=False),
    Column("read", Integer, nullable=False),  # records in the list
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("rejections", Text, nullable=False),  # JSON: key and reason of the first ones
    Column("lease_token", Integer),  # under which it ran; null: before there were leases
    sqlite_strict=True,
)

# Who reads which source: leases.py.
lease = Table(
    "lease",
    metadata,
    Column("source", Text, primary_key=True),
    Column("owner", Text, nullable=False),  # the process, for people
    Column("token", Integer, nullable=False),  # grows by one each time it is taken
    Column("until", Seconds, nullable=False),  # by the database's clock; 0: let go
    sqlite_strict=True,
)

# A plan or a share, sealed under a key that only its links carry (reliability.md 6.2).
sealed_plan = Table(
    "sealed_plan",
    metadata,
    Column("locator", Text, primary_key=True),  # random; stands sealed in each link's row
    Column("content", LargeBinary, nullable=False),  # AES-256-GCM over padded JSON
    Column("made_month", Text, nullable=False),  # 2026-11
    Column("used_month", Text, nullable=False),
    sqlite_strict=True,
)

# A secret link. Nothing here says which plan it opens, or who holds it.
link = Table(
    "link",
    metadata,
    Column("hash", Text, primary_key=True),  # SHA-256 of the secret, in hexadecimal
    Column("kind", Text, nullable=False),  # keep, calendar, share
    Column("sealed", LargeBinary),  # locator and key, under the secret; null: revoked
    Column("used_month", Text, nullable=False),
    Column("expires_on", Day),  # a day its maker chose; the first on which it opens nothing
    Column("revoked_on", Day),
    sqlite_strict=True,
)

# What a geocoder answered, for good: its operators ask that nothing is asked twice (location.md 6).
geocoded = Table(
    "geocoded",
    metadata,
    Column("address", Text, primary_key=True),  # normalised: _geocode.py
    Column("point", Text),  # "latitude,longitude"; null: the geocoder does not know the address
    Column("service", Text, nullable=False),  # who answered
    Column("asked_on", Day, nullable=False),
    sqlite_strict=True,
)

# What the home source published under its own numbers, for clients that know them.
published_record = Table(
    "published_record",
    metadata,
    Column("source", Text, primary_key=True),
    Column("kind", Text, primary_key=True),  # meeting, format, service_body, server
    Column("key", Text, primary_key=True),  # of a format with its language: 4/en
    Column("document", Text, nullable=False),  # JSON, the record's own fields as text
    sqlite_strict=True,
)
