"""The life of mailings: tallies, pauses, seeds, quiet hours, caps, limits; suppressed addresses."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Document, Moment

revision = "outreach_0002"
down_revision = "outreach_0001"
branch_labels = None


def upgrade() -> None:
    """Create them."""
    _life_of_mailings()


def _life_of_mailings() -> None:
    op.create_table(
        "mailing_tallies",
        sa.Column("mailing_id", sa.Uuid, nullable=False),
        sa.Column("minute", Moment, nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("bounced", sa.Integer, nullable=False),
        sa.Column("complained", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", "minute", name="pk_mailing_tallies"),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_mailing_tallies_mailing_id"),
    )
    op.create_table(
        "campaign_standings",
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_campaign_standings"),
    )
    op.create_table(
        "test_sends",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("template_id", sa.Uuid, nullable=False),
        sa.Column("mailing_id", sa.Uuid),
        sa.Column("contact_id", sa.Uuid),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("addresses", Document, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("results", Document, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("begun_at", Moment),
        sa.Column("done_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_test_sends"),
    )
    op.create_index("ix_test_sends_state", "test_sends", ["state"])
    op.create_table(
        "quiet_hours",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("opens", sa.Text, nullable=False),
        sa.Column("closes", sa.Text, nullable=False),
        sa.Column("days", Document, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quiet_hours"),
    )
    op.create_table(
        "frequency_caps",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("channels", Document, nullable=False),
        sa.Column("copies", sa.Integer, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("exempt_kinds", Document, nullable=False),
        sa.Column("over", sa.Text, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_frequency_caps"),
    )
    op.create_table(
        "rate_limits",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("per_second", sa.Float, nullable=False),
        sa.Column("burst", sa.Integer, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rate_limits"),
        sa.UniqueConstraint("scope", "key", name="uq_rate_limits_scope_key"),
    )
    op.create_table(
        "warm_ups",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sending_domain", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("maxima", Document, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_warm_ups"),
        sa.UniqueConstraint("sending_domain", name="uq_warm_ups_sending_domain"),
    )
    op.create_table(
        "rate_buckets",
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("tokens", sa.Float, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("promised_until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_rate_buckets"),
    )
    op.create_table(
        "suppressed_addresses",
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("department", "channel", "address", name="pk_suppressed_addresses"),
    )
