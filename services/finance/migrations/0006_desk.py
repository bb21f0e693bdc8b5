"""The whole approval desk: authority, delegation, time-outs, approval in part, and flows for every kind."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment

revision = "finance_0006"
down_revision = "finance_0005"
branch_labels = None

LIMIT = Decimal(10_000)


def upgrade() -> None:
    """Add to the desk, and create what authority needs. Rows from before keep their meaning."""
    _flows()
    _approvals()
    _steps()
    _decisions()
    _authorities()
    _delegations()


def _flows() -> None:
    op.add_column("approval_flows", sa.Column("category", sa.String(64)))
    flows = sa.table(
        "approval_flows",
        *(sa.column(name) for name in ("version", "code", "edition", "kind", "published_by")),
        sa.column("id", sa.Uuid),
        sa.column("above", Amount),
        sa.column("up_to", Amount),
        sa.column("steps", Document),
        sa.column("published_at", Moment),
    )
    one, joint = _step("finance_approval"), _step("joint_review", mode="all_of", required=2)
    op.bulk_insert(
        flows,
        [
            _shipped(4, "purchase", kind="purchase", up_to=LIMIT, steps=[one]),
            _shipped(5, "purchase_joint", kind="purchase", above=LIMIT, steps=[joint]),
            _shipped(6, "transfer", kind="transfer", steps=[one]),
            _shipped(7, "advance", kind="advance", steps=[one]),
            _shipped(8, "quote", kind="quote", steps=[one]),
        ],
    )


def _step(name: str, *, mode: str = "any_of", required: int = 1) -> dict[str, Any]:
    return {"name": name, "role": "finance_approver", "mode": mode, "required": required, "persons": []}


def _shipped(
    number: int,
    code: str,
    *,
    kind: str,
    steps: list[dict[str, Any]],
    above: Decimal | None = None,
    up_to: Decimal | None = None,
) -> dict[str, Any]:
    return {
        "id": UUID(f"019a0000-0000-7000-8000-{number:012d}"),
        "version": 0,
        "code": code,
        "edition": 1,
        "kind": kind,
        "above": above,
        "up_to": up_to,
        "steps": steps,
        "published_by": "service:finance",
        "published_at": datetime(2026, 11, 1, tzinfo=UTC),
    }


def _approvals() -> None:
    op.add_column("approvals", sa.Column("category", sa.String(64)))
    op.add_column("approvals", sa.Column("documents", Document, nullable=False, server_default="[]"))
    op.add_column("approvals", sa.Column("sanctioned", Document))
    still_open = sa.text("state = 'open'")
    op.create_index(
        "ix_approvals_open_kind_opened_at",
        "approvals",
        ["kind", "opened_at"],
        postgresql_where=still_open,
        sqlite_where=still_open,
    )


def _steps() -> None:
    op.add_column(
        "approval_steps",
        sa.Column("needs_authority", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    for name in ("remind_after_hours", "escalate_after_hours"):
        op.add_column("approval_steps", sa.Column(name, sa.Integer))
    op.add_column("approval_steps", sa.Column("escalate_role", sa.String(64)))
    op.add_column(
        "approval_steps", sa.Column("escalate_persons", Document, nullable=False, server_default="[]")
    )
    for name in ("opened_at", "reminded_at", "escalated_at", "due_at"):
        op.add_column("approval_steps", sa.Column(name, Moment))
    op.create_index("ix_approval_steps_due_at", "approval_steps", ["due_at"])
    op.create_table(
        "approval_step_substitutes",
        sa.Column("step_id", sa.Uuid, nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("step_id", "person", name="pk_approval_step_substitutes"),
        sa.ForeignKeyConstraint(
            ["step_id"], ["approval_steps.id"], name="fk_approval_step_substitutes_step_id"
        ),
    )


def _decisions() -> None:
    op.add_column("approval_decisions", sa.Column("acted_by", sa.String(255)))
    op.add_column("approval_decisions", sa.Column("documents", Document, nullable=False, server_default="[]"))
    op.create_index(
        "uq_approval_decisions_step_id_acted_by", "approval_decisions", ["step_id", "acted_by"], unique=True
    )


def _authorities() -> None:
    op.create_table(
        "authorities",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(16)),
        sa.Column("department", sa.String(64)),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("limit_amount", Amount, nullable=False),
        sa.Column("valid_from", Moment, nullable=False),
        sa.Column("valid_until", Moment),
        sa.Column("granted_by", sa.String(255), nullable=False),
        sa.Column("granted_at", Moment, nullable=False),
        sa.Column("ended_by", sa.String(255)),
        sa.PrimaryKeyConstraint("id", name="pk_authorities"),
    )
    op.create_index("ix_authorities_person_id", "authorities", ["person", "id"])


def _delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("delegator", sa.String(255), nullable=False),
        sa.Column("delegate", sa.String(255)),
        sa.Column("roles", Document, nullable=False),
        sa.Column("departments", Document, nullable=False),
        sa.Column("kinds", Document, nullable=False),
        sa.Column("valid_from", Moment, nullable=False),
        sa.Column("valid_until", Moment, nullable=False),
        sa.Column("agreed_by", sa.String(255), nullable=False),
        sa.Column("agreed_at", Moment, nullable=False),
        sa.Column("ended_by", sa.String(255)),
        sa.PrimaryKeyConstraint("id", name="pk_delegations"),
    )
    for person in ("delegate", "delegator"):
        op.create_index(f"ix_delegations_{person}_valid_until", "delegations", [person, "valid_until"])
