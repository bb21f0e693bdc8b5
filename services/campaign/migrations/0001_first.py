"""The first tables: campaigns, approved plan versions, waves, targets, responses."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Document, Moment

revision = "campaign_0001"
down_revision = None
branch_labels = None


def upgrade() -> None:
    """Create them."""
    _campaigns()
    _plan_versions()
    _waves()
    _targets()
    _responses()


def _campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("purposes", Document, nullable=False),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("region", sa.String(64)),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("products", Document, nullable=False),
        sa.Column("click_means", sa.String(16), nullable=False),
        sa.Column("segment_id", sa.Uuid),
        sa.Column("goals", Document, nullable=False),
        sa.Column("budget", Document, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_by", sa.String(255), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("plan_version", sa.Integer, nullable=False),
        sa.Column("plan_hash", sa.String(64)),
        sa.Column("submitted_by", sa.String(255)),
        sa.Column("submitted_at", Moment),
        sa.Column("review_outcome", sa.String(16)),
        sa.Column("review_comment", sa.Text, nullable=False),
        sa.Column("approved_at", Moment),
        sa.Column("resolution_id", sa.Uuid),
        sa.Column("start_problem", sa.Text, nullable=False),
        sa.Column("started_at", Moment),
        sa.Column("launched_at", Moment),
        sa.Column("targets", sa.Integer),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
        sa.UniqueConstraint("department", "code", name="uq_campaigns_department_code"),
    )
    op.create_index("ix_campaigns_department_state_id", "campaigns", ["department", "state", "id"])


def _plan_versions() -> None:
    op.create_table(
        "plan_versions",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("plan_hash", sa.String(64), nullable=False),
        sa.Column("content", Document, nullable=False),
        sa.Column("approval_id", sa.Uuid, nullable=False),
        sa.Column("approved_by", sa.String(255), nullable=False),
        sa.Column("approved_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_plan_versions"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_plan_versions_campaign_id"),
    )


def _waves() -> None:
    op.create_table(
        "waves",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("template_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("targets", sa.Integer),
        sa.Column("pages", sa.Integer),
        sa.Column("released_at", Moment),
        sa.Column("accepted", sa.Integer),
        sa.Column("failed", sa.Integer),
        sa.Column("suppressed", sa.Integer),
        sa.Column("uncertain", sa.Integer),
        sa.Column("finished_at", Moment),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_waves"),
        sa.UniqueConstraint("campaign_id", "number", name="uq_waves_campaign_id_number"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_waves_campaign_id"),
    )


def _targets() -> None:
    op.create_table(
        "targets",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("status_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_targets"),
        sa.UniqueConstraint("campaign_id", "contact_id", name="uq_targets_campaign_id_contact_id"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_targets_campaign_id"),
    )
    op.create_index("ix_targets_campaign_id_id", "targets", ["campaign_id", "id"])
    op.create_index("ix_targets_campaign_id_status_id", "targets", ["campaign_id", "status", "id"])


def _responses() -> None:
    op.create_table(
        "responses",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("target_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("wave_id", sa.Uuid),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("responded_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_responses"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_responses_campaign_id"),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name="fk_responses_target_id"),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name="fk_responses_wave_id"),
    )
    op.create_index("ix_responses_campaign_id_id", "responses", ["campaign_id", "id"])
    op.create_index("ix_responses_target_id", "responses", ["target_id"])
