"""Claims of several lines, drafts, payees and payment batches."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment

revision = "finance_0007"
down_revision = "finance_0006"
branch_labels = None


def upgrade() -> None:
    """Add the tables. Claims from before have no lines and stay as they were submitted: edition 1."""
    with op.batch_alter_table("claims") as claims:
        claims.alter_column("approval_id", existing_type=sa.Uuid, nullable=True)
        claims.alter_column("submitted_at", existing_type=Moment, nullable=True)
        claims.add_column(sa.Column("granted", Amount))
        claims.add_column(sa.Column("edition", sa.Integer, nullable=False, server_default="1"))
        claims.add_column(sa.Column("cleared_by", sa.String(255)))
        claims.add_column(sa.Column("cleared_because", sa.String(2000), nullable=False, server_default=""))
    _items()
    _payees()
    _batches()
    _payments()


def _items() -> None:
    op.create_table(
        "claim_items",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("claim_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("line_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("spent_on", sa.Date),
        sa.Column("description", sa.String(2000), nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("tax", Amount),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("receipt_number", sa.String(64), nullable=False),
        sa.Column("documents", Document, nullable=False),
        sa.Column("digests", Document, nullable=False),
        sa.Column("granted", Amount),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_claim_items"),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name="fk_claim_items_claim_id"),
    )
    op.create_index("ix_claim_items_claim_id_position", "claim_items", ["claim_id", "position"])
    op.create_index("ix_claim_items_spent_on_amount", "claim_items", ["spent_on", "amount"])


def _payees() -> None:
    op.create_table(
        "payees",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        *_account(),
        sa.Column("written_by", sa.String(255), nullable=False),
        sa.Column("written_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payees"),
        sa.UniqueConstraint("department", "person", name="uq_payees_department_person"),
    )


def _batches() -> None:
    op.create_table(
        "payment_batches",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        *_account("payer_"),
        sa.Column("pay_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("gathered_by", sa.String(255), nullable=False),
        sa.Column("gathered_at", Moment, nullable=False),
        sa.Column("closed_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_payment_batches"),
    )
    op.create_index("ix_payment_batches_department", "payment_batches", ["department"])


def _payments() -> None:
    op.create_table(
        "payment_items",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("claim_id", sa.Uuid, nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        *_account(),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("remittance", sa.String(140), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payment_items"),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batches.id"], name="fk_payment_items_batch_id"),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name="fk_payment_items_claim_id"),
    )
    op.create_index("ix_payment_items_batch_id", "payment_items", ["batch_id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "uq_payment_items_live_claim",
        "payment_items",
        ["claim_id"],
        unique=True,
        postgresql_where=waiting,
        sqlite_where=waiting,
    )


def _account(prefix: str = "") -> list[sa.Column[str]]:
    sizes = {"name": 70, "iban": 34, "bic": 11}
    return [sa.Column(f"{prefix}{name}", sa.String(size), nullable=False) for name, size in sizes.items()]
