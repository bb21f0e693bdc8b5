"""The first tables of the finance service, and the approval flows that it ships with."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment
from chassis.guards import append_only

revision = "finance_0001"
down_revision = None
branch_labels = None

ONE_APPROVER = {
    "name": "finance_approval",
    "role": "finance_approver",
    "mode": "any_of",
    "required": 1,
    "persons": [],
}
JOINT_REVIEW = {
    "name": "joint_review",
    "role": "finance_approver",
    "mode": "all_of",
    "required": 2,
    "persons": [],
}

LIMIT = Decimal(10_000)

APPEND_ONLY = ("ledger_entries", "approval_decisions")


def upgrade() -> None:
    """Create them."""
    _flows()
    _approvals()
    _budgets()
    _claims()
    for table in APPEND_ONLY:
        append_only(op.get_bind(), table, f"{table} only grows")


def _flows() -> None:
    flows = op.create_table(
        "approval_flows",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("department", sa.String(64)),
        sa.Column("currency", sa.String(3)),
        sa.Column("above", Amount),
        sa.Column("up_to", Amount),
        sa.Column("steps", Document, nullable=False),
        sa.Column("published_by", sa.String(255), nullable=False),
        sa.Column("published_at", Moment, nullable=False),
        sa.Column("retired_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_approval_flows"),
        sa.UniqueConstraint("code", "edition", name="uq_approval_flows_code_edition"),
    )
    op.create_index("ix_approval_flows_kind_retired_at", "approval_flows", ["kind", "retired_at"])
    op.bulk_insert(
        flows,
        [
            _shipped(1, "plan", kind="plan", up_to=LIMIT, steps=[ONE_APPROVER]),
            _shipped(2, "plan_joint", kind="plan", above=LIMIT, steps=[ONE_APPROVER, JOINT_REVIEW]),
            _shipped(3, "claim", kind="claim", steps=[ONE_APPROVER]),
        ],
    )


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
        "department": None,
        "currency": None,
        "above": above,
        "up_to": up_to,
        "steps": steps,
        "published_by": "service:finance",
        "published_at": datetime(2026, 11, 1, tzinfo=UTC),
        "retired_at": None,
    }


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("subject_version", sa.Integer, nullable=False),
        sa.Column("subject_hash", sa.String(64), nullable=False),
        sa.Column("title", sa.String(2000), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("requested_by", sa.String(255), nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("content", Document, nullable=False),
        sa.Column("flow_code", sa.String(64), nullable=False),
        sa.Column("flow_edition", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("closed_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
    )
    op.create_index("ix_approvals_department", "approvals", ["department"])
    op.create_index("ix_approvals_kind_subject_id", "approvals", ["kind", "subject_id"])
    still_open = sa.text("state = 'open'")
    op.create_index(
        "uq_approvals_open_subject",
        "approvals",
        ["kind", "subject_id"],
        unique=True,
        postgresql_where=still_open,
        sqlite_where=still_open,
    )
    _steps()
    _people_of_steps()


def _steps() -> None:
    op.create_table(
        "approval_steps",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("approval_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("required", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approval_steps"),
        sa.ForeignKeyConstraint(["approval_id"], ["approvals.id"], name="fk_approval_steps_approval_id"),
        sa.UniqueConstraint("approval_id", "position", name="uq_approval_steps_approval_id_position"),
    )


def _people_of_steps() -> None:
    op.create_table(
        "approval_step_reviewers",
        sa.Column("step_id", sa.Uuid, nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("step_id", "person", name="pk_approval_step_reviewers"),
        sa.ForeignKeyConstraint(
            ["step_id"], ["approval_steps.id"], name="fk_approval_step_reviewers_step_id"
        ),
    )
    op.create_table(
        "approval_decisions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("step_id", sa.Uuid, nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("comment", sa.String(2000), nullable=False),
        sa.Column("decided_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approval_decisions"),
        sa.ForeignKeyConstraint(["step_id"], ["approval_steps.id"], name="fk_approval_decisions_step_id"),
        sa.UniqueConstraint("step_id", "person", name="uq_approval_decisions_step_id_person"),
    )


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("campaign_code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(2000), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("plan_version", sa.Integer, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_budgets"),
        sa.UniqueConstraint("campaign_id", name="uq_budgets_campaign_id"),
    )
    op.create_index("ix_budgets_department", "budgets", ["department"])
    _lines()
    _ledger()


def _lines() -> None:
    op.create_table(
        "budget_lines",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("budget_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.String(2000), nullable=False),
        sa.Column("responsible", sa.String(255), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        *_figures(),
        sa.PrimaryKeyConstraint("id", name="pk_budget_lines"),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name="fk_budget_lines_budget_id"),
        sa.CheckConstraint("budget - committed - incurred >= 0", name="ck_budget_lines_not_overdrawn"),
        sa.CheckConstraint("committed >= 0", name="ck_budget_lines_not_released_twice"),
    )
    op.create_index("ix_budget_lines_budget_id", "budget_lines", ["budget_id"])


def _ledger() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("budget_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("line_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        *_figures(),
        sa.Column("claim_id", sa.Uuid),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("posted_by", sa.String(255), nullable=False),
        sa.Column("posted_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entries"),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name="fk_ledger_entries_budget_id"),
        sa.ForeignKeyConstraint(["line_id"], ["budget_lines.id"], name="fk_ledger_entries_line_id"),
        sa.UniqueConstraint("budget_id", "sequence", name="uq_ledger_entries_budget_id_sequence"),
    )
    op.create_index("ix_ledger_entries_line_id", "ledger_entries", ["line_id"])


def _figures() -> list[sa.Column[Any]]:
    return [sa.Column(name, Amount, nullable=False) for name in ("budget", "committed", "incurred")]


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("line_id", sa.Uuid, nullable=False),
        sa.Column("budget_id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("approval_id", sa.Uuid, nullable=False),
        sa.Column("claimant", sa.String(255), nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("purpose", sa.String(2000), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("submitted_at", Moment, nullable=False),
        sa.Column("settled_at", Moment),
        sa.Column("settled_by", sa.String(255)),
        sa.PrimaryKeyConstraint("id", name="pk_claims"),
    )
    for column in ("line_id", "campaign_id", "department"):
        op.create_index(f"ix_claims_{column}", "claims", [column])
    op.create_index("ix_claims_claimant_id", "claims", ["claimant", "id"])
