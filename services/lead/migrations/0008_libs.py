"""Where the special days of calendars came from, and whose holidays they get each year by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "lead_0008"
down_revision = "lead_0007"
branch_labels = None


def upgrade() -> None:
    """Add them. Days that are there count as entered by hand."""
    op.add_column("calendar_days", sa.Column("country", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "holiday_renewals",
        sa.Column("calendar_id", sa.Uuid, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("subdivision", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("through", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"], name="fk_holiday_renewals_calendar_id"),
        sa.PrimaryKeyConstraint("calendar_id", "country", name="pk_holiday_renewals"),
    )
