"""Waves that cost something, and campaigns whose budget is suspended."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Moment

revision = "campaign_0002"
down_revision = "campaign_0001"
branch_labels = None


def upgrade() -> None:
    """Add what a copy costs and who pays, and the brake."""
    op.add_column("waves", sa.Column("unit_cost", Amount))
    op.add_column("waves", sa.Column("budget_line_id", sa.Uuid))
    op.add_column("waves", sa.Column("funding_id", sa.Uuid))
    op.add_column("waves", sa.Column("picked_at", Moment))
    op.add_column("campaigns", sa.Column("suspension", sa.Text))
