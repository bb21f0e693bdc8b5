"""Kinds of expense, allowances and policies; claims and purchases in currencies other than the budget's."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment

RATE = sa.Numeric(32, 18).with_variant(sa.String(40), "sqlite")

revision = "finance_0010"
down_revision = "finance_0009"
branch_labels = None

KINDS = {
    "travel": ("Travel", None),
    "taxi": ("Taxi", None),
    "lodging": ("Lodging", None),
    "meals": ("Meals", None),
    "entertainment": ("Entertainment of guests", None),
    "material": ("Material", None),
    "postage": ("Postage", None),
    "fees": ("Fees and tickets", None),
    "mileage": ("Mileage by private car", "km"),
    "per_diem": ("Subsistence by the day", "day"),
    "other": ("Other", None),
}


def upgrade() -> None:
    """Create the tables. Lines from before were spent in the currency that they are claimed in."""
    _kinds()
    _allowances()
    _policies()
    _claim_items()
    _purchase_lines()
    _invoice_lines()
    _pool_shares()


def _kinds() -> None:
    kinds = op.create_table(
        "expense_kinds",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(2000), nullable=False),
        sa.Column("unit", sa.String(8)),
        sa.PrimaryKeyConstraint("code", name="pk_expense_kinds"),
    )
    rows = [{"code": code, "name": name, "unit": unit} for code, (name, unit) in KINDS.items()]
    op.bulk_insert(kinds, rows)
    op.execute(
        "INSERT INTO expense_kinds (code, name) SELECT DISTINCT kind, kind FROM claim_items"
        " WHERE kind NOT IN (SELECT code FROM expense_kinds)"
    )


def _allowances() -> None:
    op.create_table(
        "allowances",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("region", sa.String(64), nullable=False),
        sa.Column("rate", Amount, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("recorded_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_allowances"),
        sa.ForeignKeyConstraint(["kind"], ["expense_kinds.code"], name="fk_allowances_kind"),
    )
    op.create_index("ix_allowances_kind_region_valid_from", "allowances", ["kind", "region", "valid_from"])


def _policies() -> None:
    op.create_table(
        "expense_policies",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("department", sa.String(64)),
        sa.Column("kind", sa.String(64)),
        sa.Column("limit_amount", Amount),
        sa.Column("currency", sa.String(3)),
        sa.Column("days", sa.Integer),
        sa.Column("on_broken", sa.String(8), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date),
        sa.Column("agreed_by", sa.String(255), nullable=False),
        sa.Column("agreed_at", Moment, nullable=False),
        sa.Column("ended_by", sa.String(255)),
        sa.PrimaryKeyConstraint("id", name="pk_expense_policies"),
        sa.ForeignKeyConstraint(["kind"], ["expense_kinds.code"], name="fk_expense_policies_kind"),
    )
    op.create_index("ix_expense_policies_department", "expense_policies", ["department"])


def _claim_items() -> None:
    for column in (
        sa.Column("original_amount", Amount, nullable=False, server_default="0"),
        sa.Column("original_currency", sa.String(3), nullable=False, server_default=""),
        sa.Column("original_tax", Amount),
        sa.Column("exchange_rate", RATE),
        sa.Column("exchange_rate_on", sa.Date),
        sa.Column("quantity", Amount),
        sa.Column("unit", sa.String(8)),
        sa.Column("unit_rate", Amount),
        sa.Column("unit_rate_since", sa.Date),
        sa.Column("region", sa.String(64), nullable=False, server_default=""),
        sa.Column("breaches", Document, nullable=False, server_default="[]"),
    ):
        op.add_column("claim_items", column)
    op.execute(
        "UPDATE claim_items SET original_amount = amount, original_currency = currency, original_tax = tax"
    )
    op.drop_index("ix_claim_items_spent_on_amount", "claim_items")
    op.create_index("ix_claim_items_spent_on_original_amount", "claim_items", ["spent_on", "original_amount"])


def _purchase_lines() -> None:
    op.add_column(
        "purchase_lines", sa.Column("price_currency", sa.String(3), nullable=False, server_default="")
    )
    _exchanged("purchase_lines")
    op.execute("UPDATE purchase_lines SET price_currency = currency")


def _invoice_lines() -> None:
    op.add_column(
        "invoice_lines", sa.Column("cost_currency", sa.String(3), nullable=False, server_default="")
    )
    _exchanged("invoice_lines")
    op.execute("UPDATE invoice_lines SET cost_currency = currency")


def _pool_shares() -> None:
    """The table only grows, so shares from before say nothing: they were in the currency of their budget."""
    op.add_column("pool_shares", sa.Column("converted_currency", sa.String(3)))
    _exchanged("pool_shares")


def _exchanged(table: str) -> None:
    op.add_column(table, sa.Column("converted", Amount))
    op.add_column(table, sa.Column("exchange_rate", RATE))
    op.add_column(table, sa.Column("exchange_rate_on", sa.Date))
