"""Digests of raw records, and what geocoders answered."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("meeting", sa.Column("raw_digest", sa.Text))
    op.create_table(
        "geocoded",
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("point", sa.Text),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("asked_on", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_geocoded"),
        sqlite_strict=True,
    )
