"""The first tables: campaigns and plans, audiences, waves, targets, responses, sharing, follow-ups."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment

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
    _audiences()
    _wave_recipients()
    _sharing()
    _follow_ups()


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
        sa.Column("parent_id", sa.Uuid),
        sa.Column("interested_from", Amount),
        sa.Column("leads_from", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
        sa.UniqueConstraint("department", "code", name="uq_campaigns_department_code"),
        sa.ForeignKeyConstraint(["parent_id"], ["campaigns.id"], name="fk_campaigns_parent_id"),
    )
    op.create_index("ix_campaigns_parent_id", "campaigns", ["parent_id"])
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
        sa.Column("channel", sa.String(16)),
        sa.Column("template_id", sa.Uuid),
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
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("schedule", Document),
        sa.Column("trial", Document),
        sa.Column("after_id", sa.Uuid),
        sa.Column("answer_classes", Document, nullable=False),
        sa.Column("silent_days", sa.Integer),
        sa.Column("score_at_least", Amount),
        sa.Column("score_below", Amount),
        sa.Column("release", sa.String(16), nullable=False),
        sa.Column("wait_days", sa.Integer, nullable=False),
        sa.Column("due_at", Moment),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("template_campaign_id", sa.Uuid),
        sa.Column("template_hash", sa.String(64)),
        sa.Column("child", sa.String(16), nullable=False),
        sa.Column("child_id", sa.Uuid),
        sa.ForeignKeyConstraint(["after_id"], ["waves.id"], name="fk_waves_after_id"),
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
        sa.Column("source", sa.Integer, nullable=False),
        sa.Column("product", sa.String(64), nullable=False),
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
        sa.Column("score", Amount),
        sa.Column("sides", Document, nullable=False),
        sa.Column("form_id", sa.Uuid),
        sa.Column("judged_by", sa.String(255)),
        sa.Column("judged_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_responses"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_responses_campaign_id"),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name="fk_responses_target_id"),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name="fk_responses_wave_id"),
    )
    op.create_index("ix_responses_campaign_id_id", "responses", ["campaign_id", "id"])
    op.create_index("ix_responses_target_id", "responses", ["target_id"])
    op.create_table(
        "milestones",
        sa.Column("target_id", sa.Uuid, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("reference", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("target_id", "status", name="pk_milestones"),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name="fk_milestones_target_id"),
    )


def _audiences() -> None:
    op.create_table(
        "audience_sources",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("segment_id", sa.Uuid),
        sa.Column("other_id", sa.Uuid),
        sa.Column("days", sa.Integer),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("product", sa.String(64), nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64)),
        sa.Column("resolution_id", sa.Uuid),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.Column("matched", sa.Integer, nullable=False),
        sa.Column("unmatched", sa.Integer, nullable=False),
        sa.Column("unmatched_places", Document, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audience_sources"),
        sa.UniqueConstraint("campaign_id", "position", name="uq_audience_sources_campaign_id_position"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_audience_sources_campaign_id"),
    )
    op.create_index("ix_audience_sources_resolution_id", "audience_sources", ["resolution_id"])
    op.create_table(
        "audience_entries",
        sa.Column("source_id", sa.Uuid, nullable=False),
        sa.Column("place", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("contact_id", sa.Uuid),
        sa.Column("email", sa.Text),
        sa.Column("region", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "place", name="pk_audience_entries"),
        sa.ForeignKeyConstraint(["source_id"], ["audience_sources.id"], name="fk_audience_entries_source_id"),
    )
    op.create_table(
        "exclusions",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("source_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("wanted", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "contact_id", name="pk_exclusions"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_exclusions_campaign_id"),
    )
    op.create_index(
        "ix_exclusions_campaign_id_reason_contact_id", "exclusions", ["campaign_id", "reason", "contact_id"]
    )


def _wave_recipients() -> None:
    op.create_table(
        "wave_recipients",
        sa.Column("wave_id", sa.Uuid, nullable=False),
        sa.Column("target_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("picked_at", Moment, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("outcome_at", Moment),
        sa.Column("bounce", sa.String(16), nullable=False),
        sa.Column("bounce_reason", sa.Text, nullable=False),
        sa.Column("bounced_at", Moment),
        sa.Column("delivered_at", Moment),
        sa.Column("complained_at", Moment),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("verdict_at", Moment),
        sa.Column("score", Amount),
        sa.PrimaryKeyConstraint("wave_id", "target_id", name="pk_wave_recipients"),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name="fk_wave_recipients_wave_id"),
    )
    op.create_index("ix_wave_recipients_contact_id", "wave_recipients", ["contact_id"])


def _sharing() -> None:
    op.create_table(
        "sharings",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("rule", Document, nullable=False),
        sa.Column("statuses", Document, nullable=False),
        sa.Column("shared", Document, nullable=False),
        sa.Column("left", sa.Integer, nullable=False),
        sa.Column("shared_by", sa.String(255), nullable=False),
        sa.Column("shared_at", Moment, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sharings"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_sharings_campaign_id"),
    )
    op.create_index("ix_sharings_campaign_id_id", "sharings", ["campaign_id", "id"])
    op.create_table(
        "shares",
        sa.Column("target_id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("sharing_id", sa.Uuid, nullable=False),
        sa.Column("assignee", sa.String(255), nullable=False),
        sa.Column("shared_at", Moment, nullable=False),
        sa.Column("worked_at", Moment),
        sa.PrimaryKeyConstraint("target_id", name="pk_shares"),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name="fk_shares_target_id"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_shares_campaign_id"),
        sa.ForeignKeyConstraint(["sharing_id"], ["sharings.id"], name="fk_shares_sharing_id"),
    )
    op.create_index("ix_shares_assignee_target_id", "shares", ["assignee", "target_id"])
    op.create_index("ix_shares_campaign_id", "shares", ["campaign_id"])


def _follow_ups() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("target_id", sa.Uuid, nullable=False),
        sa.Column("response_id", sa.Uuid, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("created_by", sa.String(255), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("ended_by", sa.String(255)),
        sa.Column("ended_at", Moment),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_follow_ups"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_follow_ups_campaign_id"),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name="fk_follow_ups_target_id"),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name="fk_follow_ups_response_id"),
    )
    op.create_index("ix_follow_ups_campaign_id_id", "follow_ups", ["campaign_id", "id"])
    op.create_index("ix_follow_ups_owner_state_id", "follow_ups", ["owner", "state", "id"])
    op.create_index("ix_follow_ups_target_id", "follow_ups", ["target_id"])
