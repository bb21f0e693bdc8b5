"""Seals over the audit trail."""

import sqlalchemy as sa
from alembic import op

from chassis.audit import STAMP
from chassis.columns import Moment
from chassis.guards import append_only

revision = "chassis_0003"
down_revision = "chassis_0002"
branch_labels = None


def upgrade() -> None:
    """Create their table; entries from before are sealed as the first ones."""
    op.add_column("audit_entries", sa.Column("entered", sa.BigInteger, server_default="0"))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(STAMP)
    op.create_index("ix_audit_entries_entered", "audit_entries", ["entered"], postgresql_using="brin")
    op.create_table(
        "audit_seals",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("until_mark", sa.BigInteger, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("sealed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_seals"),
    )
    append_only(op.get_bind(), "audit_seals", "seals are never changed")
