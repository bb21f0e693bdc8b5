"""Facts of campaigns, indirect-cost pools, and the settlement of budgets."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment
from chassis.guards import append_only

revision = "finance_0004"
down_revision = "finance_0003"
branch_labels = None

OVERDRAWN = "budget - committed - incurred >= 0"
STANDS = f"on_breach <> 'stop' OR {OVERDRAWN}"

APPEND_ONLY = ("pool_shares", "settlements", "reopenings")


def upgrade() -> None:
    """Let lines be overdrawn, budgets be settled, and create the tables of the new slices."""
    if op.get_bind().dialect.name == "postgresql":
        _relax_lines()
    else:
        _rebuild_lines()
    op.add_column("budgets", sa.Column("settled_at", Moment))
    op.add_column("budgets", sa.Column("indirect_line_id", sa.Uuid))
    _facts()
    _pools()
    _shares()
    _settlements()
    for table in APPEND_ONLY:
        append_only(op.get_bind(), table, f"{table} only grows")


def _relax_lines() -> None:
    for column in _new_of_lines():
        op.add_column("budget_lines", column)
    op.drop_constraint("ck_budget_lines_not_overdrawn", "budget_lines", type_="check")
    op.create_check_constraint("ck_budget_lines_not_overdrawn", "budget_lines", STANDS)


def _rebuild_lines() -> None:
    """SQLite changes no constraint. The rows come back under the old name, so what refers to them holds."""
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute("CREATE TABLE budget_lines_before AS SELECT * FROM budget_lines")
    op.drop_table("budget_lines")
    names = ("id", "budget_id", "position", "name", "responsible", "currency", *FIGURES)
    op.create_table(
        "budget_lines",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("budget_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.String(2000), nullable=False),
        sa.Column("responsible", sa.String(255), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        *(sa.Column(name, Amount, nullable=False) for name in FIGURES),
        *_new_of_lines(),
        sa.PrimaryKeyConstraint("id", name="pk_budget_lines"),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name="fk_budget_lines_budget_id"),
        sa.CheckConstraint(STANDS, name="ck_budget_lines_not_overdrawn"),
        sa.CheckConstraint("committed >= 0", name="ck_budget_lines_not_released_twice"),
    )
    op.create_index("ix_budget_lines_budget_id", "budget_lines", ["budget_id"])
    listed = ", ".join(names)
    op.execute(f"INSERT INTO budget_lines ({listed}) SELECT {listed} FROM budget_lines_before")
    op.drop_table("budget_lines_before")


FIGURES = ("budget", "committed", "incurred")


def _new_of_lines() -> list[sa.Column[Any]]:
    return [
        sa.Column("kind", sa.String(64)),
        sa.Column("on_breach", sa.String(8), nullable=False, server_default="stop"),
    ]


def _facts() -> None:
    op.create_table(
        "campaign_facts",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("code", sa.String(64)),
        sa.Column("name", sa.String(2000)),
        sa.Column("department", sa.String(64)),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
        sa.Column("targets", sa.Integer, nullable=False),
        sa.Column("started_at", Moment),
        sa.Column("launched_at", Moment),
        sa.Column("completed_at", Moment),
        sa.Column("cancelled_at", Moment),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_campaign_facts"),
    )
    op.create_table(
        "campaign_leads",
        sa.Column("lead_id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("captured_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name="pk_campaign_leads"),
    )
    of_campaign = ["campaign_id", "captured_at"]
    op.create_index("ix_campaign_leads_campaign_id_captured_at", "campaign_leads", of_campaign)


def _pools() -> None:
    op.create_table(
        "cost_pools",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String(2000), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("driver", sa.String(16), nullable=False),
        sa.Column("campaign_ids", Document),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("opened_by", sa.String(255), nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cost_pools"),
    )
    op.create_index("ix_cost_pools_department", "cost_pools", ["department"])
    op.create_table(
        "pool_lines",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("pool_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.String(2000), nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("documents", Document, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pool_lines"),
        sa.ForeignKeyConstraint(["pool_id"], ["cost_pools.id"], name="fk_pool_lines_pool_id"),
    )
    op.create_index("ix_pool_lines_pool_id", "pool_lines", ["pool_id"])


def _shares() -> None:
    op.create_table(
        "pool_shares",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("pool_id", sa.Uuid, nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("budget_id", sa.Uuid, nullable=False),
        sa.Column("campaign_code", sa.String(64), nullable=False),
        sa.Column("value", Amount, nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pool_shares"),
        sa.ForeignKeyConstraint(["pool_id"], ["cost_pools.id"], name="fk_pool_shares_pool_id"),
        sa.UniqueConstraint("pool_id", "run", "campaign_id", name="uq_pool_shares_pool_id_run_campaign_id"),
    )
    op.create_index("ix_pool_shares_campaign_id", "pool_shares", ["campaign_id"])


def _settlements() -> None:
    figures = ("planned", "budget", "direct", "allocated", "released")
    op.create_table(
        "settlements",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("budget_id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        *(sa.Column(name, Amount, nullable=False) for name in figures),
        sa.Column("lines", Document, nullable=False),
        sa.Column("settled_by", sa.String(255), nullable=False),
        sa.Column("settled_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_settlements"),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name="fk_settlements_budget_id"),
    )
    op.create_index("ix_settlements_budget_id", "settlements", ["budget_id"])
    op.create_table(
        "reopenings",
        sa.Column("settlement_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("reopened_by", sa.String(255), nullable=False),
        sa.Column("reopened_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("settlement_id", name="pk_reopenings"),
        sa.ForeignKeyConstraint(["settlement_id"], ["settlements.id"], name="fk_reopenings_settlement_id"),
    )
