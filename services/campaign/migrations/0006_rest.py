"""Who says that a task is blocked, and since when."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Moment

revision = "campaign_0006"
down_revision = "campaign_0005"
branch_labels = None

LAST = (
    "(SELECT task_entries.{column} FROM task_entries WHERE task_entries.task_id = tasks.id"
    " AND task_entries.kind = 'blocked' ORDER BY task_entries.id DESC LIMIT 1)"
)


def upgrade() -> None:
    """Add it, and take it from the history for the tasks that are blocked now."""
    op.add_column("tasks", sa.Column("blocked_by", sa.String(255)))
    op.add_column("tasks", sa.Column("blocked_at", Moment))
    by, at = LAST.format(column='"by"'), LAST.format(column='"at"')
    op.execute(f"UPDATE tasks SET blocked_by = {by}, blocked_at = {at} WHERE state = 'blocked'")
