"""The catalogue, its meetings, their sources and import runs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_catalogue()
    _create_meeting()
    _create_source()
    _create_import_run()


def _create_catalogue() -> None:
    catalogue = op.create_table(
        "catalogue",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.Text),
        sa.Column("last_number", sa.Integer, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalogue_one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue"),
        sqlite_strict=True,
    )
    op.bulk_insert(catalogue, [{"id": 1, "version": 0, "last_number": 0}])


def _create_meeting() -> None:
    op.create_table(
        "meeting",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("fellowship", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.Text, nullable=False),
        sa.Column("first_seen_on", sa.Text, nullable=False),
        sa.Column("missing_since", sa.Text),
        sa.Column("missing_lists", sa.Integer, nullable=False),
        sa.Column("listed_on", sa.Text),
        sa.Column("removed_at", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_meeting"),
        sa.UniqueConstraint("id", name="uq_meeting_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_meeting_source", "meeting", ["source"])


def _create_source() -> None:
    op.create_table(
        "source",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("fellowship", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("last_tried_at", sa.Text),
        sa.Column("last_accepted_at", sa.Text),
        sa.Column("accepted_count", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sqlite_strict=True,
    )


def _create_import_run() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("read", sa.Integer, nullable=False),
        sa.Column("added", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("unchanged", sa.Integer, nullable=False),
        sa.Column("missing", sa.Integer, nullable=False),
        sa.Column("removed", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("rejections", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_run"),
        sqlite_strict=True,
    )
    op.create_index("ix_import_run_source", "import_run", ["source"])
