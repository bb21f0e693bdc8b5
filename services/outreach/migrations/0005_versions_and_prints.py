"""Versions of templates, and print batches."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Document, Moment

revision = "outreach_0005"
down_revision = "outreach_0004"
branch_labels = None


def upgrade() -> None:
    """Create them."""
    _versions_of_templates()
    _prints()


def _versions_of_templates() -> None:
    op.create_table(
        "template_versions",
        sa.Column("template_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("layout", sa.Text, nullable=False),
        sa.Column("default_language", sa.Text, nullable=False),
        sa.Column("countries", Document, nullable=False),
        sa.Column("contents", Document, nullable=False),
        sa.Column("compiled", Document, nullable=False),
        sa.Column("links", Document, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("published_by", sa.Text, nullable=False),
        sa.Column("published_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("template_id", "number", name="pk_template_versions"),
        sa.ForeignKeyConstraint(["template_id"], ["templates.id"], name="fk_template_versions_template_id"),
    )
    op.create_table(
        "held_template_versions",
        sa.Column("wave_id", sa.Uuid, nullable=False),
        sa.Column("template_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("wave_id", "template_id", name="pk_held_template_versions"),
    )
    op.create_table(
        "template_files",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("template_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_template_files"),
        sa.ForeignKeyConstraint(["template_id"], ["templates.id"], name="fk_template_files_template_id"),
    )
    op.create_index("ix_template_files_template_id", "template_files", ["template_id"])


def _prints() -> None:
    op.create_table(
        "print_batches",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("mailing_id", sa.Uuid, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("pieces", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("checksum", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("sent_at", Moment),
        sa.Column("sent_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_print_batches"),
        sa.UniqueConstraint("mailing_id", "number", name="uq_print_batches_mailing_id_number"),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_print_batches_mailing_id"),
    )
    op.create_table(
        "print_documents",
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("checksum", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "name", name="pk_print_documents"),
        sa.ForeignKeyConstraint(["batch_id"], ["print_batches.id"], name="fk_print_documents_batch_id"),
    )
    op.create_table(
        "print_places",
        sa.Column("mailing_id", sa.Uuid, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("delivery_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", "place", name="pk_print_places"),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_print_places_mailing_id"),
    )
    op.create_index("ix_print_places_delivery_id", "print_places", ["delivery_id"])
