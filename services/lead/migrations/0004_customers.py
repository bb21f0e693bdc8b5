"""Lists that describe contacts, custom attributes, merges, the timeline, and requests of data subjects."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment

revision = "lead_0004"
down_revision = "lead_0003"
branch_labels = None

ENTRIES_STAY = {
    "postgresql": (
        """CREATE FUNCTION refuse_timeline_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'entries of the timeline are never changed'; END $$""",
        """CREATE TRIGGER timeline_entries_stay BEFORE UPDATE OR TRUNCATE ON timeline_entries
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_timeline_change()""",
    ),
    "sqlite": (
        """CREATE TRIGGER timeline_entries_stay BEFORE UPDATE ON timeline_entries
        BEGIN SELECT RAISE(ABORT, 'entries of the timeline are never changed'); END""",
    ),
}
"""Only the erasure of a person takes entries away."""


def upgrade() -> None:
    """Create them."""
    _contacts()
    _lists()
    _sources()
    _merges()
    _timeline()
    _privacy()


def _contacts() -> None:
    empty = sa.text("'{}'")
    for column in (
        sa.Column("role", sa.Text, nullable=False, server_default=""),
        sa.Column("attributes", Document, nullable=False, server_default=empty),
        sa.Column("reach", Document, nullable=False, server_default=empty),
        sa.Column("former_key", sa.Text),
        sa.Column("merged_into", sa.Uuid),
        sa.Column("erased_at", Moment),
    ):
        op.add_column("contacts", column)
    op.create_index("ix_contacts_merged_into", "contacts", ["merged_into"])
    op.create_index("ix_contacts_department_former_key", "contacts", ["department", "former_key"])
    for column in (
        sa.Column("attributes", Document, nullable=False, server_default=empty),
        sa.Column("main_contact_id", sa.Uuid),
        sa.Column("merged_into", sa.Uuid),
    ):
        op.add_column("customers", column)
    op.create_index("ix_customers_merged_into", "customers", ["merged_into"])
    op.add_column("leads", sa.Column("attributes", Document, nullable=False, server_default=empty))


def _coded(name: str, *columns: sa.Column[object]) -> None:
    """A list of a department, whose rows have a code."""
    op.create_table(
        name,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        *columns,
        sa.Column("retired", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("department", "code", name=f"uq_{name}_department_code"),
    )


def _lists() -> None:
    _coded("contact_roles", sa.Column("label", sa.Text, nullable=False))
    _coded(
        "regions",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("parent_id", sa.Uuid),
        sa.ForeignKeyConstraint(["parent_id"], ["regions.id"], name="fk_regions_parent_id"),
    )
    op.create_index("ix_regions_parent_id", "regions", ["parent_id"])
    _coded(
        "attributes",
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("choices", Document, nullable=False),
        sa.Column("required", sa.Boolean, nullable=False),
        sa.Column("applies_to", Document, nullable=False),
    )


def _sources() -> None:
    _coded(
        "sources",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("parent_id", sa.Uuid),
        sa.ForeignKeyConstraint(["parent_id"], ["sources.id"], name="fk_sources_parent_id"),
    )
    op.create_index("ix_sources_parent_id", "sources", ["parent_id"])
    op.create_table(
        "source_costs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("source_id", sa.Uuid, nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("entered_by", sa.Text, nullable=False),
        sa.Column("entered_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_source_costs_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_source_costs"),
    )
    op.create_index("ix_source_costs_source_id", "source_costs", ["source_id"])


def _merges() -> None:
    op.create_table(
        "merges",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("survivor_id", sa.Uuid, nullable=False),
        sa.Column("loser_id", sa.Uuid, nullable=False),
        sa.Column("taken", Document, nullable=False),
        sa.Column("survivor_before", Document),
        sa.Column("survivor_after", Document),
        sa.Column("loser_before", Document),
        sa.Column("moved", Document, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("merged_by", sa.Text, nullable=False),
        sa.Column("merged_at", Moment, nullable=False),
        sa.Column("undone_by", sa.Text),
        sa.Column("undone_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_merges"),
    )
    op.create_index("ix_merges_survivor_id", "merges", ["survivor_id"])
    op.create_index("ix_merges_loser_id", "merges", ["loser_id"])
    op.create_index("ix_merges_department_id", "merges", ["department", "id"])


def _timeline() -> None:
    op.create_table(
        "timeline_entries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid),
        sa.Column("customer_id", sa.Uuid),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("campaign_id", sa.Uuid),
        sa.Column("reference", sa.Uuid),
        sa.Column("at", Moment, nullable=False),
        sa.Column("detail", Document),
        sa.PrimaryKeyConstraint("id", name="pk_timeline_entries"),
    )
    op.create_index("ix_timeline_entries_contact_id_id", "timeline_entries", ["contact_id", "id"])
    op.create_index("ix_timeline_entries_customer_id_id", "timeline_entries", ["customer_id", "id"])
    for statement in ENTRIES_STAY[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement))


def _privacy() -> None:
    op.create_table(
        "privacy_requests",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("contact_ids", Document, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("requested_at", Moment, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("closed_at", Moment),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_privacy_requests_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_requests"),
    )
    op.create_index("ix_privacy_requests_contact_id", "privacy_requests", ["contact_id"])
    op.create_index("ix_privacy_requests_department_id", "privacy_requests", ["department", "id"])
    op.create_table(
        "privacy_answers",
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("held", sa.Integer, nullable=False),
        sa.Column("erased", sa.Integer, nullable=False),
        sa.Column("kept", Document, nullable=False),
        sa.Column("records", Document, nullable=False),
        sa.Column("answered_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["privacy_requests.id"], name="fk_privacy_answers_request_id"
        ),
        sa.PrimaryKeyConstraint("request_id", "service", "page", name="pk_privacy_answers"),
    )
