"""Advances, and what of a claim they have paid."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Moment
from chassis.guards import append_only

revision = "finance_0009"
down_revision = "finance_0008"
branch_labels = None


def upgrade() -> None:
    """Create the tables. No claim from before was set off against an advance."""
    op.add_column("claims", sa.Column("advanced", Amount, nullable=False, server_default="0"))
    _advances()
    _entries()
    append_only(op.get_bind(), "advance_entries", "advance_entries only grows")


def _advances() -> None:
    op.create_table(
        "advances",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("line_id", sa.Uuid, nullable=False),
        sa.Column("budget_id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("approval_id", sa.Uuid, nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("purpose", sa.String(2000), nullable=False),
        sa.Column("needed_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("used", Amount, nullable=False),
        sa.Column("repaid", Amount, nullable=False),
        sa.Column("requested_at", Moment, nullable=False),
        sa.Column("approved_at", Moment),
        sa.Column("paid_at", Moment),
        sa.Column("paid_by", sa.String(255)),
        sa.Column("ended_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_advances"),
    )
    op.create_index("ix_advances_budget_id", "advances", ["budget_id"])
    op.create_index("ix_advances_department", "advances", ["department"])
    op.create_index("ix_advances_person_budget_id_state", "advances", ["person", "budget_id", "state"])


def _entries() -> None:
    op.create_table(
        "advance_entries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("advance_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("claim_id", sa.Uuid),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("noted_by", sa.String(255), nullable=False),
        sa.Column("noted_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_advance_entries"),
        sa.ForeignKeyConstraint(["advance_id"], ["advances.id"], name="fk_advance_entries_advance_id"),
    )
    op.create_index("ix_advance_entries_advance_id_id", "advance_entries", ["advance_id", "id"])
    op.create_index("ix_advance_entries_claim_id", "advance_entries", ["claim_id"])
