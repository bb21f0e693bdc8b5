"""Suppliers, purchases with receipts, and invoices; the kinds that they ship with."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from chassis.columns import Amount, Document, Moment
from chassis.guards import append_only

revision = "finance_0008"
down_revision = "finance_0007"
branch_labels = None

KINDS = {
    "advertising": "Advertising",
    "pr": "Public relations",
    "design": "Design",
    "print": "Print",
    "customer_data": "Customer data",
    "equipment_hire": "Equipment hire",
    "venue": "Venue",
    "gifts": "Gifts",
    "other": "Other",
}


def upgrade() -> None:
    """Create them."""
    _suppliers()
    _purchases()
    _receipts()
    _invoices()
    append_only(op.get_bind(), "purchase_receipts", "receipts only grow")


def _table(name: str, *columns: Any, indexes: tuple[str, ...] = ()) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint("id", name=f"pk_{name}"))
    for column in indexes:
        op.create_index(f"ix_{name}_{column}", name, [column])


def _to(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=f"fk_{table}_{column}")


def _suppliers() -> None:
    _table(
        "suppliers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(2000), nullable=False),
        sa.Column("tax_id", sa.String(64), nullable=False),
        sa.Column("address", sa.String(2000), nullable=False),
        sa.Column("contact", sa.String(2000), nullable=False),
        sa.Column("iban", sa.String(34), nullable=False),
        sa.Column("bic", sa.String(11), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("payment_days", sa.Integer, nullable=False),
        sa.Column("department", sa.String(64)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.UniqueConstraint("code", name="uq_suppliers_code"),
        indexes=(
            "name",
            "department",
        ),
    )
    kinds = op.create_table(
        "purchase_kinds",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(2000), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_purchase_kinds"),
    )
    op.bulk_insert(kinds, [{"code": code, "name": name} for code, name in KINDS.items()])
    op.create_table(
        "order_numbers",
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("department", name="pk_order_numbers"),
    )


def _purchases() -> None:
    _table(
        "purchases",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("budget_id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("campaign_code", sa.String(64), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("supplier_id", sa.Uuid, nullable=False),
        sa.Column("requested_by", sa.String(255), nullable=False),
        sa.Column("requested_at", Moment, nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("documents", Document, nullable=False),
        sa.Column("request_version", sa.Integer, nullable=False),
        sa.Column("approval_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("outcome_reason", sa.String(2000), nullable=False),
        sa.Column("order_number", sa.String(80)),
        sa.Column("ordered_at", Moment),
        sa.Column("expected_on", sa.Date),
        sa.Column("ended_at", Moment),
        _to("purchases", "supplier_id", "suppliers"),
        sa.UniqueConstraint("department", "order_number", name="uq_purchases_department_order_number"),
        indexes=(
            "budget_id",
            "campaign_id",
            "department",
            "supplier_id",
        ),
    )
    op.create_index("ix_purchases_requested_by_id", "purchases", ["requested_by", "id"])
    _table(
        "purchase_lines",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("purchase_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("description", sa.String(2000), nullable=False),
        sa.Column("quantity", Amount, nullable=False),
        sa.Column("unit_price", Amount, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("line_id", sa.Uuid, nullable=False),
        sa.Column("needed_on", sa.Date),
        sa.Column("granted", Amount, nullable=False),
        sa.Column("received", Amount, nullable=False),
        sa.Column("invoiced", Amount, nullable=False),
        sa.Column("committed", Amount, nullable=False),
        sa.Column("incurred", Amount, nullable=False),
        _to("purchase_lines", "purchase_id", "purchases"),
        _to("purchase_lines", "kind", "purchase_kinds", "code"),
        indexes=(
            "purchase_id",
            "line_id",
        ),
    )


def _receipts() -> None:
    _table(
        "purchase_receipts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("purchase_id", sa.Uuid, nullable=False),
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("quantity", Amount, nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("documents", Document, nullable=False),
        sa.Column("received_by", sa.String(255), nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        _to("purchase_receipts", "purchase_id", "purchases"),
        _to("purchase_receipts", "item_id", "purchase_lines"),
        indexes=("purchase_id",),
    )


def _invoices() -> None:
    _table(
        "invoices",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("purchase_id", sa.Uuid, nullable=False),
        sa.Column("supplier_id", sa.Uuid, nullable=False),
        sa.Column("campaign_id", sa.Uuid, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("number", sa.String(200), nullable=False),
        sa.Column("invoiced_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("documents", Document, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("problems", Document, nullable=False),
        sa.Column("entered_by", sa.String(255), nullable=False),
        sa.Column("entered_at", Moment, nullable=False),
        sa.Column("decided_by", sa.String(255)),
        sa.Column("comment", sa.String(2000), nullable=False),
        sa.Column("paid_at", Moment),
        sa.Column("paid_by", sa.String(255)),
        sa.Column("reference", sa.String(200), nullable=False),
        _to("invoices", "purchase_id", "purchases"),
        _to("invoices", "supplier_id", "suppliers"),
        sa.UniqueConstraint("supplier_id", "number", name="uq_invoices_supplier_id_number"),
        indexes=(
            "purchase_id",
            "campaign_id",
            "department",
        ),
    )
    _table(
        "invoice_lines",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("invoice_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("quantity", Amount, nullable=False),
        sa.Column("unit_price", Amount, nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        _to("invoice_lines", "invoice_id", "invoices"),
        _to("invoice_lines", "item_id", "purchase_lines"),
        indexes=("invoice_id",),
    )
