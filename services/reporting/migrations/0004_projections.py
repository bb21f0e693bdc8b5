"""The archive grows only, and by months on PostgreSQL; projections are rebuilt beside those that are read."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from chassis.columns import Document, Moment, Serial
from services.reporting.archive import guarding
from services.reporting.archive.months import AHEAD, Month
from services.reporting.archive.partitions import make_months

revision = "reporting_0004"
down_revision = "reporting_0003"
branch_labels = None

BUILT_BEFORE = (
    *("campaigns", "waves", "mailings", "targets"),
    *("responses", "leads", "budget_lines", "event_sources"),
)
COLUMNS = (
    *("position", "event_id", "type", "source", "subject", "sequence", "time"),
    *("traceparent", "campaign_id", "department", "data"),
)


def upgrade() -> None:
    """Move the archive into months, guard it, and create the tables of rebuilds and marks."""
    if op.get_bind().dialect.name == "postgresql":
        _divide_the_archive()
    else:
        with op.batch_alter_table("archived_events") as events:
            events.drop_constraint("uq_archived_events_event_id", type_="unique")
            events.create_unique_constraint("uq_archived_events_event_id_time", ["event_id", "time"])
    guarding.guard(op.get_bind())
    _detached()
    _rebuilds()
    _marks()


def _divide_the_archive() -> None:
    """The primary key and the unique one have the time in them, since PostgreSQL divides by it."""
    op.execute("ALTER TABLE archived_events RENAME TO archived_events_before")
    op.execute(
        "CREATE TABLE archived_events (LIKE archived_events_before INCLUDING DEFAULTS)"
        " PARTITION BY RANGE (time)"
    )
    bind = op.get_bind()
    guarding.prepare(bind)
    kept = bind.execute(
        sa.text("SELECT DISTINCT date_trunc('month', time, 'UTC') FROM archived_events_before")
    )
    months = {Month.of(moment) for (moment,) in kept}
    months |= {Month.of(datetime.now(UTC)).later(count) for count in range(AHEAD + 1)}
    make_months(bind, sorted(months))
    names = ", ".join(COLUMNS)
    op.execute(f"INSERT INTO archived_events ({names}) SELECT {names} FROM archived_events_before")
    op.execute("DROP TABLE archived_events_before")
    op.create_primary_key("pk_archived_events", "archived_events", ["position", "time"])
    op.create_unique_constraint("uq_archived_events_event_id_time", "archived_events", ["event_id", "time"])
    op.create_index("ix_archived_events_subject_position", "archived_events", ["subject", "position"])
    op.create_index("ix_archived_events_campaign_id_position", "archived_events", ["campaign_id", "position"])


def _detached() -> None:
    op.create_table(
        "detached_months",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("events", sa.BigInteger, nullable=False),
        sa.Column("first_position", Serial, nullable=False),
        sa.Column("last_position", Serial, nullable=False),
        sa.Column("detached_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_detached_months"),
    )


def _rebuilds() -> None:
    projections = op.create_table(
        "projections",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("built_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_projections"),
    )
    at = datetime.now(UTC)
    op.bulk_insert(projections, [{"name": name, "version": 1, "built_at": at} for name in BUILT_BEFORE])
    op.create_table(
        "rebuilds",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("projections", Document, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("position", Serial, nullable=False),
        sa.Column("events", sa.BigInteger, nullable=False),
        sa.Column("asked_by", sa.String(255), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("moved_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("tries", sa.BigInteger, nullable=False),
        sa.Column("leased_by", sa.Uuid),
        sa.Column("leased_until", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_rebuilds"),
    )


def _marks() -> None:
    op.create_table(
        "feed_marks",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("asked_by", sa.String(255), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed_marks"),
    )
