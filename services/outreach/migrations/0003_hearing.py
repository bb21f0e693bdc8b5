"""What is heard: SMS and mails that come in, opens, news of providers."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Document, Moment

revision = "outreach_0003"
down_revision = "outreach_0002"
branch_labels = None


def upgrade() -> None:
    """Create them."""
    _sms()
    _inbound_mails()


def _sms() -> None:
    op.create_index("ix_contact_points_number", "contact_points", ["phone"])
    waiting = sa.text("state = 'waiting'")
    op.create_table(
        "sms_receipts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("provider_id", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sms_receipts"),
    )
    op.create_index(
        "ix_sms_receipts_due_at", "sms_receipts", ["due_at"], postgresql_where=waiting, sqlite_where=waiting
    )
    op.create_table(
        "sms_parts",
        sa.Column("delivery_id", sa.Uuid, nullable=False),
        sa.Column("part", sa.SmallInteger, nullable=False),
        sa.Column("parts", sa.SmallInteger, nullable=False),
        sa.Column("provider_id", sa.Text, nullable=False),
        sa.Column("heard", sa.Text),
        sa.PrimaryKeyConstraint("delivery_id", "part", name="pk_sms_parts"),
    )
    op.create_index("ix_sms_parts_provider_id", "sms_parts", ["provider_id"])
    op.create_table(
        "inbound_sms",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("destination", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("provider_id", sa.Text),
        sa.Column("reference", sa.Integer, nullable=False),
        sa.Column("part", sa.SmallInteger, nullable=False),
        sa.Column("parts", sa.SmallInteger, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Uuid),
        sa.Column("delivery_id", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_inbound_sms"),
    )
    op.create_index(
        "ix_inbound_sms_due_at", "inbound_sms", ["due_at"], postgresql_where=waiting, sqlite_where=waiting
    )
    op.create_index("ix_inbound_sms_source", "inbound_sms", ["source"])
    op.create_index("ix_inbound_sms_department", "inbound_sms", ["department"])
    named = sa.text("provider_id IS NOT NULL")
    op.create_index(
        "uq_inbound_sms_provider_id",
        "inbound_sms",
        ["provider_id"],
        unique=True,
        postgresql_where=named,
        sqlite_where=named,
    )
    op.create_table(
        "opens",
        sa.Column("delivery_id", sa.Uuid, nullable=False),
        sa.Column("machine", sa.Boolean, nullable=False),
        sa.Column("mailing_id", sa.Uuid, nullable=False),
        sa.Column("target_id", sa.Uuid, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("first_at", Moment, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.Column("reported_at", Moment),
        sa.PrimaryKeyConstraint("delivery_id", "machine", name="pk_opens"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_opens_delivery_id"),
    )
    op.create_index(
        "ix_opens_unreported",
        "opens",
        ["mailing_id"],
        postgresql_where=sa.text("reported_at IS NULL"),
        sqlite_where=sa.text("reported_at IS NULL"),
    )


def _inbound_mails() -> None:
    op.create_index("ix_contact_points_mailbox", "contact_points", ["email"])
    op.create_table(
        "inbound_mails",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("recipients", Document, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("leased_until", Moment),
        sa.Column("sorted_at", Moment),
        sa.Column("written_by", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("kind", sa.Text),
        sa.Column("verdict", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("rules_version", sa.Integer),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("delivery_id", sa.Uuid),
        sa.Column("mailing_id", sa.Uuid),
        sa.Column("contact_id", sa.Uuid),
        sa.Column("found_by", sa.Text),
        sa.Column("candidates", Document, nullable=False),
        sa.Column("handled_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_inbound_mails"),
        sa.UniqueConstraint("digest", name="uq_inbound_mails_digest"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_inbound_mails_waiting", "inbound_mails", ["id"], postgresql_where=waiting, sqlite_where=waiting
    )
    op.create_index("ix_inbound_mails_state", "inbound_mails", ["state", "id"])
    op.create_index("ix_inbound_mails_delivery_id", "inbound_mails", ["delivery_id"])
    op.create_table(
        "inbound_bodies",
        sa.Column("mail_id", sa.Uuid, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("mail_id", name="pk_inbound_bodies"),
        sa.ForeignKeyConstraint(["mail_id"], ["inbound_mails.id"], name="fk_inbound_bodies_mail_id"),
    )
    op.create_index("ix_inbound_bodies_received_at", "inbound_bodies", ["received_at"])
    op.create_table(
        "inbound_folders",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("uid_validity", sa.BigInteger, nullable=False),
        sa.Column("last_uid", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_inbound_folders"),
    )
    op.create_table(
        "webhook_strays",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("provider_id", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_strays"),
    )
