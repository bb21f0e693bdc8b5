"""How imports are read, what they plan, ask and change, and what finds duplicates."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Document, Moment
from services.lead.customers.naming import name_key

revision = "lead_0005"
down_revision = "lead_0004"
branch_labels = None

_AT_ONCE = 5000
_PROOFS_ONLY_GROW = tuple(
    f"CREATE TRIGGER consent_proofs_no_{verb} BEFORE {verb} ON consent_proofs"
    " BEGIN SELECT RAISE(ABORT, 'proofs of consent are never changed'); END"
    for verb in ("update", "delete")
)


def upgrade() -> None:
    """Add the columns and tables, and give every contact its key."""
    _contacts()
    _proofs(op.get_bind().dialect.name)
    _imports()
    _rows()
    _changes()
    _mappings()
    _give_keys(op.get_bind())


def _contacts() -> None:
    op.add_column("contacts", sa.Column("external_id", sa.Text))
    op.add_column("contacts", sa.Column("name_key", sa.Text))
    for name in ("phone", "external_id", "name_key"):
        there = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            f"ix_contacts_department_{name}",
            "contacts",
            ["department", name],
            postgresql_where=there,
            sqlite_where=there,
        )


def _proofs(dialect: str) -> None:
    """They outlive a contact that an undo removes. SQLite needs a new table, which has no trigger yet."""
    if dialect == "postgresql":
        op.drop_constraint("fk_consent_proofs_contact_id", "consent_proofs", type_="foreignkey")
        return
    with op.batch_alter_table("consent_proofs", recreate="always") as proofs:
        proofs.drop_constraint("fk_consent_proofs_contact_id", type_="foreignkey")
    for statement in _PROOFS_ONLY_GROW:
        op.execute(sa.DDL(statement))


def _imports() -> None:
    for name, default in (("mode", "both"), ("reading", "{}")):
        kind = Document if name == "reading" else sa.Text
        op.add_column("imports", sa.Column(name, kind, nullable=False, server_default=default))
    for name in ("dry_run", "confirm"):
        op.add_column("imports", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    for name in ("asked", "restored", "removed", "kept"):
        op.add_column("imports", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    op.add_column("imports", sa.Column("format", sa.Text))
    op.add_column("imports", sa.Column("headed", sa.Boolean))
    op.add_column("imports", sa.Column("sample", Document))
    op.add_column("imports", sa.Column("undo_after", sa.Uuid))
    op.add_column("imports", sa.Column("undone_by", sa.Text))
    op.add_column("imports", sa.Column("undone_at", Moment))


def _rows() -> None:
    op.create_table(
        "import_planned_rows",
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Uuid),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("fields", Document, nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_import_planned_rows_import_id"),
        sa.PrimaryKeyConstraint("import_id", "line", name="pk_import_planned_rows"),
    )
    op.create_index("ix_import_planned_rows_import_id_key", "import_planned_rows", ["import_id", "key"])
    op.create_table(
        "import_questions",
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("repeats", Document, nullable=False),
        sa.Column("draft", Document, nullable=False),
        sa.Column("candidates", Document, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("contact_id", sa.Uuid),
        sa.Column("answered_by", sa.Text),
        sa.Column("answered_at", Moment),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_import_questions_import_id"),
        sa.PrimaryKeyConstraint("import_id", "line", name="pk_import_questions"),
    )


def _changes() -> None:
    op.create_table(
        "import_changes",
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("was", Document),
        sa.Column("kept", sa.Text),
        sa.PrimaryKeyConstraint("import_id", "contact_id", name="pk_import_changes"),
    )
    op.create_table(
        "import_consents",
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("granted", sa.Boolean),
        sa.Column("source", sa.Text),
        sa.Column("changed_at", Moment),
        sa.PrimaryKeyConstraint("import_id", "contact_id", "channel", name="pk_import_consents"),
    )


def _mappings() -> None:
    op.create_table(
        "import_mappings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("header_key", sa.Text, nullable=False),
        sa.Column("mapping", Document, nullable=False),
        sa.Column("saved_by", sa.Text, nullable=False),
        sa.Column("saved_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_mappings"),
        sa.UniqueConstraint("department", "name", name="uq_import_mappings_department_name"),
    )
    op.create_index(
        "ix_import_mappings_department_header_key", "import_mappings", ["department", "header_key"]
    )


def _give_keys(connection: sa.Connection) -> None:
    """The key is only an index: it is what the code makes of a name, today as on the next change."""
    contacts = sa.table(
        "contacts",
        sa.column("id", sa.Uuid),
        *(sa.column(name, sa.Text) for name in ("given_name", "family_name", "company", "name_key")),
    )
    page = sa.select(contacts).where(contacts.c.company != "").order_by(contacts.c.id).limit(_AT_ONCE)
    keyed = (
        sa.update(contacts)
        .where(contacts.c.id == sa.bindparam("contact_id"))
        .values(name_key=sa.bindparam("given_key"))
    )
    rows = connection.execute(page).all()
    while rows:
        keys = [
            {"contact_id": row.id, "given_key": name_key(row.given_name, row.family_name, row.company)}
            for row in rows
        ]
        connection.execute(keyed, keys)
        rows = connection.execute(page.where(contacts.c.id > rows[-1].id)).all()
