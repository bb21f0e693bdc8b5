"""The money that waves ask for, and budgets that are suspended."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Moment

revision = "finance_0003"
down_revision = "finance_0002"
branch_labels = None


def upgrade() -> None:
    """Create the table, and add the brake."""
    op.add_column("budgets", sa.Column("suspended_at", Moment))
    op.add_column(
        "budgets", sa.Column("suspension_reason", sa.String(2000), nullable=False, server_default="")
    )
    op.create_table(
        "fundings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("wave_id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("budget_id", sa.Uuid),
        sa.Column("line_id", sa.Uuid, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("unit_cost", Amount, nullable=False),
        sa.Column("targets", sa.Integer, nullable=False),
        sa.Column("reserved", Amount, nullable=False),
        sa.Column("incurred", Amount, nullable=False),
        sa.Column("copies", sa.Integer, nullable=False),
        sa.Column("mailing_id", sa.Uuid),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_fundings"),
    )
    op.create_index("ix_fundings_wave_id", "fundings", ["wave_id"])
    op.create_index("ix_fundings_campaign_id", "fundings", ["campaign_id"])
    op.create_index("ix_fundings_department", "fundings", ["department"])
    op.create_index("ix_fundings_budget_id_id", "fundings", ["budget_id", "id"])
