"""Lines with terms and policies, plan versions, transfers, envelopes and exchange rates."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Moment
from chassis.guards import append_only

revision = "finance_0005"
down_revision = "finance_0004"
branch_labels = None

APPEND_ONLY = ("budget_line_terms", "budget_versions", "budget_version_lines", "envelope_entries")


def upgrade() -> None:
    """Add them; budgets from before get the terms and the version that they have now."""
    _widen_lines()
    _index_entries()
    _terms()
    _versions()
    _transfers()
    _envelopes()
    _rates()
    _carry_over()
    for table in APPEND_ONLY:
        append_only(op.get_bind(), table, f"{table} only grows")


def _widen_lines() -> None:
    op.add_column("budgets", sa.Column("envelope_id", sa.Uuid))
    op.create_index("ix_budgets_envelope_id", "budgets", ["envelope_id"])
    op.add_column("budget_lines", sa.Column("starts_on", sa.Date))
    op.add_column("budget_lines", sa.Column("ends_on", sa.Date))
    op.add_column("budget_lines", sa.Column("posted_at", Moment))
    op.add_column("budget_lines", sa.Column("closed_at", Moment))


def _index_entries() -> None:
    op.drop_index("ix_ledger_entries_line_id", "ledger_entries")
    op.create_index("ix_ledger_entries_line_id_sequence", "ledger_entries", ["line_id", "sequence"])
    op.create_index(
        "ix_ledger_entries_line_id_posted_at_sequence", "ledger_entries", ["line_id", "posted_at", "sequence"]
    )


def _said_of_a_line() -> list[sa.Column[Any]]:
    return [
        sa.Column("name", sa.String(2000), nullable=False),
        sa.Column("kind", sa.String(64)),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
        sa.Column("responsible", sa.String(255), nullable=False),
        sa.Column("on_breach", sa.String(8), nullable=False),
    ]


def _terms() -> None:
    op.create_table(
        "budget_line_terms",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("line_id", sa.Uuid, nullable=False),
        *_said_of_a_line(),
        sa.Column("closed_at", Moment),
        sa.Column("set_by", sa.String(255), nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_budget_line_terms"),
        sa.ForeignKeyConstraint(["line_id"], ["budget_lines.id"], name="fk_budget_line_terms_line_id"),
    )
    op.create_index("ix_budget_line_terms_line_id_since", "budget_line_terms", ["line_id", "since"])


def _versions() -> None:
    op.create_table(
        "budget_versions",
        sa.Column("budget_id", sa.Uuid, nullable=False),
        sa.Column("plan_version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("total", Amount, nullable=False),
        sa.Column("approved_by", sa.String(255), nullable=False),
        sa.Column("approved_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("budget_id", "plan_version", name="pk_budget_versions"),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name="fk_budget_versions_budget_id"),
    )
    op.create_table(
        "budget_version_lines",
        sa.Column("budget_id", sa.Uuid, nullable=False),
        sa.Column("plan_version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("line_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        *_said_of_a_line(),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.PrimaryKeyConstraint("budget_id", "plan_version", "line_id", name="pk_budget_version_lines"),
        sa.ForeignKeyConstraint(
            ["budget_id", "plan_version"],
            ["budget_versions.budget_id", "budget_versions.plan_version"],
            name="fk_budget_version_lines_budget_id_plan_version",
        ),
    )


def _transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("from_budget_id", sa.Uuid, nullable=False),
        sa.Column("from_line_id", sa.Uuid, nullable=False),
        sa.Column("to_budget_id", sa.Uuid, nullable=False),
        sa.Column("to_line_id", sa.Uuid, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("to_department", sa.String(64), nullable=False),
        sa.Column("approval_id", sa.Uuid, nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("comment", sa.String(2000), nullable=False),
        sa.Column("requested_by", sa.String(255), nullable=False),
        sa.Column("requested_at", Moment, nullable=False),
        sa.Column("settled_by", sa.String(255)),
        sa.Column("settled_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_transfers"),
    )
    for column in ("from_budget_id", "to_budget_id", "department", "to_department"):
        op.create_index(f"ix_transfers_{column}", "transfers", [column])


def _envelopes() -> None:
    op.create_table(
        "envelopes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("allotted", Amount, nullable=False),
        sa.Column("on_breach", sa.String(8), nullable=False),
        sa.Column("opened_by", sa.String(255), nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_envelopes"),
        sa.UniqueConstraint(
            "department", "currency", "starts_on", name="uq_envelopes_department_currency_starts_on"
        ),
        sa.CheckConstraint(
            "on_breach <> 'stop' OR amount - allotted >= 0", name="ck_envelopes_not_overdrawn"
        ),
        sa.CheckConstraint("amount >= 0", name="ck_envelopes_not_negative"),
    )
    op.create_table(
        "envelope_entries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("envelope_id", sa.Uuid, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("budget_id", sa.Uuid),
        sa.Column("change", Amount, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("allotted", Amount, nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("posted_by", sa.String(255), nullable=False),
        sa.Column("posted_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_envelope_entries"),
        sa.ForeignKeyConstraint(["envelope_id"], ["envelopes.id"], name="fk_envelope_entries_envelope_id"),
        sa.UniqueConstraint("envelope_id", "sequence", name="uq_envelope_entries_envelope_id_sequence"),
    )
    op.create_index("ix_envelope_entries_budget_id", "envelope_entries", ["budget_id"])


def _rates() -> None:
    rate = sa.Numeric(32, 18).with_variant(sa.String(40), "sqlite")
    op.create_table(
        "rate_sheets",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("first_on", sa.Date, nullable=False),
        sa.Column("last_on", sa.Date, nullable=False),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rate_sheets"),
    )
    op.create_table(
        "exchange_rates",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("base", sa.String(3), nullable=False),
        sa.Column("quote", sa.String(3), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("rate", rate, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("sheet_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_rates"),
        sa.ForeignKeyConstraint(["sheet_id"], ["rate_sheets.id"], name="fk_exchange_rates_sheet_id"),
        sa.UniqueConstraint("base", "quote", "day", name="uq_exchange_rates_base_quote_day"),
    )


def _carry_over() -> None:
    """A line's id serves as that of its first terms: it is unique, and both databases can copy it."""
    op.execute(
        "UPDATE budget_lines SET posted_at ="
        " (SELECT max(posted_at) FROM ledger_entries WHERE line_id = budget_lines.id)"
    )
    op.execute(
        "INSERT INTO budget_line_terms (id, line_id, name, kind, responsible, on_breach, set_by, since)"
        " SELECT l.id, l.id, l.name, l.kind, l.responsible, l.on_breach, 'service:finance', b.opened_at"
        " FROM budget_lines l JOIN budgets b ON b.id = l.budget_id"
    )
    op.execute(
        "INSERT INTO budget_versions (budget_id, plan_version, currency, total, approved_by, approved_at)"
        " SELECT b.id, b.plan_version, b.currency, (SELECT coalesce(sum(e.amount), 0) FROM ledger_entries e"
        " WHERE e.budget_id = b.id AND e.kind = 'budget'), 'service:finance', b.opened_at FROM budgets b"
    )
    op.execute(
        "INSERT INTO budget_version_lines (budget_id, plan_version, line_id, position, name, responsible,"
        " on_breach, currency, amount) SELECT b.id, b.plan_version, l.id, l.position, l.name, l.responsible,"
        " l.on_breach, l.currency, (SELECT coalesce(sum(e.amount), 0) FROM ledger_entries e"
        " WHERE e.line_id = l.id AND e.kind = 'budget')"
        " FROM budgets b JOIN budget_lines l ON l.budget_id = b.id"
    )
