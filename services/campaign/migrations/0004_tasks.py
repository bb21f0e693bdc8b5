"""Tasks with their history and planned actions, and the feeds of calendars."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment
from chassis.guards import append_only

revision = "campaign_0004"
down_revision = "campaign_0003"
branch_labels = None

WAITS = sa.text("overdue_at IS NULL AND state IN ('handed_over', 'in_progress', 'blocked')")


def upgrade() -> None:
    """Create them."""
    _tasks()
    _entries()
    _actions()
    _feeds()
    append_only(op.get_bind(), "task_entries", "task_entries only grows")


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("parent_id", sa.Uuid),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("assignee", sa.String(255)),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("effort", Amount, nullable=False),
        sa.Column("predecessors", Document, nullable=False),
        sa.Column("line_id", sa.Uuid),
        sa.Column("share", Amount, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("progress", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("created_by", sa.String(255), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("handed_over_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("overdue_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_tasks_campaign_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["tasks.id"], name="fk_tasks_parent_id"),
    )
    op.create_index("ix_tasks_campaign_id_id", "tasks", ["campaign_id", "id"])
    op.create_index("ix_tasks_parent_id", "tasks", ["parent_id"])
    op.create_index("ix_tasks_assignee_state_id", "tasks", ["assignee", "state", "id"])
    op.create_index("ix_tasks_due", "tasks", ["ends_on", "id"], postgresql_where=WAITS, sqlite_where=WAITS)


def _entries() -> None:
    op.create_table(
        "task_entries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("task_id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("hours", Amount),
        sa.Column("documents", Document, nullable=False),
        sa.Column("changes", Document, nullable=False),
        sa.Column("cause_id", sa.Uuid),
        sa.Column("by", sa.String(255), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_task_entries"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_task_entries_campaign_id"),
    )
    op.create_index("ix_task_entries_task_id_id", "task_entries", ["task_id", "id"])
    op.create_index("ix_task_entries_campaign_id", "task_entries", ["campaign_id"])


def _actions() -> None:
    op.create_table(
        "task_actions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("task_id", sa.Uuid, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("created_by", sa.String(255), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("done_by", sa.String(255)),
        sa.Column("done_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_task_actions"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_task_actions_task_id"),
    )
    op.create_index("ix_task_actions_task_id_id", "task_actions", ["task_id", "id"])


def _feeds() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("campaign_id", sa.Uuid),
        sa.Column("departments", Document, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("revoked_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_feeds"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_calendar_feeds_campaign_id"),
    )
    op.create_index("ix_calendar_feeds_owner_id", "calendar_feeds", ["owner", "id"])
