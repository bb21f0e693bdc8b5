"""Calendars, service levels, clocks, pre-sales requests and scoring rules."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Document, Moment

revision = "lead_0006"
down_revision = "lead_0005"
branch_labels = None

TICKS = sa.text("state = 'running' AND next_at IS NOT NULL")
OPEN = sa.text("state <> 'stopped'")
UNANSWERED = sa.text("state IN ('open', 'in_progress', 'waiting')")
IN_FORCE = sa.text("active")
UNCLOCKED = sa.text("clocked_at IS NULL")


def upgrade() -> None:
    """Create them. The clocks of leads that are there do not begin: they would all be late at once."""
    op.add_column("leads", sa.Column("clocked_at", Moment))
    op.execute(sa.text("UPDATE leads SET clocked_at = captured_at"))
    op.create_index("ix_leads_unclocked", "leads", ["id"], postgresql_where=UNCLOCKED, sqlite_where=UNCLOCKED)
    op.add_column("lead_actions", sa.Column("state", sa.Text, nullable=False, server_default=""))
    _calendars()
    _clocks()
    _requests()
    _scorings()


def _calendars() -> None:
    op.create_table(
        "calendars",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("week", Document, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendars"),
        sa.UniqueConstraint("department", "code", name="uq_calendars_department_code"),
    )
    op.create_table(
        "calendar_days",
        sa.Column("calendar_id", sa.Uuid, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hours", Document, nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"], name="fk_calendar_days_calendar_id"),
        sa.PrimaryKeyConstraint("calendar_id", "day", name="pk_calendar_days"),
    )
    op.create_table(
        "service_levels",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("calendar_id", sa.Uuid, nullable=False),
        sa.Column("targets", Document, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"], name="fk_service_levels_calendar_id"),
        sa.PrimaryKeyConstraint("id", name="pk_service_levels"),
        sa.UniqueConstraint(
            "department", "subject", "kind", "grade", name="uq_service_levels_department_subject_kind_grade"
        ),
    )
    op.create_index("ix_service_levels_calendar_id", "service_levels", ["calendar_id"])


def _clocks() -> None:
    op.create_table(
        "clocks",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("calendar_id", sa.Uuid),
        sa.Column("total_seconds", sa.Integer, nullable=False),
        sa.Column("counted_seconds", sa.Integer, nullable=False),
        sa.Column("counted_from", Moment, nullable=False),
        sa.Column("steps", Document, nullable=False),
        sa.Column("fired", sa.Integer, nullable=False),
        sa.Column("due_at", Moment),
        sa.Column("next_at", Moment),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("stopped_at", Moment),
        sa.Column("in_time", sa.Boolean),
        sa.PrimaryKeyConstraint("id", name="pk_clocks"),
    )
    op.create_index("ix_clocks_subject_id", "clocks", ["subject_id"])
    op.create_index("ix_clocks_calendar_id", "clocks", ["calendar_id"])
    op.create_index("ix_clocks_next_at", "clocks", ["next_at"], postgresql_where=TICKS, sqlite_where=TICKS)
    op.create_index(
        "ix_clocks_department_due_at",
        "clocks",
        ["department", "due_at"],
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("lead_id", sa.Uuid),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("responder", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("waits_for", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("tasks", Document, nullable=False),
        sa.Column("documents", Document, nullable=False),
        sa.Column("reopened", sa.Integer, nullable=False),
        sa.Column("opened_by", sa.Text, nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("answered_at", Moment),
        sa.Column("closed_at", Moment),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_requests_contact_id"),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_requests_lead_id"),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
    )
    op.create_index("ix_requests_department_id", "requests", ["department", "id"])
    op.create_index("ix_requests_lead_id", "requests", ["lead_id"])
    op.create_index("ix_requests_contact_id", "requests", ["contact_id"])
    op.create_index(
        "ix_requests_responder",
        "requests",
        ["responder", "department"],
        postgresql_where=UNANSWERED,
        sqlite_where=UNANSWERED,
    )
    op.create_table(
        "shared_documents",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("file_id", sa.Uuid, nullable=False),
        sa.Column("shared_by", sa.Text, nullable=False),
        sa.Column("shared_at", Moment, nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name="fk_shared_documents_request_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_shared_documents"),
    )
    op.create_index("ix_shared_documents_request_id", "shared_documents", ["request_id"])


def _scorings() -> None:
    op.create_table(
        "scorings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("rules", Document, nullable=False),
        sa.Column("bands", Document, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scorings"),
    )
    op.create_index(
        "uq_scorings_department_active",
        "scorings",
        ["department"],
        unique=True,
        postgresql_where=IN_FORCE,
        sqlite_where=IN_FORCE,
    )
