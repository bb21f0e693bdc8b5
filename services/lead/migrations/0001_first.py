"""The first tables of the lead service."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment

revision = "lead_0001"
down_revision = None
branch_labels = None

PROOFS_ONLY_GROW = {
    "postgresql": (
        """CREATE FUNCTION refuse_proof_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'proofs of consent are never changed'; END $$""",
        """CREATE TRIGGER consent_proofs_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON consent_proofs
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_proof_change()""",
    ),
    "sqlite": tuple(
        f"""CREATE TRIGGER consent_proofs_no_{verb} BEFORE {verb} ON consent_proofs
        BEGIN SELECT RAISE(ABORT, 'proofs of consent are never changed'); END"""
        for verb in ("update", "delete")
    ),
}


def upgrade() -> None:
    """Create them."""
    _customers()
    _imports()
    _segments()
    _leads()
    _submissions()
    for statement in PROOFS_ONLY_GROW[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement))


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
    )
    op.create_index("ix_customers_department_name_key", "customers", ["department", "name_key"])
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("match_key", sa.Text),
        sa.Column("customer_id", sa.Uuid),
        sa.Column("given_name", sa.Text, nullable=False),
        sa.Column("family_name", sa.Text, nullable=False),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("email_domain", sa.Text, nullable=False),
        sa.Column("phone", sa.Text),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("fax", sa.Text),
        sa.Column("chat", sa.Text),
        sa.Column("address", Document),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_contacts_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.UniqueConstraint("department", "match_key", name="uq_contacts_department_match_key"),
    )
    op.create_index("ix_contacts_customer_id", "contacts", ["customer_id"])
    op.create_index("ix_contacts_department_id", "contacts", ["department", "id"])
    op.create_table(
        "consents",
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("granted", sa.Boolean, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_consents_contact_id"),
        sa.PrimaryKeyConstraint("contact_id", "channel", name="pk_consents"),
    )
    op.create_table(
        "consent_proofs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("granted", sa.Boolean, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("recorded_at", Moment, nullable=False),
        sa.Column("evidence", Document),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_consent_proofs_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent_proofs"),
    )
    op.create_index("ix_consent_proofs_contact_id", "consent_proofs", ["contact_id"])


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("phone_region", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("consents", Document, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("told", Document, nullable=False),
        sa.Column("codec", sa.Text),
        sa.Column("delimiter", sa.Text),
        sa.Column("header", Document),
        sa.Column("mapping", Document),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("created", sa.Integer, nullable=False),
        sa.Column("updated", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("leased_by", sa.Uuid),
        sa.Column("leased_until", Moment),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("started_at", Moment),
        sa.Column("finished_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_index("ix_imports_state_leased_until", "imports", ["state", "leased_until"])
    op.create_table(
        "import_pieces",
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_import_pieces_import_id"),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_import_pieces"),
    )
    op.create_table(
        "import_rejections",
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("cells", Document, nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_import_rejections_import_id"),
        sa.PrimaryKeyConstraint("import_id", "line", name="pk_import_rejections"),
    )


def _segments() -> None:
    op.create_table(
        "segments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("rule", Document, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_segments"),
    )
    op.create_table(
        "resolutions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("segment_id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("rule", Document, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("contacts", sa.Integer, nullable=False),
        sa.Column("after", sa.Uuid),
        sa.Column("ceiling", sa.Uuid, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("finished_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_resolutions"),
    )
    op.create_index("ix_resolutions_state", "resolutions", ["state"])


def _leads() -> None:
    op.create_table(
        "leads",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid),
        sa.Column("campaign_id", sa.Uuid),
        sa.Column("response_id", sa.Uuid),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("needs", sa.Text, nullable=False),
        sa.Column("intent", sa.Text, nullable=False),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("likelihood", sa.Integer),
        sa.Column("expected_amount", Amount),
        sa.Column("expected_currency", sa.Text),
        sa.Column("grade", sa.Text),
        sa.Column("value", Amount),
        sa.Column("currency", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("assignee", sa.Text),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("captured_by", sa.Text, nullable=False),
        sa.Column("captured_at", Moment, nullable=False),
        sa.Column("qualified_at", Moment),
        sa.Column("assigned_at", Moment),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("score", Amount),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_leads_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_leads"),
        sa.UniqueConstraint("contact_id", "campaign_id", name="uq_leads_contact_id_campaign_id"),
    )
    op.create_index("ix_leads_assignee", "leads", ["assignee"])
    op.create_index("ix_leads_campaign_id", "leads", ["campaign_id"])
    op.create_index("ix_leads_department_id", "leads", ["department", "id"])
    op.create_table(
        "lead_touches",
        sa.Column("response_id", sa.Uuid, nullable=False),
        sa.Column("lead_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_lead_touches_lead_id"),
        sa.PrimaryKeyConstraint("response_id", name="pk_lead_touches"),
    )
    op.create_index("ix_lead_touches_lead_id", "lead_touches", ["lead_id"])
    op.create_table(
        "lead_actions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("lead_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_lead_actions_lead_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lead_actions"),
    )
    op.create_index("ix_lead_actions_lead_id", "lead_actions", ["lead_id"])
    op.create_table(
        "reps",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("last_assigned_at", Moment),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reps"),
        sa.UniqueConstraint("department", "subject", name="uq_reps_department_subject"),
    )


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("form_id", sa.Uuid, nullable=False),
        sa.Column("form_code", sa.Text, nullable=False),
        sa.Column("campaign_id", sa.Uuid),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Uuid),
        sa.Column("lead_id", sa.Uuid),
        sa.Column("answers", Document, nullable=False),
        sa.Column("submitted_at", Moment, nullable=False),
        sa.Column("confirmed_at", Moment),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_submissions_contact_id"),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_submissions_lead_id"),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
    )
    op.create_index("ix_submissions_contact_id", "submissions", ["contact_id"])
