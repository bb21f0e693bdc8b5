"""The first tables of the reporting service: the archive, and the projections folded from it."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment, Serial

revision = "reporting_0001"
down_revision = None
branch_labels = None


def upgrade() -> None:
    """Create them."""
    _archive()
    _campaigns()
    _targets()
    _outreach()
    _answers()
    _leads()
    _money()


def _archive() -> None:
    op.create_table(
        "archived_events",
        sa.Column("position", Serial, autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("time", Moment, nullable=False),
        sa.Column("traceparent", sa.Text),
        sa.Column("campaign_id", sa.Uuid),
        sa.Column("department", sa.Text),
        sa.Column("data", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_archived_events"),
        sa.UniqueConstraint("event_id", name="uq_archived_events_event_id"),
    )
    op.create_index("ix_archived_events_subject_position", "archived_events", ["subject", "position"])
    op.create_index("ix_archived_events_campaign_id_position", "archived_events", ["campaign_id", "position"])
    op.create_table(
        "archive_heads",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("position", Serial, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_archive_heads"),
    )


def _campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("plan_sequence", sa.BigInteger, nullable=False),
        sa.Column("code", sa.String(64)),
        sa.Column("name", sa.Text),
        sa.Column("kind", sa.String(64)),
        sa.Column("owner", sa.String(255)),
        sa.Column("department", sa.String(64)),
        sa.Column("region", sa.String(64)),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
        sa.Column("currency", sa.String(3)),
        sa.Column("goals", Document),
        sa.Column("planned_cost", Amount),
        sa.Column("state_sequence", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16)),
        sa.Column("launch_sequence", sa.BigInteger, nullable=False),
        sa.Column("targets", sa.BigInteger),
        sa.Column("launched_at", Moment),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_campaigns"),
    )


def _targets() -> None:
    op.create_table(
        "targets",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("target_id", sa.Uuid, nullable=False),
        sa.Column("progress", sa.SmallInteger, nullable=False),
        sa.Column("reached", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "target_id", name="pk_targets"),
    )


def _outreach() -> None:
    op.create_table(
        "waves",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("wave_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger),
        sa.Column("channel", sa.String(16)),
        sa.Column("targets", sa.BigInteger),
        sa.Column("released_at", Moment),
        sa.PrimaryKeyConstraint("campaign_id", "wave_id", name="pk_waves"),
    )
    op.create_table(
        "mailings",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("mailing_id", sa.Uuid, nullable=False),
        sa.Column("wave_id", sa.Uuid, nullable=False),
        sa.Column("start_sequence", sa.BigInteger, nullable=False),
        sa.Column("channel", sa.String(64)),
        sa.Column("recipients", sa.BigInteger),
        sa.Column("started_at", Moment),
        sa.Column("finish_sequence", sa.BigInteger, nullable=False),
        sa.Column("finished_at", Moment),
        sa.Column("accepted", sa.BigInteger, nullable=False),
        sa.Column("failed", sa.BigInteger, nullable=False),
        sa.Column("suppressed", sa.BigInteger, nullable=False),
        sa.Column("uncertain", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "mailing_id", name="pk_mailings"),
    )


def _answers() -> None:
    op.create_table(
        "responses",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("response_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("target_id", sa.Uuid),
        sa.Column("kind", sa.String(16)),
        sa.Column("verdict", sa.String(16)),
        sa.Column("responded_at", Moment),
        sa.PrimaryKeyConstraint("campaign_id", "response_id", name="pk_responses"),
    )


def _leads() -> None:
    op.create_table(
        "leads",
        sa.Column("lead_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("campaign_id", sa.Uuid),
        sa.Column("capture_sequence", sa.BigInteger, nullable=False),
        sa.Column("department", sa.String(64)),
        sa.Column("source", sa.String(64)),
        sa.Column("captured_at", Moment),
        sa.Column("qualification_sequence", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("grade", sa.String(1)),
        sa.Column("qualified_at", Moment),
        sa.Column("assignment_sequence", sa.BigInteger, nullable=False),
        sa.Column("assignee", sa.String(255)),
        sa.Column("assigned_at", Moment),
        sa.PrimaryKeyConstraint("lead_id", name="pk_leads"),
    )
    op.create_index("ix_leads_campaign_id", "leads", ["campaign_id"])


def _money() -> None:
    op.create_table(
        "budget_lines",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("line_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("budget_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("responsible", sa.String(255), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("budget", Amount, nullable=False),
        sa.Column("committed", Amount, nullable=False),
        sa.Column("incurred", Amount, nullable=False),
        sa.Column("available", Amount, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "line_id", name="pk_budget_lines"),
    )
    op.create_table(
        "event_sources",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("events", sa.BigInteger, nullable=False),
        sa.Column("first_position", Serial, nullable=False),
        sa.Column("last_position", Serial, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "type", name="pk_event_sources"),
    )
