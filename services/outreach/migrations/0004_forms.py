"""Hosted forms, what is sent with them, and the confirmations."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment

revision = "outreach_0004"
down_revision = "outreach_0003"
branch_labels = None


VERSIONS_STAY = {
    "postgresql": (
        """CREATE FUNCTION refuse_form_version_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'published versions of forms are never changed'; END $$""",
        """CREATE TRIGGER form_versions_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON form_versions
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_form_version_change()""",
    ),
    "sqlite": tuple(
        f"""CREATE TRIGGER form_versions_no_{verb} BEFORE {verb} ON form_versions
        BEGIN SELECT RAISE(ABORT, 'published versions of forms are never changed'); END"""
        for verb in ("update", "delete")
    ),
}


def upgrade() -> None:
    """Create them."""
    _forms()


def _forms() -> None:
    op.create_table(
        "forms",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("campaign_id", sa.Uuid),
        sa.Column("wants_lead", sa.Boolean, nullable=False),
        sa.Column("design", Document, nullable=False),
        sa.Column("published", sa.Integer, nullable=False),
        sa.Column("opens_at", Moment),
        sa.Column("closes_at", Moment),
        sa.Column("capacity", sa.Integer),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.Column("tickets", sa.Integer, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_forms"),
        sa.UniqueConstraint("code", name="uq_forms_code"),
    )
    op.create_index("ix_forms_department", "forms", ["department"])
    op.create_index("ix_forms_campaign_id", "forms", ["campaign_id"])
    op.create_table(
        "form_versions",
        sa.Column("form_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("design", Document, nullable=False),
        sa.Column("published_by", sa.Text, nullable=False),
        sa.Column("published_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_form_versions_form_id"),
        sa.PrimaryKeyConstraint("form_id", "number", name="pk_form_versions"),
    )
    for statement in VERSIONS_STAY[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement))
    _form_submissions()


def _form_submissions() -> None:
    op.create_table(
        "form_submissions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("form_id", sa.Uuid, nullable=False),
        sa.Column("form_version", sa.Integer, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("nonce", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opt_in", sa.Boolean, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("campaign_id", sa.Uuid),
        sa.Column("delivery_id", sa.Uuid),
        sa.Column("mailing_id", sa.Uuid),
        sa.Column("wave_id", sa.Uuid),
        sa.Column("target_id", sa.Uuid),
        sa.Column("contact_id", sa.Uuid),
        sa.Column("given_name", sa.Text, nullable=False),
        sa.Column("family_name", sa.Text, nullable=False),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("answers", Document, nullable=False),
        sa.Column("consents", Document, nullable=False),
        sa.Column("sides", Document, nullable=False),
        sa.Column("score", Amount),
        sa.Column("nps", sa.Integer),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("confirmed_origin", sa.Text, nullable=False),
        sa.Column("submitted_at", Moment, nullable=False),
        sa.Column("confirmed_at", Moment),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("ticket", sa.Integer),
        sa.Column("checked_in_at", Moment),
        sa.Column("checked_in_by", sa.Text),
        sa.Column("erased_at", Moment),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_form_submissions_form_id"),
        sa.PrimaryKeyConstraint("id", name="pk_form_submissions"),
        sa.UniqueConstraint("nonce", name="uq_form_submissions_nonce"),
        sa.UniqueConstraint("form_id", "ticket", name="uq_form_submissions_form_id_ticket"),
    )
    for name, columns in (
        ("ix_form_submissions_form_id_id", ["form_id", "id"]),
        ("ix_form_submissions_email", ["email"]),
        ("ix_form_submissions_contact_id", ["contact_id"]),
    ):
        op.create_index(name, "form_submissions", columns)
    for name, columns, where, unique in (
        ("uq_form_submissions_delivery", ["form_id", "delivery_id"], "delivery_id IS NOT NULL", True),
        ("ix_form_submissions_pending", ["submitted_at"], "state = 'pending'", False),
        ("ix_form_submissions_waiting", ["form_id", "confirmed_at"], "place = 'waiting'", False),
    ):
        op.create_index(
            name,
            "form_submissions",
            columns,
            unique=unique,
            postgresql_where=sa.text(where),
            sqlite_where=sa.text(where),
        )
    op.create_table(
        "form_confirmations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("submission_id", sa.Uuid, nullable=False),
        sa.Column("form_id", sa.Uuid, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("lease", sa.Uuid),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["form_submissions.id"], name="fk_form_confirmations_submission_id"
        ),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], name="fk_form_confirmations_form_id"),
        sa.PrimaryKeyConstraint("id", name="pk_form_confirmations"),
        sa.UniqueConstraint("submission_id", "purpose", name="uq_form_confirmations_submission_id_purpose"),
    )
    op.create_index("ix_form_confirmations_form_id", "form_confirmations", ["form_id"])
    op.create_index(
        "ix_form_confirmations_address_created_at", "form_confirmations", ["address", "created_at"]
    )
    due = sa.text("state IN ('queued', 'handed_over')")
    op.create_index(
        "ix_form_confirmations_due",
        "form_confirmations",
        ["due_at"],
        postgresql_where=due,
        sqlite_where=due,
    )
