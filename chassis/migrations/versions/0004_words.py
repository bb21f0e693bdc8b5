"""Whom an actor stood in for, and words about people apart from the entries of the audit trail."""

import sqlalchemy as sa
from alembic import op

from chassis.guards import never_changed

revision = "chassis_0004"
down_revision = "chassis_0003"
branch_labels = None


def upgrade() -> None:
    """Entries from before have their words within them, and keep them."""
    op.add_column("audit_entries", sa.Column("on_behalf_of", sa.Text, nullable=False, server_default=""))
    op.add_column("audit_entries", sa.Column("words_digest", sa.String(64)))
    for_others = sa.text("on_behalf_of <> ''")
    op.create_index(
        "ix_audit_entries_on_behalf_of_id",
        "audit_entries",
        ["on_behalf_of", "id"],
        postgresql_where=for_others,
        sqlite_where=for_others,
    )
    op.create_table(
        "audit_words",
        sa.Column("entry_id", sa.Uuid, nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_audit_words"),
    )
    never_changed(op.get_bind(), "audit_words", "words are forgotten, never changed")
