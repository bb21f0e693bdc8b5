"""Answers to people who ask for their data, and the addresses of those who were erased, as digests."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Moment

revision = "outreach_0008"
down_revision = "outreach_0007"
branch_labels = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "privacy_answers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("held", sa.Integer, nullable=False),
        sa.Column("erased", sa.Integer, nullable=False),
        sa.Column("answered_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_answers"),
    )
    op.create_table(
        "erased_addresses",
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("erased_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("department", "channel", "digest", name="pk_erased_addresses"),
    )
