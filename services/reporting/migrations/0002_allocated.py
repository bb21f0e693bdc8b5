"""Budget lines tell allocated cost apart."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount

revision = "reporting_0002"
down_revision = "reporting_0001"
branch_labels = None


def upgrade() -> None:
    """Add it; nothing was allocated before."""
    op.add_column("budget_lines", sa.Column("allocated", Amount, nullable=False, server_default="0"))
    with op.batch_alter_table("budget_lines") as lines:
        lines.alter_column("allocated", server_default=None)
