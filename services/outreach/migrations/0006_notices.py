"""The directory of staff, and the notices to them."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Document, Moment

revision = "outreach_0006"
down_revision = "outreach_0005"
branch_labels = None


def upgrade() -> None:
    """Create their tables."""
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("muted", Document, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("subject", name="uq_staff_subject"),
    )
    for table, column in (("staff_roles", "role"), ("staff_departments", "department")):
        op.create_table(
            table,
            sa.Column("person_id", sa.Uuid, nullable=False),
            sa.Column(column, sa.String(64), nullable=False),
            sa.PrimaryKeyConstraint("person_id", column, name=f"pk_{table}"),
            sa.ForeignKeyConstraint(["person_id"], ["staff.id"], name=f"fk_{table}_person_id"),
        )
    _notices()


def _notices() -> None:
    op.create_table(
        "notice_approvals",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("requested_by", sa.String(255), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("total", sa.Text, nullable=False),
        sa.Column("steps", Document, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice_approvals"),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("lease", sa.Uuid),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("cause", sa.String(100), nullable=False),
        sa.Column("entity_id", sa.Uuid, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("about", Document, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("subject", "kind", "cause", name="uq_notices_subject_kind_cause"),
    )
    op.create_index("ix_notices_subject_id", "notices", ["subject", "id"])
    due = sa.text("state IN ('queued', 'handed_over')")
    op.create_index("ix_notices_due", "notices", ["due_at"], postgresql_where=due, sqlite_where=due)
