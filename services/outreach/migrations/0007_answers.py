"""The mails that answer requests of contacts."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Document, Moment

revision = "outreach_0007"
down_revision = "outreach_0006"
branch_labels = None


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "answer_mails",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("lease", sa.Uuid),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("cause", sa.String(100), nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("documents", Document, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answer_mails"),
        sa.UniqueConstraint("cause", name="uq_answer_mails_cause"),
    )
    op.create_index("ix_answer_mails_department_id", "answer_mails", ["department", "id"])
    op.create_index("ix_answer_mails_request_id", "answer_mails", ["request_id"])
    due = sa.text("state IN ('queued', 'handed_over')")
    op.create_index("ix_answer_mails_due", "answer_mails", ["due_at"], postgresql_where=due, sqlite_where=due)
