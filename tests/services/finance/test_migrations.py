"""What was there before a migration is there after it, also where SQLite makes a table anew."""

from decimal import Decimal
from typing import cast
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from chassis import migrate
from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from services.finance.budgets.ledger import Balance
from services.finance.budgets.model import Budget, BudgetLine, LedgerEntry
from services.finance.budgets.queries import drifted_lines
from services.finance.claims.model import ClaimItem
from services.finance.expenses.model import ExpenseKind
from tests.harness.databases import SqliteFiles

BEFORE = "finance_0003"


def migrate_to(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        config = migrate._config("finance")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def open_before(database: Database) -> UUID:
    """A budget of 50.00 EUR with its line and entry, in the tables as they were. Returns the line's id."""
    budget_id, line_id, figures = new_id(), new_id(), {"budget": 50, "committed": 0, "incurred": 0}
    budget = {
        "id": budget_id,
        "version": 2,
        "campaign_id": new_id(),
        "campaign_code": "FAIR",
        "name": "Spring fair",
        "department": "north",
        "plan_version": 1,
        "currency": "EUR",
        "opened_at": now(),
    }
    place = {"budget_id": budget_id, "currency": "EUR", **figures}
    line = {"id": line_id, "position": 1, "name": "Print", "responsible": "mia", **place}
    entry = {"id": new_id(), "sequence": 2, "line_id": line_id, "kind": "budget", "amount": 50, **place}
    signed = {"note": "", "posted_by": "fay", "posted_at": now()}
    rows = ((Budget, budget), (BudgetLine, line), (LedgerEntry, {**entry, **signed}))
    with database.transaction() as session:
        for mapped, row in rows:
            session.execute(insert(cast(Table, mapped.__table__)), row)
    return line_id


def test_lines_that_entries_refer_to_outlive_the_change_of_their_constraint(
    sqlite_files: SqliteFiles,
) -> None:
    database = Database(f"sqlite:///{sqlite_files.empty()}", service="finance")
    migrate_to(database, BEFORE)
    line_id = open_before(database)
    migrate_to(database, "heads")
    with database.reading() as session:
        line = session.get_one(BudgetLine, line_id)
        assert (line.balance, line.kind, line.on_breach) == (Balance(Decimal(50)), None, "stop")
        assert drifted_lines(session) == []
    overdrawn = update(BudgetLine).where(BudgetLine.id == line_id).values(incurred=Decimal(51))
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(overdrawn)
    with database.transaction() as session:
        session.execute(overdrawn.values(on_breach="ignore"))
    database.close()


def test_what_was_claimed_before_was_spent_in_the_currency_of_its_claim(sqlite_files: SqliteFiles) -> None:
    database = Database(f"sqlite:///{sqlite_files.empty()}", service="finance")
    migrate_to(database, "finance_0009")
    claim_id, item_id, other = (new_id().hex for _ in range(3))
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO claims (id, version, line_id, budget_id, campaign_id, department, claimant, amount,"
            " currency, purpose, state, reason) VALUES (?, 1, ?, ?, ?, 'north', 'mia', 125000, 'EUR', 'Taxi',"
            " 'draft', '')",
            (claim_id, other, other, other),
        )
        connection.exec_driver_sql(
            "INSERT INTO claim_items (id, claim_id, position, line_id, kind, description, amount, currency,"
            " receipt_number, documents, digests, reason) VALUES (?, ?, 1, ?, 'snacks', '', 125000, 'EUR',"
            " '', '[]', '[]', '')",
            (item_id, claim_id, other),
        )
    migrate_to(database, "heads")
    with database.reading() as session:
        (item,) = session.scalars(select(ClaimItem)).all()
        assert (item.original_amount, item.original_currency) == (Decimal("12.50"), "EUR")
        assert (item.breaches, item.exchange_rate, item.region) == ([], None, "")
        assert session.get_one(ExpenseKind, "snacks").unit is None
    database.close()
