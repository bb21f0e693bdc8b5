"""What was answered to requests of people about their own data."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Moment

revision = "finance_0011"
down_revision = "finance_0010"
branch_labels = None


def upgrade() -> None:
    """Create the table."""
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
