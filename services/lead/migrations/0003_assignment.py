"""What reps take, rules, turns, pools, standing in, and runs that give leads anew."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from chassis.columns import Document, Moment
from chassis.guards import append_only

revision = "lead_0003"
down_revision = "lead_0002"
branch_labels = None


def upgrade() -> None:
    """Add the tables, and to reps what they take: everything, as before."""
    _reps()
    _rules()
    _pools()
    _handover()
    _runs()
    op.drop_index("ix_leads_department_pool", "leads")
    op.create_index("ix_leads_department_pool_id", "leads", ["department", "pool", "id"])
    dated = sa.text("accept_by IS NOT NULL")
    op.create_index("ix_leads_accept_by", "leads", ["accept_by"], postgresql_where=dated, sqlite_where=dated)


def _reps() -> None:
    needed: dict[str, Any] = {"nullable": False}
    op.add_column("reps", sa.Column("team", sa.String(64), server_default="", **needed))
    op.add_column("reps", sa.Column("weight", sa.Integer, server_default="1", **needed))
    op.add_column("reps", sa.Column("capacity", sa.Integer))
    op.add_column("reps", sa.Column("most_open", sa.Integer))
    for name in ("territories", "products", "sources", "languages", "absences"):
        op.add_column("reps", sa.Column(name, Document, server_default="[]", **needed))
    op.add_column("reps", sa.Column("time_zone", sa.String(64), server_default="UTC", **needed))
    op.add_column("reps", sa.Column("working_hours", Document, server_default="{}", **needed))
    op.create_index("ix_reps_subject", "reps", ["subject"])
    op.create_table(
        "rep_days",
        sa.Column("rep_id", sa.Uuid, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name="fk_rep_days_rep_id"),
        sa.PrimaryKeyConstraint("rep_id", "day", name="pk_rep_days"),
    )
    op.create_table(
        "lead_coolings",
        sa.Column("lead_id", sa.Uuid, nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_lead_coolings_lead_id"),
        sa.PrimaryKeyConstraint("lead_id", "subject", name="pk_lead_coolings"),
    )


def _rules() -> None:
    op.create_table(
        "rule_sets",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("rules", Document, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("published_by", sa.String(255), nullable=False),
        sa.Column("published_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rule_sets"),
        sa.UniqueConstraint("department", "number", name="uq_rule_sets_department_number"),
    )
    active = sa.text("active")
    op.create_index(
        "uq_rule_sets_active",
        "rule_sets",
        ["department"],
        unique=True,
        postgresql_where=active,
        sqlite_where=active,
    )
    op.create_table(
        "assignment_desks",
        sa.Column("department", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("department", name="pk_assignment_desks"),
    )
    op.create_table(
        "rotations",
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("turns", Document, nullable=False),
        sa.PrimaryKeyConstraint("department", "rule", name="pk_rotations"),
    )


def _pools() -> None:
    op.create_table(
        "lead_pools",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("picks_a_day", sa.Integer),
        sa.Column("most_open", sa.Integer),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_by", sa.String(255), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lead_pools"),
        sa.UniqueConstraint("department", "code", name="uq_lead_pools_department_code"),
    )
    op.create_table(
        "lead_pool_pickers",
        sa.Column("pool_id", sa.Uuid, nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["lead_pools.id"], name="fk_lead_pool_pickers_pool_id"),
        sa.PrimaryKeyConstraint("pool_id", "subject", name="pk_lead_pool_pickers"),
    )
    op.create_table(
        "lead_picks",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("pool_id", sa.Uuid, nullable=False),
        sa.Column("lead_id", sa.Uuid, nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["lead_pools.id"], name="fk_lead_picks_pool_id"),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_lead_picks_lead_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lead_picks"),
    )
    op.create_index("ix_lead_picks_pool_id_subject_at", "lead_picks", ["pool_id", "subject", "at"])
    append_only(op.get_bind(), "lead_picks", "picks are only added")


def _handover() -> None:
    op.create_table(
        "work_proxies",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("principal", sa.String(255), nullable=False),
        sa.Column("deputy", sa.String(255), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("valid_from", Moment, nullable=False),
        sa.Column("valid_until", Moment, nullable=False),
        sa.Column("agreed_by", sa.String(255), nullable=False),
        sa.Column("agreed_at", Moment, nullable=False),
        sa.Column("ended_by", sa.String(255)),
        sa.PrimaryKeyConstraint("id", name="pk_work_proxies"),
    )
    for side in ("principal", "deputy"):
        op.create_index(
            f"ix_work_proxies_department_{side}_valid_until",
            "work_proxies",
            ["department", side, "valid_until"],
        )


def _runs() -> None:
    op.create_table(
        "reassignments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("chosen", Document, nullable=False),
        sa.Column("target", Document, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("total", "assigned", "kept", "pooled")),
        sa.Column("stayed", sa.Integer, nullable=False),
        sa.Column("after", sa.Uuid),
        sa.Column("ceiling", sa.Uuid, nullable=False),
        sa.Column("requested_by", sa.String(255), nullable=False),
        sa.Column("requested_at", Moment, nullable=False),
        sa.Column("started_at", Moment),
        sa.Column("finished_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_reassignments"),
    )
    to_do = sa.text("state IN ('queued', 'running')")
    op.create_index(
        "ix_reassignments_to_do", "reassignments", ["id"], postgresql_where=to_do, sqlite_where=to_do
    )
    op.create_index("ix_reassignments_department_id", "reassignments", ["department", "id"])
    op.create_table(
        "reassigned_leads",
        sa.Column("run_id", sa.Uuid, nullable=False),
        sa.Column("lead_id", sa.Uuid, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["reassignments.id"], name="fk_reassigned_leads_run_id"),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_reassigned_leads_lead_id"),
        sa.PrimaryKeyConstraint("run_id", "lead_id", name="pk_reassigned_leads"),
    )
