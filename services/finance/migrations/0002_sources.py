"""Ledger entries say what they were posted for."""

import sqlalchemy as sa
from alembic import op

revision = "finance_0002"
down_revision = "finance_0001"
branch_labels = None


def upgrade() -> None:
    """Add where it came from; entries from before say it by their claim alone."""
    op.add_column("ledger_entries", sa.Column("source", sa.String(16)))
    op.add_column("ledger_entries", sa.Column("source_id", sa.Uuid))
    op.create_index("ix_ledger_entries_source_id", "ledger_entries", ["source_id"])
