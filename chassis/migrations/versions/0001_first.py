"""The first tables of the chassis: outbox, inbox, idempotency keys, audit."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Document, Moment, Serial
from chassis.guards import append_only

revision = "chassis_0001"
down_revision = None
branch_labels = ("chassis",)


def upgrade() -> None:
    """Create them."""
    _messaging()
    _requests()
    append_only(op.get_bind(), "audit_entries", "audit entries are never changed")


def _messaging() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("traceparent", sa.Text),
        sa.Column("data", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_table(
        "inbox_positions",
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("holding", sa.Boolean, nullable=False),
        sa.Column("moved_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("stream", name="pk_inbox_positions"),
    )
    op.create_table(
        "held_events",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("headers", Document, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", Moment),
        sa.Column("received_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_held_events"),
        sa.UniqueConstraint("stream", "position", name="uq_held_events_stream_position"),
    )
    op.create_index("ix_held_events_queue_state_next_at", "held_events", ["queue", "state", "next_at"])


def _requests() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("headers", Document),
        sa.Column("body", sa.LargeBinary),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("roles", Document, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("trace_id", sa.String(32)),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("entity", sa.String(100), nullable=False),
        sa.Column("entity_id", sa.Uuid, nullable=False),
        sa.Column("before", Document),
        sa.Column("after", Document),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_entity_entity_id_id", "audit_entries", ["entity", "entity_id", "id"])
    op.create_index("ix_audit_entries_actor_id", "audit_entries", ["actor", "id"])
