"""Sealed plans and the secret links that open them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "sealed_plan",
        sa.Column("locator", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("made_month", sa.Text, nullable=False),
        sa.Column("used_month", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("locator", name="pk_sealed_plan"),
        sqlite_strict=True,
    )
    op.create_table(
        "link",
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("used_month", sa.Text, nullable=False),
        sa.Column("expires_on", sa.Text),
        sa.Column("revoked_on", sa.Text),
        sa.PrimaryKeyConstraint("hash", name="pk_link"),
        sqlite_strict=True,
    )
