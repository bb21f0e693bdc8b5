"""The first tables: contact points, templates, mailings with their deliveries, answers, suppressions."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment

revision = "outreach_0001"
down_revision = None
branch_labels = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "contact_points",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("given_name", sa.Text, nullable=False),
        sa.Column("family_name", sa.Text, nullable=False),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("fax", sa.Text),
        sa.Column("chat", sa.Text),
        sa.Column("address", Document),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("consents", Document, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_points"),
    )
    op.create_index("ix_contact_points_email", "contact_points", ["department", sa.text("lower(email)")])
    op.create_index("ix_contact_points_phone", "contact_points", ["department", sa.text("lower(phone)")])
    op.create_table(
        "templates",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("layout", sa.Text, nullable=False),
        sa.Column("default_language", sa.Text, nullable=False),
        sa.Column("languages", sa.Text, nullable=False),
        sa.Column("countries", Document, nullable=False),
        sa.Column("contents", Document, nullable=False),
        sa.Column("findings", Document, nullable=False),
        sa.Column("published", sa.Integer),
        sa.Column("published_at", Moment),
        sa.Column("archived_at", Moment),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_templates"),
    )
    op.create_index("ix_templates_department", "templates", ["department"])
    op.create_table(
        "mailings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("wave_id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("campaign_code", sa.Text, nullable=False),
        sa.Column("campaign_name", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("template_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("pages_received", sa.Integer, nullable=False),
        sa.Column("recipients", sa.Integer, nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("suppressed", sa.Integer, nullable=False),
        sa.Column("uncertain", sa.Integer, nullable=False),
        sa.Column("released_at", Moment, nullable=False),
        sa.Column("started_at", Moment),
        sa.Column("finished_at", Moment),
        sa.Column("schedule", Document),
        sa.Column("starts_at", Moment),
        sa.Column("expires_at", Moment),
        sa.Column("next_at", Moment),
        sa.Column("paused_by", sa.Text),
        sa.Column("pause_reason", sa.Text),
        sa.Column("cancelled_by", sa.Text),
        sa.Column("cancel_reason", sa.Text),
        sa.Column("trial", Document),
        sa.Column("sampled_at", Moment),
        sa.Column("chosen", sa.SmallInteger),
        sa.Column("verdict", Document),
        sa.Column("resumed_at", Moment),
        sa.Column("resend_of", sa.Uuid),
        sa.Column("resend_reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_mailings"),
    )
    first = sa.text("resend_of IS NULL")
    op.create_index(
        "uq_mailings_wave_id",
        "mailings",
        ["wave_id"],
        unique=True,
        postgresql_where=first,
        sqlite_where=first,
    )
    op.create_index("ix_mailings_campaign_id", "mailings", ["campaign_id"])
    op.create_index("ix_mailings_state", "mailings", ["state"])
    op.create_table(
        "mailing_pages",
        sa.Column("mailing_id", sa.Uuid, nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", "page", name="pk_mailing_pages"),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_mailing_pages_mailing_id"),
    )
    _deliveries()
    _leases()
    _answers_and_suppressions()


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("mailing_id", sa.Uuid, nullable=False),
        sa.Column("target_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("lease", sa.Uuid),
        sa.Column("ended_at", Moment),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("variant", sa.SmallInteger),
        sa.Column("feedback", sa.Text),
        sa.Column("feedback_reason", sa.Text),
        sa.Column("feedback_at", Moment),
        sa.Column("provider_id", sa.Text),
        sa.Column("price", Amount),
        sa.Column("currency", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("mailing_id", "target_id", name="uq_deliveries_mailing_id_target_id"),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_deliveries_mailing_id"),
    )
    queued = sa.text("state = 'queued'")
    op.create_index(
        "ix_deliveries_queue",
        "deliveries",
        ["mailing_id", "due_at"],
        postgresql_where=queued,
        sqlite_where=queued,
    )
    op.create_index(
        "ix_deliveries_lease",
        "deliveries",
        ["lease"],
        postgresql_where=sa.text("lease IS NOT NULL"),
        sqlite_where=sa.text("lease IS NOT NULL"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["mailing_id"],
        postgresql_where=waiting,
        sqlite_where=waiting,
    )
    reached = sa.text("state IN ('leased', 'accepted', 'uncertain')")
    op.create_index(
        "ix_deliveries_reached",
        "deliveries",
        ["contact_id", "ended_at"],
        postgresql_where=reached,
        sqlite_where=reached,
    )
    named = sa.text("provider_id IS NOT NULL")
    op.create_index(
        "ix_deliveries_provider_id",
        "deliveries",
        ["provider_id"],
        postgresql_where=named,
        sqlite_where=named,
    )


def _leases() -> None:
    op.create_table(
        "leases",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("mailing_id", sa.Uuid, nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leases"),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_leases_mailing_id"),
    )
    op.create_index("ix_leases_until", "leases", ["until"])
    op.create_table(
        "lease_notes",
        sa.Column("lease_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("leaving", sa.Text, nullable=False),
        sa.Column("verdicts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("lease_id", "number", name="pk_lease_notes"),
        sa.ForeignKeyConstraint(["lease_id"], ["leases.id"], name="fk_lease_notes_lease_id"),
    )


def _answers_and_suppressions() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("delivery_id", sa.Uuid, nullable=False),
        sa.Column("mailing_id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("wave_id", sa.Uuid, nullable=False),
        sa.Column("target_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("link_number", sa.Integer),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("interested", sa.Boolean),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("clicks", sa.Integer, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("machine", sa.Boolean, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_answers_delivery_id"),
    )
    clicks = sa.text("kind = 'click'")
    op.create_index(
        "uq_answers_click",
        "answers",
        ["delivery_id", "link_number", "machine"],
        unique=True,
        postgresql_where=clicks,
        sqlite_where=clicks,
    )
    op.create_index("ix_answers_delivery_id", "answers", ["delivery_id"])
    op.create_table(
        "suppressions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("campaign_id", sa.Uuid),
        sa.Column("target_id", sa.Uuid),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_suppressions"),
        sa.UniqueConstraint("contact_id", "channel", name="uq_suppressions_contact_id_channel"),
    )
    op.create_index("ix_suppressions_department", "suppressions", ["department"])
